/* SPDX-License-Identifier: Apache-2.0 */
#include "order-checker.h"

#include <stdlib.h>
#include <string.h>

/* What a unit was told of another one in a relation. */
typedef struct
{
  gboolean has_departed;
  gboolean needs_changed; /* it joined, and its first change was not told */
  guint seen;             /* writes */
  guint seeing;           /* by the hook that runs, or failed */
} Member;

/* What a unit was told of a relation. */
typedef struct
{
  gboolean is_created;
  gboolean is_broken;
  guint application_seen;
  guint application_seeing;
  GHashTable *members; /* unit's name → Member */
} Scope;

typedef struct
{
  char *application;
  char *endpoint;
  guint n_writes; /* of the application */
} End;

typedef struct
{
  guint number;
  gboolean is_removed;
  gboolean is_container;
  guint n_ends;
  End ends[2];
  GHashTable *entered; /* unit's name → writes */
} Relation;

typedef struct
{
  char *name;
  char *application;
  char *principal;
  gboolean is_dying;
  gboolean is_gone;
  gboolean is_installed;
  gboolean is_configured;
  gboolean is_started;
  gboolean is_stopped;
  gboolean is_removed;
  gboolean knows_it_leads;
  guint config_seen;
  guint charm_seen;
  const char *chained; /* the hook that must be the next one */
  char *running;       /* the line of the hook that runs */
  char *failed;        /* the line of the hook that failed */
  gboolean is_resolved;
  GHashTable *scopes; /* relation's number → Scope */
} Unit;

typedef struct
{
  GPtrArray *units;     /* Unit */
  GPtrArray *relations; /* Relation */
  GHashTable *configs;  /* application → how often it was configured */
  GHashTable *charms;   /* application → how often it was upgraded */
  GHashTable *leaders;  /* application → unit's name */
  char *complaint;
} Checker;

static void
scope_free (gpointer data)
{
  Scope *scope = data;

  g_hash_table_unref (scope->members);
  g_free (scope);
}

static void
unit_free (gpointer data)
{
  Unit *unit = data;

  g_free (unit->name);
  g_free (unit->application);
  g_free (unit->principal);
  g_free (unit->running);
  g_free (unit->failed);
  g_hash_table_unref (unit->scopes);
  g_free (unit);
}

static void
relation_free (gpointer data)
{
  Relation *relation = data;

  for (guint i = 0; i < 2; i++)
    {
      g_free (relation->ends[i].application);
      g_free (relation->ends[i].endpoint);
    }
  g_hash_table_unref (relation->entered);
  g_free (relation);
}

static void G_GNUC_PRINTF (2, 3) complain (Checker *checker, const char *format, ...)
{
  va_list arguments;

  if (checker->complaint != NULL)
    return;

  va_start (arguments, format);
  checker->complaint = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

#define EXPECT(condition, ...)                                                                                         \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    if (!(condition))                                                                                                  \
      complain (checker, __VA_ARGS__);                                                                                 \
  }                                                                                                                    \
  G_STMT_END

static Unit *
get_unit (Checker *checker, const char *name)
{
  for (guint i = 0; i < checker->units->len; i++)
    {
      Unit *unit = g_ptr_array_index (checker->units, i);

      if (strcmp (unit->name, name) == 0)
        return unit;
    }

  g_error ("the lines name no unit %s before", name);
}

static Relation *
get_relation (Checker *checker, guint number)
{
  for (guint i = 0; i < checker->relations->len; i++)
    {
      Relation *relation = g_ptr_array_index (checker->relations, i);

      if (relation->number == number)
        return relation;
    }

  g_error ("the lines name no relation %u before", number);
}

static guint
count (GHashTable *table, const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (table, name));
}

static void
count_up (GHashTable *table, const char *name)
{
  g_hash_table_insert (table, g_strdup (name), GUINT_TO_POINTER (count (table, name) + 1));
}

/*
 * Who sees whom
 */

static const char *
get_host (const Unit *unit)
{
  return unit->principal != NULL ? unit->principal : unit->name;
}

static const End *
get_other_end (const Relation *relation, const Unit *unit)
{
  if (relation->n_ends == 1)
    return &relation->ends[0];

  return &relation->ends[strcmp (relation->ends[0].application, unit->application) == 0 ? 1 : 0];
}

static gboolean
is_in (const Relation *relation, const Unit *unit)
{
  for (guint i = 0; i < relation->n_ends; i++)
    if (strcmp (relation->ends[i].application, unit->application) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
is_visible (const Relation *relation, const Unit *unit, const Unit *other)
{
  return other != unit && strcmp (get_other_end (relation, unit)->application, other->application) == 0
         && !other->is_dying && count (relation->entered, other->name) > 0
         && (!relation->is_container || strcmp (get_host (unit), get_host (other)) == 0);
}

static gboolean
is_over (const Relation *relation, const Unit *unit)
{
  return relation->is_removed || unit->is_dying;
}

/*
 * What is still to be told
 */

typedef enum
{
  TELL_FIRST_CHANGE,
  TELL_DEPARTED,
  TELL_JOINED,
  TELL_CHANGED,
} Tell;

static gboolean
is_to_tell (const Relation *relation, const Unit *unit, const Scope *scope, const Unit *other, Tell tell)
{
  const Member *member = g_hash_table_lookup (scope->members, other->name);
  const gboolean is_member = member != NULL && !member->has_departed;

  switch (tell)
    {
    case TELL_FIRST_CHANGE:
      return is_member && member->needs_changed;
    case TELL_DEPARTED:
      return is_member && (is_over (relation, unit) || other->is_dying);
    case TELL_JOINED:
      return member == NULL && !is_over (relation, unit) && is_visible (relation, unit, other);
    default:
      return is_member && !member->needs_changed && !is_over (relation, unit)
             && member->seen != count (relation->entered, other->name);
    }
}

/* The first by name of those of whom this is to be told. */
static const char *
get_first_to_tell (Checker *checker, const Relation *relation, const Unit *unit, const Scope *scope, Tell tell)
{
  const char *application = get_other_end (relation, unit)->application;
  const char *first = NULL;

  for (guint i = 0; i < checker->units->len; i++)
    {
      const Unit *other = g_ptr_array_index (checker->units, i);

      if (strcmp (other->application, application) == 0 && is_to_tell (relation, unit, scope, other, tell)
          && (first == NULL || strcmp (other->name, first) < 0))
        first = other->name;
    }

  return first;
}

static gboolean
has_application_change (const Relation *relation, const Unit *unit, const Scope *scope)
{
  return scope->application_seen != get_other_end (relation, unit)->n_writes;
}

/*
 * Hooks of relations
 */

typedef struct
{
  const char *event; /* "joined" */
  const char *remote;
  const char *departing;
  Unit *unit;
  Relation *relation;
  Scope *scope;
} Hook;

static void
check_joined (Checker *checker, const Hook *hook)
{
  const char *departed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_DEPARTED);
  const char *joined = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_JOINED);
  Member *member;

  EXPECT (departed == NULL, "joined before %s departed", departed);
  EXPECT (!has_application_change (hook->relation, hook->unit, hook->scope), "joined before the application's change");
  EXPECT (!g_hash_table_contains (hook->scope->members, hook->remote), "%s joined twice", hook->remote);
  EXPECT (joined != NULL, "nobody is there to join");
  EXPECT (g_strcmp0 (joined, hook->remote) == 0, "%s joined before %s", hook->remote, joined);

  member = g_new0 (Member, 1);
  member->needs_changed = TRUE;
  g_hash_table_insert (hook->scope->members, g_strdup (hook->remote), member);
}

static void
check_application_changed (Checker *checker, const Hook *hook)
{
  const char *departed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_DEPARTED);

  EXPECT (departed == NULL, "the application changed before %s departed", departed);
  EXPECT (!is_over (hook->relation, hook->unit), "the application changed in a relation that is over");
  EXPECT (has_application_change (hook->relation, hook->unit, hook->scope), "nobody wrote the application's data");
  hook->scope->application_seeing = get_other_end (hook->relation, hook->unit)->n_writes;
}

static void
check_changed (Checker *checker, const Hook *hook)
{
  Member *member = g_hash_table_lookup (hook->scope->members, hook->remote);
  const char *departed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_DEPARTED);
  const char *joined = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_JOINED);
  const char *changed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_CHANGED);

  EXPECT (member != NULL && !member->has_departed, "%s changed, who is not there", hook->remote);
  if (checker->complaint != NULL)
    return;

  if (!member->needs_changed)
    {
      EXPECT (departed == NULL, "%s changed before %s departed", hook->remote, departed);
      EXPECT (!has_application_change (hook->relation, hook->unit, hook->scope), "%s changed before its application",
              hook->remote);
      EXPECT (joined == NULL, "%s changed before %s joined", hook->remote, joined);
      EXPECT (changed != NULL, "%s changed, and wrote nothing", hook->remote);
      EXPECT (g_strcmp0 (changed, hook->remote) == 0, "%s changed before %s", hook->remote, changed);
    }
  member->seeing = count (hook->relation->entered, hook->remote);
}

static void
check_departed (Checker *checker, const Hook *hook)
{
  Member *member = g_hash_table_lookup (hook->scope->members, hook->remote);
  const char *departed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_DEPARTED);

  EXPECT (member != NULL, "%s departed, and never joined", hook->remote);
  EXPECT (member == NULL || !member->has_departed, "%s departed twice", hook->remote);
  EXPECT (departed != NULL, "%s departed, and nobody made it", hook->remote);
  EXPECT (g_strcmp0 (departed, hook->remote) == 0, "%s departed before %s", hook->remote, departed);
  EXPECT (g_strcmp0 (hook->departing, hook->unit->is_dying ? hook->unit->name : hook->remote) == 0,
          "it is not %s who departs", hook->departing);
  if (member != NULL)
    member->has_departed = TRUE;
}

static void
check_broken (Checker *checker, const Hook *hook)
{
  const char *departed = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_DEPARTED);

  EXPECT (hook->relation->n_ends == 2, "a peer relation was broken");
  EXPECT (is_over (hook->relation, hook->unit), "broken, and nobody broke it");
  EXPECT (departed == NULL, "broken before %s departed", departed);
  hook->scope->is_broken = TRUE;
}

static void
check_created (Checker *checker, const Hook *hook)
{
  EXPECT (!hook->scope->is_created, "created twice");
  EXPECT (!hook->unit->is_dying, "created on a dying unit");
  EXPECT (!hook->relation->is_removed, "created, and was removed");
  hook->scope->is_created = TRUE;
  count_up (hook->relation->entered, hook->unit->name);
}

static void
check_relation_hook (Checker *checker, const Hook *hook)
{
  const char *first = get_first_to_tell (checker, hook->relation, hook->unit, hook->scope, TELL_FIRST_CHANGE);

  EXPECT (!hook->scope->is_broken, "a hook of a broken relation");
  EXPECT (is_in (hook->relation, hook->unit), "a hook of another's relation");
  if (strcmp (hook->event, "created") == 0)
    {
      check_created (checker, hook);
      return;
    }

  EXPECT (hook->scope->is_created, "a hook of a relation that was not created");
  EXPECT (first == NULL || (strcmp (hook->event, "changed") == 0 && g_strcmp0 (hook->remote, first) == 0),
          "%s joined, and its change was not the next hook of the relation", first);
  if (strcmp (hook->event, "joined") == 0)
    check_joined (checker, hook);
  else if (strcmp (hook->event, "changed") == 0 && hook->remote == NULL)
    check_application_changed (checker, hook);
  else if (strcmp (hook->event, "changed") == 0)
    check_changed (checker, hook);
  else if (strcmp (hook->event, "departed") == 0)
    check_departed (checker, hook);
  else
    check_broken (checker, hook);
}

/*
 * Hooks of units
 */

static gboolean
is_left (Checker *checker, const Unit *unit)
{
  GHashTableIter iter;
  gpointer number;
  gpointer value;

  g_hash_table_iter_init (&iter, unit->scopes);
  while (g_hash_table_iter_next (&iter, &number, &value))
    {
      const Scope *scope = value;
      const Relation *relation = get_relation (checker, GPOINTER_TO_UINT (number));

      if (get_first_to_tell (checker, relation, unit, scope, TELL_DEPARTED) != NULL
          || (relation->n_ends == 2 && scope->is_created && !scope->is_broken))
        return FALSE;
    }

  return TRUE;
}

/* Each time it runs, a hook sees what is. */
static void
note_seen (Checker *checker, Unit *unit, const char *name)
{
  if (strcmp (name, "config-changed") == 0)
    unit->config_seen = count (checker->configs, unit->application);
  else if (strcmp (name, "upgrade-charm") == 0)
    unit->charm_seen = count (checker->charms, unit->application);
}

static void
check_unit_hook (Checker *checker, Unit *unit, const char *name)
{
  const gboolean is_chained = unit->chained != NULL;

  if (strcmp (name, "install") == 0)
    {
      EXPECT (!unit->is_installed, "install twice");
      unit->charm_seen = count (checker->charms, unit->application);
    }
  else if (strcmp (name, "config-changed") == 0)
    EXPECT (is_chained || !unit->is_configured || unit->config_seen != count (checker->configs, unit->application),
            "the configuration has not changed");
  else if (strcmp (name, "start") == 0)
    EXPECT (is_chained, "start, and not directly behind the first config-changed");
  else if (strcmp (name, "leader-elected") == 0)
    {
      EXPECT (g_strcmp0 (g_hash_table_lookup (checker->leaders, unit->application), unit->name) == 0,
              "elected, and another leads");
      EXPECT (!unit->knows_it_leads, "elected twice");
    }
  else if (strcmp (name, "stop") == 0)
    {
      EXPECT (unit->is_dying, "stopped, and alive");
      EXPECT (!unit->is_stopped, "stopped twice");
    }
  else if (strcmp (name, "remove") == 0)
    {
      EXPECT (unit->is_dying, "removed, and alive");
      EXPECT (is_left (checker, unit), "removed before its relations ended");
      EXPECT (!unit->is_started || unit->is_stopped, "removed before it stopped");
    }
  else if (strcmp (name, "upgrade-charm") == 0)
    EXPECT (unit->charm_seen != count (checker->charms, unit->application), "the charm is the same");
  else
    complain (checker, "an unknown hook");

  note_seen (checker, unit, name);
}

/* The number of "db:3". */
static guint
get_number (const char *relation_id)
{
  return (guint) strtoul (strchr (relation_id, ':') + 1, NULL, 10);
}

static Scope *
get_scope (Unit *unit, guint number)
{
  Scope *scope = g_hash_table_lookup (unit->scopes, GUINT_TO_POINTER (number));

  if (scope == NULL)
    {
      scope = g_new0 (Scope, 1);
      scope->members = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (unit->scopes, GUINT_TO_POINTER (number), scope);
    }

  return scope;
}

static void
check_hook (Checker *checker, const char *line, char **words)
{
  Unit *unit = get_unit (checker, words[1]);
  const char *name = words[2];
  const char *event = strstr (name, "-relation-");

  EXPECT (!unit->is_removed && !unit->is_gone, "a hook after remove");
  EXPECT (unit->running == NULL, "a hook while another runs");
  EXPECT (unit->is_installed || strcmp (name, "install") == 0, "a hook before install");
  EXPECT (unit->chained == NULL || strcmp (unit->chained, name) == 0, "%s did not come directly", unit->chained);
  unit->running = g_strdup (line);

  if (unit->failed != NULL)
    {
      EXPECT (unit->is_resolved, "a hook of a unit in error");
      EXPECT (strcmp (unit->failed, line) == 0, "not the hook that failed");
      note_seen (checker, unit, name);
      return;
    }
  if (event != NULL)
    {
      const guint number = get_number (words[3]);
      const Hook hook = {
        .event = event + strlen ("-relation-"),
        .remote = words[4],
        .departing = words[4] != NULL ? words[5] : NULL,
        .unit = unit,
        .relation = get_relation (checker, number),
        .scope = get_scope (unit, number),
      };

      check_relation_hook (checker, &hook);
    }
  else
    check_unit_hook (checker, unit, name);
}

/*
 * Ends of hooks
 */

static void
note_good_relation_hook (Checker *checker, Unit *unit, char **words)
{
  Scope *scope = get_scope (unit, get_number (words[3]));
  Member *member;

  if (!g_str_has_suffix (words[2], "-relation-changed"))
    return;
  if (words[4] == NULL)
    {
      scope->application_seen = MAX (scope->application_seen, scope->application_seeing);
      return;
    }

  member = g_hash_table_lookup (scope->members, words[4]);
  member->needs_changed = FALSE;
  member->seen = member->seeing;
}

static void
note_good (Checker *checker, Unit *unit, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *name = words[2];

  unit->chained = NULL;
  if (strstr (name, "-relation-") != NULL)
    note_good_relation_hook (checker, unit, words);
  else if (strcmp (name, "install") == 0)
    unit->is_installed = TRUE;
  else if (strcmp (name, "config-changed") == 0)
    {
      unit->chained = unit->is_configured ? NULL : "start";
      unit->is_configured = TRUE;
    }
  else if (strcmp (name, "start") == 0)
    unit->is_started = TRUE;
  else if (strcmp (name, "upgrade-charm") == 0)
    unit->chained = "config-changed";
  else if (strcmp (name, "leader-elected") == 0)
    unit->knows_it_leads = g_strcmp0 (g_hash_table_lookup (checker->leaders, unit->application), unit->name) == 0;
  else if (strcmp (name, "stop") == 0)
    unit->is_stopped = TRUE;
  else if (strcmp (name, "remove") == 0)
    unit->is_removed = TRUE;
}

static void
check_end (Checker *checker, char **words)
{
  Unit *unit = get_unit (checker, words[1]);
  g_autofree char *line = g_steal_pointer (&unit->running);

  EXPECT (line != NULL, "the end of no hook");
  if (line == NULL)
    return;

  g_clear_pointer (&unit->failed, g_free);
  unit->is_resolved = FALSE;
  if (strcmp (words[2], "good") == 0)
    note_good (checker, unit, line);
  else
    unit->failed = g_steal_pointer (&line);
}

static void
check_resolve (Checker *checker, char **words)
{
  Unit *unit = get_unit (checker, words[1]);
  g_autofree char *line = NULL;
  const char *leader = g_hash_table_lookup (checker->leaders, unit->application);

  EXPECT (unit->failed != NULL, "resolved, and not in error");
  if (unit->failed != NULL && strstr (unit->failed, " leader-elected") != NULL && g_strcmp0 (leader, unit->name) != 0)
    g_clear_pointer (&unit->failed, g_free); /* leadership was lost meanwhile */
  else if (strcmp (words[2], "retry") == 0)
    {
      unit->is_resolved = TRUE;
      return;
    }

  line = g_steal_pointer (&unit->failed);
  if (line != NULL)
    note_good (checker, unit, line);
}

/*
 * What is done to a model
 */

static void
add_unit (Checker *checker, char **words)
{
  Unit *unit = g_new0 (Unit, 1);

  unit->name = g_strdup (words[1]);
  unit->application = g_strndup (words[1], (gsize) (strchr (words[1], '/') - words[1]));
  unit->principal = g_strdup (words[2]);
  unit->scopes = g_hash_table_new_full (NULL, NULL, NULL, scope_free);
  g_ptr_array_add (checker->units, unit);
}

static void
relate (Checker *checker, char **words)
{
  const guint n_words = g_strv_length (words);
  Relation *relation = g_new0 (Relation, 1);

  relation->number = (guint) strtoul (words[1], NULL, 10);
  relation->n_ends = n_words >= 6 ? 2 : 1;
  relation->is_container = n_words == 7;
  relation->entered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < relation->n_ends; i++)
    {
      relation->ends[i].application = g_strdup (words[2 + 2 * i]);
      relation->ends[i].endpoint = g_strdup (words[3 + 2 * i]);
    }
  g_ptr_array_add (checker->relations, relation);
}

/* What it was told of its election is void, even if that failed. */
static void
depose (Checker *checker, const char *application)
{
  const char *leader = g_hash_table_lookup (checker->leaders, application);
  Unit *unit = leader != NULL ? get_unit (checker, leader) : NULL;

  if (unit == NULL)
    return;

  unit->knows_it_leads = FALSE;
  if (unit->failed != NULL && strstr (unit->failed, " leader-elected") != NULL && unit->is_resolved)
    g_clear_pointer (&unit->failed, g_free);
  g_hash_table_remove (checker->leaders, application);
}

static void
set_leader (Checker *checker, char **words)
{
  const Unit *unit = get_unit (checker, words[1]);

  depose (checker, unit->application);
  g_hash_table_insert (checker->leaders, g_strdup (unit->application), g_strdup (unit->name));
}

/* Whoever leaves leads no more. */
static void
remove_unit (Checker *checker, char **words)
{
  Unit *unit = get_unit (checker, words[1]);

  unit->is_dying = TRUE;
  if (g_strcmp0 (g_hash_table_lookup (checker->leaders, unit->application), unit->name) == 0)
    depose (checker, unit->application);
}

static void
write_application (Checker *checker, char **words)
{
  Relation *relation = get_relation (checker, (guint) strtoul (words[1], NULL, 10));
  Unit *unit = get_unit (checker, words[2]);

  for (guint i = 0; i < relation->n_ends; i++)
    if (strcmp (relation->ends[i].application, unit->application) == 0)
      relation->ends[i].n_writes++;

  /* Nobody is told of what they wrote themselves. */
  if (relation->n_ends == 1)
    get_scope (unit, relation->number)->application_seen = relation->ends[0].n_writes;
}

/*
 * What is true when nothing is left to be told
 */

static void
check_settled_scope (Checker *checker, Unit *unit, const Relation *relation)
{
  static const Tell all[] = { TELL_FIRST_CHANGE, TELL_DEPARTED, TELL_JOINED, TELL_CHANGED };
  const Scope *scope = get_scope (unit, relation->number);

  if (relation->is_removed)
    {
      EXPECT (!scope->is_created || scope->is_broken, "%s was not told that %u is broken", unit->name,
              relation->number);
      return;
    }
  if (scope->is_broken)
    return;

  EXPECT (scope->is_created, "%s was not told that %u is created", unit->name, relation->number);
  EXPECT (!has_application_change (relation, unit, scope), "%s was not told of the application in %u", unit->name,
          relation->number);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      const char *other = get_first_to_tell (checker, relation, unit, scope, all[i]);

      EXPECT (other == NULL, "%s was not told all of %s in %u", unit->name, other, relation->number);
    }
}

static void
check_settled (Checker *checker)
{
  for (guint i = 0; i < checker->units->len; i++)
    {
      Unit *unit = g_ptr_array_index (checker->units, i);
      const gboolean leads = g_strcmp0 (g_hash_table_lookup (checker->leaders, unit->application), unit->name) == 0;

      if (unit->is_gone)
        {
          EXPECT (unit->is_removed || !unit->is_installed, "%s has gone without remove", unit->name);
          continue;
        }

      EXPECT (!unit->is_dying, "%s is still there", unit->name);
      EXPECT (unit->running == NULL && unit->failed == NULL && unit->chained == NULL, "%s has not finished",
              unit->name);
      EXPECT (unit->is_started, "%s was not started", unit->name);
      EXPECT (unit->config_seen == count (checker->configs, unit->application), "%s was not told of its configuration",
              unit->name);
      EXPECT (unit->charm_seen == count (checker->charms, unit->application), "%s was not upgraded", unit->name);
      EXPECT (leads == unit->knows_it_leads, "%s was not told whether it leads", unit->name);
      for (guint j = 0; j < checker->relations->len; j++)
        {
          const Relation *relation = g_ptr_array_index (checker->relations, j);

          if (is_in (relation, unit))
            check_settled_scope (checker, unit, relation);
        }
    }
}

static void
check_line (Checker *checker, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  const char *what = words[0];

  if (strcmp (what, "hook") == 0)
    check_hook (checker, line, words);
  else if (strcmp (what, "end") == 0)
    check_end (checker, words);
  else if (strcmp (what, "resolve") == 0)
    check_resolve (checker, words);
  else if (strcmp (what, "add-unit") == 0)
    add_unit (checker, words);
  else if (strcmp (what, "remove-unit") == 0)
    remove_unit (checker, words);
  else if (strcmp (what, "gone") == 0)
    get_unit (checker, words[1])->is_gone = TRUE;
  else if (strcmp (what, "relate") == 0)
    relate (checker, words);
  else if (strcmp (what, "unrelate") == 0)
    get_relation (checker, (guint) strtoul (words[1], NULL, 10))->is_removed = TRUE;
  else if (strcmp (what, "leader") == 0)
    set_leader (checker, words);
  else if (strcmp (what, "config") == 0)
    count_up (checker->configs, words[1]);
  else if (strcmp (what, "write") == 0)
    count_up (get_relation (checker, (guint) strtoul (words[1], NULL, 10))->entered, words[2]);
  else if (strcmp (what, "write-app") == 0)
    write_application (checker, words);
  else if (strcmp (what, "settled") == 0)
    check_settled (checker);
  else if (strcmp (what, "upgrade") == 0)
    count_up (checker->charms, words[1]);
  else
    g_error ("what is '%s'?", line);
}

char *
order_check (const GPtrArray *lines)
{
  Checker checker = {
    .units = g_ptr_array_new_with_free_func (unit_free),
    .relations = g_ptr_array_new_with_free_func (relation_free),
    .configs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .charms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .leaders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
  };
  char *result = NULL;

  for (guint i = 0; i < lines->len && checker.complaint == NULL; i++)
    {
      check_line (&checker, g_ptr_array_index (lines, i));
      if (checker.complaint != NULL)
        result = g_strdup_printf ("%s: %s", (const char *) g_ptr_array_index (lines, i), checker.complaint);
    }

  g_free (checker.complaint);
  g_ptr_array_unref (checker.units);
  g_ptr_array_unref (checker.relations);
  g_hash_table_unref (checker.configs);
  g_hash_table_unref (checker.charms);
  g_hash_table_unref (checker.leaders);
  return result;
}

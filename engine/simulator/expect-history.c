/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/expect-history.h"

#include <string.h>

#include "simulator/scenario-model.h"

#define MAX_TOUCHES 3
#define MAX_WHAT_BYTES 200

/* One thing of a subject: "flag db.connected", "status", "hook install". */
typedef struct _ReactiveWatched
{
  GQueue touches; /* char *, oldest first */
  guint count;    /* since counts were forgotten */
} Watched;

struct _ReactiveHistory
{
  GHashTable *subjects; /* name of a unit or application → GHashTable: name of a thing → Watched */
};

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  g_queue_clear_full (&watched->touches, g_free);
  g_free (watched);
}

/* --- what is watched ---------------------------------------------------------------------------------------------- */

static const ReactiveModelCharm *
find_charm (const ReactiveScenario *scenario, const char *subject)
{
  g_auto (GStrv) words = g_strsplit (subject, "/", 2);
  const ReactiveScenarioApplication *application = reactive_scenario_find_application (scenario, words[0]);

  return application != NULL ? application->charm : NULL;
}

/* Events name flags as they are stored. */
static char *
name_flag (const ReactiveScenario *scenario, const ReactiveFact *fact)
{
  const ReactiveModelCharm *charm = find_charm (scenario, fact->subject);
  const char *name = fact->name;

  if (charm != NULL && charm->handlers != NULL)
    name = reactive_program_resolve (reactive_handlers_get_program (charm->handlers), name);

  return g_strconcat ("flag ", name, NULL);
}

/* The thing that @fact is about. @scenario (nullable): for what flags are called */
static char *
name_thing (const ReactiveScenario *scenario, const ReactiveFact *fact)
{
  switch (fact->kind)
    {
    case REACTIVE_FACT_FLAG:
      return name_flag (scenario, fact);
    case REACTIVE_FACT_STATUS:
    case REACTIVE_FACT_MESSAGE:
      return g_strdup ("status");
    case REACTIVE_FACT_DATABAG:
      {
        g_auto (GStrv) words = g_strsplit (fact->name, " ", 2);

        return g_strjoin (" ", "databag", words[0], fact->key, NULL);
      }
    case REACTIVE_FACT_ACTION_STATUS:
    case REACTIVE_FACT_ACTION_MESSAGE:
    case REACTIVE_FACT_ACTION_RESULT:
      return g_strconcat ("hook action ", fact->name, NULL);
    case REACTIVE_FACT_HOOK:
      return g_strconcat ("hook ", fact->name, NULL);
    case REACTIVE_FACT_HANDLER:
      return g_strconcat ("handler ", fact->name, NULL);
    case REACTIVE_FACT_ERROR:
      return g_strdup ("failure");
    case REACTIVE_FACT_PORTS:
      return g_strdup ("ports");
    case REACTIVE_FACT_VERSION:
      return g_strdup ("version");
    default:
      return g_strdup ("hook");
    }
}

static void
watch (ReactiveHistory *history, const ReactiveScenario *scenario, ReactiveFact *fact)
{
  GHashTable *things = g_hash_table_lookup (history->subjects, fact->subject);
  g_autofree char *thing = name_thing (scenario, fact);

  if (things == NULL)
    {
      things = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, watched_free);
      g_hash_table_insert (history->subjects, g_strdup (fact->subject), things);
    }
  fact->watched = g_hash_table_lookup (things, thing);
  if (fact->watched == NULL)
    {
      fact->watched = g_new0 (Watched, 1);
      g_hash_table_insert (things, g_steal_pointer (&thing), fact->watched);
    }
}

ReactiveHistory *
reactive_history_new (const ReactiveScenario *scenario)
{
  ReactiveHistory *history = g_new0 (ReactiveHistory, 1);

  history->subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  for (guint i = 0; i < scenario->steps->len; i++)
    {
      const ReactiveScenarioStep *step = g_ptr_array_index (scenario->steps, i);

      for (guint j = 0; step->facts != NULL && j < step->facts->len; j++)
        watch (history, scenario, g_ptr_array_index (step->facts, j));
    }

  return history;
}

gboolean
reactive_history_is_watching (const ReactiveHistory *history)
{
  return g_hash_table_size (history->subjects) > 0;
}

void
reactive_history_free (ReactiveHistory *history)
{
  if (history == NULL)
    return;

  g_hash_table_unref (history->subjects);
  g_free (history);
}

/* --- what happens ------------------------------------------------------------------------------------------------- */

static void
touch (GHashTable *things, const ReactiveSimulationEvent *event, const char *thing, const char *what)
{
  Watched *watched = things != NULL ? g_hash_table_lookup (things, thing) : NULL;
  gsize length = strlen (what);
  const char *end = what + length;

  if (watched == NULL)
    return;
  if (length > MAX_WHAT_BYTES)
    end = g_utf8_find_prev_char (what, what + MAX_WHAT_BYTES);

  watched->count++;
  if (g_queue_get_length (&watched->touches) == MAX_TOUCHES)
    g_free (g_queue_pop_head (&watched->touches));
  g_queue_push_tail (&watched->touches,
                     g_strdup_printf ("hook %" G_GUINT64_FORMAT ", %s %s%s%s: %.*s%s", event->number, event->unit,
                                      event->hook != NULL ? event->hook : "", event->subject != NULL ? " " : "",
                                      event->subject != NULL ? event->subject : "", (int) (end - what), what,
                                      length > MAX_WHAT_BYTES ? "…" : ""));
}

static void
touch_named (GHashTable *things, const ReactiveSimulationEvent *event, const char *kind, const char *name,
             const char *what)
{
  g_autofree char *thing = g_strjoin (" ", kind, name, NULL);

  touch (things, event, thing, what);
}

/* "db:1 app/0 KEY=VALUE", or "db:1 app KEY" */
static void
note_published (const ReactiveHistory *history, const ReactiveSimulationEvent *event)
{
  g_auto (GStrv) words = g_strsplit (event->detail, " ", 3);
  g_autofree char *thing = NULL, *what = NULL;

  if (g_strv_length (words) < 3)
    return;

  thing = g_strdup_printf ("databag %.*s %.*s", (int) strcspn (words[0], ":"), words[0], (int) strcspn (words[2], "="),
                           words[2]);
  what = g_strconcat (strchr (words[2], '=') != NULL ? "published " : "deleted ", words[2], NULL);
  touch (g_hash_table_lookup (history->subjects, words[1]), event, thing, what);
}

static void
note_told (GHashTable *of_unit, GHashTable *of_application, const ReactiveSimulationEvent *event)
{
  if (g_str_has_prefix (event->detail, "open-port ") || g_str_has_prefix (event->detail, "close-port "))
    touch (of_unit, event, "ports", event->detail);
  else if (g_str_has_prefix (event->detail, "application-version-set "))
    touch (of_application, event, "version", event->detail);
}

static void
note_end (GHashTable *of_unit, const ReactiveSimulationEvent *event)
{
  static const char *const outcomes[] = {
    [REACTIVE_HOOK_GOOD] = "ran",
    [REACTIVE_HOOK_FAILED] = "failed: ",
    [REACTIVE_HOOK_KILLED] = "was killed: ",
  };
  g_autofree char *what = NULL;

  if (event->outcome == REACTIVE_HOOK_MISSING)
    return;

  what = g_strconcat (outcomes[event->outcome], event->detail, NULL);
  touch_named (of_unit, event, "hook", event->hook, what);
  touch (of_unit, event, "hook", what);
  if (event->outcome != REACTIVE_HOOK_GOOD)
    touch (of_unit, event, "failure", what);
}

static void
note_status (GHashTable *of_unit, GHashTable *of_application, const ReactiveSimulationEvent *event)
{
  const char *prefix = "application ";

  if (g_str_has_prefix (event->detail, prefix))
    touch (of_application, event, "status", event->detail + strlen (prefix));
  else
    touch (of_unit, event, "status", event->detail);
}

void
reactive_history_note (const ReactiveSimulationEvent *event, gpointer data)
{
  const ReactiveHistory *history = data;
  g_autofree char *application = NULL;
  GHashTable *of_unit, *of_application;

  if (event->unit == NULL)
    return;

  application = g_strndup (event->unit, strcspn (event->unit, "/"));
  of_unit = g_hash_table_lookup (history->subjects, event->unit);
  of_application = g_hash_table_lookup (history->subjects, application);
  if (of_unit == NULL && of_application == NULL)
    return;

  switch (event->kind)
    {
    case REACTIVE_SIMULATION_FLAG_SET:
      touch_named (of_unit, event, "flag", event->detail, "set");
      break;
    case REACTIVE_SIMULATION_FLAG_CLEAR:
      touch_named (of_unit, event, "flag", event->detail, "cleared");
      break;
    case REACTIVE_SIMULATION_HANDLER:
      touch_named (of_unit, event, "handler", event->detail, "invoked");
      break;
    case REACTIVE_SIMULATION_STATUS:
      note_status (of_unit, of_application, event);
      break;
    case REACTIVE_SIMULATION_PUBLISHED:
      note_published (history, event);
      break;
    case REACTIVE_SIMULATION_TOLD:
      note_told (of_unit, of_application, event);
      break;
    case REACTIVE_SIMULATION_HOOK_END:
      note_end (of_unit, event);
      break;
    default:
      break;
    }
}

/* --- what is asked ------------------------------------------------------------------------------------------------ */

guint
reactive_history_count (const ReactiveFact *fact)
{
  const Watched *watched = fact->watched;

  return watched->count;
}

void
reactive_history_forget_counts (ReactiveHistory *history)
{
  GHashTableIter subjects, things;
  gpointer of_subject, watched;

  g_hash_table_iter_init (&subjects, history->subjects);
  while (g_hash_table_iter_next (&subjects, NULL, &of_subject))
    {
      g_hash_table_iter_init (&things, of_subject);
      while (g_hash_table_iter_next (&things, NULL, &watched))
        ((Watched *) watched)->count = 0;
    }
}

void
reactive_history_describe (const ReactiveFact *fact, GString *lines)
{
  const Watched *watched = fact->watched;

  for (const GList *touched = watched->touches.head; touched != NULL; touched = touched->next)
    g_string_append_printf (lines, "\n    %s", (const char *) touched->data);
}

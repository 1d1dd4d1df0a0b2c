/* SPDX-License-Identifier: Apache-2.0 */
#include "core/program-private.h"

#include <string.h>

/* A condition on flags as it was given: names[first] … names[first + length - 1] of the builder. */
typedef struct
{
  guint32 handler;
  guint32 first;
  guint32 length;
  guint32 kind;
} FlagCondition;

struct _ReactiveProgramBuilder
{
  ReactiveProgram *program;
  const ReactivePatternEndpoint *endpoints;
  guint n_endpoints;
  GHashTable *event_aliases; /* name → event */
  GArray *data;              /* gconstpointer */
  GByteArray *classes;
  GArray *event_kinds; /* guint8 by handler: the kind of its first event condition, or 0 */
  GHashTable *events;  /* the last handler's: keys of the events that pass all its conditions so far */
  GArray *conditions;  /* FlagCondition, ascending by handler */
  GArray *names;       /* guint32 */
  GArray *named_by;    /* guint32 by flag: number of the last condition that named it, counted from 1 */
  GError *error;       /* the first thing that was wrong; reported when compiling */
};

static void
clear_file_condition (gpointer condition)
{
  g_strfreev ((char **) ((FileCondition *) condition)->paths);
}

ReactiveProgramBuilder *
reactive_program_builder_new (void)
{
  ReactiveProgramBuilder *builder = g_new0 (ReactiveProgramBuilder, 1);
  ReactiveProgram *program = g_new0 (ReactiveProgram, 1);

  g_atomic_ref_count_init (&program->references);
  reactive_interner_init (&program->ids);
  reactive_interner_init (&program->flags);
  program->unwatched = g_array_new (FALSE, FALSE, sizeof (guint32));
  program->any_phase = g_array_new (FALSE, FALSE, sizeof (guint32));
  program->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  program->asked = g_array_new (FALSE, FALSE, sizeof (guint32));
  program->files = g_array_new (FALSE, FALSE, sizeof (FileCondition));
  g_array_set_clear_func (program->files, clear_file_condition);
  program->triggers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) trigger_actions_free);

  builder->program = program;
  builder->event_aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  builder->data = g_array_new (FALSE, FALSE, sizeof (gconstpointer));
  builder->classes = g_byte_array_new ();
  builder->event_kinds = g_array_new (FALSE, TRUE, sizeof (guint8));
  builder->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  builder->conditions = g_array_new (FALSE, FALSE, sizeof (FlagCondition));
  builder->names = g_array_new (FALSE, FALSE, sizeof (guint32));
  builder->named_by = g_array_new (FALSE, TRUE, sizeof (guint32));

  return builder;
}

void
reactive_program_builder_free (ReactiveProgramBuilder *builder)
{
  if (builder == NULL)
    return;

  reactive_program_unref (builder->program);
  g_hash_table_unref (builder->event_aliases);
  g_array_unref (builder->data);
  g_byte_array_unref (builder->classes);
  g_array_unref (builder->event_kinds);
  g_hash_table_unref (builder->events);
  g_array_unref (builder->conditions);
  g_array_unref (builder->names);
  g_array_unref (builder->named_by);
  g_clear_error (&builder->error);
  g_free (builder);
}

void
reactive_program_builder_set_endpoints (ReactiveProgramBuilder *builder, const ReactivePatternEndpoint *endpoints,
                                        guint n_endpoints)
{
  builder->endpoints = endpoints;
  builder->n_endpoints = n_endpoints;
}

void
reactive_program_builder_add_alias (ReactiveProgramBuilder *builder, const char *name, const char *flag)
{
  if (builder->program->aliases == NULL)
    builder->program->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (builder->program->aliases, g_strdup (name), g_strdup (flag));
}

void
reactive_program_builder_add_event_alias (ReactiveProgramBuilder *builder, const char *name, const char *event)
{
  g_hash_table_insert (builder->event_aliases, g_strdup (name), g_strdup (event));
}

/* The last handler has all its conditions: it runs in the events that are left. */
static void
finish_events (ReactiveProgramBuilder *builder)
{
  guint32 handler = builder->program->n_handlers - 1;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, builder->events);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      GArray *handlers = g_hash_table_lookup (builder->program->events, key);

      g_hash_table_iter_steal (&iter);
      if (handlers == NULL)
        {
          handlers = g_array_new (FALSE, FALSE, sizeof (guint32));
          g_hash_table_insert (builder->program->events, key, handlers);
        }
      else
        g_free (key);
      g_array_append_val (handlers, handler);
    }
}

guint32
reactive_program_builder_add_handler (ReactiveProgramBuilder *builder, const char *id, gconstpointer data)
{
  ReactiveProgram *program = builder->program;
  const guint8 no_class = 0;

  g_assert (program->n_handlers < MAX_HANDLERS);

  finish_events (builder);
  if (reactive_interner_add (&program->ids, id) != program->n_handlers)
    {
      /* Until the error is reported the handler goes by an id that nothing else can have. */
      g_autofree char *unique = g_strdup_printf ("%s\n%u", id, program->n_handlers);

      reactive_interner_add (&program->ids, unique);
      if (builder->error == NULL)
        g_set_error (&builder->error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "two handlers are named '%s'", id);
    }
  g_array_append_val (builder->data, data);
  g_byte_array_append (builder->classes, &no_class, 1);
  g_array_set_size (builder->event_kinds, program->n_handlers + 1);

  return program->n_handlers++;
}

static guint32
intern_flag (ReactiveProgram *program, const char *name)
{
  return reactive_interner_add (&program->flags, reactive_program_resolve (program, name));
}

guint32
reactive_program_builder_add_flag (ReactiveProgramBuilder *builder, const char *name)
{
  return intern_flag (builder->program, name);
}

static void
add_flag_condition (ReactiveProgramBuilder *builder, ReactiveConditionKind kind, const char *const *names)
{
  FlagCondition condition = { builder->program->n_handlers - 1, builder->names->len, 0, kind };
  guint32 number = builder->conditions->len + 1;

  for (; *names != NULL; names++)
    {
      guint32 flag = intern_flag (builder->program, *names);

      if (flag >= builder->named_by->len)
        g_array_set_size (builder->named_by, flag + 1);
      if (g_array_index (builder->named_by, guint32, flag) == number)
        continue;
      g_array_index (builder->named_by, guint32, flag) = number;
      g_array_append_val (builder->names, flag);
    }
  condition.length = builder->names->len - condition.first;

  g_array_append_val (builder->conditions, condition);
}

/* The keys of the events that a condition names. */
static GHashTable *
expand_event_names (ReactiveProgramBuilder *builder, ReactiveConditionKind kind, const char *const *names)
{
  GHashTable *events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *names != NULL; names++)
    {
      g_autoptr (GPtrArray) expanded = NULL;

      if (kind != REACTIVE_CONDITION_HOOK)
        {
          g_hash_table_add (events, event_key (kind, *names));
          continue;
        }

      expanded = reactive_hook_pattern_expand (*names, builder->endpoints, builder->n_endpoints,
                                               builder->error == NULL ? &builder->error : NULL);
      for (guint i = 0; expanded != NULL && i < expanded->len; i++)
        {
          const char *name = g_ptr_array_index (expanded, i);
          const char *event = g_hash_table_lookup (builder->event_aliases, name);

          g_hash_table_add (events, event_key (kind, event != NULL ? event : name));
        }
    }

  return events;
}

static gboolean
is_not_in (gpointer key, gpointer value, gpointer others)
{
  return !g_hash_table_contains (others, key);
}

/* Several conditions on events of one handler must all hold. Those of two kinds belong to two phases and have no key in
 * common, so nothing is left of them. */
static void
add_event_condition (ReactiveProgramBuilder *builder, ReactiveConditionKind kind, const char *const *names)
{
  guint32 handler = builder->program->n_handlers - 1;
  guint8 *first_kind = &g_array_index (builder->event_kinds, guint8, handler);
  g_autoptr (GHashTable) events = expand_event_names (builder, kind, names);

  if (*first_kind == 0)
    {
      g_hash_table_unref (builder->events);
      builder->events = g_steal_pointer (&events);
      *first_kind = kind;
    }
  else
    g_hash_table_foreach_remove (builder->events, is_not_in, events);
}

static void
add_file_condition (ReactiveProgramBuilder *builder, const char *const *names)
{
  GArray *files = builder->program->files;
  guint32 handler = builder->program->n_handlers - 1;
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  FileCondition *condition = NULL;

  if (files->len > 0)
    condition = &g_array_index (files, FileCondition, files->len - 1);
  if (condition == NULL || condition->handler != handler)
    {
      g_array_set_size (files, files->len + 1);
      condition = &g_array_index (files, FileCondition, files->len - 1);
      *condition = (FileCondition){ handler, NULL };
    }

  if (condition->paths != NULL)
    g_strv_builder_addv (paths, condition->paths);
  g_strv_builder_addv (paths, (const char **) names);
  g_strfreev ((char **) condition->paths);
  condition->paths = (const char **) g_strv_builder_end (paths);

  builder->classes->data[handler] |= HANDLER_FILES;
}

void
reactive_program_builder_add_condition (ReactiveProgramBuilder *builder, ReactiveConditionKind kind,
                                        const char *const *names)
{
  g_assert (builder->program->n_handlers > 0);

  switch (kind)
    {
    case REACTIVE_CONDITION_ALL:
    case REACTIVE_CONDITION_ANY:
    case REACTIVE_CONDITION_NONE:
    case REACTIVE_CONDITION_NOT_ALL:
      add_flag_condition (builder, kind, names);
      break;
    case REACTIVE_CONDITION_HOOK:
    case REACTIVE_CONDITION_RESTRICTED:
    case REACTIVE_CONDITION_ACTION:
      add_event_condition (builder, kind, names);
      break;
    case REACTIVE_CONDITION_ONCE:
      builder->classes->data[builder->program->n_handlers - 1] |= HANDLER_ONCE;
      break;
    case REACTIVE_CONDITION_FILE:
      add_file_condition (builder, names);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
reactive_program_builder_let_host_decide (ReactiveProgramBuilder *builder)
{
  guint32 handler = builder->program->n_handlers - 1;

  g_assert (builder->program->n_handlers > 0 && builder->classes->data[handler] == 0);

  builder->classes->data[handler] |= HANDLER_ASKED;
  g_array_append_val (builder->program->asked, handler);
}

void
reactive_program_builder_add_trigger (ReactiveProgramBuilder *builder, const ReactiveTrigger *trigger)
{
  ReactiveProgram *program = builder->program;
  guint32 flag = intern_flag (program, trigger->when != NULL ? trigger->when : trigger->when_not);
  gpointer key = TRIGGER_KEY (flag, trigger->when != NULL);
  TriggerActions *actions = g_hash_table_lookup (program->triggers, key);

  if (actions == NULL)
    {
      actions = trigger_actions_new ();
      g_hash_table_insert (program->triggers, key, actions);
    }
  if (trigger->set != NULL)
    trigger_actions_add (actions->set, intern_flag (program, trigger->set));
  if (trigger->clear != NULL)
    trigger_actions_add (actions->clear, intern_flag (program, trigger->clear));
}

/* --- compiling ---------------------------------------------------------------------------------------------------- */

/* "any" and "not all" of several flags; of one flag they are "all" and "none", of no flag they never hold. */
static gboolean
is_group (const FlagCondition *condition)
{
  return condition->length > 1
         && (condition->kind == REACTIVE_CONDITION_ANY || condition->kind == REACTIVE_CONDITION_NOT_ALL);
}

static gboolean
is_negated (const FlagCondition *condition)
{
  return condition->kind == REACTIVE_CONDITION_NONE || condition->kind == REACTIVE_CONDITION_NOT_ALL;
}

/* What a handler's conditions make of it as a whole. */
static void
classify_handlers (ReactiveProgramBuilder *builder)
{
  ReactiveProgram *program = builder->program;
  g_autofree guint8 *watches = g_new0 (guint8, program->n_handlers + 1);
  guint8 *classes = builder->classes->data;

  for (guint i = 0; i < builder->conditions->len; i++)
    {
      const FlagCondition *condition = &g_array_index (builder->conditions, FlagCondition, i);

      classes[condition->handler] |= HANDLER_IN_FLAG_PHASE;
      if (condition->length > 0)
        watches[condition->handler] = 1;
      else if (condition->kind == REACTIVE_CONDITION_ANY || condition->kind == REACTIVE_CONDITION_NOT_ALL)
        classes[condition->handler] |= HANDLER_NEVER;
    }

  for (guint32 handler = 0; handler < program->n_handlers; handler++)
    {
      gboolean has_event = g_array_index (builder->event_kinds, guint8, handler) != 0;
      gboolean in_flag_phase = (classes[handler] & HANDLER_IN_FLAG_PHASE) != 0;

      if (has_event && in_flag_phase)
        classes[handler] |= HANDLER_NEVER;
      if (!has_event && !in_flag_phase)
        {
          classes[handler] |= HANDLER_ANY_PHASE;
          g_array_append_val (program->any_phase, handler);
        }
      if (!has_event && !watches[handler] && (classes[handler] & HANDLER_NEVER) == 0)
        g_array_append_val (program->unwatched, handler);
    }
}

/* Sums of counts, so that counts[i] is where the i-th run begins; counts has @length + 1 elements. */
static void
accumulate (guint32 *counts, gsize length)
{
  guint32 sum = 0;

  for (gsize i = 0; i <= length; i++)
    {
      guint32 count = counts[i];

      counts[i] = sum;
      sum += count;
    }
}

/* Places the slots of all conditions that are groups, or of all that are not; next[f] is the flag's next free slot. */
static void
place_watchers (ReactiveProgramBuilder *builder, gboolean groups, guint32 *next)
{
  ReactiveProgram *program = builder->program;
  guint32 n_literals = 0;

  for (guint i = 0; i < builder->conditions->len; i++)
    {
      const FlagCondition *condition = &g_array_index (builder->conditions, FlagCondition, i);

      if (is_group (condition) != groups)
        continue;
      for (guint32 j = 0; j < condition->length; j++)
        {
          guint32 flag = g_array_index (builder->names, guint32, condition->first + j);
          guint32 slot = next[flag]++;

          if (groups)
            program->watchers[slot] = WATCHER_GROUP | program->n_groups;
          else
            {
              program->watchers[slot] = WATCHER (condition->handler, is_negated (condition));
              program->literals[n_literals++] = (Literal){ flag, slot };
            }
        }
      if (groups)
        program->groups[program->n_groups++] = (GroupInfo){
          .handler = condition->handler,
          .n_flags = condition->length,
          .is_not_all = condition->kind == REACTIVE_CONDITION_NOT_ALL,
        };
    }
}

static void
link_flags_and_handlers (ReactiveProgramBuilder *builder)
{
  ReactiveProgram *program = builder->program;
  gsize n_flags = program->flags.length;
  g_autofree guint32 *next = NULL;
  guint32 n_groups = 0;

  program->watch_begin = g_new0 (guint32, n_flags + 1);
  program->literal_begin = g_new0 (guint32, (gsize) program->n_handlers + 1);

  for (guint i = 0; i < builder->conditions->len; i++)
    {
      const FlagCondition *condition = &g_array_index (builder->conditions, FlagCondition, i);

      for (guint32 j = 0; j < condition->length; j++)
        program->watch_begin[g_array_index (builder->names, guint32, condition->first + j)]++;
      if (is_group (condition))
        n_groups++;
      else
        program->literal_begin[condition->handler] += condition->length;
    }
  accumulate (program->watch_begin, n_flags);
  accumulate (program->literal_begin, program->n_handlers);

  program->watchers = g_new (guint32, program->watch_begin[n_flags] + 1);
  program->literals = g_new (Literal, program->literal_begin[program->n_handlers] + 1);
  program->groups = g_new (GroupInfo, n_groups + 1);

  next = g_memdup2 (program->watch_begin, (n_flags + 1) * sizeof (guint32));
  place_watchers (builder, /* groups= */ TRUE, next);
  place_watchers (builder, /* groups= */ FALSE, next);
}

static gconstpointer *
take_data (ReactiveProgramBuilder *builder)
{
  for (guint i = 0; i < builder->data->len; i++)
    if (g_array_index (builder->data, gconstpointer, i) != NULL)
      return g_memdup2 (builder->data->data, builder->data->len * sizeof (gconstpointer));

  return NULL;
}

gboolean
reactive_program_builder_check (const ReactiveProgramBuilder *builder, GError **error)
{
  if (builder->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (builder->error));

  return FALSE;
}

ReactiveProgram *
reactive_program_builder_compile (ReactiveProgramBuilder *builder, GError **error)
{
  g_autoptr (ReactiveProgramBuilder) owned = builder;
  ReactiveProgram *program = builder->program;

  if (builder->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&builder->error));
      return NULL;
    }

  finish_events (builder);
  classify_handlers (builder);
  link_flags_and_handlers (builder);
  program->data = take_data (builder);
  program->classes = g_memdup2 (builder->classes->data, MAX (builder->classes->len, 1));
  if (program->classes == NULL)
    program->classes = g_new0 (guint8, 1);
  reactive_interner_shrink (&program->ids);
  reactive_interner_shrink (&program->flags);

  return g_steal_pointer (&builder->program);
}

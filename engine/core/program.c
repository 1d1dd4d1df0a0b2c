/* SPDX-License-Identifier: Apache-2.0 */
#include "core/program-private.h"

#include <string.h>

#define EVENT_KEY_BYTES 128

ReactiveProgram *
reactive_program_ref (ReactiveProgram *program)
{
  g_atomic_ref_count_inc (&program->references);

  return program;
}

void
reactive_program_unref (ReactiveProgram *program)
{
  if (program == NULL || !g_atomic_ref_count_dec (&program->references))
    return;

  reactive_interner_clear (&program->ids);
  reactive_interner_clear (&program->flags);
  g_free (program->data);
  g_free (program->classes);
  g_free (program->literal_begin);
  g_free (program->literals);
  g_free (program->watch_begin);
  g_free (program->watchers);
  g_free (program->groups);
  g_clear_pointer (&program->unwatched, g_array_unref);
  g_clear_pointer (&program->any_phase, g_array_unref);
  g_clear_pointer (&program->events, g_hash_table_unref);
  g_clear_pointer (&program->files, g_array_unref);
  g_clear_pointer (&program->asked, g_array_unref);
  g_clear_pointer (&program->triggers, g_hash_table_unref);
  g_clear_pointer (&program->aliases, g_hash_table_unref);
  g_free (program);
}

guint32
reactive_program_get_n_handlers (const ReactiveProgram *program)
{
  return program->n_handlers;
}

guint32
reactive_program_get_n_flags (const ReactiveProgram *program)
{
  return program->flags.length;
}

const char *
reactive_program_get_handler_id (const ReactiveProgram *program, guint32 handler)
{
  g_assert (handler < program->n_handlers);

  return reactive_interner_get (&program->ids, handler);
}

gconstpointer
reactive_program_get_handler_data (const ReactiveProgram *program, guint32 handler)
{
  g_assert (handler < program->n_handlers);

  return program->data != NULL ? program->data[handler] : NULL;
}

gboolean
reactive_program_can_run (const ReactiveProgram *program, guint32 handler)
{
  return (program->classes[handler] & HANDLER_NEVER) == 0;
}

gboolean
reactive_program_has_once (const ReactiveProgram *program, guint32 handler)
{
  return (program->classes[handler] & HANDLER_ONCE) != 0;
}

gboolean
reactive_program_has_event (const ReactiveProgram *program, ReactiveConditionKind kind, const char *name)
{
  const GArray *handlers = program_get_event (program, kind, name);

  return handlers != NULL && handlers->len > 0;
}

gboolean
reactive_program_waits_for (const ReactiveProgram *program, guint32 handler, ReactiveConditionKind kind,
                            const char *name)
{
  const GArray *handlers = program_get_event (program, kind, name);

  for (guint i = 0; handlers != NULL && i < handlers->len; i++)
    if (g_array_index (handlers, guint32, i) == handler)
      return TRUE;

  return FALSE;
}

gboolean
reactive_program_find_handler (const ReactiveProgram *program, const char *id, guint32 *out_handler)
{
  guint32 handler = reactive_interner_find (&program->ids, id);

  if (handler == REACTIVE_INTERNER_NONE)
    return FALSE;

  *out_handler = handler;

  return TRUE;
}

static int
compare_file_condition (const void *key, const void *element)
{
  guint32 handler = *(const guint32 *) key;
  const FileCondition *condition = element;

  return handler < condition->handler ? -1 : handler > condition->handler;
}

const char *const *
reactive_program_get_files (const ReactiveProgram *program, guint32 handler)
{
  const FileCondition *condition;

  if ((program->classes[handler] & HANDLER_FILES) == 0)
    return NULL;

  condition
      = bsearch (&handler, program->files->data, program->files->len, sizeof (FileCondition), compare_file_condition);

  return condition->paths;
}

const char **
reactive_program_list_flags (const ReactiveProgram *program)
{
  const char **names = g_new (const char *, program->flags.length + 1);

  for (guint32 i = 0; i < program->flags.length; i++)
    names[i] = reactive_interner_get (&program->flags, i);
  names[program->flags.length] = NULL;

  return names;
}

const char *
reactive_program_resolve (const ReactiveProgram *program, const char *name)
{
  const char *flag = program->aliases != NULL ? g_hash_table_lookup (program->aliases, name) : NULL;

  return flag != NULL ? flag : name;
}

TriggerActions *
trigger_actions_new (void)
{
  TriggerActions *actions = g_new (TriggerActions, 1);

  actions->set = g_array_new (FALSE, FALSE, sizeof (guint32));
  actions->clear = g_array_new (FALSE, FALSE, sizeof (guint32));

  return actions;
}

void
trigger_actions_free (TriggerActions *actions)
{
  g_array_unref (actions->set);
  g_array_unref (actions->clear);
  g_free (actions);
}

gboolean
trigger_actions_contain (const GArray *list, guint32 flag)
{
  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, guint32, i) == flag)
      return TRUE;

  return FALSE;
}

void
trigger_actions_add (GArray *list, guint32 flag)
{
  if (!trigger_actions_contain (list, flag))
    g_array_append_val (list, flag);
}

char *
event_key (ReactiveConditionKind kind, const char *name)
{
  const char prefix[] = { (char) ('0' + kind), ':', '\0' };

  return g_strconcat (prefix, name, NULL);
}

const GArray *
program_get_event (const ReactiveProgram *program, ReactiveConditionKind kind, const char *name)
{
  char key[EVENT_KEY_BYTES];
  gsize length = strlen (name);
  g_autofree char *long_key = NULL;

  if (g_hash_table_size (program->events) == 0)
    return NULL;

  /* Usual names are looked up without asking for memory. */
  if (length + 3 > sizeof key)
    {
      long_key = event_key (kind, name);
      return g_hash_table_lookup (program->events, long_key);
    }

  key[0] = (char) ('0' + kind);
  key[1] = ':';
  memcpy (key + 2, name, length + 1);

  return g_hash_table_lookup (program->events, key);
}

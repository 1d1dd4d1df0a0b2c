/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/explain.h"

#include "base/text.h"

char *
reactive_explain_clear_flag (const ReactiveHandlers *handlers, const char *flag)
{
  g_autofree const char **known = reactive_program_list_flags (reactive_handlers_get_program (handlers));

  if (reactive_handlers_is_hook_flag (handlers, flag))
    return g_strdup ("; " REACTIVE_EXPLAIN_HOOK_FLAG);

  return g_strv_contains (known, flag) ? g_strdup ("") : reactive_text_hint (flag, known);
}

/* What is wanted of the flags of one condition. */
typedef struct
{
  const ReactiveHandlers *handlers;
  const char *const *flags; /* of the unit, now */
  GString *clear;           /* those that are, with `, ` between */
  GString *set;
  GString *passing; /* those that stand in hooks only */
} Sorting;

static void
add_name (GString *list, const char *name)
{
  g_string_append_printf (list, "%s'%s'", list->len > 0 ? ", " : "", name);
}

static void
sort_flags (Sorting *sorting, const ReactiveCondition *condition)
{
  for (guint i = 0; condition->names != NULL && condition->names[i] != NULL; i++)
    {
      const char *flag
          = reactive_program_resolve (reactive_handlers_get_program (sorting->handlers), condition->names[i]);

      if (reactive_handlers_is_hook_flag (sorting->handlers, flag))
        add_name (sorting->passing, flag);
      else
        add_name (g_strv_contains (sorting->flags, flag) ? sorting->set : sorting->clear, flag);
    }
}

/* Appends the clause of a condition on flags, if it does not hold. */
static void
explain_flags (GString *text, const ReactiveHandlers *handlers, const ReactiveCondition *condition,
               const char *const *flags)
{
  g_autoptr (GString) clear = g_string_new (NULL), set = g_string_new (NULL), passing = g_string_new (NULL);
  Sorting sorting = { handlers, flags, clear, set, passing };

  sort_flags (&sorting, condition);
  if (condition->kind == REACTIVE_CONDITION_ALL && clear->len > 0)
    g_string_append_printf (text, "; it waits for %s", clear->str);
  if (condition->kind == REACTIVE_CONDITION_NONE && set->len > 0)
    g_string_append_printf (text, "; it waits for %s to be cleared", set->str);
  if (condition->kind == REACTIVE_CONDITION_ANY && set->len == 0 && clear->len > 0)
    g_string_append_printf (text, "; it waits for any of %s", clear->str);
  if (condition->kind == REACTIVE_CONDITION_NOT_ALL && clear->len == 0 && set->len > 0)
    g_string_append_printf (text, "; it waits for one of %s to be cleared", set->str);
  if (passing->len > 0)
    g_string_append_printf (text, "; it looks at %s, which stands in hooks alone", passing->str);
}

static void
explain_names (GString *text, const char *what, const ReactiveCondition *condition)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; condition->names != NULL && condition->names[i] != NULL; i++)
    add_name (names, condition->names[i]);
  g_string_append_printf (text, "; %s %s", what, names->str);
}

static void
explain_condition (GString *text, const ReactiveHandlers *handlers, const ReactiveCondition *condition,
                   const char *const *flags)
{
  switch (condition->kind)
    {
    case REACTIVE_CONDITION_HOOK:
      explain_names (text, "it runs on", condition);
      break;
    case REACTIVE_CONDITION_RESTRICTED:
      explain_names (text, "it runs in the restricted hook", condition);
      break;
    case REACTIVE_CONDITION_ACTION:
      explain_names (text, "it runs for the action", condition);
      break;
    case REACTIVE_CONDITION_ONCE:
      g_string_append (text, "; it runs once on a unit");
      break;
    case REACTIVE_CONDITION_FILE:
      explain_names (text, "it waits for a change of", condition);
      break;
    default:
      explain_flags (text, handlers, condition, flags);
      break;
    }
}

/* Of the module's conditions; 0 where an interface or a program brought the handler, whose are not known here. */
static gsize
get_condition_size (const ReactiveHandlers *handlers, const ReactiveHandlerInfo *info)
{
  const GPtrArray *modules = reactive_handlers_get_modules (handlers);

  for (guint i = 0; i < modules->len; i++)
    {
      const ReactiveLoadedModule *module = g_ptr_array_index (modules, i);

      if (info->endpoint == NULL && g_strcmp0 (module->name, info->module) == 0)
        return module->descriptor->condition_size;
    }

  return 0;
}

char *
reactive_explain_handler (const ReactiveHandlers *handlers, const char *id, const char *const *flags)
{
  const ReactiveProgram *program = reactive_handlers_get_program (handlers);
  GString *text = g_string_new (NULL);
  const ReactiveHandlerInfo *info;
  const ReactiveCondition *condition;
  guint32 handler;
  gsize size_bytes;

  if (!reactive_program_find_handler (program, id, &handler))
    return g_string_free (text, FALSE);

  if (!reactive_program_can_run (program, handler))
    g_string_append (text, "; it never can: its conditions exclude each other, as ON and flags do");
  info = reactive_program_get_handler_data (program, handler);
  size_bytes = get_condition_size (handlers, info);
  for (guint i = 0;
       size_bytes > 0 && (condition = reactive_condition_get (info->handler.conditions, size_bytes, i)) != NULL; i++)
    explain_condition (text, handlers, condition, flags);

  return g_string_free (text, FALSE);
}

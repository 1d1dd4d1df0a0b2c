/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/module-check.h"

#include <string.h>

#include "base/error.h"
#include "charm/modules.h"

/* Tables are walked by the sizes that the module was compiled with. What an entry must have at least is what it had
 * when ABI 1 began; a longer one belongs to a newer header, whose additions are passed over. */
#define MINIMUM_MODULE_SIZE (G_STRUCT_OFFSET (ReactiveModule, finish) + sizeof (ReactiveHandlerFunc))
#define MINIMUM_HANDLER_SIZE G_STRUCT_OFFSET (ReactiveHandler, python_id)
#define MINIMUM_CONDITION_SIZE sizeof (ReactiveCondition)
#define MINIMUM_TRIGGER_SIZE sizeof (ReactiveTrigger)

/* Far beyond any real table: sizes and counts past these are garbage, and would lead the walk out of the module. */
#define MAXIMUM_ENTRY_SIZE 4096u
#define MAXIMUM_ENTRIES 1000000u
#define MAXIMUM_CONDITIONS 1000u
#define MAXIMUM_NAMES 100000u

gboolean
reactive_module_fail (GError **error, const char *where, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  return reactive_fail (error, REACTIVE_ERROR_MODULE, "%s: %s", where, message);
}

gboolean
reactive_module_is_name (const char *name)
{
  if (*name == '\0' || !g_utf8_validate (name, -1, NULL))
    return FALSE;

  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (character == ':' || g_unichar_isspace (character) || g_unichar_iscntrl (character))
        return FALSE;
    }

  return TRUE;
}

const char *
reactive_module_find_fault_in_name (const char *name)
{
  if (*name == '\0')
    return "is empty";
  if (!g_utf8_validate (name, -1, NULL))
    return "is not valid UTF-8";

  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return "contains a control character";

  return NULL;
}

gboolean
reactive_module_check_entry_size (const char *path, const char *what, gsize size, gsize minimum, GError **error)
{
  if (size < minimum)
    return reactive_module_fail (error, path,
                                 "%s size %" G_GSIZE_FORMAT " is short (expected at least %" G_GSIZE_FORMAT ")", what,
                                 size, minimum);
  if (size > MAXIMUM_ENTRY_SIZE || size % sizeof (gpointer) != 0)
    return reactive_module_fail (error, path, "%s size %" G_GSIZE_FORMAT " cannot be right", what, size);

  return TRUE;
}

gboolean
reactive_module_check_table (const char *path, const char *what, gconstpointer table, guint n_entries, GError **error)
{
  if (table == NULL && n_entries > 0)
    return reactive_module_fail (error, path, "%u %s, but no table of them", n_entries, what);
  if (n_entries > MAXIMUM_ENTRIES)
    return reactive_module_fail (error, path, "%u %s (expected at most %u)", n_entries, what, MAXIMUM_ENTRIES);

  return TRUE;
}

static gboolean
check_layout (const ReactiveModule *module, const char *path, GError **error)
{
  if (module->abi != REACTIVE_MODULE_ABI)
    return reactive_module_fail (error, path,
                                 "built for module ABI %u, while this libreactive has %u: rebuild the charm",
                                 module->abi, REACTIVE_MODULE_ABI);

  /* The descriptor itself may be of any length: nothing is read past its first fields. */
  if (module->size < MINIMUM_MODULE_SIZE)
    return reactive_module_fail (error, path, "descriptor size %u is short (expected at least %" G_GSIZE_FORMAT ")",
                                 module->size, (gsize) MINIMUM_MODULE_SIZE);

  return reactive_module_check_entry_size (path, "handler", module->handler_size, MINIMUM_HANDLER_SIZE, error)
         && reactive_module_check_entry_size (path, "condition", module->condition_size, MINIMUM_CONDITION_SIZE, error)
         && reactive_module_check_entry_size (path, "trigger", module->trigger_size, MINIMUM_TRIGGER_SIZE, error)
         && reactive_module_check_table (path, "handlers", module->handlers, module->n_handlers, error)
         && reactive_module_check_table (path, "triggers", module->triggers, module->n_triggers, error);
}

/* Entries are numbered from 1 in messages. @where: "PATH: handler 'x': condition 2". */
static gboolean
check_condition (const ReactiveCondition *condition, const char *where, GError **error)
{
  if (condition->kind < REACTIVE_CONDITION_ALL || condition->kind > REACTIVE_CONDITION_FILE)
    return reactive_module_fail (error, where, "unknown kind %d", (int) condition->kind);
  if (condition->kind == REACTIVE_CONDITION_ONCE)
    return TRUE;
  if (condition->names == NULL)
    return reactive_module_fail (error, where, "no list of names");

  for (guint i = 0; condition->names[i] != NULL; i++)
    {
      const char *fault = reactive_module_find_fault_in_name (condition->names[i]);

      if (fault != NULL)
        return reactive_module_fail (error, where, "name %u %s", i + 1, fault);
      if (i == MAXIMUM_NAMES)
        return reactive_module_fail (error, where, "more than %u names, or no NULL after them", MAXIMUM_NAMES);
    }

  return TRUE;
}

gboolean
reactive_module_check_conditions (const ReactiveCondition *conditions, gsize size_bytes, const char *where,
                                  GError **error)
{
  const ReactiveCondition *condition;

  for (guint i = 0; (condition = reactive_condition_get (conditions, size_bytes, i)) != NULL; i++)
    {
      g_autofree char *condition_where = NULL;

      if (i == MAXIMUM_CONDITIONS)
        return reactive_module_fail (error, where, "more than %u conditions, or no end after them", MAXIMUM_CONDITIONS);

      condition_where = g_strdup_printf ("%s: condition %u", where, i + 1);
      if (!check_condition (condition, condition_where, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_handler (const ReactiveModule *module, guint index, const char *path, GHashTable *names, GError **error)
{
  ReactiveHandler handler = reactive_module_get_handler (module, index);
  g_autofree char *where = NULL;

  if (handler.name == NULL || *handler.name == '\0')
    return reactive_module_fail (error, path, "handler %u: no name", index + 1);
  if (!reactive_module_is_name (handler.name))
    return reactive_module_fail (
        error, path, "handler %u: its name has a space, a control character, ':' or invalid UTF-8", index + 1);

  where = g_strdup_printf ("%s: handler '%s'", path, handler.name);
  if (!g_hash_table_add (names, (gpointer) handler.name))
    return reactive_module_fail (error, where,
                                 "a second handler of this name (write one entry out, with a .name of its own)");
  if (handler.function == NULL)
    return reactive_module_fail (error, where, "no function");

  return reactive_module_check_conditions (handler.conditions, module->condition_size, where, error);
}

static gboolean
check_trigger (const ReactiveModule *module, guint index, const char *path, GError **error)
{
  ReactiveTrigger trigger = reactive_module_get_trigger (module, index);
  const struct
  {
    const char *field;
    const char *flag;
  } flags[] = {
    { "when", trigger.when },
    { "when_not", trigger.when_not },
    { "set", trigger.set },
    { "clear", trigger.clear },
  };
  g_autofree char *where = g_strdup_printf ("%s: trigger %u", path, index + 1);

  if ((trigger.when == NULL) == (trigger.when_not == NULL))
    return reactive_module_fail (error, where, "%s of when and when_not (expected one)",
                                 trigger.when == NULL ? "neither" : "both");
  if (trigger.set == NULL && trigger.clear == NULL)
    return reactive_module_fail (error, where, "neither set nor clear (expected at least one)");

  for (gsize i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      const char *fault = flags[i].flag != NULL ? reactive_module_find_fault_in_name (flags[i].flag) : NULL;

      if (fault != NULL)
        return reactive_module_fail (error, where, "%s %s", flags[i].field, fault);
    }

  return TRUE;
}

gboolean
reactive_module_check (const ReactiveModule *descriptor, const char *path, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert (descriptor != NULL);
  g_assert (path != NULL);

  if (!check_layout (descriptor, path, error))
    return FALSE;

  for (guint i = 0; i < descriptor->n_handlers; i++)
    if (!check_handler (descriptor, i, path, names, error))
      return FALSE;

  for (guint i = 0; i < descriptor->n_triggers; i++)
    if (!check_trigger (descriptor, i, path, error))
      return FALSE;

  return TRUE;
}

ReactiveHandler
reactive_module_get_handler (const ReactiveModule *module, guint index)
{
  ReactiveHandler handler = { 0 };

  g_assert (module != NULL && index < module->n_handlers);

  memcpy (&handler, (const char *) module->handlers + (gsize) index * module->handler_size,
          MIN (sizeof handler, module->handler_size));
  return handler;
}

ReactiveTrigger
reactive_module_get_trigger (const ReactiveModule *module, guint index)
{
  ReactiveTrigger trigger = { 0 };

  g_assert (module != NULL && index < module->n_triggers);

  memcpy (&trigger, (const char *) module->triggers + (gsize) index * module->trigger_size,
          MIN (sizeof trigger, module->trigger_size));
  return trigger;
}

const ReactiveCondition *
reactive_condition_get (const ReactiveCondition *conditions, gsize size_bytes, guint index)
{
  const ReactiveCondition *condition;

  if (conditions == NULL)
    return NULL;

  condition = (gconstpointer) ((const char *) conditions + (gsize) index * size_bytes);
  return condition->kind != 0 ? condition : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <string.h>

#include "unit/unit-private.h"

#define MAX_FLAG_BYTES 4096

gboolean
reactive_flag_name_check (const char *flag, GError **error)
{
  gsize length = strlen (flag);

  if (length == 0 || length > MAX_FLAG_BYTES)
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "a flag's name has %" G_GSIZE_FORMAT " bytes (expected 1 to %d)", length, MAX_FLAG_BYTES);
  if (!g_utf8_validate (flag, length, NULL))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "a flag's name is not UTF-8");
  for (const char *c = flag; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      {
        g_autofree char *escaped = g_strescape (flag, NULL);

        return reactive_fail (error, REACTIVE_ERROR_INVALID, "flag '%s' has a control character in its name", escaped);
      }

  return TRUE;
}

static gboolean
check_flag (ReactiveUnit *unit, const char *flag)
{
  GError *error = NULL;

  if (unit->error == NULL && !reactive_flag_name_check (flag, &error))
    reactive_unit_fail (unit, error);

  return unit->error == NULL;
}

void
reactive_unit_toggle_flag (ReactiveUnit *unit, guint32 flag, gboolean is_set)
{
  GError *error = NULL;

  if (unit->error != NULL)
    return;

  if (!(is_set ? reactive_dispatch_set_flag (unit->dispatch, flag, &error)
               : reactive_dispatch_clear_flag (unit->dispatch, flag, &error)))
    reactive_unit_fail (unit, error);
}

static void
change_flag (ReactiveUnit *unit, const char *name, gboolean set)
{
  if (check_flag (unit, name))
    reactive_unit_toggle_flag (unit, reactive_dispatch_get_flag (unit->dispatch, name), set);
}

/**
 * reactive_set_flag:
 * @unit: the unit
 * @flag: a name
 *
 * Sets a flag, and if it was not set runs the triggers that wait for it. As charms.reactive.set_flag().
 *
 * A bad name or triggers without end fail the hook.
 */
void
reactive_set_flag (ReactiveUnit *unit, const char *flag)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (flag != NULL);

  change_flag (unit, flag, TRUE);
}

/**
 * reactive_clear_flag:
 * @unit: the unit
 * @flag: a name
 *
 * Clears a flag, and if it was set runs the triggers that wait for that. Handlers that are queued are asked again when
 * the handler that calls this ends, even if the flag was not set. As charms.reactive.clear_flag().
 *
 * A bad name or triggers without end fail the hook.
 */
void
reactive_clear_flag (ReactiveUnit *unit, const char *flag)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (flag != NULL);

  change_flag (unit, flag, FALSE);
}

/**
 * reactive_toggle_flag:
 * @unit: the unit
 * @flag: a name
 * @is_set: whether it shall be set
 *
 * reactive_set_flag() or reactive_clear_flag(). As charms.reactive.toggle_flag().
 */
void
reactive_toggle_flag (ReactiveUnit *unit, const char *flag, gboolean is_set)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (flag != NULL);

  change_flag (unit, flag, is_set);
}

/**
 * reactive_is_flag_set:
 * @unit: the unit
 * @flag: a name
 *
 * Looks at one flag. As charms.reactive.is_flag_set().
 *
 * Returns: whether the flag is set; %FALSE once the hook has failed
 */
gboolean
reactive_is_flag_set (ReactiveUnit *unit, const char *flag)
{
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (flag != NULL, FALSE);

  return check_flag (unit, flag) && reactive_dispatch_is_set (unit->dispatch, flag);
}

/* How many of the flags named in @arguments are set, and how many there are. */
static guint
count_flags (ReactiveUnit *unit, va_list arguments, guint *out_n_flags)
{
  const char *flag;
  guint n_set = 0;

  *out_n_flags = 0;
  while ((flag = va_arg (arguments, const char *)) != NULL)
    {
      n_set += reactive_is_flag_set (unit, flag);
      (*out_n_flags)++;
    }

  return n_set;
}

/**
 * reactive_all_flags_set:
 * @unit: the unit
 * @...: names of flags, ended by %NULL
 *
 * Looks at several flags.
 *
 * Returns: whether every flag is set. As charms.reactive.all_flags_set().
 */
gboolean
reactive_all_flags_set (ReactiveUnit *unit, ...)
{
  va_list arguments;
  guint n_flags, n_set;

  g_return_val_if_fail (unit != NULL, FALSE);

  va_start (arguments, unit);
  n_set = count_flags (unit, arguments, &n_flags);
  va_end (arguments);

  return unit->error == NULL && n_set == n_flags;
}

/**
 * reactive_any_flags_set:
 * @unit: the unit
 * @...: names of flags, ended by %NULL
 *
 * Looks at several flags.
 *
 * Returns: whether at least one flag is set. As charms.reactive.any_flags_set().
 */
gboolean
reactive_any_flags_set (ReactiveUnit *unit, ...)
{
  va_list arguments;
  guint n_flags, n_set;

  g_return_val_if_fail (unit != NULL, FALSE);

  va_start (arguments, unit);
  n_set = count_flags (unit, arguments, &n_flags);
  va_end (arguments);

  return n_set > 0;
}

static void
add_name (const char *flag, gpointer data)
{
  g_strv_builder_add (data, flag);
}

/**
 * reactive_get_flags:
 * @unit: the unit
 *
 * Lists the flags.
 *
 * Returns: (transfer none) (array zero-terminated=1): the flags that are set right now, sorted
 */
const char *const *
reactive_get_flags (ReactiveUnit *unit)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  char **flags;

  g_return_val_if_fail (unit != NULL, NULL);

  reactive_dispatch_foreach_flag (unit->dispatch, add_name, names);
  flags = g_strv_builder_end (names);
  reactive_unit_keep (unit, flags, (GDestroyNotify) g_strfreev);

  return (const char *const *) flags;
}

/**
 * reactive_not_unless:
 * @unit: the unit
 * @function: who asks, for the log
 * @...: names of flags, ended by %NULL
 *
 * A guard for functions that other handlers call: says in the log, at WARNING, which of the flags are not set. As the
 * decorator charms.reactive.not_unless(), which only warns; what to do about it is the caller's.
 *
 * Returns: whether every flag is set
 */
gboolean
reactive_not_unless (ReactiveUnit *unit, const char *function, ...)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  va_list arguments;
  const char *flag;
  guint n_missing = 0;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (function != NULL, FALSE);

  va_start (arguments, function);
  while ((flag = va_arg (arguments, const char *)) != NULL)
    if (!reactive_is_flag_set (unit, flag))
      g_string_append_printf (missing, "%s%s", n_missing++ == 0 ? "" : ", ", flag);
  va_end (arguments);

  if (n_missing > 0 && unit->error == NULL)
    reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s called before flag%s: %s", function, n_missing > 1 ? "s" : "",
                         missing->str);

  return n_missing == 0;
}

typedef struct
{
  ReactiveUnit *unit;
  ReactiveTriggerFunc function;
  gpointer data;
  guint32 flag;
  gboolean when_set;
} UnitTrigger;

static void
run_callback (gpointer data)
{
  UnitTrigger *trigger = data;

  if (trigger->unit->error == NULL)
    trigger->function (trigger->unit, trigger->data);
}

/* NULL when the trigger calls back already: as in charms.reactive, registering it again changes nothing. */
static UnitTrigger *
add_callback (ReactiveUnit *unit, const ReactiveTrigger *trigger, ReactiveTriggerFunc function, gpointer data)
{
  gboolean when_set = trigger->when != NULL;
  guint32 flag = reactive_dispatch_get_flag (unit->dispatch, when_set ? trigger->when : trigger->when_not);
  UnitTrigger *entry;

  if (unit->callbacks == NULL)
    unit->callbacks = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < unit->callbacks->len; i++)
    {
      entry = g_ptr_array_index (unit->callbacks, i);
      if (entry->function == function && entry->data == data && entry->flag == flag && entry->when_set == when_set)
        return NULL;
    }

  entry = g_new (UnitTrigger, 1);
  *entry = (UnitTrigger){ unit, function, data, flag, when_set };
  g_ptr_array_add (unit->callbacks, entry);

  return entry;
}

/**
 * reactive_register_trigger:
 * @unit: the unit
 * @trigger: what fires it, and what it sets and clears; unlike one in a table it may do neither when it has a callback
 * @callback: (nullable) (scope forever): runs after the flags
 * @data: what @callback gets
 *
 * Adds a trigger for the rest of this hook. As charms.reactive.register_trigger().
 *
 * A trigger that waits for no flag or two, or does nothing, fails the hook.
 */
void
reactive_register_trigger (ReactiveUnit *unit, const ReactiveTrigger *trigger, ReactiveTriggerFunc callback,
                           gpointer data)
{
  UnitTrigger *entry = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (trigger != NULL);

  if ((trigger->when == NULL) == (trigger->when_not == NULL)
      || (trigger->set == NULL && trigger->clear == NULL && callback == NULL))
    {
      reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID,
                                 "a trigger needs one of when and when_not, and something to do");
      return;
    }
  if (!check_flag (unit, trigger->when != NULL ? trigger->when : trigger->when_not)
      || (trigger->set != NULL && !check_flag (unit, trigger->set))
      || (trigger->clear != NULL && !check_flag (unit, trigger->clear)))
    return;

  if (callback != NULL)
    entry = add_callback (unit, trigger, callback, data);
  reactive_dispatch_add_trigger (unit->dispatch, trigger, entry != NULL ? G_CALLBACK (run_callback) : NULL, entry);
}

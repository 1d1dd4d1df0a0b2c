/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/config.h>
#include <reactive/flags.h>
#include <reactive/log.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "unit/unit-private.h"

/* Where charmhelpers keeps the configuration of the last hook that ended well. */
#define PERSISTENT_FILE ".juju-persistent-config"
#define MAX_PERSISTENT_BYTES (16u * 1024 * 1024)

static char *
persistent_path (ReactiveUnit *unit)
{
  return g_build_filename (reactive_get_charm_dir (unit), PERSISTENT_FILE, NULL);
}

/* A file that is missing, empty or no JSON object counts as none, as with charmhelpers: every option is then changed.
 * The last is worth a warning. */
static void
load_file (ReactiveUnit *unit)
{
  g_autofree char *path = persistent_path (unit);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) value = NULL;
  g_autofree char *text = NULL;
  gsize length;

  text = reactive_file_read (path, MAX_PERSISTENT_BYTES, &length, &error);
  if (text != NULL && length == 0)
    return;
  if (text != NULL)
    value = reactive_json_parse (text, length, REACTIVE_JSON_PYTHON, &error);

  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT)
    unit->previous_config = g_steal_pointer (&value);
  else if (!g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s is not used: %s", path,
                         error != NULL ? error->message : "not a JSON object");
}

static void
load_previous (ReactiveUnit *unit)
{
  unit->config_loaded = TRUE;
  if (unit->host->load_config != NULL)
    unit->previous_config = unit->host->load_config (unit->host_data);
  else
    load_file (unit);
}

/* The configuration as Juju has it; NULL with an error, which the caller makes stick. */
static const ReactiveJson *
current_config (ReactiveUnit *unit, GError **error)
{
  if (!unit->config_loaded)
    load_previous (unit);

  return unit->juju->klass->config_get (unit->juju, error);
}

static gboolean
differs (const ReactiveJson *a, const ReactiveJson *b)
{
  if (reactive_json_is_none (a) || reactive_json_is_none (b))
    return reactive_json_is_none (a) != reactive_json_is_none (b);

  return !reactive_json_equal (a, b);
}

/* An option that Juju does not know has the value it had before, as in charmhelpers' Config. */
static const ReactiveJson *
get_value (ReactiveUnit *unit, const ReactiveJson *config, const char *option)
{
  const ReactiveJson *value = reactive_json_get_member (config, option);

  return value == NULL && unit->previous_config != NULL ? reactive_json_get_member (unit->previous_config, option)
                                                        : value;
}

static gboolean
option_changed (ReactiveUnit *unit, const ReactiveJson *config, const char *option)
{
  return unit->previous_config == NULL
         || differs (reactive_json_get_member (unit->previous_config, option), get_value (unit, config, option));
}

/* As Python's bool(). */
static gboolean
is_truthy (const ReactiveJson *value)
{
  if (reactive_json_is_none (value))
    return FALSE;

  switch (reactive_json_get_kind (value))
    {
    case REACTIVE_JSON_BOOLEAN:
      return reactive_json_get_boolean (value);
    case REACTIVE_JSON_INTEGER:
    case REACTIVE_JSON_FLOAT:
      return reactive_json_get_double (value) != 0;
    case REACTIVE_JSON_STRING:
      return *reactive_json_get_string (value, NULL) != '\0';
    default:
      return reactive_json_get_length (value) > 0;
    }
}

/* As layer:basic at the start of a hook. Changed flags are only set here: they were cleared when the last good hook
 * ended, and a hook that failed keeps what changed for its retry. */
gboolean
reactive_unit_raise_config_flags (ReactiveUnit *unit, GError **error)
{
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (reactive_unit_get_charm (unit), &n_options);
  const ReactiveAutomaticFlags *flags = reactive_handlers_get_flags (unit->handlers);
  const ReactiveJson *config;
  GError *reason = NULL;

  if (n_options == 0)
    return TRUE;
  if ((config = current_config (unit, &reason)) == NULL)
    return reactive_unit_is_no_tool (reason, error);

  for (guint i = 0; i < n_options; i++)
    {
      const ReactiveJson *value = get_value (unit, config, options[i].name);

      if (option_changed (unit, config, options[i].name))
        {
          reactive_unit_toggle_flag (unit, flags->config_changed, TRUE);
          reactive_unit_toggle_flag (unit, flags->options[i].changed, TRUE);
        }
      reactive_unit_toggle_flag (unit, flags->options[i].set, is_truthy (value));
      reactive_unit_toggle_flag (unit, flags->options[i].is_default, !differs (value, options[i].value));
    }

  return TRUE;
}

/* As layer:basic at the end of a good hook. */
void
reactive_unit_drop_config_flags (ReactiveUnit *unit)
{
  const ReactiveAutomaticFlags *flags = reactive_handlers_get_flags (unit->handlers);
  guint n_options;

  reactive_charm_get_options (reactive_unit_get_charm (unit), &n_options);
  reactive_unit_toggle_flag (unit, flags->config_changed, FALSE);
  for (guint i = 0; i < n_options; i++)
    {
      reactive_unit_toggle_flag (unit, flags->options[i].changed, FALSE);
      reactive_unit_toggle_flag (unit, flags->options[i].set, FALSE);
      reactive_unit_toggle_flag (unit, flags->options[i].is_default, FALSE);
    }
}

/* What Juju has now, then what the last hook had and Juju has not. */
static ReactiveJson *
merge_config (ReactiveUnit *unit, const ReactiveJson *config)
{
  ReactiveJson *merged = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (config); i++)
    reactive_json_object_set (merged, reactive_json_get_member_name (config, i),
                              reactive_json_ref (reactive_json_get_element (config, i)));
  for (guint i = 0; unit->previous_config != NULL && i < reactive_json_get_length (unit->previous_config); i++)
    {
      const char *name = reactive_json_get_member_name (unit->previous_config, i);

      if (reactive_json_get_member (merged, name) == NULL)
        reactive_json_object_set (merged, name,
                                  reactive_json_ref (reactive_json_get_element (unit->previous_config, i)));
    }

  return merged;
}

/* Whether both are made of the same values, as in a simulation that keeps them. */
static gboolean
is_same (const ReactiveJson *a, const ReactiveJson *b)
{
  gboolean same = reactive_json_get_length (a) == reactive_json_get_length (b);

  for (guint i = 0; same && i < reactive_json_get_length (a); i++)
    same = reactive_json_get_element (a, i) == reactive_json_get_element (b, i)
           && strcmp (reactive_json_get_member_name (a, i), reactive_json_get_member_name (b, i)) == 0;

  return same;
}

/* As charmhelpers' Config.save(). Only a hook that asked for the configuration writes it, and only when it would say
 * something new. */
gboolean
reactive_unit_save_config (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) merged = NULL;
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *old_text = NULL;
  const ReactiveJson *config;
  GError *reason = NULL;

  if (!unit->config_loaded)
    return TRUE;
  if ((config = unit->juju->klass->config_get (unit->juju, &reason)) == NULL)
    return reactive_unit_is_no_tool (reason, error);

  if (unit->previous_config != NULL && is_same (unit->previous_config, config))
    return TRUE;
  merged = merge_config (unit, config);
  text = reactive_json_to_text (merged, REACTIVE_JSON_INSERTION_ORDER);
  if (unit->previous_config != NULL)
    old_text = reactive_json_to_text (unit->previous_config, REACTIVE_JSON_INSERTION_ORDER);
  if (g_strcmp0 (text, old_text) == 0)
    return TRUE;

  if (unit->host->save_config != NULL)
    {
      unit->host->save_config (g_steal_pointer (&merged), unit->host_data);
      return TRUE;
    }

  path = persistent_path (unit);

  return reactive_file_write (path, text, strlen (text), 0600, -1, -1, error);
}

/* The configuration for a handler that asks for @option; NULL when the hook failed, or fails now: asking for an option
 * that config.yaml does not declare is a mistake in the charm. */
static const ReactiveJson *
config_for (ReactiveUnit *unit, const char *option)
{
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (reactive_unit_get_charm (unit), &n_options);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  const ReactiveJson *config;
  GError *error = NULL;

  if (unit->error != NULL)
    return NULL;
  if ((config = current_config (unit, &error)) == NULL)
    {
      reactive_unit_fail (unit, error);
      return NULL;
    }

  for (guint i = 0; i < n_options; i++)
    {
      if (strcmp (options[i].name, option) == 0)
        return config;
      g_ptr_array_add (names, (char *) options[i].name);
    }
  /* Options that Juju adds of its own, such as "trust". */
  if (reactive_json_get_member (config, option) != NULL)
    return config;

  g_ptr_array_add (names, NULL);
  hint = reactive_text_hint (option, (const char *const *) names->pdata);
  reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "the charm has no configuration option '%s'%s", option,
                             hint);

  return NULL;
}

/**
 * reactive_config_get:
 * @unit: the unit
 * @option: an option of config.yaml
 *
 * An option's value. An option that config.yaml does not declare fails the hook.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if it is not set and has no default, or the hook failed
 */
const ReactiveJson *
reactive_config_get (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *config, *value;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (option != NULL, NULL);

  config = config_for (unit, option);
  value = config != NULL ? get_value (unit, config, option) : NULL;

  return reactive_json_is_none (value) ? NULL : value;
}

/* An option's value if it is of one of two kinds; a value of another kind fails the hook. */
static const ReactiveJson *
get_typed (ReactiveUnit *unit, const char *option, ReactiveJsonType kind, ReactiveJsonType other_kind,
           const char *expected)
{
  const ReactiveJson *value = reactive_config_get (unit, option);

  if (value == NULL || reactive_json_get_kind (value) == kind || reactive_json_get_kind (value) == other_kind)
    return value;

  reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "configuration option '%s' is not %s", option, expected);

  return NULL;
}

/**
 * reactive_config_get_string:
 * @unit: the unit
 * @option: an option of type string or secret
 *
 * An option of another type fails the hook.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if it is not set and has no default
 */
const char *
reactive_config_get_string (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *value = get_typed (unit, option, REACTIVE_JSON_STRING, REACTIVE_JSON_STRING, "a string");

  return value != NULL ? reactive_json_get_string (value, NULL) : NULL;
}

/**
 * reactive_config_get_integer:
 * @unit: the unit
 * @option: an option of type int
 *
 * An option of another type, or a number that 64 bits do not hold, fails the hook.
 *
 * Returns: the value; 0 if it is not set and has no default
 */
gint64
reactive_config_get_integer (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *value = get_typed (unit, option, REACTIVE_JSON_INTEGER, REACTIVE_JSON_INTEGER, "an integer");
  gint64 integer = 0;

  if (value != NULL && !reactive_json_get_integer (value, &integer))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "configuration option '%s' is too large", option);

  return integer;
}

/**
 * reactive_config_get_double:
 * @unit: the unit
 * @option: an option of type float or int
 *
 * An option of another type fails the hook.
 *
 * Returns: the value; 0 if it is not set and has no default
 */
double
reactive_config_get_double (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *value = get_typed (unit, option, REACTIVE_JSON_FLOAT, REACTIVE_JSON_INTEGER, "a number");

  return value != NULL ? reactive_json_get_double (value) : 0;
}

/**
 * reactive_config_get_boolean:
 * @unit: the unit
 * @option: an option of type boolean
 *
 * An option of another type fails the hook.
 *
 * Returns: the value; %FALSE if it is not set and has no default
 */
gboolean
reactive_config_get_boolean (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *value = get_typed (unit, option, REACTIVE_JSON_BOOLEAN, REACTIVE_JSON_BOOLEAN, "a boolean");

  return value != NULL && reactive_json_get_boolean (value);
}

/**
 * reactive_config_is_changed:
 * @unit: the unit
 * @option: an option of config.yaml
 *
 * Whether the option differs from what it was at the end of the last hook that ended well. True for every option as
 * long as no hook did. As charmhelpers' Config.changed(). An option that is not declared fails the hook.
 *
 * Returns: whether it differs
 */
gboolean
reactive_config_is_changed (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *config;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (option != NULL, FALSE);

  config = config_for (unit, option);

  return config != NULL && option_changed (unit, config, option);
}

/**
 * reactive_config_get_previous:
 * @unit: the unit
 * @option: an option of config.yaml, or one of an earlier revision of the charm
 *
 * Reads an option as it was.
 *
 * Returns: (transfer none) (nullable): the value at the end of the last hook that ended well; %NULL if there was none
 */
const ReactiveJson *
reactive_config_get_previous (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *value;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (option != NULL, NULL);

  if (!unit->config_loaded)
    load_previous (unit);
  value = unit->previous_config != NULL ? reactive_json_get_member (unit->previous_config, option) : NULL;

  return reactive_json_is_none (value) ? NULL : value;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/hook.h"

#include <string.h>

#include "base/error.h"

/* A hook whose name is "SUBJECT-SUFFIX" and who declares the subjects. */
typedef struct
{
  const char *suffix;
  const char *event;
  ReactiveHookKind kind;
} HookSuffix;

/* None is the end of another, so the first that matches is the longest. */
static const HookSuffix hook_suffixes[] = {
  { "-relation-created", "created", REACTIVE_HOOK_RELATION },
  { "-relation-joined", "joined", REACTIVE_HOOK_RELATION },
  { "-relation-changed", "changed", REACTIVE_HOOK_RELATION },
  { "-relation-departed", "departed", REACTIVE_HOOK_RELATION },
  { "-relation-broken", "broken", REACTIVE_HOOK_RELATION },
  { "-storage-attached", "attached", REACTIVE_HOOK_STORAGE },
  { "-storage-detaching", "detaching", REACTIVE_HOOK_STORAGE },
  { "-pebble-ready", "ready", REACTIVE_HOOK_WORKLOAD },
  { "-pebble-custom-notice", "custom-notice", REACTIVE_HOOK_WORKLOAD },
  { "-pebble-check-failed", "check-failed", REACTIVE_HOOK_WORKLOAD },
  { "-pebble-check-recovered", "check-recovered", REACTIVE_HOOK_WORKLOAD },
};

/* Hooks known by their whole name; every other is a unit hook. */
static const struct
{
  const char *name;
  const char *event;
  ReactiveHookKind kind;
} special_hooks[] = {
  { "secret-changed", "changed", REACTIVE_HOOK_SECRET },
  { "secret-rotate", "rotate", REACTIVE_HOOK_SECRET },
  { "secret-expired", "expired", REACTIVE_HOOK_SECRET },
  { "secret-remove", "remove", REACTIVE_HOOK_SECRET },
  { "collect-metrics", "collect-metrics", REACTIVE_HOOK_RESTRICTED },
  { "meter-status-changed", "meter-status-changed", REACTIVE_HOOK_RESTRICTED },
};

/* Variables that are taken over as they are. */
static const struct
{
  const char *variable;
  size_t offset;
} hook_fields[] = {
  { "JUJU_RELATION_ID", offsetof (ReactiveHook, relation_id) },
  { "JUJU_REMOTE_UNIT", offsetof (ReactiveHook, remote_unit) },
  { "JUJU_REMOTE_APP", offsetof (ReactiveHook, remote_app) },
  { "JUJU_DEPARTING_UNIT", offsetof (ReactiveHook, departing_unit) },
  { "JUJU_STORAGE_ID", offsetof (ReactiveHook, storage_id) },
  { "JUJU_STORAGE_LOCATION", offsetof (ReactiveHook, storage_location) },
  { "JUJU_STORAGE_KIND", offsetof (ReactiveHook, storage_kind) },
  { "JUJU_SECRET_ID", offsetof (ReactiveHook, secret_id) },
  { "JUJU_SECRET_LABEL", offsetof (ReactiveHook, secret_label) },
  { "JUJU_SECRET_REVISION", offsetof (ReactiveHook, secret_revision) },
  { "JUJU_WORKLOAD_NAME", offsetof (ReactiveHook, workload_name) },
  { "JUJU_NOTICE_ID", offsetof (ReactiveHook, notice_id) },
  { "JUJU_NOTICE_TYPE", offsetof (ReactiveHook, notice_type) },
  { "JUJU_NOTICE_KEY", offsetof (ReactiveHook, notice_key) },
  { "JUJU_PEBBLE_CHECK_NAME", offsetof (ReactiveHook, check_name) },
  { "JUJU_ACTION_UUID", offsetof (ReactiveHook, action_uuid) },
  { "JUJU_UNIT_NAME", offsetof (ReactiveHook, unit_name) },
  { "JUJU_MODEL_UUID", offsetof (ReactiveHook, model_uuid) },
  { "JUJU_MODEL_NAME", offsetof (ReactiveHook, model_name) },
  { "JUJU_MACHINE_ID", offsetof (ReactiveHook, machine_id) },
  { "JUJU_PRINCIPAL_UNIT", offsetof (ReactiveHook, principal_unit) },
  { "JUJU_AVAILABILITY_ZONE", offsetof (ReactiveHook, availability_zone) },
  { "JUJU_VERSION", offsetof (ReactiveHook, juju_version) },
  { "JUJU_CONTEXT_ID", offsetof (ReactiveHook, context_id) },
};

#define HOOK_FIELD(hook, index) G_STRUCT_MEMBER (char *, hook, hook_fields[index].offset)

const char *
reactive_hook_environment_get (const char *const *environment, const char *variable)
{
  const char *value = g_environ_getenv ((char **) environment, variable);

  return value != NULL && *value != '\0' ? value : NULL;
}

/**
 * reactive_hook_environment_charm_dir:
 * @environment: NULL-terminated NAME=VALUE strings
 *
 * Returns: (nullable): the charm directory, a part of @environment
 */
const char *
reactive_hook_environment_charm_dir (const char *const *environment)
{
  const char *charm_dir;

  g_assert (environment != NULL);

  charm_dir = reactive_hook_environment_get (environment, "JUJU_CHARM_DIR");
  return charm_dir != NULL ? charm_dir : reactive_hook_environment_get (environment, "CHARM_DIR");
}

/* Finds out what is to be run: @out_name is a part of @environment. */
static gboolean
find_name (const char *const *environment, const char **out_name, gboolean *out_is_action, GError **error)
{
  const char *path = reactive_hook_environment_get (environment, "JUJU_DISPATCH_PATH");
  const char *action = reactive_hook_environment_get (environment, "JUJU_ACTION_NAME");
  const char *name = action != NULL ? action : reactive_hook_environment_get (environment, "JUJU_HOOK_NAME");
  gboolean is_action = action != NULL;

  if (path != NULL)
    {
      is_action = g_str_has_prefix (path, "actions/");
      if (!is_action && !g_str_has_prefix (path, "hooks/"))
        return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                              "JUJU_DISPATCH_PATH is '%s' (expected hooks/NAME or actions/NAME)", path);
      name = strchr (path, '/') + 1;
    }
  if (name == NULL)
    {
      g_set_error_literal (
          error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
          "no hook to run: neither JUJU_DISPATCH_PATH nor JUJU_HOOK_NAME is set; this is started by Juju, "
          "not by hand");
      return FALSE;
    }
  if (*name == '\0' || strchr (name, '/') != NULL)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "'%s' is not the name of a hook or an action", name);

  *out_name = name;
  *out_is_action = is_action;
  return TRUE;
}

static gboolean
copy_variable (const char *variable, const char *value, char **out_copy, GError **error)
{
  if (value != NULL && !g_utf8_validate (value, -1, NULL))
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s is not valid UTF-8", variable);

  *out_copy = g_strdup (value);
  return TRUE;
}

static gboolean
is_declared (const ReactiveHookNames *names, ReactiveHookKind kind, const char *subject)
{
  const char *const *declared = kind == REACTIVE_HOOK_RELATION  ? names->endpoints
                                : kind == REACTIVE_HOOK_STORAGE ? names->storages
                                                                : names->containers;

  return declared != NULL && g_strv_contains (declared, subject);
}

/* "x-relation-joined" is a relation hook only if the charm has an endpoint "x". */
static gboolean
classify_by_suffix (ReactiveHook *hook, const ReactiveHookNames *names)
{
  for (guint i = 0; i < G_N_ELEMENTS (hook_suffixes); i++)
    {
      const HookSuffix *suffix = &hook_suffixes[i];
      g_autofree char *subject = NULL;

      if (!g_str_has_suffix (hook->name, suffix->suffix))
        continue;

      subject = g_strndup (hook->name, strlen (hook->name) - strlen (suffix->suffix));
      if (!is_declared (names, suffix->kind, subject))
        return FALSE;

      hook->kind = suffix->kind;
      hook->subject = g_steal_pointer (&subject);
      hook->event = g_strdup (suffix->event);
      return TRUE;
    }

  return FALSE;
}

static void
classify (ReactiveHook *hook, const ReactiveHookNames *names)
{
  if (classify_by_suffix (hook, names))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (special_hooks); i++)
    if (g_str_equal (hook->name, special_hooks[i].name))
      {
        hook->kind = special_hooks[i].kind;
        hook->event = g_strdup (special_hooks[i].event);
        return;
      }

  hook->kind = REACTIVE_HOOK_UNIT;
  hook->event = g_strdup (hook->name);
}

/**
 * reactive_hook_new_from_environment:
 * @environment: NULL-terminated NAME=VALUE strings, as Juju's agent sets them for a charm
 * @names: what the charm declares; a NULL list is an empty one
 * @error: NOT_FOUND where no hook is asked for, BAD_DATA
 *
 * Reads what is to be run. JUJU_DISPATCH_PATH is the one variable that tells a hook from an action in every Juju that
 * sets it; without it an action's name goes before a hook's.
 *
 * Returns: (transfer full): the hook
 */
ReactiveHook *
reactive_hook_new_from_environment (const char *const *environment, const ReactiveHookNames *names, GError **error)
{
  g_autoptr (ReactiveHook) hook = g_new0 (ReactiveHook, 1);
  const char *name = NULL;
  gboolean is_action = FALSE;

  g_assert (environment != NULL);
  g_assert (names != NULL);

  if (!find_name (environment, &name, &is_action, error)
      || !copy_variable ("the name of the hook", name, &hook->name, error)
      || !copy_variable ("JUJU_CHARM_DIR", reactive_hook_environment_charm_dir (environment), &hook->charm_dir, error))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (hook_fields); i++)
    if (!copy_variable (hook_fields[i].variable, reactive_hook_environment_get (environment, hook_fields[i].variable),
                        &HOOK_FIELD (hook, i), error))
      return NULL;

  if (is_action)
    {
      hook->kind = REACTIVE_HOOK_ACTION;
      hook->event = g_strdup (hook->name);
    }
  else
    classify (hook, names);

  return g_steal_pointer (&hook);
}

void
reactive_hook_free (ReactiveHook *hook)
{
  if (hook == NULL)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (hook_fields); i++)
    g_free (HOOK_FIELD (hook, i));
  g_free (hook->name);
  g_free (hook->subject);
  g_free (hook->event);
  g_free (hook->charm_dir);
  g_free (hook);
}

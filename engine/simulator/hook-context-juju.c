/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/hook-context-private.h"
#include "simulator/hook-tool.h"

/* The context as the engine sees Juju. */

static ReactiveHookContext *
get_context (ReactiveJuju *juju)
{
  return (ReactiveHookContext *) juju;
}

/* For a tool that every Juju has: it is asked for in every hook. */
static gboolean
may_run (ReactiveJuju *juju, const char *tool, GError **error)
{
  ReactiveHookContext *context = get_context (juju);

  if (reactive_hook_context_get_model (context)->faults == NULL && !reactive_hook_context_is_restricted (context))
    return TRUE;

  return reactive_hook_context_check_tool (context, tool, error);
}

static const ReactiveJson *
config_get (ReactiveJuju *juju, GError **error)
{
  return may_run (juju, "config-get", error) ? get_context (juju)->unit->application->config : NULL;
}

static gboolean
is_leader (ReactiveJuju *juju, gboolean *out_is_leader, GError **error)
{
  if (!may_run (juju, "is-leader", error))
    return FALSE;

  *out_is_leader = reactive_hook_context_is_leader (get_context (juju));
  return TRUE;
}

static const ReactiveJson *
leader_get (ReactiveJuju *juju, GError **error)
{
  return reactive_hook_context_check_tool (get_context (juju), "leader-get", error)
             ? get_context (juju)->unit->application->settings
             : NULL;
}

static gboolean
leader_set (ReactiveJuju *juju, const ReactiveJson *settings, GError **error)
{
  return reactive_hook_context_check_tool (get_context (juju), "leader-set", error)
         && reactive_hook_context_leader_set (get_context (juju), settings, error);
}

static const ReactiveJson *
status_get (ReactiveJuju *juju, gboolean of_application, GError **error)
{
  return may_run (juju, "status-get", error)
             ? reactive_hook_context_status_get (get_context (juju), of_application, error)
             : NULL;
}

static gboolean
status_set (ReactiveJuju *juju, gboolean of_application, const char *status, const char *message, GError **error)
{
  return may_run (juju, "status-set", error)
         && reactive_hook_context_status_set (get_context (juju), of_application, status, message, error);
}

static gboolean
version_set (ReactiveJuju *juju, const char *version, GError **error)
{
  ReactiveModelApplication *application = get_context (juju)->unit->application;

  if (!may_run (juju, "application-version-set", error))
    return FALSE;

  g_free (application->workload_version);
  application->workload_version = g_strdup (version);
  reactive_hook_context_note (get_context (juju), "application-version-set", "%s", version);
  return TRUE;
}

static const ReactiveJson *
action_get (ReactiveJuju *juju, GError **error)
{
  return may_run (juju, "action-get", error) ? reactive_hook_context_action_get (get_context (juju), error) : NULL;
}

static gboolean
action_set (ReactiveJuju *juju, const char *key, const char *value, GError **error)
{
  return may_run (juju, "action-set", error)
         && reactive_hook_context_action_set (get_context (juju), key, value, error);
}

static gboolean
action_fail (ReactiveJuju *juju, const char *message, GError **error)
{
  return may_run (juju, "action-fail", error) && reactive_hook_context_action_fail (get_context (juju), message, error);
}

static gboolean
action_log (ReactiveJuju *juju, const char *message, GError **error)
{
  return may_run (juju, "action-log", error) && reactive_hook_context_action_log (get_context (juju), message, error);
}

static const ReactiveJson *
network_get (ReactiveJuju *juju, const char *binding, const char *relation_id, GError **error)
{
  return may_run (juju, "network-get", error)
             ? reactive_hook_context_network_get (get_context (juju), binding, relation_id, error)
             : NULL;
}

static const ReactiveJson *
opened_ports (ReactiveJuju *juju, GError **error)
{
  return may_run (juju, "opened-ports", error) ? reactive_hook_context_ports_before (get_context (juju)) : NULL;
}

static gboolean
open_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return reactive_hook_context_set_port (get_context (juju), port, /* endpoints= */ NULL, /* open= */ TRUE, error);
}

static gboolean
close_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return reactive_hook_context_set_port (get_context (juju), port, /* endpoints= */ NULL, /* open= */ FALSE, error);
}

static const ReactiveJson *
relation_ids (ReactiveJuju *juju, const char *endpoint, GError **error)
{
  return may_run (juju, "relation-ids", error) ? reactive_hook_context_relation_ids (get_context (juju), endpoint)
                                               : NULL;
}

static const ReactiveJson *
relation_list (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  return may_run (juju, "relation-list", error)
             ? reactive_hook_context_relation_list (get_context (juju), relation_id, error)
             : NULL;
}

static const char *
relation_app (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  return may_run (juju, "relation-list", error)
             ? reactive_hook_context_relation_app (get_context (juju), relation_id, error)
             : NULL;
}

static const ReactiveJson *
relation_get (ReactiveJuju *juju, const char *relation_id, const char *name, gboolean of_application, GError **error)
{
  return may_run (juju, "relation-get", error)
             ? reactive_hook_context_relation_read (get_context (juju), relation_id, name, of_application, error)
             : NULL;
}

static gboolean
relation_set (ReactiveJuju *juju, const char *relation_id, gboolean of_application, const ReactiveJson *settings,
              GError **error)
{
  return may_run (juju, "relation-set", error)
         && reactive_hook_context_relation_set (get_context (juju), relation_id, of_application, settings, error);
}

static void
log_message (ReactiveJuju *juju, ReactiveLogLevel level, const char *message)
{
  static const char *const names[] = {
    [REACTIVE_LOG_TRACE] = "TRACE",     [REACTIVE_LOG_DEBUG] = "DEBUG", [REACTIVE_LOG_INFO] = "INFO",
    [REACTIVE_LOG_WARNING] = "WARNING", [REACTIVE_LOG_ERROR] = "ERROR", [REACTIVE_LOG_CRITICAL] = "CRITICAL",
  };

  reactive_hook_context_note (get_context (juju), "juju-log", "%s: %s", names[level], message);
}

/* Nothing is held: a message is a note to whoever watches. */
static gboolean
log_flush (ReactiveJuju *juju, GError **error)
{
  return may_run (juju, "juju-log", error);
}

static gboolean
call (ReactiveJuju *juju, const char *tool, const char *const *argv, GBytes *input, ReactiveToolReply *out_reply,
      GError **error)
{
  ReactiveHookContext *context = get_context (juju);

  return reactive_hook_tool_run (context, tool, argv, context->directory != NULL ? context->directory : "/", input,
                                 out_reply, error);
}

static void
leave (G_GNUC_UNUSED ReactiveJuju *juju)
{
  /* the context is another's */
}

const ReactiveJujuClass reactive_hook_context_juju_class = {
  .config_get = config_get,
  .is_leader = is_leader,
  .leader_get = leader_get,
  .leader_set = leader_set,
  .status_get = status_get,
  .status_set = status_set,
  .version_set = version_set,
  .action_get = action_get,
  .action_set = action_set,
  .action_fail = action_fail,
  .action_log = action_log,
  .network_get = network_get,
  .opened_ports = opened_ports,
  .relation_ids = relation_ids,
  .relation_list = relation_list,
  .relation_app = relation_app,
  .relation_get = relation_get,
  .relation_set = relation_set,
  .open_port = open_port,
  .close_port = close_port,
  .log = log_message,
  .log_flush = log_flush,
  .call = call,
  .free = leave,
};

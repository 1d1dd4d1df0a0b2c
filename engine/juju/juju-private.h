/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "juju/juju-log.h"
#include "juju/juju.h"

/* A question to a hook tool, and what an answer to it looks like. */
typedef struct
{
  const char *const *argv; /* the tool, then its arguments */
  ReactiveJsonType kind;
  gboolean is_null_empty; /* Go writes an empty map or list as null where it never made one */
  /* (nullable): looks at the parts of an answer; errors: BAD_DATA, without the tool's name */
  gboolean (*check) (const ReactiveJson *answer, GError **error);
} ReactiveJujuQuestion;

/* What Juju's hook tools have answered. */
typedef struct
{
  ReactiveJuju parent;
  ReactiveCarrier *carrier;
  ReactiveJujuLog *log;
  GHashTable *answers; /* words of the question, one a line → ReactiveJson */
  GPtrArray *retired;  /* answers that no longer hold, but that someone may still have */
} ReactiveToolsJuju;

const ReactiveJson *reactive_tools_juju_ask (ReactiveToolsJuju *self, const ReactiveJujuQuestion *question,
                                             GError **error);
/* Puts @answer (transfer full; nullable) in place of what was answered to @question. */
void reactive_tools_juju_replace (ReactiveToolsJuju *self, const ReactiveJujuQuestion *question, ReactiveJson *answer);
/* Runs the tool argv[0] for its effect. */
gboolean reactive_tools_juju_tell (ReactiveToolsJuju *self, const char *const *argv, GError **error);
/* The same with @input (nullable) on its standard input. */
gboolean reactive_tools_juju_tell_input (ReactiveToolsJuju *self, const char *const *argv, GBytes *input,
                                         GError **error);
/* Checks of answers: an object of strings, an array of strings. */
gboolean reactive_juju_check_settings (const ReactiveJson *answer, GError **error);
gboolean reactive_juju_check_names (const ReactiveJson *answer, GError **error);

extern const ReactiveJujuQuestion reactive_juju_leader_get_question;
extern const ReactiveJujuQuestion reactive_juju_opened_ports_question;
/* of the unit, of the application */
extern const ReactiveJujuQuestion reactive_juju_status_get_questions[2];

/* Errors: DENIED where this unit is no leader. @what: "set the application's status" */
gboolean reactive_tools_juju_require_leader (ReactiveJuju *juju, const char *what, GError **error);

gboolean reactive_tools_juju_leader_set (ReactiveJuju *juju, const ReactiveJson *settings, GError **error);
gboolean reactive_tools_juju_status_set (ReactiveJuju *juju, gboolean of_application, const char *status,
                                         const char *message, GError **error);
gboolean reactive_tools_juju_version_set (ReactiveJuju *juju, const char *version, GError **error);
gboolean reactive_tools_juju_action_set (ReactiveJuju *juju, const char *key, const char *value, GError **error);
gboolean reactive_tools_juju_action_fail (ReactiveJuju *juju, const char *message, GError **error);
gboolean reactive_tools_juju_action_log (ReactiveJuju *juju, const char *message, GError **error);

const ReactiveJson *reactive_tools_juju_relation_ids (ReactiveJuju *juju, const char *endpoint, GError **error);
const ReactiveJson *reactive_tools_juju_relation_list (ReactiveJuju *juju, const char *relation_id, GError **error);
const char *reactive_tools_juju_relation_app (ReactiveJuju *juju, const char *relation_id, GError **error);
const ReactiveJson *reactive_tools_juju_relation_get (ReactiveJuju *juju, const char *relation_id, const char *name,
                                                      gboolean of_application, GError **error);
gboolean reactive_tools_juju_relation_set (ReactiveJuju *juju, const char *relation_id, gboolean of_application,
                                           const ReactiveJson *settings, GError **error);

const ReactiveJson *reactive_tools_juju_opened_ports (ReactiveJuju *juju, GError **error);
gboolean reactive_tools_juju_open_port (ReactiveJuju *juju, const char *port, GError **error);
gboolean reactive_tools_juju_close_port (ReactiveJuju *juju, const char *port, GError **error);

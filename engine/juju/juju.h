/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/log.h>

#include "base/json.h"
#include "juju/carrier.h"

/* What a unit may ask of Juju during one hook. Answers are the implementation's and live as long as the object; an
 * answer is asked for once and remembered (a failed question is asked again). A question that the running Juju has no
 * tool for fails with NO_TOOL; any other refusal with TOOL, or DENIED where only a leader may. */
typedef struct _ReactiveJuju ReactiveJuju;
typedef struct
{
  const ReactiveJson *(*config_get) (ReactiveJuju *juju, GError **error); /* object: every option, null where unset */
  gboolean (*is_leader) (ReactiveJuju *juju, gboolean *out_is_leader, GError **error);
  const ReactiveJson *(*leader_get) (ReactiveJuju *juju, GError **error); /* object of strings */
  /* Object: string values, null deletes. Sent at once; a later leader_get() shows it. */
  gboolean (*leader_set) (ReactiveJuju *juju, const ReactiveJson *settings, GError **error);
  /* Object with "status", "message", "status-data"; of the application: with such an object as "application-status",
   * and "units". A later status_get() shows what was set. */
  const ReactiveJson *(*status_get) (ReactiveJuju *juju, gboolean of_application, GError **error);
  gboolean (*status_set) (ReactiveJuju *juju, gboolean of_application, const char *status, const char *message,
                          GError **error);
  gboolean (*version_set) (ReactiveJuju *juju, const char *version, GError **error);
  const ReactiveJson *(*action_get) (ReactiveJuju *juju, GError **error); /* object: every parameter */
  gboolean (*action_set) (ReactiveJuju *juju, const char *key, const char *value, GError **error);
  gboolean (*action_fail) (ReactiveJuju *juju, const char *message, GError **error);
  gboolean (*action_log) (ReactiveJuju *juju, const char *message, GError **error);
  /* @relation_id may be NULL */
  const ReactiveJson *(*network_get) (ReactiveJuju *juju, const char *binding, const char *relation_id, GError **error);
  const ReactiveJson *(*opened_ports) (ReactiveJuju *juju,
                                       GError **error); /* array: "80/tcp", "8000-8010/udp", "icmp" */
  /* Relations: "db:1", each in a relation id's own text. */
  const ReactiveJson *(*relation_ids) (ReactiveJuju *juju, const char *endpoint, GError **error); /* array of strings */
  const ReactiveJson *(*relation_list) (ReactiveJuju *juju, const char *relation_id,
                                        GError **error); /* array of strings: the units that are joined */
  /* The remote application; owned by the implementation. */
  const char *(*relation_app) (ReactiveJuju *juju, const char *relation_id, GError **error);
  /* Object of strings: the databag of the unit or application @name. */
  const ReactiveJson *(*relation_get) (ReactiveJuju *juju, const char *relation_id, const char *name,
                                       gboolean of_application, GError **error);
  /* Object: string values, null deletes: into this unit's databag, or its application's. Juju holds it back until the
   * hook's exit code; relation_get() goes on to answer what was there before. */
  gboolean (*relation_set) (ReactiveJuju *juju, const char *relation_id, gboolean of_application,
                            const ReactiveJson *settings, GError **error);
  gboolean (*open_port) (ReactiveJuju *juju, const char *port, GError **error);
  gboolean (*close_port) (ReactiveJuju *juju, const char *port, GError **error);
  /* Held, and sent with its neighbours of the same level as one message. */
  void (*log) (ReactiveJuju *juju, ReactiveLogLevel level, const char *message);
  gboolean (*log_flush) (ReactiveJuju *juju, GError **error);
  /* Any tool, uncached. The reply is TRUE's whatever the exit code. */
  gboolean (*call) (ReactiveJuju *juju, const char *tool, const char *const *argv, GBytes *input,
                    ReactiveToolReply *out_reply, GError **error);
  void (*free) (ReactiveJuju *juju);
} ReactiveJujuClass;

struct _ReactiveJuju
{
  const ReactiveJujuClass *klass;
};

/* Juju's hook tools behind @carrier (transfer full). */
ReactiveJuju *reactive_juju_new_for_tools (ReactiveCarrier *carrier);
void reactive_juju_free (ReactiveJuju *juju);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveJuju, reactive_juju_free)

/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static gboolean
elect (ReactiveUnit *unit, GError **error)
{
  return reactive_leader_set (unit, "token", "s3cret", error);
}

static gboolean
lead (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
notice_token (ReactiveUnit *unit, GError **error)
{
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "token: %s", reactive_leader_get (unit, "token"));

  return TRUE;
}

static gboolean
use_token (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
get_token (ReactiveUnit *unit, GError **error)
{
  const char *token = reactive_leader_get (unit, "token");

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "token: %s", token != NULL ? token : "none");

  return TRUE;
}

static gboolean
ask_for_leader (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, reactive_is_leader (unit) ? "leads" : "follows");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (elect, ON ("leader-elected")),
  HANDLER (lead, WHEN ("leadership.is_leader")),
  HANDLER (notice_token, WHEN ("leadership.changed.token", "leadership.changed")),
  HANDLER (use_token, WHEN ("leadership.set.token")),
  DO (get_token),
  DO (ask_for_leader),
};

REACTIVE_MODULE (HANDLERS (handlers));

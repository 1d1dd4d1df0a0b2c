/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unit/handlers.h"

/* Where a hook may die, as a process that is killed does. Named "before-commit"; after a handler "after-handler
 * MODULE:NAME"; around each message that sends a databag "before-publication RELATION NAME", of a unit ("db:1 app/0")
 * or its application ("db:1 app"). */
typedef enum
{
  REACTIVE_KILL_BEFORE_HANDLERS, /* the hook begins */
  REACTIVE_KILL_AFTER_HANDLER,   /* or after a start or finish function, "MODULE:start" */
  REACTIVE_KILL_BEFORE_PUBLICATION,
  REACTIVE_KILL_AFTER_PUBLICATION,
  REACTIVE_KILL_BEFORE_COMMIT,
  REACTIVE_KILL_AFTER_COMMIT,
  REACTIVE_KILL_BEFORE_EXIT, /* everything is told, but Juju has not seen the exit code */
} ReactiveKillPoint;

/* The name without what follows it. */
const char *reactive_kill_point_get_name (ReactiveKillPoint point);
/* *@out_detail points into @text; NULL where @text names any point of the kind. One after a handler must be that of a
 * handler, or of a start or finish function, of @handlers (nullable: not known). Errors: INVALID */
gboolean reactive_kill_point_parse (const char *text, const ReactiveHandlers *handlers, ReactiveKillPoint *out_point,
                                    const char **out_detail, GError **error);

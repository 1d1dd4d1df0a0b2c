/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/kill-point.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

static const char *const names[] = {
  [REACTIVE_KILL_BEFORE_HANDLERS] = "before-handlers",
  [REACTIVE_KILL_AFTER_HANDLER] = "after-handler",
  [REACTIVE_KILL_BEFORE_PUBLICATION] = "before-publication",
  [REACTIVE_KILL_AFTER_PUBLICATION] = "after-publication",
  [REACTIVE_KILL_BEFORE_COMMIT] = "before-commit",
  [REACTIVE_KILL_AFTER_COMMIT] = "after-commit",
  [REACTIVE_KILL_BEFORE_EXIT] = "before-exit",
  NULL,
};

static gboolean
has_detail (ReactiveKillPoint point)
{
  return point >= REACTIVE_KILL_AFTER_HANDLER && point <= REACTIVE_KILL_AFTER_PUBLICATION;
}

const char *
reactive_kill_point_get_name (ReactiveKillPoint point)
{
  return names[point];
}

gboolean
reactive_kill_point_parse (const char *text, ReactiveKillPoint *out_point, const char **out_detail, GError **error)
{
  const char *blank = strchr (text, ' ');
  g_autofree char *name = blank != NULL ? g_strndup (text, blank - text) : g_strdup (text);
  g_autofree char *hint = reactive_text_hint (name, names);

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      {
        if (blank != NULL && !has_detail (i))
          return reactive_fail (error, REACTIVE_ERROR_INVALID, "'%s' takes nothing behind it", name);
        *out_point = i;
        *out_detail = blank != NULL ? blank + 1 : NULL;
        return TRUE;
      }

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "no hook can be killed at '%s'%s", name, hint);
}

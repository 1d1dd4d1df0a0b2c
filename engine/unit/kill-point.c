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

/* "MODULE:start" or "MODULE:finish" */
static gboolean
is_function (const ReactiveHandlers *handlers, const char *detail)
{
  const GPtrArray *modules = reactive_handlers_get_modules (handlers);

  for (guint i = 0; i < modules->len; i++)
    {
      const ReactiveLoadedModule *module = g_ptr_array_index (modules, i);
      g_autofree char *start = g_strconcat (module->name, ":start", NULL);
      g_autofree char *finish = g_strconcat (module->name, ":finish", NULL);

      if ((module->descriptor->start != NULL && strcmp (detail, start) == 0)
          || (module->descriptor->finish != NULL && strcmp (detail, finish) == 0))
        return TRUE;
    }

  return FALSE;
}

static gboolean
check_handler (ReactiveKillPoint point, const char *detail, const ReactiveHandlers *handlers, GError **error)
{
  if (point != REACTIVE_KILL_AFTER_HANDLER || detail == NULL || handlers == NULL)
    return TRUE;

  return is_function (handlers, detail) || reactive_handlers_check_name (handlers, detail, error);
}

gboolean
reactive_kill_point_parse (const char *text, const ReactiveHandlers *handlers, ReactiveKillPoint *out_point,
                           const char **out_detail, GError **error)
{
  const char *blank = strchr (text, ' ');
  const char *detail = blank != NULL ? blank + 1 : NULL;
  g_autofree char *name = blank != NULL ? g_strndup (text, blank - text) : g_strdup (text);
  g_autofree char *hint = reactive_text_hint (name, names);

  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      {
        if (detail != NULL && !has_detail (i))
          return reactive_fail (error, REACTIVE_ERROR_INVALID, "'%s' takes nothing behind it", name);
        if (!check_handler (i, detail, handlers, error))
          return FALSE;
        *out_point = i;
        *out_detail = detail;
        return TRUE;
      }

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "no hook can be killed at '%s'%s", name, hint);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

/* When a secret expires: RFC 3339, the same without a zone, or a duration as Go's time.ParseDuration() reads it. */

/* 292 years, which are as many nanoseconds as Go's durations hold */
#define MAX_DURATION_US 9.2e15

static gboolean
has_shape (const char *text, const char *shape)
{
  for (; *shape != '\0'; shape++, text++)
    if (*shape == '9' ? !g_ascii_isdigit (*text) : *text != *shape)
      return FALSE;

  return TRUE;
}

/* "Z", "+hh:mm", "-hh:mm" or nothing: minutes ahead of UTC. */
static gboolean
parse_zone (const char *text, int *out_minutes)
{
  int hours, minutes;

  *out_minutes = 0;
  if (*text == '\0' || strcmp (text, "Z") == 0)
    return TRUE;
  if ((*text != '+' && *text != '-') || !has_shape (text + 1, "99:99") || text[6] != '\0')
    return FALSE;
  if (sscanf (text + 1, "%2d:%2d", &hours, &minutes) != 2 || hours > 24 || minutes > 59)
    return FALSE;

  *out_minutes = (*text == '-' ? -1 : 1) * (hours * 60 + minutes);
  return TRUE;
}

static GDateTime *
parse_time (const char *text)
{
  const char *rest = text + strlen ("9999-99-99T99:99:99");
  int year, month, day, hour, minute, second, zone;
  g_autoptr (GDateTime) local = NULL;

  if (!has_shape (text, "9999-99-99T99:99:99"))
    return NULL;
  if (sscanf (text, "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6)
    return NULL;
  if (rest[0] == '.' && g_ascii_isdigit (rest[1]))
    rest += 1 + strspn (rest + 1, "0123456789");
  if (!parse_zone (rest, &zone))
    return NULL;

  local = g_date_time_new_utc (year, month, day, hour, minute, second);
  return local != NULL ? g_date_time_add_minutes (local, -zone) : NULL;
}

static gboolean
parse_unit (const char **text, double *out_us)
{
  static const struct
  {
    const char *name;
    double us;
  } units[] = {
    { "ns", 1e-3 }, { "us", 1 },  { "\xc2\xb5s", 1 }, { "\xce\xbcs", 1 },
    { "ms", 1e3 },  { "s", 1e6 }, { "m", 60e6 },      { "h", 3600e6 },
  };
  gsize length = strcspn (*text, "0123456789.");

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (strlen (units[i].name) == length && strncmp (units[i].name, *text, length) == 0)
      {
        *text += length;
        *out_us = units[i].us;
        return TRUE;
      }

  return FALSE;
}

/* "1h30m", "-1.5h", "0". */
static gboolean
parse_duration (const char *text, gint64 *out_us)
{
  gboolean is_negative = *text == '-';
  double sum_us = 0;

  if (*text == '-' || *text == '+')
    text++;
  if (*text == '\0')
    return FALSE;
  if (strcmp (text, "0") == 0)
    {
      *out_us = 0;
      return TRUE;
    }

  while (*text != '\0')
    {
      gsize n_whole = strspn (text, "0123456789");
      gsize n_fraction = text[n_whole] == '.' ? strspn (text + n_whole + 1, "0123456789") : 0;
      gsize length = n_whole + n_fraction + (text[n_whole] == '.' ? 1 : 0);
      g_autofree char *digits = g_strndup (text, length);
      double unit_us;

      text += length;
      if (n_whole + n_fraction == 0 || !parse_unit (&text, &unit_us))
        return FALSE;
      sum_us += g_ascii_strtod (digits, NULL) * unit_us;
      if (sum_us >= MAX_DURATION_US)
        return FALSE;
    }

  *out_us = (gint64) (is_negative ? -sum_us : sum_us);
  return TRUE;
}

char *
reactive_hook_tool_read_expiry (const char *text, gint64 now_us, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (text);
  g_autoptr (GDateTime) time = parse_time (text);
  gint64 duration_us = 0;

  if (time == NULL && !parse_duration (text, &duration_us))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "expire time or duration %s not valid", quoted);
      return NULL;
    }
  if (time == NULL && duration_us <= 0)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "negative expire duration %s not valid", quoted);
      return NULL;
    }

  if (time == NULL)
    time = g_date_time_new_from_unix_utc ((now_us + duration_us) / G_USEC_PER_SEC);
  if (time == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "expire time or duration %s not valid", quoted);
      return NULL;
    }

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

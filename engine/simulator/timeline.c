/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/timeline.h"

#include <string.h>

#define MAX_COLUMNS 110
#define MAX_TEXT_BYTES 400

struct _ReactiveTimeline
{
  FILE *stream;
  guint unit_width; /* of the widest unit so far */
  gboolean is_open; /* the line of a hook is not ended yet */
  gboolean in_handler;
  GString *flags; /* that changed since the last line */
};

ReactiveTimeline *
reactive_timeline_new (FILE *stream)
{
  ReactiveTimeline *timeline = g_new0 (ReactiveTimeline, 1);

  timeline->stream = stream;
  timeline->unit_width = 10;
  timeline->flags = g_string_new (NULL);

  return timeline;
}

void
reactive_timeline_free (ReactiveTimeline *timeline)
{
  if (timeline == NULL)
    return;

  fflush (timeline->stream);
  g_string_free (timeline->flags, TRUE);
  g_free (timeline);
}

static void
end_line (ReactiveTimeline *timeline)
{
  if (timeline->is_open)
    fputc ('\n', timeline->stream);
  timeline->is_open = FALSE;
}

static void
put_flags (ReactiveTimeline *timeline)
{
  if (timeline->flags->len == 0)
    return;

  end_line (timeline);
  fprintf (timeline->stream, "%s%s\n", timeline->in_handler ? "            " : "          ", timeline->flags->str);
  g_string_truncate (timeline->flags, 0);
}

/* What lasts for a hook, and is the same in each, says nothing. */
static gboolean
is_dull (const char *flag)
{
  return g_str_has_prefix (flag, "config.set.") || g_str_has_prefix (flag, "config.default.");
}

static void
add_flag (ReactiveTimeline *timeline, char sign, const char *flag)
{
  if (is_dull (flag))
    return;
  if (timeline->flags->len > 0 && timeline->flags->len + strlen (flag) > MAX_COLUMNS)
    put_flags (timeline);

  g_string_append_printf (timeline->flags, "%s%c%s", timeline->flags->len > 0 ? " " : "", sign, flag);
}

/* Each line of @text, of which a long one is cut. */
static void
put_lines (ReactiveTimeline *timeline, const char *indent, const char *label, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  end_line (timeline);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);
      const char *end = length > MAX_TEXT_BYTES ? g_utf8_find_prev_char (lines[i], lines[i] + MAX_TEXT_BYTES) : NULL;

      if (i > 0 && *lines[i] == '\0')
        continue;
      fprintf (timeline->stream, "%s%s%.*s%s\n", indent, i == 0 ? label : "  ",
               (int) (end != NULL ? end - lines[i] : (gssize) length), lines[i], end != NULL ? "…" : "");
    }
}

static void
put_hook (ReactiveTimeline *timeline, const ReactiveSimulationEvent *event)
{
  timeline->unit_width = MAX (timeline->unit_width, (guint) strlen (event->unit));
  timeline->in_handler = FALSE;
  fprintf (timeline->stream, "%6" G_GINT64_FORMAT "s  %-*s  %s", event->time_us / G_USEC_PER_SEC,
           (int) timeline->unit_width, event->unit, event->hook);
  if (event->subject != NULL)
    fprintf (timeline->stream, "  %s", event->subject);
  timeline->is_open = TRUE;
}

static void
put_end (ReactiveTimeline *timeline, const ReactiveSimulationEvent *event)
{
  static const char *const labels[] = {
    [REACTIVE_HOOK_FAILED] = "FAILED: ",
    [REACTIVE_HOOK_KILLED] = "KILLED: ",
  };

  switch (event->outcome)
    {
    case REACTIVE_HOOK_GOOD:
      break;
    case REACTIVE_HOOK_MISSING:
      if (timeline->is_open)
        fputs ("  (the charm has none)", timeline->stream);
      break;
    case REACTIVE_HOOK_FAILED:
    case REACTIVE_HOOK_KILLED:
      put_lines (timeline, "        ", labels[event->outcome], event->detail != NULL ? event->detail : "");
      break;
    }
  end_line (timeline);
}

static gboolean
is_worth_showing (const char *log)
{
  return g_str_has_prefix (log, "WARNING") || g_str_has_prefix (log, "ERROR") || g_str_has_prefix (log, "CRITICAL");
}

static void
put_detail (ReactiveTimeline *timeline, const ReactiveSimulationEvent *event)
{
  switch (event->kind)
    {
    case REACTIVE_SIMULATION_HANDLER:
      put_lines (timeline, "          ", "", event->detail);
      timeline->in_handler = TRUE;
      break;
    case REACTIVE_SIMULATION_PUBLISHED:
      put_lines (timeline, "          ", "published ", event->detail);
      break;
    case REACTIVE_SIMULATION_STATUS:
      put_lines (timeline, "          ", "status ", event->detail);
      break;
    case REACTIVE_SIMULATION_LOG:
      if (is_worth_showing (event->detail))
        put_lines (timeline, "          ", "log ", event->detail);
      break;
    case REACTIVE_SIMULATION_OUTPUT:
      put_lines (timeline, "          ", "| ", event->detail);
      break;
    case REACTIVE_SIMULATION_FAILURE:
      put_lines (timeline, "", "NOT AS EXPECTED: ", event->detail);
      break;
    default:
      put_lines (timeline, "          ", "", event->detail);
      break;
    }
}

void
reactive_timeline_show (const ReactiveSimulationEvent *event, gpointer data)
{
  ReactiveTimeline *timeline = data;

  if (event->kind == REACTIVE_SIMULATION_FLAG_SET || event->kind == REACTIVE_SIMULATION_FLAG_CLEAR)
    {
      add_flag (timeline, event->kind == REACTIVE_SIMULATION_FLAG_SET ? '+' : '-', event->detail);
      return;
    }

  put_flags (timeline);
  switch (event->kind)
    {
    case REACTIVE_SIMULATION_HOOK:
      end_line (timeline);
      put_hook (timeline, event);
      break;
    case REACTIVE_SIMULATION_HOOK_END:
      put_end (timeline, event);
      break;
    case REACTIVE_SIMULATION_STEP:
      end_line (timeline);
      fprintf (timeline->stream, "-- %s\n", event->detail);
      fflush (timeline->stream);
      break;
    default:
      put_detail (timeline, event);
      break;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/progress.h"
#include "simulator/timeline-json.h"
#include "simulator/timeline.h"
#include "simulator/trace-file.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/json.h"

/* What listeners make of events. */

#define SECONDS G_USEC_PER_SEC
#define OF_WEB(...)                                                                                                    \
  {                                                                                                                    \
    .unit = "web/0", .hook = "db-relation-changed", .subject = "db:1 mysql/0", .number = 4, __VA_ARGS__                \
  }

static const ReactiveSimulationEvent events[] = {
  { .kind = REACTIVE_SIMULATION_STEP, .detail = "config: web" },
  OF_WEB (.kind = REACTIVE_SIMULATION_HOOK, .time_us = 3 * SECONDS),
  OF_WEB (.kind = REACTIVE_SIMULATION_FLAG_SET, .time_us = 3 * SECONDS, .detail = "config.set.port"),
  OF_WEB (.kind = REACTIVE_SIMULATION_FLAG_SET, .time_us = 3 * SECONDS, .detail = "endpoint.db.joined"),
  OF_WEB (.kind = REACTIVE_SIMULATION_HANDLER, .time_us = 3 * SECONDS, .detail = "web:connect"),
  OF_WEB (.kind = REACTIVE_SIMULATION_FLAG_SET, .time_us = 3 * SECONDS, .detail = "web.connected"),
  OF_WEB (.kind = REACTIVE_SIMULATION_FLAG_CLEAR, .time_us = 3 * SECONDS, .detail = "web.waiting"),
  OF_WEB (.kind = REACTIVE_SIMULATION_LOG, .time_us = 3 * SECONDS, .detail = "DEBUG: nobody asks"),
  OF_WEB (.kind = REACTIVE_SIMULATION_LOG, .time_us = 3 * SECONDS, .detail = "WARNING: \"odd\"\nvery"),
  OF_WEB (.kind = REACTIVE_SIMULATION_OUTPUT, .time_us = 3 * SECONDS, .detail = "printed"),
  OF_WEB (.kind = REACTIVE_SIMULATION_TOLD, .time_us = 3 * SECONDS, .detail = "open-port 80/tcp"),
  OF_WEB (.kind = REACTIVE_SIMULATION_PUBLISHED, .time_us = 3 * SECONDS, .detail = "db:1 web/0 a=1"),
  OF_WEB (.kind = REACTIVE_SIMULATION_STATUS, .time_us = 3 * SECONDS, .detail = "active: ready"),
  OF_WEB (.kind = REACTIVE_SIMULATION_HOOK_END, .time_us = 4 * SECONDS),
  { .kind = REACTIVE_SIMULATION_HOOK, .time_us = 4 * SECONDS, .unit = "web/0", .hook = "stop", .number = 5 },
  { .kind = REACTIVE_SIMULATION_HOOK_END,
    .time_us = 5 * SECONDS,
    .unit = "web/0",
    .hook = "stop",
    .number = 5,
    .outcome = REACTIVE_HOOK_MISSING },
  { .kind = REACTIVE_SIMULATION_HOOK, .time_us = 5 * SECONDS, .unit = "mysql/10", .hook = "install", .number = 6 },
  { .kind = REACTIVE_SIMULATION_HOOK_END,
    .time_us = 6 * SECONDS,
    .unit = "mysql/10",
    .hook = "install",
    .number = 6,
    .outcome = REACTIVE_HOOK_FAILED,
    .detail = "no luck" },
  { .kind = REACTIVE_SIMULATION_FAILURE, .time_us = 6 * SECONDS, .number = 6, .detail = "web/0: no flag x\nlast: y" },
};

typedef struct
{
  char *text;
  gsize length;
  FILE *stream;
} Written;

static void
written_open (Written *written)
{
  written->stream = open_memstream (&written->text, &written->length);
  g_assert_nonnull (written->stream);
}

static void
assert_written (Written *written, const char *expected)
{
  fclose (written->stream);
  g_assert_cmpstr (written->text, ==, expected);
  free (written->text);
}

static void
show_all (ReactiveSimulationFunc func, gpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    func (&events[i], data);
}

static void
test_text (void)
{
  Written written;
  ReactiveTimeline *timeline;

  written_open (&written);
  timeline = reactive_timeline_new (written.stream);
  show_all (reactive_timeline_show, timeline);
  reactive_timeline_free (timeline);

  assert_written (&written, "-- config: web\n"
                            "     3s  web/0       db-relation-changed  db:1 mysql/0\n"
                            "          +endpoint.db.joined\n"
                            "          web:connect\n"
                            "            +web.connected -web.waiting\n"
                            "          log WARNING: \"odd\"\n"
                            "            very\n"
                            "          | printed\n"
                            "          open-port 80/tcp\n"
                            "          published db:1 web/0 a=1\n"
                            "          status active: ready\n"
                            "     4s  web/0       stop  (the charm has none)\n"
                            "     5s  mysql/10    install\n"
                            "        FAILED: no luck\n"
                            "NOT AS EXPECTED: web/0: no flag x\n"
                            "  last: y\n");
}

static void
test_long_text (void)
{
  Written written;
  ReactiveTimeline *timeline;
  g_autofree char *value = g_strnfill (2000, 'x');
  const ReactiveSimulationEvent event = OF_WEB (.kind = REACTIVE_SIMULATION_PUBLISHED, .detail = value);

  written_open (&written);
  timeline = reactive_timeline_new (written.stream);
  reactive_timeline_show (&event, timeline);
  reactive_timeline_free (timeline);
  fclose (written.stream);

  g_assert_cmpuint (written.length, <, 500);
  g_assert_true (g_str_has_suffix (written.text, "x…\n"));
  free (written.text);
}

static void
test_json (void)
{
  Written written;
  g_auto (GStrv) lines = NULL;

  written_open (&written);
  show_all (reactive_timeline_show_json, written.stream);
  fflush (written.stream);

  lines = g_strsplit (written.text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, G_N_ELEMENTS (events) + 1);
  g_assert_cmpstr (lines[0], ==, "{\"event\": \"step\", \"time_us\": 0, \"number\": 0, \"detail\": \"config: web\"}");
  g_assert_cmpstr (lines[13], ==,
                   "{\"event\": \"hook-end\", \"time_us\": 4000000, \"number\": 4, \"unit\": \"web/0\", \"hook\": "
                   "\"db-relation-changed\", \"subject\": \"db:1 mysql/0\", \"outcome\": \"good\"}");
  fclose (written.stream);
  free (written.text);
}

/* The trace as parsed; of its events those with @phase and @name. */
static const ReactiveJson *
find_traced (const ReactiveJson *trace, const char *phase, const char *name)
{
  const ReactiveJson *array = reactive_json_get_member (trace, "traceEvents");

  for (guint i = 0; i < reactive_json_get_length (array); i++)
    {
      const ReactiveJson *event = reactive_json_get_element (array, i);

      if (strcmp (reactive_json_get_string (reactive_json_get_member (event, "ph"), NULL), phase) == 0
          && strcmp (reactive_json_get_string (reactive_json_get_member (event, "name"), NULL), name) == 0)
        return event;
    }

  return NULL;
}

static gint64
get_number (const ReactiveJson *event, const char *member)
{
  gint64 number = -1;

  g_assert_nonnull (event);
  g_assert_true (reactive_json_get_integer (reactive_json_get_member (event, member), &number));

  return number;
}

static ReactiveJson *
write_trace (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "test-timeline-XXXXXX", NULL);
  g_autoptr (ReactiveTraceFile) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  ReactiveJson *trace;

  g_close (g_mkstemp (path), NULL);
  file = reactive_trace_file_new (path, &error);
  g_assert_no_error (error);
  show_all (reactive_trace_file_add, file);
  g_assert_true (reactive_trace_file_close (file, &error));

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_unlink (path);
  trace = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, &error);
  g_assert_no_error (error);

  return trace;
}

static void
test_trace (void)
{
  g_autoptr (ReactiveJson) trace = write_trace ();
  const ReactiveJson *hook = find_traced (trace, "X", "db-relation-changed");
  const ReactiveJson *handler = find_traced (trace, "X", "web:connect");
  const ReactiveJson *flag = find_traced (trace, "i", "+web.connected");
  gint64 handler_ends_us;

  g_assert_cmpint (get_number (hook, "ts"), ==, 3 * SECONDS);
  g_assert_cmpint (get_number (hook, "dur"), ==, SECONDS);
  handler_ends_us = get_number (handler, "ts") + get_number (handler, "dur");
  g_assert_cmpint (get_number (handler, "ts"), >, get_number (hook, "ts"));
  g_assert_cmpint (handler_ends_us, <=, 4 * SECONDS);
  g_assert_cmpint (get_number (flag, "ts"), >, get_number (handler, "ts"));
  g_assert_cmpint (get_number (flag, "ts"), <, handler_ends_us);
  g_assert_cmpint (get_number (handler, "tid"), ==, get_number (hook, "tid"));
  g_assert_nonnull (find_traced (trace, "i", "config: web"));
}

static void
test_tracks (void)
{
  g_autoptr (ReactiveJson) trace = write_trace ();
  const ReactiveJson *web = find_traced (trace, "X", "stop");
  const ReactiveJson *mysql = find_traced (trace, "X", "install");

  g_assert_nonnull (find_traced (trace, "M", "process_name"));
  g_assert_nonnull (find_traced (trace, "M", "thread_name"));
  g_assert_cmpint (get_number (web, "pid"), !=, get_number (mysql, "pid"));
  g_assert_cmpint (get_number (web, "tid"), !=, get_number (mysql, "tid"));
}

static void
test_no_trace (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_trace_file_new ("/nowhere/trace.json", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
}

static void
test_full_disk (void)
{
  g_autoptr (ReactiveTraceFile) file = reactive_trace_file_new ("/dev/full", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (file);
  g_assert_false (reactive_trace_file_close (file, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
}

static void
test_short_run_has_no_progress (void)
{
  Written written;
  ReactiveProgress *progress;

  written_open (&written);
  progress = reactive_progress_new (written.stream);
  show_all (reactive_progress_show, progress);
  reactive_progress_free (progress);

  assert_written (&written, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline/shows-a-line-for-each-hook", test_text);
  g_test_add_func ("/timeline/cuts-long-text", test_long_text);
  g_test_add_func ("/timeline/json/a-line-for-each-event", test_json);
  g_test_add_func ("/timeline/trace/hooks-hold-handlers-and-flags", test_trace);
  g_test_add_func ("/timeline/trace/each-unit-has-a-track", test_tracks);
  g_test_add_func ("/timeline/trace/cannot-be-made", test_no_trace);
  g_test_add_func ("/timeline/trace/cannot-be-written", test_full_disk);
  g_test_add_func ("/timeline/progress/nothing-of-a-short-run", test_short_run_has_no_progress);

  return g_test_run ();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier-fixture.h"

#include <string.h>

#include "juju/juju-log.h"

static void
test_log_joins_lines (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  ReactiveJuju *juju = fake_juju_new (answers, calls);
  const char *const argv[] = { "-l", "INFO", "x", NULL };
  g_auto (ReactiveToolReply) reply = { 0 };

  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "one");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "two\tthree");
  assert_calls (calls, "");
  juju->klass->log (juju, REACTIVE_LOG_INFO, "four");
  assert_calls (calls, "juju-log --log-level DEBUG -- one\n\ntwo\tthree\n");
  juju->klass->log (juju, REACTIVE_LOG_WARNING, "five");
  assert_calls (calls, "juju-log --log-level INFO -- four\njuju-log --log-level WARNING -- five\n");
  juju->klass->log (juju, REACTIVE_LOG_CRITICAL, "six");
  juju->klass->log (juju, REACTIVE_LOG_ERROR, "seven");
  assert_calls (calls, "juju-log --log-level CRITICAL -- six\njuju-log --log-level ERROR -- seven\n");

  juju->klass->log (juju, REACTIVE_LOG_TRACE, "eight");
  g_assert_true (juju->klass->log_flush (juju, NULL));
  assert_calls (calls, "juju-log --log-level TRACE -- eight\n");
  g_assert_true (juju->klass->log_flush (juju, NULL));
  assert_calls (calls, "");

  juju->klass->log (juju, REACTIVE_LOG_INFO, "before");
  g_assert_true (juju->klass->call (juju, "juju-log", argv, NULL, &reply, NULL));
  assert_calls (calls, "juju-log --log-level INFO -- before\njuju-log -l INFO x\n");

  juju->klass->log (juju, REACTIVE_LOG_INFO, "last");
  reactive_juju_free (juju);
  assert_calls (calls, "juju-log --log-level INFO -- last\n");
}

static void
test_log_is_printable (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);

  juju->klass->log (juju, REACTIVE_LOG_ERROR,
                    "a\x1b[31mb\rc\x7f"
                    "d\xc2\x9b"
                    "e\xff"
                    "f\u00e4\U0001f600");
  assert_calls (calls, "juju-log --log-level ERROR -- a?[31mb?c?d?e\ufffdf\u00e4\U0001f600\n");
}

/* Messages stay under what one argument may hold, are cut between lines or characters, and lose nothing. */
static void
test_log_cuts_long_messages (void)
{
  const Answer answers[] = { { NULL } };
  const gsize prefix_length = strlen ("juju-log --log-level DEBUG -- ");
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (Calls) text = g_string_new ("x");
  g_auto (GStrv) messages = NULL;
  gsize total = 0;

  while (text->len < 300000)
    g_string_append (text, "\u00e4");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "short");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, text->str);
  g_assert_true (juju->klass->log_flush (juju, NULL));

  g_assert_true (g_utf8_validate (calls->str, -1, NULL));
  messages = g_strsplit (calls->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (messages), ==, 7);
  g_assert_cmpstr (messages[0], ==, "juju-log --log-level DEBUG -- short");
  for (guint i = 1; i < 6; i++)
    {
      g_assert_cmpuint (strlen (messages[i]), <=, prefix_length + REACTIVE_JUJU_LOG_MAX_BYTES);
      total += strlen (messages[i]) - prefix_length;
    }
  g_assert_cmpuint (total, ==, text->len);
}

static void
test_log_cuts_at_lines (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (Calls) expected = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autofree char *line = g_strnfill (40000, 'l');
  g_autofree char *text = g_strjoin ("\n", line, line, line, NULL);

  juju->klass->log (juju, REACTIVE_LOG_WARNING, text);
  for (guint i = 0; i < 3; i++)
    g_string_append_printf (expected, "juju-log --log-level WARNING -- %s\n", line);
  g_assert_true (g_str_equal (calls->str, expected->str));

  /* neighbours that do not fit together go apart */
  g_string_truncate (calls, 0);
  juju->klass->log (juju, REACTIVE_LOG_INFO, line);
  juju->klass->log (juju, REACTIVE_LOG_INFO, line);
  g_assert_cmpuint (calls->len, ==, strlen ("juju-log --log-level INFO -- \n") + 40000);
}

static void
test_log_failure (void)
{
  Answer answers[] = { { "juju-log", 0, NULL, NULL, REACTIVE_ERROR_CONNECTION }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  /* the first failure is kept for the next flush, and told once */
  juju->klass->log (juju, REACTIVE_LOG_ERROR, "lost");
  answers[0] = (Answer){ "juju-log", 2, NULL, "ERROR no message specified\n", 0 };
  juju->klass->log (juju, REACTIVE_LOG_INFO, "refused");
  g_assert_false (juju->klass->log_flush (juju, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
  g_clear_error (&error);
  g_assert_true (juju->klass->log_flush (juju, &error));

  juju->klass->log (juju, REACTIVE_LOG_INFO, "refused");
  g_assert_false (juju->klass->log_flush (juju, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "juju-log: no message specified (exit 2)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/juju/log/neighbours-of-one-level-go-together", test_log_joins_lines);
  g_test_add_func ("/juju/log/controls-are-replaced", test_log_is_printable);
  g_test_add_func ("/juju/log/long-message-is-cut-between-characters", test_log_cuts_long_messages);
  g_test_add_func ("/juju/log/long-message-is-cut-between-lines", test_log_cuts_at_lines);
  g_test_add_func ("/juju/log/first-failure-is-told-by-the-next-flush", test_log_failure);

  return g_test_run ();
}

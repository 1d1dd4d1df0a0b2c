/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/capture.h"

#include <string.h>
#include <unistd.h>

/* What is printed in between; the tests of this file print nothing else meanwhile. */

static void
take_line (const char *line, gpointer lines)
{
  g_string_append_printf (lines, "%s|", line);
}

static void
test_all_ways (void)
{
  g_autoptr (ReactiveCapture) capture = reactive_capture_new (NULL);
  g_autoptr (GString) lines = g_string_new (NULL);

  reactive_capture_begin (capture);
  printf ("one\n");
  fflush (stdout);
  fprintf (stderr, "two\n");
  (void) !write (STDOUT_FILENO, "three\n", 6);
  (void) !system ("echo four; echo five >&2");
  reactive_capture_take (capture, take_line, lines);
  printf ("six");
  reactive_capture_take (capture, take_line, lines);
  reactive_capture_take (capture, take_line, lines);
  reactive_capture_end (capture);

  g_assert_cmpstr (lines->str, ==, "one|two|three|four|five|six|");
}

static void
test_ends (void)
{
  g_autoptr (ReactiveCapture) capture = reactive_capture_new (NULL);
  g_autoptr (GString) lines = g_string_new (NULL);

  reactive_capture_begin (capture);
  g_assert_cmpint (reactive_capture_get_error_descriptor (capture), >, STDERR_FILENO);
  reactive_capture_end (capture);
  g_assert_cmpint (reactive_capture_get_error_descriptor (capture), ==, STDERR_FILENO);
  g_printerr ("# this is not captured\n");
  reactive_capture_take (capture, take_line, lines);

  g_assert_cmpstr (lines->str, ==, "");
}

static void
test_too_much (void)
{
  g_autoptr (ReactiveCapture) capture = reactive_capture_new (NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *line = g_strnfill (REACTIVE_CAPTURE_MAX_BYTES, 'x');

  reactive_capture_begin (capture);
  printf ("%s\nand this\n", line);
  reactive_capture_take (capture, take_line, lines);
  printf ("later\n");
  reactive_capture_take (capture, take_line, lines);
  reactive_capture_end (capture);

  g_assert_cmpuint (lines->len, >, REACTIVE_CAPTURE_MAX_BYTES);
  g_assert_true (g_str_has_suffix (lines->str, "x|… and more|later|"));
}

static void
test_stream (void)
{
  g_autoptr (ReactiveCapture) capture = reactive_capture_new (NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  FILE *stream = reactive_capture_open_stream (STDERR_FILENO);

  g_assert_nonnull (stream);
  reactive_capture_begin (capture);
  fputs ("# this is not captured either\n", stream);
  fclose (stream);
  reactive_capture_take (capture, take_line, lines);
  reactive_capture_end (capture);

  g_assert_cmpstr (lines->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/capture/takes-what-is-printed-in-any-way", test_all_ways);
  g_test_add_func ("/capture/ends", test_ends);
  g_test_add_func ("/capture/cuts-what-is-too-much", test_too_much);
  g_test_add_func ("/capture/streams-of-our-own-pass-by", test_stream);

  return g_test_run ();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

/* The names are in JSON output and the exit codes in scripts: both are for ever. */
static const struct
{
  ReactiveError code;
  const char *name;
  int exit_code;
} codes[] = {
  { REACTIVE_ERROR_FAILED, "failed", 1 },
  { REACTIVE_ERROR_USAGE, "usage", 2 },
  { REACTIVE_ERROR_NOT_FOUND, "not-found", 3 },
  { REACTIVE_ERROR_INVALID, "invalid", 2 },
  { REACTIVE_ERROR_BAD_DATA, "bad-data", 5 },
  { REACTIVE_ERROR_HANDLER, "handler", 4 },
  { REACTIVE_ERROR_MODULE, "module", 4 },
  { REACTIVE_ERROR_TRIGGERS, "triggers", 4 },
  { REACTIVE_ERROR_TOOL, "tool", 1 },
  { REACTIVE_ERROR_NO_TOOL, "no-tool", 1 },
  { REACTIVE_ERROR_CONNECTION, "connection", 1 },
  { REACTIVE_ERROR_TIMEOUT, "timeout", 1 },
  { REACTIVE_ERROR_STATE, "state", 1 },
  { REACTIVE_ERROR_BUSY, "busy", 1 },
  { REACTIVE_ERROR_TOO_NEW, "too-new", 5 },
  { REACTIVE_ERROR_DENIED, "denied", 1 },
};

static void
test_names_and_exit_codes (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (REACTIVE_ERROR, codes[i].code, "message");

      g_assert_cmpuint (codes[i].code, ==, i);
      g_assert_cmpstr (reactive_error_get_name (error), ==, codes[i].name);
      g_assert_cmpint (reactive_error_get_exit_code (error), ==, codes[i].exit_code);
      g_assert_cmpint (codes[i].exit_code, >=, 1);
      g_assert_cmpint (codes[i].exit_code, <=, 5);
      g_assert_true (g_hash_table_add (seen, (gpointer) codes[i].name));
    }
}

static void
test_codes_beyond_the_last (void)
{
  static const int numbers[] = { G_N_ELEMENTS (codes), -1, G_MAXINT, G_MININT };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (REACTIVE_ERROR, numbers[i], "message");

      g_assert_cmpstr (reactive_error_get_name (error), ==, "failed");
      g_assert_cmpint (reactive_error_get_exit_code (error), ==, 1);
    }
}

static void
test_other_domains (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOENT, "message");

  g_assert_cmpstr (reactive_error_get_name (error), ==, "failed");
  g_assert_cmpint (reactive_error_get_exit_code (error), ==, 1);
}

static void
test_no_error (void)
{
  if (g_test_subprocess ())
    {
      reactive_error_get_name (NULL);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*reactive_error_get_name*error != NULL*");
}

static void
test_fail (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_fail (&error, REACTIVE_ERROR_DENIED, "no %s", "way"));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_assert_cmpstr (error->message, ==, "no way");
  g_assert_false (reactive_fail (NULL, REACTIVE_ERROR_DENIED, "nobody asks"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/each-code-has-its-name-and-exit-code", test_names_and_exit_codes);
  g_test_add_func ("/error/codes-beyond-the-last-are-failures", test_codes_beyond_the_last);
  g_test_add_func ("/error/other-domains-are-failures", test_other_domains);
  g_test_add_func ("/error/asking-about-no-error-is-a-bug", test_no_error);
  g_test_add_func ("/error/failing-says-why-to-whoever-asks", test_fail);
  return g_test_run ();
}

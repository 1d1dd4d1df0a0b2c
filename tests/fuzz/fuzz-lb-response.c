/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "response-private.h"

/* What a provider wrote into its databag for a response, in either dialect. What is accepted is written so that it is
 * accepted again and written the same; what is refused is refused with a reason fit for one line of a log. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_refusal (LBProblems *problems)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lb_problems_to_error (problems, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpint (error->message[0], !=, '\0');
  for (const char *place = error->message; *place != '\0'; place++)
    g_assert_true (g_ascii_isprint (*place));

  for (guint i = 0; i < lb_problems_get_length (problems); i++)
    g_assert_nonnull (lb_problems_get_path (problems, i));
}

/* NULL for what is refused. */
static LBResponse *
read_response (const char *text, size_t size, gboolean knows_older)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBResponse *response = knows_older ? lb_response_new_from_databag ("foo", text, size, problems)
                                     : lb_response_new_from_text ("foo", text, size, problems);

  g_assert_true ((response != NULL) == lb_problems_is_empty (problems));
  if (response == NULL)
    check_refusal (problems);

  return response;
}

static char *
write_response (LBResponse *response, gboolean in_older_dialect)
{
  g_autoptr (GError) error = NULL;
  char *text = lb_response_to_text (response, in_older_dialect, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_is_ascii (text));

  return text;
}

static gboolean
starts_with_nul (const LBResponse *response)
{
  g_autofree char *text = lb_record_to_text (&response->record);

  return strstr (text, ": \"\\u0000") != NULL;
}

/* A character that is written as an escape takes more bytes than it was read from: only then may it be too long. The
 * older dialect holds texts that end at their first NUL, and refuses what is empty then. */
static void
check_written (LBResponse *response, gboolean in_older_dialect)
{
  g_autofree char *text = write_response (response, in_older_dialect);
  g_autoptr (LBResponse) again = read_response (text, strlen (text), in_older_dialect);
  g_autofree char *text_again = NULL;

  if (strlen (text) > LB_RECORD_MAX_BYTES)
    {
      g_assert_null (again);
      return;
    }
  if (in_older_dialect && starts_with_nul (response))
    return;

  g_assert_nonnull (again);
  text_again = write_response (again, in_older_dialect);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_cmpint (lb_response_is_success (response), ==, lb_response_is_success (again));
}

static void
check_hash (LBResponse *response)
{
  g_autofree char *text = write_response (response, /* in_older_dialect= */ FALSE);
  g_autofree char *hash = lb_response_get_hash (response);
  g_autofree char *hash_of_text = g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);

  g_assert_cmpstr (hash, ==, hash_of_text);
}

static void
check_reasons (LBResponse *response)
{
  g_autofree const char **names = lb_response_get_error_fields (response);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *reason = lb_response_get_error_field (response, names[i]);

      if (reason != NULL)
        g_assert_cmpuint (strlen (reason), <=, LB_RECORD_MAX_BYTES);
    }
  if (lb_response_get_error (response) != LB_ERROR_TYPE_NONE)
    g_assert_nonnull (lb_response_get_message (response));
}

/* As a charm does with it: read all, change it to a failure, and to a success. */
static void
check_use (LBResponse *response)
{
  gboolean is_error = lb_response_get_error (response) != LB_ERROR_TYPE_NONE;

  g_assert_true (lb_response_is_valid (response));
  g_assert_cmpint (lb_response_is_success (response), ==, !is_error);
  check_reasons (response);
  check_hash (response);

  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_error_field (response, "public", "no");
  g_assert_false (lb_response_is_success (response));
  check_reasons (response);
  check_written (response, /* in_older_dialect= */ FALSE);

  lb_response_set_address (response, "10.0.0.1");
  g_assert_true (lb_response_is_success (response));
  g_assert_null (lb_response_get_message (response));
  check_written (response, /* in_older_dialect= */ FALSE);
  check_written (response, /* in_older_dialect= */ TRUE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (LBResponse) released = read_response (text, size, /* knows_older= */ FALSE);
  g_autoptr (LBResponse) response = read_response (text, size, /* knows_older= */ TRUE);

  /* Whoever speaks version 1 is understood the same, and the older dialect beside it. */
  if (released != NULL && size > 0)
    {
      g_assert_nonnull (response);
      check_written (released, /* in_older_dialect= */ FALSE);
    }
  if (response == NULL)
    return 0;

  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  check_written (response, /* in_older_dialect= */ FALSE);
  check_written (response, /* in_older_dialect= */ TRUE);
  check_use (response);

  return 0;
}

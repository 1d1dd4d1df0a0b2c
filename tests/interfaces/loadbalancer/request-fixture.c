/* SPDX-License-Identifier: Apache-2.0 */
#include "request-fixture.h"

#include <string.h>

char *
write_request (const LBRequest *request)
{
  g_autoptr (GError) error = NULL;
  char *text = lb_request_to_text (request, &error);

  g_assert_no_error (error);

  return text;
}

void
assert_has (const LBRequest *request, const char *expected)
{
  g_autofree char *text = write_request (request);

  if (strstr (text, expected) == NULL)
    g_error ("%s is not in %s", expected, text);
}

LBRequest *
read_released (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBRequest *request = lb_request_new_from_text (text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_cmpstr (reason, ==, "");
  g_assert_nonnull (request);

  return request;
}

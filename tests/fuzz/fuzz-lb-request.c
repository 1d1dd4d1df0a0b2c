/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "request-private.h"

/* What a consumer wrote into its databag for a request, in either dialect. What is accepted is written so that it is
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
static LBRequest *
read_request (const char *name, const char *text, size_t size)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBRequest *request = name != NULL ? lb_request_new_from_databag (name, text, size, problems)
                                    : lb_request_new_from_text (text, size, problems);

  g_assert_true ((request != NULL) == lb_problems_is_empty (problems));
  if (request == NULL)
    check_refusal (problems);

  return request;
}

static char *
write_request (const LBRequest *request)
{
  g_autoptr (GError) error = NULL;
  char *text = lb_request_to_text (request, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_is_ascii (text));

  return text;
}

/* A character that is written as an escape takes more bytes than it was read from: only then may it be too long. */
static void
check_written (const LBRequest *request)
{
  g_autofree char *text = write_request (request);
  g_autofree char *hash = lb_request_get_hash (request);
  g_autofree char *hash_of_text = g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
  g_autoptr (LBRequest) again = NULL;
  g_autofree char *text_again = NULL;

  g_assert_cmpstr (hash, ==, hash_of_text);
  again = read_request (/* name= */ NULL, text, strlen (text));
  if (strlen (text) > LB_RECORD_MAX_BYTES)
    {
      g_assert_null (again);
      return;
    }

  g_assert_nonnull (again);
  text_again = write_request (again);
  g_assert_cmpstr (text, ==, text_again);
}

static void
check_ports (const LBRequest *request)
{
  g_autoptr (GArray) ingress_ports = lb_request_get_ingress_ports (request);
  g_autoptr (GArray) backend_ports = lb_request_get_backend_ports (request);
  guint length = lb_request_get_n_ports (request);

  g_assert_true ((ingress_ports == NULL) == (backend_ports == NULL));
  g_assert_true (ingress_ports == NULL || (ingress_ports->len == length && backend_ports->len == length));
  for (guint i = 0; i < length; i++)
    {
      gint64 ingress = 0, backend = 0;
      gboolean has_port = lb_request_get_port (request, i, &ingress, &backend);

      if (ingress_ports == NULL)
        continue;
      g_assert_true (has_port);
      g_assert_cmpint (ingress, ==, g_array_index (ingress_ports, gint64, i));
      g_assert_cmpint (backend, ==, g_array_index (backend_ports, gint64, i));
      g_assert_true (i == 0 || g_array_index (ingress_ports, gint64, i - 1) < ingress);
    }
  g_assert_false (lb_request_get_port (request, length, NULL, NULL));
}

static void
check_health_checks (LBRequest *request)
{
  guint length = lb_request_get_n_health_checks (request);

  for (guint i = 0; i < MIN (length, 4); i++)
    {
      g_autoptr (LBHealthCheck) check = lb_request_get_health_check (request, i);

      g_assert_cmpint (lb_health_check_get_protocol (check), !=, LB_PROTOCOL_NONE);
      lb_health_check_get_port (check, NULL);
      lb_request_add_health_check (request, check);
    }
  g_assert_cmpuint (lb_request_get_n_health_checks (request), ==, length + MIN (length, 4));
  g_assert_null (lb_request_get_health_check (request, length + MIN (length, 4)));
}

static void
check_texts (const char **texts)
{
  g_autofree const char **owned = texts;

  for (guint i = 0; owned[i] != NULL; i++)
    g_assert_cmpuint (strlen (owned[i]), <=, LB_RECORD_MAX_BYTES);
}

/* As a charm does with it: read all, change some, send it. */
static void
check_use (LBRequest *request)
{
  static const char *const backends[] = { "10.0.0.1", NULL };

  g_assert_cmpint (lb_request_get_protocol (request), !=, LB_PROTOCOL_NONE);
  g_assert_nonnull (lb_request_get_traffic_type (request));
  g_assert_nonnull (lb_request_get_id (request));
  g_assert_nonnull (lb_request_get_name (request));
  check_ports (request);
  check_texts (lb_request_get_backends (request));
  check_texts (lb_request_get_algorithm (request));
  check_health_checks (request);
  check_written (request);

  lb_request_map_port (request, 443, 6443);
  lb_request_set_backends (request, backends);
  lb_request_sign (request);
  check_ports (request);
  check_written (request);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data;
  g_autoptr (LBRequest) released = read_request (/* name= */ NULL, text, size);
  g_autoptr (LBRequest) request = read_request ("foo", text, size);

  /* Whoever speaks version 1 is understood the same, and the older dialect beside it. */
  if (size > 0)
    g_assert_true ((released != NULL) == (request != NULL && !request->is_older));
  if (released != NULL && size > 0)
    check_written (released);
  if (request == NULL)
    return 0;

  g_assert_cmpstr (lb_request_get_name (request), ==, "foo");
  if (request->is_older)
    {
      g_assert_cmpstr (lb_request_get_id (request), ==, "");
      g_assert_nonnull (lb_request_get_sent_hash (request));
    }
  check_written (request);
  check_use (request);

  return 0;
}

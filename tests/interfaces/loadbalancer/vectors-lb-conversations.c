/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the conversations of the loadbalancer interface again that were recorded from the Python library, and compares
 * what stands in databags, events, flags and every property, step by step. */

#include <stdlib.h>

#include "comparison.h"
#include "conversation.h"

/* The recorded steps that differ on purpose: a conversation, the name of a rule, and steps. */
typedef struct
{
  const char *conversation;
  const char *rule;
  const char *steps; /* "3-9 12" */
} Differences;

static const Differences differences[] = {
  { "basic", "response-available", "3-10" },
  { "default-backends", "response-available", "5-13" },
  { "explicit-backends", "response-available", "5-11" },
  { "update-request-same-address", "response-available", "5-10 12-15" },
  { "update-request-same-address", "preload", "13" },
  { "ingress-address-change", "response-available", "5-11" },
  { "error-fields", "response-available", "5-10 13-16" },
  { "error-fields", "preload", "14" },
  { "error-left-set", "response-available", "5-13" },
  { "error-left-set", "preload", "11" },
  { "error-left-set", "error-left", "12-14" },
  { "two-requests", "response-available", "5-11" },
  { "remove-request", "response-available", "5-12" },
  { "remove-request", "stray-response", "15-18" },
  { "remove-unknown-request", "response-available", "5-13" },
  { "revoke-live-response", "response-available", "5-10 13-14" },
  { "revoke-live-response", "revoked-live", "12-14" },
  { "revoke-unacked", "response-available", "5-10 12-13" },
  { "revoke-unacked", "revoked-live", "11-13" },
  { "two-consumers", "response-available", "8-19" },
  { "provider-goes-away", "response-available", "5-10 16-17" },
  { "provider-goes-away", "departed", "12" },
  { "provider-goes-away-no-request", "response-available", "5-6" },
  { "provider-follower", "response-available", "6-10" },
  { "provider-follower-perms", "response-available", "4-11" },
  { "provider-follower-perms", "follower-removes", "10-11" },
  { "provider-loses-leadership", "response-available", "5-13" },
  { "provider-loses-leadership", "follower-removes", "11-13" },
  { "provider-loses-leadership-revoke", "response-available", "5-13" },
  { "provider-loses-leadership-revoke", "follower-revokes", "12-13" },
  { "consumer-follower", "response-available", "5-10" },
  { "consumer-follower-error", "response-available", "5-10 14" },
  { "consumer-follower-error", "revoked-live", "13-14" },
  { "consumer-follower-error", "follower-revoked", "14" },
  { "request-too-early", "response-available", "7-9" },
  { "version-junk", "version", "5-7" },
  { "version-junk", "response-available", "8" },
  { "version-newer", "response-available", "5-9" },
  { "request-not-json", "response-available", "5-13" },
  { "request-not-json", "not-json", "10-12" },
  { "request-invalid-skipped", "response-available", "5-14" },
  { "request-invalid-skipped", "incomplete", "7-14" },
  { "request-invalid-skipped", "unreadable-request", "11-14" },
  { "request-seed-dialect", "response-available", "5-9" },
  { "request-seed-dialect", "incomplete", "7-9" },
  { "request-seed-dialect", "older-dialect", "8-9" },
  { "response-invalid", "response-available", "5-14" },
  { "response-invalid", "own-response", "9-14" },
  { "response-invalid", "bad-response", "10-14" },
  { "response-invalid", "incomplete", "10-14" },
  { "response-invalid", "new-id", "12-14" },
  { "response-invalid-second", "response-available", "5-12" },
  { "response-invalid-second", "own-response", "11-15" },
  { "response-invalid-second", "bad-response", "12-15" },
  { "response-invalid-second", "incomplete", "12-15" },
  { "health-checks", "response-available", "5-13" },
  { "health-checks", "preload", "12-13" },
  { "unit-joins-late", "response-available", "5-11" },
  { "send-twice", "response-available", "5-10" },
  { "send-invalid", "response-available", "5-12" },
  { "send-invalid", "all-fields", "7" },
  { "send-invalid", "no-setter-and-crash", "9" },
  { "send-invalid", "no-setter", "10" },
  { "respond-invalid", "response-available", "5-13" },
  { "ack-out-of-order", "response-available", "5-12" },
  { "odd-names", "response-available", "5-13" },
  { "duplicate-ids", "response-available", "5-14" },
  { "duplicate-ids", "incomplete", "7-14" },
  { "duplicate-ids", "same-id", "9-14" },
  { "duplicate-ids", "stray-response", "13-14" },
  { NULL, NULL, NULL },
};

static void
want_steps (VectorReport *report, const Differences *row)
{
  g_auto (GStrv) ranges = g_strsplit (row->steps, " ", -1);

  for (char **range = ranges; *range != NULL; range++)
    {
      char *end;
      guint64 first = g_ascii_strtoull (*range, &end, 10);
      guint64 last = *end == '-' ? g_ascii_strtoull (end + 1, NULL, 10) : first;

      for (guint64 step = first; step <= last; step++)
        {
          g_autofree char *id = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, row->conversation, step);

          vector_report_want (report, id, row->rule);
        }
    }
}

static void
run_conversation (VectorReport *report, const ReactiveJson *recorded)
{
  g_autoptr (Conversation) conversation
      = conversation_new (recorded, world_new_direct (/* is_in_memory= */ FALSE), /* is_whole= */ FALSE);
  const ReactiveJson *steps = reactive_json_get_member (recorded, "steps");
  Comparison *comparison = comparison_new (report);

  for (guint i = 0; i < reactive_json_get_length (steps); i++)
    {
      const ReactiveJson *step = reactive_json_get_element (steps, i);
      g_autofree char *id = g_strdup_printf ("%s/%u", conversation->name, i);
      guint n_ids = conversation->n_ids;
      g_autoptr (ReactiveJson) result = conversation_act (conversation, reactive_json_get_member (step, "action"));
      g_autoptr (ReactiveJson) after = conversation_observe (conversation);

      comparison_run (comparison, step, result, after);
      vector_report_end (report, id);
      conversation_follow_ids (conversation, step, n_ids);
    }

  comparison_free (comparison);
}

int
main (int argc, char **argv)
{
  g_autoptr (ReactiveJson) file = vector_file_read (argc, argv);
  const ReactiveJson *conversations = reactive_json_get_member (file, "conversations");
  VectorReport report;
  int code;

  vector_report_init (&report);
  for (const Differences *row = differences; row->conversation != NULL; row++)
    want_steps (&report, row);
  for (guint i = 0; i < reactive_json_get_length (conversations); i++)
    run_conversation (&report, reactive_json_get_element (conversations, i));
  code = vector_report_finish (&report);
  vector_report_clear (&report);

  return code;
}

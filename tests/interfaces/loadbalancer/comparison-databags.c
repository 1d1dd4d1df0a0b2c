/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "comparison.h"

/* What stands in databags, and what a call returned. */

/*
 * Databags
 */

static ReactiveJson *
parse (const ReactiveJson *text)
{
  const char *string = text != NULL ? reactive_json_get_string (text, NULL) : NULL;

  return string != NULL ? reactive_json_parse (string, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;
}

static gboolean
is_same_member (const ReactiveJson *one, const ReactiveJson *other, const char *name)
{
  const ReactiveJson *first = reactive_json_get_member (one, name), *second = reactive_json_get_member (other, name);

  return first != NULL && second != NULL && reactive_json_equal (first, second);
}

/* Nothing of what differs is said here. */
static gboolean
is_cleaner (const ReactiveJson *recorded, const ReactiveJson *got)
{
  static const char *const fields[] = { "address", "error", "error_fields", "error_message" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const ReactiveJson *member = reactive_json_get_member (got, fields[i]);

      if (!is_same_member (recorded, got, fields[i]) && member != NULL
          && reactive_json_get_kind (member) != REACTIVE_JSON_NULL && reactive_json_get_length (member) > 0)
        return FALSE;
    }

  return is_same_member (recorded, got, "received_hash");
}

/* Whether the request of that name differs, so that what is said of it must. */
static const VectorRule *
find_request_rule (const Comparison *comparison, const char *consumer, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s to lbp/request_%s", consumer, name);

  return g_hash_table_lookup (comparison->databag_rules, key);
}

/* Whether a request that stands under another key says the name. */
static gboolean
is_other_name (const ReactiveJson *after, const char *side, const char *databag, const char *name)
{
  const ReactiveJson *databags = reactive_json_get_member (after, side);
  const ReactiveJson *app = reactive_json_get_member (reactive_json_get_member (databags, databag), "app");

  for (guint i = 0; i < reactive_json_get_length (app); i++)
    {
      const char *own_name = reactive_json_get_member_name (app, i) + strlen ("request_");
      const char *text = reactive_json_get_string (reactive_json_get_element (app, i), NULL);

      if (g_str_has_prefix (reactive_json_get_member_name (app, i), "request_") && strcmp (own_name, name) != 0
          && comparison_says_name (text, name))
        return TRUE;
    }

  return FALSE;
}

static const VectorRule *
explain_response (const Comparison *comparison, const char *consumer, const char *name, const ReactiveJson *recorded,
                  const ReactiveJson *got)
{
  g_autofree char *heard = g_strdup_printf ("lbp sees %s", consumer);
  const char *request = comparison_get_app_text (comparison->got, "seen", heard, "request_", name);
  const char *recorded_request = comparison_get_app_text (comparison->recorded, "seen", heard, "request_", name);
  g_autoptr (ReactiveJson) recorded_json = parse (recorded);
  g_autoptr (ReactiveJson) got_json = parse (got);

  if (got == NULL && request != NULL && comparison_is_action (comparison, "revoke")
      && !comparison_can_read_response (reactive_json_get_string (recorded, NULL)))
    return &rule_own_response;
  if (got == NULL && request == NULL)
    return is_other_name (comparison->got, "seen", heard, name) ? &rule_other_name : &rule_stray_response;
  if (got != NULL && comparison_is_older (request, "traffic_type"))
    return &rule_older;
  if (got != NULL && recorded != NULL && !comparison_can_read_response (reactive_json_get_string (recorded, NULL)))
    return &rule_own_response;
  if (got != NULL && recorded == NULL && !comparison_says_name (recorded_request, name))
    return &rule_other_name;
  if (recorded_json == NULL || got_json == NULL)
    return NULL;
  if (!is_same_member (recorded_json, got_json, "received_hash"))
    return find_request_rule (comparison, consumer, name);
  if (!is_cleaner (recorded_json, got_json))
    return NULL;

  return vector_is_null (recorded_json, "address") ? &rule_preload : &rule_error_left;
}

/* Of what a consumer asks, only the id may differ, and what is made of it. */
static const VectorRule *
explain_request (const Comparison *comparison, const char *consumer, const char *name, const ReactiveJson *recorded,
                 const ReactiveJson *got)
{
  g_autofree char *heard = g_strdup_printf ("%s sees lbp", consumer);
  g_autofree char *written = g_strdup_printf ("%s to lbp", consumer);
  const char *response = comparison_get_app_text (comparison->recorded, "seen", heard, "response_", name);
  g_autoptr (ReactiveJson) recorded_json = parse (recorded);
  g_autoptr (ReactiveJson) got_json = parse (got);

  if (recorded_json != NULL && !comparison_says_name (reactive_json_get_string (recorded, NULL), name))
    return &rule_other_name;
  if (got == NULL && is_other_name (comparison->recorded, "written", written, name))
    return &rule_other_name;
  if (recorded_json == NULL || got_json == NULL || comparison_can_read_response (response))
    return NULL;

  return is_same_member (recorded_json, got_json, "port_mapping")
                 && is_same_member (recorded_json, got_json, "backends")
                 && !is_same_member (recorded_json, got_json, "id")
             ? &rule_new_id
             : NULL;
}

static const VectorRule *
explain_written (const Comparison *comparison, const char *databag, const char *key, const ReactiveJson *recorded,
                 const ReactiveJson *got)
{
  g_auto (GStrv) names = g_strsplit (databag, " to ", 2);
  const VectorRule *rule = NULL;

  if (g_str_has_prefix (key, "response_"))
    rule = explain_response (comparison, names[1], key + strlen ("response_"), recorded, got);
  else if (g_str_has_prefix (key, "request_"))
    rule = explain_request (comparison, names[0], key + strlen ("request_"), recorded, got);

  return rule;
}

/* Text by text. @written_databag is what the databag is called where it is written: what was brought over differs as it
 * did there. */
static void
compare_key (Comparison *comparison, const char *databag, const char *written_databag, const char *key,
             const ReactiveJson *recorded, const ReactiveJson *got)
{
  g_autofree char *where = g_strdup_printf ("%s: %s", databag, key);
  g_autofree char *rule_key = g_strdup_printf ("%s/%s", databag, key);
  g_autofree char *written_key = g_strdup_printf ("%s/%s", written_databag, key);
  const VectorRule *rule = NULL;

  if (recorded != NULL && got != NULL && reactive_json_equal (recorded, got))
    {
      g_hash_table_remove (comparison->databag_rules, rule_key);
      return;
    }

  if (strcmp (databag, written_databag) == 0)
    rule = explain_written (comparison, databag, key, recorded, got);
  else
    rule = g_hash_table_lookup (comparison->databag_rules, written_key);
  if (rule == NULL)
    rule = g_hash_table_lookup (comparison->databag_rules, rule_key);
  if (rule == NULL)
    rule = comparison->crash_rule;
  if (rule != NULL)
    g_hash_table_insert (comparison->databag_rules, g_strdup (rule_key), (gpointer) rule);
  comparison_differ (comparison, rule, where, recorded, got);
}

static void
compare_databag (Comparison *comparison, const char *databag, const char *written_databag, const ReactiveJson *recorded,
                 const ReactiveJson *got)
{
  for (guint i = 0; i < reactive_json_get_length (recorded); i++)
    {
      const char *key = reactive_json_get_member_name (recorded, i);

      compare_key (comparison, databag, written_databag, key, reactive_json_get_element (recorded, i),
                   reactive_json_get_member (got, key));
    }
  for (guint i = 0; i < reactive_json_get_length (got); i++)
    {
      const char *key = reactive_json_get_member_name (got, i);

      if (reactive_json_get_member (recorded, key) == NULL)
        compare_key (comparison, databag, written_databag, key, NULL, reactive_json_get_element (got, i));
    }
}

/* "app-a sees lbp" is where what is written as "lbp to app-a" arrives. */
static char *
name_where_written (const char *databag)
{
  g_auto (GStrv) names = g_strsplit (databag, " sees ", 2);

  return names[1] != NULL ? g_strdup_printf ("%s to %s", names[1], names[0]) : g_strdup (databag);
}

/* Units beside each other: what a crash kept from being brought over is not there until it is. */
static void
compare_units (Comparison *comparison, const char *databag, const ReactiveJson *recorded, const ReactiveJson *got)
{
  const VectorRule *rule = g_hash_table_lookup (comparison->databag_rules, databag);

  if (reactive_json_equal (recorded, got))
    {
      g_hash_table_remove (comparison->databag_rules, databag);
      return;
    }

  if (rule == NULL)
    rule = comparison->crash_rule;
  if (rule != NULL)
    g_hash_table_insert (comparison->databag_rules, g_strdup (databag), (gpointer) rule);
  comparison_differ (comparison, rule, databag, recorded, got);
}

static void
compare_side (Comparison *comparison, const char *side)
{
  const ReactiveJson *recorded = reactive_json_get_member (comparison->recorded, side);
  const ReactiveJson *got = reactive_json_get_member (comparison->got, side);

  if (reactive_json_get_length (recorded) != reactive_json_get_length (got))
    comparison_differ (comparison, NULL, side, recorded, got);

  for (guint i = 0; i < reactive_json_get_length (recorded); i++)
    {
      const char *databag = reactive_json_get_member_name (recorded, i);
      const ReactiveJson *theirs = reactive_json_get_element (recorded, i);
      const ReactiveJson *ours = reactive_json_get_member (got, databag);
      g_autofree char *written_databag = name_where_written (databag);

      if (ours == NULL)
        continue;
      compare_databag (comparison, databag, written_databag, reactive_json_get_member (theirs, "app"),
                       reactive_json_get_member (ours, "app"));
      compare_units (comparison, databag, reactive_json_get_member (theirs, "units"),
                     reactive_json_get_member (ours, "units"));
    }
}

void
comparison_run_databags (Comparison *comparison)
{
  compare_side (comparison, "written");
  compare_side (comparison, "seen");
}

/*
 * Results
 */

/* Whether the fields that are at fault are those that were recorded, or one of several sets that may have been. */
static gboolean
names_fields (const ReactiveJson *recorded, const ReactiveJson *got, gboolean exactly)
{
  const ReactiveJson *choices = reactive_json_get_member (recorded, "messages_any_of");
  guint n_choices = choices != NULL ? reactive_json_get_length (choices) : 1;
  const ReactiveJson *ours = reactive_json_get_member (got, "messages");

  for (guint i = 0; i < n_choices; i++)
    {
      const ReactiveJson *theirs
          = choices != NULL ? reactive_json_get_element (choices, i) : reactive_json_get_member (recorded, "messages");
      gboolean has_all = TRUE;

      for (guint j = 0; j < reactive_json_get_length (theirs); j++)
        has_all = has_all && reactive_json_get_member (ours, reactive_json_get_member_name (theirs, j)) != NULL;
      if (has_all && (!exactly || reactive_json_get_length (theirs) == reactive_json_get_length (ours)))
        return TRUE;
    }

  return FALSE;
}

static const VectorRule *
explain_refusal (const ReactiveJson *recorded, const ReactiveJson *got)
{
  const char *theirs = comparison_get_raised (recorded), *ours = comparison_get_raised (got);

  if (g_strcmp0 (ours, "no setter") == 0)
    return g_strcmp0 (theirs, "ValidationError") == 0 ? &rule_no_setter : &rule_no_setter_crash;
  if (g_strcmp0 (ours, "ValidationError") == 0 && g_strcmp0 (theirs, ours) == 0)
    return names_fields (recorded, got, FALSE) ? &rule_all_fields : NULL;

  return comparison_find_crash_rule (theirs);
}

/* What a call says of a databag differs as the databag does; what it says of lists, as those do. */
static const VectorRule *
explain_returned (const Comparison *comparison, const ReactiveJson *recorded, const ReactiveJson *got)
{
  const char *name = vector_get_text (comparison->action, "name");
  const char *consumer = vector_get_text (comparison->action, "consumer");
  const char *who = vector_get_text (comparison->action, "who");
  g_autofree char *request_key = g_strdup_printf ("%s to lbp/request_%s", who != NULL ? who : consumer, name);
  g_autofree char *response_key = g_strdup_printf ("lbp to %s/response_%s", who != NULL ? who : consumer, name);
  g_autofree char *heard = g_strdup_printf ("%s sees lbp", who);
  const char *response = who != NULL && name != NULL
                             ? comparison_get_app_text (comparison->got, "seen", heard, "response_", name)
                             : NULL;
  const VectorRule *rule = g_hash_table_lookup (comparison->databag_rules, request_key);

  if (comparison_is_action (comparison, "get_request") && rule == NULL && !comparison_can_read_response (response)
      && response != NULL)
    return comparison_is_older (response, "success") ? &rule_older : &rule_new_id;
  if (rule == NULL)
    rule = g_hash_table_lookup (comparison->databag_rules, response_key);
  if (rule == NULL && consumer != NULL)
    rule = comparison->provider_rule;
  if (rule == NULL && who != NULL)
    rule = g_hash_table_lookup (comparison->consumer_rules, who);
  if (rule == NULL && comparison_is_action (comparison, "revoke_removed"))
    rule = comparison->provider_rule;

  return rule;
}

void
comparison_run_result (Comparison *comparison, const ReactiveJson *recorded, const ReactiveJson *got)
{
  const VectorRule *rule;

  if (recorded == NULL && got == NULL)
    return;
  if (recorded != NULL && got != NULL && reactive_json_equal (recorded, got))
    return;
  if (g_strcmp0 (comparison_get_raised (recorded), "ValidationError") == 0
      && g_strcmp0 (comparison_get_raised (got), "ValidationError") == 0 && names_fields (recorded, got, TRUE))
    return;

  rule = comparison_get_raised (recorded) != NULL ? explain_refusal (recorded, got)
                                                  : explain_returned (comparison, recorded, got);
  comparison_differ (comparison, rule, "result", recorded, got);
}

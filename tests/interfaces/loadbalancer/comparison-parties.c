/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "comparison.h"

/* What the provider and the consumers see. Lists that follow from databags and from what was done are looked at first;
 * all else has to follow from them, here and there. */

typedef struct
{
  Comparison *comparison;
  const char *name; /* of the application */
  const ReactiveJson *recorded;
  const ReactiveJson *got;
  const VectorRule *before; /* by which it differed in the step before */
  const VectorRule *rule;   /* by which it differs in this one: the first that was found */
} Party;

static const ReactiveJson *
recorded_of (const Party *party, const char *property)
{
  return reactive_json_get_member (party->recorded, property);
}

static const ReactiveJson *
got_of (const Party *party, const char *property)
{
  return reactive_json_get_member (party->got, property);
}

static gboolean
is_same (const Party *party, const char *property)
{
  return reactive_json_equal (recorded_of (party, property), got_of (party, property));
}

static void
differ (Party *party, const VectorRule *rule, const char *property)
{
  g_autofree char *where = g_strdup_printf ("%s: %s", party->name, property);

  if (party->rule == NULL)
    party->rule = rule;
  comparison_differ (party->comparison, rule, where, recorded_of (party, property), got_of (party, property));
}

/* Where Python's library raised in place of a value. Returns whether it did. */
static gboolean
differ_by_crash (Party *party, const char *property)
{
  const char *exception = comparison_get_raised (recorded_of (party, property));

  if (exception == NULL)
    return FALSE;

  differ (party, comparison_find_crash_rule (exception), property);

  return TRUE;
}

/* What has to be the same. */
static void
compare_plain (Party *party, const char *property)
{
  if (!is_same (party, property) && !differ_by_crash (party, property))
    differ (party, party->rule, property);
}

/* What follows from other things: @is_consistent says whether it does so here. */
static void
compare_derived (Party *party, const char *property, gboolean is_consistent)
{
  if (!is_consistent)
    differ (party, NULL, property);
  else if (!is_same (party, property) && !differ_by_crash (party, property))
    differ (party, party->rule != NULL ? party->rule : party->before, property);
}

/* Explains the elements that are only in one of two lists: @explain is asked of each. */
static void
compare_list (Party *party, const char *property,
              const VectorRule *(*explain) (const Party *party, const char *element, gboolean is_recorded))
{
  const ReactiveJson *lists[] = { recorded_of (party, property), got_of (party, property) };
  const VectorRule *rule = NULL;
  gboolean is_explained = TRUE;

  if (is_same (party, property) || differ_by_crash (party, property))
    return;

  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < reactive_json_get_length (lists[i]); j++)
      {
        const char *element = reactive_json_get_string (reactive_json_get_element (lists[i], j), NULL);
        const VectorRule *found;

        if (comparison_list_has (lists[1 - i], element))
          continue;
        found = explain (party, element, i == 0);
        is_explained = is_explained && found != NULL;
        rule = rule != NULL ? rule : found;
      }

  differ (party, is_explained ? rule : NULL, property);
}

/* The rule by which a databag differs, as it is written. */
static const VectorRule *databag_rule (const Party *party, const char *format, ...) G_GNUC_PRINTF (2, 3);

static const VectorRule *
databag_rule (const Party *party, const char *format, ...)
{
  g_autofree char *key = NULL;
  va_list arguments;

  va_start (arguments, format);
  key = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  return g_hash_table_lookup (party->comparison->databag_rules, key);
}

/* Any by which what is heard of others differs: what follows from it, an event for one, may come later. */
static const VectorRule *
any_heard_rule (const Party *party)
{
  g_autofree char *prefix = g_strdup_printf ("%s sees ", party->name);
  GHashTableIter iter;
  gpointer key, rule;

  g_hash_table_iter_init (&iter, party->comparison->databag_rules);
  while (g_hash_table_iter_next (&iter, &key, &rule))
    {
      if (g_str_has_prefix (key, prefix))
        return rule;
    }

  return NULL;
}

static gboolean
is_leader (const Party *party)
{
  return reactive_json_get_boolean (recorded_of (party, "is_leader"));
}

/*
 * The provider
 */

static const char *
request_text (const Party *party, const char *consumer, const char *name)
{
  g_autofree char *databag = g_strdup_printf ("lbp sees %s", consumer);

  return comparison_get_app_text (party->comparison->got, "seen", databag, "request_", name);
}

static const char *
own_response_text (const Party *party, const char *consumer, const char *name)
{
  g_autofree char *databag = g_strdup_printf ("lbp to %s", consumer);

  return comparison_get_app_text (party->comparison->recorded, "written", databag, "response_", name);
}

static const char *
version_text (const Party *party, const char *consumer)
{
  g_autofree char *databag = g_strdup_printf ("lbp sees %s", consumer);

  return comparison_get_app_text (party->comparison->got, "seen", databag, "version", "");
}

static gboolean
has_same_id (const Party *party, const char *id)
{
  const ReactiveJson *requests = got_of (party, "all_requests");
  const ReactiveJson *known = got_of (party, "removed_requests");
  guint n_found = comparison_list_has (known, id) ? 1 : 0;

  for (guint i = 0; i < reactive_json_get_length (requests); i++)
    n_found += g_strcmp0 (vector_get_text (reactive_json_get_element (requests, i), "id"), id) == 0 ? 1 : 0;

  return n_found > 1;
}

static const ReactiveJson *
find_request (const ReactiveJson *requests, const char *consumer, const char *name)
{
  for (guint i = 0; i < reactive_json_get_length (requests); i++)
    {
      const ReactiveJson *request = reactive_json_get_element (requests, i);

      if (g_strcmp0 (vector_get_text (request, "consumer"), consumer) == 0
          && g_strcmp0 (vector_get_text (request, "name"), name) == 0)
        return request;
    }

  return NULL;
}

/* Why Python's library does not show a request. */
static const VectorRule *
explain_hidden (const Party *party, const char *consumer, const char *name)
{
  g_autofree char *databag = g_strdup_printf ("lbp sees %s", consumer);
  const char *text = request_text (party, consumer, name);
  const char *response = own_response_text (party, consumer, name);
  const char *recorded;

  if (text == NULL)
    return NULL;
  if (comparison_is_older (text, "traffic_type"))
    return &rule_older;
  if (!comparison_can_read_request (text))
    return NULL;
  if (response != NULL && !comparison_can_read_response (response))
    return &rule_own_response;

  recorded = comparison_get_app_text (party->comparison->recorded, "seen", databag, "request_", name);

  return comparison_says_name (recorded, name) ? NULL : &rule_other_name;
}

/* Why a request is shown otherwise. */
static const VectorRule *
explain_request (const Party *party, const ReactiveJson *recorded, const ReactiveJson *got)
{
  const char *consumer = vector_get_text (got, "consumer"), *name = vector_get_text (got, "name");
  const VectorRule *rule = databag_rule (party, "%s to lbp/request_%s", consumer, name);
  gboolean is_stale
      = g_strcmp0 (vector_get_text (recorded, "response_received_hash"), vector_get_text (recorded, "sent_hash")) != 0;

  if (rule == NULL && is_stale && vector_is_null (got, "response_received_hash"))
    return &rule_preload;

  return rule != NULL ? rule : databag_rule (party, "lbp to %s/response_%s", consumer, name);
}

static void
compare_requests (Party *party)
{
  const ReactiveJson *recorded = recorded_of (party, "all_requests"), *got = got_of (party, "all_requests");
  const VectorRule *rule = NULL;
  gboolean is_explained = TRUE;

  if (is_same (party, "all_requests") || differ_by_crash (party, "all_requests"))
    return;

  for (guint i = 0; i < reactive_json_get_length (got); i++)
    {
      const ReactiveJson *ours = reactive_json_get_element (got, i);
      const char *consumer = vector_get_text (ours, "consumer"), *name = vector_get_text (ours, "name");
      const ReactiveJson *theirs = find_request (recorded, consumer, name);
      const VectorRule *found;

      if (theirs != NULL && reactive_json_equal (theirs, ours))
        continue;
      found = theirs != NULL ? explain_request (party, theirs, ours) : explain_hidden (party, consumer, name);
      is_explained = is_explained && found != NULL;
      rule = rule != NULL ? rule : found;
    }
  /* What is shown there alone goes by a name that is not that of its key. */
  for (guint i = 0; i < reactive_json_get_length (recorded); i++)
    {
      const ReactiveJson *theirs = reactive_json_get_element (recorded, i);
      const char *consumer = vector_get_text (theirs, "consumer"), *name = vector_get_text (theirs, "name");

      if (find_request (got, consumer, name) != NULL)
        continue;
      is_explained = is_explained && request_text (party, consumer, name) == NULL;
      rule = rule != NULL ? rule : &rule_other_name;
    }

  differ (party, is_explained ? rule : NULL, "all_requests");
}

/* @element: "app-a:foo" */
static const VectorRule *
explain_new (const Party *party, const char *element, gboolean is_recorded)
{
  g_auto (GStrv) parts = g_strsplit (element, ":", 2);
  const ReactiveJson *requests = is_recorded ? recorded_of (party, "all_requests") : got_of (party, "all_requests");
  const ReactiveJson *request = find_request (requests, parts[0], parts[1]);
  const VectorRule *revoked = g_hash_table_lookup (party->comparison->revoked, element);
  const VectorRule *rule = databag_rule (party, "%s to lbp/request_%s", parts[0], parts[1]);

  if (is_recorded && revoked != NULL)
    return revoked;
  if (rule != NULL)
    return rule;
  if (request != NULL && has_same_id (party, vector_get_text (request, "id")))
    return &rule_same_id;
  if (!is_recorded && find_request (recorded_of (party, "all_requests"), parts[0], parts[1]) == NULL)
    return explain_hidden (party, parts[0], parts[1]);

  return party->rule != NULL ? party->rule : party->before;
}

static const VectorRule *
explain_removed (const Party *party, const char *id, gboolean is_recorded)
{
  const char *whose = g_hash_table_lookup (party->comparison->requests, id);
  g_auto (GStrv) parts = whose != NULL ? g_strsplit (whose, ":", 2) : NULL;
  const char *text;

  if (is_recorded && !is_leader (party))
    return &rule_follower_removes;
  if (has_same_id (party, id))
    return &rule_same_id;
  if (!is_recorded || parts == NULL)
    return is_recorded ? NULL : party->before;

  text = request_text (party, parts[0], parts[1]);
  if (text == NULL)
    return party->before;
  if (!comparison_can_read_version (version_text (party, parts[0])))
    return &rule_version;
  if (!comparison_can_read_request (text))
    return &rule_unreadable_request;
  if (databag_rule (party, "%s to lbp/request_%s", parts[0], parts[1]) != NULL)
    return &rule_new_id;

  return explain_hidden (party, parts[0], parts[1]);
}

/* Requests that are known differ as those that are new and removed do, or did. */
static void
compare_known (Party *party)
{
  const ReactiveJson *recorded = recorded_of (party, "known_requests"), *got = got_of (party, "known_requests");
  const VectorRule *rule = party->rule != NULL ? party->rule : party->before;

  if (is_same (party, "known_requests"))
    return;

  for (guint i = 0; i < reactive_json_get_length (recorded); i++)
    {
      const char *id = reactive_json_get_member_name (recorded, i);
      const char *whose = g_hash_table_lookup (party->comparison->requests, id);
      const ReactiveJson *hash = reactive_json_get_member (got, id);

      if (hash != NULL && reactive_json_equal (hash, reactive_json_get_element (recorded, i)))
        continue;
      if (has_same_id (party, id))
        rule = &rule_same_id;
      else if (whose != NULL && g_hash_table_contains (party->comparison->revoked, whose))
        rule = g_hash_table_lookup (party->comparison->revoked, whose);
    }
  differ (party, rule, "known_requests");
}

static void
compare_provider_events (Party *party)
{
  gboolean is_leaving
      = comparison_is_action (party->comparison, "break") || comparison_is_action (party->comparison, "remove_unit");
  const VectorRule *rule = party->rule != NULL ? party->rule : party->before;

  if (is_same (party, "events"))
    return;
  if (is_leaving && comparison_list_has (got_of (party, "events"), "requests_changed"))
    rule = &rule_departed;
  differ (party, rule != NULL ? rule : party->comparison->crash_rule, "events");
}

static void
compare_provider_flags (Party *party)
{
  static const char flag[] = "endpoint.lb-consumers.requests_changed";
  gboolean has_removed = !comparison_list_is_empty (got_of (party, "removed_requests"));
  gboolean is_changed = has_removed || !comparison_list_is_empty (got_of (party, "new_requests"));

  compare_derived (party, "is_changed", reactive_json_get_boolean (got_of (party, "is_changed")) == is_changed);
  compare_derived (party, "flags", comparison_list_has (got_of (party, "flags"), flag) == is_changed);
  compare_plain (party, "manage_flags");

  /* Python's send_response() clears the flag although removed requests remain; the next hook sets it again. */
  if (!is_same (party, "flags_left") && party->rule == NULL && party->before == NULL && has_removed
      && comparison_is_action (party->comparison, "respond"))
    differ (party, &rule_stray_response, "flags_left");
  else
    compare_derived (party, "flags_left", TRUE);
}

void
comparison_run_provider (Comparison *comparison)
{
  Party party = {
    .comparison = comparison,
    .name = "lbp",
    .recorded = reactive_json_get_member (comparison->recorded, "provider"),
    .got = reactive_json_get_member (comparison->got, "provider"),
    .before = comparison->provider_rule,
  };

  compare_plain (&party, "is_leader");
  compare_plain (&party, "follower_can_read_requests");
  compare_requests (&party);
  compare_list (&party, "new_requests", explain_new);
  compare_list (&party, "removed_requests", explain_removed);
  compare_known (&party);
  compare_provider_flags (&party);
  compare_provider_events (&party);
  comparison->provider_rule = party.rule != NULL ? party.rule : any_heard_rule (&party);
}

/*
 * A consumer
 */

static const char *
heard_response (const Party *party, const ReactiveJson *after, const char *name)
{
  g_autofree char *databag = g_strdup_printf ("%s sees lbp", party->name);

  return comparison_get_app_text (after, "seen", databag, "response_", name);
}

/* Why a response that Python's library cannot read can be read here. */
static const VectorRule *
explain_readable (const Party *party, const char *name)
{
  const char *text = heard_response (party, party->comparison->recorded, name);

  if (comparison_is_older (text, "success"))
    return &rule_older;

  return text != NULL && !comparison_can_read_response (text) ? &rule_health_check_field : NULL;
}

static const VectorRule *
explain_response (const Party *party, const char *name, gboolean is_recorded)
{
  const VectorRule *rule = databag_rule (party, "%s sees lbp/response_%s", party->name, name);

  if (rule != NULL)
    return rule;

  return is_recorded ? NULL : explain_readable (party, name);
}

/* A request that says no hash, or a response that says nothing. */
static const VectorRule *
explain_complete (const Party *party, const char *name, gboolean is_recorded)
{
  g_autofree char *databag = g_strdup_printf ("%s to lbp", party->name);
  const char *request = comparison_get_app_text (party->comparison->recorded, "written", databag, "request_", name);
  const char *response = heard_response (party, party->comparison->recorded, name);
  g_autoptr (ReactiveJson) json
      = request != NULL ? reactive_json_parse (request, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  if (is_recorded && json != NULL && (vector_is_null (json, "sent_hash") || !comparison_can_read_request (request)))
    return &rule_incomplete;
  if (is_recorded && !comparison_can_read_response (response))
    return &rule_incomplete;

  return explain_response (party, name, is_recorded);
}

static const VectorRule *
explain_new_response (const Party *party, const char *name, gboolean is_recorded)
{
  const VectorRule *rule = explain_complete (party, name, is_recorded);

  return rule != NULL ? rule : party->before;
}

static const VectorRule *
explain_revoked (const Party *party, const char *name, gboolean is_recorded)
{
  const ReactiveJson *acknowledged = got_of (party, "response_hashes");
  g_autofree char *databag = g_strdup_printf ("%s to lbp", party->name);
  const char *request = comparison_get_app_text (party->comparison->recorded, "written", databag, "request_", name);

  if (!is_recorded && !is_leader (party))
    return &rule_follower_revoked;
  if (is_recorded && is_leader (party) && !comparison_can_read_request (request))
    return &rule_new_id;
  if (is_recorded && reactive_json_get_member (acknowledged, name) != NULL)
    return explain_readable (party, name);

  return party->before;
}

/* A request goes by the name of its key, not by what it says. */
static const VectorRule *
explain_own_request (const Party *party, const char *name, gboolean is_recorded)
{
  g_autofree char *databag = g_strdup_printf ("%s to lbp", party->name);
  const ReactiveJson *after = is_recorded ? party->comparison->got : party->comparison->recorded;
  const char *text = comparison_get_app_text (after, "written", databag, "request_", name);

  return comparison_says_name (text, name) ? NULL : &rule_other_name;
}

static void
compare_acknowledged (Party *party)
{
  const ReactiveJson *recorded = recorded_of (party, "response_hashes");
  const VectorRule *rule = party->rule != NULL ? party->rule : party->before;

  if (is_same (party, "response_hashes"))
    return;

  for (guint i = 0; rule == NULL && i < reactive_json_get_length (recorded); i++)
    rule = databag_rule (party, "%s sees lbp/response_%s", party->name, reactive_json_get_member_name (recorded, i));
  differ (party, rule, "response_hashes");
}

static char *
join_without (const ReactiveJson *events, const char *event)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < reactive_json_get_length (events); i++)
    {
      const char *name = reactive_json_get_string (reactive_json_get_element (events, i), NULL);

      if (strcmp (name, event) != 0)
        g_string_append_printf (text, "%s ", name);
    }

  return g_string_free (text, FALSE);
}

static void
compare_consumer_events (Party *party)
{
  g_autofree char *recorded = join_without (recorded_of (party, "events"), "response_available");
  g_autofree char *got = join_without (got_of (party, "events"), "response_available");
  const VectorRule *rule = party->rule != NULL ? party->rule : party->before;
  gboolean is_announced = comparison_list_has (got_of (party, "events"), "response_available");
  gboolean was_available = g_hash_table_contains (party->comparison->announced, party->name);

  if (reactive_json_get_boolean (got_of (party, "was_response_available")))
    g_hash_table_add (party->comparison->announced, g_strdup (party->name));
  else
    g_hash_table_remove (party->comparison->announced, party->name);

  if (is_same (party, "events"))
    return;
  /* It is announced when there was none before, and only then. */
  if (strcmp (recorded, got) == 0)
    rule = is_announced && was_available ? NULL : &rule_response_available;
  comparison_differ (party->comparison, rule != NULL ? rule : party->comparison->crash_rule, "events",
                     recorded_of (party, "events"), got_of (party, "events"));
}

/* Python's library sets it together with the other. */
static void
compare_was_available (Party *party)
{
  gboolean was_set = reactive_json_get_boolean (recorded_of (party, "was_response_available"));

  if (!is_same (party, "was_available"))
    differ (party, party->rule != NULL ? party->rule : party->before, "was_available");
  if (!is_same (party, "was_response_available"))
    comparison_differ (party->comparison, was_set ? &rule_response_available : NULL, "was_response_available",
                       recorded_of (party, "was_response_available"), got_of (party, "was_response_available"));
}

static void
compare_consumer_flags (Party *party)
{
  const ReactiveJson *flags = got_of (party, "flags");
  gboolean has_response = !comparison_list_is_empty (got_of (party, "complete_responses"));
  gboolean is_changed = !comparison_list_is_empty (got_of (party, "new_responses"))
                        || !comparison_list_is_empty (got_of (party, "revoked_responses"));
  gboolean is_available = reactive_json_get_boolean (got_of (party, "is_available"));
  gboolean is_right = comparison_list_has (flags, "endpoint.lb-provider.available") == is_available
                      && comparison_list_has (flags, "endpoint.lb-provider.response.available") == has_response
                      && comparison_list_has (flags, "endpoint.lb-provider.response.changed") == is_changed;

  compare_derived (party, "has_response", reactive_json_get_boolean (got_of (party, "has_response")) == has_response);
  compare_derived (party, "is_changed", reactive_json_get_boolean (got_of (party, "is_changed")) == is_changed);
  compare_plain (party, "manage_flags");
  compare_derived (party, "flags", is_right);
  compare_derived (party, "flags_left", TRUE);
}

void
comparison_run_consumer (Comparison *comparison, const char *name)
{
  Party party = {
    .comparison = comparison,
    .name = name,
    .recorded = reactive_json_get_member (reactive_json_get_member (comparison->recorded, "consumers"), name),
    .got = reactive_json_get_member (reactive_json_get_member (comparison->got, "consumers"), name),
    .before = g_hash_table_lookup (comparison->consumer_rules, name),
  };

  compare_plain (&party, "is_leader");
  compare_plain (&party, "is_available");
  compare_plain (&party, "can_request");
  compare_list (&party, "all_requests", explain_own_request);
  compare_list (&party, "all_responses", explain_response);
  compare_list (&party, "complete_responses", explain_complete);
  compare_list (&party, "new_responses", explain_new_response);
  compare_list (&party, "revoked_responses", explain_revoked);
  compare_acknowledged (&party);
  compare_consumer_flags (&party);
  compare_was_available (&party);
  compare_consumer_events (&party);
  if (party.rule == NULL)
    party.rule = any_heard_rule (&party);
  g_hash_table_insert (comparison->consumer_rules, g_strdup (name), (gpointer) party.rule);
}

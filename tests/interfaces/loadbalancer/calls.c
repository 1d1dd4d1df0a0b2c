/* SPDX-License-Identifier: Apache-2.0 */
#include "calls.h"

#include "assign.h"
#include "consumers-private.h"
#include "fields.h"
#include "health-check-private.h"
#include "provider-private.h"
#include "request-private.h"
#include "response-private.h"
#include "vector-report.h"

static void
set_text (ReactiveJson *object, const char *name, const char *text)
{
  reactive_json_object_set (object, name, text != NULL ? reactive_json_new_string (text) : reactive_json_new_null ());
}

static void
set_boolean (ReactiveJson *object, const char *name, gboolean boolean)
{
  reactive_json_object_set (object, name, reactive_json_new_boolean (boolean));
}

static ReactiveJson *
make_text_result (const char *name, const char *text)
{
  ReactiveJson *result = reactive_json_new_object ();

  set_text (result, name, text);

  return result;
}

static ReactiveJson *
make_not_found (void)
{
  ReactiveJson *result = reactive_json_new_object ();

  set_boolean (result, "not_found", TRUE);

  return result;
}

/* A refusal, by the name of the exception that says the same in Python; and of a record the fields at fault. */
static ReactiveJson *
make_refusal (const GError *error, const LBRecord *record)
{
  gboolean is_bad_data = g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  ReactiveJson *result = make_text_result ("raises", is_bad_data ? "ValidationError" : "ModelError");
  g_autoptr (LBProblems) problems = lb_problems_new ();
  ReactiveJson *fields;

  if (!is_bad_data)
    return result;

  fields = reactive_json_new_object ();
  lb_record_check (record, problems);
  for (guint i = 0; i < lb_problems_get_length (problems); i++)
    {
      const char *path = lb_problems_get_path (problems, i);
      g_autofree char *field = g_strndup (path, strcspn (path, "[."));

      set_text (fields, *field != '\0' ? field : "_schema", path);
    }
  reactive_json_object_set (result, "messages", fields);

  return result;
}

/*
 * The consumer
 */

/* The vectors name members of enumerations; and an append in Python is an addition here. */
static ReactiveJson *
tag (const ReactiveJson *fields, const char *field, const char *tag_name)
{
  ReactiveJson *tagged = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (fields); i++)
    {
      const char *name = reactive_json_get_member_name (fields, i);
      const ReactiveJson *value = reactive_json_get_element (fields, i);

      if (strcmp (name, field) == 0 && reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
        {
          ReactiveJson *member = reactive_json_new_object ();

          reactive_json_object_set (member, tag_name, reactive_json_ref (value));
          reactive_json_object_set (tagged, name, member);
        }
      else
        reactive_json_object_set (tagged, name, reactive_json_ref (value));
    }

  return tagged;
}

static void
append_health_checks (LBRequest *request, const ReactiveJson *checks)
{
  for (guint i = 0; checks != NULL && i < reactive_json_get_length (checks); i++)
    {
      g_autoptr (LBProblems) problems = lb_problems_new ();
      g_autoptr (LBHealthCheck) check = lb_health_check_new_from_json (reactive_json_get_element (checks, i), problems);

      lb_request_add_health_check (request, check);
    }
}

static ReactiveJson *
describe_sent (const LBRequest *request)
{
  ReactiveJson *result = make_text_result ("id", lb_request_get_id (request));
  g_autofree char *hash = lb_request_get_hash (request);

  set_text (result, "sent_hash", lb_request_get_sent_hash (request));
  set_text (result, "hash", hash);

  return result;
}

static ReactiveJson *
call_request (Party *party, const ReactiveJson *action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LBRequest) request = lb_provider_get_request (party->provider, vector_get_text (action, "name"), &error);
  g_autoptr (ReactiveJson) fields = tag (reactive_json_get_member (action, "fields"), "protocol", "$protocol");

  if (request == NULL)
    return make_refusal (error, NULL);
  if (!assign_request (request, fields))
    return make_text_result ("raises", "no setter");

  append_health_checks (request, reactive_json_get_member (fields, "append_health_checks"));

  return lb_provider_send_request (party->provider, request, &error) ? describe_sent (request)
                                                                     : make_refusal (error, &request->record);
}

static ReactiveJson *
call_get_request (Party *party, const ReactiveJson *action)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LBRequest) request = lb_provider_get_request (party->provider, vector_get_text (action, "name"), &error);
  g_autofree char *hash = NULL;
  LBResponse *response;
  ReactiveJson *result;

  if (request == NULL)
    return make_refusal (error, NULL);

  hash = lb_request_get_hash (request);
  response = lb_request_get_response (request);
  result = make_text_result ("id", lb_request_get_id (request));
  set_text (result, "name", lb_request_get_name (request));
  set_text (result, "hash", hash);
  set_boolean (result, "response", lb_response_is_valid (response));
  set_text (result, "response_address", lb_response_get_address (response));

  return result;
}

static ReactiveJson *
call_get_response (Party *party, const ReactiveJson *action)
{
  g_autoptr (LBResponse) response = lb_provider_get_response (party->provider, vector_get_text (action, "name"));

  return response != NULL ? fields_of_response (response) : NULL;
}

static ReactiveJson *
call_remove_request (Party *party, const ReactiveJson *action)
{
  g_autoptr (GError) error = NULL;

  return lb_provider_remove_request (party->provider, vector_get_text (action, "name"), &error)
             ? NULL
             : make_refusal (error, NULL);
}

static LBResponse *
find_response (GPtrArray *responses, const char *name)
{
  for (guint i = 0; i < responses->len; i++)
    {
      LBResponse *response = g_ptr_array_index (responses, i);

      if (strcmp (lb_response_get_name (response), name) == 0)
        return response;
    }

  return NULL;
}

static ReactiveJson *
call_ack (Party *party, const ReactiveJson *action)
{
  const char *name = vector_get_text (action, "name");
  g_autoptr (LBResponse) response = lb_provider_get_response (party->provider, name);
  g_autoptr (GPtrArray) revoked = lb_provider_get_revoked_responses (party->provider);
  LBResponse *acked = response != NULL ? response : find_response (revoked, name);
  g_autofree char *hash = NULL;
  ReactiveJson *result;

  if (acked == NULL)
    return make_not_found ();

  g_assert_true (lb_provider_ack_response (party->provider, acked, NULL));
  result = make_text_result ("acked", response != NULL ? "response" : "revoked");
  hash = lb_response_get_hash (acked);
  if (response != NULL)
    set_text (result, "hash", hash);

  return result;
}

static void
add_names (ReactiveJson *names, const char *prefix, GPtrArray *responses)
{
  for (guint i = 0; i < responses->len; i++)
    {
      g_autofree char *name = g_strconcat (prefix, lb_response_get_name (g_ptr_array_index (responses, i)), NULL);

      reactive_json_array_add (names, reactive_json_new_string (name));
    }
}

static ReactiveJson *
call_ack_all (Party *party, const ReactiveJson *action)
{
  g_autoptr (GPtrArray) added = lb_provider_get_new_responses (party->provider);
  g_autoptr (GPtrArray) revoked = lb_provider_get_revoked_responses (party->provider);
  ReactiveJson *result = reactive_json_new_object (), *names = reactive_json_new_array ();

  add_names (names, "", added);
  add_names (names, "-", revoked);
  g_assert_true (lb_provider_ack_all (party->provider, NULL));
  reactive_json_object_set (result, "acked", names);

  return result;
}

/*
 * The provider
 */

static const char *
consumer_of (Party *party, const LBRequest *request)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (party->unit, party->endpoint_name);

  return reactive_relation_get_application_name (
      reactive_endpoint_find_relation (endpoint, lb_request_get_relation_id (request)));
}

/* Of all requests, the one that the action names. */
static LBRequest *
find_request (Party *party, const Calls *calls)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (party->consumers);

  for (guint i = 0; i < requests->len; i++)
    {
      LBRequest *request = g_ptr_array_index (requests, i);

      if (strcmp (lb_request_get_name (request), vector_get_text (calls->action, "name")) == 0
          && strcmp (consumer_of (party, request), calls->consumer) == 0)
        return lb_request_ref (request);
    }

  return NULL;
}

static ReactiveJson *
call_respond (Party *party, const Calls *calls)
{
  g_autoptr (LBRequest) request = find_request (party, calls);
  g_autoptr (ReactiveJson) fields = tag (reactive_json_get_member (calls->action, "fields"), "error", "$error");
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = NULL;
  LBResponse *response;
  ReactiveJson *result;

  if (request == NULL)
    return make_not_found ();

  response = lb_request_get_response (request);
  if (!assign_response (response, fields))
    return make_text_result ("raises", "no setter");
  if (!lb_consumers_send_response (party->consumers, request, &error)
      && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED))
    return make_refusal (error, &response->record);

  /* Python's send_response() of a follower does nothing, too, and does not say so. */
  hash = lb_response_get_hash (response);
  result = make_text_result ("response_hash", hash);
  set_text (result, "received_hash", lb_response_get_received_hash (response));

  return result;
}

static ReactiveJson *
call_revoke (Party *party, const Calls *calls)
{
  g_autoptr (LBRequest) request = find_request (party, calls);
  g_autoptr (GError) error = NULL;

  if (request == NULL)
    return make_not_found ();

  return lb_consumers_revoke_response (party->consumers, request, &error) ? NULL : make_refusal (error, NULL);
}

static ReactiveJson *
list_ids (GPtrArray *requests)
{
  ReactiveJson *ids = reactive_json_new_array ();

  for (guint i = 0; i < requests->len; i++)
    reactive_json_array_add (ids, reactive_json_new_string (lb_request_get_id (g_ptr_array_index (requests, i))));

  return ids;
}

static ReactiveJson *
call_revoke_removed (Party *party)
{
  g_autoptr (GPtrArray) removed = lb_consumers_get_removed_requests (party->consumers);
  ReactiveJson *result = reactive_json_new_object ();

  reactive_json_object_set (result, "ids", list_ids (removed));
  for (guint i = 0; i < removed->len; i++)
    g_assert_true (lb_consumers_revoke_response (party->consumers, g_ptr_array_index (removed, i), NULL));

  return result;
}

gboolean
calls_are_of_provider (const char *what)
{
  static const char *const calls[]
      = { "respond", "respond_as_follower", "revoke", "revoke_removed", "follower_perms", NULL };

  return g_strv_contains (calls, what);
}

void
calls_run (Party *party, gpointer data)
{
  static const struct
  {
    const char *what;
    ReactiveJson *(*call) (Party *party, const ReactiveJson *action);
  } consumer_calls[] = {
    { "request", call_request },
    { "get_request", call_get_request },
    { "get_response", call_get_response },
    { "remove_request", call_remove_request },
    { "ack", call_ack },
    { "ack_all", call_ack_all },
  };
  Calls *calls = data;
  const char *what = vector_get_text (calls->action, "do");
  const ReactiveJson *read = reactive_json_get_member (calls->action, "read");

  for (guint i = 0; i < G_N_ELEMENTS (consumer_calls); i++)
    {
      if (strcmp (consumer_calls[i].what, what) != 0)
        continue;
      calls->result = consumer_calls[i].call (party, calls->action);
      return;
    }

  if (g_str_has_prefix (what, "respond"))
    calls->result = call_respond (party, calls);
  else if (strcmp (what, "revoke") == 0)
    calls->result = call_revoke (party, calls);
  else if (strcmp (what, "revoke_removed") == 0)
    calls->result = call_revoke_removed (party);
  else if (strcmp (what, "follower_perms") == 0)
    lb_consumers_set_follower_can_read (party->consumers, reactive_json_get_boolean (read));
  else
    g_error ("unknown action '%s'", what);
}

/*
 * Observing
 */

/* The flags of the interface, without those that are automatic. */
static ReactiveJson *
list_flags (Party *party)
{
  static const char *const names[]
      = { "endpoint.lb-provider.available", "endpoint.lb-provider.response.available",
          "endpoint.lb-provider.response.changed", "endpoint.lb-consumers.requests_changed", NULL };
  ReactiveJson *flags = reactive_json_new_array ();

  for (const char *const *name = names; *name != NULL; name++)
    {
      if (reactive_is_flag_set (party->unit, *name))
        reactive_json_array_add (flags, reactive_json_new_string (*name));
    }

  return flags;
}

static ReactiveJson *
describe_request (Party *party, LBRequest *request)
{
  ReactiveJson *result = make_text_result ("consumer", consumer_of (party, request));
  ReactiveJson *backends = reactive_json_new_array ();
  g_autofree const char **texts = lb_request_get_backends (request);
  g_autofree char *hash = lb_request_get_hash (request);
  LBResponse *response = lb_request_get_response (request);

  for (const char **text = texts; *text != NULL; text++)
    reactive_json_array_add (backends, reactive_json_new_string (*text));
  set_text (result, "name", lb_request_get_name (request));
  set_text (result, "id", lb_request_get_id (request));
  reactive_json_object_set (result, "backends", backends);
  set_text (result, "hash", hash);
  set_text (result, "sent_hash", lb_request_get_sent_hash (request));
  set_boolean (result, "response", lb_response_is_valid (response));
  set_text (result, "response_address", lb_response_get_address (response));
  set_text (result, "response_received_hash", lb_response_get_received_hash (response));

  return result;
}

static ReactiveJson *
describe_known (LBConsumers *consumers)
{
  const LBKnownRequests *requests = lb_consumers_get_known_requests (consumers);
  ReactiveJson *result = reactive_json_new_object ();

  for (guint i = 0; i < lb_known_requests_get_length (requests); i++)
    {
      const LBKnown *known = lb_known_requests_get (requests, i);

      set_text (result, reactive_json_get_string (known->id, NULL), known->answered);
    }

  return result;
}

void
calls_observe_provider (Party *party, gpointer data)
{
  ReactiveJson *result = data, *all_requests = reactive_json_new_array (), *new_requests = reactive_json_new_array ();
  LBConsumers *consumers = party->consumers;
  g_autoptr (GPtrArray) all = lb_consumers_get_all_requests (consumers);
  g_autoptr (GPtrArray) added = lb_consumers_get_new_requests (consumers);
  g_autoptr (GPtrArray) removed = lb_consumers_get_removed_requests (consumers);

  for (guint i = 0; i < all->len; i++)
    reactive_json_array_add (all_requests, describe_request (party, g_ptr_array_index (all, i)));
  for (guint i = 0; i < added->len; i++)
    {
      LBRequest *request = g_ptr_array_index (added, i);
      g_autofree char *name = g_strjoin (":", consumer_of (party, request), lb_request_get_name (request), NULL);

      reactive_json_array_add (new_requests, reactive_json_new_string (name));
    }

  reactive_json_object_set (result, "flags_left", list_flags (party));
  set_boolean (result, "is_leader", reactive_is_leader (party->unit));
  set_boolean (result, "follower_can_read_requests", lb_consumers_get_follower_can_read (consumers));
  set_boolean (result, "is_changed", lb_consumers_is_changed (consumers));
  reactive_json_object_set (result, "all_requests", all_requests);
  reactive_json_object_set (result, "new_requests", new_requests);
  reactive_json_object_set (result, "removed_requests", list_ids (removed));
  reactive_json_object_set (result, "known_requests", describe_known (consumers));
  lb_consumers_update_flags (consumers);
  set_text (result, "manage_flags", "ok");
  reactive_json_object_set (result, "flags", list_flags (party));
}

/* Takes @responses. */
static void
set_responses (ReactiveJson *result, const char *name, GPtrArray *responses)
{
  ReactiveJson *names = reactive_json_new_array ();

  add_names (names, "", responses);
  reactive_json_object_set (result, name, names);
  g_ptr_array_unref (responses);
}

static ReactiveJson *
describe_acknowledged (LBProvider *provider)
{
  const LBAnswers *answers = lb_provider_get_answers (provider);
  ReactiveJson *result = reactive_json_new_object ();

  for (guint i = 0; i < lb_answers_get_length (answers); i++)
    {
      const LBAnswer *answer = lb_answers_get (answers, i);

      if (answer->acknowledged != NULL)
        set_text (result, answer->name, answer->acknowledged);
    }

  return result;
}

void
calls_observe_consumer (Party *party, gpointer data)
{
  ReactiveJson *result = data, *requests = reactive_json_new_array ();
  LBProvider *provider = party->provider;
  g_autoptr (GPtrArray) all = lb_provider_get_all_requests (provider);

  for (guint i = 0; i < all->len; i++)
    reactive_json_array_add (requests, reactive_json_new_string (lb_request_get_name (g_ptr_array_index (all, i))));

  reactive_json_object_set (result, "flags_left", list_flags (party));
  set_boolean (result, "is_leader", reactive_is_leader (party->unit));
  set_boolean (result, "is_available", lb_provider_is_available (provider));
  set_boolean (result, "can_request", lb_provider_can_request (provider));
  set_boolean (result, "has_response", lb_provider_has_response (provider));
  set_boolean (result, "is_changed", lb_provider_is_changed (provider));
  reactive_json_object_set (result, "all_requests", requests);
  set_responses (result, "all_responses", lb_provider_get_all_responses (provider));
  set_responses (result, "complete_responses", lb_provider_get_complete_responses (provider));
  set_responses (result, "new_responses", lb_provider_get_new_responses (provider));
  set_responses (result, "revoked_responses", lb_provider_get_revoked_responses (provider));
  reactive_json_object_set (result, "response_hashes", describe_acknowledged (provider));
  set_boolean (result, "was_available", lb_provider_was_available (provider));
  set_boolean (result, "was_response_available", lb_provider_was_response_available (provider));
  lb_provider_update_flags (provider);
  set_text (result, "manage_flags", "ok");
  reactive_json_object_set (result, "flags", list_flags (party));
}

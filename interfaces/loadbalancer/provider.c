/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/provider.h>
#include <loadbalancer/response.h>
#include <reactive/flags.h>
#include <reactive/leadership.h>
#include <reactive/unit.h>
#include <string.h>

#include "provider-private.h"
#include "python-state.h"
#include "relations.h"
#include "request-private.h"
#include "response-private.h"

/* Names in the state of the library in Python */
#define WAS_AVAILABLE_KEY "was_available"
#define WAS_RESPONSE_AVAILABLE_KEY "was_response_available"

static void
provider_free (gpointer data)
{
  LBProvider *provider = data;

  lb_answers_free (provider->answers);
  g_free (provider);
}

LBProvider *
lb_provider_of (ReactiveEndpoint *endpoint)
{
  ReactiveUnit *unit = reactive_endpoint_get_unit (endpoint);
  g_autofree char *key = g_strconcat ("loadbalancer.provider.", reactive_endpoint_get_name (endpoint), NULL);
  LBProvider *provider = reactive_unit_get_data (unit, key);

  if (provider != NULL)
    return provider;

  provider = g_new0 (LBProvider, 1);
  provider->endpoint = endpoint;
  provider->unit = unit;
  reactive_unit_set_data (unit, key, provider, provider_free);

  return provider;
}

/**
 * lb_provider:
 * @unit: the unit
 * @endpoint_name: an endpoint that the charm requires with the interface `loadbalancer`
 *
 * Gives the side of the asking charm of an endpoint.
 *
 * Returns: (transfer none) (nullable): the provider that is, or will be, related to the endpoint; it lives as long as
 *   the unit. %NULL if the charm's metadata has no such endpoint
 */
LBProvider *
lb_provider (ReactiveUnit *unit, const char *endpoint_name)
{
  ReactiveEndpoint *endpoint;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (endpoint_name != NULL, NULL);

  endpoint = lb_find_endpoint (unit, endpoint_name, REACTIVE_ROLE_REQUIRES);

  return endpoint != NULL ? lb_provider_of (endpoint) : NULL;
}

/**
 * lb_provider_is_available:
 * @provider: the provider
 *
 * Tells whether requests can be understood on the other side.
 *
 * Returns: whether there is a provider that says a version that is understood
 */
gboolean
lb_provider_is_available (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, FALSE);

  lb_provider_look (provider);

  return provider->relation != NULL;
}

/**
 * lb_provider_can_request:
 * @provider: the provider
 *
 * Tells whether this unit may send requests now.
 *
 * Returns: whether it is available, and this unit is the leader
 */
gboolean
lb_provider_can_request (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, FALSE);

  return lb_provider_is_available (provider) && reactive_is_leader (provider->unit);
}

/**
 * lb_provider_has_response:
 * @provider: the provider
 *
 * Tells whether anything was answered.
 *
 * Returns: whether there is a complete response
 */
gboolean
lb_provider_has_response (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, FALSE);

  lb_provider_look (provider);

  return provider->n_complete > 0;
}

/**
 * lb_provider_is_changed:
 * @provider: the provider
 *
 * Tells whether there is something to do.
 *
 * Returns: whether there are new or revoked responses
 */
gboolean
lb_provider_is_changed (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, FALSE);

  lb_provider_look (provider);

  return provider->n_changed > 0;
}

/**
 * lb_provider_get_response:
 * @provider: the provider
 * @name: name of a request
 *
 * What the provider answered last to a request of this name, whether it is complete or not.
 *
 * Returns: (transfer full) (nullable): the response; %NULL if there is none, or it cannot be read
 */
LBResponse *
lb_provider_get_response (LBProvider *provider, const char *name)
{
  g_return_val_if_fail (provider != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return lb_provider_is_available (provider) ? lb_provider_read_response (provider, name, /* is_to_tell= */ FALSE)
                                             : NULL;
}

static GPtrArray *
new_responses (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) lb_response_unref);
}

/**
 * lb_provider_get_all_responses:
 * @provider: the provider
 *
 * Lists what was answered.
 *
 * Returns: (transfer full) (element-type LBResponse): all responses that can be read, asked for or not, by name
 */
GPtrArray *
lb_provider_get_all_responses (LBProvider *provider)
{
  GPtrArray *responses;
  ReactiveDatabag *databag;

  g_return_val_if_fail (provider != NULL, NULL);

  responses = new_responses ();
  if (!lb_provider_is_available (provider))
    return responses;

  databag = reactive_relation_get_received_app (provider->relation);
  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    {
      const char *name = lb_key_get_name (*key, LB_RESPONSE_PREFIX);
      LBResponse *response = name != NULL ? lb_provider_read_response (provider, name, /* is_to_tell= */ FALSE) : NULL;

      if (response != NULL)
        g_ptr_array_add (responses, response);
    }

  return responses;
}

/* The responses of those answers; an empty one where there is none any more. */
static GPtrArray *
list_responses (LBProvider *provider, gboolean (*matches) (const LBAnswer *answer))
{
  g_autoptr (GPtrArray) matching = lb_answers_list (lb_provider_get_answers (provider), matches);
  GPtrArray *responses = new_responses ();

  for (guint i = 0; i < matching->len; i++)
    {
      const LBAnswer *answer = g_ptr_array_index (matching, i);
      LBResponse *response = lb_provider_read_response (provider, answer->name, /* is_to_tell= */ FALSE);

      g_ptr_array_add (responses, response != NULL ? response : lb_response_new (answer->name));
    }

  return responses;
}

/**
 * lb_provider_get_complete_responses:
 * @provider: the provider
 *
 * The responses that are to requests as they stand. A follower cannot see the requests of its application: for it all
 * responses are complete, also one to an earlier request.
 *
 * Returns: (transfer full) (element-type LBResponse): the responses, by name
 */
GPtrArray *
lb_provider_get_complete_responses (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, NULL);

  return list_responses (provider, lb_answer_is_complete);
}

/**
 * lb_provider_get_new_responses:
 * @provider: the provider
 *
 * Lists the answers that are still to be handled.
 *
 * Returns: (transfer full) (element-type LBResponse): the complete responses that this unit has not acknowledged as
 * they stand, by name
 */
GPtrArray *
lb_provider_get_new_responses (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, NULL);

  return list_responses (provider, lb_answer_is_new);
}

/**
 * lb_provider_get_revoked_responses:
 * @provider: the provider
 *
 * Lists the answers that were taken back.
 *
 * Returns: (transfer full) (element-type LBResponse): empty responses in place of those that this unit has acknowledged
 *   and that are not there any more, by name
 */
GPtrArray *
lb_provider_get_revoked_responses (LBProvider *provider)
{
  g_return_val_if_fail (provider != NULL, NULL);

  return list_responses (provider, lb_answer_is_revoked);
}

/*
 * Acknowledging
 */

/* @hash: (transfer full) (nullable): what the charm has dealt with */
static void
acknowledge (LBProvider *provider, LBAnswer *answer, char *hash)
{
  lb_provider_take_out (provider, answer);
  g_free (answer->acknowledged);
  answer->acknowledged = hash;
  lb_provider_put_in (provider, answer);
  lb_answers_save (provider->answers, answer);
}

static void
clear_flag_if_done (LBProvider *provider)
{
  if (!lb_provider_is_changed (provider))
    reactive_clear_flag (provider->unit, reactive_endpoint_expand_name (provider->endpoint, "response.changed"));
}

/**
 * lb_provider_ack_response:
 * @provider: the provider
 * @response: a response, as one of the functions here gave it
 * @error: return location for a #GError, which nothing sets yet; it is there so that a handler may end with this call
 *
 * Says that a response, or that it was revoked, has been dealt with: it is then not new, or revoked, any more. The flag
 * `endpoint.E.response.changed` is cleared when no new or revoked response is left. Each unit acknowledges for itself.
 *
 * Returns: %TRUE
 */
gboolean
lb_provider_ack_response (LBProvider *provider, LBResponse *response, GError **error)
{
  g_return_val_if_fail (provider != NULL, FALSE);
  g_return_val_if_fail (response != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  lb_provider_look (provider);
  acknowledge (provider, lb_answers_ensure (provider->answers, lb_response_get_name (response)),
               lb_response_get_hash (response));
  lb_answers_save_names (provider->answers);
  clear_flag_if_done (provider);

  return TRUE;
}

/**
 * lb_provider_ack_all:
 * @provider: the provider
 * @error: return location for a #GError, which nothing sets yet; it is there so that a handler may end with this call
 *
 * Acknowledges all new and all revoked responses.
 *
 * Returns: %TRUE
 */
gboolean
lb_provider_ack_all (LBProvider *provider, GError **error)
{
  g_autoptr (GPtrArray) changed = NULL;

  g_return_val_if_fail (provider != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  changed = lb_answers_list (lb_provider_get_answers (provider), lb_answer_is_changed);
  for (guint i = 0; i < changed->len; i++)
    {
      LBAnswer *answer = g_ptr_array_index (changed, i);

      acknowledge (provider, answer, g_strdup (answer->hash));
    }
  clear_flag_if_done (provider);

  return TRUE;
}

/*
 * At the start of a hook
 */

static void
set_was (LBProvider *provider, const char *key, gboolean was)
{
  if (lb_python_state_get_boolean (provider->endpoint, LB_PYTHON_PROVIDER, key) != was)
    lb_python_state_set (provider->endpoint, LB_PYTHON_PROVIDER, key, reactive_json_new_boolean (was));
}

gboolean
lb_provider_was_available (LBProvider *provider)
{
  return lb_python_state_get_boolean (provider->endpoint, LB_PYTHON_PROVIDER, WAS_AVAILABLE_KEY);
}

gboolean
lb_provider_was_response_available (LBProvider *provider)
{
  return lb_python_state_get_boolean (provider->endpoint, LB_PYTHON_PROVIDER, WAS_RESPONSE_AVAILABLE_KEY);
}

/* Without a complete response, the next one is announced anew. */
void
lb_provider_note_withdrawn (LBProvider *provider)
{
  if (provider->n_complete == 0)
    set_was (provider, WAS_RESPONSE_AVAILABLE_KEY, FALSE);
}

static void
raise_available (LBProvider *provider)
{
  if (!lb_provider_was_available (provider))
    reactive_endpoint_raise (provider->endpoint, "available");
  set_was (provider, WAS_AVAILABLE_KEY, TRUE);

  if (lb_provider_has_response (provider))
    {
      if (!lb_provider_was_response_available (provider))
        reactive_endpoint_raise (provider->endpoint, "response_available");
      set_was (provider, WAS_RESPONSE_AVAILABLE_KEY, TRUE);
    }
  if (lb_provider_is_changed (provider))
    reactive_endpoint_raise (provider->endpoint, "response_changed");
}

/* A provider that comes back is another one: what was acknowledged of the one before does not count. */
static void
raise_unavailable (LBProvider *provider)
{
  if (!lb_provider_was_available (provider))
    return;

  set_was (provider, WAS_AVAILABLE_KEY, FALSE);
  if (lb_answers_forget (provider->answers))
    reactive_endpoint_raise (provider->endpoint, "response_changed");
}

void
lb_provider_begin_hook (LBProvider *provider)
{
  if (!lb_provider_has_response (provider))
    set_was (provider, WAS_RESPONSE_AVAILABLE_KEY, FALSE);
  if (!reactive_endpoint_is_in_hook (provider->endpoint))
    return;

  if (lb_provider_is_available (provider))
    raise_available (provider);
  else
    raise_unavailable (provider);
}

void
lb_provider_update_flags (LBProvider *provider)
{
  ReactiveEndpoint *endpoint = provider->endpoint;

  reactive_toggle_flag (provider->unit, reactive_endpoint_expand_name (endpoint, "available"),
                        lb_provider_is_available (provider));
  reactive_toggle_flag (provider->unit, reactive_endpoint_expand_name (endpoint, "response.available"),
                        lb_provider_has_response (provider));
  reactive_toggle_flag (provider->unit, reactive_endpoint_expand_name (endpoint, "response.changed"),
                        lb_provider_is_changed (provider));
}

/*
 * Coming from Python, and going back
 */

#define ACKNOWLEDGED_KEY "response_hashes"

void
lb_provider_take_over (LBProvider *provider)
{
  const ReactiveJson *hashes = lb_python_state_get (provider->endpoint, LB_PYTHON_PROVIDER, ACKNOWLEDGED_KEY);
  g_autoptr (ReactiveJson) own = NULL;

  if (hashes == NULL || reactive_json_get_kind (hashes) != REACTIVE_JSON_OBJECT)
    return;

  own = lb_answers_list_acknowledged (provider->answers);
  if (!reactive_json_equal (own, hashes))
    lb_answers_acknowledge_as (provider->answers, hashes);
}

void
lb_provider_finish_hook (LBProvider *provider)
{
  if (provider->answers != NULL)
    lb_python_state_set (provider->endpoint, LB_PYTHON_PROVIDER, ACKNOWLEDGED_KEY,
                         lb_answers_list_acknowledged (provider->answers));
}

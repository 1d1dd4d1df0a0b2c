/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/error.h>
#include <reactive/leadership.h>
#include <reactive/unit.h>

#include "provider-private.h"
#include "relations.h"
#include "request-private.h"

/* The requests that a consumer makes. */

static gboolean
check_leader (LBProvider *provider, GError **error)
{
  if (reactive_is_leader (provider->unit))
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED, "%s: only the leader makes requests",
               reactive_endpoint_get_name (provider->endpoint));

  return FALSE;
}

static gboolean
check_can_request (LBProvider *provider, GError **error)
{
  if (!check_leader (provider, error))
    return FALSE;
  if (lb_provider_is_available (provider))
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "%s: no provider is available",
               reactive_endpoint_get_name (provider->endpoint));

  return FALSE;
}

/* The request and the response are read apart: what is wrong with one leaves the other as it is. */
static LBRequest *
get_or_make_request (LBProvider *provider, const char *name)
{
  LBRequest *request = lb_provider_read_request (provider, name, /* is_to_tell= */ FALSE);

  if (request == NULL)
    {
      request = lb_request_new ();
      lb_request_set_name (request, name);
    }
  if (lb_request_get_id (request) == NULL || request->is_older)
    {
      g_autofree char *id = reactive_new_id (provider->unit);

      lb_request_set_id (request, id);
    }
  request->is_older = FALSE;
  request->response = lb_provider_read_response (provider, name, /* is_to_tell= */ FALSE);

  return request;
}

/**
 * lb_provider_get_request:
 * @provider: the provider
 * @name: a name that is unique among the requests of this application
 * @error: return location for a #GError
 *
 * A request as it was sent last, or a new one. What was sent is still in it: health checks that a handler adds come
 * behind those that it added before.
 *
 * Returns: (transfer full) (nullable): the request; %NULL with #REACTIVE_ERROR_DENIED if this unit is not the leader,
 * or #REACTIVE_ERROR_NOT_FOUND if the provider is not available
 */
LBRequest *
lb_provider_get_request (LBProvider *provider, const char *name, GError **error)
{
  g_return_val_if_fail (provider != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return check_can_request (provider, error) ? get_or_make_request (provider, name) : NULL;
}

/**
 * lb_provider_get_all_requests:
 * @provider: the provider
 *
 * Lists what was asked for.
 *
 * Returns: (transfer full) (element-type LBRequest): the requests of this application, by name; none if the provider is
 *   not available, and for a follower, which cannot see them
 */
GPtrArray *
lb_provider_get_all_requests (LBProvider *provider)
{
  GPtrArray *requests;
  ReactiveDatabag *databag;

  g_return_val_if_fail (provider != NULL, NULL);

  requests = g_ptr_array_new_with_free_func ((GDestroyNotify) lb_request_unref);
  if (!lb_provider_can_request (provider))
    return requests;

  databag = reactive_relation_get_to_publish_app (provider->relation);
  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    {
      const char *name = lb_key_get_name (*key, LB_REQUEST_PREFIX);

      if (name != NULL)
        g_ptr_array_add (requests, get_or_make_request (provider, name));
    }

  return requests;
}

/* @text: (nullable): NULL takes it back */
static void
write_request (LBProvider *provider, const char *name, const char *text)
{
  g_autofree char *key = lb_key (LB_REQUEST_PREFIX, name);

  reactive_databag_set (reactive_relation_get_to_publish_app (provider->relation), key, text);
}

/**
 * lb_provider_send_request:
 * @provider: the provider
 * @request: a request, as lb_provider_get_request() gave it
 * @error: return location for a #GError
 *
 * Sends a request with the hash that it has, so that the answer to it can be told from an answer to an earlier one. The
 * same request sent again changes nothing.
 *
 * Returns: %TRUE, or %FALSE with #REACTIVE_ERROR_DENIED if this unit is not the leader, #REACTIVE_ERROR_NOT_FOUND if
 * the provider is not available, or #REACTIVE_ERROR_BAD_DATA if something is missing in the request
 */
gboolean
lb_provider_send_request (LBProvider *provider, LBRequest *request, GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (provider != NULL, FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_can_request (provider, error))
    return FALSE;

  lb_request_sign (request);
  text = lb_request_to_text (request, error);
  if (text == NULL)
    {
      g_autofree char *name = lb_problems_show_name (lb_request_get_name (request));

      g_prefix_error (error, "%s: request_%s: ", reactive_relation_get_id (provider->relation), name);
      return FALSE;
    }

  write_request (provider, lb_request_get_name (request), text);
  lb_provider_look_again (provider, lb_answers_ensure (provider->answers, lb_request_get_name (request)));
  lb_provider_note_withdrawn (provider);

  return TRUE;
}

/**
 * lb_provider_remove_request:
 * @provider: the provider
 * @name: name of a request
 * @error: return location for a #GError
 *
 * Takes a request back, and forgets what was acknowledged of its answer. One that was not made, and one for a provider
 * that is gone, is removed already.
 *
 * Returns: %TRUE, or %FALSE with #REACTIVE_ERROR_DENIED if this unit is not the leader
 */
gboolean
lb_provider_remove_request (LBProvider *provider, const char *name, GError **error)
{
  g_return_val_if_fail (provider != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_leader (provider, error))
    return FALSE;
  if (!lb_provider_is_available (provider))
    return TRUE;

  write_request (provider, name, NULL);
  lb_provider_take_out (provider, lb_answers_ensure (provider->answers, name));
  lb_answers_remove (provider->answers, name);
  lb_provider_note_withdrawn (provider);

  return TRUE;
}

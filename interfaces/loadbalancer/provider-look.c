/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/response.h>
#include <reactive/leadership.h>
#include <reactive/log.h>

#include "provider-private.h"
#include "relations.h"
#include "request-private.h"
#include "response-private.h"

/* What a consumer's unit finds out in a hook: what the provider says, and what has become of its own requests. */

static const char *
get_response_text (LBProvider *provider, const char *name, gsize *out_length)
{
  g_autofree char *key = lb_key (LB_RESPONSE_PREFIX, name);

  return reactive_databag_get (reactive_relation_get_received_app (provider->relation), key, out_length);
}

static const char *
get_request_text (LBProvider *provider, const char *name, gsize *out_length)
{
  g_autofree char *key = lb_key (LB_REQUEST_PREFIX, name);

  return reactive_databag_get (reactive_relation_get_to_publish_app (provider->relation), key, out_length);
}

/* @problems: (nullable): what to tell the log */
static void
note_bad (LBProvider *provider, const char *prefix, const char *name, LBProblems *problems)
{
  g_autofree char *key = lb_key (prefix, name);

  provider->n_bad++;
  if (problems != NULL)
    lb_warn (provider->relation, key, problems, &provider->n_told);
}

LBResponse *
lb_provider_read_response (LBProvider *provider, const char *name, gboolean is_to_tell)
{
  gsize length = 0;
  const char *text = get_response_text (provider, name, &length);
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBResponse *response = text != NULL ? lb_response_new_from_databag (name, text, length, problems) : NULL;

  if (text != NULL && response == NULL)
    note_bad (provider, LB_RESPONSE_PREFIX, name, is_to_tell ? problems : NULL);

  return response;
}

LBRequest *
lb_provider_read_request (LBProvider *provider, const char *name, gboolean is_to_tell)
{
  gsize length = 0;
  const char *text = get_request_text (provider, name, &length);
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBRequest *request = text != NULL ? lb_request_new_from_databag (name, text, length, problems) : NULL;

  if (text != NULL && request == NULL)
    note_bad (provider, LB_REQUEST_PREFIX, name, is_to_tell ? problems : NULL);

  return request;
}

/* An answer is complete when it says the hash that the request was sent with. A follower cannot see its application's
 * requests, and takes every answer for complete. */
static gboolean
completes (LBProvider *provider, const LBResponse *response, const LBRequest *request)
{
  const char *sent_hash = request != NULL ? lb_request_get_sent_hash (request) : NULL;

  if (response == NULL)
    return FALSE;

  return !reactive_is_leader (provider->unit)
         || (sent_hash != NULL && g_strcmp0 (sent_hash, lb_response_get_received_hash (response)) == 0);
}

/* Of all that an answer depends on. */
static char *
make_digest (LBProvider *provider, const char *name)
{
  gsize request_length = 0, response_length = 0;
  const char *request = reactive_is_leader (provider->unit) ? get_request_text (provider, name, &request_length) : NULL;
  const char *response = get_response_text (provider, name, &response_length);

  return lb_digest (request != NULL ? request : "", request_length, response, response_length);
}

static void
warn_of_older (LBProvider *provider, const char *name)
{
  g_autofree char *key = lb_key (LB_RESPONSE_PREFIX, name);
  g_autoptr (LBProblems) problems = lb_problems_new ();

  lb_problems_add (problems, "in the older dialect, which does not say what it answers: it is not taken");
  lb_warn (provider->relation, key, problems, &provider->n_told);
}

/* Reads an answer again, unless it is made of the same texts. What cannot be read is read in every hook, and told of.
 */
static void
look_at_answer (LBProvider *provider, LBAnswer *answer, gboolean is_to_tell)
{
  g_autofree char *digest = make_digest (provider, answer->name);
  g_autoptr (LBRequest) request = NULL;
  g_autoptr (LBResponse) response = NULL;
  guint n_bad = provider->n_bad;

  answer->is_visible = TRUE;
  if (g_strcmp0 (digest, answer->digest) == 0)
    return;

  if (reactive_is_leader (provider->unit))
    request = lb_provider_read_request (provider, answer->name, is_to_tell);
  response = lb_provider_read_response (provider, answer->name, is_to_tell);

  g_free (answer->hash);
  g_free (answer->digest);
  answer->hash = response != NULL ? lb_record_hash (&response->record) : NULL;
  answer->digest = provider->n_bad == n_bad ? g_steal_pointer (&digest) : NULL;
  answer->is_complete = completes (provider, response, request);
  if (is_to_tell && response != NULL && response->is_older && !answer->is_complete)
    warn_of_older (provider, answer->name);
  lb_answers_save (provider->answers, answer);
}

/* All of a databag whose keys begin with @prefix. */
static void
look_at_answers (LBProvider *provider, ReactiveDatabag *databag, const char *prefix)
{
  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    {
      const char *name = lb_key_get_name (*key, prefix);

      if (name != NULL)
        look_at_answer (provider, lb_answers_ensure (provider->answers, name), /* is_to_tell= */ TRUE);
    }
}

/* Of several relations, of which there should be one, that with the lowest number that can be read. */
static ReactiveRelation *
find_relation (LBProvider *provider)
{
  g_autoptr (GPtrArray) relations = lb_relations_list (provider->endpoint);

  for (guint i = 0; i < relations->len; i++)
    {
      ReactiveRelation *relation = g_ptr_array_index (relations, i);
      g_autoptr (LBProblems) problems = lb_problems_new ();

      if (lb_relation_is_readable (relation, problems))
        {
          if (relations->len > 1)
            reactive_log_printf (provider->unit, REACTIVE_LOG_WARNING,
                                 "%s: more than one application is related; only %s is asked",
                                 reactive_endpoint_get_name (provider->endpoint), reactive_relation_get_id (relation));
          return relation;
        }
      if (!lb_problems_is_empty (problems))
        lb_warn (relation, "version", problems, &provider->n_told);
    }

  return NULL;
}

void
lb_provider_take_out (LBProvider *provider, const LBAnswer *answer)
{
  provider->n_complete -= lb_answer_is_complete (answer) ? 1 : 0;
  provider->n_changed -= lb_answer_is_changed (answer) ? 1 : 0;
}

void
lb_provider_put_in (LBProvider *provider, const LBAnswer *answer)
{
  provider->n_complete += lb_answer_is_complete (answer) ? 1 : 0;
  provider->n_changed += lb_answer_is_changed (answer) ? 1 : 0;
}

/* What a follower dealt with, and what is not there any more, was taken back. */
static void
look_for_revoked (LBProvider *provider)
{
  for (guint i = 0; i < lb_answers_get_length (provider->answers); i++)
    {
      LBAnswer *answer = lb_answers_get (provider->answers, i);

      if (!answer->is_visible && answer->acknowledged != NULL)
        look_at_answer (provider, answer, /* is_to_tell= */ TRUE);
    }
}

void
lb_provider_look_again (LBProvider *provider, LBAnswer *answer)
{
  lb_provider_take_out (provider, answer);
  look_at_answer (provider, answer, /* is_to_tell= */ FALSE);
  lb_provider_put_in (provider, answer);
}

void
lb_provider_look (LBProvider *provider)
{
  if (provider->answers != NULL)
    return;

  provider->answers = lb_answers_load (provider->endpoint);
  lb_provider_take_over (provider);
  provider->relation = find_relation (provider);
  if (provider->relation != NULL && reactive_is_leader (provider->unit))
    look_at_answers (provider, reactive_relation_get_to_publish_app (provider->relation), LB_REQUEST_PREFIX);
  else if (provider->relation != NULL)
    {
      look_at_answers (provider, reactive_relation_get_received_app (provider->relation), LB_RESPONSE_PREFIX);
      look_for_revoked (provider);
    }
  lb_answers_tidy (provider->answers);
  for (guint i = 0; i < lb_answers_get_length (provider->answers); i++)
    lb_provider_put_in (provider, lb_answers_get (provider->answers, i));
}

const LBAnswers *
lb_provider_get_answers (LBProvider *provider)
{
  lb_provider_look (provider);

  return provider->answers;
}

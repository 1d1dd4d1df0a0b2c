/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/json.h>

/* What a consumer's unit knows of the answers to its requests, from hook to hook, by name. What was read of an answer
 * is kept beside a digest of what it was read from, so that nothing that is unchanged is read twice. */

typedef struct
{
  char *name;
  char *acknowledged; /* hash of the response that the charm has dealt with; NULL if there is none */
  char *hash;         /* of the response as it stands; NULL if there is none that is valid */
  char *digest;       /* of what this was read from; NULL if it has to be read again */
  gboolean is_complete;
  gboolean is_visible; /* in this hook: there is a request (for the leader) or a response (for a follower) */
} LBAnswer;

typedef struct _LBAnswers LBAnswers;

LBAnswers *lb_answers_load (ReactiveEndpoint *endpoint);
void lb_answers_free (LBAnswers *answers);
/* To be called once after answers were added. */
void lb_answers_save_names (LBAnswers *answers);

/* All, in no order that means anything. */
guint lb_answers_get_length (const LBAnswers *answers);
LBAnswer *lb_answers_get (const LBAnswers *answers, guint index);
/* Those that @matches, by name. Free the array with g_ptr_array_unref(). */
GPtrArray *lb_answers_list (const LBAnswers *answers, gboolean (*matches) (const LBAnswer *answer));
/* That of the name, which is added if there is none. */
LBAnswer *lb_answers_ensure (LBAnswers *answers, const char *name);
/* Remembers what has become of it. */
void lb_answers_save (LBAnswers *answers, const LBAnswer *answer);

void lb_answers_remove (LBAnswers *answers, const char *name);
/* Drops what is kept of answers that are not visible, but for what was acknowledged; as lb_answers_save_names(), too.
 */
void lb_answers_tidy (LBAnswers *answers);
/* The hashes that were acknowledged, by name. */
ReactiveJson *lb_answers_list_acknowledged (const LBAnswers *answers);
/* The other way round: what is not in @hashes was not acknowledged. */
void lb_answers_acknowledge_as (LBAnswers *answers, const ReactiveJson *hashes);
/* Drops what was acknowledged; returns whether anything was. */
gboolean lb_answers_forget (LBAnswers *answers);

gboolean lb_answer_is_complete (const LBAnswer *answer);
/* New or revoked. */
gboolean lb_answer_is_changed (const LBAnswer *answer);
/* Complete, and not dealt with as it stands. */
gboolean lb_answer_is_new (const LBAnswer *answer);
/* Dealt with, and not there any more. */
gboolean lb_answer_is_revoked (const LBAnswer *answer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBAnswers, lb_answers_free)

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model-fixture.h"
#include "simulator/hook-context.h"

/* Hooks of a model's units, and what is said in them. */

/* The hook of that description (see model_fixture_describe()), which might come next, begins. */
ReactiveHookContext *context_begin (ModelFixture *fixture, const char *unit, const char *hook);
/* The next hook of the unit, whatever it is; a settled one gets a start, as after a reboot. */
ReactiveHookContext *context_begin_any (ModelFixture *fixture, const char *unit);
/* The hook ends well, with what it holds back, or not; frees it. */
void context_end (ReactiveHookContext *context);
void context_fail (ReactiveHookContext *context);
/* The hook that failed may come again. */
void context_retry (ModelFixture *fixture, const char *unit);
/* It would end well, and does not: @message is why. */
void context_end_refused (ReactiveHookContext *context, const char *message);

/* Literals for what is said and expected: single quotes stand for double ones. Free by reactive_json_unref(). */
ReactiveJson *context_json (const char *text);
/* Of @value, sorted by name; NULL of NULL. */
void context_assert_json (const ReactiveJson *value, const char *expected);

/* What follows the commas is a call without its last argument, the error. */
#define ASSERT_REFUSED(code, text, function, ...)                                                                      \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autoptr (GError) refused_error = NULL;                                                                           \
    g_assert_false (function (__VA_ARGS__, &refused_error));                                                           \
    g_assert_error (refused_error, REACTIVE_ERROR, (gint) (code));                                                     \
    g_assert_cmpstr (refused_error->message, ==, text);                                                                \
  }                                                                                                                    \
  G_STMT_END
#define ASSERT_DONE(function, ...)                                                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autoptr (GError) done_error = NULL;                                                                              \
    g_assert_true (function (__VA_ARGS__, &done_error));                                                               \
    g_assert_no_error (done_error);                                                                                    \
  }                                                                                                                    \
  G_STMT_END

/* The engine's view. */
#define JUJU(context) reactive_hook_context_get_juju (context)
#define ASK(context, function, ...) (JUJU (context)->klass->function (JUJU (context), __VA_ARGS__, NULL))
#define ASK_ALL(context, function) (JUJU (context)->klass->function (JUJU (context), NULL))

/* Sets one key; @value NULL deletes. */
void context_relation_set (ReactiveHookContext *context, const char *relation_id, gboolean of_application,
                           const char *key, const char *value);

/* What is told to whoever watches: "tool text", separated by "; ". */
typedef struct
{
  GString *text;
} ContextNotes;

void context_watch (ReactiveHookContext *context, ContextNotes *notes);
/* ... and forgets them. */
void context_assert_notes (ContextNotes *notes, const char *expected);

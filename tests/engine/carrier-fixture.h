/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/juju.h"

/* A Juju over a carrier that answers from a table. */

typedef struct
{
  const char *tool;
  int exit_code;
  const char *output;
  const char *errors;
  int error_code; /* the call itself fails so, if not 0 */
} Answer;

#define LEADER                                                                                                         \
  {                                                                                                                    \
    "is-leader", 0, "true\n", NULL, 0                                                                                  \
  }

/* @answers end with a NULL tool; what is not there prints nothing. @calls, which the caller keeps, gets what is asked:
 * the words of each call joined by blanks, a line each. */
ReactiveJuju *fake_juju_new (const Answer *answers, GString *calls);
gboolean set_leader (ReactiveJuju *juju, const char *json, GError **error);
gboolean set_relation (ReactiveJuju *juju, gboolean of_application, const char *json_text, GError **error);

/* Compares what was asked since the last time. */
void assert_calls (GString *calls, const char *expected);
void assert_json (const ReactiveJson *value, const char *expected);

typedef GString Calls;
void calls_free (Calls *calls);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Calls, calls_free)

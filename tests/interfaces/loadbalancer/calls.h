/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "party.h"

/* What a charm calls in a step, and what there is to see for it. */

typedef struct
{
  const ReactiveJson *action;
  const char *consumer; /* (nullable): whose request is answered */
  ReactiveJson *result; /* (nullable): in the form of the vectors; a refusal is {"raises": …, "fields": […]} */
} Calls;

gboolean calls_are_of_provider (const char *what);
/* Both run in a hook of the party. @data: Calls */
void calls_run (Party *party, gpointer data);
/* @data: a ReactiveJson object, which gets a member for each property. */
void calls_observe_provider (Party *party, gpointer data);
void calls_observe_consumer (Party *party, gpointer data);

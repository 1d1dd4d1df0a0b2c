/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "facts.h"

/* What the Python library does wrong, and this one does not: the differences on purpose. */

typedef struct
{
  const char *number;
  const char *reason;
} Quirk;

const Quirk *quirk_find (const char *number);

/* One conversation, step by step: what it should have come to. */
typedef struct
{
  gboolean is_provider;
  GHashTable *said;   /* what stands in this unit's databags: names of facts → values */
  GHashTable *quirks; /* names of facts in which a databag differs from the recorded one → the number of the quirk */
} QuirkHistory;

void quirk_history_init (QuirkHistory *history, gboolean is_provider);
void quirk_history_clear (QuirkHistory *history);

/* Turns @facts, recorded of @step, into what they should be without the quirks. Returns the names of those that it
 * changed → the number of the quirk. */
GHashTable *quirk_history_correct (QuirkHistory *history, const ReactiveJson *step, GHashTable *facts);

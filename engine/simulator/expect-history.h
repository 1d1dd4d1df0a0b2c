/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/expect.h"
#include "simulator/scenario.h"
#include "simulator/simulation.h"

/* What happened to that which a scenario expects something of: for each of those things the last events that touched
 * it, and how often hooks and handlers ran. Of anything else nothing is kept. */
typedef struct _ReactiveHistory ReactiveHistory;

/* The charms of @scenario are loaded. */
ReactiveHistory *reactive_history_new (const ReactiveScenario *scenario);
void reactive_history_free (ReactiveHistory *history);
/* Whether there is anything to watch: nothing is told to a listener that is not there. */
gboolean reactive_history_is_watching (const ReactiveHistory *history);
/* A listener. */
void reactive_history_note (const ReactiveSimulationEvent *event, gpointer history);
/* How often the hook or handler of @fact, which is the scenario's, ran since the last reactive_history_forget_counts().
 */
guint reactive_history_count (const ReactiveFact *fact);
void reactive_history_forget_counts (ReactiveHistory *history);
/* The last events that touched what @fact is about, a line for each, oldest first; empty when there are none. */
void reactive_history_describe (const ReactiveFact *fact, GString *lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveHistory, reactive_history_free)

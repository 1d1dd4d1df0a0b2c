/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/store.h"

/* What charms.reactive's dispatcher keeps in the store while a hook runs, for the command `charms.reactive` in another
 * process to see and to add to. */
#define REACTIVE_NOTE_PHASE "reactive.dispatch.phase"
#define REACTIVE_NOTE_CLEARED "reactive.dispatch.removed_state"
#define REACTIVE_NOTE_WATCH "reactive.state_watch"
#define REACTIVE_NOTE_SET_TRIGGERS "reactive.flag_set_triggers."
#define REACTIVE_NOTE_CLEAR_TRIGGERS "reactive.flag_clear_triggers."
#define REACTIVE_NOTE_OLD_TRIGGERS "reactive.flag_triggers."

/* Which flags changed while the previous queue ran, and since then. */
typedef struct
{
  gint64 iteration;
  GPtrArray *changes; /* names */
  GPtrArray *pending; /* names */
} ReactiveFlagWatch;

/* As if there were none where @text (nullable) is something else. Clear it. */
void reactive_flag_watch_parse (ReactiveFlagWatch *watch, const char *text);
/* Free with g_free(). */
char *reactive_flag_watch_to_text (const ReactiveFlagWatch *watch);
void reactive_flag_watch_clear (ReactiveFlagWatch *watch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveFlagWatch, reactive_flag_watch_clear)

/* What happens when a flag is set, or when it is cleared. */
typedef struct
{
  GPtrArray *sets;   /* names */
  GPtrArray *clears; /* names */
} ReactiveFlagTrigger;

void reactive_flag_trigger_parse (ReactiveFlagTrigger *trigger, const char *text);
char *reactive_flag_trigger_to_text (const ReactiveFlagTrigger *trigger);
void reactive_flag_trigger_clear (ReactiveFlagTrigger *trigger);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveFlagTrigger, reactive_flag_trigger_clear)
/* The flag of a trigger's key; NULL where @key is none. */
const char *reactive_flag_trigger_get_flag (const char *key, gboolean *out_when_set);

/* Whether the row of @key is one of these, or of ReactiveStore's own, or a flag: what no other process's word is taken
 * for as it stands. */
gboolean reactive_note_is_of_dispatch (const char *key);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* Which steps of recorded conversations charms cannot play, and what cannot be looked at: as found, against a file that
 * says the same: {"FILE OF CONVERSATIONS": {"CONVERSATION": {"REASON": "STEPS"}}}. */
typedef struct
{
  const ReactiveJson *expected; /* of the file of conversations; borrowed */
  ReactiveJson *found;
  ReactiveJson *file;
} Unplayed;

/* @name: of the file of conversations */
void unplayed_init (Unplayed *unplayed, const char *path, const char *name);
void unplayed_clear (Unplayed *unplayed);
/* Steps in ascending order. */
void unplayed_note (Unplayed *unplayed, const char *conversation, const char *reason, guint step);
/* Prints what is not alike in the file. Returns how many entries that are. */
guint unplayed_compare (const Unplayed *unplayed);

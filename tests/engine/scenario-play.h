/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "example-scenarios.h"
#include "simulator/simulation-private.h"

/* A scenario that was run, maybe with a hook that died and was run again, and how the model was whenever it had come to
 * rest: what there was, as text. */

#define PLAY_NOWHERE G_MAXUINT

typedef struct
{
  guint64 seed;
  gboolean has_state_files; /* state and configuration in files, or in memory */
  guint kill_at;            /* the hook dies at this one of all points that hooks pass, from 0; or PLAY_NOWHERE */
  gboolean is_at_once; /* what died is run again before anything else, or as Juju does it in a scenario: when nothing
                        * else is left to do */
} PlayOptions;

/* A point that a hook passed. */
typedef struct
{
  ReactiveKillPoint point;
  gboolean has_published; /* the hook sent a databag before */
  char *hook;             /* "install" */
  char *text;             /* "hook 7, app/0 install: before-commit" */
} PlayPoint;

typedef struct
{
  PlayOptions options;
  ReactiveScenarioRun *run;
  ReactiveSimulation *simulation;
  GArray *points; /* PlayPoint: all of them, where nothing dies */
  guint n_points;
  GPtrArray *rests; /* char *; NULL before something died */

  guint64 publishing_hook; /* number of the last one that sent a databag */
  gboolean is_settled;
  gboolean is_at_end;
  gboolean has_died;
  char *dead_unit;
  char *dead_hook; /* "install", "action backup" */
} Play;

Play *play_scenario (const char *path, const PlayOptions *options);
void play_free (Play *play);
/* What is as expected of one without deaths, and differs in the other, or is not as its scenario expects. Free with
 * g_free(); NULL where all is well. */
char *play_compare (const Play *expected, const Play *play);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Play, play_free)

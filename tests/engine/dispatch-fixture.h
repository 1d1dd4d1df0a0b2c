/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"

/* A handler by its conditions and what it does: "+x" sets x, "-x" clears it, "stop" ends the hook, "fail" fails it. */
typedef struct
{
  const char *id;
  const ReactiveCondition *conditions;
  const char *actions;
} Handler;

typedef struct
{
  const char *name;
  Handler handlers[8];         /* ended by one without an id */
  ReactiveTrigger triggers[6]; /* ended by one without a flag */
  const char *loaded;          /* flags set before the hook */
  const char *marked;          /* handlers that ran once before */
  ReactivePhase phase;
  const char *event; /* NULL: "install" */
  guint cap;         /* 0: the default */
  const char *runs;  /* "hooks:a b | 0:c | 1:d e" */
  const char *flags; /* afterwards */
  const char *error; /* NULL: ends well */
} Scenario;

/* A scenario under way. */
typedef struct
{
  const Scenario *scenario;
  ReactiveDispatch *dispatch;
  GString *runs;
  GString *marks;
  GString *files_asked;
  const char *changed_files; /* ids of handlers */
  ReactivePhase phase;
  guint iteration;
} World;

#define NO_NAMES ((const char *const[]){ NULL })

World *world_new (const Scenario *scenario);
World *world_new_for_program (const Scenario *scenario, ReactiveProgram *program);
void world_free (World *world);
/* One of the actions of a handler. */
gboolean world_act (World *world, const char *action, GError **error);
/* The hook, and its flags. */
gboolean world_run (World *world, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

void assert_flags (const World *world, const char *expected);
void assert_runs_well (World *world, const char *runs);
/* Appends to a text (GString) of words. */
void append_word (const char *flag, gpointer data);
ReactiveProgram *scenario_compile (const Scenario *scenario);

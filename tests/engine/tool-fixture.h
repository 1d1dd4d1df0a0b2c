/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model-fixture.h"
#include "simulator/hook-tool.h"

/* Where a tool is run: which unit's, in which hook. */
typedef enum
{
  SCENE_LEADER,      /* app/0, which leads, in config-changed */
  SCENE_FOLLOWER,    /* app/1, the same */
  SCENE_CREATED,     /* app/0 in db-relation-created */
  SCENE_CHANGED,     /* app/0 in db-relation-changed of mysql/0 */
  SCENE_APP_CHANGED, /* app/0 in db-relation-changed of mysql */
  SCENE_DEPARTED,    /* app/0 in db-relation-departed of mysql/1, which has left */
  SCENE_BROKEN,      /* app/0 in db-relation-broken */
  SCENE_PEER,        /* app/1 in cluster-relation-changed of app/0 */
  SCENE_REMOTE,      /* mysql/0, which leads, in server-relation-changed of app/0 */
  SCENE_STORAGE,     /* app/0 in data-storage-attached */
  SCENE_ACTION,      /* app/0 in an action */
  SCENE_METRICS,     /* app/0 in collect-metrics */
} Scene;

/* A settled model: app/0, app/1, mysql/0 and mysql/1, app:db with mysql:server as db:1, the peers of app as cluster:0,
 * and storage data/0 of app/0. */
typedef struct
{
  ModelFixture base;
  ReactiveModelRelation *relation;
  ReactiveModelRelation *peers;
  ReactiveModelStorage *storage;
  char *directory;              /* where tools run */
  ReactiveHookContext *context; /* (nullable): the hook that tool_fixture_enter() is in */
} ToolFixture;

void tool_fixture_set_up (ToolFixture *fixture, ReactiveJujuVersion juju);
void tool_fixture_tear_down (ToolFixture *fixture);
/* Free by reactive_hook_context_free(). */
ReactiveHookContext *tool_fixture_begin (ToolFixture *fixture, Scene scene);
/* Runs @commands, of which ";" separates the last from those before it, which must go well. */
gboolean tool_fixture_run (ToolFixture *fixture, ReactiveHookContext *context, const char *commands, const char *input,
                           ReactiveToolReply *out_reply, GError **error);

/* For g_test_add(): Juju 3.6, and in the hook of SCENE_CHANGED. */
void tool_fixture_enter (ToolFixture *fixture, gconstpointer data);
void tool_fixture_leave (ToolFixture *fixture, gconstpointer data);
/* What @commands print in that hook, or ("exit 2: ") complain of. Free with g_free(). */
char *tool_fixture_print (ToolFixture *fixture, const char *commands);

/* What a tool does. */
typedef struct
{
  Scene scene;
  const char *commands;
  const char *input; /* (nullable) */
  int exit_code;
  const char *output;
  const char *message; /* (nullable): without "ERROR "; NULL: whatever it is */
} ToolRow;

void tool_fixture_check (ReactiveJujuVersion juju, const ToolRow *rows, gsize n_rows);

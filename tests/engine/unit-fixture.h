/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib/gstdio.h>
#include <reactive.h>
#include <reactive/interface.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake-juju.h"
#include "state/store-image.h"
#include "test-module.h"
#include "unit/unit.h"

/* A charm directory, a state file in it, and a Juju, over several hooks in a row. */
typedef struct
{
  char *directory; /* of the charm: metadata.yaml of a charm "app" with the endpoint "db" of interface "mysql" */
  char *state_path;
  char *root_directory; /* what hooks see as "/"; "/" until changed */
  FakeModel *model;
  GPtrArray *modules;         /* as unit_fixture_add_module() adds them */
  GPtrArray *interfaces;      /* as unit_fixture_add_interface() adds them */
  GPtrArray *environment;     /* "NAME=VALUE", beside what every hook has */
  ReactiveHandlers *handlers; /* (nullable): of all hooks, where the charm stays as it is */
  ReactiveStoreImage *image;  /* (nullable): the state, in place of the file */
  GString *notes;             /* what handlers did, as they noted it */
  ReactiveHandlerFunc body;
  gconstpointer row; /* of a table of cases, for the body to see */
} UnitFixture;

void unit_fixture_set_up (UnitFixture *fixture, gconstpointer data);
void unit_fixture_tear_down (UnitFixture *fixture, gconstpointer data);
#define ADD_UNIT_TEST(path, function)                                                                                  \
  g_test_add (path, UnitFixture, NULL, unit_fixture_set_up, function, unit_fixture_tear_down)

/* Modules are dispatched in the order in which they were added. */
void unit_fixture_add_module (UnitFixture *fixture, const char *name, const ReactiveModule *module);
void unit_fixture_add_interface (UnitFixture *fixture, const ReactiveInterface *interface);
void unit_fixture_clear_modules (UnitFixture *fixture);
/* A file of the charm. */
void unit_fixture_put_file (UnitFixture *fixture, const char *name, const char *contents);
/* A directory stands in the place of the file. */
void unit_fixture_block_file (UnitFixture *fixture, const char *name);
/* The charm has an option "port" of 80, and it is 8080. */
void unit_fixture_declare_port (UnitFixture *fixture);
/* Free with g_free(); NULL when there is none. */
char *unit_fixture_get_file (UnitFixture *fixture, const char *name);

ReactiveStore *unit_fixture_open_state (UnitFixture *fixture, ReactiveStoreMode mode, GError **error);
/* The charm, as it was prepared. */
ReactiveHandlers *unit_fixture_new_handlers (UnitFixture *fixture);
/* A unit with all that was prepared; a hook is called "config-changed", an action "action backup". */
ReactiveUnit *unit_fixture_new_unit (UnitFixture *fixture, const char *hook);
gboolean unit_fixture_run (UnitFixture *fixture, const char *hook, GError **error);
/* Runs a hook that has to end well. */
void unit_fixture_run_well (UnitFixture *fixture, const char *hook);
/* The environment of hooks of a relation, from now on; @remote_unit: "mysql/0", "mysql" for a hook that is about the
 * application, or NULL. */
void unit_fixture_set_relation (UnitFixture *fixture, const char *id, const char *remote_unit);
/* Runs such a hook, which has to end well, in that environment. */
void unit_fixture_run_relation_hook (UnitFixture *fixture, const char *hook, const char *id, const char *remote_unit);
/* Runs a hook that has to fail with @code and a message that matches @pattern (`*` and `?`). */
void unit_fixture_run_badly (UnitFixture *fixture, const char *hook, ReactiveError code, const char *pattern);
/* The same with a module "app" of one handler "body" that every hook and the action "act" runs, and no other. */
void unit_fixture_run_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body);
void unit_fixture_run_body_badly (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, ReactiveError code,
                                  const char *pattern);
/* The same where the handler is to blame. */
void unit_fixture_fail_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, const char *pattern);
/* The same of a handler that misuses the library: a critical, which does not end the test's own process here. */
void unit_fixture_misuse_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, const char *pattern);

/* In a handler. */
UnitFixture *unit_fixture_of (ReactiveUnit *unit);
void note (ReactiveUnit *unit, const char *text);
/* What was noted since the last time, separated by blanks. */
void unit_fixture_assert_notes (UnitFixture *fixture, const char *expected);
/* What Juju was asked and told since the last time, by calls that begin with @call, separated by "\n". */
void unit_fixture_assert_journal (UnitFixture *fixture, const char *call, const char *expected);

/* The state file between hooks. Free with g_free(); NULL when there is no such row. */
char *unit_fixture_get_row (UnitFixture *fixture, const char *key);
void unit_fixture_assert_row (UnitFixture *fixture, const char *key, const char *expected);
void unit_fixture_set_row (UnitFixture *fixture, const char *key, const char *json_text);
/* All flags, sorted, separated by blanks. */
void unit_fixture_assert_flags (UnitFixture *fixture, const char *expected);

/* What is kept of the newest hook; clear it. */
typedef struct
{
  guint n_rows; /* of all hooks */
  char *hook;
  char *outcome;
  char *error;
  char *events;
} UnitTrace;

UnitTrace unit_fixture_get_trace (UnitFixture *fixture);
void unit_trace_clear (UnitTrace *trace);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (UnitTrace, unit_trace_clear)

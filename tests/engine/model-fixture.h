/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/model-hook.h"

/* A model of charms that have files and no code: its hooks are listed, and said to have run. */
typedef struct
{
  char *directory; /* of the charms */
  ReactiveModel *model;
  guint n_charms;
} ModelFixture;

void model_fixture_set_up (ModelFixture *fixture, gconstpointer data);
void model_fixture_tear_down (ModelFixture *fixture, gconstpointer data);
#define ADD_MODEL_TEST(path, function)                                                                                 \
  g_test_add (path, ModelFixture, NULL, model_fixture_set_up, function, model_fixture_tear_down)

/* An empty model of another Juju. */
void model_fixture_reset (ModelFixture *fixture, ReactiveJujuVersion juju);

/* @options, @actions (nullable): config.yaml and actions.yaml. Free by reactive_model_charm_unref(). */
ReactiveModelCharm *model_fixture_make_charm (ModelFixture *fixture, const char *metadata, const char *options,
                                              const char *actions);
/* An application with @n_units of a charm of its own; @metadata without the charm's name. */
ReactiveModelApplication *model_fixture_deploy (ModelFixture *fixture, const char *name, const char *metadata,
                                                guint n_units);
ReactiveModelUnit *model_fixture_get_unit (ModelFixture *fixture, const char *name);
ReactiveModelUnit *model_fixture_add_unit (ModelFixture *fixture, const char *application);
void model_fixture_remove_unit (ModelFixture *fixture, const char *name);
ReactiveModelRelation *model_fixture_relate (ModelFixture *fixture, const char *first, const char *second);

/* "db-relation-departed db:0 mysql/0 departing mysql/0", "data-storage-attached data/0". Free with g_free(). */
char *model_fixture_describe (ReactiveModelUnit *unit, const ReactiveModelHook *hook);
/* What might come next, sorted, separated by ", ". */
void model_fixture_assert_next (ModelFixture *fixture, const char *unit, const char *expected);
/* Runs the hook of that description, which has to be one of those that might come next. */
void model_fixture_run (ModelFixture *fixture, const char *unit, const char *hook);
void model_fixture_fail (ModelFixture *fixture, const char *unit, const char *hook);
/* Runs what comes until there is nothing, always the first of what might; of one unit, and of all. What ran is
 * separated by "; ". Free with g_free(). */
char *model_fixture_settle_unit (ModelFixture *fixture, const char *unit);
void model_fixture_settle (ModelFixture *fixture);
void model_fixture_assert_runs (ModelFixture *fixture, const char *unit, const char *expected);

/* One hook of @unit in which it sets a key in its databag, or (@of_application) its application's. */
void model_fixture_set_data (ModelFixture *fixture, const char *unit, ReactiveModelRelation *relation,
                             gboolean of_application, const char *key, const char *value);

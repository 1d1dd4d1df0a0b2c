/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/simulation-private.h"
#include "unit-fixture.h"

/* A model of charms that are tables, of which the test picks who runs which of the hooks that Juju has for it. A hook
 * that fails ends the test. */
typedef struct
{
  ReactiveModel *model;
  ReactiveSimulation *simulation;
  GPtrArray *fixtures; /* UnitFixture: the charms' files */
  GArray *hooks;
  guint round;
} Stage;

/* @prepare sees every unit before its hook. */
Stage *stage_new (guint64 seed, ReactiveSimulationUnitFunc prepare, gpointer data);
void stage_free (Stage *stage);

/* A charm, which has an option and the action "act", too. */
typedef struct
{
  const char *metadata;
  const char *layer; /* (nullable): layer.yaml */
  const ReactiveModule *module;
  const ReactiveInterface *interface; /* (nullable) */
} StageCharm;

ReactiveModelApplication *stage_deploy (Stage *stage, const char *name, const StageCharm *charm);
/* @own_data: what Juju puts into the databags of the unit; JSON */
ReactiveModelUnit *stage_add_unit (Stage *stage, ReactiveModelApplication *application, const char *own_data);
ReactiveModelRelation *stage_relate (Stage *stage, const char *first, const char *second);

/* The hooks that @unit has now; FALSE where none is of @kind and about @relation (nullable) and @member (nullable). */
gboolean stage_has (Stage *stage, ReactiveModelUnit *unit, ReactiveModelHookKind kind,
                    const ReactiveModelRelation *relation, const ReactiveModelUnit *member);
/* The same, and runs it. */
gboolean stage_run (Stage *stage, ReactiveModelUnit *unit, ReactiveModelHookKind kind,
                    const ReactiveModelRelation *relation, const ReactiveModelUnit *member);
/* Whether @unit has hooks of @relation, or (NULL) of any. */
gboolean stage_has_of_relation (Stage *stage, ReactiveModelUnit *unit, const ReactiveModelRelation *relation);
/* Runs the next hook of @relation, or (NULL) of any; FALSE where there is none. */
gboolean stage_run_of_relation (Stage *stage, ReactiveModelUnit *unit, const ReactiveModelRelation *relation);

/* Runs all hooks that are of no relation: install, start (once relations are entered), what leadership changes. */
void stage_bring_up (Stage *stage, ReactiveModelUnit *unit);
/* Removes @unit, and runs what comes until it is gone. */
void stage_tear_down (Stage *stage, ReactiveModelUnit *unit);
/* Runs all hooks that there are, as the seed picks them, and an update-status of every unit. */
void stage_settle (Stage *stage);
/* A hook that the operator brings about. */
void stage_run_config_changed (Stage *stage, ReactiveModelUnit *unit);
void stage_run_action (Stage *stage, ReactiveModelUnit *unit);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib/gstdio.h>
#include <reactive.h>
#include <string.h>

#include "simulator/simulation.h"
#include "test-module.h"

/* A simulation in a directory of its own, and all that happens in it as text. */
typedef struct
{
  char *directory;
  ReactiveModel *model; /* of the simulation */
  ReactiveSimulation *simulation;
  GString *events; /* a line for each */
} SimulationFixture;

void simulation_fixture_set_up (SimulationFixture *fixture, gconstpointer data);
void simulation_fixture_tear_down (SimulationFixture *fixture, gconstpointer data);
#define ADD_SIMULATION_TEST(path, function)                                                                            \
  g_test_add (path, SimulationFixture, NULL, simulation_fixture_set_up, function, simulation_fixture_tear_down)

/* Begins again, with other options; that of the directory is the fixture's. */
void simulation_fixture_restart (SimulationFixture *fixture, const ReactiveSimulationOptions *options);
/* A file below the fixture's directory. */
void simulation_fixture_put_file (SimulationFixture *fixture, const char *path, const char *contents);
/* An application of @n_units units whose charm is made of these: "NAME: {…}" of its metadata.yaml without the name, and
 * config.yaml (nullable). */
ReactiveModelApplication *simulation_fixture_add (SimulationFixture *fixture, const char *name, const char *metadata,
                                                  const char *config, const ReactiveModule *module, guint n_units);
/* The charm "app" in a directory of the fixture, with the module revision-@revision.so in the place of the one before;
 * loaded. */
ReactiveModelCharm *simulation_fixture_load_revision (SimulationFixture *fixture, guint revision,
                                                      ReactiveCharmKind kind);
ReactiveModelUnit *simulation_fixture_find (SimulationFixture *fixture, const char *unit);
void simulation_fixture_relate (SimulationFixture *fixture, const char *first, const char *second);
void simulation_fixture_settle (SimulationFixture *fixture);
/* The next hook, of which there has to be one. */
void simulation_fixture_step (SimulationFixture *fixture);

/* The lines that begin with @prefix, without it, joined by "; "; all are forgotten. Free with g_free(). */
char *simulation_fixture_take (SimulationFixture *fixture, const char *prefix);
void simulation_fixture_assert (SimulationFixture *fixture, const char *prefix, const char *expected);
void simulation_fixture_assert_flags (SimulationFixture *fixture, const char *unit, const char *expected);

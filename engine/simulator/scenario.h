/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/yaml.h"
#include "simulator/model.h"

/* A scenario: applications, their relations, and the steps of what happens to them. The format is described in
 * docs/scenarios.md. */

typedef enum
{
  REACTIVE_STEP_SETTLE,
  REACTIVE_STEP_RUN,                /* count */
  REACTIVE_STEP_CONFIG,             /* target: application; values */
  REACTIVE_STEP_RELATE,             /* target, other: "app:endpoint" */
  REACTIVE_STEP_UNRELATE,           /* the same */
  REACTIVE_STEP_ADD_UNIT,           /* target: application; count */
  REACTIVE_STEP_REMOVE_UNIT,        /* target: unit */
  REACTIVE_STEP_REMOVE_APPLICATION, /* target: application */
  REACTIVE_STEP_LEADER,             /* target: unit */
  REACTIVE_STEP_ACTION,             /* target: unit; other: the action; values: its parameters, or NULL */
  REACTIVE_STEP_HOOK,               /* target: unit; other: the hook; values: its details, or NULL */
  REACTIVE_STEP_UPGRADE,            /* target: application; directory */
  REACTIVE_STEP_UPDATE_STATUS,
  REACTIVE_STEP_ATTACH_STORAGE, /* target: unit; other: name of the storage; location (nullable) */
  REACTIVE_STEP_DETACH_STORAGE, /* target: unit; other: "data/0" */
  REACTIVE_STEP_KILL,           /* target: unit; other: the point */
  REACTIVE_STEP_FAIL,           /* target: unit */
  REACTIVE_STEP_RESOLVE,        /* target: unit; retry */
  REACTIVE_STEP_EXPECT,         /* facts */
} ReactiveStepKind;

/* One thing to do. Strings without a comment stand in the scenario's document. */
typedef struct
{
  ReactiveStepKind kind;
  const ReactiveYaml *node; /* what a complaint points at */
  char *text;               /* "config: bind" */
  const char *target;
  const char *other;
  const ReactiveYaml *other_node;
  const char *location;
  guint count;
  gboolean retry;
  ReactiveJson *values;
  char *directory;           /* absolute */
  ReactiveModelCharm *charm; /* of directory, once the scenario was checked */
  GPtrArray *facts;          /* ReactiveFact */
} ReactiveScenarioStep;

typedef struct
{
  const char *name;
  const ReactiveYaml *node; /* the name */
  const ReactiveYaml *charm_node;
  char *directory;           /* of the charm; absolute */
  ReactiveModelCharm *charm; /* once the scenario was checked */
  gboolean has_units;
  guint n_units; /* 1 unless it is said */
  gboolean is_isolated;
  gboolean is_trusted;
  const ReactiveYaml *config; /* (nullable): a mapping */
  GPtrArray *resources;       /* ReactiveScenarioItem: name and absolute path */
  GPtrArray *storages;        /* ReactiveScenarioItem: name, and how many each unit has */
  GArray *machines;           /* guint: of the first units, in order */
} ReactiveScenarioApplication;

typedef struct
{
  const ReactiveYaml *node;
  const char *name;
  char *path;
  guint count;
} ReactiveScenarioItem;

typedef struct
{
  const ReactiveYaml *node;
  const char *first; /* "app:endpoint" */
  const char *second;
} ReactiveScenarioRelation;

typedef struct
{
  char *path;
  ReactiveYaml *document;
  ReactiveJujuVersion juju;
  gboolean is_kubernetes;
  gboolean has_state_files;
  gboolean has_seed;
  guint64 seed;
  gboolean has_retries;
  guint n_retries;
  GPtrArray *applications; /* ReactiveScenarioApplication, by name */
  GPtrArray *relations;    /* ReactiveScenarioRelation */
  GPtrArray *steps;        /* ReactiveScenarioStep */
} ReactiveScenario;

/* Reads the file alone: no charm is looked for. Errors: NOT_FOUND, BAD_DATA with `path:line:col: key: …`. */
ReactiveScenario *reactive_scenario_load (const char *path, GError **error);
ReactiveScenario *reactive_scenario_parse (const char *text, gsize length_bytes, const char *path, GError **error);
void reactive_scenario_free (ReactiveScenario *scenario);
/* Whether @text is meant as a scenario, and not as a flag program, which is JSON. */
gboolean reactive_scenario_is_scenario (const char *text, gsize length_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveScenario, reactive_scenario_free)

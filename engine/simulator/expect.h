/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/yaml.h"

/* What a scenario expects. An `expect` step is taken apart into facts, each of which holds or does not. */
typedef enum
{
  REACTIVE_FACT_EXISTS,         /* is_wanted */
  REACTIVE_FACT_FLAG,           /* name; is_wanted */
  REACTIVE_FACT_STATUS,         /* value */
  REACTIVE_FACT_MESSAGE,        /* value */
  REACTIVE_FACT_FILE,           /* name: the path; value: a line, or NULL where there is no file; is_wanted */
  REACTIVE_FACT_DATABAG,        /* name: endpoint, or "endpoint other-application"; key; value */
  REACTIVE_FACT_NO_RELATION,    /* name: as above */
  REACTIVE_FACT_CONFIG,         /* name: option; value */
  REACTIVE_FACT_ACTION_STATUS,  /* name: action; value */
  REACTIVE_FACT_ACTION_MESSAGE, /* the same */
  REACTIVE_FACT_ACTION_RESULT,  /* name: action; key: of the result; value */
  REACTIVE_FACT_HOOK,           /* name; count, or -1: at least once */
  REACTIVE_FACT_HANDLER,        /* the same; name: "MODULE:NAME" */
  REACTIVE_FACT_ERROR,          /* value: NULL, or the hook that failed; is_wanted */
  REACTIVE_FACT_PORTS,          /* value: a list */
  REACTIVE_FACT_LEADER,         /* value: a unit, or NULL */
  REACTIVE_FACT_VERSION,        /* value */
  REACTIVE_FACT_UNITS,          /* count */
} ReactiveFactKind;

/* Strings and nodes stand in the scenario's document. */
typedef struct
{
  ReactiveFactKind kind;
  const ReactiveYaml *node; /* what a complaint points at */
  const char *subject;      /* a unit or an application */
  gboolean is_of_unit;
  gboolean is_wanted;
  const char *name;
  const char *key;
  const ReactiveYaml *value; /* (nullable): NULL where there should be none */
  int count;
  struct _ReactiveWatched *watched; /* while there is a history: what it knows of it; borrowed */
} ReactiveFact;

/* @mapping: of an `expect` step. Appends to @facts (element-type ReactiveFact). Errors: BAD_DATA. */
gboolean reactive_facts_read (const ReactiveYaml *mapping, GPtrArray *facts, GError **error);
/* "databag bind-stats port": what of the subject it is about. Free with g_free(). */
char *reactive_fact_get_aspect (const ReactiveFact *fact);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/juju.h"

/* A relation as one unit sees it. Databags are char * → char *. */
typedef struct
{
  char *id;          /* "db:1" */
  char *application; /* on the other side; of a peer relation this one */
  GHashTable *units; /* name → databag: those that are joined */
  GHashTable *left;  /* name → databag: those that left, and can still be read */
  GHashTable *received_app;
  GHashTable *own;
  GHashTable *own_app;
} FakeRelation;

/* What Juju knows of one unit: it outlives the hooks, and a test looks into it and changes it between them. */
typedef struct
{
  char *unit_name;      /* "app/0" */
  ReactiveJson *config; /* object */
  gboolean is_leader;
  ReactiveJson *settings;   /* object: the leader's */
  char *status;             /* "active: ready" */
  char *application_status; /* (nullable) */
  char *version;            /* (nullable) */
  ReactiveJson *parameters; /* object: of the action */
  ReactiveJson *network;    /* object */
  GPtrArray *ports;         /* those that are open */
  GPtrArray *relations;     /* FakeRelation */
  gboolean loses_writes;    /* databags and ports stay as they are, as when a hook is killed at its end */
  const char *tool_output;  /* what every other tool prints */
  gsize tool_output_bytes;
  int tool_exit_code;

  GPtrArray *journal;   /* what was asked and told, in order: "config-get", "status-set active: ready" */
  GPtrArray *log;       /* "INFO: text", also of what was not flushed */
  GHashTable *failures; /* what was asked or told → ReactiveError */
  /* (nullable): sees each entry of the journal as it is made */
  void (*watch) (const char *entry, gpointer data);
  gpointer watch_data;
} FakeModel;

FakeModel *fake_model_new (void);
void fake_model_free (FakeModel *model);
void fake_model_set_json (ReactiveJson **value, const char *json_text);
/* From now on @call ("leader-get", "status-set") fails with @code; "leader-get fails, as the test wants it". */
void fake_model_fail (FakeModel *model, const char *call, ReactiveError code);
void fake_model_mend (FakeModel *model);
/* The entries of the journal that begin with @call ("" for all), joined by "\n"; forgets all of them. g_free() it. */
char *fake_model_take_journal (FakeModel *model, const char *call);
gboolean fake_model_has_logged (FakeModel *model, const char *text);

FakeRelation *fake_model_add_relation (FakeModel *model, const char *id, const char *application);
FakeRelation *fake_model_find_relation (FakeModel *model, const char *id);
void fake_model_remove_relation (FakeModel *model, const char *id);
/* The databag of a unit, which joins if it is not there yet. */
GHashTable *fake_relation_add_unit (FakeRelation *relation, const char *name);
void fake_relation_remove_unit (FakeRelation *relation, const char *name);
void fake_databag_set (GHashTable *databag, const char *key, const char *value);
/* Makes @to what @from is. */
void fake_databag_copy (GHashTable *from, GHashTable *to);
/* As an object of strings, sorted. */
ReactiveJson *fake_databag_to_json (GHashTable *databag);
void fake_databag_assert (GHashTable *databag, const char *json_text);

/* Juju for one hook of the unit; borrows @model. */
ReactiveJuju *fake_juju_new (FakeModel *model);

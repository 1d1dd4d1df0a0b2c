/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/juju.h"

/* What Juju knows of one unit: it outlives the hooks, and a test looks into it and changes it between them. */
typedef struct
{
  ReactiveJson *config; /* object */
  gboolean is_leader;
  ReactiveJson *settings;   /* object: the leader's */
  char *status;             /* "active: ready" */
  char *application_status; /* (nullable) */
  char *version;            /* (nullable) */
  ReactiveJson *parameters; /* object: of the action */
  ReactiveJson *network;    /* object */
  GPtrArray *ports;         /* those that are open */
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

/* Juju for one hook of the unit; borrows @model. */
ReactiveJuju *fake_juju_new (FakeModel *model);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/interface.h>

#include "base/error.h"
#include "core/dispatch.h"
#include "unit/recorder.h"
#include "unit/unit.h"

typedef struct
{
  gpointer object;
  GDestroyNotify destroy;
} Kept;

typedef struct
{
  char *key;
  gpointer pointer;
  GDestroyNotify destroy;
} UnitData;

/* A function that is called by the rules that handlers live under: of a handler, or of an interface for an endpoint. */
typedef struct
{
  const char *module;
  ReactiveHandlerFunc function;
  ReactiveEndpointFunc of_endpoint; /* in place of function */
  ReactiveEndpoint *endpoint;
  gboolean is_external; /* the handler @external, in place of both */
  guint32 external;
} ReactiveCall;

typedef struct _ReactiveExternals ReactiveExternals;

struct _ReactiveUnit
{
  /* handed in */
  ReactiveHandlers *handlers;
  ReactiveHook *hook;
  ReactiveJuju *juju;
  ReactiveStore *store;
  const ReactiveUnitHost *host;
  gpointer host_data;
  char *application_name; /* NULL outside of Juju */

  /* of this hook */
  ReactiveDispatch *dispatch;
  ReactiveRecorder *recorder;
  gint64 started_us;           /* wall clock */
  gint64 started_monotonic_us; /* for how long it takes */
  gboolean is_quiet;           /* no tracer lines: the automatic flags are being taken down */
  gboolean is_aside;           /* handlers that wait for flags do not run: what changed is for a later hook to see */
  gboolean is_finished;        /* by reactive_finish_hook() */
  gboolean is_killed;
  gboolean has_directories; /* those of the host are known */
  char *charm_dir;          /* (nullable): NULL for that of the charm's own files */
  char *root_dir;
  GError *error;       /* the first failure; every later call does nothing */
  const char *running; /* the handler that runs, or "MODULE:start"; NULL between handlers */
  const char *running_module;
  guint32 running_handler;          /* REACTIVE_ALL_HANDLERS outside of the dispatch */
  GPtrArray *endpoints;             /* ReactiveEndpoint, by name */
  ReactiveEndpoint *endpoint_block; /* where they stand */
  GPtrArray *none;                  /* an array of NULL alone, for endpoints that have no relations */
  const char *event;                /* that is being handled */
  ReactiveIdFunc new_id;            /* where fresh ids come from */
  gpointer id_data;
  GHashTable *file_digests; /* path → JSON text of its digest; good for one iteration */
  guint file_iteration;
  ReactiveJson *previous_config; /* NULL: there was none */
  gboolean config_loaded;

  /* NULL until there is something in them */
  GPtrArray *occurrences; /* of events, still to be handled */
  GPtrArray *deferred;    /* occurrences for the next hook */
  GArray *statuses;       /* PooledStatus, in order */
  GPtrArray *ports;       /* held: "+80/tcp", "-81/tcp", in order */
  GPtrArray *callbacks;   /* UnitTrigger: those of triggers that this hook registered */
  ReactiveExternals *externals;
  GArray *data; /* UnitData, in the order of their first setting */
  GArray *kept; /* Kept: what const results point to, until the hook ends */
};

/* Keeps @error (transfer full) as the reason why the hook fails, unless there is one already. */
void reactive_unit_fail (ReactiveUnit *unit, GError *error);
void reactive_unit_fail_printf (ReactiveUnit *unit, ReactiveError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* What calls that can fail begin with: FALSE with a copy of the unit's error once it has one. */
gboolean reactive_unit_check (const ReactiveUnit *unit, GError **error);
/* Keeps what is given (transfer full) until the hook ends. */
void reactive_unit_keep (ReactiveUnit *unit, gpointer object, GDestroyNotify destroy);
const ReactiveJson *reactive_unit_keep_json (ReactiveUnit *unit, ReactiveJson *value);
const ReactiveCharm *reactive_unit_get_charm (const ReactiveUnit *unit);

/* Why Juju did not answer a question of the automatic flags, @reason (transfer full): TRUE if the running Juju has no
 * such tool, which is an answer too; else it becomes @error. */
gboolean reactive_unit_is_no_tool (GError *reason, GError **error);

/* FALSE, with an error, where the hook dies at @point. */
gboolean reactive_unit_survives (ReactiveUnit *unit, ReactiveKillPoint point, const char *detail, GError **error);
/* Whether the root is not that of a real machine. */
gboolean reactive_unit_is_simulated (const ReactiveUnit *unit);

/* tools.c: asks a tool for JSON (`--format=json` is among @argv), which lives until the hook ends; an empty list or
 * object may come as null. Errors: those of reactive_call_tool(), and BAD_DATA where the answer is something else. */
const ReactiveJson *reactive_unit_ask (ReactiveUnit *unit, const char *const *argv, ReactiveJsonType kind,
                                       GError **error);
/* The same of an object, or an array, of strings. */
const ReactiveJson *reactive_unit_ask_strings (ReactiveUnit *unit, const char *const *argv, ReactiveJsonType kind,
                                               GError **error);
/* The elements of an array of strings, ended by NULL. */
const char *const *reactive_unit_ask_list (ReactiveUnit *unit, const char *const *argv, GError **error);
/* Runs a tool for its effect. */
gboolean reactive_unit_tell (ReactiveUnit *unit, const char *const *argv, const char *input, GError **error);

/* dispatch.c: handlers, and what the dispatch asks of the unit */
void reactive_unit_init_dispatch (ReactiveUnit *unit);
/* Once marks under the names of Python, which begin with the charm directory. */
void reactive_unit_load_python_marks (ReactiveUnit *unit);
/* While a hook runs; setting a handler for each call would cost more than many a call does. */
guint reactive_unit_watch_criticals (ReactiveUnit *unit);
void reactive_unit_unwatch_criticals (guint handler);
/* @id is what messages call it. Quietly: without a line in the log. */
gboolean reactive_unit_call (ReactiveUnit *unit, const ReactiveCall *call, const char *id, GError **error);
gboolean reactive_unit_call_quietly (ReactiveUnit *unit, const ReactiveCall *call, const char *id, GError **error);

/* config.c */
gboolean reactive_unit_raise_config_flags (ReactiveUnit *unit, GError **error);
void reactive_unit_drop_config_flags (ReactiveUnit *unit);
gboolean reactive_unit_save_config (ReactiveUnit *unit, GError **error);

/* leadership.c */
gboolean reactive_unit_raise_leadership_flags (ReactiveUnit *unit, GError **error);

/* endpoint.c, endpoint-flags.c */
void reactive_unit_init_endpoints (ReactiveUnit *unit);
gboolean reactive_unit_raise_endpoint_flags (ReactiveUnit *unit, GError **error);
/* Has interfaces remember what they are to. */
gboolean reactive_unit_finish_endpoints (ReactiveUnit *unit, GError **error);

/* publication.c */
gboolean reactive_unit_recover_publication (ReactiveUnit *unit, GError **error);
void reactive_unit_forget_publication (ReactiveStore *store);
gboolean reactive_unit_publish (ReactiveUnit *unit, GError **error);

/* events.c */
void reactive_unit_init_events (ReactiveUnit *unit);
gboolean reactive_unit_run_events (ReactiveUnit *unit, GError **error);
void reactive_unit_save_events (ReactiveUnit *unit);

/* flags.c: reactive_toggle_flag() of a flag by its number */
void reactive_unit_toggle_flag (ReactiveUnit *unit, guint32 flag, gboolean is_set);
/* Whether the state file can hold a flag's name and a line of the log show it; errors: INVALID */
gboolean reactive_flag_name_check (const char *flag, GError **error);

/* status.c */
gboolean reactive_unit_send_status (ReactiveUnit *unit, GError **error);

/* ports.c */
gboolean reactive_unit_send_ports (ReactiveUnit *unit, GError **error);
/* What Juju never heard of the last hook, which was killed at its end. */
gboolean reactive_unit_recover_ports (ReactiveUnit *unit, GError **error);
void reactive_unit_forget_ports (ReactiveStore *store);

/* external.c: handlers that are programs */
/* Runs its `--test`. */
gboolean reactive_unit_external_wants_to_run (gpointer unit, guint32 handler);
gboolean reactive_unit_invoke_external (ReactiveUnit *unit, guint32 handler, GError **error);
/* The identity of any handler; that of an external one has what its test printed, until it is tested anew. */
const char *reactive_unit_get_handler_name (guint32 handler, gpointer unit);
void reactive_unit_save_externals (ReactiveUnit *unit);
void reactive_unit_free_externals (ReactiveUnit *unit);

/* files.c: file conditions */
void reactive_unit_init_files (ReactiveUnit *unit);
void reactive_unit_forget_files (ReactiveStore *store);
gboolean reactive_unit_files_changed (gpointer unit, guint32 handler);
void reactive_unit_note_files (ReactiveUnit *unit, guint32 handler);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/charm.h"
#include "simulator/random.h"
#include "unit/handlers.h"

/* What is: applications, units, relations and what they hold, as Juju's controller has it. What a unit has seen of it
 * stands beside it, in the unit; the hooks that the unit gets follow from the difference (model-hook.h). What a unit
 * may read and write while a hook runs is in hook-context.h.
 *
 * The structures are open to the simulator, and are changed by the functions below alone. Arrays of units and relations
 * are in the order of their numbers, those of applications in the order of their names. Nothing here draws from
 * the seed but ids; time is model time. */

typedef enum
{
  REACTIVE_JUJU_2_9,
  REACTIVE_JUJU_3_6,
  REACTIVE_JUJU_4,
} ReactiveJujuVersion;

typedef enum
{
  REACTIVE_LIFE_ALIVE,
  REACTIVE_LIFE_DYING,
  REACTIVE_LIFE_DEAD,
} ReactiveLife;

typedef struct _ReactiveModel ReactiveModel;
typedef struct _ReactiveModelApplication ReactiveModelApplication;
typedef struct _ReactiveModelUnit ReactiveModelUnit;
typedef struct _ReactiveModelRelation ReactiveModelRelation;

/* How the hooks of a charm are run. */
typedef enum
{
  REACTIVE_CHARM_IN_PROCESS, /* handler modules, in the simulator's own process */
  REACTIVE_CHARM_ISOLATED,   /* handler modules and programs, in a process for each hook */
  REACTIVE_CHARM_EXECUTABLE, /* any language: `dispatch`, or hooks/ and actions/, as Juju starts them */
} ReactiveCharmKind;

/* One revision of a charm. */
typedef struct
{
  gatomicrefcount reference_count;
  ReactiveCharmKind kind;
  char *directory;            /* of its files, which nobody changes; absolute */
  ReactiveHandlers *handlers; /* (nullable): NULL for an executable one */
  ReactiveCharm *own_charm;   /* (nullable): what the files declare, where no handlers own that */
} ReactiveModelCharm;

/* Takes @handlers. */
ReactiveModelCharm *reactive_model_charm_new (ReactiveHandlers *handlers);
/* Reads the files of @directory; loads its modules unless it is an executable one. */
ReactiveModelCharm *reactive_model_charm_load (const char *directory, ReactiveCharmKind kind, GError **error);
ReactiveModelCharm *reactive_model_charm_ref (ReactiveModelCharm *charm);
void reactive_model_charm_unref (ReactiveModelCharm *charm);
const ReactiveCharm *reactive_model_charm_get_files (const ReactiveModelCharm *charm);

typedef struct
{
  char *status; /* "active"; "unknown" until one is set */
  char *message;
  gint64 since_us;
} ReactiveModelStatus;

/* The data of a unit or an application in a relation. */
typedef struct
{
  ReactiveJson *data; /* object of strings, never changed in place: readers take a reference */
  guint version;      /* of a unit 1 when it is made, of an application 0; one more with each hook that changes it */
} ReactiveModelDatabag;

/* A unit in a relation. It enters when its relation-created hook begins (others see it from then on), and leaves at its
 * own departure; what it said stays. */
typedef struct
{
  ReactiveModelUnit *unit;
  ReactiveModelDatabag databag;
  gboolean is_present;
} ReactiveModelMember;

/* One side of a relation: a peer relation has one. */
typedef struct
{
  ReactiveModelApplication *application;
  ReactiveEndpointInfo endpoint; /* its strings are the charm's of the time when the relation was made, interned */
  ReactiveModelDatabag databag;  /* of the application */
  GPtrArray *members;            /* ReactiveModelMember, by unit number */
} ReactiveModelEnd;

struct _ReactiveModelRelation
{
  ReactiveModel *model;
  guint number; /* 3 of "db:3" */
  ReactiveLife life;
  gboolean is_container; /* units see those alone that live beside them */
  guint n_inside;        /* units that entered, and have not left */
  guint n_ends;
  ReactiveModelEnd ends[2];
};

/* What a unit has seen of a member of the other side. */
typedef struct
{
  ReactiveModelMember *member;
  guint version; /* of the last changed hook; 0 between joined and the first of those */
} ReactiveModelSeenMember;

/* What a unit has seen of a relation that it may be in. It goes when the relation is broken for the unit. */
typedef struct
{
  ReactiveModelRelation *relation;
  guint end;                 /* the unit's own side */
  gboolean is_created;       /* its created hook has begun */
  guint application_version; /* of the other side's databag; of peers the own */
  GArray *members;           /* ReactiveModelSeenMember: those that joined, and have not departed; by unit number */
} ReactiveModelSeenRelation;

typedef struct
{
  char *id;   /* "data/0" */
  char *name; /* "data" */
  char *kind; /* "filesystem", "block" */
  char *location;
  ReactiveLife life;
  gboolean is_attached; /* its attached hook was good */
} ReactiveModelStorage;

typedef struct
{
  guint number; /* "1", as JUJU_ACTION_UUID has it */
  char *name;
  ReactiveJson *parameters; /* object, with the defaults of the schema */
  char *status;             /* "pending", "running", "completed", "failed", "cancelled" */
  char *message;
  ReactiveJson *results; /* object */
  GPtrArray *log;        /* char * */
} ReactiveModelAction;

typedef struct
{
  char *id; /* 20 characters, without "secret:" */
  char *label;
  char *description;
  char *rotation; /* "never" */
  char *expiry;   /* (nullable) */
  ReactiveModelApplication *owner;
  ReactiveModelUnit *owner_unit; /* (nullable): NULL where the application owns it */
  GPtrArray *revisions;          /* ReactiveJson: object of strings; NULL for one that was removed */
  GPtrArray *grants;             /* ReactiveModelGrant */
  GHashTable *consumers;         /* unit name → ReactiveModelConsumer */
} ReactiveModelSecret;

typedef struct
{
  ReactiveModelRelation *relation;
  char *scope; /* an application or a unit */
} ReactiveModelGrant;

typedef struct
{
  guint revision; /* that is tracked */
  guint seen;     /* the latest that a hook told of */
  char *label;    /* (nullable) */
} ReactiveModelConsumer;

/* A hook that nothing in the model brings about: someone sent it. */
typedef struct
{
  guint kind;                  /* ReactiveModelHookKind */
  const char *name;            /* "start"; of a workload's what follows its name, "-pebble-ready" */
  char *subject;               /* (nullable): the workload */
  ReactiveJson *details;       /* object of strings: see reactive_model_send_hook() */
  ReactiveModelSecret *secret; /* (nullable) */
  guint revision;              /* of the secret; 0: none is said */
} ReactiveModelNotice;

/* What became of the hook that a unit is in error over; the fields are those of model-hook.h. */
typedef struct _ReactiveModelHook ReactiveModelHook;

struct _ReactiveModelUnit
{
  ReactiveModelApplication *application;
  guint number;
  char *name;                   /* "app/0" */
  ReactiveModelUnit *principal; /* (nullable): of a subordinate */
  GPtrArray *subordinates;      /* (nullable): ReactiveModelUnit beside it, not the dead ones; borrowed */
  ReactiveModelCharm *charm;    /* that is in its directory: the application's, once upgrade-charm has begun */
  guint machine;
  ReactiveLife life;
  ReactiveModelStatus status; /* as the charm set it */
  char *address;              /* "10.0.0.1" */

  /* seen */
  gboolean is_installed;
  gboolean is_started;
  gboolean is_removed; /* its remove hook was good, and it waits for its subordinates */
  gboolean knows_it_leads;
  ReactiveJson *seen_config; /* (nullable): the application's configuration; NULL before the first config-changed */
  guint seen_settings;       /* version of the leader's settings; 0 before the first look */
  guint seen_charm;          /* version of the application's charm */
  guint seen_update_status;
  GPtrArray *relations;      /* ReactiveModelSeenRelation, in the order in which they came */
  ReactiveModelHook *queued; /* (nullable): must come directly after the last one (start behind config-changed) */
  ReactiveModelHook *failed; /* (nullable): the hook that the unit is in error over */
  gboolean is_resolved;      /* the operator said so: the next hook is the failed one again */

  /* held */
  ReactiveJson *persistent_config; /* (nullable): what a unit in memory has in place of .juju-persistent-config */
  ReactiveJson *state;             /* object of strings: state-get */
  GPtrArray *ports;                /* char *, sorted: "80/tcp" */
  GPtrArray *storages;             /* ReactiveModelStorage */
  GPtrArray *actions;              /* ReactiveModelAction, oldest first */
  guint n_actions_run;
  GPtrArray *notices;     /* ReactiveModelNotice that are to be sent, oldest first */
  GPtrArray *consumed;    /* ReactiveModelSecret that the unit follows, borrowed */
  ReactiveJson *own_data; /* what Juju puts into its databags */
  gboolean is_ready;      /* stands in model->ready */
};

struct _ReactiveModelApplication
{
  ReactiveModel *model;
  char *name;
  ReactiveModelCharm *charm;
  guint charm_version; /* one more with each upgrade */
  ReactiveLife life;
  ReactiveJson *set_options; /* object: what operators have set */
  ReactiveJson *config;      /* object: every option, null where it has no value; never changed in place */
  ReactiveModelUnit *leader; /* (nullable) */
  ReactiveJson *settings;    /* object of strings: leader-get; never changed in place */
  guint settings_version;    /* 0 until there are any */
  ReactiveModelStatus status;
  char *workload_version;
  GPtrArray *units; /* ReactiveModelUnit, not the dead ones */
  guint next_unit;
  GPtrArray *relations;    /* ReactiveModelRelation that are not dead, borrowed */
  GPtrArray *secrets;      /* ReactiveModelSecret: owned by the application, or by its units */
  ReactiveJson *resources; /* object: name → path */
  gboolean is_trusted;
};

struct _ReactiveModel
{
  ReactiveJujuVersion juju;
  char *name;
  char *uuid;
  ReactiveRandom ids;      /* for fresh ids alone, so that they do not change the order of hooks */
  gint64 now_us;           /* wall clock of the model */
  GPtrArray *applications; /* by name */
  GPtrArray *relations;    /* by number; the dead ones have gone */
  GPtrArray *ready;        /* ReactiveModelUnit that may have something to do, in no order that matters to others */
  guint next_relation;
  guint next_action;
  guint next_storage;
  guint next_machine;
  guint next_address;
  guint update_status_round; /* how often update-status was due */
  gboolean is_kubernetes;    /* storage is attached after start, and an upgrade begins with stop */
  GHashTable *secrets;       /* id → ReactiveModelSecret of an application, borrowed; for finding them alone */
  ReactiveJson *empty;       /* object */
  GHashTable *faults;        /* (nullable): model-fault.h */
  GPtrArray *gone;           /* what has left the model, for hooks that still point to it */
};

ReactiveModel *reactive_model_new (ReactiveJujuVersion juju, guint64 seed);
void reactive_model_free (ReactiveModel *model);
/* "3.6.0": what JUJU_VERSION says. */
const char *reactive_model_get_juju_version (const ReactiveModel *model);

/* Each of these is something an operator does. Errors: NOT_FOUND (no such thing), INVALID (Juju would refuse it; the
 * message says what is wrong in Juju's terms, and names what was asked for). What they return belongs to the model. */

/* @config (nullable): an object of options; @charm is referenced. Peer relations are made here. */
ReactiveModelApplication *reactive_model_add_application (ReactiveModel *model, const char *name,
                                                          ReactiveModelCharm *charm, const ReactiveJson *config,
                                                          GError **error);
/* NULL if there is none; or with an error that names the nearest. */
ReactiveModelApplication *reactive_model_find_application (ReactiveModel *model, const char *name);
ReactiveModelUnit *reactive_model_find_unit (ReactiveModel *model, const char *name);
ReactiveModelApplication *reactive_model_get_application (ReactiveModel *model, const char *name, GError **error);
ReactiveModelUnit *reactive_model_get_unit (ReactiveModel *model, const char *name, GError **error);
/* Units of a subordinate come with those of the principal it is related to. The first unit leads. */
ReactiveModelUnit *reactive_model_add_unit (ReactiveModelApplication *application, GError **error);
/* Dying; the unit goes after its remove hook. Another leads. */
gboolean reactive_model_remove_unit (ReactiveModelUnit *unit, GError **error);
gboolean reactive_model_remove_application (ReactiveModelApplication *application, GError **error);
/* @first and @second: "app:endpoint", or "app" where only one endpoint fits. Refuses other interfaces, roles that do
 * not go together, one more than a limit, and one that is already there. */
ReactiveModelRelation *reactive_model_relate (ReactiveModel *model, const char *first, const char *second,
                                              GError **error);
ReactiveModelRelation *reactive_model_find_relation (ReactiveModel *model, const char *first, const char *second,
                                                     GError **error);
/* Dying; gone when every unit has seen it broken. */
void reactive_model_unrelate (ReactiveModelRelation *relation);
/* Members of @config that are null go back to the default. Types as the charm declares them. */
gboolean reactive_model_set_config (ReactiveModelApplication *application, const ReactiveJson *config, GError **error);
gboolean reactive_model_set_leader (ReactiveModelUnit *unit, GError **error);
ReactiveModelAction *reactive_model_add_action (ReactiveModelUnit *unit, const char *name,
                                                const ReactiveJson *parameters, GError **error);
/* @charm must have every endpoint that is in use. */
gboolean reactive_model_upgrade (ReactiveModelApplication *application, ReactiveModelCharm *charm, GError **error);
/* @location (nullable): where it is mounted */
ReactiveModelStorage *reactive_model_attach_storage (ReactiveModelUnit *unit, const char *name, const char *location,
                                                     GError **error);
gboolean reactive_model_detach_storage (ReactiveModelUnit *unit, const char *id, GError **error);
gboolean reactive_model_set_resource (ReactiveModelApplication *application, const char *name, const char *path,
                                      GError **error);
/* Sends @unit a hook that nothing in the model brings about, by its name: CONTAINER-pebble-ready, -custom-notice,
 * -check-failed and -check-recovered (details: "notice-id", "notice-type", "notice-key", "check-name"),
 * collect-metrics, meter-status-changed, pre-series-upgrade ("target-base"), post-series-upgrade, secret-rotate,
 * secret-expired and secret-remove ("secret": its id or URI, "revision"), and start, as after a reboot. @details
 * (nullable): an object of strings. Also INVALID where this Juju has no such hook. */
gboolean reactive_model_send_hook (ReactiveModelUnit *unit, const char *name, const ReactiveJson *details,
                                   GError **error);
/* Every unit that is started gets one update-status. */
void reactive_model_update_status (ReactiveModel *model);
/* The hook that the unit is in error over is run again at once, or (@retry FALSE) passed over as if it had been good.
 */
gboolean reactive_model_resolve (ReactiveModelUnit *unit, gboolean retry, GError **error);

/* What hooks change when they end well; nothing happens where the new contents are the old ones. Takes @data.
 * @unit: whose databag it is; @writer (nullable): is not told of it. */
void reactive_model_set_databag (ReactiveModelRelation *relation, ReactiveModelUnit *unit, ReactiveJson *data);
void reactive_model_set_application_databag (ReactiveModelRelation *relation, guint end, ReactiveJson *data,
                                             ReactiveModelUnit *writer);
void reactive_model_set_settings (ReactiveModelApplication *application, ReactiveJson *settings,
                                  ReactiveModelUnit *writer);
/* Free with g_free(). */
char *reactive_model_new_secret_id (ReactiveModel *model);
/* A secret without revisions. @owner_unit is NULL where the application owns it. */
ReactiveModelSecret *reactive_model_add_secret (ReactiveModelApplication *owner, ReactiveModelUnit *owner_unit,
                                                const char *id);
void reactive_model_remove_secret (ReactiveModelSecret *secret);
/* @id with or without "secret:"; NULL if there is none */
ReactiveModelSecret *reactive_model_find_secret (ReactiveModel *model, const char *id);
/* Takes @content; those who follow the secret are told. */
void reactive_model_add_secret_revision (ReactiveModelSecret *secret, ReactiveJson *content);
/* What @unit knows of the secret: from the first call on it follows it, and tracks what is the latest. */
ReactiveModelConsumer *reactive_model_secret_follow (ReactiveModelSecret *secret, ReactiveModelUnit *unit);
/* NULL if the unit does not follow it. */
ReactiveModelConsumer *reactive_model_secret_find_consumer (ReactiveModelSecret *secret, const ReactiveModelUnit *unit);

/* "db:3" as the units of side @end see it. Free with g_free(). */
char *reactive_model_relation_get_id (const ReactiveModelRelation *relation, guint end);
/* The side that @unit is on. */
guint reactive_model_relation_get_end (const ReactiveModelRelation *relation, const ReactiveModelUnit *unit);
ReactiveModelMember *reactive_model_relation_find_member (const ReactiveModelRelation *relation,
                                                          const ReactiveModelUnit *unit);
gboolean reactive_model_relation_is_peer (const ReactiveModelRelation *relation);

/* The side that a unit of side @end sees: of a peer relation the same one. */
ReactiveModelEnd *reactive_model_relation_get_other_end (ReactiveModelRelation *relation, guint end);
ReactiveModelEnd *reactive_model_seen_relation_get_other_end (const ReactiveModelSeenRelation *seen);
/* What @unit has seen of @relation; NULL when it is not in it. */
ReactiveModelSeenRelation *reactive_model_unit_find_relation (const ReactiveModelUnit *unit,
                                                              const ReactiveModelRelation *relation);
/* Says that @unit may have a hook to run; whoever changes what a unit can see calls it. */
void reactive_model_mark_ready (ReactiveModelUnit *unit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveModel, reactive_model_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveModelCharm, reactive_model_charm_unref)

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/charm.h"
#include "simulator/random.h"
#include "state/store-image.h"
#include "unit/handlers.h"

/* What is: applications, units, relations and what they hold, as Juju's controller has it. What a unit has seen of it
 * stands beside it, in the unit; the hooks that the unit gets follow from the difference (model-hook.h). What a unit may
 * read and write while a hook runs is in hook-context.h.
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
  REACTIVE_CHARM_ISOLATED,   /* handler modules, in a process for each hook */
  REACTIVE_CHARM_EXECUTABLE, /* any language: `dispatch`, or hooks/ and actions/, as Juju starts them */
} ReactiveCharmKind;

/* One revision of a charm. */
typedef struct
{
  gatomicrefcount reference_count;
  ReactiveCharmKind kind;
  guint revision;
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
  guint version;      /* 1 when it is made; one more with each hook that changes it */
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
  guint n_ends;
  ReactiveModelEnd ends[2];
};

/* What a unit has seen of a member of the other side. */
typedef struct
{
  ReactiveModelMember *member;
  guint version; /* of the last changed hook; 0 between joined and the first of those */
} ReactiveModelSeenMember;

/* What a unit has seen of a relation. */
typedef struct
{
  ReactiveModelRelation *relation;
  guint end; /* the unit's own side */
  gboolean is_created;
  gboolean is_broken;
  guint application_version; /* of the other side's databag; of peers the own */
  GArray *members;           /* ReactiveModelSeenMember: those that joined, and have not departed; by unit number */
} ReactiveModelSeenRelation;

typedef struct
{
  char *id;      /* "data/0" */
  char *name;    /* "data" */
  char *kind;    /* "filesystem", "block" */
  char *location;
  ReactiveLife life;
  gboolean is_attached; /* its attached hook was good */
} ReactiveModelStorage;

typedef struct
{
  guint number; /* "1", as JUJU_ACTION_UUID has it */
  char *name;
  ReactiveJson *parameters; /* object, with the defaults of the schema */
  char *status;             /* "pending", "running", "completed", "failed" */
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
  char *label;    /* (nullable) */
} ReactiveModelConsumer;

/* What became of the hook that a unit is in error over; the fields are those of model-hook.h. */
typedef struct _ReactiveModelHook ReactiveModelHook;

struct _ReactiveModelUnit
{
  ReactiveModelApplication *application;
  guint number;
  char *name; /* "app/0" */
  ReactiveModelUnit *principal; /* (nullable): of a subordinate */
  guint machine;
  ReactiveLife life;
  ReactiveModelStatus status; /* as the charm set it */
  char *address;              /* "10.0.0.1" */

  /* seen */
  gboolean is_installed;
  gboolean is_started;
  gboolean is_stopped;
  gboolean knows_it_leads;
  guint seen_config; /* version of the application's configuration */
  guint seen_settings; /* version of the leader's settings; 0 before the first look */
  guint seen_revision;
  GPtrArray *relations; /* ReactiveModelSeenRelation, in the order in which they came */
  GQueue queued;        /* ReactiveModelHook: hooks that must come directly after another (config-changed behind install) */
  ReactiveModelHook *failed; /* (nullable): the hook that the unit is in error over */
  gboolean is_resolved;      /* the operator said so: the next hook is the failed one again */

  /* held */
  ReactiveStoreImage *image; /* (nullable): NULL where a file in the unit's directory is the state */
  ReactiveJson *persistent_config; /* (nullable): what a unit in memory has in place of .juju-persistent-config */
  ReactiveJson *state;  /* object of strings: state-get */
  GPtrArray *ports;     /* char *, sorted: "80/tcp" */
  GPtrArray *storages;  /* ReactiveModelStorage */
  GPtrArray *actions;   /* ReactiveModelAction, oldest first */
  gboolean is_ready;    /* stands in model->ready */
};

struct _ReactiveModelApplication
{
  ReactiveModel *model;
  char *name;
  ReactiveModelCharm *charm;
  ReactiveLife life;
  ReactiveJson *config; /* object: every option, null where it has no value */
  guint config_version;
  ReactiveModelUnit *leader; /* (nullable) */
  ReactiveJson *settings;    /* object of strings: leader-get */
  guint settings_version;
  ReactiveModelStatus status;
  char *workload_version;
  GPtrArray *units; /* ReactiveModelUnit, not the dead ones */
  guint next_unit;
  GPtrArray *relations; /* ReactiveModelRelation that are not dead, borrowed */
  GPtrArray *secrets;   /* ReactiveModelSecret: owned by the application, or by its units */
  ReactiveJson *resources; /* object: name → path */
  gboolean is_trusted;
};

struct _ReactiveModel
{
  ReactiveJujuVersion juju;
  char *name;
  char *uuid;
  ReactiveRandom ids; /* for fresh ids alone, so that they do not change the order of hooks */
  gint64 now_us;      /* wall clock of the model */
  ReactiveTexts *texts; /* what the images of the units share */
  GPtrArray *applications; /* by name */
  GPtrArray *relations;    /* by number; the dead ones have gone */
  GPtrArray *ready;        /* ReactiveModelUnit that may have something to do, in no order that matters to others */
  guint next_relation;
  guint next_action;
  guint next_storage;
  guint next_machine;
  guint update_status_round; /* how often update-status was due */
  gboolean is_kubernetes;    /* storage is attached after start */
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
ReactiveModelApplication *reactive_model_find_application (ReactiveModel *model, const char *name);
ReactiveModelUnit *reactive_model_find_unit (ReactiveModel *model, const char *name);
/* Units of a subordinate come with those of the principal it is related to. */
ReactiveModelUnit *reactive_model_add_unit (ReactiveModelApplication *application, GError **error);
/* The first unit that is there leads. Dying; the unit goes after its remove hook. */
gboolean reactive_model_remove_unit (ReactiveModelUnit *unit, GError **error);
gboolean reactive_model_remove_application (ReactiveModelApplication *application, GError **error);
/* @first and @second: "app:endpoint", or "app" where only one endpoint fits. Refuses other interfaces, roles that do not
 * go together, one more than a limit, and one that is already there. */
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
/* Every unit that is started gets one update-status. */
void reactive_model_update_status (ReactiveModel *model);
/* The hook that the unit is in error over is run again at once, or (@retry FALSE) passed over as if it had been good. */
gboolean reactive_model_resolve (ReactiveModelUnit *unit, gboolean retry, GError **error);

/* "db:3" as the units of side @end see it. Free with g_free(). */
char *reactive_model_relation_get_id (const ReactiveModelRelation *relation, guint end);
/* The side that @unit is on. */
guint reactive_model_relation_get_end (const ReactiveModelRelation *relation, const ReactiveModelUnit *unit);
ReactiveModelMember *reactive_model_relation_find_member (const ReactiveModelRelation *relation,
                                                          const ReactiveModelUnit *unit);
/* What peer relations have alike. */
gboolean reactive_model_relation_is_peer (const ReactiveModelRelation *relation);

/* Says that @unit may have a hook to run; whoever changes what a unit can see calls it. */
void reactive_model_mark_ready (ReactiveModelUnit *unit);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveModel, reactive_model_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveModelCharm, reactive_model_charm_unref)

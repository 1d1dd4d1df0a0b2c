/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "simulator/model-hook.h"

/* What the files of the model need of each other. */

/* Takes what leaves the model, and frees it with the model: a hook that ended may still point to it. */
void reactive_model_bury (ReactiveModel *model, gpointer object, GDestroyNotify destroy);

void reactive_model_status_init (ReactiveModelStatus *status, const ReactiveModel *model);
void reactive_model_status_set (ReactiveModelStatus *status, const ReactiveModel *model, const char *text,
                                const char *message);
void reactive_model_status_clear (ReactiveModelStatus *status);

/* model-application.c */
void reactive_model_application_free (ReactiveModelApplication *application);
/* Goes if it is dying and empty. */
void reactive_model_application_retire (ReactiveModelApplication *application);
/* Somebody leads in place of @unit. */
void reactive_model_application_elect (ReactiveModelApplication *application, ReactiveModelUnit *unit);
gboolean reactive_model_application_is_subordinate (const ReactiveModelApplication *application);

/* model-config.c: what operators have set, with @changes; NULL where one is refused */
ReactiveJson *reactive_model_config_change (const ReactiveCharm *charm, const ReactiveJson *set_options,
                                            const ReactiveJson *changes, GError **error);
/* Every option, as it is set or by default. What the charm does not know is passed over. */
ReactiveJson *reactive_model_config_resolve (const ReactiveCharm *charm, const ReactiveJson *set_options);

/* model-unit.c */
ReactiveModelUnit *reactive_model_unit_new (ReactiveModelApplication *application, ReactiveModelUnit *principal);
void reactive_model_unit_free (ReactiveModelUnit *unit);
void reactive_model_unit_destroy (ReactiveModelUnit *unit);
/* Goes if it is dying and nothing is left to be done. */
void reactive_model_unit_retire (ReactiveModelUnit *unit);
/* It takes over the charm of its application. */
void reactive_model_unit_take_charm (ReactiveModelUnit *unit);

/* model-storage.c */
void reactive_model_storage_free (ReactiveModelStorage *storage);
void reactive_model_unit_add_storages (ReactiveModelUnit *unit);
void reactive_model_unit_drop_storage (ReactiveModelUnit *unit, ReactiveModelStorage *storage);

/* model-action.c */
void reactive_model_action_free (ReactiveModelAction *action);

/* model-secret.c */
void reactive_model_secret_free (ReactiveModelSecret *secret);

/* model-notice.c */
void reactive_model_notice_free (ReactiveModelNotice *notice);

/* model-relation.c */
ReactiveModelRelation *reactive_model_relation_new (ReactiveModel *model, ReactiveModelApplication *const *applications,
                                                    const ReactiveEndpointInfo *endpoints, guint n_ends);
void reactive_model_relation_free (ReactiveModelRelation *relation);
/* No hooks come of it, and the unit is in it all the same: every charm provides "juju-info". */
gboolean reactive_model_endpoint_is_implicit (const ReactiveEndpointInfo *endpoint);
/* Goes if it is dying and empty. */
void reactive_model_relation_retire (ReactiveModelRelation *relation);
void reactive_model_relation_die (ReactiveModelRelation *relation);
/* @unit may be in @relation from now on, if its kind of unit ever is. */
void reactive_model_relation_add_unit (ReactiveModelRelation *relation, ReactiveModelUnit *unit);
void reactive_model_relation_enter (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen);
/* Whether it had entered or not. */
void reactive_model_relation_leave (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen);
/* Where a principal's relation brings a unit of a subordinate, there is one after this. */
void reactive_model_relation_add_subordinate (ReactiveModelUnit *unit, const ReactiveModelSeenRelation *seen);
/* Tells those who see @unit that something about it has changed. */
void reactive_model_relation_mark_visible (const ReactiveModelUnit *unit, const ReactiveModelRelation *relation);
void reactive_model_seen_relation_free (gpointer seen);
/* NULL if @unit does not know of the member. */
ReactiveModelSeenMember *reactive_model_seen_relation_find (const ReactiveModelSeenRelation *seen,
                                                            const ReactiveModelUnit *remote_unit);
void reactive_model_seen_relation_add (ReactiveModelSeenRelation *seen, ReactiveModelMember *member);
void reactive_model_seen_relation_remove (ReactiveModelSeenRelation *seen, const ReactiveModelUnit *remote_unit);

/* The members whom a unit sees, one after the other, by unit number where the relation is not of containers. */
typedef struct
{
  const ReactiveModelUnit *unit;
  const ReactiveModelRelation *relation;
  const ReactiveModelEnd *end;
  guint index;
} ReactiveModelVisible;

void reactive_model_visible_init (ReactiveModelVisible *visible, const ReactiveModelUnit *unit,
                                  const ReactiveModelRelation *relation);
/* NULL past the last. */
ReactiveModelMember *reactive_model_visible_next (ReactiveModelVisible *visible);

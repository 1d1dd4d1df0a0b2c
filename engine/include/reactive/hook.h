/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const char *reactive_get_hook_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_action_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_event_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_unit_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_application_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_charm_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_model_name (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_model_uuid (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_machine_id (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_availability_zone (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_principal_unit (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_juju_version (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_relation_id (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_remote_unit (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_remote_application (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_departing_unit (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_storage_id (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_secret_id (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_secret_label (ReactiveUnit *unit);
REACTIVE_EXPORT guint reactive_get_secret_revision (ReactiveUnit *unit);

G_END_DECLS

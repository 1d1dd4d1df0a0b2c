/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

/**
 * ReactiveSecretOwner:
 * @REACTIVE_SECRET_OF_APPLICATION: the application, whose leader alone may change it
 * @REACTIVE_SECRET_OF_UNIT: this unit
 *
 * Who owns a secret.
 */
typedef enum
{
  REACTIVE_SECRET_OF_APPLICATION,
  REACTIVE_SECRET_OF_UNIT,
} ReactiveSecretOwner;

/**
 * ReactiveSecretOptions:
 * @label: (nullable): a name by which the owner may find it
 * @description: (nullable): what it is for
 * @expire: (nullable): when secret-expired comes: `2026-01-02T03:04:05Z` (RFC 3339) or a duration, `72h30m`
 * @rotate: (nullable): how often secret-rotate comes: `never`, `hourly`, `daily`, `weekly`, `monthly`, `quarterly` or
 *   `yearly`
 * @owner: who owns it; only for a new one
 *
 * What is said of a secret beside its content. %NULL leaves it as it is.
 */
typedef struct
{
  const char *label;
  const char *description;
  const char *expire;
  const char *rotate;
  ReactiveSecretOwner owner;
} ReactiveSecretOptions;

/* One's own */
REACTIVE_EXPORT const char *reactive_secret_add (ReactiveUnit *unit, const ReactiveJson *content,
                                                 const ReactiveSecretOptions *options, GError **error);
REACTIVE_EXPORT gboolean reactive_secret_set (ReactiveUnit *unit, const char *id, const ReactiveJson *content,
                                              const ReactiveSecretOptions *options, GError **error);
REACTIVE_EXPORT gboolean reactive_secret_remove (ReactiveUnit *unit, const char *id, guint revision, GError **error);
REACTIVE_EXPORT gboolean reactive_secret_grant (ReactiveUnit *unit, const char *id, const char *relation_id,
                                                const char *unit_name, GError **error);
REACTIVE_EXPORT gboolean reactive_secret_revoke (ReactiveUnit *unit, const char *id, const char *relation_id,
                                                 const char *unit_name, GError **error);
REACTIVE_EXPORT const char *const *reactive_secret_list (ReactiveUnit *unit, GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_secret_get_info (ReactiveUnit *unit, const char *id, const char *label,
                                                              GError **error);

/* One's own, and those that others granted */
REACTIVE_EXPORT const ReactiveJson *reactive_secret_get (ReactiveUnit *unit, const char *id, const char *label,
                                                         GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_secret_peek (ReactiveUnit *unit, const char *id, const char *label,
                                                          GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_secret_refresh (ReactiveUnit *unit, const char *id, const char *label,
                                                             GError **error);

G_END_DECLS

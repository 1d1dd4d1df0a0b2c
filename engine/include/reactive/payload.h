/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT gboolean reactive_payload_register (ReactiveUnit *unit, const char *type, const char *payload,
                                                    const char *id, const char *const *labels, GError **error);
REACTIVE_EXPORT gboolean reactive_payload_unregister (ReactiveUnit *unit, const char *payload, const char *id,
                                                      GError **error);
REACTIVE_EXPORT gboolean reactive_payload_set_status (ReactiveUnit *unit, const char *payload, const char *id,
                                                      const char *status, GError **error);

G_END_DECLS

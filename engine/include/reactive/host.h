/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT gboolean reactive_write_file (ReactiveUnit *unit, const char *path, const char *contents,
                                              gssize length_bytes, guint mode, const char *owner, gboolean *out_changed,
                                              GError **error);
REACTIVE_EXPORT char *reactive_run (ReactiveUnit *unit, const char *const *argv, guint timeout_ms, GError **error);
REACTIVE_EXPORT gboolean reactive_run_full (ReactiveUnit *unit, const char *const *argv, const char *input,
                                            guint timeout_ms, int *out_exit_status, char **out_output,
                                            char **out_errors, GError **error);
REACTIVE_EXPORT gboolean reactive_service_restart (ReactiveUnit *unit, const char *service, GError **error);
REACTIVE_EXPORT gboolean reactive_service_reload (ReactiveUnit *unit, const char *service, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT GType lb_health_check_get_type (void);
REACTIVE_EXPORT LBHealthCheck *lb_health_check_new (void);
REACTIVE_EXPORT LBHealthCheck *lb_health_check_copy (const LBHealthCheck *check);
REACTIVE_EXPORT void lb_health_check_free (LBHealthCheck *check);

REACTIVE_EXPORT LBProtocol lb_health_check_get_protocol (const LBHealthCheck *check);
REACTIVE_EXPORT void lb_health_check_set_protocol (LBHealthCheck *check, LBProtocol protocol);
REACTIVE_EXPORT gboolean lb_health_check_get_port (const LBHealthCheck *check, gint64 *out_port);
REACTIVE_EXPORT void lb_health_check_set_port (LBHealthCheck *check, gint64 port);
REACTIVE_EXPORT const char *lb_health_check_get_path (const LBHealthCheck *check);
REACTIVE_EXPORT void lb_health_check_set_path (LBHealthCheck *check, const char *path);
REACTIVE_EXPORT gboolean lb_health_check_get_interval (const LBHealthCheck *check, gint64 *out_seconds);
REACTIVE_EXPORT void lb_health_check_set_interval (LBHealthCheck *check, gint64 seconds);
REACTIVE_EXPORT gboolean lb_health_check_get_retries (const LBHealthCheck *check, gint64 *out_retries);
REACTIVE_EXPORT void lb_health_check_set_retries (LBHealthCheck *check, gint64 retries);
REACTIVE_EXPORT const char *lb_health_check_get_traffic_type (const LBHealthCheck *check);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBHealthCheck, lb_health_check_free)

G_END_DECLS

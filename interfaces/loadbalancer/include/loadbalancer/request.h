/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT GType lb_request_get_type (void);
REACTIVE_EXPORT LBRequest *lb_request_ref (LBRequest *request);
REACTIVE_EXPORT void lb_request_unref (LBRequest *request);

REACTIVE_EXPORT const char *lb_request_get_name (const LBRequest *request);
REACTIVE_EXPORT const char *lb_request_get_id (const LBRequest *request);
REACTIVE_EXPORT const char *lb_request_get_relation_id (const LBRequest *request);
REACTIVE_EXPORT const char *lb_request_get_sent_hash (const LBRequest *request);
REACTIVE_EXPORT char *lb_request_get_hash (const LBRequest *request);
REACTIVE_EXPORT LBResponse *lb_request_get_response (LBRequest *request);

REACTIVE_EXPORT LBProtocol lb_request_get_protocol (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_protocol (LBRequest *request, LBProtocol protocol);
REACTIVE_EXPORT guint lb_request_get_n_ports (const LBRequest *request);
REACTIVE_EXPORT gboolean lb_request_get_port (const LBRequest *request, guint index, gint64 *out_ingress,
                                              gint64 *out_backend);
REACTIVE_EXPORT void lb_request_map_port (LBRequest *request, gint64 ingress, gint64 backend);
REACTIVE_EXPORT void lb_request_clear_ports (LBRequest *request);
REACTIVE_EXPORT const char **lb_request_get_backends (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_backends (LBRequest *request, const char *const *backends);
REACTIVE_EXPORT const char **lb_request_get_algorithm (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_algorithm (LBRequest *request, const char *const *algorithm);
REACTIVE_EXPORT guint lb_request_get_n_health_checks (const LBRequest *request);
REACTIVE_EXPORT LBHealthCheck *lb_request_get_health_check (const LBRequest *request, guint index);
REACTIVE_EXPORT void lb_request_add_health_check (LBRequest *request, const LBHealthCheck *check);
REACTIVE_EXPORT void lb_request_clear_health_checks (LBRequest *request);
REACTIVE_EXPORT gboolean lb_request_get_sticky (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_sticky (LBRequest *request, gboolean is_sticky);
REACTIVE_EXPORT gboolean lb_request_get_public (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_public (LBRequest *request, gboolean is_public);
REACTIVE_EXPORT gboolean lb_request_get_tls_termination (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_tls_termination (LBRequest *request, gboolean has_tls_termination);
REACTIVE_EXPORT const char *lb_request_get_tls_cert (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_tls_cert (LBRequest *request, const char *tls_cert);
REACTIVE_EXPORT const char *lb_request_get_tls_key (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_tls_key (LBRequest *request, const char *tls_key);
REACTIVE_EXPORT const char *lb_request_get_ingress_address (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_ingress_address (LBRequest *request, const char *ingress_address);

/* The names of the older dialect, over the same data. */
REACTIVE_EXPORT const char *lb_request_get_traffic_type (const LBRequest *request);
REACTIVE_EXPORT gboolean lb_request_set_traffic_type (LBRequest *request, const char *traffic_type);
REACTIVE_EXPORT GArray *lb_request_get_backend_ports (const LBRequest *request);
REACTIVE_EXPORT GArray *lb_request_get_ingress_ports (const LBRequest *request);
REACTIVE_EXPORT void lb_request_set_backend_ports (LBRequest *request, const gint64 *ports, gsize n_ports);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBRequest, lb_request_unref)

G_END_DECLS

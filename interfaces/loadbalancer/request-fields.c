/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/request.h>

#include "field.h"
#include "health-check-private.h"
#include "ports.h"
#include "request-private.h"
#include "v1.h"

/* What a charm says in a request, and reads in one. */

/**
 * lb_request_get_protocol:
 * @request: a request
 *
 * Reads what is to be forwarded.
 *
 * Returns: what to forward; %LB_PROTOCOL_NONE if that was not said
 */
LBProtocol
lb_request_get_protocol (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, LB_PROTOCOL_NONE);

  return lb_protocol_from_text (lb_record_get_text (&request->record, LB_REQUEST_PROTOCOL));
}

/**
 * lb_request_set_protocol:
 * @request: a request
 * @protocol: what to forward
 *
 * Sets a field that has to be set.
 */
void
lb_request_set_protocol (LBRequest *request, LBProtocol protocol)
{
  g_return_if_fail (request != NULL);
  g_return_if_fail (protocol <= LB_PROTOCOL_HTTPS);

  lb_record_set_text (&request->record, LB_REQUEST_PROTOCOL, lb_protocol_to_text (protocol));
}

/**
 * lb_request_get_n_ports:
 * @request: a request
 *
 * Counts the mapped ports.
 *
 * Returns: how many ports are mapped
 */
guint
lb_request_get_n_ports (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return lb_record_get_length (&request->record, LB_REQUEST_PORT_MAPPING);
}

/**
 * lb_request_get_port:
 * @request: a request
 * @index: which one, from 0, of lb_request_get_n_ports(); the lowest comes first
 * @out_ingress: (out) (optional): the port of the load balancer; untouched on %FALSE
 * @out_backend: (out) (optional): the port of the backends; untouched on %FALSE
 *
 * The wire knows no range: a peer may write any integers.
 *
 * Returns: whether there is such an entry, and 64 bits hold its ports
 */
gboolean
lb_request_get_port (const LBRequest *request, guint index, gint64 *out_ingress, gint64 *out_backend)
{
  const ReactiveJson *ports;
  gint64 ingress, backend;

  g_return_val_if_fail (request != NULL, FALSE);

  ports = request->record.values[LB_REQUEST_PORT_MAPPING];
  if (index >= lb_request_get_n_ports (request)
      || !reactive_json_get_integer (reactive_json_get_element (ports, index), &backend)
      || !g_ascii_string_to_signed (reactive_json_get_member_name (ports, index), 10, G_MININT64, G_MAXINT64, &ingress,
                                    /* error= */ NULL))
    return FALSE;

  if (out_ingress != NULL)
    *out_ingress = ingress;
  if (out_backend != NULL)
    *out_backend = backend;

  return TRUE;
}

/**
 * lb_request_map_port:
 * @request: a request
 * @ingress: the port of the load balancer
 * @backend: the port of the backends
 *
 * Maps a port, at least one of which has to be, or lb_request_clear_ports() says that none is wanted. One that was
 * mapped to another is mapped to this one.
 */
void
lb_request_map_port (LBRequest *request, gint64 ingress, gint64 backend)
{
  g_return_if_fail (request != NULL);

  lb_record_set (&request->record, LB_REQUEST_PORT_MAPPING,
                 lb_ports_with (request->record.values[LB_REQUEST_PORT_MAPPING], ingress, backend));
}

/**
 * lb_request_clear_ports:
 * @request: a request
 *
 * Maps no port any more.
 */
void
lb_request_clear_ports (LBRequest *request)
{
  g_return_if_fail (request != NULL);

  lb_record_set (&request->record, LB_REQUEST_PORT_MAPPING, reactive_json_new_object ());
}

/**
 * lb_request_get_backends:
 * @request: a request
 *
 * Where to forward to. On the provider's side, where the consumer named none, these are the `ingress-address`es of its
 * units, in the order of the units' names as text.
 *
 * Returns: (transfer container) (array zero-terminated=1): the addresses, which live until the request is changed
 */
const char **
lb_request_get_backends (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_texts (&request->record, LB_REQUEST_BACKENDS);
}

/**
 * lb_request_set_backends:
 * @request: a request
 * @backends: (nullable) (array zero-terminated=1): addresses; %NULL or none for those of the units
 *
 * Sets a field that may be left out.
 */
void
lb_request_set_backends (LBRequest *request, const char *const *backends)
{
  g_return_if_fail (request != NULL);

  lb_record_set_texts (&request->record, LB_REQUEST_BACKENDS, backends);
}

/**
 * lb_request_get_algorithm:
 * @request: a request
 *
 * Reads how connections are to be distributed.
 *
 * Returns: (transfer container) (array zero-terminated=1): how to distribute, the best first; the texts live until the
 *   request is changed
 */
const char **
lb_request_get_algorithm (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_texts (&request->record, LB_REQUEST_ALGORITHM);
}

/**
 * lb_request_set_algorithm:
 * @request: a request
 * @algorithm: (nullable) (array zero-terminated=1): how to distribute, the best first, in words that the provider knows
 *
 * Sets a field that may be left out.
 */
void
lb_request_set_algorithm (LBRequest *request, const char *const *algorithm)
{
  g_return_if_fail (request != NULL);

  lb_record_set_texts (&request->record, LB_REQUEST_ALGORITHM, algorithm);
}

/**
 * lb_request_get_n_health_checks:
 * @request: a request
 *
 * Counts the health checks.
 *
 * Returns: how many health checks there are
 */
guint
lb_request_get_n_health_checks (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return lb_record_get_length (&request->record, LB_REQUEST_HEALTH_CHECKS);
}

/**
 * lb_request_get_health_check:
 * @request: a request
 * @index: which one, from 0
 *
 * Reads one of the health checks.
 *
 * Returns: (transfer full) (nullable): a copy of the health check; %NULL beyond the last one
 */
LBHealthCheck *
lb_request_get_health_check (const LBRequest *request, guint index)
{
  g_return_val_if_fail (request != NULL, NULL);

  if (index >= lb_request_get_n_health_checks (request))
    return NULL;

  return lb_health_check_new_from_record (
      reactive_json_get_element (request->record.values[LB_REQUEST_HEALTH_CHECKS], index));
}

/**
 * lb_request_add_health_check:
 * @request: a request
 * @check: a health check, of which the request keeps a copy
 *
 * Adds a health check behind those that there are. A request that was sent before has those that it was sent with:
 * lb_request_clear_health_checks() comes first where a handler describes the whole request.
 */
void
lb_request_add_health_check (LBRequest *request, const LBHealthCheck *check)
{
  const ReactiveJson *previous;
  ReactiveJson *checks;

  g_return_if_fail (request != NULL);
  g_return_if_fail (check != NULL);

  previous = request->record.values[LB_REQUEST_HEALTH_CHECKS];
  checks = reactive_json_new_array ();
  for (guint i = 0; i < reactive_json_get_length (previous); i++)
    reactive_json_array_add (checks, reactive_json_ref (reactive_json_get_element (previous, i)));
  reactive_json_array_add (checks, lb_record_to_json (&check->record));

  lb_record_set (&request->record, LB_REQUEST_HEALTH_CHECKS, checks);
}

/**
 * lb_request_clear_health_checks:
 * @request: a request
 *
 * Removes all health checks.
 */
void
lb_request_clear_health_checks (LBRequest *request)
{
  g_return_if_fail (request != NULL);

  lb_record_set (&request->record, LB_REQUEST_HEALTH_CHECKS, reactive_json_new_array ());
}

/**
 * lb_request_get_sticky:
 * @request: a request
 *
 * Reads whether clients stay where they are.
 *
 * Returns: whether a client stays with the backend that it was given
 */
gboolean
lb_request_get_sticky (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, FALSE);

  return lb_record_get_boolean (&request->record, LB_REQUEST_STICKY);
}

/**
 * lb_request_set_sticky:
 * @request: a request
 * @is_sticky: whether a client stays with the backend that it was given
 *
 * Sets a field that is %FALSE when it is left out.
 */
void
lb_request_set_sticky (LBRequest *request, gboolean is_sticky)
{
  g_return_if_fail (request != NULL);

  lb_record_set_boolean (&request->record, LB_REQUEST_STICKY, is_sticky);
}

/**
 * lb_request_get_public:
 * @request: a request
 *
 * Reads who shall reach the address.
 *
 * Returns: whether the address is to be reached from everywhere
 */
gboolean
lb_request_get_public (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, FALSE);

  return lb_record_get_boolean (&request->record, LB_REQUEST_PUBLIC);
}

/**
 * lb_request_set_public:
 * @request: a request
 * @is_public: whether the address is to be reached from everywhere
 *
 * Sets a field that is %TRUE when it is left out.
 */
void
lb_request_set_public (LBRequest *request, gboolean is_public)
{
  g_return_if_fail (request != NULL);

  lb_record_set_boolean (&request->record, LB_REQUEST_PUBLIC, is_public);
}

/**
 * lb_request_get_tls_termination:
 * @request: a request
 *
 * Reads who ends TLS.
 *
 * Returns: whether the load balancer ends TLS
 */
gboolean
lb_request_get_tls_termination (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, FALSE);

  return lb_record_get_boolean (&request->record, LB_REQUEST_TLS_TERMINATION);
}

/**
 * lb_request_set_tls_termination:
 * @request: a request
 * @has_tls_termination: whether the load balancer ends TLS
 *
 * Sets a field that is %FALSE when it is left out.
 */
void
lb_request_set_tls_termination (LBRequest *request, gboolean has_tls_termination)
{
  g_return_if_fail (request != NULL);

  lb_record_set_boolean (&request->record, LB_REQUEST_TLS_TERMINATION, has_tls_termination);
}

/**
 * lb_request_get_tls_cert:
 * @request: a request
 *
 * Reads the certificate for TLS.
 *
 * Returns: (transfer none) (nullable): the certificate to use where the load balancer ends TLS
 */
const char *
lb_request_get_tls_cert (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_TLS_CERT);
}

/**
 * lb_request_set_tls_cert:
 * @request: a request
 * @tls_cert: (nullable): the certificate to use where the load balancer ends TLS
 *
 * Sets a field that may be left out.
 */
void
lb_request_set_tls_cert (LBRequest *request, const char *tls_cert)
{
  g_return_if_fail (request != NULL);

  lb_record_set_text (&request->record, LB_REQUEST_TLS_CERT, tls_cert);
}

/**
 * lb_request_get_tls_key:
 * @request: a request
 *
 * Reads the key for TLS.
 *
 * Returns: (transfer none) (nullable): the key of the certificate
 */
const char *
lb_request_get_tls_key (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_TLS_KEY);
}

/**
 * lb_request_set_tls_key:
 * @request: a request
 * @tls_key: (nullable): the key of the certificate
 *
 * Sets a field that may be left out. It stands in the relation for everybody to read who may read the relation, and in
 * Juju's database.
 */
void
lb_request_set_tls_key (LBRequest *request, const char *tls_key)
{
  g_return_if_fail (request != NULL);

  lb_record_set_text (&request->record, LB_REQUEST_TLS_KEY, tls_key);
}

/**
 * lb_request_get_ingress_address:
 * @request: a request
 *
 * Reads the wanted address.
 *
 * Returns: (transfer none) (nullable): the address that the load balancer is to have
 */
const char *
lb_request_get_ingress_address (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_INGRESS_ADDRESS);
}

/**
 * lb_request_set_ingress_address:
 * @request: a request
 * @ingress_address: (nullable): the address that the load balancer is to have
 *
 * Sets a field that may be left out, and that providers may not support.
 */
void
lb_request_set_ingress_address (LBRequest *request, const char *ingress_address)
{
  g_return_if_fail (request != NULL);

  lb_record_set_text (&request->record, LB_REQUEST_INGRESS_ADDRESS, ingress_address);
}

/*
 * The names of the older dialect
 */

/**
 * lb_request_get_traffic_type:
 * @request: a request
 *
 * The protocol by its older name.
 *
 * Returns: (transfer none) (nullable): `tcp`, `udp`, `http` or `https`; %NULL if it was not said
 */
const char *
lb_request_get_traffic_type (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_PROTOCOL);
}

/**
 * lb_request_set_traffic_type:
 * @request: a request
 * @traffic_type: `tcp`, `udp`, `http` or `https`
 *
 * lb_request_set_protocol() by its older name.
 *
 * Returns: whether @traffic_type is one of the four; if not, the request stays as it was
 */
gboolean
lb_request_set_traffic_type (LBRequest *request, const char *traffic_type)
{
  LBProtocol protocol;

  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (traffic_type != NULL, FALSE);

  protocol = lb_protocol_from_text (traffic_type);
  if (protocol == LB_PROTOCOL_NONE)
    return FALSE;

  lb_request_set_protocol (request, protocol);

  return TRUE;
}

static GArray *
list_ports (const LBRequest *request, gboolean is_ingress)
{
  g_autoptr (GArray) ports = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < lb_request_get_n_ports (request); i++)
    {
      gint64 ingress, backend;

      if (!lb_request_get_port (request, i, &ingress, &backend))
        return NULL;
      g_array_append_val (ports, *(is_ingress ? &ingress : &backend));
    }

  return g_steal_pointer (&ports);
}

/**
 * lb_request_get_backend_ports:
 * @request: a request
 *
 * The mapping of ports as the older dialect had it: two lists of the same length.
 *
 * Returns: (transfer full) (nullable) (element-type gint64): the ports of the backends, in the order of the load
 *   balancer's; %NULL if 64 bits do not hold one of them
 */
GArray *
lb_request_get_backend_ports (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return list_ports (request, FALSE);
}

/**
 * lb_request_get_ingress_ports:
 * @request: a request
 *
 * Lists the wanted ports.
 *
 * Returns: (transfer full) (nullable) (element-type gint64): the ports of the load balancer, the lowest first; %NULL if
 *   64 bits do not hold one of them
 */
GArray *
lb_request_get_ingress_ports (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return list_ports (request, TRUE);
}

/**
 * lb_request_set_backend_ports:
 * @request: a request
 * @ports: (array length=n_ports): ports
 * @n_ports: how many
 *
 * Maps each of these ports to the same one of the backends, and no other: what the older dialect does with backend
 * ports and no ingress ports.
 */
void
lb_request_set_backend_ports (LBRequest *request, const gint64 *ports, gsize n_ports)
{
  g_return_if_fail (request != NULL);
  g_return_if_fail (ports != NULL || n_ports == 0);

  lb_request_clear_ports (request);
  for (gsize i = 0; i < n_ports; i++)
    lb_request_map_port (request, ports[i], ports[i]);
}

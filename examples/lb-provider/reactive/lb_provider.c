/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Gives those who ask for a load balancer one address, or says why it cannot. When, is in the tables. */

#define ENDPOINT "lb-consumers"
/* What there is, on each unit. Instead of writing it, a real charm would configure a proxy. */
#define TABLE "load-balancers"

static gboolean
is_port (gint64 port)
{
  return port >= 1 && port <= G_MAXUINT16;
}

static gboolean
has_good_ports (const LBRequest *request)
{
  gint64 port, backend_port;
  guint n_ports = lb_request_get_n_ports (request);

  for (guint i = 0; i < n_ports; i++)
    if (!lb_request_get_port (request, i, &port, &backend_port) || !is_port (port) || !is_port (backend_port))
      return FALSE;

  return n_ports > 0;
}

static gboolean
has_good_backends (const LBRequest *request)
{
  g_autofree const char **backends = lb_request_get_backends (request);

  for (guint i = 0; backends[i] != NULL; i++)
    if (!g_hostname_is_ip_address (backends[i]))
      return FALSE;

  return TRUE;
}

/* Names each field that asks for what there is not. A consumer may write any number for a port, and any text for a
 * backend: they are looked at before they get into a file. */
static void
find_faults (ReactiveUnit *unit, LBRequest *request, LBResponse *response)
{
  gboolean is_public = reactive_config_get_boolean (unit, "public");

  if (lb_request_get_public (request) != is_public)
    lb_response_set_error_field (response, "public", is_public ? "public only" : "internal only");
  if (lb_request_get_protocol (request) == LB_PROTOCOL_UDP)
    lb_response_set_error_field (response, "protocol", "no UDP");
  if (lb_request_get_tls_termination (request))
    lb_response_set_error_field (response, "tls_termination", "TLS goes through to the backends");
  if (!has_good_ports (request))
    lb_response_set_error_field (response, "port_mapping", "ports from 1 to 65535 only");
  if (!has_good_backends (request))
    lb_response_set_error_field (response, "backends", "IP addresses only");
}

/* Fills in the answer, whatever stood there before. Each unit comes to the same one; the leader sends it. */
static void
decide (ReactiveUnit *unit, LBRequest *request)
{
  LBResponse *response = lb_request_get_response (request);
  g_autofree const char **faults = NULL;

  lb_response_set_address (response, NULL);
  lb_response_clear_error (response);
  find_faults (unit, request, response);
  faults = lb_response_get_error_fields (response);
  if (faults[0] == NULL)
    {
      lb_response_set_address (response, reactive_config_get_string (unit, "address"));
      return;
    }

  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_error_message (response, "not offered here");
}

static gboolean
answer (ReactiveUnit *unit, LBConsumers *consumers, GPtrArray *requests, GError **error)
{
  for (guint i = 0; i < requests->len; i++)
    {
      decide (unit, requests->pdata[i]);
      if (!lb_consumers_send_response (consumers, requests->pdata[i], error))
        return FALSE;
    }

  return TRUE;
}

/* All of them, with the options as they are now. */
static gboolean
answer_all (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (consumers);

  if (!answer (unit, consumers, requests, error))
    return FALSE;

  reactive_set_flag (unit, "charm.requests.answered");

  return TRUE;
}

/* This revision of the charm may decide otherwise than the last. */
static gboolean
look_again (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "charm.requests.answered");

  return TRUE;
}

static gboolean
answer_new (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (consumers);

  return answer (unit, consumers, requests, error);
}

/* What was answered does not hold without an address. What is asked for meanwhile waits for answer_all(). */
static gboolean
withdraw_all (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (consumers);

  for (guint i = 0; i < requests->len; i++)
    if (!lb_consumers_revoke_response (consumers, requests->pdata[i], error))
      return FALSE;

  return TRUE;
}

/* A request is removed by its consumer, or goes with the relation. A real charm gives back what it made for it here. */
static gboolean
release_removed (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_removed_requests (consumers);

  for (guint i = 0; i < requests->len; i++)
    reactive_log_printf (unit, REACTIVE_LOG_INFO, "released the load balancer '%s'",
                         lb_request_get_name (requests->pdata[i]));
  lb_consumers_forget_removed (consumers);

  return TRUE;
}

/* Only the leader answers. The others may read what is asked for, because each unit has the load balancers. */
static gboolean
let_followers_read (ReactiveUnit *unit, GError **error)
{
  lb_consumers_set_follower_can_read (lb_consumers (unit, ENDPOINT), TRUE);

  return TRUE;
}

/* A follower has nothing to do about a request but to take note of it; see show(). */
static gboolean
note_new (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (consumers);

  for (guint i = 0; i < requests->len; i++)
    lb_consumers_mark_seen (consumers, requests->pdata[i]);

  return TRUE;
}

static gboolean
has_address (ReactiveUnit *unit)
{
  const char *address = reactive_config_get_string (unit, "address");

  return address != NULL && *address != '\0';
}

/* The name, too, is any text. */
static void
add_to_table (GString *table, LBRequest *request)
{
  g_autofree char *name = g_strescape (lb_request_get_name (request), /* exceptions= */ NULL);
  g_autofree const char **addresses = lb_request_get_backends (request);
  g_autofree char *backends = g_strjoinv (", ", (char **) addresses);
  gint64 port = 0, backend_port = 0;

  for (guint i = 0; lb_request_get_port (request, i, &port, &backend_port); i++)
    g_string_append_printf (table, "%s %s: port %" G_GINT64_FORMAT " to port %" G_GINT64_FORMAT " of %s\n",
                            lb_request_get_relation_id (request), name, port, backend_port, backends);
}

/* Ends each hook on each unit. What there is, is made of what is asked for: the rest goes by itself. */
static gboolean
show (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (lb_consumers (unit, ENDPOINT));
  g_autoptr (GString) table = g_string_new (NULL);
  guint n_met = 0;

  for (guint i = 0; i < requests->len && has_address (unit); i++)
    {
      decide (unit, requests->pdata[i]);
      if (lb_response_is_success (lb_request_get_response (requests->pdata[i])))
        {
          add_to_table (table, requests->pdata[i]);
          n_met++;
        }
    }
  if (!reactive_write_file (unit, TABLE, table->str, (gssize) table->len, 0644, /* owner= */ NULL,
                            /* out_changed= */ NULL, error))
    return FALSE;

  if (has_address (unit))
    reactive_status_active_printf (unit, "%u of %u requests met", n_met, requests->len);
  else
    reactive_status_waiting (unit, "no address to give");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (let_followers_read, ONCE),
  HANDLER (look_again, ON ("upgrade-charm")),
  HANDLER (answer_all, WHEN ("leadership.is_leader", "config.set.address"), WHEN_NOT ("charm.requests.answered")),
  HANDLER (answer_new, WHEN ("endpoint.lb-consumers.requests_changed", "leadership.is_leader", "config.set.address")),
  HANDLER (withdraw_all, WHEN ("leadership.is_leader"), WHEN_NOT ("config.set.address")),
  HANDLER (release_removed, WHEN ("endpoint.lb-consumers.requests_changed", "leadership.is_leader")),
  HANDLER (note_new, WHEN ("endpoint.lb-consumers.requests_changed"), WHEN_NOT ("leadership.is_leader")),
};

/* All answers are due again when the options change, and for a new leader: what it took note of as a follower is not
 * new to it, and need not have been answered. */
static const ReactiveTrigger triggers[] = {
  { .when = "config.changed", .clear = "charm.requests.answered" },
  { .when = "leadership.is_leader", .clear = "charm.requests.answered" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers), .finish = show);

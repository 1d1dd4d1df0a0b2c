/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <loadbalancer.h>
#include <reactive.h>

/* peers/mover/handlers.py in C: the same flags, rows and databags, whoever ran the hook before. */

static void
note_seen (ReactiveUnit *unit, const char *text)
{
  const ReactiveJson *before = reactive_kv_get (unit, "mover.seen");
  g_autoptr (ReactiveJson) seen = reactive_json_new_array ();

  for (guint i = 0; before != NULL && i < reactive_json_get_length (before); i++)
    reactive_json_array_add (seen, reactive_json_ref (reactive_json_get_element (before, i)));
  reactive_json_array_add (seen, reactive_json_new_string (text));
  reactive_kv_set (unit, "mover.seen", seen);
}

G_GNUC_PRINTF (2, 3)
static gboolean
note_seen_printf (ReactiveUnit *unit, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  note_seen (unit, text);

  return TRUE;
}

static gint64
get_port (ReactiveUnit *unit)
{
  return reactive_config_get_integer (unit, "port");
}

static gboolean
first_time (ReactiveUnit *unit, GError **error)
{
  return note_seen_printf (unit, "first time");
}

static gboolean
first_word (ReactiveUnit *unit, GError **error)
{
  return note_seen_printf (unit, "first word");
}

static gboolean
fail_if_told (ReactiveUnit *unit, GError **error)
{
  if (!reactive_config_get_boolean (unit, "fail"))
    return TRUE;

  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail");

  return FALSE;
}

static gboolean
see_port (ReactiveUnit *unit, GError **error)
{
  return note_seen_printf (unit, "option port %" G_GINT64_FORMAT, get_port (unit));
}

static gboolean
write_word (ReactiveUnit *unit, GError **error)
{
  return reactive_write_file (unit, "word.conf", reactive_config_get_string (unit, "word"), -1, 0644, /* owner= */ NULL,
                              /* out_changed= */ NULL, error);
}

static gboolean
look (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) data = reactive_json_new_object ();

  reactive_json_object_set (data, "port", reactive_json_new_integer (get_port (unit)));
  if (reactive_data_changed (unit, "port", data))
    note_seen_printf (unit, "data port %" G_GINT64_FORMAT, get_port (unit));

  return TRUE;
}

static gboolean
see_file (ReactiveUnit *unit, GError **error)
{
  return note_seen_printf (unit, "file %s", reactive_config_get_string (unit, "word"));
}

static gboolean
see_servers (ReactiveUnit *unit, GError **error)
{
  const BindClientServer *const *servers = bind_client_requires_get_config (bind_client_requires (unit, "servers"));
  g_autoptr (GString) text = g_string_new ("servers");

  for (; *servers != NULL; servers++)
    g_string_append_printf (text, " %s=%s:%s", (*servers)->unit_name, (*servers)->ip, (*servers)->port);
  note_seen (unit, text->str);
  reactive_clear_flag (unit, "endpoint.servers.changed.ip");

  return TRUE;
}

static gboolean
tell_statistics (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure_number (bind_client_provides (unit, "stats"), "10.9.9.9", get_port (unit));

  return TRUE;
}

static gboolean
give_token (ReactiveUnit *unit, GError **error)
{
  return reactive_leader_set (unit, "token", "first", error);
}

static gboolean
give_word (ReactiveUnit *unit, GError **error)
{
  const char *word = reactive_config_get_string (unit, "word");

  return reactive_leader_set (unit, "token", *word != '\0' ? word : "none", error);
}

static gboolean
see_token (ReactiveUnit *unit, GError **error)
{
  return note_seen_printf (unit, "token %s", reactive_leader_get (unit, "token"));
}

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, "lb-provider");
  g_autoptr (LBRequest) request = lb_provider_get_request (provider, "web", error);

  if (request == NULL)
    return FALSE;

  lb_request_set_protocol (request, LB_PROTOCOL_TCP);
  lb_request_clear_ports (request);
  lb_request_map_port (request, get_port (unit), 8080);
  if (!lb_provider_send_request (provider, request, error))
    return FALSE;
  reactive_set_flag (unit, "mover.asked");

  return TRUE;
}

static gboolean
see_answer (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, "lb-provider");
  g_autoptr (LBResponse) response = lb_provider_get_response (provider, "web");

  note_seen_printf (unit, "answer %s", response != NULL ? lb_response_get_address (response) : "none");

  return lb_provider_ack_all (provider, error);
}

static gboolean
report (ReactiveUnit *unit, GError **error)
{
  reactive_status_active_printf (unit, "port %" G_GINT64_FORMAT, get_port (unit));

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  {
      .name = "first_time",
      .function = first_time,
      .conditions = CONDITIONS (ONCE, WHEN ("config.set.port")),
      .python_id = "reactive/handlers.py:12:first_time",
  },
  {
      .name = "first_word",
      .function = first_word,
      .conditions = CONDITIONS (ONCE, WHEN ("config.set.word")),
      .python_id = "reactive/handlers.py:18:first_word",
  },
  HANDLER (fail_if_told, ON ("config-changed")),
  HANDLER (see_port, WHEN ("config.changed.port")),
  HANDLER (write_word, WHEN ("config.changed.word")),
  HANDLER (look, WHEN ("config.set.port")),
  HANDLER (see_file, WHEN_FILE_CHANGED ("word.conf")),
  HANDLER (see_servers, WHEN ("endpoint.servers.changed.ip")),
  HANDLER (tell_statistics, WHEN ("stats.connected")),
  HANDLER (give_token, WHEN ("leadership.is_leader"), WHEN_NOT ("leadership.set.token")),
  HANDLER (give_word, WHEN ("leadership.is_leader", "config.changed.word")),
  HANDLER (see_token, WHEN ("leadership.changed.token")),
  HANDLER (ask, WHEN ("endpoint.lb-provider.available", "leadership.is_leader"), WHEN_NOT ("mover.asked")),
  HANDLER (see_answer, WHEN ("endpoint.lb-provider.response.changed")),
  HANDLER (report, WHEN ("config.set.port")),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.port", .clear = "mover.asked" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));

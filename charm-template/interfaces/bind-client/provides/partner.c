/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* Collects statistics: writes down where they are. */

#define ENDPOINT "@endpoint@"
#define SERVERS_FILE ENDPOINT ".txt"

static gboolean
write_servers (ReactiveUnit *unit, GError **error)
{
  const BindClientServer *const *servers = bind_client_requires_get_config (bind_client_requires (unit, ENDPOINT));
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *servers != NULL; servers++)
    g_string_append_printf (text, "%s: %s port %s\n", (*servers)->unit_name, (*servers)->ip, (*servers)->port);

  return reactive_write_file (unit, SERVERS_FILE, text->str, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL,
                              error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (write_servers, WHEN_ANY (ENDPOINT ".connected", "endpoint." ENDPOINT ".departed")),
};

REACTIVE_MODULE (HANDLERS (handlers));

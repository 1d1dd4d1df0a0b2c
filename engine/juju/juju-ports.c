/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-private.h"

#include <string.h>

/* Digits alone, 1 to 65535. */
static gboolean
parse_port (const char **text, guint *out_port)
{
  guint port = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;

  for (; g_ascii_isdigit (**text) && port <= G_MAXUINT16; (*text)++)
    port = port * 10 + (guint)(**text - '0');
  *out_port = port;
  return port >= 1 && port <= G_MAXUINT16;
}

/* "80", "80/tcp", "8000-8010/udp" or "icmp" in the form in which Juju lists it; NULL if it is none of these. */
static char *
normalize_port (const char *text)
{
  const char *protocol = "tcp";
  guint from = 0, to = 0;

  if (g_str_equal (text, "icmp"))
    return g_strdup (text);

  if (!parse_port (&text, &from))
    return NULL;
  to = from;
  if (*text == '-')
    {
      text++;
      if (!parse_port (&text, &to) || to < from)
        return NULL;
    }
  if (*text == '/')
    {
      protocol = text + 1;
      text += strlen (text);
    }
  if (*text != '\0' || (!g_str_equal (protocol, "tcp") && !g_str_equal (protocol, "udp")))
    return NULL;

  return to == from ? g_strdup_printf ("%u/%s", from, protocol) : g_strdup_printf ("%u-%u/%s", from, to, protocol);
}

static void
retire_view (ReactiveToolsJuju *self)
{
  if (self->ports != NULL)
    g_ptr_array_add (self->retired, g_steal_pointer (&self->ports));
}

/* Juju applies the change when the hook has succeeded, and shows it before then or not, by its version. We always do.
 */
static void
remember_port (ReactiveToolsJuju *self, const char *port, gboolean is_open)
{
  guint index = 0;

  retire_view (self);
  if (g_ptr_array_find_with_equal_func (self->ports_opened, port, g_str_equal, &index))
    g_ptr_array_remove_index (self->ports_opened, index);
  g_hash_table_remove (self->ports_closed, port);

  if (is_open)
    g_ptr_array_add (self->ports_opened, g_strdup (port));
  else
    g_hash_table_add (self->ports_closed, g_strdup (port));
}

static gboolean
set_port (ReactiveJuju *juju, const char *tool, gboolean is_open, const char *text, GError **error)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *)juju;
  g_autofree char *port = normalize_port (text);
  const char *const argv[] = { tool, port, NULL };

  if (port == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "%s: '%s' is not a port (expected 80, 80/tcp, 8000-8010/udp or icmp, with ports from 1 to 65535)",
                   tool, text);
      return FALSE;
    }
  if (!reactive_tools_juju_tell (self, argv, error))
    return FALSE;

  remember_port (self, port, is_open);
  return TRUE;
}

gboolean
reactive_tools_juju_open_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return set_port (juju, "open-port", /* is_open= */ TRUE, port, error);
}

gboolean
reactive_tools_juju_close_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return set_port (juju, "close-port", /* is_open= */ FALSE, port, error);
}

/* What Juju answered, without what was closed in this run, then what was opened in it. */
static ReactiveJson *
make_view (ReactiveToolsJuju *self, const ReactiveJson *answer)
{
  ReactiveJson *view = reactive_json_new_array ();

  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (answer, i);
      const char *port = reactive_json_get_string (element, /* out_length= */ NULL);

      if (!g_hash_table_contains (self->ports_closed, port)
          && !g_ptr_array_find_with_equal_func (self->ports_opened, port, g_str_equal, NULL))
        reactive_json_array_add (view, reactive_json_ref (element));
    }
  for (guint i = 0; i < self->ports_opened->len; i++)
    reactive_json_array_add (view, reactive_json_new_string (g_ptr_array_index (self->ports_opened, i)));

  return view;
}

const ReactiveJson *
reactive_tools_juju_opened_ports (ReactiveJuju *juju, GError **error)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *)juju;
  const ReactiveJson *answer = reactive_tools_juju_ask (self, &reactive_juju_opened_ports_question, error);

  if (answer != NULL && self->ports == NULL)
    self->ports = make_view (self, answer);

  return answer != NULL ? self->ports : NULL;
}

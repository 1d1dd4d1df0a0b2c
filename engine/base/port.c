/* SPDX-License-Identifier: Apache-2.0 */
#include "base/port.h"

/* Digits alone, 1 to 65535. */
static gboolean
parse_port (const char **text, guint *out_port)
{
  guint port = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;

  for (; g_ascii_isdigit (**text) && port <= G_MAXUINT16; (*text)++)
    port = port * 10 + (guint) (**text - '0');
  *out_port = port;
  return port >= 1 && port <= G_MAXUINT16;
}

char *
reactive_port_normalize (const char *text)
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

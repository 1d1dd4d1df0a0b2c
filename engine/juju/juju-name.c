/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-name.h"

#include <string.h>

static gboolean
is_lower_or_digit (char character)
{
  return g_ascii_islower (character) || g_ascii_isdigit (character);
}

gboolean
reactive_juju_is_application_name (const char *name, gssize length_bytes)
{
  const char *end = name + (length_bytes >= 0 ? (gsize) length_bytes : strlen (name));
  gboolean has_letter = FALSE; /* the word that @c is in */

  if (name == end || !g_ascii_islower (*name))
    return FALSE;

  for (const char *c = name; c < end; c++)
    {
      if (!is_lower_or_digit (*c) && (*c != '-' || !has_letter))
        return FALSE;
      has_letter = *c != '-' && (has_letter || g_ascii_islower (*c));
    }

  return has_letter;
}

gboolean
reactive_juju_is_unit_name (const char *name)
{
  const char *slash = strchr (name, '/');
  const char *number = slash != NULL ? slash + 1 : "";

  return slash != NULL && reactive_juju_is_application_name (name, slash - name) && *number != '\0'
         && strspn (number, "0123456789") == strlen (number) && (*number != '0' || number[1] == '\0');
}

gboolean
reactive_juju_is_secret_key (const char *key)
{
  guint n_characters = 0;

  if (!g_ascii_islower (*key))
    return FALSE;

  for (const char *c = key + 1; *c != '\0'; c++, n_characters++)
    {
      if (*c == '-')
        c++;
      if (!is_lower_or_digit (*c))
        return FALSE;
    }

  return n_characters >= 2;
}

gboolean
reactive_juju_is_result_key_part (const char *part)
{
  gsize length = strlen (part);

  return length > 0 && part[0] != '-' && part[length - 1] != '-'
         && strspn (part, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

gboolean
reactive_juju_is_reserved_result_key (const char *key)
{
  static const char *const reserved[] = { "stdout", "stderr", "stdout-encoding", "stderr-encoding", NULL };

  return g_strv_contains (reserved, key);
}

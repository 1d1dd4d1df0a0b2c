/* SPDX-License-Identifier: Apache-2.0 */
#include "author/names.h"

#include <string.h>

/* As charmcraft has it for charms. Names of endpoints have no limit with Juju; they become names of files and options.
 */
#define MAX_LENGTH 40

static gboolean fail (GError **error, const char *what, const char *name, const char *reason) G_GNUC_WARN_UNUSED_RESULT;

static gboolean
fail (GError **error, const char *what, const char *name, const char *reason)
{
  return reactive_fail (error, REACTIVE_ERROR_USAGE, "'%s' is no name for %s: %s", name, what, reason);
}

static gboolean
check_length (const char *what, const char *name, GError **error)
{
  g_autofree char *reason = NULL;

  if (*name == '\0')
    return fail (error, what, name, "it is empty");
  if (strlen (name) <= MAX_LENGTH)
    return TRUE;

  reason
      = g_strdup_printf ("it has %" G_GSIZE_FORMAT " characters (at most %d are allowed)", strlen (name), MAX_LENGTH);

  return fail (error, what, name, reason);
}

/* ^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$: a part without a letter would look like the number of a unit. */
static gboolean
has_letter_in_each_part (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "-", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strpbrk (parts[i], "abcdefghijklmnopqrstuvwxyz") == NULL)
      return FALSE;

  return TRUE;
}

gboolean
names_check_charm (const char *name, GError **error)
{
  static const char *const what = "a charm";

  if (!check_length (what, name, error))
    return FALSE;
  if (strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (name))
    return fail (error, what, name, "only lower-case letters, digits and '-' are allowed");
  if (!g_ascii_islower (*name))
    return fail (error, what, name, "it has to begin with a lower-case letter");
  if (!has_letter_in_each_part (name))
    return fail (error, what, name, "each part between '-' needs a letter");

  return TRUE;
}

/* ^[a-z][a-z0-9]*([_-][a-z0-9]+)*$ */
gboolean
names_check_endpoint (const char *name, GError **error)
{
  static const char *const what = "an endpoint";

  if (!check_length (what, name, error))
    return FALSE;
  if (strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen (name))
    return fail (error, what, name, "only lower-case letters, digits, '-' and '_' are allowed");
  if (!g_ascii_islower (*name))
    return fail (error, what, name, "it has to begin with a lower-case letter");
  for (const char *c = name; *c != '\0'; c++)
    if ((*c == '-' || *c == '_') && !g_ascii_isalnum (c[1]))
      return fail (error, what, name, "a letter or digit has to follow each '-' and '_'");
  if (strcmp (name, "juju") == 0 || g_str_has_prefix (name, "juju-"))
    return fail (error, what, name, "'juju' and 'juju-…' are reserved for Juju");

  return TRUE;
}

char *
names_to_underscores (const char *name)
{
  return g_strdelimit (g_strdup (name), "-", '_');
}

char *
names_to_hyphens (const char *name)
{
  return g_strdelimit (g_strdup (name), "_", '-');
}

char *
names_to_yaml (const char *name)
{
  static const char *const words[] = { "false", "n", "no", "null", "off", "on", "true", "y", "yes", NULL };

  return g_strv_contains (words, name) ? g_strdup_printf ("\"%s\"", name) : g_strdup (name);
}

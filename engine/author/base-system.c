/* SPDX-License-Identifier: Apache-2.0 */
#include "author/base-system.h"

#include <string.h>

#define LIBC_PREFIX "GLIBC_"

/* Ubuntu's in order. */
static const ReactiveBaseSystem bases[] = {
  { "ubuntu", "18.04", 27, FALSE }, { "ubuntu", "20.04", 31, FALSE }, { "ubuntu", "22.04", 35, FALSE },
  { "ubuntu", "24.04", 39, FALSE }, { "ubuntu", "25.04", 41, TRUE },  { "ubuntu", "25.10", 42, TRUE },
  { "ubuntu", "26.04", 43, FALSE }, { "almalinux", "9", 34, FALSE },
};

const ReactiveBaseSystem *
reactive_base_system_find (const char *text, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s@%s", bases[i].name, bases[i].channel);

      if (g_str_has_prefix (text, name)
          && (text[strlen (name)] == '\0' || strcmp (text + strlen (name), "/stable") == 0))
        return &bases[i];
      g_string_append_printf (known, "%s%s", i == 0 ? "" : ", ", name);
    }

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "unknown base '%s' (known: %s)", text, known->str);
  return NULL;
}

const ReactiveBaseSystem *
reactive_base_system_find_oldest (guint libc_minor)
{
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (strcmp (bases[i].name, "ubuntu") == 0 && !bases[i].is_interim && bases[i].libc_minor >= libc_minor)
      return &bases[i];

  return NULL;
}

guint
reactive_base_system_read_libc_version (const char *version)
{
  /* What a loader understands has a name, and not a version. Ubuntu's C library has the last three from 2.42 on. */
  static const struct
  {
    const char *name;
    guint minor;
  } features[] = { { "ABI_DT_RELR", 36 }, { "ABI_DT_X86_64_PLT", 42 }, { "ABI_GNU_TLS", 42 }, { "ABI_GNU2_TLS", 42 } };
  const char *number = version + strlen (LIBC_PREFIX);
  guint64 minor;

  g_assert (g_str_has_prefix (version, LIBC_PREFIX));

  for (guint i = 0; i < G_N_ELEMENTS (features); i++)
    if (strcmp (number, features[i].name) == 0)
      return features[i].minor;
  /* GLIBC_PRIVATE is for one build of the C library alone; other features are later than what is known here. */
  if (!g_str_has_prefix (number, "2."))
    return G_MAXUINT;

  minor = g_ascii_strtoull (number + 2, NULL, 10);
  return g_ascii_isdigit (number[2]) && minor < 10000 ? (guint) minor : G_MAXUINT;
}

/* Packages of the C library depend on the one of libgcc_s, which is therefore nowhere missing; and two copies of it in
 * a process would not know each other's frames. */
gboolean
reactive_base_system_has_library (const char *soname)
{
  static const char *const names[] = {
    "libc.so.6",         "libm.so.6",       "libmvec.so.1",      "libdl.so.2",    "libpthread.so.0",
    "librt.so.1",        "libresolv.so.2",  "libutil.so.1",      "libanl.so.1",   "libBrokenLocale.so.1",
    "libthread_db.so.1", "libnss_dns.so.2", "libnss_files.so.2", "libgcc_s.so.1", NULL,
  };

  return g_strv_contains (names, soname) || g_str_has_prefix (soname, "ld-linux")
         || g_str_has_prefix (soname, "ld64.so.") || strcmp (soname, "linux-vdso.so.1") == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "author/base-system.h"

static void
test_known (void)
{
  const ReactiveBaseSystem *base = reactive_base_system_find ("ubuntu@22.04", NULL);

  g_assert_nonnull (base);
  g_assert_cmpstr (base->name, ==, "ubuntu");
  g_assert_cmpstr (base->channel, ==, "22.04");
  g_assert_cmpuint (base->libc_minor, ==, 35);
  g_assert_true (reactive_base_system_find ("ubuntu@22.04/stable", NULL) == base);
}

static void
test_unknown (void)
{
  static const char *const texts[] = { "", "ubuntu", "ubuntu@22", "ubuntu@22.041", "ubuntu@22.04/edge", "debian@12" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_base_system_find (texts[i], &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
      g_assert_nonnull (g_strstr_len (error->message, -1, "ubuntu@24.04"));
    }
}

static void
test_oldest (void)
{
  static const struct
  {
    guint minor;
    const char *channel; /* NULL: none is new enough */
  } wanted[] = { { 0, "18.04" },  { 27, "18.04" }, { 28, "20.04" }, { 34, "22.04" }, { 35, "22.04" },
                 { 36, "24.04" }, { 40, "26.04" }, { 43, "26.04" }, { 44, NULL },    { G_MAXUINT, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      const ReactiveBaseSystem *base = reactive_base_system_find_oldest (wanted[i].minor);

      g_assert_cmpstr (base != NULL ? base->channel : NULL, ==, wanted[i].channel);
    }
}

static void
test_versions (void)
{
  static const struct
  {
    const char *version;
    guint minor;
  } wanted[] = {
    { "GLIBC_2.2.5", 2 },
    { "GLIBC_2.34", 34 },
    { "GLIBC_ABI_DT_RELR", 36 },
    { "GLIBC_ABI_DT_X86_64_PLT", 42 },
    { "GLIBC_ABI_GNU_TLS", 42 },
    { "GLIBC_ABI_GNU2_TLS", 42 },
    { "GLIBC_PRIVATE", G_MAXUINT },
    { "GLIBC_ABI_FUTURE", G_MAXUINT },
    { "GLIBC_2.", G_MAXUINT },
    { "GLIBC_2.x", G_MAXUINT },
    { "GLIBC_2.99999999999999999999", G_MAXUINT },
    { "GLIBC_3.0", G_MAXUINT },
    { "GLIBC_", G_MAXUINT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpuint (reactive_base_system_read_libc_version (wanted[i].version), ==, wanted[i].minor);
}

static void
test_libraries (void)
{
  static const char *const there[]
      = { "libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "ld64.so.2" };
  static const char *const missing[]
      = { "libglib-2.0.so.0", "libstdc++.so.6", "libz.so.1", "libc.so", "libcrypt.so.1" };

  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    g_assert_true (reactive_base_system_has_library (there[i]));
  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    g_assert_false (reactive_base_system_has_library (missing[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/base-system/known-by-name-and-channel", test_known);
  g_test_add_func ("/base-system/others-are-refused", test_unknown);
  g_test_add_func ("/base-system/the-oldest-that-is-new-enough", test_oldest);
  g_test_add_func ("/base-system/what-versions-demand", test_versions);
  g_test_add_func ("/base-system/libraries-that-come-with-libc", test_libraries);

  return g_test_run ();
}

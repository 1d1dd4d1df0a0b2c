/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/interfaces.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "simulator/file-tree.h"

/* A charm directory with interface libraries, which fixtures/modules builds. */
typedef struct
{
  char *path;
  char *interfaces;
} Fixture;

static void
put_file (const Fixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->path = g_dir_make_tmp ("test-interfaces-XXXXXX", NULL);
  fixture->interfaces = g_build_filename (fixture->path, "interfaces", NULL);
  g_assert_cmpint (g_mkdir (fixture->interfaces, 0700), ==, 0);
  put_file (fixture, "metadata.yaml",
            "name: app\nrequires: {db: {interface: mysql}, web: {interface: http}}\n"
            "provides: {offer: {interface: mysql}}\n");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->path));
  g_free (fixture->interfaces);
  g_free (fixture->path);
}

/* Links the library that was built as @built to that of the interface @name. */
static void
add_interface (const Fixture *fixture, const char *built, const char *name)
{
  g_autofree char *built_name = g_strconcat (built, ".so", NULL);
  g_autofree char *target
      = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "fixtures", "modules", built_name, NULL);
  g_autofree char *soname = g_strdup_printf ("libreactive-%s.so.0", name);
  g_autofree char *link = g_build_filename (fixture->interfaces, soname, NULL);

  g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static ReactiveCharm *
load_charm (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ReactiveCharm *charm = reactive_charm_load (fixture->path, &error);

  g_assert_no_error (error);

  return charm;
}

static void
assert_fails (const Fixture *fixture, const char *pattern)
{
  g_autoptr (ReactiveCharm) charm = load_charm (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_interfaces_load (charm, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("'%s' does not match '%s'", error->message, pattern);
}

static void
add_name (const char *name, const char *own_name, gpointer data)
{
  g_string_append_printf (data, "%s=%s ", name, own_name);
}

static void
test_libraries_of_the_metadata_are_loaded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveCharm) charm = load_charm (fixture);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);
  const ReactiveLoadedInterface *mysql;

  add_interface (fixture, "interface", "mysql");
  interfaces = reactive_interfaces_load (charm, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (interfaces->len, ==, 1);

  /* db, offer (a role that the library has not), web (no library). */
  mysql = reactive_interfaces_find (interfaces, &endpoints[0]);
  g_assert_cmpstr (mysql->descriptor->name, ==, "mysql");
  g_assert_null (reactive_interfaces_find (interfaces, &endpoints[1]));
  g_assert_null (reactive_interfaces_find (interfaces, &endpoints[2]));
  g_assert_cmpstr (reactive_interface_get_handler (mysql, REACTIVE_ROLE_REQUIRES, 0).name, ==, "first");

  reactive_interfaces_foreach_flag_name (interfaces, charm, add_name, names);
  g_assert_cmpstr (names->str, ==, "endpoint.db.ready=db.ready db.is_ready=db.ready endpoint.db.is_ready=db.ready ");
  g_string_truncate (names, 0);
  reactive_interfaces_foreach_event_name (interfaces, charm, add_name, names);
  g_assert_cmpstr (names->str, ==, "db.rose=db.went_up ");
}

static void
test_an_interface_without_a_library_is_no_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveCharm) charm = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;

  put_file (fixture, "metadata.yaml", "name: app\nrequires: {a: {interface: ../../etc}, b: {interface: none}}\n");
  charm = load_charm (fixture);
  interfaces = reactive_interfaces_load (charm, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (interfaces->len, ==, 0);
}

static void
test_what_layer_yaml_includes_must_be_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveCharm) charm = NULL;
  g_autoptr (GPtrArray) interfaces = NULL;
  g_autoptr (GError) error = NULL;

  put_file (fixture, "layer.yaml", "includes: ['layer:basic', 'interface:mysql']\n");
  assert_fails (fixture, "layer.yaml includes the interface 'mysql', but there is no libreactive-mysql.so.0 in "
                         "*/interfaces or in *: install the library of the interface, or put it into the charm");
  add_interface (fixture, "interface", "mysql");
  charm = load_charm (fixture);
  interfaces = reactive_interfaces_load (charm, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (interfaces->len, ==, 1);
}

/* The dynamic linker knows a library by its path: each needs a directory of its own. */
static void
assert_is_broken (const char *built, const char *message)
{
  g_autofree char *pattern = g_strconcat ("*/interfaces/libreactive-mysql.so.0: ", message, NULL);
  Fixture fixture;

  set_up (&fixture, NULL);
  add_interface (&fixture, built, "mysql");
  assert_fails (&fixture, pattern);
  tear_down (&fixture, NULL);
}

static void
test_broken_libraries_are_named (void)
{
  static const char *const messages[] = {
    NULL,
    "role 1: flag 'everywhere.ready' is without {endpoint_name}: endpoints would share it",
    "role 1: flag '{endpoint_name}.ready' has no short name",
    "role 1: flag 1: its name is missing",
    "role 1: event 1: its name is empty",
    "role 1: handler 'first': no function",
    "role 1: handler 1: no name, or one with a space, a control character or ':'",
    "role 1: handler 'first': condition 1: name 1 is empty",
    "role 1: handler 'first': a second handler of this name",
    "role 2: the same role a second time",
    "role 2: unknown role 7",
    "role 2: 1 flags, but no table of them",
    "is the interface 'other' (expected 'mysql')",
    "built for interface ABI 99, while this libreactive has 1: rebuild the interface",
    "descriptor size 8 is short (expected at least *)",
    "role size 8 is short (expected at least *)",
    "no name, or one with a space, a control character or ':'",
    "1 roles, but no table of them",
  };

  for (guint i = 1; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *built = g_strdup_printf ("broken-interface-%u", i);

      assert_is_broken (built, messages[i]);
    }
  assert_is_broken ("good", "no symbol 'reactive_interface': not an interface, or one without REACTIVE_INTERFACE ()");
  assert_is_broken ("missing-library", "libnot-there.so.9: *");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD_TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD_TEST ("/interfaces/libraries-of-the-metadata-are-loaded", test_libraries_of_the_metadata_are_loaded);
  ADD_TEST ("/interfaces/one-without-a-library-is-no-error", test_an_interface_without_a_library_is_no_error);
  ADD_TEST ("/interfaces/what-layer-yaml-includes-must-be-there", test_what_layer_yaml_includes_must_be_there);
  g_test_add_func ("/interfaces/broken-libraries-are-named", test_broken_libraries_are_named);

  return g_test_run ();
}

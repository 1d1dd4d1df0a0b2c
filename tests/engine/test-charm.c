/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "charm/charm.h"
#include "charm/yaml.h"

/* Charms of which nothing is wrong are in fixtures/charms/good, each with a test of its own below; those in
 * fixtures/charms/broken each have the message that loading them ends with in a file expected.txt, in which @ stands
 * for the charm's directory. */

static char *
fixture_path (const char *name)
{
  return g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "fixtures", "charms", name, NULL);
}

static ReactiveCharm *
load_fixture (const char *name)
{
  g_autofree char *path = fixture_path (name);
  g_autoptr (GError) error = NULL;
  ReactiveCharm *charm = reactive_charm_load (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (charm);
  g_assert_cmpstr (reactive_charm_get_directory (charm), ==, path);
  return charm;
}

static void
assert_names (const char *const *names, const char *expected)
{
  g_autofree char *joined = NULL;

  g_assert_nonnull (names);
  joined = g_strjoinv (" ", (char **) names);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_endpoints (void)
{
  static const ReactiveEndpointInfo expected[] = {
    { "cluster", REACTIVE_ROLE_PEERS, "wordpress-ha", FALSE, 0, FALSE },
    { "db", REACTIVE_ROLE_REQUIRES, "mysql", FALSE, 1, FALSE },
    { "logging", REACTIVE_ROLE_REQUIRES, "syslog", TRUE, 2, FALSE },
    { "metrics", REACTIVE_ROLE_PROVIDES, "prometheus", FALSE, 0, TRUE },
    { "website", REACTIVE_ROLE_PROVIDES, "http", FALSE, 0, FALSE },
  };
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/complete");
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);

  g_assert_cmpuint (n_endpoints, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < n_endpoints; i++)
    {
      g_assert_cmpstr (endpoints[i].name, ==, expected[i].name);
      g_assert_cmpint (endpoints[i].role, ==, expected[i].role);
      g_assert_cmpstr (endpoints[i].interface, ==, expected[i].interface);
      g_assert_cmpint (endpoints[i].container_scope, ==, expected[i].container_scope);
      g_assert_cmpuint (endpoints[i].limit, ==, expected[i].limit);
      g_assert_cmpint (endpoints[i].optional, ==, expected[i].optional);
    }
}

static void
test_options (void)
{
  static const struct
  {
    const char *name;
    const char *type;
    const char *value;
  } expected[] = {
    { "admin-password", "secret", "null" },
    { "debug", "boolean", "false" },
    { "empty", "string", "\"\"" },
    { "later", "string", "\"x\"" },
    { "none", "int", "null" },
    { "port", "int", "80" },
    { "quoted-debug", "boolean", "true" },
    { "quoted-port", "int", "3306" },
    { "ratio", "float", "0.5" },
    { "title", "string", "\"8080\"" },
    { "token", "secret", "\"secret:9m4e2mr0ui3e8a215n4g\"" },
    { "untouched", "string", "null" },
  };
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/complete");
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  g_assert_cmpuint (n_options, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < n_options; i++)
    {
      g_autofree char *value = reactive_json_to_text (options[i].value, REACTIVE_JSON_INSERTION_ORDER);

      g_assert_cmpstr (options[i].name, ==, expected[i].name);
      g_assert_cmpstr (options[i].type, ==, expected[i].type);
      g_assert_cmpstr (value, ==, expected[i].value);
    }
}

static void
test_names (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/complete");

  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "wordpress");
  assert_names (reactive_charm_get_endpoint_names (charm), "cluster db logging metrics website");
  assert_names (reactive_charm_get_storage_names (charm), "cache uploads");
  assert_names (reactive_charm_get_container_names (charm), "sidecar wordpress");
  assert_names (reactive_charm_get_action_names (charm), "a backup restore-2");
  assert_names (reactive_charm_get_resource_names (charm), "");
  g_assert_false (reactive_charm_is_subordinate (charm));
  assert_names (reactive_charm_get_includes (charm), "layer:basic interface:http layer:status");
}

static void
test_storages (void)
{
  static const ReactiveStorageInfo expected[] = {
    { "cache", "block", NULL, 0, 0 },
    { "uploads", "filesystem", "/srv/uploads", 1, 1 },
  };
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/complete");
  guint n_storages;
  const ReactiveStorageInfo *storages = reactive_charm_get_storages (charm, &n_storages);

  g_assert_cmpuint (n_storages, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < n_storages; i++)
    {
      g_assert_cmpstr (storages[i].name, ==, expected[i].name);
      g_assert_cmpstr (storages[i].type, ==, expected[i].type);
      g_assert_cmpstr (storages[i].location, ==, expected[i].location);
      g_assert_cmpuint (storages[i].minimum, ==, expected[i].minimum);
      g_assert_cmpuint (storages[i].maximum, ==, expected[i].maximum);
    }
}

static void
test_actions (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/complete");
  g_autoptr (ReactiveCharm) minimal = load_fixture ("good/minimal");
  g_autofree char *backup
      = reactive_json_to_text (reactive_charm_get_action (charm, "backup"), REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (backup, ==,
                   "{\"description\": \"Dumps the database.\", \"params\": {\"target\": {\"type\": \"string\"}}, "
                   "\"required\": [\"target\"]}");
  g_assert_cmpint (reactive_json_get_kind (reactive_charm_get_action (charm, "restore-2")), ==, REACTIVE_JSON_NULL);
  g_assert_null (reactive_charm_get_action (charm, "other"));
  g_assert_null (reactive_charm_get_action (minimal, "backup"));
}

static void
test_minimal (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/minimal");
  guint n_endpoints, n_options;

  reactive_charm_get_endpoints (charm, &n_endpoints);
  reactive_charm_get_options (charm, &n_options);
  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "minimal");
  g_assert_cmpuint (n_endpoints, ==, 0);
  g_assert_cmpuint (n_options, ==, 0);
  assert_names (reactive_charm_get_endpoint_names (charm), "");
  assert_names (reactive_charm_get_storage_names (charm), "");
  assert_names (reactive_charm_get_container_names (charm), "");
  assert_names (reactive_charm_get_action_names (charm), "");
  g_assert_null (reactive_charm_get_includes (charm));
}

static void
test_charmcraft (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/charmcraft");
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);
  gint64 port;

  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "bind-exporter");
  assert_names (reactive_charm_get_endpoint_names (charm), "bind-stats metrics");
  assert_names (reactive_charm_get_storage_names (charm), "data");
  assert_names (reactive_charm_get_container_names (charm), "exporter");
  assert_names (reactive_charm_get_action_names (charm), "report");
  g_assert_cmpuint (n_options, ==, 1);
  g_assert_cmpstr (options[0].name, ==, "port");
  g_assert_true (reactive_json_get_integer (options[0].value, &port));
  g_assert_cmpint (port, ==, 9119);
}

/* A packed charm may carry its charmcraft.yaml along; Juju does not look at it. */
static void
test_charmcraft_beside_metadata (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/charmcraft-beside-metadata");
  guint n_options;

  reactive_charm_get_options (charm, &n_options);
  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "packed");
  g_assert_cmpuint (n_options, ==, 0);
  assert_names (reactive_charm_get_endpoint_names (charm), "");
  assert_names (reactive_charm_get_action_names (charm), "");
}

static void
test_charmcraft_with_files (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/charmcraft-with-files");
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "mixed");
  g_assert_cmpuint (n_options, ==, 1);
  g_assert_cmpstr (options[0].name, ==, "from-file");
  assert_names (reactive_charm_get_action_names (charm), "from-file");
  assert_names (reactive_charm_get_includes (charm), "");
}

static void
test_empty_sections (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/empty-sections");
  guint n_options;

  reactive_charm_get_options (charm, &n_options);
  g_assert_cmpuint (n_options, ==, 0);
  assert_names (reactive_charm_get_endpoint_names (charm), "");
  assert_names (reactive_charm_get_storage_names (charm), "");
  assert_names (reactive_charm_get_container_names (charm), "");
  assert_names (reactive_charm_get_action_names (charm), "");
  assert_names (reactive_charm_get_includes (charm), "");
}

static void
test_own_charms_of_juju (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/juju-qa");

  assert_names (reactive_charm_get_action_names (charm), "juju-run");
}

static void
test_line_ends_of_windows (void)
{
  g_autoptr (ReactiveCharm) charm = load_fixture ("good/crlf");

  g_assert_cmpstr (reactive_charm_get_name (charm), ==, "crlf");
  assert_names (reactive_charm_get_endpoint_names (charm), "db");
}

static void
test_broken (gconstpointer data)
{
  g_autofree char *path = fixture_path (data);
  g_autofree char *expected_path = g_build_filename (path, "expected.txt", NULL);
  g_autofree char *expected_text = NULL;
  g_autofree char *expected = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveCharm) charm = NULL;

  g_assert_true (g_file_get_contents (expected_path, &expected_text, NULL, NULL));
  parts = g_strsplit (g_strchomp (expected_text), "@", -1);
  expected = g_strjoinv (path, parts);

  charm = reactive_charm_load (path, &error);
  g_assert_null (charm);
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, expected);
  if (g_str_has_suffix (path, "/nothing"))
    g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  else
    g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

static void
add_broken (void)
{
  g_autofree char *path = fixture_path ("broken");
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n_tests = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *test_path = g_strconcat ("/charm/broken/", name, NULL);

      g_test_add_data_func_full (test_path, g_strconcat ("broken/", name, NULL), test_broken, g_free);
      n_tests++;
    }
  g_assert_cmpuint (n_tests, >, 50);
}

/* A charm directory with @text as its @name; the metadata is good unless @name is it. */
static ReactiveCharm *
load_with_file (const char *name, const char *text, gssize length_bytes, char **out_directory, GError **error)
{
  g_autofree char *directory = g_dir_make_tmp ("test-charm-XXXXXX", NULL);
  g_autofree char *metadata = g_build_filename (directory, "metadata.yaml", NULL);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  ReactiveCharm *charm;

  g_assert_true (g_file_set_contents (metadata, "name: app\n", -1, NULL));
  g_assert_true (g_file_set_contents (path, text, length_bytes, NULL));
  charm = reactive_charm_load (directory, error);

  g_unlink (path);
  g_unlink (metadata);
  g_rmdir (directory);
  *out_directory = g_steal_pointer (&directory);
  return charm;
}

static void
test_subordinate_with_resources (void)
{
  g_autofree char *directory = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveCharm) charm
      = load_with_file ("metadata.yaml", "name: app\nsubordinate: true\nresources: {site: {type: file}, other: }\n", -1,
                        &directory, &error);

  g_assert_no_error (error);
  g_assert_true (reactive_charm_is_subordinate (charm));
  assert_names (reactive_charm_get_resource_names (charm), "other site");
}

/* What Juju would refuse in a range is passed over, as other keys are that nothing here depends on. */
static void
test_storage_ranges (void)
{
  static const struct
  {
    const char *storage;
    guint minimum;
    guint maximum;
  } rows[] = {
    { "", 1, 1 },
    { "{type: filesystem}", 1, 1 },
    { "{multiple: }", 1, 1 },
    { "{multiple: {range: 3}}", 3, 3 },
    { "{multiple: {range: 0-}}", 0, 0 },
    { "{multiple: {range: 2+}}", 2, 0 },
    { "{multiple: {range: 1-10}}", 1, 10 },
    { "{multiple: {range: x}}", 1, 1 },
    { "{multiple: [1]}", 1, 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("name: app\nstorage:\n  data: %s\n", rows[i].storage);
      g_autofree char *directory = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveCharm) charm = load_with_file ("metadata.yaml", text, -1, &directory, &error);
      const ReactiveStorageInfo *storages;
      guint n_storages;

      g_assert_no_error (error);
      storages = reactive_charm_get_storages (charm, &n_storages);
      g_assert_cmpuint (n_storages, ==, 1);
      g_assert_cmpuint (storages[0].minimum, ==, rows[i].minimum);
      g_assert_cmpuint (storages[0].maximum, ==, rows[i].maximum);
    }
}

static void
test_huge_file (void)
{
  static const char *const names[] = { "metadata.yaml", "config.yaml", "actions.yaml", "layer.yaml" };
  g_autofree char *text = g_strnfill (REACTIVE_YAML_MAX_BYTES + 1, '#');

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *directory = NULL;
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_null (load_with_file (names[i], text, -1, &directory, &error));
      path = g_build_filename (directory, names[i], NULL);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_true (g_str_has_prefix (error->message, path));
    }
}

static void
test_largest_file (void)
{
  g_autofree char *text = g_strnfill (REACTIVE_YAML_MAX_BYTES, '#');
  g_autofree char *directory = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveCharm) charm = load_with_file ("layer.yaml", text, -1, &directory, &error);

  g_assert_no_error (error);
  assert_names (reactive_charm_get_includes (charm), "");
}

static void
test_deep_file (void)
{
  g_autoptr (GString) text = g_string_new ("options: ");
  g_autofree char *directory = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');

  g_assert_null (load_with_file ("config.yaml", text->str, -1, &directory, &error));
  expected = g_strdup_printf ("%s/config.yaml:1:73: nested deeper than 64 levels", directory);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_bytes_that_are_not_text (void)
{
  g_autofree char *directory = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (load_with_file ("metadata.yaml", "name: \xff", -1, &directory, &error));
  expected = g_strdup_printf ("%s/metadata.yaml:1:7: invalid UTF-8", directory);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_metadata_that_is_a_directory (void)
{
  g_autofree char *directory = g_dir_make_tmp ("test-charm-XXXXXX", NULL);
  g_autofree char *metadata = g_build_filename (directory, "metadata.yaml", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (metadata, 0755), ==, 0);
  g_assert_null (reactive_charm_load (directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, metadata));

  g_rmdir (metadata);
  g_rmdir (directory);
}

static void
test_no_such_directory (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_charm_load ("/nonexistent/charm", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==,
                   "'/nonexistent/charm' is no charm directory: it has neither metadata.yaml nor charmcraft.yaml");
}

static void
test_free_of_nothing (void)
{
  g_autoptr (ReactiveCharm) charm = NULL;

  reactive_charm_free (charm);
  g_assert_null (charm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/charm/metadata/declares-endpoints-in-order-of-their-names", test_endpoints);
  g_test_add_func ("/charm/metadata/declares-names-in-order", test_names);
  g_test_add_func ("/charm/metadata/needs-only-a-name", test_minimal);
  g_test_add_func ("/charm/metadata/may-have-empty-sections", test_empty_sections);
  g_test_add_func ("/charm/metadata/may-have-the-line-ends-of-windows", test_line_ends_of_windows);
  g_test_add_func ("/charm/metadata/declares-storages", test_storages);
  g_test_add_func ("/charm/metadata/declares-how-many-storages", test_storage_ranges);
  g_test_add_func ("/charm/metadata/may-be-of-a-subordinate", test_subordinate_with_resources);
  g_test_add_func ("/charm/actions/say-what-they-take", test_actions);
  g_test_add_func ("/charm/config/options-have-a-type-and-a-default", test_options);
  g_test_add_func ("/charm/actions/charms-of-juju-may-use-its-names", test_own_charms_of_juju);
  g_test_add_func ("/charm/charmcraft/stands-for-all-files", test_charmcraft);
  g_test_add_func ("/charm/charmcraft/is-passed-over-beside-metadata", test_charmcraft_beside_metadata);
  g_test_add_func ("/charm/charmcraft/gives-way-to-files", test_charmcraft_with_files);
  add_broken ();
  g_test_add_func ("/charm/broken/file-too-large", test_huge_file);
  g_test_add_func ("/charm/good/file-of-the-largest-size", test_largest_file);
  g_test_add_func ("/charm/broken/file-too-deep", test_deep_file);
  g_test_add_func ("/charm/broken/bytes-that-are-not-text", test_bytes_that_are_not_text);
  g_test_add_func ("/charm/broken/metadata-that-is-a-directory", test_metadata_that_is_a_directory);
  g_test_add_func ("/charm/broken/no-such-directory", test_no_such_directory);
  g_test_add_func ("/charm/free/takes-null", test_free_of_nothing);

  return g_test_run ();
}

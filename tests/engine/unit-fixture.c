/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#include "simulator/file-tree.h"
#include "unit/flag-store.h"

void
unit_fixture_set_up (UnitFixture *fixture, gconstpointer data)
{
  /* In memory where there is such a place: a commit need not wait for a disk. */
  fixture->directory = g_strdup ("/dev/shm/test-unit-XXXXXX");
  if (g_mkdtemp (fixture->directory) == NULL)
    {
      g_free (fixture->directory);
      fixture->directory = g_dir_make_tmp ("test-unit-XXXXXX", NULL);
    }
  g_assert_nonnull (fixture->directory);

  fixture->state_path = g_build_filename (fixture->directory, ".unit-state.db", NULL);
  fixture->root_directory = g_strdup ("/");
  fixture->model = fake_model_new ();
  fixture->modules = reactive_modules_new ();
  fixture->interfaces = g_ptr_array_new ();
  fixture->environment = g_ptr_array_new_with_free_func (g_free);
  fixture->notes = g_string_new (NULL);
  unit_fixture_put_file (fixture, "metadata.yaml", "name: app\nrequires: {db: {interface: mysql}}\n");
}

void
unit_fixture_tear_down (UnitFixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
  g_free (fixture->state_path);
  g_free (fixture->root_directory);
  fake_model_free (fixture->model);
  g_ptr_array_unref (fixture->modules);
  g_ptr_array_unref (fixture->interfaces);
  g_ptr_array_unref (fixture->environment);
  g_string_free (fixture->notes, TRUE);
  reactive_handlers_unref (fixture->handlers);
  reactive_store_image_free (fixture->image);
}

static void
add_module (GPtrArray *modules, const char *name, const ReactiveModule *descriptor)
{
  g_autofree char *path = g_strdup_printf ("%s.so", name);
  g_autoptr (GError) error = NULL;

  reactive_module_check (descriptor, path, &error);
  g_assert_no_error (error);
  reactive_modules_add (modules, name, path, descriptor);
}

void
unit_fixture_add_module (UnitFixture *fixture, const char *name, const ReactiveModule *module)
{
  add_module (fixture->modules, name, module);
}

void
unit_fixture_add_interface (UnitFixture *fixture, const ReactiveInterface *interface)
{
  g_ptr_array_add (fixture->interfaces, (gpointer) interface);
}

void
unit_fixture_clear_modules (UnitFixture *fixture)
{
  g_ptr_array_set_size (fixture->modules, 0);
}

void
unit_fixture_put_file (UnitFixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

void
unit_fixture_block_file (UnitFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, "inside", NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

void
unit_fixture_declare_port (UnitFixture *fixture)
{
  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int, default: 80}}\n");
  fake_model_set_json (&fixture->model->config, "{\"port\": 8080}");
}

char *
unit_fixture_get_file (UnitFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  char *contents = NULL;

  g_file_get_contents (path, &contents, NULL, NULL);

  return contents;
}

static ReactiveHook *
make_hook (UnitFixture *fixture, const char *hook, const ReactiveCharm *charm)
{
  gboolean is_action = g_str_has_prefix (hook, "action ");
  g_autofree char *path
      = g_strconcat (is_action ? "actions/" : "hooks/", is_action ? hook + strlen ("action ") : hook, NULL);
  const ReactiveHookNames names = { .endpoints = reactive_charm_get_endpoint_names (charm) };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = NULL;
  ReactiveHook *result;

  environment = g_environ_setenv (environment, "JUJU_DISPATCH_PATH", path, TRUE);
  environment = g_environ_setenv (environment, "JUJU_CHARM_DIR", fixture->directory, TRUE);
  environment = g_environ_setenv (environment, "JUJU_UNIT_NAME", fixture->model->unit_name, TRUE);
  for (guint i = 0; i < fixture->environment->len; i++)
    {
      g_auto (GStrv) pair = g_strsplit (g_ptr_array_index (fixture->environment, i), "=", 2);

      environment = g_environ_setenv (environment, pair[0], pair[1], TRUE);
    }

  result = reactive_hook_new_from_environment ((const char *const *) environment, &names, &error);
  g_assert_no_error (error);

  return result;
}

ReactiveHandlers *
unit_fixture_new_handlers (UnitFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ReactiveCharm *charm = reactive_charm_load (fixture->directory, &error);
  GPtrArray *modules = reactive_modules_new ();
  GPtrArray *interfaces;
  ReactiveHandlers *handlers;

  g_assert_no_error (error);
  for (guint i = 0; i < fixture->modules->len; i++)
    {
      const ReactiveLoadedModule *module = g_ptr_array_index (fixture->modules, i);

      add_module (modules, module->name, module->descriptor);
    }

  interfaces = reactive_interfaces_new ();
  for (guint i = 0; i < fixture->interfaces->len; i++)
    {
      reactive_interfaces_add (interfaces, g_ptr_array_index (fixture->interfaces, i), "interface", &error);
      g_assert_no_error (error);
    }
  handlers = reactive_handlers_new (charm, interfaces, modules, &error);
  g_assert_no_error (error);

  return handlers;
}

ReactiveStore *
unit_fixture_open_state (UnitFixture *fixture, ReactiveStoreMode mode, GError **error)
{
  return fixture->image != NULL ? reactive_store_open_image (fixture->image)
                                : reactive_store_open (fixture->state_path, mode, error);
}

ReactiveUnit *
unit_fixture_new_unit (UnitFixture *fixture, const char *hook)
{
  g_autoptr (ReactiveHandlers) handlers
      = fixture->handlers != NULL ? reactive_handlers_ref (fixture->handlers) : unit_fixture_new_handlers (fixture);
  g_autoptr (GError) error = NULL;
  ReactiveStore *store = unit_fixture_open_state (fixture, REACTIVE_STORE_READ_WRITE, &error);
  ReactiveUnit *unit;

  g_assert_no_error (error);
  unit = reactive_unit_new (handlers, make_hook (fixture, hook, reactive_handlers_get_charm (handlers)),
                            fake_juju_new (fixture->model), store, fixture->root_directory);
  reactive_unit_set_data (unit, "fixture", fixture, NULL);

  return unit;
}

gboolean
unit_fixture_run (UnitFixture *fixture, const char *hook, GError **error)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (fixture, hook);
  gboolean ok = reactive_unit_run (unit, error);

  g_assert_null (reactive_unit_get_running (unit));

  return ok;
}

void
unit_fixture_set_relation (UnitFixture *fixture, const char *id, const char *remote_unit)
{
  const char *slash = remote_unit != NULL ? strchr (remote_unit, '/') : NULL;

  g_ptr_array_set_size (fixture->environment, 0);
  g_ptr_array_add (fixture->environment, g_strconcat ("JUJU_RELATION_ID=", id, NULL));
  if (slash != NULL)
    g_ptr_array_add (fixture->environment, g_strconcat ("JUJU_REMOTE_UNIT=", remote_unit, NULL));
  if (remote_unit != NULL)
    g_ptr_array_add (fixture->environment,
                     g_strdup_printf ("JUJU_REMOTE_APP=%.*s",
                                      slash != NULL ? (int) (slash - remote_unit) : (int) strlen (remote_unit),
                                      remote_unit));
}

void
unit_fixture_run_relation_hook (UnitFixture *fixture, const char *hook, const char *id, const char *remote_unit)
{
  unit_fixture_set_relation (fixture, id, remote_unit);
  unit_fixture_run_well (fixture, hook);
  g_ptr_array_set_size (fixture->environment, 0);
}

void
unit_fixture_run_well (UnitFixture *fixture, const char *hook)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = unit_fixture_run (fixture, hook, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
unit_fixture_run_badly (UnitFixture *fixture, const char *hook, ReactiveError code, const char *pattern)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (unit_fixture_run (fixture, hook, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("'%s' does not match '%s'", error->message, pattern);
}

static gboolean
run_body (ReactiveUnit *unit, GError **error)
{
  return unit_fixture_of (unit)->body (unit, error);
}

static const ReactiveHandler body_handlers[] = {
  { .name = "body",
    .function = run_body,
    .conditions
    = CONDITIONS (ON ("{install,start,config-changed,update-status}", "db-relation-{changed,departed,broken}")) },
  ACTION ("act", run_body),
};

static const ReactiveModule body_module = TEST_MODULE (HANDLERS (body_handlers));

static void
use_body (UnitFixture *fixture, ReactiveHandlerFunc body)
{
  unit_fixture_clear_modules (fixture);
  unit_fixture_add_module (fixture, "app", &body_module);
  fixture->body = body;
}

void
unit_fixture_run_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body)
{
  use_body (fixture, body);
  unit_fixture_run_well (fixture, hook);
}

void
unit_fixture_run_body_badly (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, ReactiveError code,
                             const char *pattern)
{
  use_body (fixture, body);
  unit_fixture_run_badly (fixture, hook, code, pattern);
}

void
unit_fixture_fail_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, const char *pattern)
{
  unit_fixture_run_body_badly (fixture, hook, body, REACTIVE_ERROR_HANDLER, pattern);
}

void
unit_fixture_misuse_body (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body, const char *pattern)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);

  unit_fixture_fail_body (fixture, hook, body, pattern);
  g_log_set_always_fatal (fatal);
}

UnitFixture *
unit_fixture_of (ReactiveUnit *unit)
{
  return reactive_unit_get_data (unit, "fixture");
}

void
note (ReactiveUnit *unit, const char *text)
{
  GString *notes = unit_fixture_of (unit)->notes;

  g_string_append_printf (notes, "%s%s", notes->len > 0 ? " " : "", text);
}

void
unit_fixture_assert_notes (UnitFixture *fixture, const char *expected)
{
  g_assert_cmpstr (fixture->notes->str, ==, expected);
  g_string_truncate (fixture->notes, 0);
}

void
unit_fixture_assert_journal (UnitFixture *fixture, const char *call, const char *expected)
{
  g_autofree char *journal = fake_model_take_journal (fixture->model, call);

  g_assert_cmpstr (journal, ==, expected);
}

static ReactiveStore *
open_store (UnitFixture *fixture, ReactiveStoreMode mode)
{
  g_autoptr (GError) error = NULL;
  ReactiveStore *store = unit_fixture_open_state (fixture, mode, &error);

  g_assert_no_error (error);

  return store;
}

char *
unit_fixture_get_row (UnitFixture *fixture, const char *key)
{
  g_autoptr (ReactiveStore) store = open_store (fixture, REACTIVE_STORE_READ_ONLY);

  return g_strdup (reactive_store_get (store, key));
}

void
unit_fixture_assert_row (UnitFixture *fixture, const char *key, const char *expected)
{
  g_autofree char *row = unit_fixture_get_row (fixture, key);

  g_assert_cmpstr (row, ==, expected);
}

void
unit_fixture_set_row (UnitFixture *fixture, const char *key, const char *json_text)
{
  g_autoptr (ReactiveStore) store = open_store (fixture, REACTIVE_STORE_READ_WRITE);

  reactive_store_set (store, key, json_text);
  g_assert_true (reactive_store_commit (store, NULL, NULL));
}

void
unit_fixture_assert_flags (UnitFixture *fixture, const char *expected)
{
  g_autoptr (ReactiveStore) store = open_store (fixture, REACTIVE_STORE_READ_ONLY);
  g_auto (GStrv) flags = reactive_flag_store_list (store);
  g_autofree char *joined = g_strjoinv (" ", flags);

  g_assert_cmpstr (joined, ==, expected);
}

static void
take_trace_row (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  UnitTrace *trace = user_data;
  guint n_rows = trace->n_rows + 1;

  unit_trace_clear (trace);
  *trace = (UnitTrace){ n_rows, g_strdup (row->hook), g_strdup (row->outcome), g_strdup (row->error),
                        g_strdup (row->events) };
}

UnitTrace
unit_fixture_get_trace (UnitFixture *fixture)
{
  g_autoptr (ReactiveStore) store = open_store (fixture, REACTIVE_STORE_READ_ONLY);
  UnitTrace trace = { 0 };

  g_assert_true (reactive_store_foreach_trace (store, take_trace_row, &trace, NULL));

  return trace;
}

void
unit_trace_clear (UnitTrace *trace)
{
  g_clear_pointer (&trace->hook, g_free);
  g_clear_pointer (&trace->outcome, g_free);
  g_clear_pointer (&trace->error, g_free);
  g_clear_pointer (&trace->events, g_free);
}

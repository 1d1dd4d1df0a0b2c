/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "charm/modules.h"
#include "simulator/file-tree.h"
#include "test-module.h"

/* A directory of modules for one test, with links to those that fixtures/modules builds. */
typedef struct
{
  char *path;
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->path = g_dir_make_tmp ("test-modules-XXXXXX", NULL);
  g_assert_nonnull (fixture->path);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->path));
  g_free (fixture->path);
}

/* Links the module that was built as @built to NAME.so in the test's directory. */
static void
add_module (const Fixture *fixture, const char *built, const char *name)
{
  g_autofree char *built_name = g_strconcat (built, ".so", NULL);
  g_autofree char *target
      = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "fixtures", "modules", built_name, NULL);
  g_autofree char *link = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_test (target, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpint (symlink (target, link), ==, 0);
}

static void
add_file (const Fixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

static GPtrArray *
load (const Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *modules = reactive_modules_load (fixture->path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (modules);
  return modules;
}

static void
assert_load_fails (const Fixture *fixture, const char *name, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = g_strdup_printf ("%s/%s: %s", fixture->path, name, message);

  g_assert_null (reactive_modules_load (fixture->path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
assert_condition (const ReactiveModule *module, const ReactiveHandler *handler, guint index, ReactiveConditionKind kind,
                  const char *expected_names)
{
  const ReactiveCondition *condition = reactive_condition_get (handler->conditions, module->condition_size, index);
  g_autofree char *names = NULL;

  g_assert_nonnull (condition);
  g_assert_cmpint (condition->kind, ==, kind);
  if (expected_names == NULL)
    {
      g_assert_null (condition->names);
      return;
    }

  names = g_strjoinv (" ", (char **) condition->names);
  g_assert_cmpstr (names, ==, expected_names);
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) modules = NULL;
  g_autofree char *path = g_build_filename (fixture->path, "app.so", NULL);
  const ReactiveLoadedModule *module;
  ReactiveHandler handler;
  ReactiveTrigger trigger;

  add_module (fixture, "good", "app.so");
  modules = load (fixture);
  g_assert_cmpuint (modules->len, ==, 1);
  module = g_ptr_array_index (modules, 0);
  g_assert_cmpstr (module->name, ==, "app");
  g_assert_cmpstr (module->path, ==, path);
  g_assert_cmpuint (module->descriptor->n_handlers, ==, 3);
  g_assert_nonnull (module->descriptor->start);
  g_assert_nonnull (module->descriptor->finish);

  handler = reactive_module_get_handler (module->descriptor, 1);
  g_assert_cmpstr (handler.name, ==, "report");
  g_assert_cmpstr (handler.python_id, ==, "reactive/app.py:12:report");
  assert_condition (module->descriptor, &handler, 0, REACTIVE_CONDITION_ALL, "app.installed config.set.port");
  assert_condition (module->descriptor, &handler, 1, REACTIVE_CONDITION_NONE, "app.stopped");
  assert_condition (module->descriptor, &handler, 2, REACTIVE_CONDITION_FILE, "/etc/app.conf");
  g_assert_null (reactive_condition_get (handler.conditions, module->descriptor->condition_size, 3));

  handler = reactive_module_get_handler (module->descriptor, 2);
  g_assert_cmpstr (handler.name, ==, "backup");
  assert_condition (module->descriptor, &handler, 0, REACTIVE_CONDITION_ACTION, "backup");

  g_assert_cmpuint (module->descriptor->n_triggers, ==, 2);
  trigger = reactive_module_get_trigger (module->descriptor, 1);
  g_assert_null (trigger.when);
  g_assert_cmpstr (trigger.when_not, ==, "app.installed");
  g_assert_cmpstr (trigger.set, ==, "app.missing");
  g_assert_cmpstr (trigger.clear, ==, "app.reported");
}

static void
test_later_header (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) modules = NULL;
  const ReactiveModule *descriptor;
  ReactiveHandler handler;
  ReactiveTrigger trigger;

  add_module (fixture, "larger-size", "later.so");
  modules = load (fixture);
  descriptor = ((const ReactiveLoadedModule *) g_ptr_array_index (modules, 0))->descriptor;
  g_assert_cmpuint (descriptor->size, >, sizeof (ReactiveModule));
  g_assert_cmpuint (descriptor->handler_size, >, sizeof (ReactiveHandler));

  handler = reactive_module_get_handler (descriptor, 0);
  g_assert_cmpstr (handler.name, ==, "first");
  g_assert_null (handler.python_id);
  assert_condition (descriptor, &handler, 0, REACTIVE_CONDITION_ALL, "one two");
  assert_condition (descriptor, &handler, 1, REACTIVE_CONDITION_ONCE, NULL);
  assert_condition (descriptor, &handler, 2, REACTIVE_CONDITION_NONE, "three");
  g_assert_null (reactive_condition_get (handler.conditions, descriptor->condition_size, 3));

  handler = reactive_module_get_handler (descriptor, 1);
  g_assert_cmpstr (handler.name, ==, "second");
  g_assert_cmpstr (handler.python_id, ==, "a:1:b");
  assert_condition (descriptor, &handler, 0, REACTIVE_CONDITION_HOOK, "start");
  g_assert_null (reactive_condition_get (handler.conditions, descriptor->condition_size, 1));

  trigger = reactive_module_get_trigger (descriptor, 1);
  g_assert_cmpstr (trigger.when_not, ==, "one");
  g_assert_cmpstr (trigger.clear, ==, "four");
}

static void
test_sorted (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[] = { "Zebra", "app-2", "app", "app_1", "b" };
  g_autoptr (GPtrArray) modules = NULL;

  add_module (fixture, "good", "b.so");
  add_module (fixture, "larger-size", "app_1.so");
  add_module (fixture, "good", "app.so");
  add_module (fixture, "good", "Zebra.so");
  add_module (fixture, "good", "app-2.so");
  modules = load (fixture);

  g_assert_cmpuint (modules->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < modules->len; i++)
    g_assert_cmpstr (((const ReactiveLoadedModule *) g_ptr_array_index (modules, i))->name, ==, expected[i]);
}

static void
test_other_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) modules = NULL;
  g_autofree char *directory = g_build_filename (fixture->path, "directory.so", NULL);
  g_autofree char *fifo = g_build_filename (fixture->path, "fifo.so", NULL);

  add_file (fixture, "app.c", "int x;");
  add_file (fixture, "app.so.6", "not looked at");
  add_file (fixture, ".hidden.so", "not looked at");
  add_file (fixture, ".so", "not looked at");
  add_file (fixture, "handlers.py", "import os");
  g_assert_cmpint (g_mkdir (directory, 0755), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  modules = load (fixture);

  g_assert_cmpuint (modules->len, ==, 0);
}

static void
test_no_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "reactive", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) modules = reactive_modules_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (modules->len, ==, 0);
}

static void
test_directory_is_a_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "reactive", NULL);
  g_autoptr (GError) error = NULL;

  add_file (fixture, "reactive", "");
  g_assert_null (reactive_modules_load (path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  g_assert_nonnull (strstr (error->message, path));
}

static void
test_relative_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *here = g_get_current_dir ();
  g_autoptr (GPtrArray) modules = NULL;
  g_autoptr (GError) error = NULL;
  const ReactiveLoadedModule *module;

  add_module (fixture, "good", "app.so");
  g_assert_cmpint (g_chdir (fixture->path), ==, 0);
  modules = reactive_modules_load (".", &error);
  g_assert_cmpint (g_chdir (here), ==, 0);

  g_assert_no_error (error);
  module = g_ptr_array_index (modules, 0);
  g_assert_cmpstr (module->path, ==, "./app.so");
}

/* Broken modules, each beside a good one that does not help. */
static const struct
{
  const char *built;
  const char *message;
} broken[] = {
  { "no-symbol", "no symbol 'reactive_module': not a handler module, or one without REACTIVE_MODULE ()" },
  { "wrong-abi", "built for module ABI 7, while this libreactive has 1: rebuild the charm" },
  { "short-size", "descriptor size 32 is short (expected at least 64)" },
  { "missing-library", "libnot-there.so.9: cannot open shared object file: No such file or directory" },
  { "missing-function", "undefined symbol: reactive_fixture_undefined" },
  { "no-name", "handler 2: no name" },
  { "no-function", "handler 'nothing': no function" },
  { "duplicate-name",
    "handler 'succeed': a second handler of this name (write one entry out, with a .name of its own)" },
  { "bad-trigger", "trigger 1: neither set nor clear (expected at least one)" },
};

static void
test_broken (Fixture *fixture, gconstpointer data)
{
  gsize index = GPOINTER_TO_SIZE (data);

  add_module (fixture, "good", "a.so");
  add_module (fixture, broken[index].built, "broken.so");
  assert_load_fails (fixture, "broken.so", broken[index].message);
}

static void
test_not_a_library (Fixture *fixture, gconstpointer data)
{
  add_file (fixture, "text.so", "This is not a library, long enough though it is to be one, as headers go.\n");
  assert_load_fails (fixture, "text.so", "invalid ELF header");
}

static void
test_empty_file (Fixture *fixture, gconstpointer data)
{
  add_file (fixture, "empty.so", "");
  assert_load_fails (fixture, "empty.so", "file too short");
}

static void
test_dangling_link (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->path, "gone.so", NULL);

  g_assert_cmpint (symlink ("/nonexistent/gone.so", link), ==, 0);
  assert_load_fails (fixture, "gone.so", "cannot open shared object file: No such file or directory");
}

static void
test_bad_module_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a:b.so", "a b.so", "a\nb.so", "a\xff.so" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->path, names[i], NULL);

      add_module (fixture, "good", names[i]);
      assert_load_fails (fixture, names[i], "a module's name is without spaces, control characters and ':'");
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

/* Two modules define the same global symbol: each must see its own. */
static void
test_symbols_stay_local (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) modules = NULL;
  const ReactiveLoadedModule *first, *second;

  add_module (fixture, "good", "a.so");
  add_module (fixture, "larger-size", "b.so");
  modules = load (fixture);
  first = g_ptr_array_index (modules, 0);
  second = g_ptr_array_index (modules, 1);

  g_assert_true (first->descriptor != second->descriptor);
  g_assert_cmpuint (first->descriptor->n_handlers, ==, 3);
  g_assert_cmpuint (second->descriptor->n_handlers, ==, 2);
}

static gboolean
succeed (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

/* One handler with the conditions given. */
static gboolean
check_conditions (const ReactiveCondition *conditions, GError **error)
{
  const ReactiveHandler handlers[] = { { .name = "x", .function = succeed, .conditions = conditions } };
  const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));

  return reactive_module_check (&module, "M", error);
}

static void
test_conditions (void)
{
  const struct
  {
    ReactiveCondition condition;
    const char *message; /* NULL if nothing is wrong */
  } table[] = {
    { WHEN ("flag"), NULL },
    { WHEN_ANY ("endpoint.db.joined", "ünïcode"), NULL },
    { WHEN_NOT ("with space"), NULL },
    { { REACTIVE_CONDITION_ALL, (const char *const[]){ NULL } }, NULL },
    { ONCE, NULL },
    { { REACTIVE_CONDITION_ONCE, REACTIVE_NAMES ("ignored") }, NULL },
    { { REACTIVE_CONDITION_ALL, NULL }, "no list of names" },
    { { REACTIVE_CONDITION_NOT_ALL, NULL }, "no list of names" },
    { { REACTIVE_CONDITION_HOOK, NULL }, "no list of names" },
    { { REACTIVE_CONDITION_RESTRICTED, NULL }, "no list of names" },
    { { REACTIVE_CONDITION_ACTION, NULL }, "no list of names" },
    { { REACTIVE_CONDITION_FILE, NULL }, "no list of names" },
    { { (ReactiveConditionKind) 77, REACTIVE_NAMES ("flag") }, "unknown kind 77" },
    { { (ReactiveConditionKind) -1, NULL }, "unknown kind -1" },
    { WHEN ("flag", ""), "name 2 is empty" },
    { WHEN ("a\nb"), "name 1 contains a control character" },
    { WHEN ("tab\t"), "name 1 contains a control character" },
    { ON ("\xff"), "name 1 is not valid UTF-8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const ReactiveCondition conditions[] = {
        WHEN ("good"),
        table[i].condition,
        { (ReactiveConditionKind) 0, NULL },
      };
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("M: handler 'x': condition 2: %s", table[i].message);

      if (table[i].message == NULL)
        {
          g_assert_true (check_conditions (conditions, &error));
          g_assert_no_error (error);
          continue;
        }
      g_assert_false (check_conditions (conditions, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
      g_assert_cmpstr (error->message, ==, expected);
    }
}

static void
test_no_conditions (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (check_conditions (NULL, &error));
  g_assert_no_error (error);
}

static void
test_endless_conditions (void)
{
  g_autofree ReactiveCondition *conditions = g_new0 (ReactiveCondition, 1002);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    conditions[i].kind = REACTIVE_CONDITION_ONCE;
  g_assert_true (check_conditions (conditions, &error));
  g_assert_no_error (error);

  conditions[1000].kind = REACTIVE_CONDITION_ONCE;
  g_assert_false (check_conditions (conditions, &error));
  g_assert_cmpstr (error->message, ==, "M: handler 'x': more than 1000 conditions, or no end after them");
}

static void
test_handler_names (void)
{
  static const char *const names[] = { "a:b", "a b", "a\n", "\xff", "a\xc2\xa0z", "\x7f" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const ReactiveHandler handlers[] = { { .name = names[i], .function = succeed } };
      const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));
      g_autoptr (GError) error = NULL;

      g_assert_false (reactive_module_check (&module, "M", &error));
      g_assert_cmpstr (error->message, ==,
                       "M: handler 1: its name has a space, a control character, ':' or invalid UTF-8");
    }
}

static void
test_triggers (void)
{
  static const struct
  {
    ReactiveTrigger trigger;
    const char *message;
  } table[] = {
    { { .when = "a", .set = "b" }, NULL },
    { { .when_not = "a", .set = "b", .clear = "c" }, NULL },
    { { .set = "b" }, "neither of when and when_not (expected one)" },
    { { .when = "a", .when_not = "b", .clear = "c" }, "both of when and when_not (expected one)" },
    { { .when_not = "a" }, "neither set nor clear (expected at least one)" },
    { { .when = "", .set = "b" }, "when is empty" },
    { { .when_not = "a\n", .set = "b" }, "when_not contains a control character" },
    { { .when = "a", .set = "\xff" }, "set is not valid UTF-8" },
    { { .when = "a", .set = "b", .clear = "" }, "clear is empty" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const ReactiveTrigger triggers[] = { { .when = "good", .set = "better" }, table[i].trigger };
      const ReactiveModule module = TEST_MODULE (TRIGGERS (triggers));
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("M: trigger 2: %s", table[i].message);
      gboolean is_good = reactive_module_check (&module, "M", &error);

      g_assert_cmpint (is_good, ==, table[i].message == NULL);
      if (!is_good)
        g_assert_cmpstr (error->message, ==, expected);
    }
}

static void
test_layout (void)
{
  static const ReactiveHandler handlers[] = { { .name = "x", .function = succeed } };
  static const ReactiveModule good = TEST_MODULE (HANDLERS (handlers));
  static const struct
  {
    gsize offset;
    guint32 value;
    const char *message;
  } table[] = {
    { G_STRUCT_OFFSET (ReactiveModule, abi), 1, NULL },
    { G_STRUCT_OFFSET (ReactiveModule, abi), 0,
      "built for module ABI 0, while this libreactive has 1: rebuild the charm" },
    { G_STRUCT_OFFSET (ReactiveModule, size), 0, "descriptor size 0 is short (expected at least 64)" },
    { G_STRUCT_OFFSET (ReactiveModule, size), 63, "descriptor size 63 is short (expected at least 64)" },
    { G_STRUCT_OFFSET (ReactiveModule, size), G_MAXUINT32, NULL },
    { G_STRUCT_OFFSET (ReactiveModule, handler_size), 16, "handler size 16 is short (expected at least 24)" },
    { G_STRUCT_OFFSET (ReactiveModule, handler_size), 24, NULL },
    { G_STRUCT_OFFSET (ReactiveModule, handler_size), 33, "handler size 33 cannot be right" },
    { G_STRUCT_OFFSET (ReactiveModule, handler_size), G_MAXUINT32 - 7, "handler size 4294967288 cannot be right" },
    { G_STRUCT_OFFSET (ReactiveModule, condition_size), 8, "condition size 8 is short (expected at least 16)" },
    { G_STRUCT_OFFSET (ReactiveModule, condition_size), 4104, "condition size 4104 cannot be right" },
    { G_STRUCT_OFFSET (ReactiveModule, trigger_size), 24, "trigger size 24 is short (expected at least 32)" },
    { G_STRUCT_OFFSET (ReactiveModule, n_handlers), 0, NULL },
    { G_STRUCT_OFFSET (ReactiveModule, n_handlers), G_MAXUINT32, "4294967295 handlers (expected at most 1000000)" },
    { G_STRUCT_OFFSET (ReactiveModule, n_triggers), 2, "2 triggers, but no table of them" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("M: %s", table[i].message);
      ReactiveModule module = good;
      gboolean is_good;

      G_STRUCT_MEMBER (guint32, &module, table[i].offset) = table[i].value;
      is_good = reactive_module_check (&module, "M", &error);

      g_assert_cmpint (is_good, ==, table[i].message == NULL);
      if (is_good)
        continue;
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
      g_assert_cmpstr (error->message, ==, expected);
    }
}

/* An entry that ends before python_id is of an older header; what follows it is the next entry's name. */
static void
test_older_header (void)
{
  typedef struct
  {
    const char *name;
    ReactiveHandlerFunc function;
    const ReactiveCondition *conditions;
  } OlderHandler;
  static const OlderHandler handlers[] = { { "first", succeed, NULL }, { "second", succeed, NULL } };
  const ReactiveModule module = {
    .abi = REACTIVE_MODULE_ABI,
    .size = sizeof (ReactiveModule),
    .handler_size = sizeof (OlderHandler),
    .condition_size = sizeof (ReactiveCondition),
    .trigger_size = sizeof (ReactiveTrigger),
    .handlers = (gconstpointer) handlers,
    .n_handlers = G_N_ELEMENTS (handlers),
  };
  g_autoptr (GError) error = NULL;
  ReactiveHandler handler;

  g_assert_true (reactive_module_check (&module, "M", &error));
  g_assert_no_error (error);

  handler = reactive_module_get_handler (&module, 0);
  g_assert_cmpstr (handler.name, ==, "first");
  g_assert_null (handler.python_id);
  handler = reactive_module_get_handler (&module, 1);
  g_assert_cmpstr (handler.name, ==, "second");
  g_assert_true (handler.function == succeed);
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, data, fixture_set_up, test, fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/modules/load/good-module-is-read-and-never-called", NULL, test_good);
  add ("/modules/load/module-of-a-later-header-is-walked-by-its-own-sizes", NULL, test_later_header);
  add ("/modules/load/order-is-that-of-bytes", NULL, test_sorted);
  add ("/modules/load/passes-over-other-files", NULL, test_other_files);
  add ("/modules/load/no-directory-is-no-modules", NULL, test_no_directory);
  add ("/modules/load/directory-may-not-be-a-file", NULL, test_directory_is_a_file);
  add ("/modules/load/directory-may-be-relative", NULL, test_relative_directory);
  add ("/modules/load/symbols-stay-local", NULL, test_symbols_stay_local);
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *path = g_strconcat ("/modules/load/names-what-is-wrong/", broken[i].built, NULL);

      add (path, GSIZE_TO_POINTER (i), test_broken);
    }
  add ("/modules/load/names-what-is-wrong/not-a-library", NULL, test_not_a_library);
  add ("/modules/load/names-what-is-wrong/empty-file", NULL, test_empty_file);
  add ("/modules/load/names-what-is-wrong/dangling-link", NULL, test_dangling_link);
  add ("/modules/load/names-what-is-wrong/module-name", NULL, test_bad_module_names);
  g_test_add_func ("/modules/check/layout", test_layout);
  g_test_add_func ("/modules/check/handlers-of-an-older-header", test_older_header);
  g_test_add_func ("/modules/check/handler-names", test_handler_names);
  g_test_add_func ("/modules/check/conditions", test_conditions);
  g_test_add_func ("/modules/check/no-conditions", test_no_conditions);
  g_test_add_func ("/modules/check/conditions-without-end", test_endless_conditions);
  g_test_add_func ("/modules/check/triggers", test_triggers);

  return g_test_run ();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch.h"
#include "core/program-private.h"

#include <string.h>

static void
add_handler (ReactiveProgramBuilder *builder, const char *id, const ReactiveCondition *conditions)
{
  reactive_program_builder_add_handler (builder, id, NULL);
  for (; conditions->kind != 0; conditions++)
    reactive_program_builder_add_condition (builder, conditions->kind, conditions->names);
}

static ReactiveProgram *
compile (ReactiveProgramBuilder *builder)
{
  g_autoptr (GError) error = NULL;
  ReactiveProgram *program = reactive_program_builder_compile (builder, &error);

  g_assert_no_error (error);
  g_assert_nonnull (program);

  return program;
}

static void
test_empty_program_compiles (void)
{
  g_autoptr (ReactiveProgram) program = compile (reactive_program_builder_new ());

  g_assert_cmpuint (reactive_program_get_n_handlers (program), ==, 0);
  g_assert_cmpuint (reactive_program_get_n_flags (program), ==, 0);
  g_assert_cmpstr (reactive_program_resolve (program, "x"), ==, "x");
}

static void
test_handlers_keep_number_id_and_data (void)
{
  static const char data[] = "data";
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;
  ReactiveProgram *second;

  g_assert_cmpuint (reactive_program_builder_add_handler (builder, "module:b", NULL), ==, 0);
  g_assert_cmpuint (reactive_program_builder_add_handler (builder, "module:a", data), ==, 1);
  g_assert_cmpuint (reactive_program_builder_add_handler (builder, "", NULL), ==, 2);
  program = compile (builder);

  g_assert_cmpuint (reactive_program_get_n_handlers (program), ==, 3);
  g_assert_cmpstr (reactive_program_get_handler_id (program, 0), ==, "module:b");
  g_assert_cmpstr (reactive_program_get_handler_id (program, 1), ==, "module:a");
  g_assert_cmpstr (reactive_program_get_handler_id (program, 2), ==, "");
  g_assert_null (reactive_program_get_handler_data (program, 0));
  g_assert_true (reactive_program_get_handler_data (program, 1) == data);

  second = reactive_program_ref (program);
  reactive_program_unref (second);
  reactive_program_unref (NULL);
  g_assert_cmpuint (reactive_program_get_n_handlers (program), ==, 3);
}

static void
test_two_handlers_of_one_id_are_refused (void)
{
  static const char *const ids[] = { "a", "b", "c", "b", "b", "a", "b\n3", "d" };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_assert_cmpuint (reactive_program_builder_add_handler (builder, ids[i], NULL), ==, i);
      reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_HOOK, REACTIVE_NAMES ("install"));
      reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("x"));
    }

  g_assert_null (reactive_program_builder_compile (builder, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "two handlers are named 'b'");
}

static void
test_hook_pattern_that_stands_for_too_much_is_refused (void)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    g_string_append (pattern, "{a,b}");
  add_handler (builder, "a", CONDITIONS (ON (pattern->str, pattern->str), ON (pattern->str)));

  g_assert_null (reactive_program_builder_compile (builder, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "hook pattern '{a,b}{a,b}"));
}

/* The first thing that is wrong is what is told. */
static void
test_first_error_is_kept (void)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    g_string_append (pattern, "{a,b}");
  add_handler (builder, "a", CONDITIONS (WHEN ("x")));
  add_handler (builder, "a", CONDITIONS (ON (pattern->str)));

  g_assert_null (reactive_program_builder_compile (builder, &error));
  g_assert_cmpstr (error->message, ==, "two handlers are named 'a'");
}

static void
test_builder_may_be_dropped_without_compiling (void)
{
  g_autoptr (ReactiveProgramBuilder) builder = reactive_program_builder_new ();

  add_handler (
      builder, "a",
      CONDITIONS (ON ("install"), ON ("{install,start}"), WHEN ("x"), ONCE, WHEN_FILE_CHANGED ("/etc/a", "/etc/b")));
  add_handler (builder, "a", CONDITIONS (ON ("install")));
  reactive_program_builder_add_alias (builder, "y", "x");
  reactive_program_builder_add_trigger (builder, &(ReactiveTrigger){ .when = "x", .set = "y" });
  reactive_program_builder_free (NULL);
  g_assert_nonnull (builder);
}

static void
test_files_of_all_conditions_are_listed (void)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;
  const char *const *files;

  add_handler (builder, "none", CONDITIONS (WHEN ("x")));
  add_handler (builder, "two", CONDITIONS (WHEN_FILE_CHANGED ("/a", "/b"), WHEN ("x"), WHEN_FILE_CHANGED ("/c")));
  add_handler (builder, "once", CONDITIONS (ONCE));
  add_handler (builder, "one", CONDITIONS (WHEN_FILE_CHANGED ("/a")));
  add_handler (builder, "empty", CONDITIONS ({ REACTIVE_CONDITION_FILE, (const char *const[]){ NULL } }));
  program = compile (builder);

  g_assert_null (reactive_program_get_files (program, 0));
  g_assert_null (reactive_program_get_files (program, 2));
  files = reactive_program_get_files (program, 1);
  g_assert_true (g_strv_equal (files, REACTIVE_NAMES ("/a", "/b", "/c")));
  g_assert_true (g_strv_equal (reactive_program_get_files (program, 3), REACTIVE_NAMES ("/a")));
  g_assert_null (reactive_program_get_files (program, 4)[0]);
  g_assert_false (reactive_program_has_once (program, 0));
  g_assert_true (reactive_program_has_once (program, 2));
}

static void
test_a_flag_is_counted_once (void)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;

  reactive_program_builder_add_alias (builder, "other-x", "x");
  add_handler (builder, "a", CONDITIONS (WHEN ("x", "y", "x"), WHEN_NOT ("y"), WHEN_ANY ("other-x", "x")));
  reactive_program_builder_add_trigger (builder, &(ReactiveTrigger){ .when_not = "other-x", .set = "z", .clear = "y" });
  program = compile (builder);

  g_assert_cmpuint (reactive_program_get_n_flags (program), ==, 3);
  g_assert_cmpuint (program->n_groups, ==, 0); /* any of x and x is all of x */
  g_assert_cmpuint (program->literal_begin[1], ==, 4);
}

/* One that nobody waits for can be changed by its number, too. */
static void
test_flags_are_added (void)
{
  static const ReactiveDispatchHost host = { 0 };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;
  g_autoptr (ReactiveDispatch) dispatch = NULL;
  guint32 flag, waited_for;

  add_handler (builder, "a", CONDITIONS (WHEN ("x")));
  waited_for = reactive_program_builder_add_flag (builder, "x");
  flag = reactive_program_builder_add_flag (builder, "y");
  g_assert_cmpuint (reactive_program_builder_add_flag (builder, "y"), ==, flag);
  program = compile (builder);
  g_assert_cmpuint (reactive_program_get_n_flags (program), ==, 2);

  dispatch = reactive_dispatch_new (program, &host, NULL);
  g_assert_cmpuint (reactive_dispatch_get_flag (dispatch, "x"), ==, waited_for);
  g_assert_cmpuint (reactive_dispatch_get_flag (dispatch, "y"), ==, flag);
  g_assert_true (reactive_dispatch_set_flag (dispatch, flag, NULL));
  g_assert_true (reactive_dispatch_is_set (dispatch, "y"));
}

static void
test_aliases_resolve_to_the_flag (void)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;

  reactive_program_builder_add_alias (builder, "website.available", "endpoint.website.available");
  reactive_program_builder_add_alias (builder, "twice", "first");
  reactive_program_builder_add_alias (builder, "twice", "second");
  program = compile (builder);

  g_assert_cmpstr (reactive_program_resolve (program, "website.available"), ==, "endpoint.website.available");
  g_assert_cmpstr (reactive_program_resolve (program, "endpoint.website.available"), ==, "endpoint.website.available");
  g_assert_cmpstr (reactive_program_resolve (program, "twice"), ==, "second");
  g_assert_cmpstr (reactive_program_resolve (program, "other"), ==, "other");
}

/* Under valgrind and the sanitizers everything takes many times longer. */
static gboolean
is_slow_run (void)
{
#if defined(__SANITIZE_ADDRESS__)
  return TRUE;
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
  return TRUE;
#  endif
#endif

  return g_getenv ("REACTIVE_TEST_VALGRIND") != NULL;
}

/* Time that grows with the square of the size would be minutes. */
static void
test_big_programs_compile_in_time (void)
{
  const guint n_names = is_slow_run () ? 5000 : 100000;
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < n_names; i++)
    g_ptr_array_add (names, g_strdup_printf ("name-%u", i));
  g_ptr_array_add (names, NULL);

  for (guint i = 0; i < n_names; i++)
    {
      const char *const name[] = { g_ptr_array_index (names, i), NULL };

      reactive_program_builder_add_handler (builder, name[0], NULL);
      reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_HOOK, name);
      reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_HOOK, name);
    }
  reactive_program_builder_add_handler (builder, "last", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ANY, (const char *const *) names->pdata);
  program = compile (builder);

  g_assert_cmpuint (reactive_program_get_n_flags (program), ==, n_names);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 20 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program/empty-program-compiles", test_empty_program_compiles);
  g_test_add_func ("/program/handlers-keep-number-id-and-data", test_handlers_keep_number_id_and_data);
  g_test_add_func ("/program/two-handlers-of-one-id-are-refused", test_two_handlers_of_one_id_are_refused);
  g_test_add_func ("/program/hook-pattern-that-stands-for-too-much-is-refused",
                   test_hook_pattern_that_stands_for_too_much_is_refused);
  g_test_add_func ("/program/first-error-is-kept", test_first_error_is_kept);
  g_test_add_func ("/program/builder-may-be-dropped-without-compiling", test_builder_may_be_dropped_without_compiling);
  g_test_add_func ("/program/files-of-all-conditions-are-listed", test_files_of_all_conditions_are_listed);
  g_test_add_func ("/program/a-flag-is-counted-once", test_a_flag_is_counted_once);
  g_test_add_func ("/program/flags-that-nobody-waits-for", test_flags_are_added);
  g_test_add_func ("/program/aliases-resolve-to-the-flag", test_aliases_resolve_to_the_flag);
  g_test_add_func ("/program/big-programs-compile-in-time", test_big_programs_compile_in_time);

  return g_test_run ();
}

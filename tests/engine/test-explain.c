/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/explain.h"
#include "unit-fixture.h"

static gboolean
run (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

/* Each is asked about while "up" and "high" are set. */
static const struct
{
  const char *path;
  ReactiveHandler handler;
  const char *expected;
} cases[] = {
  { "all", { .conditions = CONDITIONS (WHEN ("up", "low", "deep")) }, "; it waits for 'low', 'deep'" },
  { "all-hold", { .conditions = CONDITIONS (WHEN ("up"), WHEN_NOT ("low")) }, "" },
  { "none", { .conditions = CONDITIONS (WHEN_NOT ("low", "high")) }, "; it waits for 'high' to be cleared" },
  { "any", { .conditions = CONDITIONS (WHEN_ANY ("low", "deep")) }, "; it waits for any of 'low', 'deep'" },
  { "any-holds", { .conditions = CONDITIONS (WHEN_ANY ("low", "up")) }, "" },
  { "not-all",
    { .conditions = CONDITIONS (WHEN_NOT_ALL ("up", "high")) },
    "; it waits for one of 'up', 'high' to be cleared" },
  { "several", { .conditions = CONDITIONS (WHEN ("low"), ONCE) }, "; it waits for 'low'; it runs once on a unit" },
  { "hook", { .conditions = CONDITIONS (ON ("stop", "db.gone")) }, "; it runs on 'stop', 'db.gone'" },
  { "file", { .conditions = CONDITIONS (WHEN_FILE_CHANGED ("/etc/app")) }, "; it waits for a change of '/etc/app'" },
  { "configuration",
    { .conditions = CONDITIONS (WHEN ("config.set.port")) },
    "; it looks at 'config.set.port', which stands in hooks alone" },
  { "two-phases",
    { .conditions = CONDITIONS (ON ("stop"), WHEN ("up")) },
    "; it never can: its conditions exclude each other, as ON and flags do; it runs on 'stop'" },
};

static void
test_handlers (UnitFixture *fixture, gconstpointer data)
{
  static const char *const flags[] = { "high", "up", NULL };
  ReactiveHandler handlers[G_N_ELEMENTS (cases)];
  const ReactiveModule module = TEST_MODULE (.handlers = handlers, .n_handlers = G_N_ELEMENTS (cases));
  g_autoptr (ReactiveHandlers) charm = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    handlers[i]
        = (ReactiveHandler){ .name = cases[i].path, .function = run, .conditions = cases[i].handler.conditions };
  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int}}\n");
  unit_fixture_add_module (fixture, "app", &module);
  charm = unit_fixture_new_handlers (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strconcat ("app:", cases[i].path, NULL);
      g_autofree char *why = reactive_explain_handler (charm, id, flags);

      g_assert_cmpstr (why, ==, cases[i].expected);
    }
}

static const ReactiveHandler ready_handlers[] = { HANDLER (run, WHEN ("app.ready")) };
static const ReactiveModule ready_module = TEST_MODULE (HANDLERS (ready_handlers));

static void
test_flags (UnitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *flag, *expected;
  } flags[] = {
    { "app.ready", "" },
    { "app.read", " (did you mean 'app.ready'?)" },
    { "nothing.like.it", "" },
    { "config.set.port.and.more", "" },
    { "config.set.port", "; flags of the configuration stand while a hook runs, and are taken down at its end" },
  };
  g_autoptr (ReactiveHandlers) charm = NULL, bare = NULL;

  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int}}\n");
  unit_fixture_add_module (fixture, "app", &ready_module);
  charm = unit_fixture_new_handlers (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      g_autofree char *why = reactive_explain_clear_flag (charm, flags[i].flag);

      g_assert_cmpstr (why, ==, flags[i].expected);
    }

  /* A charm without these flags may set ones of these names itself. */
  unit_fixture_put_file (fixture, "layer.yaml", "includes: ['layer:leadership']\n");
  bare = unit_fixture_new_handlers (fixture);
  g_assert_true (reactive_handlers_is_hook_flag (charm, "config.changed"));
  g_assert_false (reactive_handlers_is_hook_flag (bare, "config.changed"));
  g_assert_false (reactive_handlers_is_hook_flag (bare, "config.set.port"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_UNIT_TEST ("/explain/why-a-handler-did-not-run", test_handlers);
  ADD_UNIT_TEST ("/explain/why-a-flag-is-clear", test_flags);

  return g_test_run ();
}

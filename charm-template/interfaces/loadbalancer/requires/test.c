/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#define CHARM "@charm@"
#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"
#define ADDRESS_FILE ENDPOINT ".txt"
#define PARTNER CHARM "-partner"
#define PARTNER_DIRECTORY CHARM_DIRECTORY "/tests/partner"

static ReactiveTestModel *
deploy (guint64 seed)
{
  ReactiveTestModel *model = reactive_test_model_new (seed);

  reactive_test_model_deploy (model, CHARM, CHARM_DIRECTORY, /* n_units= */ 2);
  reactive_test_model_deploy (model, PARTNER, PARTNER_DIRECTORY, /* n_units= */ 1);
  reactive_test_model_relate (model, CHARM ":" ENDPOINT, PARTNER ":" ENDPOINT);
  reactive_test_model_settle (model);

  return model;
}

static void
assert_address (ReactiveTestModel *model, const char *unit, const char *address)
{
  g_autofree char *text = reactive_test_model_read_file (model, unit, ADDRESS_FILE);

  g_assert_cmpstr (text, ==, address);
}

static void
test_every_unit_knows_the_load_balancer (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (ReactiveTestModel) model = deploy (seed);

      reactive_assert_flag (model, CHARM "/0", ENDPOINT ".response.available");
      reactive_assert_no_flag (model, CHARM "/1", ENDPOINT ".response.changed");
      assert_address (model, CHARM "/0", "10.9.8.7");
      assert_address (model, CHARM "/1", "10.9.8.7");
    }
}

static void
test_what_cannot_be_had_blocks (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);

  reactive_test_model_set_config (model, CHARM, PORT_OPTION, "0");
  reactive_test_model_settle (model);

  g_assert_cmpstr (reactive_test_model_get_status (model, CHARM "/0"), ==, "blocked");
  assert_address (model, CHARM "/1", "");
}

/* The process of a hook may die when all is done, before Juju has seen it. */
static void
test_a_killed_hook_is_made_up_for (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);

  reactive_test_model_kill_next (model, CHARM "/0", "before-exit");
  reactive_test_model_set_config (model, CHARM, PORT_OPTION, "8443");
  reactive_test_model_settle (model);

  reactive_assert_flag (model, CHARM "/0", ENDPOINT ".response.available");
  assert_address (model, CHARM "/0", "10.9.8.7");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/every-unit-knows-the-load-balancer", test_every_unit_knows_the_load_balancer);
  g_test_add_func ("/endpoint/what-cannot-be-had-blocks", test_what_cannot_be_had_blocks);
  g_test_add_func ("/endpoint/a-killed-hook-is-made-up-for", test_a_killed_hook_is_made_up_for);

  return g_test_run ();
}

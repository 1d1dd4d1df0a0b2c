/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#define CHARM "@charm@"
#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"
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

static const char *
get_port (ReactiveTestModel *model, const char *unit)
{
  return reactive_test_model_get_data (model, CHARM ":" ENDPOINT, PARTNER ":" ENDPOINT, unit, "port");
}

static void
test_each_unit_tells_its_collectors (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (ReactiveTestModel) model = deploy (seed);

      reactive_assert_flag (model, CHARM "/0", ENDPOINT ".connected");
      g_assert_cmpstr (get_port (model, CHARM "/0"), ==, "8053");
      g_assert_cmpstr (get_port (model, CHARM "/1"), ==, "8053");
    }
}

static void
test_what_is_no_port_is_told_to_nobody (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);

  reactive_test_model_set_config (model, CHARM, PORT_OPTION, "70000");
  reactive_test_model_settle (model);

  g_assert_null (get_port (model, CHARM "/0"));
  g_assert_cmpstr (reactive_test_model_get_status (model, CHARM "/0"), ==, "blocked");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/each-unit-tells-its-collectors", test_each_unit_tells_its_collectors);
  g_test_add_func ("/endpoint/what-is-no-port-is-told-to-nobody", test_what_is_no_port_is_told_to_nobody);

  return g_test_run ();
}

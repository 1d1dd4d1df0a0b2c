/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#define CHARM "@charm@"
#define UNIT CHARM "/0"
#define ENDPOINT "@endpoint@"
#define SERVERS_FILE ENDPOINT ".txt"
#define PARTNER CHARM "-partner"
#define PARTNER_DIRECTORY CHARM_DIRECTORY "/tests/partner"

static ReactiveTestModel *
deploy (guint64 seed)
{
  ReactiveTestModel *model = reactive_test_model_new (seed);

  reactive_test_model_deploy (model, CHARM, CHARM_DIRECTORY, /* n_units= */ 1);
  reactive_test_model_deploy (model, PARTNER, PARTNER_DIRECTORY, /* n_units= */ 2);
  reactive_test_model_relate (model, CHARM ":" ENDPOINT, PARTNER ":" ENDPOINT);
  reactive_test_model_settle (model);

  return model;
}

static void
test_every_server_is_written_down (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (ReactiveTestModel) model = deploy (seed);
      g_autofree char *text = reactive_test_model_read_file (model, UNIT, SERVERS_FILE);

      reactive_assert_flag (model, UNIT, ENDPOINT ".connected");
      g_assert_cmpstr (text, ==, PARTNER "/0: 10.9.8.7 port 9053\n" PARTNER "/1: 10.9.8.7 port 9053\n");
    }
}

static void
test_servers_that_left_are_forgotten (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);
  g_autofree char *text = NULL;

  reactive_test_model_unrelate (model, CHARM ":" ENDPOINT, PARTNER ":" ENDPOINT);
  reactive_test_model_settle (model);
  text = reactive_test_model_read_file (model, UNIT, SERVERS_FILE);

  reactive_assert_no_flag (model, UNIT, ENDPOINT ".connected");
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpstr (reactive_test_model_get_status (model, UNIT), ==, "blocked");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/every-server-is-written-down", test_every_server_is_written_down);
  g_test_add_func ("/endpoint/servers-that-left-are-forgotten", test_servers_that_left_are_forgotten);

  return g_test_run ();
}

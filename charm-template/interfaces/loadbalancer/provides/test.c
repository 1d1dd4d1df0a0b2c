/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#define CHARM "@charm@"
#define ENDPOINT "@endpoint@"
#define ADDRESS_OPTION "@option@-address"
#define PARTNER CHARM "-partner"
#define PARTNER_DIRECTORY CHARM_DIRECTORY "/tests/partner"

static ReactiveTestModel *
deploy (guint64 seed)
{
  ReactiveTestModel *model = reactive_test_model_new (seed);

  reactive_test_model_deploy (model, CHARM, CHARM_DIRECTORY, /* n_units= */ 2);
  reactive_test_model_deploy (model, PARTNER, PARTNER_DIRECTORY, /* n_units= */ 1);
  reactive_test_model_relate (model, CHARM ":" ENDPOINT, PARTNER ":" ENDPOINT);
  reactive_test_model_set_config (model, CHARM, ADDRESS_OPTION, "10.1.1.1");
  reactive_test_model_settle (model);

  return model;
}

static void
assert_answer (ReactiveTestModel *model, const char *address)
{
  g_autofree char *text = reactive_test_model_read_file (model, PARTNER "/0", ENDPOINT ".txt");

  g_assert_cmpstr (text, ==, address);
}

static void
test_requests_are_answered (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (ReactiveTestModel) model = deploy (seed);

      reactive_assert_no_flag (model, CHARM "/0", ENDPOINT ".requests_changed");
      assert_answer (model, "10.1.1.1");
    }
}

static void
test_a_new_leader_goes_on (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);

  reactive_test_model_set_leader (model, CHARM "/1");
  reactive_test_model_set_config (model, CHARM, ADDRESS_OPTION, "10.2.2.2");
  reactive_test_model_settle (model);

  assert_answer (model, "10.2.2.2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/requests-are-answered", test_requests_are_answered);
  g_test_add_func ("/endpoint/a-new-leader-goes-on", test_a_new_leader_goes_on);

  return g_test_run ();
}

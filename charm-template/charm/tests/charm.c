/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#define CHARM "@charm@"
#define UNIT CHARM "/0"
/* @if endpoints@ */
#define PARTNER CHARM "-partner"
#define PARTNER_DIRECTORY CHARM_DIRECTORY "/tests/partner"

static void
relate (ReactiveTestModel *model, const char *endpoint)
{
  g_autofree char *ours = g_strconcat (CHARM ":", endpoint, NULL);
  g_autofree char *theirs = g_strconcat (PARTNER ":", endpoint, NULL);

  reactive_test_model_relate (model, ours, theirs);
}
/* @end@ */

/* With all that it needs. */
static ReactiveTestModel *
deploy (guint64 seed)
{
  ReactiveTestModel *model = reactive_test_model_new (seed);

  reactive_test_model_deploy (model, CHARM, CHARM_DIRECTORY, /* n_units= */ 1);
  /* @if endpoints@ */
  reactive_test_model_deploy (model, PARTNER, PARTNER_DIRECTORY, /* n_units= */ 1);
  /* @end@ */
  /* @each endpoints@ */
  relate (model, "@endpoint@");
  /* @end@ */
  reactive_test_model_settle (model);

  return model;
}

/* Juju promises no order of hooks beyond a few rules: each seed draws another one. */
static void
test_says_its_greeting (void)
{
  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (ReactiveTestModel) model = deploy (seed);
      g_autofree char *text = reactive_test_model_read_file (model, UNIT, "greeting.conf");

      g_assert_cmpstr (text, ==, "hello\n");
      reactive_assert_status (model, UNIT, "active", "hello");
    }
}

static void
test_follows_its_option (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);
  g_autofree char *text = NULL;

  reactive_test_model_set_config (model, CHARM, "greeting", "good evening");
  reactive_test_model_settle (model);
  text = reactive_test_model_read_file (model, UNIT, "greeting.conf");

  g_assert_cmpstr (text, ==, "good evening\n");
  reactive_assert_status (model, UNIT, "active", "good evening");
}

static void
test_cannot_do_without_a_greeting (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);

  reactive_test_model_set_config (model, CHARM, "greeting", "");
  reactive_test_model_settle (model);

  reactive_assert_status (model, UNIT, "blocked", "set the option greeting");
}

static void
test_greets_whom_it_is_told (void)
{
  g_autoptr (ReactiveTestModel) model = deploy (/* seed= */ 1);
  const ReactiveJson *results = reactive_test_model_run_action (model, UNIT, "greet", "whom: Juju");

  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (results, "greeting"), NULL), ==, "hello, Juju!");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/charm/says-its-greeting", test_says_its_greeting);
  g_test_add_func ("/charm/follows-its-option", test_follows_its_option);
  g_test_add_func ("/charm/cannot-do-without-a-greeting", test_cannot_do_without_a_greeting);
  g_test_add_func ("/charm/greets-whom-it-is-told", test_greets_whom_it_is_told);

  return g_test_run ();
}

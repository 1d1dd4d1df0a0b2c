/* SPDX-License-Identifier: Apache-2.0 */
#include "author/charm-plan.h"

#include <string.h>

#define MAX_ENDPOINTS 3

static char *template_dir;

/* @endpoints are all of bind-client:provides. */
typedef struct
{
  const char *charm;
  const char *module;
  const char *endpoints[MAX_ENDPOINTS + 1];
  const char *modules[MAX_ENDPOINTS + 1]; /* none: it is refused */
} Case;

static const Case cases[] = {
  { "my-charm", "my_charm", { NULL }, { NULL } },
  { "web", "web", { "bind-stats", "db_2", "a" }, { "bind_stats", "db_2", "a" } },
  /* The charm's file is there already. */
  { "web", "web", { "web", "web-2" }, { "web_endpoint", "web_2" } },
  { "a-b", "a_b", { "a_b" }, { "a_b_endpoint" } },
  { "web", "web", { "web", "web-endpoint" }, { NULL } },
  { "web", "web", { "web-endpoint", "web" }, { NULL } },
  { "web", "web", { "a-b", "c", "a_b" }, { NULL } },
  { "web", "web", { "a", "a" }, { NULL } },
  /* Targets that meson has itself. */
  { "test", "test_charm", { "install", "test" }, { "install_endpoint", "test_endpoint" } },
  { "test", "test_charm", { "test-charm" }, { "test_charm_endpoint" } },
  { "tests", "tests", { "all-in" }, { "all_in" } },
};

static CharmPlan *
make_plan (const Case *wanted, GError **error)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (const char *const *endpoint = wanted->endpoints; *endpoint != NULL; endpoint++)
    g_ptr_array_add (texts, g_strconcat ("bind-client:provides:", *endpoint, NULL));
  g_ptr_array_add (texts, NULL);

  return charm_plan_new (wanted->charm, (const char *const *) texts->pdata, template_dir, error);
}

static void
assert_plan (const CharmPlan *plan, const Case *wanted)
{
  g_assert_cmpstr (plan->name, ==, wanted->charm);
  g_assert_cmpstr (plan->module, ==, wanted->module);
  g_assert_cmpuint (plan->endpoints->len, ==, g_strv_length ((char **) wanted->endpoints));
  for (guint i = 0; i < plan->endpoints->len; i++)
    {
      const PlannedEndpoint *endpoint = plan->endpoints->pdata[i];

      g_assert_cmpstr (endpoint->name, ==, wanted->endpoints[i]);
      g_assert_cmpstr (endpoint->module, ==, wanted->modules[i]);
      g_assert_cmpstr (endpoint->interface, ==, "bind-client");
      g_assert_cmpstr (endpoint->role, ==, "provides");
    }
}

static void
test_each_file_has_a_name_of_its_own (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CharmPlan) plan = make_plan (&cases[i], &error);

      g_test_message ("%s: %s", cases[i].charm, cases[i].endpoints[0]);
      if (cases[i].endpoints[0] != NULL && cases[i].modules[0] == NULL)
        {
          g_assert_null (plan);
          g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
          continue;
        }
      g_assert_no_error (error);
      assert_plan (plan, &cases[i]);
    }
}

/* The directories say what there is. */
static void
test_interfaces_are_those_of_the_template (void)
{
  static const char *const unknown[] = { "http:provides:a", NULL };
  static const char *const no_role[] = { "loadbalancer:peers:a", NULL };
  g_autoptr (GError) interface_error = NULL, role_error = NULL, template_error = NULL;

  g_assert_null (charm_plan_new ("web", unknown, template_dir, &interface_error));
  g_assert_error (interface_error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
  g_assert_nonnull (strstr (interface_error->message, "those that there are: bind-client, loadbalancer"));
  g_assert_null (charm_plan_new ("web", no_role, template_dir, &role_error));
  g_assert_nonnull (strstr (role_error->message, "its roles: provides, requires"));
  g_assert_null (charm_plan_new ("web", unknown, "/nowhere", &template_error));
  g_assert_nonnull (strstr (template_error->message, "those that there are: none"));
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  template_dir = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "..", "charm-template", NULL);
  g_test_add_func ("/charm-plan/each-file-has-a-name-of-its-own", test_each_file_has_a_name_of_its_own);
  g_test_add_func ("/charm-plan/interfaces-are-those-of-the-template", test_interfaces_are_those_of_the_template);
  code = g_test_run ();
  g_free (template_dir);

  return code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "author/names.h"

#include <string.h>

typedef gboolean (*CheckFunc) (const char *name, GError **error);

typedef struct
{
  const char *name;
  const char *reason; /* NULL: the name is good */
} Case;

#define FORTY "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"

static const Case charms[] = {
  { "a", NULL },
  { "my-charm", NULL },
  { "web2", NULL },
  { "a-2b", NULL },
  { "a1-b2-c3", NULL },
  { "int", NULL },
  { "default", NULL },
  { "test", NULL },
  { "juju", NULL },
  { FORTY, NULL },
  { FORTY "x", "41 characters (at most 40" },
  { "", "empty" },
  { "2web", "begin with a lower-case letter" },
  { "-web", "begin with a lower-case letter" },
  { "Web", "only lower-case letters, digits and '-'" },
  { "my_charm", "only lower-case letters, digits and '-'" },
  { "my charm", "only lower-case letters, digits and '-'" },
  { "my/charm", "only lower-case letters, digits and '-'" },
  { "..", "only lower-case letters, digits and '-'" },
  { "caf\303\251", "only lower-case letters, digits and '-'" },
  { "web-", "each part" },
  { "web--db", "each part" },
  { "web-2", "each part" },
  { "web-2-b", "each part" },
};

static const Case endpoints[] = {
  { "a", NULL },
  { "bind-stats", NULL },
  { "bind_stats", NULL },
  { "db-2", NULL },
  { "jujube", NULL },
  { FORTY, NULL },
  { FORTY "x", "41 characters" },
  { "", "empty" },
  { "2db", "begin with a lower-case letter" },
  { "_db", "begin with a lower-case letter" },
  { "Db", "only lower-case letters, digits, '-' and '_'" },
  { "db.main", "only lower-case letters, digits, '-' and '_'" },
  { "db-", "has to follow each" },
  { "db--a", "has to follow each" },
  { "db_-a", "has to follow each" },
  { "juju", "reserved" },
  { "juju-info", "reserved" },
};

static void
check (CheckFunc function, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_good = function (cases[i].name, &error);

      g_test_message ("'%s'", cases[i].name);
      g_assert_cmpint (is_good, ==, cases[i].reason == NULL);
      if (is_good)
        continue;
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
      if (strstr (error->message, cases[i].reason) == NULL)
        g_error ("'%s' is not in '%s'", cases[i].reason, error->message);
    }
}

static void
test_charms (void)
{
  check (names_check_charm, charms, G_N_ELEMENTS (charms));
}

static void
test_endpoints (void)
{
  check (names_check_endpoint, endpoints, G_N_ELEMENTS (endpoints));
}

static void
test_other_forms (void)
{
  g_autofree char *underscores = names_to_underscores ("a-b_c-d");
  g_autofree char *hyphens = names_to_hyphens ("a-b_c-d");
  g_autofree char *word = names_to_yaml ("yes");
  g_autofree char *plain = names_to_yaml ("yes-and-no");

  g_assert_cmpstr (underscores, ==, "a_b_c_d");
  g_assert_cmpstr (hyphens, ==, "a-b-c-d");
  g_assert_cmpstr (word, ==, "\"yes\"");
  g_assert_cmpstr (plain, ==, "yes-and-no");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/names/charms-are-named-as-juju-and-charmcraft-allow", test_charms);
  g_test_add_func ("/names/endpoints-are-named-as-juju-allows", test_endpoints);
  g_test_add_func ("/names/other-forms", test_other_forms);

  return g_test_run ();
}

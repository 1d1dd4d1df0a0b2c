/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-name.h"

#include <string.h>

typedef struct
{
  const char *path;
  gboolean (*is_good) (const char *name);
  const char *good[8];
  const char *bad[12];
} Case;

static gboolean
is_application_name (const char *name)
{
  return reactive_juju_is_application_name (name, -1);
}

/* With something behind the name that is no part of it. */
static gboolean
is_counted_application_name (const char *name)
{
  g_autofree char *longer = g_strconcat (name, "-", NULL);

  return reactive_juju_is_application_name (longer, (gssize) strlen (name));
}

#define APPLICATIONS                                                                                                   \
  {                                                                                                                    \
    "a", "web2", "my-app", "a-2b", "a1-b2-c3"                                                                          \
  }
#define NO_APPLICATIONS                                                                                                \
  {                                                                                                                    \
    "", "2web", "-web", "Web", "my_app", "web-", "web--db", "web-2", "web-2-b", "web/0", "caf\303\251"                 \
  }

static const Case cases[] = {
  { "/juju-name/application", is_application_name, APPLICATIONS, NO_APPLICATIONS },
  { "/juju-name/application-of-some-length", is_counted_application_name, APPLICATIONS, NO_APPLICATIONS },
  { "/juju-name/unit",
    reactive_juju_is_unit_name,
    { "web/0", "my-app/10", "a/4294967296" },
    { "", "web", "web/", "/0", "web/00", "web/01", "web/-1", "web/1a", "web/1/2", "web-/0", "Web/0" } },
  { "/juju-name/secret-key",
    reactive_juju_is_secret_key,
    { "abc", "a12", "a-b-c", "user-name2" },
    { "", "a", "ab", "a-b", "1bc", "-abc", "abc-", "a--bc", "Abc", "ab_c", "abC" } },
  { "/juju-name/part-of-a-result-key",
    reactive_juju_is_result_key_part,
    { "a", "0", "a-b", "1--2" },
    { "", "-", "-a", "a-", "A", "a.b", "a_b" } },
  { "/juju-name/reserved-result-key",
    reactive_juju_is_reserved_result_key,
    { "stdout", "stderr", "stdout-encoding", "stderr-encoding" },
    { "", "out", "stdout-", "Stdout" } },
};

static void
test_names (gconstpointer data)
{
  const Case *test_case = data;

  for (guint i = 0; test_case->good[i] != NULL; i++)
    if (!test_case->is_good (test_case->good[i]))
      g_error ("'%s' is refused", test_case->good[i]);
  for (guint i = 0; test_case->bad[i] != NULL; i++)
    if (test_case->is_good (test_case->bad[i]))
      g_error ("'%s' is taken", test_case->bad[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i], test_names);

  return g_test_run ();
}

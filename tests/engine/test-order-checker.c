/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "order-checker.h"

#define SET_UP                                                                                                         \
  "add-unit web/0\nadd-unit web/1\nadd-unit sql/0\nadd-unit sql/1\nadd-unit sql/10\nleader web/0\nleader sql/0\n"      \
  "relate 0 web ring\nrelate 1 web db sql server\n"
#define HOOK(unit, name) "hook " unit " " name "\nend " unit " good\n"
#define STARTED(unit) HOOK (unit, "install") HOOK (unit, "config-changed") HOOK (unit, "start")
#define SERVERS                                                                                                        \
  STARTED ("web/0")                                                                                                    \
  HOOK ("web/0", "db-relation-created db:1")                                                                           \
  STARTED ("sql/0")                                                                                                    \
  HOOK ("sql/0", "server-relation-created server:1")                                                                   \
  STARTED ("sql/1")                                                                                                    \
  HOOK ("sql/1", "server-relation-created server:1")
#define JOINED(unit) HOOK ("web/0", "db-relation-joined db:1 " unit) HOOK ("web/0", "db-relation-changed db:1 " unit)

static const struct
{
  const char *lines;
  const char *complaint; /* NULL: nothing is wrong */
} rows[] = {
  { SERVERS JOINED ("sql/0") JOINED ("sql/1"), NULL },
  { HOOK ("web/0", "config-changed"), "a hook before install" },
  { HOOK ("web/0", "install") HOOK ("web/0", "config-changed") HOOK ("web/0", "leader-elected"),
    "start did not come directly" },
  { STARTED ("web/0") HOOK ("web/0", "config-changed"), "the configuration has not changed" },
  { STARTED ("web/1") HOOK ("web/1", "leader-elected"), "elected, and another leads" },
  { STARTED ("web/0") "upgrade web\n" HOOK ("web/0", "upgrade-charm") HOOK ("web/0", "db-relation-created db:1"),
    "config-changed did not come directly" },
  { STARTED ("web/0") HOOK ("web/0", "db-relation-joined db:1 sql/0"), "a hook of a relation that was not created" },
  { STARTED ("web/0") HOOK ("web/0", "db-relation-created db:1") HOOK ("web/0", "db-relation-joined db:1 sql/0"),
    "nobody is there to join" },
  { SERVERS HOOK ("web/0", "db-relation-joined db:1 sql/1"), "sql/1 joined before sql/0" },
  { SERVERS HOOK ("web/0", "db-relation-joined db:1 sql/0") HOOK ("web/0", "db-relation-joined db:1 sql/1"),
    "sql/0 joined, and its change was not the next hook of the relation" },
  { SERVERS HOOK ("web/0", "db-relation-joined db:1 sql/0") "unrelate 1\n" HOOK (
        "web/0", "db-relation-departed db:1 sql/0 sql/0"),
    "sql/0 joined, and its change was not the next hook of the relation" },
  { SERVERS JOINED ("sql/0") HOOK ("web/0", "db-relation-changed db:1 sql/0"), "sql/0 changed before sql/1 joined" },
  { SERVERS JOINED ("sql/0") JOINED ("sql/1") HOOK ("web/0", "db-relation-changed db:1 sql/0"),
    "sql/0 changed, and wrote nothing" },
  { SERVERS JOINED ("sql/0")
        JOINED ("sql/1") "write 1 sql/0\nwrite 1 sql/1\n" HOOK ("web/0", "db-relation-changed db:1 sql/1"),
    "sql/1 changed before sql/0" },
  { SERVERS JOINED ("sql/0")
        JOINED ("sql/1") "write 1 sql/0\nwrite-app 1 sql/0\n" HOOK ("web/0", "db-relation-changed db:1 sql/0"),
    "sql/0 changed before its application" },
  { SERVERS JOINED ("sql/0") JOINED ("sql/1") HOOK ("web/0", "db-relation-changed db:1"),
    "nobody wrote the application's data" },
  { SERVERS JOINED ("sql/0") HOOK ("web/0", "db-relation-departed db:1 sql/0 sql/0"),
    "sql/0 departed, and nobody made it" },
  { SERVERS JOINED ("sql/0") "remove-unit sql/0\n" HOOK ("web/0", "db-relation-departed db:1 sql/0 web/0"),
    "it is not web/0 who departs" },
  { SERVERS JOINED ("sql/0") "remove-unit sql/0\n" HOOK ("web/0", "db-relation-joined db:1 sql/1"),
    "joined before sql/0 departed" },
  { SERVERS JOINED ("sql/0") "unrelate 1\n" HOOK ("web/0", "db-relation-broken db:1"), "broken before sql/0 departed" },
  { SERVERS JOINED ("sql/0") "unrelate 1\n" HOOK ("web/0", "db-relation-departed db:1 sql/0 sql/0")
        HOOK ("web/0", "db-relation-broken db:1") HOOK ("web/0", "db-relation-broken db:1"),
    "a hook of a broken relation" },
  { SERVERS "unrelate 1\n" HOOK ("web/0", "db-relation-joined db:1 sql/0"), "nobody is there to join" },
  { SERVERS HOOK ("web/0", "db-relation-broken db:1"), "broken, and nobody broke it" },
  { STARTED ("web/0") HOOK ("web/0", "ring-relation-created ring:0") "remove-unit web/0\n" HOOK (
        "web/0", "ring-relation-broken ring:0"),
    "a peer relation was broken" },
  { STARTED ("web/0") "remove-unit web/0\n" HOOK ("web/0", "db-relation-created db:1"), "created on a dying unit" },
  { SERVERS "remove-unit web/0\n" HOOK ("web/0", "stop") HOOK ("web/0", "remove"),
    "removed before its relations ended" },
  { STARTED ("web/0") "remove-unit web/0\n" HOOK ("web/0", "remove"), "removed before it stopped" },
  { STARTED ("web/0") "remove-unit web/0\n" HOOK ("web/0", "stop") HOOK ("web/0", "remove") HOOK ("web/0", "stop"),
    "a hook after remove" },
  { STARTED ("web/0") HOOK ("web/0", "stop"), "stopped, and alive" },
  { "hook web/0 install\nend web/0 failed\n" HOOK ("web/0", "install"), "a hook of a unit in error" },
  { SERVERS "hook web/0 db-relation-joined db:1 sql/0\nend web/0 failed\nresolve web/0 retry\n" HOOK (
        "web/0", "db-relation-joined db:1 sql/1"),
    "not the hook that failed" },
  { "settled\n", "web/0 was not started" },
};

static void
test_each_broken_promise_is_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat (SET_UP, rows[i].lines, NULL);
      g_autofree char *complaint = NULL;
      g_auto (GStrv) split = NULL;
      g_autoptr (GPtrArray) lines = g_ptr_array_new ();

      g_assert_true (g_str_has_suffix (text, "\n"));
      text[strlen (text) - 1] = '\0';
      split = g_strsplit (text, "\n", -1);
      for (guint j = 0; split[j] != NULL; j++)
        g_ptr_array_add (lines, split[j]);

      complaint = order_check (lines);
      if (rows[i].complaint == NULL)
        g_assert_cmpstr (complaint, ==, NULL);
      else
        g_assert_cmpstr (strstr (complaint, ": ") + 2, ==, rows[i].complaint);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-checker/each-broken-promise-is-refused", test_each_broken_promise_is_refused);

  return g_test_run ();
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "lb-fixture.h"

#include "unit/flag-store.h"

extern const ReactiveInterface reactive_interface;

static gboolean
run_body (ReactiveUnit *unit, GError **error)
{
  ReactiveHandlerFunc body = unit_fixture_of (unit)->body;

  return body == NULL || body (unit, error);
}

static const ReactiveModule finishing_module = TEST_MODULE (.finish = run_body);

static void
set_up (UnitFixture *fixture, const char *metadata)
{
  unit_fixture_set_up (fixture, /* data= */ NULL);
  unit_fixture_put_file (fixture, "metadata.yaml", metadata);
  unit_fixture_add_interface (fixture, &reactive_interface);
  unit_fixture_add_module (fixture, "finishing", &finishing_module);
  fixture->model->is_leader = TRUE;
}

void
lb_fixture_set_up_requires (UnitFixture *fixture, gconstpointer data)
{
  set_up (fixture, "name: app\n"
                   "requires: {lb-provider: {interface: loadbalancer}, web: {interface: http}}\n"
                   "provides: {downstream: {interface: loadbalancer}}\n");
}

void
lb_fixture_set_up_provides (UnitFixture *fixture, gconstpointer data)
{
  set_up (fixture, "name: app\n"
                   "provides: {lb-consumers: {interface: loadbalancer}, web: {interface: http}}\n"
                   "requires: {upstream: {interface: loadbalancer}}\n");
}

void
lb_fixture_run_hook (UnitFixture *fixture, const char *event, const char *id, const char *remote,
                     ReactiveHandlerFunc body)
{
  g_auto (GStrv) parts = g_strsplit (id, ":", 2);
  g_autofree char *hook = g_strconcat (parts[0], "-relation-", event, NULL);

  fixture->body = body;
  unit_fixture_run_relation_hook (fixture, hook, id, remote);
  fixture->body = NULL;
}

FakeRelation *
lb_fixture_relate (UnitFixture *fixture, const char *id, const char *application)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, id, application);
  g_autofree char *unit = g_strconcat (application, "/0", NULL);

  fake_databag_set (relation->received_app, "version", "1");
  fake_databag_set (fake_relation_add_unit (relation, unit), "ingress-address", "10.1.0.0");
  lb_fixture_run_hook (fixture, "joined", id, unit, /* body= */ NULL);

  return relation;
}

void
lb_fixture_change (UnitFixture *fixture, FakeRelation *relation)
{
  lb_fixture_run_hook (fixture, "changed", relation->id, relation->application, /* body= */ NULL);
}

void
lb_fixture_run (UnitFixture *fixture, ReactiveHandlerFunc body, gconstpointer row)
{
  fixture->body = body;
  fixture->row = row;
  unit_fixture_run_well (fixture, "update-status");
  fixture->body = NULL;
  fixture->row = NULL;
}

void
lb_fixture_break (UnitFixture *fixture, FakeRelation *relation, ReactiveHandlerFunc body)
{
  lb_fixture_run_hook (fixture, "broken", relation->id, /* remote= */ NULL, body);
  fake_model_remove_relation (fixture->model, relation->id);
}

/* The name of a flag of the interface; NULL for the engine's own. */
static const char *
get_short_name (const char *flag)
{
  const char *name;

  if (!g_str_has_prefix (flag, "endpoint.lb-"))
    return NULL;
  name = strchr (flag + strlen ("endpoint."), '.') + 1;

  return g_str_has_prefix (name, "changed") || strcmp (name, "departed") == 0 || strcmp (name, "created") == 0 ? NULL
                                                                                                               : name;
}

void
lb_fixture_assert_flags (UnitFixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = reactive_store_open (fixture->state_path, REACTIVE_STORE_READ_ONLY, &error);
  g_auto (GStrv) flags = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  flags = reactive_flag_store_list (store);
  for (guint i = 0; flags[i] != NULL; i++)
    if (get_short_name (flags[i]) != NULL)
      g_ptr_array_add (names, (gpointer) get_short_name (flags[i]));
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);

  g_assert_cmpstr (joined, ==, expected);
}

void
lb_fixture_assert_warned (UnitFixture *fixture, guint n_lines, const char *pattern)
{
  GPtrArray *log = fixture->model->log;
  g_autoptr (GString) told = g_string_new (NULL);
  guint n_told = 0, n_matching = 0;

  for (guint i = 0; i < log->len; i++)
    {
      const char *line = g_ptr_array_index (log, i);

      if (!g_str_has_prefix (line, "WARNING: "))
        continue;
      n_told++;
      n_matching += pattern != NULL && g_pattern_match_simple (pattern, line + strlen ("WARNING: ")) ? 1 : 0;
      g_string_append_printf (told, "\n%s", line);
      g_assert_null (strchr (line, '\n'));
    }
  if (n_told != n_lines || (pattern != NULL && n_matching != 1))
    g_error ("%u lines, one of which is '%s', were expected:%s", n_lines, pattern, told->str);
  g_ptr_array_set_size (log, 0);
}

void
lb_fixture_assert_nothing_sent (UnitFixture *fixture)
{
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

char *
lb_fixture_get_member (GHashTable *databag, const char *key, const char *member)
{
  const char *text = g_hash_table_lookup (databag, key);
  g_autoptr (ReactiveJson) record = NULL;
  g_autoptr (GError) error = NULL;
  const ReactiveJson *value;

  if (text == NULL)
    return NULL;
  record = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, &error);
  g_assert_no_error (error);
  value = reactive_json_get_member (record, member);

  return value != NULL ? g_strdup (reactive_json_get_string (value, NULL)) : NULL;
}

void
lb_fixture_note_names (ReactiveUnit *unit, const char *what, const GPtrArray *names)
{
  g_autoptr (GString) text = g_string_new (what);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "=", (const char *) g_ptr_array_index (names, i));
  note (unit, text->str);
}

gboolean
lb_fixture_is_slow (void)
{
  return g_getenv ("REACTIVE_TEST_VALGRIND") != NULL || g_getenv ("REACTIVE_TEST_SANITIZED") != NULL;
}

const char *const lb_fixture_bad_versions[]
    = { "junk", "0", "-1", "-0", "1.0", " ", "0x1", "\"1\"", "1 1", "1_", "--1", "00", "-99999999999999999999", NULL };

const char *const lb_fixture_good_versions[] = { "1", "2", " 1 ", "+1", "01", "1_0", "99999999999999999999", NULL };

char *
lb_fixture_make_bad_record (guint index, const char **out_pattern)
{
  static const struct
  {
    const char *text; /* repeated, and all of it is the record */
    guint n_times;
    const char *pattern;
  } records[] = {
    { "no JSON", 1, "*: not JSON: *" },
    { "{\"id\": ", 1, "*: not JSON: *" },
    { "[", 100000, "*: not JSON: *" },
    { "{\"a\":", 100000, "*: not JSON: *" },
    { "aaaaaaaaaa", 1024 * 1024, "*: text of more than 1048576 bytes" },
    { "null", 1, "*: not an object" },
    { "[]", 1, "*: not an object" },
    { "\"text\"", 1, "*: not an object" },
    { "99999999999999999999", 1, "*: not an object" },
    { "{\"surprise\": 1}", 1, "*surprise: unknown*" },
  };
  GString *text;

  if (index == G_N_ELEMENTS (records))
    return NULL;

  text = g_string_new (NULL);
  for (guint i = 0; i < records[index].n_times; i++)
    g_string_append (text, records[index].text);
  *out_pattern = records[index].pattern;

  return g_string_free (text, FALSE);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "context-fixture.h"

#define UNKNOWN_ID "0123456789abcdefghij"

/* app/0 leads two units; cli/0 and cli/1 are related to it by "to:1"; "ring:0" is app's own. */
static void
settle_app_and_cli (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", "peers: {ring: ring}\nprovides: {from: x}\n", 2);
  model_fixture_deploy (fixture, "cli", "requires: {to: x}\n", 2);
  model_fixture_relate (fixture, "app:from", "cli:to");
  model_fixture_settle (fixture);
}

static ReactiveSecretChange
content (ReactiveJson **place, const char *text)
{
  g_clear_pointer (place, reactive_json_unref);
  *place = context_json (text);
  return (ReactiveSecretChange){ .content = *place };
}

static const char *
add (ReactiveHookContext *context, const char *label, gboolean is_of_unit, const char *text)
{
  g_autoptr (ReactiveJson) json = NULL;
  ReactiveSecretChange change = content (&json, text);
  g_autoptr (GError) error = NULL;
  const char *id;

  change.label = label;
  change.is_of_unit = is_of_unit;
  id = reactive_hook_context_secret_add (context, &change, &error);
  g_assert_no_error (error);
  return id;
}

static void
set (ReactiveHookContext *context, const char *id, const char *text)
{
  g_autoptr (ReactiveJson) json = NULL;
  const ReactiveSecretChange change = content (&json, text);

  ASSERT_DONE (reactive_hook_context_secret_set, context, id, &change);
}

static void
set_label (ReactiveHookContext *context, const char *id, const char *label)
{
  const ReactiveSecretChange change = { .label = label };

  ASSERT_DONE (reactive_hook_context_secret_set, context, id, &change);
}

static void
assert_content (ReactiveHookContext *context, const char *id, const char *label, ReactiveSecretLook look,
                const char *expected)
{
  g_autoptr (GError) error = NULL;
  const ReactiveJson *answer = reactive_hook_context_secret_get (context, id, label, look, &error);

  g_assert_no_error (error);
  context_assert_json (answer, expected);
}

/* A secret of @unit's hook, which ends well; its application's where it is no unit's own. Free with g_free(). */
static char *
make_secret (ModelFixture *fixture, const char *unit, const char *label, gboolean is_of_unit, const char *text)
{
  ReactiveHookContext *context = context_begin_any (fixture, unit);
  char *id = g_strdup (add (context, label, is_of_unit, text));

  context_end (context);
  return id;
}

static void
grant (ModelFixture *fixture, const char *unit, const char *id, const char *relation_id, const char *to)
{
  ReactiveHookContext *context = context_begin_any (fixture, unit);

  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, relation_id, to);
  context_end (context);
}

static ReactiveModelSecret *
find (ModelFixture *fixture, const char *id)
{
  return reactive_model_find_secret (fixture->model, id);
}

/* Adding ---------------------------------------------------------------------------------------------------------- */

static void
test_add_waits_and_reads_back (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;
  g_autofree char *id = NULL;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "app/0");
  id = g_strdup (add (context, "password", FALSE, "{'key': 'a'}"));
  g_assert_true (g_regex_match_simple ("^secret:[0-9a-v]{20}$", id, 0, 0));
  g_assert_null (find (fixture, id));
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  assert_content (context, NULL, "password", REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  g_assert_cmpuint (reactive_json_get_length (reactive_hook_context_secret_ids (context)), ==, 1);
  context_fail (context);
  g_assert_null (find (fixture, id));

  context_retry (fixture, "app/0");
  g_free (id);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'b'}");
  g_assert_nonnull (find (fixture, id));
  g_assert_cmpstr (find (fixture, id)->label, ==, "password");
  g_assert_null (find (fixture, id)->owner_unit);
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 1);
}

static void
test_add_refusals (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) good = context_json ("{'key': 'a'}");
  g_autoptr (ReactiveJson) bad = context_json ("{'k1': 'a'}");
  g_autoptr (ReactiveJson) empty = context_json ("{}");
  const struct
  {
    ReactiveSecretChange change;
    const char *message;
  } cases[] = {
    { { .content = empty }, "missing secret value or filename" },
    { { .label = "x" }, "missing secret value or filename" },
    { { .content = bad }, "key value \"k1\" not valid" },
    { { .content = good, .rotate = "often" }, "rotate policy \"often\" not valid" },
    { { .content = good, .expire = "soon" }, "expire time or duration \"soon\" not valid" },
  };
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "app/0");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    ASSERT_REFUSED (REACTIVE_ERROR_INVALID, cases[i].message, reactive_hook_context_secret_add, context,
                    &cases[i].change);
  context_end (context);

  context = context_begin_any (fixture, "app/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", reactive_hook_context_secret_add, context,
                  &((ReactiveSecretChange){ .content = good }));
  ASSERT_DONE (reactive_hook_context_secret_add, context,
               &((ReactiveSecretChange){ .content = good, .is_of_unit = TRUE }));
  context_end (context);
}

static void
test_keys (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *key;
    gboolean is_good;
  } cases[] = {
    { "abc", TRUE },   { "a-b-c", TRUE }, { "a1b2", TRUE }, { "ab", FALSE },   { "1ab", FALSE },
    { "a--b", FALSE }, { "abc-", FALSE }, { "aBc", FALSE }, { "a_bc", FALSE }, { "", FALSE },
  };
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "app/0");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ReactiveJson) json = reactive_json_new_object ();
      const ReactiveSecretChange change = { .content = json };

      reactive_json_object_set (json, cases[i].key, reactive_json_new_string ("x"));
      g_assert_cmpint (reactive_hook_context_secret_add (context, &change, NULL) != NULL, ==, cases[i].is_good);
    }
  context_end (context);
}

static void
test_labels_are_an_owners_own (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL;
  g_autoptr (ReactiveJson) json = context_json ("{'key': 'a'}");
  const ReactiveSecretChange change = { .content = json, .label = "new" };
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  first = make_secret (fixture, "app/0", "old", FALSE, "{'key': 'a'}");
  second = make_secret (fixture, "app/0", "old", TRUE, "{'key': 'b'}");

  context = context_begin_any (fixture, "app/0");
  add (context, "new", FALSE, "{'key': 'c'}");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret with label \"new\" already exists", reactive_hook_context_secret_add,
                  context, &change);
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  add (context, "old", FALSE, "{'key': 'd'}");
  context_relation_set (context, "ring:0", FALSE, "k", "v");
  context_end_refused (context, "cannot apply changes: secret with label \"old\" already exists");
  g_assert_cmpuint (model_fixture_get_unit (fixture, "app/0")->application->secrets->len, ==, 3);
  model_fixture_assert_next (fixture, "app/1", "");
}

/* Changing -------------------------------------------------------------------------------------------------------- */

static void
test_new_revisions (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'a'}");

  context = context_begin_any (fixture, "app/0");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  set (context, id, "{'key': 'b'}");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  assert_content (context, id, NULL, REACTIVE_SECRET_PEEK, "{'key': 'b'}");
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 1);
  context_end (context);
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 2);

  context = context_begin (fixture, "app/0", "secret-changed");
  assert_content (context, NULL, "password", REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  set (context, id, "{'key': 'c'}");
  assert_content (context, id, NULL, REACTIVE_SECRET_REFRESH, "{'key': 'c'}");
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'c'}");
  set (context, id, "{'key': 'c'}");
  context_end (context);
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 3);
}

static void
test_metadata_alone_is_no_revision (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;
  const ReactiveSecretChange change
      = { .description = "of root", .rotate = "daily", .expire = "2030-01-02T03:04:05Z", .label = "root" };

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'a'}");
  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (reactive_hook_context_secret_set, context, id, &change);
  g_assert_null (reactive_hook_context_secret_info_get (context, NULL, "password", NULL));
  g_assert_nonnull (reactive_hook_context_secret_info_get (context, NULL, "root", NULL));
  context_end (context);

  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 1);
  g_assert_cmpstr (find (fixture, id)->label, ==, "root");
  g_assert_cmpstr (find (fixture, id)->description, ==, "of root");
  g_assert_cmpstr (find (fixture, id)->rotation, ==, "daily");
  g_assert_cmpstr (find (fixture, id)->expiry, ==, "2030-01-02T03:04:05Z");
}

/* The tool says nothing; the end of the hook does. */
static void
test_set_of_anothers_fails_the_commit (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (ReactiveJson) json = context_json ("{'key': 'a'}");
  const ReactiveSecretChange change = { .content = json };
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", NULL, FALSE, "{'key': 'a'}");

  context = context_begin_any (fixture, "cli/0");
  set (context, "secret:" UNKNOWN_ID, "{'key': 'b'}");
  context_end_refused (context, "cannot apply changes: secret \"" UNKNOWN_ID "\" not found");
  context_retry (fixture, "cli/0");
  context = context_begin_any (fixture, "cli/0");
  set (context, id, "{'key': 'b'}");
  context_end_refused (context, "cannot apply changes: permission denied");

  context = context_begin_any (fixture, "app/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", reactive_hook_context_secret_set, context, id,
                  &change);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "secret URI \"x\" not valid", reactive_hook_context_secret_set, context, "x",
                  &change);
  context_end (context);
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 1);
}

static void
test_removal (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL, *fresh = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'a'}");

  context = context_begin_any (fixture, "app/0");
  fresh = g_strdup (add (context, "fresh", FALSE, "{'key': 'x'}"));
  ASSERT_DONE (reactive_hook_context_secret_remove, context, fresh, 0);
  ASSERT_DONE (reactive_hook_context_secret_remove, context, "secret:" UNKNOWN_ID, 0);
  set (context, id, "{'key': 'b'}");
  context_end (context);
  g_assert_null (find (fixture, fresh));
  g_assert_cmpuint (find (fixture, id)->revisions->len, ==, 2);

  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (reactive_hook_context_secret_remove, context, id, 1);
  g_assert_null (reactive_hook_context_secret_info_get (context, id, NULL, NULL));
  context_assert_json (reactive_hook_context_secret_ids (context), "null");
  context_end (context);
  g_assert_null (g_ptr_array_index (find (fixture, id)->revisions, 0));
  g_assert_nonnull (g_ptr_array_index (find (fixture, id)->revisions, 1));

  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (reactive_hook_context_secret_remove, context, id, 2);
  context_end (context);
  g_assert_null (find (fixture, id));
}

static void
test_removed_altogether (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'a'}");
  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (reactive_hook_context_secret_remove, context, id, 1);
  ASSERT_DONE (reactive_hook_context_secret_remove, context, id, 0);
  g_assert_nonnull (find (fixture, id));
  context_end (context);
  g_assert_null (find (fixture, id));

  context = context_begin_any (fixture, "app/0");
  {
    g_autofree char *text = g_strdup_printf ("secret \"%s\" not found", id + strlen ("secret:"));

    ASSERT_REFUSED (REACTIVE_ERROR_TOOL, text, reactive_hook_context_secret_get, context, id, NULL,
                    REACTIVE_SECRET_TRACKED);
  }
  context_end (context);
}

/* Reading --------------------------------------------------------------------------------------------------------- */

static void
test_readers_need_a_grant (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", NULL, FALSE, "{'key': 'a'}");

  context = context_begin_any (fixture, "cli/0");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied", reactive_hook_context_secret_get, context, id, NULL,
                  REACTIVE_SECRET_TRACKED);
  context_end (context);

  grant (fixture, "app/0", id, "from:1", "cli/0");
  context = context_begin_any (fixture, "cli/0");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  context_end (context);
  context = context_begin_any (fixture, "cli/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied", reactive_hook_context_secret_get, context, id, NULL,
                  REACTIVE_SECRET_TRACKED);
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (reactive_hook_context_secret_revoke, context, id, NULL, NULL, "cli/0");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "from:1", NULL);
  context_end (context);
  context = context_begin_any (fixture, "cli/1");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  context_end (context);
}

static void
test_peers_and_units (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *of_application = NULL, *of_unit = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  of_application = make_secret (fixture, "app/0", "shared", FALSE, "{'key': 'a'}");
  of_unit = make_secret (fixture, "app/0", "own", TRUE, "{'key': 'b'}");

  context = context_begin_any (fixture, "app/1");
  assert_content (context, of_application, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  assert_content (context, NULL, "shared", REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied", reactive_hook_context_secret_get, context, of_unit, NULL,
                  REACTIVE_SECRET_TRACKED);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret \"own\" not found", reactive_hook_context_secret_get, context, NULL,
                  "own", REACTIVE_SECRET_TRACKED);
  context_assert_json (reactive_hook_context_secret_ids (context), "null");
  context_end (context);
}

static void
test_consumer_tracks_until_it_refreshes (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", NULL, FALSE, "{'key': 'a'}");
  grant (fixture, "app/0", id, "from:1", NULL);
  context = context_begin_any (fixture, "cli/0");
  assert_content (context, id, "of app", REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  context_end (context);
  context = context_begin_any (fixture, "app/0");
  set (context, id, "{'key': 'b'}");
  context_end (context);

  context = context_begin (fixture, "cli/0", "secret-changed");
  assert_content (context, NULL, "of app", REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  assert_content (context, NULL, "of app", REACTIVE_SECRET_PEEK, "{'key': 'b'}");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'a'}");
  assert_content (context, id, NULL, REACTIVE_SECRET_REFRESH, "{'key': 'b'}");
  context_fail (context);

  context_retry (fixture, "cli/0");
  context = context_begin (fixture, "cli/0", "secret-changed");
  assert_content (context, id, NULL, REACTIVE_SECRET_TRACKED, "{'key': 'b'}");
  context_end (context);
  model_fixture_assert_next (fixture, "cli/0", "");
}

static void
test_get_refusals (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "cli/0");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "require either a secret URI or label", reactive_hook_context_secret_get,
                  context, NULL, NULL, REACTIVE_SECRET_TRACKED);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "secret URI \"secret:x\" not valid", reactive_hook_context_secret_get,
                  context, "secret:x", NULL, REACTIVE_SECRET_TRACKED);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret \"" UNKNOWN_ID "\" not found", reactive_hook_context_secret_get, context,
                  "secret://model/" UNKNOWN_ID, NULL, REACTIVE_SECRET_TRACKED);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret \"x\" not found", reactive_hook_context_secret_get, context, NULL, "x",
                  REACTIVE_SECRET_TRACKED);
  context_end (context);
}

static void
test_grant_ends_with_the_relation (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", NULL, FALSE, "{'key': 'a'}");
  grant (fixture, "app/0", id, "from:1", NULL);
  reactive_model_unrelate (reactive_model_find_relation (fixture->model, "app:from", "cli:to", NULL));
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "cli/0");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied", reactive_hook_context_secret_get, context, id, NULL,
                  REACTIVE_SECRET_TRACKED);
  context_end (context);
}

/* Granting and describing ----------------------------------------------------------------------------------------- */

static void
test_grant_refusals (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", NULL, FALSE, "{'key': 'a'}");

  context = context_begin_any (fixture, "app/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret \"" UNKNOWN_ID "\" not found", reactive_hook_context_secret_grant,
                  context, UNKNOWN_ID, "from:1", NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "unit \"cli\" not valid", reactive_hook_context_secret_grant, context, id,
                  "from:1", "cli");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "cannot specify unit \"app/1\" in relation to application \"cli\"",
                  reactive_hook_context_secret_grant, context, id, "from:1", "app/1");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "from:1", "cli/0");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "from:1", "cli/0");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "from:1", "cli/1");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "any unit level grants need to be revoked before granting access to the corresponding application",
                  reactive_hook_context_secret_grant, context, id, "from:1", NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "missing relation or application or unit",
                  reactive_hook_context_secret_revoke, context, id, NULL, NULL, NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "specify only one of application or unit",
                  reactive_hook_context_secret_revoke, context, id, NULL, "cli", "cli/0");
  context_end (context);
  g_assert_cmpuint (find (fixture, id)->grants->len, ==, 2);

  context = context_begin_any (fixture, "app/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", reactive_hook_context_secret_grant, context, id,
                  "from:1", NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", reactive_hook_context_secret_revoke, context,
                  id, NULL, "cli", NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", reactive_hook_context_secret_remove, context,
                  id, 0);
  context_end (context);
}

static void
test_info (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = NULL, *expected = NULL;
  ReactiveHookContext *context;
  const char *bare;

  settle_app_and_cli (fixture);
  id = make_secret (fixture, "app/0", "password", FALSE, "{'key': 'a'}");
  bare = id + strlen ("secret:");
  grant (fixture, "app/0", id, "from:1", "cli/1");
  expected = g_strdup_printf ("{'%s': {'access': [{'role': 'view', 'scope': 'relation-cli.to#app.from', 'target': "
                              "'unit-cli-1'}], 'label': 'password', 'owner': 'application', 'revision': 1, 'rotation': "
                              "'never'}}",
                              bare);

  context = context_begin_any (fixture, "app/0");
  context_assert_json (reactive_hook_context_secret_info_get (context, id, NULL, NULL), expected);
  context_assert_json (reactive_hook_context_secret_info_get (context, NULL, "password", NULL), expected);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "secret \"x\" not found", reactive_hook_context_secret_info_get, context, NULL,
                  "x");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "require either a secret URI or label", reactive_hook_context_secret_info_get,
                  context, NULL, NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "specify either a secret URI or label but not both",
                  reactive_hook_context_secret_info_get, context, id, "x");
  context_end (context);

  context = context_begin_any (fixture, "cli/1");
  g_assert_null (reactive_hook_context_secret_info_get (context, id, NULL, NULL));
  context_assert_json (reactive_hook_context_secret_ids (context), "null");
  context_end (context);
}

static void
test_info_shows_what_is_pending (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *expected = NULL, *id = NULL;
  ReactiveHookContext *context;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "app/0");
  id = g_strdup (add (context, NULL, TRUE, "{'key': 'a'}"));
  set_label (context, id, "mine");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "ring:0", NULL);
  expected = g_strdup_printf ("{'%s': {'access': [{'role': 'view', 'scope': 'relation-app.ring', 'target': "
                              "'application-app'}], 'label': 'mine', 'owner': 'unit', 'revision': 1, 'rotation': "
                              "'never'}}",
                              id + strlen ("secret:"));
  context_assert_json (reactive_hook_context_secret_info_get (context, id, NULL, NULL), expected);
  context_end (context);
  g_assert_cmpstr (find (fixture, id)->label, ==, "mine");
  g_assert_true (find (fixture, id)->owner_unit == model_fixture_get_unit (fixture, "app/0"));
}

static void
test_notes (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *expected = NULL;
  ReactiveHookContext *context;
  ContextNotes notes;
  const char *id;

  settle_app_and_cli (fixture);
  context = context_begin_any (fixture, "app/0");
  context_watch (context, &notes);
  id = add (context, NULL, TRUE, "{'key': 'a'}");
  ASSERT_DONE (reactive_hook_context_secret_grant, context, id, "from:1", NULL);
  context_assert_notes (&notes, "");
  expected = g_strdup_printf ("secret-add %s; secret-grant %s cli", id, id);
  context_end (context);
  context_assert_notes (&notes, expected);
  g_string_free (notes.text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/secret-add/waits-and-reads-back", test_add_waits_and_reads_back);
  ADD_MODEL_TEST ("/hook-context/secret-add/refusals", test_add_refusals);
  ADD_MODEL_TEST ("/hook-context/secret-add/keys", test_keys);
  ADD_MODEL_TEST ("/hook-context/secret-add/labels-are-an-owners-own", test_labels_are_an_owners_own);
  ADD_MODEL_TEST ("/hook-context/secret-set/makes-revisions", test_new_revisions);
  ADD_MODEL_TEST ("/hook-context/secret-set/metadata-alone-makes-none", test_metadata_alone_is_no_revision);
  ADD_MODEL_TEST ("/hook-context/secret-set/of-anothers-fails-the-commit", test_set_of_anothers_fails_the_commit);
  ADD_MODEL_TEST ("/hook-context/secret-remove/by-revision", test_removal);
  ADD_MODEL_TEST ("/hook-context/secret-remove/altogether", test_removed_altogether);
  ADD_MODEL_TEST ("/hook-context/secret-get/readers-need-a-grant", test_readers_need_a_grant);
  ADD_MODEL_TEST ("/hook-context/secret-get/peers-and-units", test_peers_and_units);
  ADD_MODEL_TEST ("/hook-context/secret-get/tracks-until-refreshed", test_consumer_tracks_until_it_refreshes);
  ADD_MODEL_TEST ("/hook-context/secret-get/refusals", test_get_refusals);
  ADD_MODEL_TEST ("/hook-context/secret-get/grant-ends-with-the-relation", test_grant_ends_with_the_relation);
  ADD_MODEL_TEST ("/hook-context/secret-grant/refusals", test_grant_refusals);
  ADD_MODEL_TEST ("/hook-context/secret-info-get/own-secrets", test_info);
  ADD_MODEL_TEST ("/hook-context/secret-info-get/shows-what-is-pending", test_info_shows_what_is_pending);
  ADD_MODEL_TEST ("/hook-context/secret/is-told-at-the-end", test_notes);

  return g_test_run ();
}

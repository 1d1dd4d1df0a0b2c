/* SPDX-License-Identifier: Apache-2.0 */
#include "tool-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static const char app_metadata[] = "summary: s\n"
                                   "description: d\n"
                                   "requires:\n"
                                   "  db: {interface: mysql}\n"
                                   "provides:\n"
                                   "  website: {interface: http}\n"
                                   "peers:\n"
                                   "  cluster: {interface: cluster}\n"
                                   "storage:\n"
                                   "  data: {type: filesystem, multiple: {range: 0-}}\n"
                                   "resources:\n"
                                   "  software: {type: file, filename: software.zip}\n"
                                   "payloads:\n"
                                   "  monitor: {type: docker}\n";
static const char app_options[] = "options:\n"
                                  "  debug: {type: boolean, default: false}\n"
                                  "  nothing: {type: string}\n"
                                  "  port: {type: int, default: 80}\n"
                                  "  ratio: {type: float, default: 2.0}\n"
                                  "  title: {type: string, default: \"a <b> & \\\"c\\\"\"}\n"
                                  "  truth: {type: string, default: \"yes\"}\n";
static const char app_actions[] = "backup:\n"
                                  "  params:\n"
                                  "    name: {type: string}\n"
                                  "    options: {type: object}\n";
static const char mysql_metadata[] = "summary: s\n"
                                     "description: d\n"
                                     "provides:\n"
                                     "  server: {interface: mysql}\n";

static void
deploy (ToolFixture *fixture, const char *name, const char *metadata, const char *options, const char *actions)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (&fixture->base, metadata, options, actions);
  g_autoptr (GError) error = NULL;

  reactive_model_add_application (fixture->base.model, name, charm, /* config= */ NULL, &error);
  g_assert_no_error (error);
  model_fixture_add_unit (&fixture->base, name);
  model_fixture_add_unit (&fixture->base, name);
}

void
tool_fixture_set_up (ToolFixture *fixture, ReactiveJujuVersion juju)
{
  g_autoptr (GError) error = NULL;

  *fixture = (ToolFixture){ 0 };
  model_fixture_set_up (&fixture->base, NULL);
  model_fixture_reset (&fixture->base, juju);
  deploy (fixture, "app", app_metadata, app_options, app_actions);
  deploy (fixture, "mysql", mysql_metadata, NULL, NULL);
  fixture->relation = model_fixture_relate (&fixture->base, "app:db", "mysql:server");
  fixture->peers = g_ptr_array_index (fixture->base.model->relations, 0);
  fixture->storage
      = reactive_model_attach_storage (model_fixture_get_unit (&fixture->base, "app/0"), "data", "/mnt", &error);
  g_assert_no_error (error);
  model_fixture_settle (&fixture->base);

  model_fixture_set_data (&fixture->base, "mysql/0", fixture->relation, /* of_application= */ FALSE, "host", "db<0>");
  model_fixture_set_data (&fixture->base, "mysql/0", fixture->relation, /* of_application= */ TRUE, "version", "8");
  model_fixture_set_data (&fixture->base, "mysql/1", fixture->relation, /* of_application= */ FALSE, "host", "db1");
  model_fixture_set_data (&fixture->base, "app/0", fixture->relation, /* of_application= */ TRUE, "want", "all");
  model_fixture_set_data (&fixture->base, "app/0", fixture->peers, /* of_application= */ TRUE, "token", "abc");
  model_fixture_settle (&fixture->base);

  fixture->directory = g_build_filename (fixture->base.directory, "tools", NULL);
  g_assert_cmpint (g_mkdir (fixture->directory, 0700), ==, 0);
}

void
tool_fixture_tear_down (ToolFixture *fixture)
{
  g_free (fixture->directory);
  model_fixture_tear_down (&fixture->base, NULL);
}

static ReactiveModelHook
relation_hook (ToolFixture *fixture, ReactiveModelRelation *relation, ReactiveModelHookKind kind, const char *unit,
               const char *remote)
{
  ReactiveModelHook hook = {
    .kind = kind,
    .relation = reactive_model_unit_find_relation (model_fixture_get_unit (&fixture->base, unit), relation),
  };

  g_assert_nonnull (hook.relation);
  if (remote != NULL)
    hook.member = reactive_model_relation_find_member (relation, model_fixture_get_unit (&fixture->base, remote));

  return hook;
}

static ReactiveModelHook
action_hook (ToolFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) parameters
      = reactive_json_parse ("{\"name\": \"x\", \"options\": {\"deep\": {\"list\": [\"a\", 1, 2.5]}, \"flag\": true}}",
                             -1, REACTIVE_JSON_STRICT, &error);
  ReactiveModelHook hook = { .kind = REACTIVE_MODEL_HOOK_ACTION };

  g_assert_no_error (error);
  hook.action
      = reactive_model_add_action (model_fixture_get_unit (&fixture->base, "app/0"), "backup", parameters, &error);
  g_assert_no_error (error);
  return hook;
}

ReactiveHookContext *
tool_fixture_begin (ToolFixture *fixture, Scene scene)
{
  const char *unit = scene == SCENE_FOLLOWER || scene == SCENE_PEER ? "app/1" : "app/0";
  ReactiveModelRelation *relation = fixture->relation;
  ReactiveModelHook hook = { .kind = REACTIVE_MODEL_HOOK_CONFIG_CHANGED };

  if (scene == SCENE_CREATED)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_CREATED, unit, NULL);
  else if (scene == SCENE_CHANGED)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_CHANGED, unit, "mysql/0");
  else if (scene == SCENE_APP_CHANGED)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_CHANGED, unit, NULL);
  else if (scene == SCENE_DEPARTED)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_DEPARTED, unit, "mysql/1");
  else if (scene == SCENE_BROKEN)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_BROKEN, unit, NULL);
  else if (scene == SCENE_PEER)
    hook = relation_hook (fixture, fixture->peers, REACTIVE_MODEL_HOOK_RELATION_CHANGED, unit, "app/0");
  else if (scene == SCENE_REMOTE)
    hook = relation_hook (fixture, relation, REACTIVE_MODEL_HOOK_RELATION_CHANGED, unit = "mysql/0", "app/0");
  else if (scene == SCENE_STORAGE)
    hook = (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_STORAGE_ATTACHED, .storage = fixture->storage };
  else if (scene == SCENE_ACTION)
    hook = action_hook (fixture);
  else if (scene == SCENE_METRICS)
    hook.kind = REACTIVE_MODEL_HOOK_COLLECT_METRICS;

  return reactive_hook_context_new (model_fixture_get_unit (&fixture->base, unit), &hook);
}

gboolean
tool_fixture_run (ToolFixture *fixture, ReactiveHookContext *context, const char *commands, const char *input,
                  ReactiveToolReply *out_reply, GError **error)
{
  g_auto (GStrv) each = g_strsplit (commands, ";", -1);
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;
  guint n = g_strv_length (each);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) argv = NULL;
      g_auto (ReactiveToolReply) reply = { 0 };

      g_assert_true (g_shell_parse_argv (each[i], NULL, &argv, NULL));
      if (!reactive_hook_tool_run (context, argv[0], (const char *const *) argv + 1, fixture->directory, bytes, &reply,
                                   error))
        return FALSE;
      if (i + 1 < n)
        {
          g_assert_cmpstr (reply.message, ==, "");
          g_assert_cmpint (reply.exit_code, ==, 0);
          continue;
        }

      *out_reply = reply;
      reply = (ReactiveToolReply){ 0 };
    }

  return TRUE;
}

void
tool_fixture_enter (ToolFixture *fixture, gconstpointer data)
{
  tool_fixture_set_up (fixture, REACTIVE_JUJU_3_6);
  fixture->context = tool_fixture_begin (fixture, SCENE_CHANGED);
}

void
tool_fixture_leave (ToolFixture *fixture, gconstpointer data)
{
  reactive_hook_context_free (fixture->context);
  tool_fixture_tear_down (fixture);
}

static char *
get_output (const ReactiveToolReply *reply)
{
  gsize length_bytes = 0;
  const char *text = g_bytes_get_data (reply->output, &length_bytes);

  return g_strndup (text != NULL ? text : "", length_bytes);
}

char *
tool_fixture_print (ToolFixture *fixture, const char *commands)
{
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  tool_fixture_run (fixture, fixture->context, commands, /* input= */ NULL, &reply, &error);
  g_assert_no_error (error);

  return reply.exit_code == 0 ? get_output (&reply) : g_strdup_printf ("exit %d: %s", reply.exit_code, reply.message);
}

static void
check_row (ToolFixture *fixture, const ToolRow *row)
{
  g_autoptr (ReactiveHookContext) context = tool_fixture_begin (fixture, row->scene);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  if (!tool_fixture_run (fixture, context, row->commands, row->input, &reply, &error))
    {
      g_test_message ("%s: %s", row->commands, error->message);
      g_test_fail ();
      return;
    }

  output = get_output (&reply);
  if (reply.exit_code == row->exit_code && g_str_equal (output, row->output)
      && (row->message == NULL || g_str_equal (reply.message, row->message)))
    return;

  g_test_message ("%s: %d [%s] [%s], not %d [%s] [%s]", row->commands, reply.exit_code, output, reply.message,
                  row->exit_code, row->output, row->message != NULL ? row->message : "");
  g_test_fail ();
}

void
tool_fixture_check (ReactiveJujuVersion juju, const ToolRow *rows, gsize n_rows)
{
  ToolFixture fixture;

  tool_fixture_set_up (&fixture, juju);
  for (gsize i = 0; i < n_rows; i++)
    check_row (&fixture, &rows[i]);
  tool_fixture_tear_down (&fixture);
}

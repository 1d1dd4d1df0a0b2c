/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <reactive.h>
#include <stdint.h>
#include <string.h>

#include "unit/unit.h"

/* A whole hook in which the databag of a remote unit is what the fuzzer says. It must end well for every answer that
 * Juju could give, an object of strings, whatever the strings; and fail, keeping nothing, for every other. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

typedef struct
{
  ReactiveCarrier parent;
  const uint8_t *data;
  size_t size;
} FuzzCarrier;

static gboolean
fuzz_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
          ReactiveToolReply *out_reply, GError **error)
{
  static const struct
  {
    const char *tool;
    const char *output;
  } answers[] = {
    { "relation-ids", "[\"db:1\"]" }, { "relation-list", "[\"mysql/0\"]" },
    { "is-leader", "false" },         { "config-get", "{}" },
    { "leader-get", "{}" },
  };
  FuzzCarrier *self = (FuzzCarrier *) carrier;
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) output = g_bytes_new (self->data, strcmp (tool, "relation-get") == 0 ? self->size : 0);

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (strcmp (answers[i].tool, tool) == 0)
      {
        g_bytes_unref (output);
        output = g_bytes_new (answers[i].output, strlen (answers[i].output));
      }
  reactive_tool_reply_set (out_reply, 0, output, nothing);

  return TRUE;
}

static void
fuzz_free (ReactiveCarrier *carrier)
{
  g_free (carrier);
}

static ReactiveJuju *
new_juju (const uint8_t *data, size_t size)
{
  static const ReactiveCarrierClass fuzz_class = { .run = fuzz_run, .free = fuzz_free };
  FuzzCarrier *carrier = g_new0 (FuzzCarrier, 1);

  carrier->parent.klass = &fuzz_class;
  carrier->data = data;
  carrier->size = size;

  return reactive_juju_new_for_tools (&carrier->parent);
}

/* What is read must be written so that it is read the same again. */
static gboolean
read_everything (ReactiveUnit *unit, GError **error)
{
  ReactiveDatabag *databag = reactive_endpoint_get_received (reactive_endpoint_from_name (unit, "db"));

  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    {
      const ReactiveJson *value = reactive_databag_get_json (databag, *key);
      g_autofree char *text = reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);
      g_autoptr (ReactiveJson) again = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);
      g_autofree char *text_again = again != NULL ? reactive_json_to_text (again, REACTIVE_JSON_SORT_KEYS) : NULL;

      g_assert_nonnull (reactive_databag_get (databag, *key, NULL));
      g_assert_cmpstr (text, ==, text_again);
    }
  reactive_set_flag (unit, "read");

  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (read_everything, ON ("db-relation-changed")) };
static const ReactiveModule module = {
  .abi = REACTIVE_MODULE_ABI,
  .size = sizeof (ReactiveModule),
  .handler_size = sizeof (ReactiveHandler),
  .condition_size = sizeof (ReactiveCondition),
  .trigger_size = sizeof (ReactiveTrigger),
  HANDLERS (handlers),
};

/* The charm is the same for all inputs, as one process has many units of it. */
static ReactiveHandlers *
load_charm (void)
{
  g_autofree char *directory = g_dir_make_tmp ("fuzz-databag-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "metadata.yaml", NULL);
  GPtrArray *modules = g_ptr_array_new ();
  static ReactiveLoadedModule loaded = { (char *) "app", (char *) "app.so", &module };
  ReactiveHandlers *result;

  g_assert_true (g_file_set_contents (path, "name: app\nrequires: {db: {interface: mysql}}\n", -1, NULL));
  g_ptr_array_add (modules, &loaded);
  result = reactive_handlers_new (reactive_charm_load (directory, NULL), reactive_interfaces_new (), modules, NULL);
  g_assert_nonnull (result);
  g_remove (path);
  g_rmdir (directory);

  return result;
}

static ReactiveHook *
new_hook (void)
{
  static const char *const environment[] = { "JUJU_DISPATCH_PATH=hooks/db-relation-changed",
                                             "JUJU_CHARM_DIR=/nonexistent",
                                             "JUJU_UNIT_NAME=app/0",
                                             "JUJU_RELATION_ID=db:1",
                                             "JUJU_REMOTE_UNIT=mysql/0",
                                             NULL };
  static const char *const endpoints[] = { "db", NULL };
  const ReactiveHookNames names = { .endpoints = endpoints };

  return reactive_hook_new_from_environment (environment, &names, NULL);
}

static gboolean
is_databag (const uint8_t *data, size_t size)
{
  g_autoptr (ReactiveJson) answer
      = reactive_json_parse ((const char *) data, (gssize) size, REACTIVE_JSON_STRICT, NULL);

  if (answer == NULL)
    return FALSE;
  if (reactive_json_get_kind (answer) != REACTIVE_JSON_OBJECT)
    return reactive_json_get_kind (answer) == REACTIVE_JSON_NULL;
  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    if (reactive_json_get_kind (reactive_json_get_element (answer, i)) != REACTIVE_JSON_STRING)
      return FALSE;

  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static ReactiveHandlers *charm;
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (charm == NULL)
    charm = load_charm ();
  unit = reactive_unit_new (charm, new_hook (), new_juju (data, size), reactive_store_new_in_memory (), "/");
  ok = reactive_unit_run (unit, &error);

  g_assert_cmpint (ok, ==, is_databag (data, size));
  g_assert_cmpint (ok, ==, error == NULL);
  if (ok)
    g_assert_true (reactive_is_flag_set (unit, "endpoint.db.joined") && reactive_is_flag_set (unit, "read"));

  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "juju/file-text.h"
#include "juju/juju-private.h"

/* Options go before "--": a name may begin with a dash. */

const ReactiveJson *
reactive_tools_juju_relation_ids (ReactiveJuju *juju, const char *endpoint, GError **error)
{
  const char *const argv[] = { "relation-ids", "--format=json", "--", endpoint, NULL };
  const ReactiveJujuQuestion question = {
    .argv = argv,
    .kind = REACTIVE_JSON_ARRAY,
    .is_null_empty = TRUE,
    .check = reactive_juju_check_names,
  };

  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &question, error);
}

const ReactiveJson *
reactive_tools_juju_relation_list (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  const char *const argv[] = { "relation-list", "--format=json", "-r", relation_id, NULL };
  const ReactiveJujuQuestion question = {
    .argv = argv,
    .kind = REACTIVE_JSON_ARRAY,
    .is_null_empty = TRUE,
    .check = reactive_juju_check_names,
  };

  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &question, error);
}

const char *
reactive_tools_juju_relation_app (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  const char *const argv[] = { "relation-list", "--format=json", "--app", "-r", relation_id, NULL };
  const ReactiveJujuQuestion question = { .argv = argv, .kind = REACTIVE_JSON_STRING };
  const ReactiveJson *answer = reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &question, error);

  return answer != NULL ? reactive_json_get_string (answer, /* out_length_bytes= */ NULL) : NULL;
}

/* The words of relation-get for a databag; ended by NULL. */
static void
databag_argv (const char *relation_id, const char *name, gboolean of_application, const char *argv[9])
{
  guint n = 0;

  argv[n++] = "relation-get";
  argv[n++] = "--format=json";
  argv[n++] = "-r";
  argv[n++] = relation_id;
  if (of_application)
    argv[n++] = "--app";
  argv[n++] = "--";
  argv[n++] = "-";
  argv[n++] = name;
  argv[n] = NULL;
}

const ReactiveJson *
reactive_tools_juju_relation_get (ReactiveJuju *juju, const char *relation_id, const char *name,
                                  gboolean of_application, GError **error)
{
  const char *argv[9];
  const ReactiveJujuQuestion question = {
    .argv = argv,
    .kind = REACTIVE_JSON_OBJECT,
    .is_null_empty = TRUE,
    .check = reactive_juju_check_settings,
  };

  databag_argv (relation_id, name, of_application, argv);

  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &question, error);
}

/**
 * reactive_tools_juju_relation_set:
 * @settings: object of strings; null deletes
 * @error: DENIED, or as any tool
 *
 * The settings travel on the tool's standard input, which keeps white space and takes values of any length.
 *
 * Returns: whether Juju took all of them
 */
gboolean
reactive_tools_juju_relation_set (ReactiveJuju *juju, const char *relation_id, gboolean of_application,
                                  const ReactiveJson *settings, GError **error)
{
  const char *const unit_argv[] = { "relation-set", "-r", relation_id, "--file", "-", NULL };
  const char *const application_argv[] = { "relation-set", "-r", relation_id, "--app", "--file", "-", NULL };
  char *text;
  g_autoptr (GBytes) input = NULL;

  g_assert (reactive_json_get_kind (settings) == REACTIVE_JSON_OBJECT);

  if (of_application && !reactive_tools_juju_require_leader (juju, "write the application's databag", error))
    return FALSE;

  text = reactive_juju_file_text (settings);
  input = g_bytes_new_take (text, strlen (text));

  return reactive_tools_juju_tell_input ((ReactiveToolsJuju *) juju, of_application ? application_argv : unit_argv,
                                         input, error);
}

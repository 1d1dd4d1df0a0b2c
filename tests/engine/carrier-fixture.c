/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier-fixture.h"

#include <string.h>

typedef struct
{
  ReactiveCarrier parent;
  const Answer *answers; /* ends with a NULL tool; what is not there prints nothing */
  GString *calls;        /* the words of each call joined by blanks, a line each */
} FakeCarrier;

static gboolean
fake_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
          ReactiveToolReply *out_reply, GError **error)
{
  FakeCarrier *self = (FakeCarrier *) carrier;
  const Answer *answer = self->answers;
  g_autofree char *words = g_strjoinv (" ", (char **) argv);
  g_autoptr (GBytes) output = NULL, errors = NULL;

  g_string_append_printf (self->calls, "%s %s%s\n", tool, words, input != NULL ? " <" : "");
  while (answer->tool != NULL && !g_str_equal (answer->tool, tool))
    answer++;
  if (answer->error_code != 0)
    {
      g_set_error (error, REACTIVE_ERROR, answer->error_code, "%s: as the test wants it", tool);
      return FALSE;
    }

  output = g_bytes_new (answer->output, answer->output != NULL ? strlen (answer->output) : 0);
  errors = g_bytes_new (answer->errors, answer->errors != NULL ? strlen (answer->errors) : 0);
  reactive_tool_reply_set (out_reply, answer->exit_code, output, errors);
  return TRUE;
}

static void
fake_free (ReactiveCarrier *carrier)
{
  g_free (carrier);
}

static const ReactiveCarrierClass fake_class = { .run = fake_run, .free = fake_free };

ReactiveJuju *
fake_juju_new (const Answer *answers, GString *calls)
{
  FakeCarrier *carrier = g_new0 (FakeCarrier, 1);

  carrier->parent.klass = &fake_class;
  carrier->answers = answers;
  carrier->calls = calls;
  return reactive_juju_new_for_tools (&carrier->parent);
}

void
calls_free (Calls *calls)
{
  g_string_free (calls, /* free_segment= */ TRUE);
}

void
assert_calls (GString *calls, const char *expected)
{
  g_assert_cmpstr (calls->str, ==, expected);
  g_string_truncate (calls, 0);
}

void
assert_json (const ReactiveJson *value, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (value);
  text = reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);
  g_assert_cmpstr (text, ==, expected);
}

gboolean
set_leader (ReactiveJuju *juju, const char *json, GError **error)
{
  g_autoptr (ReactiveJson) settings = reactive_json_parse (json, -1, REACTIVE_JSON_STRICT, NULL);

  g_assert_nonnull (settings);
  return juju->klass->leader_set (juju, settings, error);
}

gboolean
set_relation (ReactiveJuju *juju, gboolean of_application, const char *json_text, GError **error)
{
  g_autoptr (ReactiveJson) settings = reactive_json_parse (json_text, -1, REACTIVE_JSON_STRICT, NULL);

  return juju->klass->relation_set (juju, "db:1", of_application, settings, error);
}

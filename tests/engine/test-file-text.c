/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/file-text.h"

typedef struct
{
  const char *json;
  const char *text;
} FileCase;

static const FileCase file_cases[] = {
  { "{}", "{}\n" },
  { "{\"b\": \"1\", \"a\": null}", "{\"b\": \"1\", \"a\": \"\"}\n" },
  { "{\"q\\\"\": \"\\\\ \\/ \\n\\t\\r\"}", "{\"q\\\"\": \"\\\\ / \\n\\t\\u000d\"}\n" },
  { "{\"k\": \"\\u0000\\u001f\\u007f\"}", "{\"k\": \"\\u0000\\u001f\\u007f\"}\n" },
  { "{\"k\": \"\\u0085\\u009f\\u2028\\u2029\\ufeff\\uffff\"}",
    "{\"k\": \"\\u0085\\u009f\\u2028\\u2029\\ufeff\\uffff\"}\n" },
  { "{\"\\u00e4\": \"\\ud83d\\ude00\\u00a0\\uffee\"}", "{\"\u00e4\": \"\U0001f600\u00a0\uffee\"}\n" },
  { "{\"k\": \"a\\ud800b\"}", "{\"k\": \"a\ufffdb\"}\n" },
};

static void
test_file_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_cases); i++)
    {
      g_autoptr (ReactiveJson) settings = reactive_json_parse (file_cases[i].json, -1, REACTIVE_JSON_PYTHON, NULL);
      g_autofree char *text = reactive_juju_file_text (settings);

      g_assert_cmpstr (text, ==, file_cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/file-text/is-json-that-a-yaml-reader-takes", test_file_text);

  return g_test_run ();
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A line "SCENE JUJU", one for each word of the command, an empty one, and what the tool may read. */
#include <stdint.h>
#include <string.h>

#include "tool-fixture.h"

#define MAX_WORDS 64

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Files are written where the words say: nothing may ask for that. */
static gboolean
writes_file (const char *word)
{
  if (g_str_has_prefix (word, "--"))
    return g_str_has_prefix (word, "--o");

  return *word == '-' && strchr (word, 'o') != NULL;
}

static gboolean
is_harmless (char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (i >= MAX_WORDS || writes_file (words[i]))
      return FALSE;

  return TRUE;
}

static void
check_reply (const ReactiveToolReply *reply)
{
  g_assert_cmpint (reply->exit_code, >=, 0);
  g_assert_cmpint (reply->exit_code, <=, 2);
  g_assert_true (g_utf8_validate (reply->message, -1, NULL));
  if (reply->exit_code != 0)
    {
      g_assert_cmpstr (reply->message, !=, "");
      g_assert_cmpuint (g_bytes_get_size (reply->output), ==, 0);
    }
}

static void
run (ToolFixture *fixture, Scene scene, char **words, GBytes *input)
{
  g_autoptr (ReactiveHookContext) context = tool_fixture_begin (fixture, scene);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (reactive_hook_tool_run (context, words[0], (const char *const *) words + 1, fixture->directory, input, &reply,
                              &error))
    check_reply (&reply);
  else if (!g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL))
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
      g_assert_null (input);
    }

  /* What was accepted is committed, or refused as a whole. */
  reactive_hook_context_commit (context, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *empty_line = memmem (data, size, "\n\n", 2);
  gsize head_bytes = empty_line != NULL ? (gsize) (empty_line - (const char *) data) : size;
  g_autofree char *head = g_strndup ((const char *) data, head_bytes);
  g_auto (GStrv) words = g_strsplit (head, "\n", -1);
  g_autoptr (GBytes) input = NULL;
  ToolFixture fixture;

  if (words[0] == NULL || words[1] == NULL || strlen (words[0]) < 2 || !is_harmless (words))
    return 0;

  if (empty_line != NULL)
    input = g_bytes_new (empty_line + 2, size - head_bytes - 2);
  tool_fixture_set_up (&fixture, (ReactiveJujuVersion) ((guint8) words[0][1] % (REACTIVE_JUJU_4 + 1)));
  run (&fixture, (Scene) ((guint8) words[0][0] % (SCENE_METRICS + 1)), words + 1, input);
  tool_fixture_tear_down (&fixture);
  return 0;
}

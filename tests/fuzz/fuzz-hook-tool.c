/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a letter for the scene, one for the Juju, and maybe 'c', with which the hook ends well; a line for each
 * word of the command; an empty one; and what the tool may read. */
#include <stdint.h>
#include <stdlib.h>
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

/* Making a model takes longer than most tools, so one is kept for each Juju, as long as nothing has changed it. */
static ToolFixture *kept[REACTIVE_JUJU_4 + 1];

static void
drop (ReactiveJujuVersion juju)
{
  if (kept[juju] != NULL)
    tool_fixture_tear_down (kept[juju]);
  g_clear_pointer (&kept[juju], g_free);
}

static void
drop_all (void)
{
  for (guint juju = 0; juju < G_N_ELEMENTS (kept); juju++)
    drop (juju);
}

static ToolFixture *
get_fixture (ReactiveJujuVersion juju)
{
  static gsize was_begun = 0;

  if (g_once_init_enter (&was_begun))
    {
      atexit (drop_all);
      g_once_init_leave (&was_begun, 1);
    }
  if (kept[juju] == NULL)
    {
      kept[juju] = g_new (ToolFixture, 1);
      tool_fixture_set_up (kept[juju], juju);
    }

  return kept[juju];
}

/* What takes effect before the hook ends. */
static gboolean
changes_model (Scene scene, const char *tool)
{
  static const char *const tools[]
      = { "application-version-set", "juju-reboot", "leader-set", "secret-get", "status-set", NULL };

  return scene == SCENE_ACTION || g_strv_contains (tools, tool);
}

static void
run (ToolFixture *fixture, Scene scene, char **words, GBytes *input, gboolean ends_well)
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
  if (ends_well)
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
  ReactiveJujuVersion juju;
  gboolean ends_well;
  Scene scene;

  if (words[0] == NULL || words[1] == NULL || strlen (words[0]) < 2 || !is_harmless (words))
    return 0;

  if (empty_line != NULL)
    input = g_bytes_new (empty_line + 2, size - head_bytes - 2);
  juju = (ReactiveJujuVersion) ((guint8) words[0][1] % G_N_ELEMENTS (kept));
  scene = (Scene) ((guint8) words[0][0] % (SCENE_METRICS + 1));

  ends_well = words[0][2] == 'c';
  run (get_fixture (juju), scene, words + 1, input, ends_well);
  if (ends_well || changes_model (scene, words[1]))
    drop (juju);
  return 0;
}

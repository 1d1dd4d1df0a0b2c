/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "scenario-play.h"

static guint
count_indent (const char *line)
{
  return strspn (line, " ");
}

static const char *
skip_indent (const char *line)
{
  return line + count_indent (line);
}

/* The line, and those above it that it belongs to. */
static char *
show_line (char **lines, guint index)
{
  GString *text = g_string_new (lines[index] != NULL ? skip_indent (lines[index]) : "(nothing)");
  guint indent = lines[index] != NULL ? count_indent (lines[index]) : 0;

  for (guint i = index; i > 0; i--)
    {
      guint above = count_indent (lines[i - 1]);

      if (above >= indent && !g_str_has_prefix (lines[i - 1], "unit "))
        continue;
      g_string_prepend_c (text, ' ');
      g_string_prepend (text, skip_indent (lines[i - 1]));
      if ((indent = above) == 0)
        break;
    }

  return g_string_free (text, FALSE);
}

/* Empties the lists of actions, which stand between lines of the same indentation: one that died stands there as
 * failed. */
static void
drop_actions (char **lines)
{
  gboolean is_in_list = FALSE;
  guint indent = 0, n_kept = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (is_in_list && count_indent (lines[i]) > indent)
        {
          g_free (lines[i]);
          continue;
        }
      is_in_list = g_str_has_suffix (lines[i], " \"actions\": [");
      indent = count_indent (lines[i]);
      lines[n_kept++] = lines[i];
    }
  lines[n_kept] = NULL;
}

/* NULL where there is no difference. */
static char *
compare_rests (const char *expected, const char *is, gboolean has_actions)
{
  g_auto (GStrv) expected_lines = g_strsplit (expected, "\n", -1);
  g_auto (GStrv) lines = g_strsplit (is, "\n", -1);
  g_autofree char *expected_line = NULL, *line = NULL;
  guint i = 0;

  if (!has_actions)
    {
      drop_actions (expected_lines);
      drop_actions (lines);
    }
  while (expected_lines[i] != NULL && g_strcmp0 (expected_lines[i], lines[i]) == 0)
    i++;
  if (expected_lines[i] == NULL && lines[i] == NULL)
    return NULL;

  expected_line = show_line (expected_lines, i);
  line = show_line (lines, i);

  return g_strdup_printf ("expected %s, is %s", expected_line, line);
}

static char *
say_times (guint n)
{
  return n == 1 ? g_strdup ("once") : g_strdup_printf ("%u times", n);
}

/* The hook that died ran once more than the scenario says. */
static gboolean
is_excused (const Play *play, const char *failure)
{
  if (!play->has_died)
    return FALSE;

  for (guint n = 1; n < 10; n++)
    {
      g_autofree char *times = say_times (n), *more = say_times (n + 1);
      g_autofree char *excuse = g_strdup_printf ("%s: hooks %s: expected to run %s, ran %s\n", play->dead_unit,
                                                 play->dead_hook, times, more);

      if (strstr (failure, excuse) != NULL)
        return TRUE;
    }

  return FALSE;
}

static char *
compare_all_rests (const Play *expected, const Play *play)
{
  gboolean has_actions = play->dead_hook == NULL || !g_str_has_prefix (play->dead_hook, "action ");

  g_assert_cmpuint (play->rests->len, ==, expected->rests->len);
  for (guint i = 0; i < play->rests->len; i++)
    {
      const char *text = g_ptr_array_index (play->rests, i);
      g_autofree char *difference
          = text != NULL ? compare_rests (g_ptr_array_index (expected->rests, i), text, has_actions) : NULL;

      if (difference != NULL)
        return g_strdup_printf ("at rest %u: %s", i + 1, difference);
    }

  return NULL;
}

char *
play_compare (const Play *expected, const Play *play)
{
  const GPtrArray *failures = reactive_scenario_run_get_failures (play->run);

  if (play->options.kill_at != PLAY_NOWHERE && !play->has_died)
    return g_strdup ("the hook did not die");
  for (guint i = 0; i < failures->len; i++)
    if (!is_excused (play, g_ptr_array_index (failures, i)))
      return g_strdup (g_ptr_array_index (failures, i));

  return compare_all_rests (expected, play);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario-play.h"

#include <string.h>

#include "base/text.h"
#include "simulator/dump.h"

/* What is compared, whenever the model has come to rest:
 *
 * - all that reactive_simulation_dump() shows: databags, flags, status, configuration, ports, leaders, units in error;
 *   but for the flag endpoint.NAME.departed, which says that the unit's last hook was one of a departure: which hook is
 *   the last one is drawn;
 * - the key/value data of charms, the configuration that each unit has seen last, and the files in its charm directory
 *   and its root.
 *
 * At the end each unit runs one more hook, update-status, after which that flag is compared, too, and so is everything
 * else in the unit's state: automatic flags, hashes, what interfaces keep. One thing in it may differ: a departure that
 * was kept before the hook died is kept once more by the hook that is run again, as of a unit that left twice.
 *
 * Ids, and hashes of what has ids in it, are other ones where a hook made them once more. They become "id 1", "id 2", …
 * in the order in which they are seen, so that which of them are equal is compared. */

/* What there is */

static void
add_row (const char *key, const char *text, gpointer data)
{
  g_string_append_printf (data, "row %s: %s\n", key, text);
}

static void
add_row_of_charm (const char *key, const char *text, gpointer data)
{
  if (!g_str_has_prefix (key, "reactive.") && !g_str_has_prefix (key, REACTIVE_STORE_OWN_PREFIX))
    add_row (key, text, data);
}

/* What is not the charm's own: state files have a time in them. */
static gboolean
is_file_compared (const char *name)
{
  static const char *const others[] = { "interfaces", "reactive", ".unit-state.db", NULL };

  return !g_strv_contains (others, name);
}

static void
add_files (GString *text, const char *path, const char *shown)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, reactive_text_compare_items);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *child = g_build_filename (path, g_ptr_array_index (names, i), NULL);
      g_autofree char *child_shown = g_build_filename (shown, g_ptr_array_index (names, i), NULL);
      g_autofree char *contents = NULL;

      if (!is_file_compared (g_ptr_array_index (names, i)))
        continue;
      if (g_file_get_contents (child, &contents, NULL, NULL))
        g_string_append_printf (text, "file %s: %s\n", child_shown, contents);
      else
        add_files (text, child, child_shown);
    }
}

static void
add_unit (Play *play, ReactiveModelUnit *unit, GString *text)
{
  const ReactiveSimulationUnit *known = reactive_simulation_know (play->simulation, unit);
  g_autofree char *charm_directory = reactive_simulation_get_unit_directory (play->simulation, unit, "charm");
  g_autofree char *root = reactive_simulation_get_unit_directory (play->simulation, unit, "root");

  g_string_append_printf (text, "unit %s\n", unit->name);
  if (known->image != NULL)
    {
      g_autoptr (ReactiveStore) store = reactive_store_open_image (known->image);

      reactive_store_foreach (store, "", play->is_at_end ? add_row : add_row_of_charm, text);
    }
  if (unit->persistent_config != NULL)
    {
      g_autofree char *config = reactive_json_to_text (unit->persistent_config, REACTIVE_JSON_SORT_KEYS);

      g_string_append_printf (text, "configuration %s\n", config);
    }
  add_files (text, charm_directory, "charm");
  add_files (text, root, "root");
}

static gboolean
number_id (const GMatchInfo *match, GString *result, gpointer data)
{
  GHashTable *numbers = data;
  g_autofree char *id = g_match_info_fetch (match, 0);
  gpointer number = g_hash_table_lookup (numbers, id);

  if (number == NULL)
    {
      number = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
      g_hash_table_insert (numbers, g_steal_pointer (&id), number);
    }
  g_string_append_printf (result, "id %u", GPOINTER_TO_UINT (number));

  return FALSE;
}

static char *
number_ids (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", G_REGEX_OPTIMIZE, 0, NULL);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  char *numbered = g_regex_replace_eval (regex, text, -1, 0, 0, number_id, numbers, &error);

  g_assert_no_error (error);

  return numbered;
}

static void
drop_departed (GString *text)
{
  g_autoptr (GRegex) regex = g_regex_new (
      ",?\\n *\"endpoint\\.[^\"]*\\.departed\"|\\nrow reactive.states.endpoint[^ ]*departed: null", 0, 0, NULL);
  g_autofree char *dropped = g_regex_replace_literal (regex, text->str, -1, 0, "", 0, NULL);

  g_string_assign (text, dropped);
}

static void
merge_departures (GString *text)
{
  g_autoptr (GRegex) regex = g_regex_new (
      "(\\{\"relation\": \"[^\"]*\", \"unit_name\": \"[^\"]*\", \"data\": \\{[^}]*\\}\\}), \\1", 0, 0, NULL);
  g_autofree char *merged = g_regex_replace (regex, text->str, -1, 0, "\\1", 0, NULL);

  g_string_assign (text, merged);
}

static char *
describe (Play *play)
{
  const ReactiveModel *model = reactive_simulation_get_model (play->simulation);
  g_autofree char *dump = reactive_simulation_dump (play->simulation);
  g_autoptr (GString) text = g_string_new (dump);

  for (guint i = 0; i < model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        add_unit (play, g_ptr_array_index (application->units, j), text);
    }

  if (!play->is_at_end)
    drop_departed (text);
  merge_departures (text);

  return number_ids (text->str);
}

/* A run */

static void
rest (Play *play)
{
  if (play->is_settled)
    g_ptr_array_add (play->rests, play->options.kill_at == PLAY_NOWHERE || play->has_died ? describe (play) : NULL);
  play->is_settled = FALSE;
}

static void
end (Play *play)
{
  g_autoptr (GError) error = NULL;

  reactive_model_update_status (reactive_simulation_get_model (play->simulation));
  reactive_simulation_settle (play->simulation, &error);
  g_assert_no_error (error);

  play->is_settled = TRUE;
  play->is_at_end = TRUE;
  rest (play);
}

static void
add_point (Play *play, const ReactiveSimulationEvent *hook, ReactiveKillPoint point, const char *detail)
{
  const PlayPoint passed = {
    .point = point,
    .has_published = play->publishing_hook == hook->number,
    .hook = g_strdup (hook->hook),
    .text
    = g_strdup_printf ("hook %" G_GUINT64_FORMAT ", %s %s: %s%s%s", hook->number, hook->unit, hook->hook,
                       reactive_kill_point_get_name (point), detail != NULL ? " " : "", detail != NULL ? detail : ""),
  };

  g_array_append_val (play->points, passed);
}

static gboolean
pass (const ReactiveSimulationEvent *hook, ReactiveKillPoint point, const char *detail, gpointer data)
{
  Play *play = data;

  if (point == REACTIVE_KILL_AFTER_PUBLICATION)
    play->publishing_hook = hook->number;
  if (play->options.kill_at == PLAY_NOWHERE)
    add_point (play, hook, point, detail);

  if (play->n_points++ != play->options.kill_at)
    return FALSE;
  play->has_died = TRUE;

  return TRUE;
}

/* Juju does not run an action again: an operator does. */
static void
revive (Play *play, const ReactiveSimulationEvent *event)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (reactive_simulation_get_model (play->simulation), event->unit);
  g_autoptr (GError) error = NULL;

  play->dead_unit = g_strdup (event->unit);
  play->dead_hook = g_strdup (event->hook);

  if (g_str_has_prefix (event->hook, "action "))
    {
      const ReactiveModelAction *action = g_ptr_array_index (unit->actions, unit->n_actions_run - 1);

      g_assert_cmpstr (action->status, ==, "failed");
      reactive_model_add_action (unit, action->name, action->parameters, &error);
    }
  else if (play->options.is_at_once)
    reactive_model_resolve (unit, /* retry= */ TRUE, &error);
  g_assert_no_error (error);
}

static void
note (const ReactiveSimulationEvent *event, gpointer data)
{
  Play *play = data;

  /* A scenario may kill hooks, too. */
  if (event->kind == REACTIVE_SIMULATION_HOOK_END && event->outcome == REACTIVE_HOOK_KILLED && play->has_died
      && play->dead_unit == NULL)
    revive (play, event);
  if (event->kind == REACTIVE_SIMULATION_STEP)
    {
      rest (play);
      play->is_settled = strcmp (event->detail, "settle") == 0;
    }
}

static void
clear_point (gpointer data)
{
  PlayPoint *point = data;

  g_free (point->hook);
  g_free (point->text);
}

Play *
play_scenario (const char *path, const PlayOptions *options)
{
  Play *play = g_new0 (Play, 1);
  g_autoptr (GError) error = NULL;

  play->options = *options;
  play->points = g_array_new (FALSE, FALSE, sizeof (PlayPoint));
  g_array_set_clear_func (play->points, clear_point);
  play->rests = g_ptr_array_new_with_free_func (g_free);
  play->run = example_scenario_load (path, options->seed, options->has_state_files);
  play->simulation = reactive_scenario_run_get_simulation (play->run);
  play->simulation->is_killed = pass;
  play->simulation->kill_data = play;
  reactive_simulation_add_listener (play->simulation, note, play);

  reactive_scenario_run (play->run, &error);
  g_assert_no_error (error);
  rest (play);
  end (play);

  return play;
}

void
play_free (Play *play)
{
  reactive_scenario_run_free (play->run);
  g_array_unref (play->points);
  g_ptr_array_unref (play->rests);
  g_free (play->dead_unit);
  g_free (play->dead_hook);
  g_free (play);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/charms-reactive-private.h"
#include "cli/shell-words.h"
#include "cli/state-names.h"
#include "juju/hook.h"
#include "unit/flag-store.h"
#include "unit/shared-state.h"

static gboolean
run_relation_call (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED,
                       "interfaces here are libraries, without classes whose methods could be called; what a unit says "
                       "on a relation, relation-get tells");
  return FALSE;
}

static gboolean
run_render_template (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED,
                       "there is no reader of Jinja2 templates here; envsubst, or a here document, fills in variables");
  return FALSE;
}

/* In the order in which charms.reactive lists them. */
static const Subcommand subcommands[] = {
  { "set_flag", "Sets a flag. The change is kept if the hook ends well.", run_set_flag, SUBCOMMAND_WRITES,
    .options = { "value" }, .positionals = { "flag" } },
  { "clear_flag", "Clears a flag. The change is kept if the hook ends well.", run_clear_flag, SUBCOMMAND_WRITES,
    .positionals = { "flag" } },
  { "toggle_flag", "Sets a flag, or clears it where the second argument is the empty string.", run_toggle_flag,
    SUBCOMMAND_WRITES, .positionals = { "flag", "should_set" } },
  { "register_trigger",
    "For the rest of the hook, has a change of one flag (when: it is set; when_not: it is cleared) set or clear "
    "another. A callback is taken, and never called.",
    run_register_trigger, SUBCOMMAND_WRITES, .options = { "when", "when_not", "set_flag", "clear_flag", "callback" } },
  { "is_flag_set", "Succeeds if the flag is set.", run_all_flags_set, SUBCOMMAND_READS, TRUE,
    .positionals = { "flag" } },
  { "all_flags_set", "Succeeds if all of the flags are set.", run_all_flags_set, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "any_flags_set", "Succeeds if any of the flags is set.", run_any_flags_set, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "get_flags", "Lists the flags that are set.", run_get_flags, SUBCOMMAND_READS },
  { "get_unset_flags", "Lists those of the given flags that are not set.", run_get_unset_flags, SUBCOMMAND_READS,
    .rest = "desired_flags" },
  { "set_state", "The old name of set_flag.", run_set_flag, SUBCOMMAND_WRITES, .options = { "value" },
    .positionals = { "state" } },
  { "remove_state", "The old name of clear_flag.", run_clear_flag, SUBCOMMAND_WRITES, .positionals = { "state" } },
  { "is_state", "The old name of is_flag_set.", run_all_flags_set, SUBCOMMAND_READS, TRUE, .positionals = { "state" } },
  { "all_states", "The old name of all_flags_set.", run_all_flags_set, SUBCOMMAND_READS, TRUE,
    .rest = "desired_states" },
  { "any_states", "The old name of any_flags_set.", run_any_flags_set, SUBCOMMAND_READS, TRUE,
    .rest = "desired_states" },
  { "get_states", "Shows the flags that are set, with the values that some have.", run_get_states, SUBCOMMAND_READS },
  { "relation_call", "Refused: there are no classes of interfaces whose methods could be called.", run_relation_call,
    SUBCOMMAND_NEEDS_NOTHING, .options = { "relation_name", "flag", "state" }, .positionals = { "method" },
    .rest = "args" },
  { "any_hook", "Succeeds if the hook that runs is one of those that the patterns stand for.", run_any_hook,
    SUBCOMMAND_READS, TRUE, .rest = "hook_patterns" },
  { "hook", "Succeeds in the phase of hooks, if the hook is one of those that the patterns stand for.", run_one_test,
    SUBCOMMAND_READS, TRUE, .rest = "hook_patterns" },
  { "when", "The same as when_all.", run_one_test, SUBCOMMAND_READS, TRUE, .rest = "desired_flags" },
  { "when_all", "Succeeds in the iterations, if all of the flags are set.", run_one_test, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "when_any", "Succeeds in the iterations, if any of the flags is set.", run_one_test, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "when_not", "The same as when_none.", run_one_test, SUBCOMMAND_READS, TRUE, .rest = "desired_flags" },
  { "when_none", "Succeeds in the iterations, if none of the flags is set.", run_one_test, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "when_not_all", "Succeeds in the iterations, if one of the flags is not set.", run_one_test, SUBCOMMAND_READS, TRUE,
    .rest = "desired_flags" },
  { "when_file_changed", "Succeeds if one of the files is not as it was when this last looked at it.", run_one_test,
    SUBCOMMAND_WRITES, TRUE, .rest = "filenames" },
  { "only_once", "Succeeds unless the handler was marked as invoked.", run_one_test, SUBCOMMAND_READS, TRUE,
    .positionals = { "handler_id" } },
  { "mark_invoked", "Marks handlers as invoked, for only_once.", run_mark_invoked, SUBCOMMAND_WRITES,
    .rest = "handler_ids" },
  { "test",
    "Lists, separated by commas, those of the handlers all of whose tests hold. Each argument is one handler: 'NAME ID "
    "[TEST ARGUMENTS]...', quoted as for a shell, with the arguments of a test quoted as one.",
    run_test, SUBCOMMAND_NOTES, .rest = "handlers" },
  { "render_template", "Refused: there is no reader of Jinja2 templates.", run_render_template,
    SUBCOMMAND_NEEDS_NOTHING, .positionals = { "source", "target" } },
};

const Subcommand *
charms_reactive_get_subcommands (guint *out_n_subcommands)
{
  *out_n_subcommands = G_N_ELEMENTS (subcommands);

  return subcommands;
}

static gboolean
has_file_condition (const Arguments *arguments)
{
  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    {
      g_autoptr (GPtrArray) words = shell_words_split (g_ptr_array_index (arguments->rest, i), NULL);

      if (words != NULL && g_ptr_array_find_with_equal_func (words, "when_file_changed", g_str_equal, NULL))
        return TRUE;
    }

  return FALSE;
}

static ReactiveStoreMode
get_mode (const Arguments *arguments)
{
  SubcommandAccess access = arguments->subcommand->access;

  return access == SUBCOMMAND_WRITES || (access == SUBCOMMAND_NOTES && has_file_condition (arguments))
             ? REACTIVE_STORE_READ_WRITE
             : REACTIVE_STORE_READ_ONLY;
}

/* A file that is not there has nothing in it, and is not made by reading. */
static ReactiveStore *
open_file (const char *path, ReactiveStoreMode mode, GError **error)
{
  ReactiveStore *empty;

  if (mode != REACTIVE_STORE_READ_ONLY || g_file_test (path, G_FILE_TEST_EXISTS))
    return reactive_store_open (path, mode, error);

  empty = reactive_store_new_in_memory ();
  g_assert (empty != NULL);

  return empty;
}

/* What was shared with a handler is nobody's once its hook has ended, which a process that the handler left behind does
 * not know; a hook that was killed leaves even the file. While a hook runs it has the unit's own file locked. */
static ReactiveStore *
open_store (const char *path, ReactiveStoreMode mode, GError **error)
{
  const ReactiveStoreOptions at_once = { .busy_timeout_ms = 1 };
  g_autofree char *of_unit = reactive_shared_state_find_unit_path (path);
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GError) reason = NULL;

  if (of_unit == NULL || !g_file_test (of_unit, G_FILE_TEST_EXISTS))
    return open_file (path, mode, error);
  if (mode == REACTIVE_STORE_READ_WRITE && (store = reactive_store_open_full (of_unit, mode, &at_once, NULL)) != NULL)
    return g_steal_pointer (&store);

  store = reactive_store_open (path, mode, &reason);
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) /* also: no longer, when its lock was free at last */
    return reactive_store_open (of_unit, mode, error);
  if (store == NULL)
    g_propagate_error (error, g_steal_pointer (&reason));

  return g_steal_pointer (&store);
}

/* Where the charm of the hook that runs would have its state, if its files are there; else @path. Names of flags are
 * those of the charm beside it. */
static char *
find_state_of_charm (const char *path)
{
  const char *charm_dir = reactive_hook_environment_charm_dir ((const char *const *) environ);
  g_autofree char *metadata = charm_dir != NULL ? g_build_filename (charm_dir, "metadata.yaml", NULL) : NULL;

  if (metadata == NULL || !g_file_test (metadata, G_FILE_TEST_EXISTS))
    return g_strdup (path);

  return g_steal_pointer (&metadata);
}

static gboolean
run (const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  const Subcommand *subcommand = arguments->subcommand;
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GHashTable) names = NULL;
  g_autofree char *path = NULL, *of_charm = NULL;
  State state = { 0 };

  if (subcommand->access == SUBCOMMAND_NEEDS_NOTHING)
    return subcommand->run (&state, arguments, out_result, error);

  path = state_find_path (/* given= */ NULL);
  of_charm = find_state_of_charm (path);
  if ((store = open_store (path, get_mode (arguments), error)) == NULL
      || (names = state_names_load (/* charm_dir= */ NULL, of_charm, error)) == NULL)
    return FALSE;

  state = (State){ store, names };

  return subcommand->run (&state, arguments, out_result, error)
         && reactive_store_commit (store, /* row= */ NULL, error);
}

static int
run_and_print (const Arguments *arguments)
{
  g_autoptr (ReactiveJson) result = NULL;
  g_autoptr (ReactiveJson) nothing = reactive_json_new_string ("");
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gboolean is_test = arguments->subcommand->is_test;

  if (!run (arguments, &result, &error))
    {
      g_autofree char *message = g_utf8_make_valid (error->message, -1);

      g_printerr (CHARMS_REACTIVE " %s: %s\n", arguments->subcommand->name, message);
      return 1;
    }

  text = charms_reactive_format (is_test || result == NULL ? nothing : result, arguments->format);
  fputs (text, stdout);

  return is_test && !reactive_json_get_boolean (result) ? 1 : 0;
}

int
charms_reactive_run (const char *const *argv)
{
  Arguments arguments = { 0 };
  int code = 0;

  if (charms_reactive_parse (argv, &arguments, &code))
    code = run_and_print (&arguments);
  g_clear_pointer (&arguments.rest, g_ptr_array_unref);

  return code;
}

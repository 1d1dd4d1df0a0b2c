/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/state-names.h"
#include "unit/flag-store.h"

static const char *const verbs[] = { "list", "set", "clear", "is-set", NULL };

static int
list_flags (ReactiveStore *store, CommandFormat format)
{
  g_auto (GStrv) flags = reactive_flag_store_list (store);
  g_autoptr (ReactiveJson) array = reactive_json_new_array ();
  g_autofree char *text = NULL;

  for (guint i = 0; flags[i] != NULL; i++)
    {
      reactive_json_array_add (array, reactive_json_new_string (flags[i]));
      if (format == COMMAND_TEXT)
        g_print ("%s\n", flags[i]);
    }
  if (format == COMMAND_JSON)
    {
      text = reactive_json_to_text (array, REACTIVE_JSON_INSERTION_ORDER);
      g_print ("%s\n", text);
    }

  return 0;
}

static gboolean
is_set (ReactiveStore *store, const char *flag)
{
  g_autofree char *key = g_strconcat (REACTIVE_FLAG_PREFIX, flag, NULL);

  return reactive_store_get (store, key) != NULL;
}

/* Exit code 0 if all are set, 1 if not. */
static int
test_flags (ReactiveStore *store, char **flags, CommandFormat format)
{
  gboolean all = TRUE;

  for (guint i = 0; flags[i] != NULL; i++)
    all = all && is_set (store, flags[i]);
  if (format == COMMAND_JSON)
    g_print ("%s\n", all ? "true" : "false");

  return all ? 0 : 1;
}

static int
change_flags (ReactiveStore *store, char **flags, gboolean set, GError **error)
{
  for (guint i = 0; flags[i] != NULL; i++)
    {
      g_autofree char *key = g_strconcat (REACTIVE_FLAG_PREFIX, flags[i], NULL);

      if (!set)
        reactive_store_unset (store, key);
      else if (reactive_store_get (store, key) == NULL)
        reactive_store_set (store, key, "null");
    }

  return reactive_store_commit (store, NULL, error) ? 0 : -1;
}

/* The verb, `list` when there is none, and that it is followed by what it needs; NULL with USAGE set if not. */
static const char *
check_arguments (char **arguments, GError **error)
{
  const char *verb = arguments[0] != NULL ? arguments[0] : "list";
  char **flags = arguments[0] != NULL ? arguments + 1 : arguments;
  gboolean lists = strcmp (verb, "list") == 0;
  gboolean ok = TRUE;

  if (!g_strv_contains (verbs, verb))
    ok = reactive_fail (error, REACTIVE_ERROR_USAGE, "unknown subcommand '%s' (expected list, set, clear or is-set)",
                        verb);
  else if (lists != (flags[0] == NULL))
    ok = reactive_fail (error, REACTIVE_ERROR_USAGE, lists ? "list takes no arguments" : "%s needs at least one flag",
                        verb);

  for (; ok && *flags != NULL; flags++)
    if (**flags == '\0' || !g_utf8_validate (*flags, -1, NULL))
      ok = reactive_fail (error, REACTIVE_ERROR_USAGE, "'%s' is no name for a flag", *flags);

  return ok ? verb : NULL;
}

/* A mistyped path must not make a new file. */
static ReactiveStore *
open_state (const char *path, gboolean is_asked_for, gboolean writes, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "%s: no such state file%s", path,
                   is_asked_for ? "" : " (--state=FILE says where it is)");
      return NULL;
    }

  return reactive_store_open (path, writes ? REACTIVE_STORE_READ_WRITE : REACTIVE_STORE_READ_ONLY, error);
}

int
command_flags (const Command *command, int argc, char **argv, GError **error)
{
  g_autofree char *format_text = NULL, *state = NULL, *charm_dir = NULL, *path = NULL;
  g_auto (GStrv) arguments = NULL;
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GHashTable) names = NULL;
  CommandFormat format;
  const char *verb;
  gboolean sets, clears;
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &state, "The state file ($UNIT_STATE_DB, else the charm's .unit-state.db)",
      "FILE" },
    { "charm", 0, 0, G_OPTION_ARG_FILENAME, &charm_dir,
      "The charm whose names of flags hold (that beside the state file)", "DIR" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format_text, "text or json", "text|json" },
    G_OPTION_ENTRY_NULL,
  };

  if (!command_parse_options (command, entries, argc, argv, &arguments, error)
      || !command_parse_format (format_text, &format, error))
    return -1;
  if (arguments == NULL)
    return 0;
  if ((verb = check_arguments (arguments, error)) == NULL)
    return -1;

  sets = strcmp (verb, "set") == 0;
  clears = strcmp (verb, "clear") == 0;
  path = state_find_path (state);
  if ((store = open_state (path, state != NULL, sets || clears, error)) == NULL)
    return -1;

  if (strcmp (verb, "list") == 0)
    return list_flags (store, format);
  if ((names = state_names_load (charm_dir, path, error)) == NULL)
    return -1;

  state_names_resolve_all (names, arguments + 1);
  if (sets || clears)
    return change_flags (store, arguments + 1, sets, error);

  return test_flags (store, arguments + 1, format);
}

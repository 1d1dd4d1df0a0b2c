/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <reactive/runtime.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/hook-tool.h"

static const Command commands[] = {
  { "agent", "--socket ADDRESS --model FILE --context ID | --link DIRECTORY",
    "play Juju for the hooks of one unit, which is described in a file", command_agent },
  { "dispatch", "", "run the hook or action that Juju asks for (what a charm's dispatch runs)", command_dispatch },
  { "flags", "[list | set FLAG… | clear FLAG… | is-set FLAG…]", "show or change the flags in a state file",
    command_flags },
  { "simulate", "FILE…", "run scenarios: models of charms, without Juju; and flag programs", command_simulate },
};

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];

  return NULL;
}

static void
print_help (void)
{
  g_print ("Usage: reactive COMMAND [OPTION…] [ARGUMENT…]\n\nJuju charms written in C.\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n'reactive COMMAND --help' tells more; 'reactive --version' tells the version.\n");
}

static int
report_unknown (const char *name)
{
  const char *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  g_autofree char *hint = NULL, *shown = g_utf8_make_valid (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].name;
  hint = reactive_text_hint (name, names);
  g_printerr ("reactive: unknown command '%s'%s\nTry 'reactive --help'.\n", shown, hint);

  return 2;
}

gboolean
command_usage_error (GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, message);

  return FALSE;
}

gboolean
command_parse_options (const char *name, const GOptionEntry *entries, int argc, char **argv, char ***out_arguments,
                       GError **error)
{
  const Command *command = find_command (name);
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *program = g_strconcat ("reactive ", name, NULL);
  gboolean help = FALSE;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) copy = g_strdupv (argv);

  g_assert (command != NULL);

  context = g_option_context_new (command->arguments);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, command->summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, own, NULL);
  if (!g_option_context_parse_strv (context, &copy, &local_error))
    return command_usage_error (error, "%s", local_error->message);

  if (help)
    {
      g_autofree char *text = NULL;

      g_set_prgname (program);
      text = g_option_context_get_help (context, TRUE, NULL);
      g_print ("%s", text);
      *out_arguments = NULL;
      return TRUE;
    }

  if (copy[0] != NULL && copy[1] != NULL && strcmp (copy[1], "--") == 0)
    *out_arguments = g_strdupv (copy + 2);
  else
    *out_arguments = g_strdupv (copy[0] != NULL ? copy + 1 : copy);

  return TRUE;
}

gboolean
command_parse_format (const char *text, CommandFormat *out_format, GError **error)
{
  if (text == NULL || strcmp (text, "text") == 0)
    *out_format = COMMAND_TEXT;
  else if (strcmp (text, "json") == 0)
    *out_format = COMMAND_JSON;
  else
    return command_usage_error (error, "unknown format '%s' (expected text or json)", text);

  return TRUE;
}

/**
 * reactive_main:
 * @argc: number of arguments
 * @argv: (array length=argc): the arguments, the program's name first
 *
 * The `reactive` command; under the name of a hook tool (a link to it), that hook tool. A charm's `dispatch` that wants
 * no separate program can be a main() of its own that calls this with "dispatch" as its first argument.
 *
 * Returns: the exit code: 0 ok, 1 failed, 2 usage, 3 not found, 4 handler or module failed, 5 bad data
 */
int
reactive_main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL, *name = NULL;
  const Command *command;
  int code;

  g_return_val_if_fail (argv != NULL, 1);

  /* A parent that ignores its children's ends must not have us lose the exit codes of ours. */
  signal (SIGCHLD, SIG_DFL);
  /* Messages speak UTF-8; nothing else may depend on the locale. */
  setlocale (LC_CTYPE, "C.UTF-8");

  name = g_path_get_basename (argc > 0 ? argv[0] : "reactive");
  if (hook_tool_is_name (name))
    return hook_tool_run (name, (const char *const *) argv + 1);

  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return argc < 2 ? 2 : 0;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("reactive %s\n", REACTIVE_VERSION);
      return 0;
    }

  command = find_command (argv[1]);
  if (command == NULL)
    return report_unknown (argv[1]);

  code = command->run (argc - 1, argv + 1, &error);
  if (error == NULL)
    return code;

  /* A path or an argument in it may be anything. */
  message = g_utf8_make_valid (error->message, -1);
  g_printerr ("reactive %s: %s\n", command->name, message);
  if (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE))
    g_printerr ("Try 'reactive %s --help'.\n", command->name);

  return reactive_error_get_exit_code (error);
}

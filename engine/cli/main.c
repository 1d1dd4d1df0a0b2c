/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/runtime.h>
#include <string.h>

#include "base/text.h"
#include "cli/charms-reactive.h"
#include "cli/command.h"
#include "cli/hook-tool.h"

static const Command commands[] = {
  { "agent", "--socket ADDRESS --model FILE --context ID | --link DIRECTORY",
    "play Juju for the hooks of one unit, which is described in a file", command_agent },
  { "dispatch", "", "run the hook or action that Juju asks for (what a charm's dispatch runs)", command_dispatch },
  { "flags", "[list | set FLAG… | clear FLAG… | is-set FLAG…]", "show or change the flags in a state file",
    command_flags },
  { "new", NULL, "make a new charm", NULL },
  { "pack", NULL, "make the archive of a charm, which Juju deploys", NULL },
  { "port", NULL, "make the beginning of a charm in C from a charm in Python", NULL },
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

/**
 * reactive_main:
 * @argc: number of arguments
 * @argv: (array length=argc): the arguments, the program's name first
 *
 * The `reactive` command; under the name of a hook tool (a link to it), that hook tool, and under `charms.reactive` the
 * command of that name, which external handlers call. A charm's `dispatch` that wants
 * no separate program can be a main() of its own that calls this with "dispatch" as its first argument.
 *
 * Returns: the exit code: 0 ok, 1 failed, 2 usage, 3 not found, 4 handler or module failed, 5 bad data
 */
int
reactive_main (int argc, char **argv)
{
  g_autofree char *name = NULL;
  const Command *command;

  g_return_val_if_fail (argv != NULL, 1);

  command_init ();
  name = g_path_get_basename (argc > 0 ? argv[0] : "reactive");
  if (hook_tool_is_name (name))
    return hook_tool_run (name, (const char *const *) argv + 1);
  if (strcmp (name, CHARMS_REACTIVE) == 0)
    return command_end (name, charms_reactive_run ((const char *const *) argv + 1));

  if (argc < 2 && strcmp (name, "dispatch") == 0)
    return command_main (find_command ("dispatch"), argc, argv);
  if (argc < 2 || strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help ();
      return command_end ("reactive", argc < 2 ? 2 : 0);
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      g_print ("reactive %s\n", REACTIVE_VERSION);
      return command_end ("reactive", 0);
    }

  command = find_command (argv[1]);
  if (command == NULL)
    return report_unknown (argv[1]);

  return command_main (command, argc - 1, argv + 1);
}

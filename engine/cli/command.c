/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/prefix.h"

void
command_init (void)
{
  /* A parent that ignores its children's ends must not have us lose the exit codes of ours. */
  signal (SIGCHLD, SIG_DFL);
  /* Messages speak UTF-8; nothing else may depend on the locale. */
  setlocale (LC_CTYPE, "C.UTF-8");
}

void
command_hold_signals (sigset_t *out_before)
{
  static const int held[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
  sigset_t signals;

  sigemptyset (&signals);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    sigaddset (&signals, held[i]);
  sigprocmask (SIG_BLOCK, &signals, out_before);
}

void
command_release_signals (const sigset_t *before)
{
  sigprocmask (SIG_SETMASK, before, NULL);
}

gboolean
command_parse_options (const Command *command, const GOptionEntry *entries, int argc, char **argv,
                       char ***out_arguments, GError **error)
{
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *program = g_strconcat ("reactive ", command->name, NULL);
  gboolean help = FALSE;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) copy = g_strdupv (argv);

  context = g_option_context_new (command->arguments);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, command->summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, own, NULL);
  if (!g_option_context_parse_strv (context, &copy, &local_error))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "%s", local_error->message);

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
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "unknown format '%s' (expected text or json)", text);

  return TRUE;
}

/* In the build directory it lies in author/ beside this program. What was installed with this program goes before what
 * REACTIVE_PREFIX names: that may be the installation of another architecture. */
static char *
find_tool (const char *program)
{
  g_autofree char *built = g_build_filename ("author", program, NULL);
  g_autofree char *installed = g_build_filename (REACTIVE_LIBEXECDIR "/reactive", program, NULL);
  g_autofree char *beside = g_build_filename ("..", installed, NULL);
  char *path = reactive_prefix_find_beside (built);

  if (path == NULL)
    path = reactive_prefix_find_beside (beside);

  return path != NULL ? path : reactive_prefix_build (installed);
}

/* Becomes the program of an author's command, which a charm does not carry; returns only where that cannot be done. */
static int
execute_tool (const Command *command, char **argv, GError **error)
{
  g_autofree char *program = g_strconcat ("reactive-", command->name, NULL);
  g_autofree char *path = find_tool (program);
  int reason;

  execv (path, argv);
  reason = errno;
  if (reason == ENOENT)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
                 "there is no '%s': the tools for authors of charms are not installed here", path);
  else
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "cannot run '%s': %s", path, g_strerror (reason));

  return -1;
}

int
command_end (const char *program, int code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;

  g_printerr ("%s: the standard output could not be written\n", program);

  return code != 0 ? code : 1;
}

int
command_main (const Command *command, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strconcat ("reactive ", command->name, NULL);
  g_autofree char *message = NULL;
  int code = command->run != NULL ? command->run (command, argc, argv, &error) : execute_tool (command, argv, &error);

  if (error == NULL)
    return command_end (program, code);

  /* A path or an argument in it may be anything. */
  message = g_utf8_make_valid (error->message, -1);
  g_printerr ("%s: %s\n", program, message);
  if (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE))
    g_printerr ("Try '%s --help'.\n", program);

  return reactive_error_get_exit_code (error);
}

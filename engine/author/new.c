/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "author/new-files.h"
#include "base/prefix.h"
#include "cli/command.h"
#include "simulator/file-tree.h"

#define TEMPLATE "charm-template"

typedef struct
{
  char *directory;
  char *style;
  char *template_dir;
  char **interfaces;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->directory);
  g_free (options->style);
  g_free (options->template_dir);
  g_strfreev (options->interfaces);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_template (const char *template_dir, GError **error)
{
  g_autofree char *charm = g_build_filename (template_dir, "charm", NULL);

  if (g_file_test (charm, G_FILE_TEST_IS_DIR))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "there is no template of a charm in '%s'", template_dir);
}

static gboolean
is_current_directory (const struct stat *there)
{
  struct stat here;

  return stat (".", &here) == 0 && here.st_dev == there->st_dev && here.st_ino == there->st_ino;
}

/* Nothing, or an empty directory, may be where the charm is going to be. */
static gboolean
check_directory (const char *directory, GError **error)
{
  struct stat there;
  g_autoptr (GDir) dir = NULL;
  const char *reason = NULL;

  if (lstat (directory, &there) != 0)
    return TRUE;

  dir = S_ISDIR (there.st_mode) ? g_dir_open (directory, 0, /* error= */ NULL) : NULL;
  if (!S_ISDIR (there.st_mode))
    reason = "is there, and is no directory";
  else if (dir == NULL)
    reason = "cannot be read";
  else if (g_dir_read_name (dir) != NULL)
    reason = "is not empty";
  else if (is_current_directory (&there))
    reason = "is the current directory (expected one that is not there yet)";
  if (reason == NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "'%s' %s", directory, reason);
}

static gboolean
fail_to_make (const char *directory, int reason, GError **error)
{
  return reactive_fail (error, reason == ENOENT ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_FAILED,
                        "cannot make '%s': %s", directory, g_strerror (reason));
}

/* Shows the charm as a whole or not at all. What mkdtemp made is for its owner alone. */
static gboolean
move_into_place (const char *temporary, const char *directory, GError **error)
{
  mode_t mask = umask (0);

  umask (mask);
  if (chmod (temporary, 0777 & ~mask) == 0 && rename (temporary, directory) == 0)
    return TRUE;

  return fail_to_make (directory, errno, error);
}

static gboolean
make_charm (const CharmPlan *plan, const Options *options, const char *directory, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (directory);
  g_autofree char *temporary = g_build_filename (parent, ".reactive-new-XXXXXX", NULL);
  sigset_t before;
  gboolean ok = FALSE;

  if (!check_directory (directory, error))
    return FALSE;

  command_hold_signals (&before);
  if (g_mkdtemp (temporary) == NULL)
    fail_to_make (directory, errno, error);
  else if (new_files_write (plan, options->style, options->template_dir, temporary, error)
           && move_into_place (temporary, directory, error))
    ok = TRUE;
  else
    reactive_file_tree_remove (temporary);
  command_release_signals (&before);

  return ok;
}

static gboolean
check_options (Options *options, GError **error)
{
  if (options->style == NULL)
    options->style = g_strdup ("flags");
  if (strcmp (options->style, "flags") != 0 && strcmp (options->style, "events") != 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "unknown style '%s' (expected flags or events)", options->style);
  if (options->template_dir == NULL)
    options->template_dir = reactive_prefix_find (TEMPLATE, REACTIVE_DATADIR "/reactive/" TEMPLATE);

  return check_template (options->template_dir, error);
}

static void
report (const char *directory)
{
  g_autofree char *quoted = g_shell_quote (directory);

  g_print ("made %s. What next:\n\n"
           "  cd %s\n"
           "  meson setup build && meson compile -C build\n"
           "  meson test -C build\n"
           "  reactive pack\n",
           directory, strpbrk (directory, " \t\n'\"\\$`;&|<>()*?[]#~!{}") != NULL ? quoted : directory);
}

static int
run_new (const Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { NULL };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (CharmPlan) plan = NULL;
  g_autofree char *directory = NULL;
  const GOptionEntry entries[] = {
    { "directory", 0, 0, G_OPTION_ARG_FILENAME, &options.directory, "Where the charm is made; ./NAME without it",
      "DIR" },
    { "interface", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.interfaces,
      "An endpoint: bind-client:provides:bind-stats; any number of times", "INTERFACE:ROLE:ENDPOINT" },
    { "style", 0, 0, G_OPTION_ARG_STRING, &options.style, "What handlers wait for; flags without it", "flags|events" },
    { "template", 0, 0, G_OPTION_ARG_FILENAME, &options.template_dir, "Another template than the installed one",
      "DIR" },
    G_OPTION_ENTRY_NULL,
  };

  if (!command_parse_options (command, entries, argc, argv, &arguments, error))
    return -1;
  if (arguments == NULL)
    return 0;
  if (g_strv_length (arguments) != 1)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "expected the name of one charm");
      return -1;
    }
  if (!check_options (&options, error))
    return -1;

  plan = charm_plan_new (arguments[0], (const char *const *) options.interfaces, options.template_dir, error);
  if (plan == NULL)
    return -1;

  directory = options.directory != NULL ? g_canonicalize_filename (options.directory, /* relative_to= */ NULL)
                                        : g_strdup (plan->name);
  if (!make_charm (plan, &options, directory, error))
    return -1;

  report (options.directory != NULL ? options.directory : plan->name);

  return 0;
}

static const Command command = { "new", "NAME", "make a new charm", run_new };

int
main (int argc, char **argv)
{
  command_init ();

  return command_main (&command, argc, argv);
}

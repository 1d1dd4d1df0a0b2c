/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "author/archive.h"
#include "author/pack.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"

typedef struct
{
  char *build_directory;
  char *base;
  char *architecture;
  char *output;
  char *unpacked;
  char **include;
  CommandFormat format;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->build_directory);
  g_free (options->base);
  g_free (options->architecture);
  g_free (options->output);
  g_free (options->unpacked);
  g_strfreev (options->include);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
check_architecture (const char *architecture, GError **error)
{
  static const char *const known[] = { "amd64", "arm64", "armhf", "i386", "ppc64el", "riscv64", "s390x", NULL };

  if (architecture == NULL || g_strv_contains (known, architecture))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_USAGE,
                        "unknown architecture '%s' (expected amd64, arm64, armhf, i386, ppc64el, riscv64 "
                        "or s390x)",
                        architecture);
}

static gboolean
collect (ReactivePack *pack, const Options *options, GError **error)
{
  if (options->base == NULL && !reactive_pack_read_base (pack, error))
    return FALSE;
  if (options->base != NULL && (pack->base = reactive_base_system_find (options->base, error)) == NULL)
    return FALSE;

  pack->architecture = g_strdup (options->architecture);
  if (!reactive_pack_add_metadata (pack, error)
      || !reactive_pack_add_files (pack, (const char *const *) options->include, error)
      || !reactive_pack_add_dispatch (pack, error))
    return FALSE;

  reactive_pack_add_interfaces (pack);
  reactive_pack_add_libraries (pack);
  reactive_pack_check_modules (pack);
  reactive_pack_check_base (pack);
  reactive_pack_add_manifest (pack);
  if (pack->complaints->len == 0)
    reactive_pack_add_licences (pack);
  return reactive_pack_finish (pack, error);
}

static char *
name_archive (const ReactivePack *pack, const char *output)
{
  if (output != NULL)
    return g_strdup (output);

  return g_strdup_printf ("%s_%s-%s-%s.charm", reactive_charm_get_name (pack->charm), pack->base->name,
                          pack->base->channel, pack->architecture);
}

static gboolean
write_archive (const ReactivePack *pack, const char *path, gint64 time, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  gconstpointer data;

  /* A device would be replaced by a file. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: is there, and is no regular file", path);

  bytes = reactive_archive_make (pack->contents, time, error);
  if (bytes == NULL)
    return FALSE;

  data = g_bytes_get_data (bytes, &size);
  return reactive_file_write (path, data, size, 0644, -1, -1, error);
}

/*
 * What was packed
 */

static void
print_text (const ReactivePack *pack, const char *path)
{
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const ReactiveContentsEntry *entry = reactive_contents_get_entry (pack->contents, i);

      g_print ("  %s\n", entry->name);
    }
  g_print ("packed %s: %u files, for %s@%s on %s\n", path, reactive_contents_get_length (pack->contents),
           pack->base->name, pack->base->channel, pack->architecture);
}

static void
print_json (const ReactivePack *pack, const char *path)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autofree char *base = g_strdup_printf ("%s@%s", pack->base->name, pack->base->channel);
  g_autofree char *text = NULL, *shown = g_utf8_make_valid (path, -1);
  ReactiveJson *files = reactive_json_new_array ();

  reactive_json_object_set (object, "packed", reactive_json_new_string (shown));
  reactive_json_object_set (object, "name", reactive_json_new_string (reactive_charm_get_name (pack->charm)));
  reactive_json_object_set (object, "base", reactive_json_new_string (base));
  reactive_json_object_set (object, "architecture", reactive_json_new_string (pack->architecture));
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const ReactiveContentsEntry *entry = reactive_contents_get_entry (pack->contents, i);
      ReactiveJson *file = reactive_json_new_object ();

      reactive_json_object_set (file, "name", reactive_json_new_string (entry->name));
      reactive_json_object_set (file, "bytes", reactive_json_new_integer ((gint64) g_bytes_get_size (entry->bytes)));
      reactive_json_object_set (file, "executable", reactive_json_new_boolean (entry->is_executable));
      reactive_json_array_add (files, file);
    }
  reactive_json_object_set (object, "files", files);

  text = reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
  g_print ("%s\n", text);
}

static gboolean
write_charm (const ReactivePack *pack, const Options *options, const char *path, gint64 time, GError **error)
{
  sigset_t before;
  gboolean ok;

  command_hold_signals (&before);
  ok = options->unpacked != NULL ? reactive_contents_unpack (pack->contents, path, error)
                                 : write_archive (pack, path, time, error);
  command_release_signals (&before);

  return ok;
}

static gboolean
pack_charm (const char *directory, const Options *options, GError **error)
{
  g_autoptr (ReactivePack) pack = NULL;
  g_autofree char *path = NULL;
  gint64 time;

  if (!check_architecture (options->architecture, error) || !reactive_archive_get_time (&time, error))
    return FALSE;
  if (options->output != NULL && options->unpacked != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE,
                          "--output and --unpacked are for two kinds of result: choose one");

  pack = reactive_pack_new (directory, options->build_directory, error);
  if (pack == NULL || !collect (pack, options, error))
    return FALSE;

  path = options->unpacked != NULL ? g_strdup (options->unpacked) : name_archive (pack, options->output);
  if (!write_charm (pack, options, path, time, error))
    return FALSE;

  if (options->format == COMMAND_JSON)
    print_json (pack, path);
  else
    print_text (pack, path);
  return TRUE;
}

static int
command_pack (const Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  g_autofree char *format = NULL;
  g_auto (GStrv) arguments = NULL;
  const GOptionEntry entries[] = {
    { "build-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.build_directory,
      "Where the charm was built (build in its directory)", "DIR" },
    { "base", 0, 0, G_OPTION_ARG_STRING, &options.base,
      "What it is deployed on (the one of charmcraft.yaml, else the oldest Ubuntu that has all it needs)",
      "ubuntu@22.04" },
    { "arch", 0, 0, G_OPTION_ARG_STRING, &options.architecture, "The architecture (this machine's)", "amd64" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, "The archive (NAME_BASE-ARCH.charm)", "FILE" },
    { "unpacked", 0, 0, G_OPTION_ARG_FILENAME, &options.unpacked,
      "Write the contents to an empty directory, and no archive", "DIR" },
    { "include", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.include,
      "One more file or directory of the charm; may be given several times", "PATH" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "text or json", "text|json" },
    G_OPTION_ENTRY_NULL,
  };

  if (!command_parse_options (command, entries, argc, argv, &arguments, error)
      || !command_parse_format (format, &options.format, error))
    return -1;
  if (arguments == NULL)
    return 0;
  if (arguments[0] != NULL && arguments[1] != NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "takes one directory");
      return -1;
    }

  return pack_charm (arguments[0] != NULL ? arguments[0] : ".", &options, error) ? 0 : -1;
}

int
main (int argc, char **argv)
{
  const Command command = { "pack", "[DIR]", "make the archive of a charm, which Juju deploys", command_pack };

  command_init ();
  /* A zip archive has times of the place where it was made. */
  g_setenv ("TZ", "UTC", TRUE);
  tzset ();

  return command_main (&command, argc, argv);
}

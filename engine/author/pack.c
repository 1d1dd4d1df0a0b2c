/* SPDX-License-Identifier: Apache-2.0 */
#include "author/pack.h"

#include <string.h>

#include "base/text.h"

ReactivePack *
reactive_pack_new (const char *directory, const char *build_directory, GError **error)
{
  g_autoptr (ReactivePack) pack = g_new0 (ReactivePack, 1);

  pack->directory = g_strdup (directory);
  pack->contents = reactive_contents_new ();
  pack->origins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  pack->complaints = g_ptr_array_new_with_free_func (g_free);
  pack->charm = reactive_charm_load (directory, error);
  if (pack->charm == NULL)
    return NULL;

  if (build_directory != NULL && !g_file_test (build_directory, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "there is no build directory '%s'",
                   build_directory);
      return NULL;
    }
  pack->build_directory
      = build_directory != NULL ? g_strdup (build_directory) : g_build_filename (directory, "build", NULL);
  if (!g_file_test (pack->build_directory, G_FILE_TEST_IS_DIR))
    {
      g_free (pack->build_directory);
      pack->build_directory = g_strdup (directory);
    }

  return g_steal_pointer (&pack);
}

void
reactive_pack_free (ReactivePack *pack)
{
  if (pack == NULL)
    return;

  g_clear_pointer (&pack->complaints, g_ptr_array_unref);
  g_clear_pointer (&pack->origins, g_hash_table_unref);
  reactive_contents_free (pack->contents);
  reactive_charm_free (pack->charm);
  g_free (pack->architecture);
  g_free (pack->library_directory);
  g_free (pack->runtime);
  g_free (pack->build_directory);
  g_free (pack->directory);
  g_free (pack);
}

/* @name may be anything that a file can be called. */
static char *
make_showable (const char *name)
{
  char *shown = g_utf8_make_valid (name, -1);

  for (char *c = shown; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';

  return shown;
}

void
reactive_pack_complain (ReactivePack *pack, const char *name, const char *format, ...)
{
  va_list arguments;
  g_autofree char *message = NULL, *shown = make_showable (name);

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (pack->complaints, g_strconcat (shown, ": ", message, NULL));
}

static void
complain_of_error (ReactivePack *pack, const GError *error)
{
  g_ptr_array_add (pack->complaints, g_strdup (error->message));
}

void
reactive_pack_add_file (ReactivePack *pack, const char *name, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (reactive_contents_add_file (pack->contents, name, path, &error))
    g_hash_table_insert (pack->origins, g_strdup (name), g_strdup (path));
  else
    complain_of_error (pack, error);
}

void
reactive_pack_add_text (ReactivePack *pack, const char *name, const char *text, gsize length_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length_bytes);
  g_autoptr (GError) error = NULL;

  if (!reactive_contents_add (pack->contents, name, bytes, /* is_executable= */ FALSE, &error))
    complain_of_error (pack, error);
}

gboolean
reactive_pack_finish (ReactivePack *pack, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *last = "";

  if (pack->complaints->len == 0)
    return TRUE;

  g_ptr_array_sort (pack->complaints, reactive_text_compare_items);
  for (guint i = 0; i < pack->complaints->len; i++)
    {
      const char *complaint = g_ptr_array_index (pack->complaints, i);

      /* Each line as the first will be shown, once. */
      if (strcmp (complaint, last) != 0)
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\nreactive pack: " : "", complaint);
      last = complaint;
    }
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s", text->str);
}

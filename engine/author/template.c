/* SPDX-License-Identifier: Apache-2.0 */
#include "author/template.h"

#include <string.h>

#include "base/file.h"

#define MAX_FILE_BYTES (256 * 1024)
/* The licence of a template is not that of what is made of it. */
#define LICENCE_MARK "SPDX-License-Identifier:"

struct _TemplateItem
{
  GHashTable *names;
  char *directory; /* NULL for the names of all */
};

struct _Template
{
  TemplateItem *all;
  GPtrArray *items;  /* TemplateItem, owned */
  GHashTable *lists; /* name → GPtrArray of TemplateItem */
};

typedef enum
{
  NO_DIRECTIVE,
  IF,
  EACH,
  INCLUDE,
  END,
} Directive;

/* One text that is being expanded. */
typedef struct
{
  const Template *template;
  const char *path;
  char **lines;
  GString *result;
} Expansion;

static TemplateItem *
item_new (const char *directory)
{
  TemplateItem *item = g_new0 (TemplateItem, 1);

  item->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  item->directory = g_strdup (directory);

  return item;
}

static void
item_free (gpointer data)
{
  TemplateItem *item = data;

  g_hash_table_unref (item->names);
  g_free (item->directory);
  g_free (item);
}

Template *
template_new (void)
{
  Template *template = g_new0 (Template, 1);

  template->all = item_new (/* directory= */ NULL);
  template->items = g_ptr_array_new_with_free_func (item_free);
  template->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  return template;
}

void
template_free (Template *template)
{
  if (template == NULL)
    return;

  g_hash_table_unref (template->lists);
  g_ptr_array_unref (template->items);
  item_free (template->all);
  g_free (template);
}

void
template_set (Template *template, const char *name, const char *value)
{
  template_item_set (template->all, name, value);
}

TemplateItem *
template_add_item (Template *template, const char *directory)
{
  TemplateItem *item = item_new (directory);

  g_ptr_array_add (template->items, item);

  return item;
}

void
template_item_set (TemplateItem *item, const char *name, const char *value)
{
  g_hash_table_insert (item->names, g_strdup (name), g_strdup (value));
}

void
template_append (Template *template, const char *list, TemplateItem *item)
{
  GPtrArray *items = g_hash_table_lookup (template->lists, list);

  if (items == NULL)
    {
      items = g_ptr_array_new ();
      g_hash_table_insert (template->lists, g_strdup (list), items);
    }
  if (item != NULL)
    g_ptr_array_add (items, item);
}

static gboolean fail (const Expansion *expansion, guint line, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (const Expansion *expansion, guint line, GError **error, const char *format, ...)
{
  va_list arguments;
  g_autofree char *message = NULL;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s:%u: %s", expansion->path, line + 1, message);
}

/* The word that begins behind the '@' at @text, if another '@' ends it; else NULL. */
static char *
find_word (const char *text)
{
  gsize length = strspn (text + 1, "abcdefghijklmnopqrstuvwxyz-");

  return length > 0 && text[1] != '-' && text[length + 1] == '@' ? g_strndup (text + 1, length) : NULL;
}

static gboolean
expand_line (const Expansion *expansion, guint number, const TemplateItem *item, GError **error)
{
  const char *line = expansion->lines[number];
  const char *at;

  if (strstr (line, LICENCE_MARK) != NULL)
    return TRUE;

  for (; (at = strchr (line, '@')) != NULL;)
    {
      g_autofree char *word = find_word (at);
      const char *value = NULL;

      g_string_append_len (expansion->result, line, at - line);
      if (word == NULL)
        {
          g_string_append_c (expansion->result, '@');
          line = at + 1;
          continue;
        }
      if (item != NULL)
        value = g_hash_table_lookup (item->names, word);
      if (value == NULL)
        value = g_hash_table_lookup (expansion->template->all->names, word);
      if (value == NULL)
        return fail (expansion, number, error, "there is no name '%s'", word);

      g_string_append (expansion->result, value);
      line = at + strlen (word) + 2;
    }
  g_string_append_printf (expansion->result, "%s\n", line);

  return TRUE;
}

/* @line without the marks of a comment around it. */
static char *
strip_comment (const char *line)
{
  g_autofree char *text = g_strstrip (g_strdup (line));

  if (g_str_has_prefix (text, "/*") && g_str_has_suffix (text, "*/"))
    {
      text[strlen (text) - 2] = '\0';
      return g_strstrip (g_strdup (text + 2));
    }

  return g_strstrip (g_strdup (*text == '#' ? text + 1 : text));
}

static Directive
parse_directive (const char *line, char **out_argument)
{
  static const struct
  {
    const char *begin;
    Directive directive;
  } known[] = { { "@if ", IF }, { "@each ", EACH }, { "@include ", INCLUDE }, { "@end", END } };
  g_autofree char *text = strip_comment (line);
  gsize length = strlen (text);

  *out_argument = NULL;
  if (length < 2 || text[length - 1] != '@')
    return NO_DIRECTIVE;

  text[length - 1] = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      gsize begin_length = strlen (known[i].begin);

      if (!g_str_has_prefix (text, known[i].begin) || strchr (text + begin_length, '@') != NULL)
        continue;
      if (known[i].directive == END && text[begin_length] != '\0')
        continue;
      *out_argument = g_strstrip (g_strdup (text + begin_length));
      return known[i].directive;
    }

  return NO_DIRECTIVE;
}

/* A file of the item's directory, which need not be there. */
static gboolean
include (const Expansion *expansion, guint number, const TemplateItem *item, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;

  if (item == NULL || item->directory == NULL || strchr (name, '/') != NULL)
    return fail (expansion, number, error, "'%s' cannot be included here", name);

  path = g_build_filename (item->directory, name, NULL);
  text = template_expand_file (expansion->template, item, path, &local_error);
  if (text != NULL)
    g_string_append (expansion->result, text);
  else if (!g_error_matches (local_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* The lines of a block, which has no block in it. */
static gboolean
expand_block (const Expansion *expansion, guint begin, guint end, const TemplateItem *item, GError **error)
{
  for (guint i = begin; i < end; i++)
    {
      g_autofree char *argument = NULL;
      Directive directive = parse_directive (expansion->lines[i], &argument);

      if (directive == INCLUDE)
        {
          if (!include (expansion, i, item, argument, error))
            return FALSE;
        }
      else if (directive != NO_DIRECTIVE)
        return fail (expansion, i, error, "a block within a block");
      else if (!expand_line (expansion, i, item, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
expand_list (const Expansion *expansion, Directive directive, const char *name, guint begin, guint end, GError **error)
{
  const GPtrArray *items = g_hash_table_lookup (expansion->template->lists, name);

  if (items == NULL)
    return fail (expansion, begin - 1, error, "there is no list '%s'", name);
  if (directive == IF)
    return items->len == 0 || expand_block (expansion, begin, end, /* item= */ NULL, error);

  for (guint i = 0; i < items->len; i++)
    if (!expand_block (expansion, begin, end, g_ptr_array_index (items, i), error))
      return FALSE;

  return TRUE;
}

/* The line of the `@end@` of a block that begins with @begin; the number of lines if there is none. */
static guint
find_end (const Expansion *expansion, guint begin)
{
  guint i;

  for (i = begin; expansion->lines[i] != NULL; i++)
    {
      g_autofree char *argument = NULL;

      if (parse_directive (expansion->lines[i], &argument) == END)
        break;
    }

  return i;
}

static gboolean
expand_all (const Expansion *expansion, const TemplateItem *item, GError **error)
{
  for (guint i = 0; expansion->lines[i] != NULL; i++)
    {
      g_autofree char *argument = NULL;
      Directive directive = parse_directive (expansion->lines[i], &argument);

      if (directive == IF || directive == EACH)
        {
          guint end = find_end (expansion, i + 1);

          if (expansion->lines[end] == NULL)
            return fail (expansion, i, error, "a block without an end");
          if (!expand_list (expansion, directive, argument, i + 1, end, error))
            return FALSE;
          i = end;
        }
      else if (directive == END)
        return fail (expansion, i, error, "an end without a block");
      else if (!expand_block (expansion, i, i + 1, item, error))
        return FALSE;
    }

  return TRUE;
}

char *
template_expand (const Template *template, const TemplateItem *item, const char *path, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) result = g_string_new (NULL);
  const Expansion expansion = { template, path, lines, result };
  guint n_lines = g_strv_length (lines);

  /* What stands behind the last line break is no line. */
  if (n_lines > 0 && *lines[n_lines - 1] == '\0')
    g_clear_pointer (&lines[n_lines - 1], g_free);
  if (!expand_all (&expansion, item, error))
    return NULL;

  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
template_expand_file (const Template *template, const TemplateItem *item, const char *path, GError **error)
{
  g_autofree char *text = reactive_file_read (path, MAX_FILE_BYTES, /* out_length_bytes= */ NULL, error);

  return text != NULL ? template_expand (template, item, path, text, error) : NULL;
}

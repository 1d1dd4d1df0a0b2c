/* SPDX-License-Identifier: Apache-2.0 */
#include "problems.h"

#include <reactive/error.h>
#include <string.h>

/* A peer may send a record with any number of problems: more are counted and not kept, and few are told of. */
#define MAX_KEPT 256
#define MAX_TOLD 8
#define MAX_NAME_BYTES 64

typedef struct
{
  char *path;
  char *text;
} Problem;

struct _LBProblems
{
  GString *path;
  GPtrArray *kept; /* Problem */
  guint n_more;
  gboolean is_sorted;
};

static void
problem_free (gpointer data)
{
  Problem *problem = data;

  g_free (problem->path);
  g_free (problem->text);
  g_free (problem);
}

LBProblems *
lb_problems_new (void)
{
  LBProblems *problems = g_new0 (LBProblems, 1);

  problems->path = g_string_new (NULL);
  problems->kept = g_ptr_array_new_with_free_func (problem_free);

  return problems;
}

void
lb_problems_free (LBProblems *problems)
{
  if (problems == NULL)
    return;

  g_string_free (problems->path, TRUE);
  g_ptr_array_unref (problems->kept);
  g_free (problems);
}

static gboolean
is_plain_name (const char *name)
{
  gsize length = strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

  return length > 0 && length <= MAX_NAME_BYTES && name[length] == '\0';
}

/* As JSON, which is ASCII without controls, so that it may be cut anywhere and cannot break a line of a log. */
static char *
quote (const char *name)
{
  g_autoptr (ReactiveJson) string = reactive_json_new_string (name);
  g_autofree char *quoted = reactive_json_to_text (string, REACTIVE_JSON_INSERTION_ORDER);

  return g_strdup_printf ("%.*s%s", MAX_NAME_BYTES, quoted, strlen (quoted) > MAX_NAME_BYTES ? "..." : "");
}

char *
lb_problems_show_name (const char *name)
{
  return is_plain_name (name) ? g_strdup (name) : quote (name);
}

gsize
lb_problems_enter_member (LBProblems *problems, const char *name)
{
  gsize mark = problems->path->len;
  g_autofree char *shown = lb_problems_show_name (name);

  if (mark > 0)
    g_string_append_c (problems->path, '.');
  g_string_append (problems->path, shown);

  return mark;
}

gsize
lb_problems_enter_element (LBProblems *problems, guint index)
{
  gsize mark = problems->path->len;

  g_string_append_printf (problems->path, "[%u]", index);

  return mark;
}

gsize
lb_problems_enter_key (LBProblems *problems, const char *key)
{
  gsize mark = problems->path->len;
  g_autofree char *shown = quote (key);

  g_string_append_printf (problems->path, "[%s]", shown);

  return mark;
}

void
lb_problems_leave (LBProblems *problems, gsize mark)
{
  g_string_truncate (problems->path, mark);
}

void
lb_problems_add (LBProblems *problems, const char *format, ...)
{
  Problem *problem;
  va_list arguments;

  if (problems->kept->len == MAX_KEPT)
    {
      problems->n_more++;
      return;
    }

  problem = g_new (Problem, 1);
  problem->path = g_strdup (problems->path->str);
  va_start (arguments, format);
  problem->text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (problems->kept, problem);
  problems->is_sorted = FALSE;
}

gboolean
lb_problems_is_empty (const LBProblems *problems)
{
  return problems->kept->len == 0;
}

static int
compare_problems (gconstpointer a, gconstpointer b)
{
  const Problem *const *first = a, *const *second = b;
  int order = strcmp ((*first)->path, (*second)->path);

  return order != 0 ? order : strcmp ((*first)->text, (*second)->text);
}

static void
sort_problems (LBProblems *problems)
{
  if (!problems->is_sorted)
    g_ptr_array_sort (problems->kept, compare_problems);
  problems->is_sorted = TRUE;
}

guint
lb_problems_get_length (LBProblems *problems)
{
  return problems->kept->len;
}

const char *
lb_problems_get_path (LBProblems *problems, guint index)
{
  const Problem *problem;

  sort_problems (problems);
  problem = g_ptr_array_index (problems->kept, index);

  return problem->path;
}

char *
lb_problems_to_text (LBProblems *problems)
{
  GString *text = g_string_new (NULL);
  guint n_told = MIN (problems->kept->len, MAX_TOLD);
  guint n_more = problems->kept->len - n_told + problems->n_more;

  sort_problems (problems);
  for (guint i = 0; i < n_told; i++)
    {
      const Problem *problem = g_ptr_array_index (problems->kept, i);

      g_string_append_printf (text, "%s%s%s%s", i > 0 ? "; " : "", problem->path, *problem->path != '\0' ? ": " : "",
                              problem->text);
    }
  if (n_more > 0)
    g_string_append_printf (text, "; and %u more", n_more);

  return g_string_free (text, FALSE);
}

gboolean
lb_problems_to_error (LBProblems *problems, GError **error)
{
  g_autofree char *text = NULL;

  if (lb_problems_is_empty (problems))
    return TRUE;

  text = lb_problems_to_text (problems);
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, text);

  return FALSE;
}

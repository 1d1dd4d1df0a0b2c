/* SPDX-License-Identifier: Apache-2.0 */
#include "vector-report.h"

#include <stdlib.h>
#include <string.h>

void
vector_report_init (VectorReport *report)
{
  *report = (VectorReport){
    .wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref),
    .found = g_ptr_array_new (),
    .lines = g_ptr_array_new_with_free_func (g_free),
  };
}

void
vector_report_clear (VectorReport *report)
{
  g_hash_table_unref (report->wanted);
  g_ptr_array_unref (report->found);
  g_ptr_array_unref (report->lines);
}

void
vector_report_want (VectorReport *report, const char *id, const char *rule)
{
  GPtrArray *rules = g_hash_table_lookup (report->wanted, id);

  if (rules == NULL)
    {
      rules = g_ptr_array_new ();
      g_hash_table_insert (report->wanted, g_strdup (id), rules);
    }
  g_ptr_array_add (rules, (gpointer) rule);
}

void
vector_report_differ (VectorReport *report, const VectorRule *rule, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (rule == NULL)
    {
      g_ptr_array_add (report->lines, g_strconcat ("FAILED: ", what, NULL));
      report->has_failed = TRUE;
      return;
    }
  g_ptr_array_add (report->found, (gpointer) rule->name);
  g_ptr_array_add (report->lines, g_strdup_printf ("%s, %s: %s (%s)", rule->quirk, rule->name, what, rule->reason));
}

static gboolean
has_found (const VectorReport *report, const char *rule)
{
  return g_ptr_array_find_with_equal_func (report->found, rule, g_str_equal, NULL);
}

void
vector_report_end (VectorReport *report, const char *id)
{
  const GPtrArray *wanted = g_hash_table_lookup (report->wanted, id);

  for (guint i = 0; wanted != NULL && i < wanted->len; i++)
    {
      const char *rule = g_ptr_array_index (wanted, i);

      if (!has_found (report, rule))
        vector_report_differ (report, NULL, "does not differ by '%s', as it should", rule);
    }
  for (guint i = 0; i < report->lines->len; i++)
    g_print ("%s: %s\n", id, (const char *) g_ptr_array_index (report->lines, i));

  if (report->has_failed)
    report->n_failed++;
  else if (report->found->len > 0)
    report->n_on_purpose++;
  else
    report->n_passed++;

  report->has_failed = FALSE;
  g_ptr_array_set_size (report->found, 0);
  g_ptr_array_set_size (report->lines, 0);
}

int
vector_report_finish (const VectorReport *report)
{
  g_print ("%u passed, %u failed, %u differ on purpose\n", report->n_passed, report->n_failed, report->n_on_purpose);

  return report->n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

ReactiveJson *
vector_file_parse (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;
  ReactiveJson *file;

  if (!g_file_get_contents (path, &text, &length, &error))
    {
      g_printerr ("%s\n", error->message);
      exit (EXIT_FAILURE);
    }
  file = reactive_json_parse (text, (gssize) length, REACTIVE_JSON_PYTHON, &error);
  if (file == NULL)
    {
      g_printerr ("%s: %s\n", path, error->message);
      exit (EXIT_FAILURE);
    }

  return file;
}

ReactiveJson *
vector_file_read (int argc, char **argv)
{
  if (argc != 2)
    {
      g_printerr ("usage: %s FILE\n", argv[0]);
      exit (2);
    }

  return vector_file_parse (argv[1]);
}

const char *
vector_get_text (const ReactiveJson *object, const char *name)
{
  const ReactiveJson *member = reactive_json_get_member (object, name);

  return member != NULL ? reactive_json_get_string (member, NULL) : NULL;
}

gboolean
vector_is_null (const ReactiveJson *object, const char *name)
{
  const ReactiveJson *member = reactive_json_get_member (object, name);

  return member == NULL || reactive_json_get_kind (member) == REACTIVE_JSON_NULL;
}

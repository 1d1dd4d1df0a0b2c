/* SPDX-License-Identifier: Apache-2.0 */
#include "unplayed.h"

#include <stdlib.h>
#include <string.h>

static const ReactiveJson *
member_of (const ReactiveJson *object, const char *name)
{
  return object != NULL ? reactive_json_get_member (object, name) : NULL;
}

static const char *
text_of (const ReactiveJson *object, const char *name)
{
  const ReactiveJson *text = member_of (object, name);

  return text != NULL ? reactive_json_get_string (text, NULL) : NULL;
}

void
unplayed_init (Unplayed *unplayed, const char *path, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length_bytes;

  if (!g_file_get_contents (path, &text, &length_bytes, &error)
      || (unplayed->file = reactive_json_parse (text, (gssize) length_bytes, REACTIVE_JSON_STRICT, &error)) == NULL)
    {
      g_printerr ("%s: %s\n", path, error->message);
      exit (EXIT_FAILURE);
    }

  unplayed->expected = member_of (unplayed->file, name);
  unplayed->found = reactive_json_new_object ();
}

void
unplayed_clear (Unplayed *unplayed)
{
  reactive_json_unref (unplayed->file);
  reactive_json_unref (unplayed->found);
}

/* "3-5 8", and @step. Free with g_free(). */
static char *
add_step (const char *steps, guint step)
{
  const char *last = steps != NULL ? strrchr (steps, ' ') : NULL;
  const char *range = steps == NULL ? NULL : last != NULL ? last + 1 : steps;
  const char *dash = range != NULL ? strchr (range, '-') : NULL;

  if (range == NULL)
    return g_strdup_printf ("%u", step);
  if (g_ascii_strtoull (dash != NULL ? dash + 1 : range, NULL, 10) + 1 != step)
    return g_strdup_printf ("%s %u", steps, step);

  return g_strdup_printf ("%.*s-%u", dash != NULL ? (int) (dash - steps) : (int) strlen (steps), steps, step);
}

void
unplayed_note (Unplayed *unplayed, const char *conversation, const char *reason, guint step)
{
  ReactiveJson *reasons = (ReactiveJson *) member_of (unplayed->found, conversation);
  g_autofree char *steps = add_step (text_of (reasons, reason), step);

  if (reasons == NULL)
    {
      reasons = reactive_json_new_object ();
      reactive_json_object_set (unplayed->found, conversation, reasons);
    }
  reactive_json_object_set (reasons, reason, reactive_json_new_string (steps));
}

/* Those of @first that are not in @second; @has_found: @first is what was found. */
static guint
compare_one_way (const ReactiveJson *first, const ReactiveJson *second, gboolean has_found)
{
  guint n_entries = 0;

  for (guint i = 0; first != NULL && i < reactive_json_get_length (first); i++)
    {
      const char *conversation = reactive_json_get_member_name (first, i);
      const ReactiveJson *reasons = reactive_json_get_element (first, i);

      for (guint j = 0; j < reactive_json_get_length (reasons); j++)
        {
          const char *reason = reactive_json_get_member_name (reasons, j);
          const char *steps = text_of (reasons, reason);

          if (g_strcmp0 (steps, text_of (member_of (second, conversation), reason)) == 0)
            continue;
          g_print ("%s: FAILED: %s: %s, which %s\n", conversation, reason, steps,
                   has_found ? "is not listed" : "is listed, and not so");
          n_entries++;
        }
    }

  return n_entries;
}

guint
unplayed_compare (const Unplayed *unplayed)
{
  return compare_one_way (unplayed->found, unplayed->expected, TRUE)
         + compare_one_way (unplayed->expected, unplayed->found, FALSE);
}

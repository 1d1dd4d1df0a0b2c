/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

#include <string.h>

/* A dispatch that reaches the cap goes round in a cycle, or is busy with something longer than we look. The last
 * iterations are kept as text, a line each: every handler with the flags that it changed. */
#define TAIL_LENGTH 16
#define MAX_WORDS 64
#define MAX_LINE_BYTES 1024

void
dispatch_cycle_begin_iteration (ReactiveDispatch *dispatch)
{
  if (dispatch->cap - dispatch->iteration > TAIL_LENGTH)
    return;

  if (dispatch->tail == NULL)
    dispatch->tail = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_ptr_array_add (dispatch->tail, g_ptr_array_new_with_free_func (g_free));
}

static void
add_word (ReactiveDispatch *dispatch, const char *prefix, const char *name)
{
  GPtrArray *words = g_ptr_array_index (dispatch->tail, dispatch->tail->len - 1);

  if (words->len < MAX_WORDS)
    g_ptr_array_add (words, g_strconcat (prefix, name, NULL));
}

void
dispatch_cycle_add_handler (ReactiveDispatch *dispatch, guint32 handler)
{
  add_word (dispatch, "", reactive_program_get_handler_id (dispatch->program, handler));
}

void
dispatch_cycle_add_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean set)
{
  add_word (dispatch, set ? "+" : "-", dispatch_flag_name (dispatch, flag));
}

static char *
iteration_text (const GPtrArray *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    {
      const char *word = g_ptr_array_index (words, i);

      if (text->len + strlen (word) > MAX_LINE_BYTES)
        {
          g_string_append (text, " …");
          break;
        }
      g_string_append_printf (text, "%s%s", i == 0 ? "" : " ", word);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
dispatch_cycle_describe (ReactiveDispatch *dispatch)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) cycle = g_string_new (NULL);
  guint period = 1;

  for (guint i = 0; i < dispatch->tail->len; i++)
    g_ptr_array_add (lines, iteration_text (g_ptr_array_index (dispatch->tail, i)));

  while (period < lines->len
         && strcmp (g_ptr_array_index (lines, lines->len - 1), g_ptr_array_index (lines, lines->len - 1 - period)) != 0)
    period++;
  period = MIN (period, lines->len);

  for (guint i = lines->len - period; i < lines->len; i++)
    g_string_append_printf (cycle, "%s[%s]", i == lines->len - period ? "" : " → ",
                            (const char *) g_ptr_array_index (lines, i));

  g_clear_pointer (&dispatch->tail, g_ptr_array_unref);
  g_free (dispatch->cycle);
  dispatch->cycle = g_string_free (g_steal_pointer (&cycle), FALSE);
}

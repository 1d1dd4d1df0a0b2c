/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

#include <string.h>

#include "base/text.h"

static ReactiveHookContext *
begin (ModelFixture *fixture, const char *unit_name, const char *hook)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, unit_name);

  reactive_model_list_hooks (unit, hooks);
  for (guint i = 0; i < hooks->len; i++)
    {
      const ReactiveModelHook *one = &g_array_index (hooks, ReactiveModelHook, i);
      g_autofree char *text = model_fixture_describe (unit, one);

      if (hook != NULL && strcmp (text, hook) != 0)
        continue;
      reactive_model_begin_hook (unit, one);
      return reactive_hook_context_new (unit, one);
    }

  return NULL;
}

ReactiveHookContext *
context_begin (ModelFixture *fixture, const char *unit, const char *hook)
{
  ReactiveHookContext *context = begin (fixture, unit, hook);

  if (context == NULL)
    model_fixture_assert_next (fixture, unit, hook);
  g_assert_nonnull (context);
  return context;
}

ReactiveHookContext *
context_begin_any (ModelFixture *fixture, const char *unit)
{
  ReactiveHookContext *context = begin (fixture, unit, /* hook= */ NULL);

  if (context != NULL)
    return context;

  ASSERT_DONE (reactive_model_send_hook, model_fixture_get_unit (fixture, unit), "start", /* details= */ NULL);
  return context_begin (fixture, unit, "start");
}

static void
end (ReactiveHookContext *context, gboolean was_good)
{
  reactive_model_end_hook (reactive_hook_context_get_unit (context), reactive_hook_context_get_hook (context),
                           was_good);
  reactive_hook_context_free (context);
}

void
context_end (ReactiveHookContext *context)
{
  ASSERT_DONE (reactive_hook_context_commit, context);
  end (context, TRUE);
}

void
context_fail (ReactiveHookContext *context)
{
  reactive_hook_context_discard (context);
  end (context, FALSE);
}

void
context_end_refused (ReactiveHookContext *context, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_hook_context_commit (context, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, message);
  context_fail (context);
}

void
context_retry (ModelFixture *fixture, const char *unit)
{
  ASSERT_DONE (reactive_model_resolve, model_fixture_get_unit (fixture, unit), /* retry= */ TRUE);
}

ReactiveJson *
context_json (const char *text)
{
  g_autofree char *quoted = reactive_text_replace (text, "'", "\"");
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (quoted, -1, REACTIVE_JSON_STRICT, &error);

  g_assert_no_error (error);
  return value;
}

void
context_assert_json (const ReactiveJson *value, const char *expected)
{
  g_autofree char *text = value != NULL ? reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS) : NULL;
  g_autofree char *quoted = text != NULL ? reactive_text_replace (text, "\"", "'") : NULL;

  g_assert_cmpstr (quoted, ==, expected);
}

void
context_relation_set (ReactiveHookContext *context, const char *relation_id, gboolean of_application, const char *key,
                      const char *value)
{
  g_autoptr (ReactiveJson) settings = reactive_json_new_object ();

  reactive_json_object_set (settings, key,
                            value != NULL ? reactive_json_new_string (value) : reactive_json_new_null ());
  ASSERT_DONE (JUJU (context)->klass->relation_set, JUJU (context), relation_id, of_application, settings);
}

static void
add_note (const ReactiveHookNote *note, gpointer data)
{
  ContextNotes *notes = data;

  if (notes->text->len > 0)
    g_string_append (notes->text, "; ");
  g_string_append_printf (notes->text, "%s %s", note->what, note->text);
}

void
context_watch (ReactiveHookContext *context, ContextNotes *notes)
{
  notes->text = g_string_new (NULL);
  reactive_hook_context_set_watch (context, add_note, notes);
}

void
context_assert_notes (ContextNotes *notes, const char *expected)
{
  g_autofree char *text = g_string_free (g_steal_pointer (&notes->text), FALSE);

  g_assert_cmpstr (text, ==, expected);
  notes->text = g_string_new (NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

static ReactiveJson *
parse (const char *text)
{
  ReactiveJson *value = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, NULL);

  g_assert_nonnull (value);
  return value;
}

static void
test_merge (void)
{
  static const struct
  {
    const char *object, *changes;
    gboolean empty_deletes;
    const char *expected;
  } cases[] = {
    { "{}", "{\"b\": \"2\", \"a\": \"1\"}", TRUE, "{\"a\": \"1\", \"b\": \"2\"}" },
    { "{\"a\": \"1\", \"c\": \"3\"}", "{\"b\": \"2\"}", TRUE, "{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}" },
    { "{\"a\": \"1\", \"b\": \"2\"}", "{\"a\": null}", TRUE, "{\"b\": \"2\"}" },
    { "{\"a\": \"1\", \"b\": \"2\"}", "{\"a\": \"\"}", TRUE, "{\"b\": \"2\"}" },
    { "{\"a\": \"1\"}", "{\"a\": \"\", \"b\": null}", FALSE, "{\"a\": \"\"}" },
    { "{\"a\": \"1\"}", "{\"a\": \"2\"}", TRUE, "{\"a\": \"2\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ReactiveJson) object = parse (cases[i].object);
      g_autoptr (ReactiveJson) changes = parse (cases[i].changes);
      g_autoptr (ReactiveJson) merged = reactive_json_merge_settings (object, changes, cases[i].empty_deletes);
      g_autofree char *text = reactive_json_to_text (merged, REACTIVE_JSON_INSERTION_ORDER);
      g_autofree char *before = reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);

      g_assert_cmpstr (text, ==, cases[i].expected);
      g_assert_cmpstr (before, ==, cases[i].object);
    }
}

static void
test_no_change (void)
{
  static const char *const changes_texts[] = { "{}", "{\"a\": \"1\"}", "{\"b\": null, \"c\": \"\"}" };
  g_autoptr (ReactiveJson) object = parse ("{\"a\": \"1\"}");

  for (gsize i = 0; i < G_N_ELEMENTS (changes_texts); i++)
    {
      g_autoptr (ReactiveJson) changes = parse (changes_texts[i]);
      g_autoptr (ReactiveJson) merged = reactive_json_merge_settings (object, changes, /* empty_deletes= */ TRUE);

      g_assert_true (merged == object);
    }
}

static void
test_many (void)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autoptr (ReactiveJson) changes = reactive_json_new_object ();
  g_autoptr (ReactiveJson) merged = NULL;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u", 99 - i);

      reactive_json_object_set (i % 2 == 0 ? object : changes, name, reactive_json_new_string ("x"));
    }
  merged = reactive_json_merge_settings (object, changes, /* empty_deletes= */ TRUE);

  g_assert_cmpuint (reactive_json_get_length (merged), ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u", i);

      g_assert_cmpstr (reactive_json_get_member_name (merged, i), ==, name);
    }
}

static void
test_overlay (void)
{
  g_autoptr (ReactiveJson) object = parse ("{\"b\": \"1\", \"a\": \"2\"}");
  g_autoptr (ReactiveJson) changes = parse ("{\"c\": null, \"b\": \"\"}");
  g_autoptr (ReactiveJson) both = reactive_json_overlay (object, changes);
  g_autofree char *text = reactive_json_to_text (both, REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (text, ==, "{\"b\": \"\", \"a\": \"2\", \"c\": null}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json-settings/merge/sets-and-deletes", test_merge);
  g_test_add_func ("/json-settings/merge/no-change-is-the-same-object", test_no_change);
  g_test_add_func ("/json-settings/merge/many", test_many);
  g_test_add_func ("/json-settings/overlay/keeps-places", test_overlay);

  return g_test_run ();
}

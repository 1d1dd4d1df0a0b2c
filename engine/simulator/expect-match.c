/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/expect-match.h"

#include <string.h>

#include "charm/yaml-value.h"

#define MAX_SHOWN_BYTES 300

static gboolean
matches_scalar (const ReactiveYaml *expected, const ReactiveJson *actual)
{
  g_autoptr (ReactiveJson) value = NULL;
  const char *text = reactive_json_text_or_null (actual);

  if (text != NULL)
    return strcmp (text, reactive_yaml_get_text (expected)) == 0;

  value = reactive_yaml_to_json (expected);
  return reactive_json_equal (value, actual);
}

static gboolean
matches_mapping (const ReactiveYaml *expected, const ReactiveJson *actual)
{
  if (reactive_json_get_kind (actual) != REACTIVE_JSON_OBJECT)
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (expected); i++)
    if (!reactive_expect_matches (reactive_yaml_get_entry (expected, i),
                                  reactive_json_get_member (actual, reactive_yaml_get_name (expected, i))))
      return FALSE;

  return TRUE;
}

static gboolean
matches_list (const ReactiveYaml *expected, const ReactiveJson *actual)
{
  if (reactive_json_get_kind (actual) != REACTIVE_JSON_ARRAY
      || reactive_json_get_length (actual) != reactive_yaml_get_length (expected))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (expected); i++)
    if (!reactive_expect_matches (reactive_yaml_get_entry (expected, i), reactive_json_get_element (actual, i)))
      return FALSE;

  return TRUE;
}

/* Recursion ends at REACTIVE_YAML_MAX_DEPTH. */
gboolean
reactive_expect_matches (const ReactiveYaml *expected, const ReactiveJson *actual)
{
  g_autoptr (ReactiveJson) parsed = NULL;
  const char *text;

  if (expected == NULL || reactive_yaml_is_null (expected))
    return reactive_json_is_none (actual);
  if (reactive_json_is_none (actual))
    return FALSE;
  if (reactive_yaml_get_kind (expected) == REACTIVE_YAML_SCALAR)
    return matches_scalar (expected, actual);

  text = reactive_json_text_or_null (actual);
  if (text != NULL)
    {
      parsed = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);
      if (parsed == NULL)
        return FALSE;
      actual = parsed;
    }

  return reactive_yaml_get_kind (expected) == REACTIVE_YAML_MAPPING ? matches_mapping (expected, actual)
                                                                    : matches_list (expected, actual);
}

/* Takes @text; cut where it is long. */
static char *
shorten (char *text)
{
  char *end;

  if (strlen (text) <= MAX_SHOWN_BYTES)
    return text;

  end = g_utf8_find_prev_char (text, text + MAX_SHOWN_BYTES);
  *end = '\0';
  end = g_strconcat (text, "…", NULL);
  g_free (text);
  return end;
}

char *
reactive_expect_describe_actual (const ReactiveJson *actual)
{
  const char *text;

  if (reactive_json_is_none (actual))
    return g_strdup ("absent");

  text = reactive_json_text_or_null (actual);
  return shorten (text != NULL ? g_strdup_printf ("'%s'", text)
                               : reactive_json_to_text (actual, REACTIVE_JSON_INSERTION_ORDER));
}

char *
reactive_expect_describe_expected (const ReactiveYaml *expected)
{
  g_autoptr (ReactiveJson) value = NULL;

  if (expected == NULL || reactive_yaml_is_null (expected))
    return g_strdup ("absent");
  if (reactive_yaml_get_kind (expected) == REACTIVE_YAML_SCALAR)
    return shorten (g_strdup_printf ("'%s'", reactive_yaml_get_text (expected)));

  value = reactive_yaml_to_json (expected);
  return shorten (reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER));
}

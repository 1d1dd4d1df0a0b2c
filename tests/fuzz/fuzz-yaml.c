/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "charm/yaml.h"

/* The YAML reader. What it accepts must keep to the limits and must read the same again when it is written as JSON,
 * which is YAML too; what it refuses must be refused with a place. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What JSON can write and YAML cannot read: values without a number, keys past libyaml's 1024 characters, and
 * characters that JSON writes as two escapes. */
typedef struct
{
  guint n_nodes;
  gboolean is_writable;
} Tree;

static void
check_text (const char *text, gboolean is_key, Tree *tree)
{
  g_assert (g_utf8_validate (text, -1, NULL));

  if (is_key && strlen (text) > 100)
    tree->is_writable = FALSE;
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (g_utf8_get_char (c) > 0xffff)
      tree->is_writable = FALSE;
}

static void
check_scalar (const ReactiveYaml *scalar, Tree *tree)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_to_json (scalar);

  check_text (reactive_yaml_get_text (scalar), FALSE, tree);
  if (reactive_json_get_kind (value) == REACTIVE_JSON_FLOAT && !isfinite (reactive_json_get_double (value)))
    tree->is_writable = FALSE;
  g_assert (reactive_json_get_kind (value) != REACTIVE_JSON_ARRAY);
  g_assert (reactive_json_get_kind (value) != REACTIVE_JSON_OBJECT);
}

static void
check_node (const ReactiveYaml *node, guint depth, Tree *tree)
{
  tree->n_nodes++;
  if (reactive_yaml_get_kind (node) == REACTIVE_YAML_SCALAR)
    {
      check_scalar (node, tree);
      return;
    }

  g_assert_cmpuint (depth, <, REACTIVE_YAML_MAX_DEPTH);
  for (guint i = 0; i < reactive_yaml_get_length (node); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (node, i);

      if (reactive_yaml_get_kind (node) == REACTIVE_YAML_MAPPING)
        {
          tree->n_nodes++;
          check_text (reactive_yaml_get_name (node, i), TRUE, tree);
          g_assert (reactive_yaml_get_member (node, reactive_yaml_get_name (node, i)) == entry);
        }
      check_node (entry, depth + 1, tree);
    }
}

static void
check_error (const ReactiveYaml *root, const GError *error)
{
  static const char prefix[] = "f.yaml:";
  guint64 line, column;
  char *end;

  g_assert (root == NULL);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert (g_str_has_prefix (error->message, prefix));
  g_assert (g_utf8_validate (error->message, -1, NULL));
  g_assert (strpbrk (error->message, "\r\n") == NULL);

  line = g_ascii_strtoull (error->message + strlen (prefix), &end, 10);
  g_assert (line >= 1 && *end == ':');
  column = g_ascii_strtoull (end + 1, &end, 10);
  g_assert (column >= 1 && g_str_has_prefix (end, ": ") && end[2] != '\0');
}

static void
check_read_again (const ReactiveYaml *root)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_to_json (root);
  g_autofree char *text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveYaml) again = reactive_yaml_parse (text, strlen (text), "f.yaml", &error);
  g_autoptr (ReactiveJson) value_again = NULL;

  g_assert_no_error (error);
  value_again = reactive_yaml_to_json (again);
  g_assert (reactive_json_equal (value, value_again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveYaml) root = reactive_yaml_parse ((const char *) data, size, "f.yaml", &error);
  Tree tree = { .is_writable = TRUE };

  if (error != NULL)
    {
      check_error (root, error);
      return 0;
    }

  g_assert (root != NULL);
  check_node (root, 0, &tree);
  g_assert_cmpuint (tree.n_nodes, <=, REACTIVE_YAML_MAX_NODES + 1);
  if (tree.is_writable)
    check_read_again (root);

  return 0;
}

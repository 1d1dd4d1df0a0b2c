/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/file.h"
#include "charm/yaml.h"
#include "cli/command.h"

/* What reactive-port asks, for Python's standard library reads no YAML: the files that are named, read as the engine
 * reads a charm's, as one JSON object from their names to what they hold. */
static gboolean
add_file (ReactiveJson *files, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length_bytes;
  g_autoptr (ReactiveYaml) root = NULL;

  text = reactive_file_read (path, REACTIVE_YAML_MAX_BYTES, &length_bytes, error);
  if (text == NULL)
    return FALSE;
  root = reactive_yaml_parse (text, length_bytes, path, error);
  if (root == NULL)
    return FALSE;

  reactive_json_object_set (files, path, reactive_yaml_to_json (root));

  return TRUE;
}

static int
run (const Command *command, int argc, char **argv, GError **error)
{
  g_autoptr (ReactiveJson) files = reactive_json_new_object ();
  g_autofree char *text = NULL;

  for (int i = 1; i < argc; i++)
    if (!add_file (files, argv[i], error))
      return -1;

  text = reactive_json_to_text (files, REACTIVE_JSON_INSERTION_ORDER);
  printf ("%s\n", text);

  return 0;
}

int
main (int argc, char **argv)
{
  const Command command = { "port", "DIR", "read a charm's YAML", run };

  command_init ();

  return command_main (&command, argc, argv);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "author/pack.h"
#include "base/file.h"
#include "charm/charm-files.h"
#include "charm/yaml-write.h"
#include "charm/yaml.h"

#define CHARMCRAFT "charmcraft.yaml"

/* What Juju and Charmhub read: metadata.yaml, config.yaml, actions.yaml, and manifest.yaml. A charm that is declared by
 * charmcraft.yaml gets the first three as charmcraft makes them. */

/* Keys of charmcraft.yaml that metadata.yaml has, and under which name. */
static const char *const metadata_keys[][2] = {
  { "assumes", "assumes" },
  { "charm-user", "charm-user" },
  { "containers", "containers" },
  { "description", "description" },
  { "devices", "devices" },
  { "extra-bindings", "extra-bindings" },
  { "name", "name" },
  { "peers", "peers" },
  { "provides", "provides" },
  { "requires", "requires" },
  { "resources", "resources" },
  { "storage", "storage" },
  { "subordinate", "subordinate" },
  { "summary", "summary" },
  { "terms", "terms" },
  { "title", "display-name" },
};
static const char *const link_keys[][2] = {
  { "contact", "maintainers" }, { "documentation", "docs" }, { "issues", "issues" },
  { "source", "source" },       { "website", "website" },
};

/* @out_root: NULL where there is no such file. */
static gboolean
read_yaml (const ReactivePack *pack, const char *name, ReactiveYaml **out_root, GError **error)
{
  g_autofree char *path = g_build_filename (pack->directory, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) reason = NULL;
  gsize length;

  *out_root = NULL;
  text = reactive_file_read (path, REACTIVE_YAML_MAX_BYTES, &length, &reason);
  if (g_error_matches (reason, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    return TRUE;
  if (text == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  *out_root = reactive_yaml_parse (text, length, path, error);
  if (*out_root != NULL && reactive_yaml_get_kind (*out_root) != REACTIVE_YAML_MAPPING)
    reactive_yaml_error (error, *out_root, NULL, "not a mapping");
  else if (*out_root != NULL)
    return TRUE;

  g_clear_pointer (out_root, reactive_yaml_free);
  return FALSE;
}

static void
add_yaml (ReactivePack *pack, const char *name, const ReactiveJson *value)
{
  g_autofree char *text = reactive_yaml_write (value, REACTIVE_JSON_SORT_KEYS);

  reactive_pack_add_text (pack, name, text, strlen (text));
}

/* As charmcraft writes it: maintainers are always a list. */
static void
set_link (ReactiveJson *metadata, const char *name, const ReactiveYaml *link)
{
  ReactiveJson *value = reactive_yaml_to_json (link), *list;

  if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING && strcmp (name, "maintainers") == 0)
    {
      list = reactive_json_new_array ();
      reactive_json_array_add (list, value);
      value = list;
    }
  reactive_json_object_set (metadata, name, value);
}

static gboolean
make_metadata (ReactivePack *pack, const ReactiveYaml *charmcraft, GError **error)
{
  g_autoptr (ReactiveJson) metadata = reactive_json_new_object ();
  const ReactiveYaml *links, *value;

  for (guint i = 0; i < G_N_ELEMENTS (metadata_keys); i++)
    if ((value = reactive_yaml_get_member (charmcraft, metadata_keys[i][0])) != NULL)
      reactive_json_object_set (metadata, metadata_keys[i][1], reactive_yaml_to_json (value));

  if (!reactive_charm_files_get_section (charmcraft, "links", &links, error))
    return FALSE;
  for (guint i = 0; links != NULL && i < G_N_ELEMENTS (link_keys); i++)
    if ((value = reactive_yaml_get_member (links, link_keys[i][0])) != NULL)
      set_link (metadata, link_keys[i][1], value);

  add_yaml (pack, "metadata.yaml", metadata);
  return TRUE;
}

/* The file @name, else what charmcraft.yaml says under @section, which is NULL in a charm that is not declared there.
 */
static gboolean
add_declarations (ReactivePack *pack, const char *name, const ReactiveYaml *charmcraft, const char *section,
                  GError **error)
{
  g_autofree char *path = g_build_filename (pack->directory, name, NULL);
  const ReactiveYaml *mapping;
  g_autoptr (ReactiveJson) value = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      reactive_pack_add_file (pack, name, path);
      return TRUE;
    }
  if (charmcraft == NULL)
    return TRUE;
  if (!reactive_charm_files_get_section (charmcraft, section, &mapping, error))
    return FALSE;
  if (mapping == NULL)
    return TRUE;

  value = reactive_yaml_to_json (mapping);
  add_yaml (pack, name, value);
  return TRUE;
}

/* Juju takes no metadata without them, and no name of another form. */
static void
check_metadata (ReactivePack *pack, const char *file, const ReactiveYaml *metadata)
{
  static const char *const required[] = { "summary", "description" };
  const char *name = reactive_charm_get_name (pack->charm);

  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    {
      const ReactiveYaml *value = reactive_yaml_get_member (metadata, required[i]);

      if (value == NULL || reactive_yaml_get_kind (value) != REACTIVE_YAML_SCALAR
          || *reactive_yaml_get_text (value) == '\0')
        reactive_pack_complain (pack, file, "%s: missing; Juju takes no charm without it", required[i]);
    }

  if (!g_regex_match_simple ("^[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*$", name, G_REGEX_DOLLAR_ENDONLY, 0))
    reactive_pack_complain (pack, file,
                            "name: '%s' is no name for a charm (expected lower-case letters and digits, in parts that "
                            "have a letter each, with '-' between them)",
                            name);
}

gboolean
reactive_pack_add_metadata (ReactivePack *pack, GError **error)
{
  g_autoptr (ReactiveYaml) metadata = NULL, charmcraft = NULL;
  g_autofree char *path = g_build_filename (pack->directory, "metadata.yaml", NULL);

  if (!read_yaml (pack, "metadata.yaml", &metadata, error)
      || (metadata == NULL && !read_yaml (pack, CHARMCRAFT, &charmcraft, error)))
    return FALSE;

  if (metadata != NULL)
    {
      check_metadata (pack, "metadata.yaml", metadata);
      reactive_pack_add_file (pack, "metadata.yaml", path);
    }
  else if (charmcraft != NULL)
    {
      check_metadata (pack, CHARMCRAFT, charmcraft);
      if (!make_metadata (pack, charmcraft, error))
        return FALSE;
    }

  return add_declarations (pack, "config.yaml", charmcraft, "config", error)
         && add_declarations (pack, "actions.yaml", charmcraft, "actions", error);
}

/*
 * The base
 */

/* The one base that all platforms name ("ubuntu@24.04:amd64"); NULL where there is none, or there are several. */
static char *
find_base_of_platforms (const ReactiveYaml *platforms)
{
  g_autofree char *base = NULL;

  for (guint i = 0; i < reactive_yaml_get_length (platforms); i++)
    {
      const char *name = reactive_yaml_get_name (platforms, i), *colon = strchr (name, ':');
      g_autofree char *found = colon != NULL ? g_strndup (name, (gsize) (colon - name)) : NULL;

      if (found == NULL || (base != NULL && strcmp (base, found) != 0))
        return NULL;
      g_free (base);
      base = g_steal_pointer (&found);
    }

  return g_steal_pointer (&base);
}

gboolean
reactive_pack_read_base (ReactivePack *pack, GError **error)
{
  g_autoptr (ReactiveYaml) charmcraft = NULL;
  g_autofree char *base = NULL;
  const ReactiveYaml *platforms, *value;

  if (!read_yaml (pack, CHARMCRAFT, &charmcraft, error))
    return FALSE;
  if (charmcraft == NULL)
    return TRUE;
  if (!reactive_charm_files_get_section (charmcraft, "platforms", &platforms, error))
    return FALSE;

  value = reactive_yaml_get_member (charmcraft, "base");
  if (value != NULL && reactive_yaml_get_kind (value) == REACTIVE_YAML_SCALAR)
    base = g_strdup (reactive_yaml_get_text (value));
  else if (platforms != NULL)
    base = find_base_of_platforms (platforms);
  if (base == NULL)
    return TRUE;

  pack->base = reactive_base_system_find (base, error);
  if (pack->base == NULL)
    g_prefix_error (error, "%s/%s: base: ", pack->directory, CHARMCRAFT);
  return pack->base != NULL;
}

/* All that Juju looks at. */
void
reactive_pack_add_manifest (ReactivePack *pack)
{
  g_autofree char *text = NULL;

  if (pack->base == NULL)
    return;

  text = g_strdup_printf ("bases:\n- architectures:\n  - %s\n  channel: \"%s\"\n  name: %s\n", pack->architecture,
                          pack->base->channel, pack->base->name);
  reactive_pack_add_text (pack, "manifest.yaml", text, strlen (text));
}

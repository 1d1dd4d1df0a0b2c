/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/charm.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "charm/charm-files.h"
#include "charm/yaml.h"

struct _ReactiveCharm
{
  char *directory;
  GPtrArray *documents; /* (element-type ReactiveYaml): every string below stands in one of them */
  const char *name;
  GArray *endpoints; /* (element-type ReactiveEndpointInfo) */
  GArray *options;   /* (element-type ReactiveOptionInfo) */
  GArray *storages;  /* (element-type ReactiveStorageInfo) */
  gboolean is_subordinate;
  ReactiveJson *actions; /* object: what each action's entry says; NULL when there are none */
  /* Lists of names, NULL-terminated once the charm is loaded. */
  GPtrArray *endpoint_names;
  GPtrArray *storage_names;
  GPtrArray *container_names;
  GPtrArray *resource_names;
  GPtrArray *binding_names;
  GPtrArray *payload_names;
  GPtrArray *action_names;
  GPtrArray *includes; /* NULL when there is no layer.yaml */
};

static void
option_clear (gpointer data)
{
  ReactiveOptionInfo *option = data;

  reactive_json_unref ((ReactiveJson *) option->value);
}

static ReactiveCharm *
charm_new (const char *charm_dir)
{
  ReactiveCharm *charm = g_new0 (ReactiveCharm, 1);

  charm->directory = g_strdup (charm_dir);
  charm->documents = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_yaml_free);
  charm->endpoints = g_array_new (FALSE, FALSE, sizeof (ReactiveEndpointInfo));
  charm->options = g_array_new (FALSE, FALSE, sizeof (ReactiveOptionInfo));
  g_array_set_clear_func (charm->options, option_clear);
  charm->storages = g_array_new (FALSE, FALSE, sizeof (ReactiveStorageInfo));
  charm->endpoint_names = g_ptr_array_new ();
  charm->storage_names = g_ptr_array_new ();
  charm->container_names = g_ptr_array_new ();
  charm->resource_names = g_ptr_array_new ();
  charm->binding_names = g_ptr_array_new ();
  charm->payload_names = g_ptr_array_new ();
  charm->action_names = g_ptr_array_new ();

  return charm;
}

void
reactive_charm_free (ReactiveCharm *charm)
{
  if (charm == NULL)
    return;

  g_array_unref (charm->endpoints);
  g_array_unref (charm->options);
  g_array_unref (charm->storages);
  reactive_json_unref (charm->actions);
  g_ptr_array_unref (charm->endpoint_names);
  g_ptr_array_unref (charm->storage_names);
  g_ptr_array_unref (charm->container_names);
  g_ptr_array_unref (charm->resource_names);
  g_ptr_array_unref (charm->binding_names);
  g_ptr_array_unref (charm->payload_names);
  g_ptr_array_unref (charm->action_names);
  g_clear_pointer (&charm->includes, g_ptr_array_unref);
  g_ptr_array_unref (charm->documents);
  g_free (charm->directory);
  g_free (charm);
}

/* @out_root: (transfer none): the mapping that the file @name is; NULL when there is no such file. */
static gboolean
read_document (ReactiveCharm *charm, const char *name, const ReactiveYaml **out_root, GError **error)
{
  g_autofree char *path = g_build_filename (charm->directory, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize length_bytes;
  ReactiveYaml *root;

  *out_root = NULL;
  text = reactive_file_read (path, REACTIVE_YAML_MAX_BYTES, &length_bytes, &local_error);
  if (g_error_matches (local_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    return TRUE;
  if (text == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  root = reactive_yaml_parse (text, length_bytes, path, error);
  if (root == NULL)
    return FALSE;

  g_ptr_array_add (charm->documents, root);
  if (reactive_yaml_get_kind (root) != REACTIVE_YAML_MAPPING)
    {
      reactive_yaml_error (error, root, NULL, "the file is a %s (expected a mapping)",
                           reactive_yaml_get_kind (root) == REACTIVE_YAML_SEQUENCE ? "list" : "scalar");
      return FALSE;
    }

  *out_root = root;
  return TRUE;
}

/* What the file @name holds or, in a charm that is declared by charmcraft.yaml, its key @section. Juju never sees a
 * charmcraft.yaml: beside a metadata.yaml it says how the charm is built, and its other keys are not looked at. */
static gboolean
get_declarations (ReactiveCharm *charm, const char *name, const ReactiveYaml *charmcraft, const char *section,
                  const ReactiveYaml **out_mapping, GError **error)
{
  if (!read_document (charm, name, out_mapping, error))
    return FALSE;
  if (*out_mapping != NULL || charmcraft == NULL)
    return TRUE;

  return reactive_charm_files_get_section (charmcraft, section, out_mapping, error);
}

static gboolean
load_metadata (ReactiveCharm *charm, const ReactiveYaml *metadata, GError **error)
{
  return reactive_charm_files_read_name (metadata, &charm->name, error)
         && reactive_charm_files_read_endpoints (metadata, charm->endpoints, error)
         && reactive_charm_files_read_subordinate (metadata, &charm->is_subordinate, error)
         && reactive_charm_files_read_storages (metadata, charm->storages, error)
         && reactive_charm_files_read_names (metadata, "resources", charm->resource_names, error)
         && reactive_charm_files_read_names (metadata, "extra-bindings", charm->binding_names, error)
         && reactive_charm_files_read_names (metadata, "payloads", charm->payload_names, error)
         && reactive_charm_files_read_names (metadata, "containers", charm->container_names, error);
}

static gboolean
load_options (ReactiveCharm *charm, const ReactiveYaml *charmcraft, GError **error)
{
  const ReactiveYaml *config;

  if (!get_declarations (charm, "config.yaml", charmcraft, "config", &config, error))
    return FALSE;

  return config == NULL || reactive_charm_files_read_options (config, charm->options, error);
}

static gboolean
load_actions (ReactiveCharm *charm, const ReactiveYaml *charmcraft, GError **error)
{
  const ReactiveYaml *actions;

  if (!get_declarations (charm, "actions.yaml", charmcraft, "actions", &actions, error))
    return FALSE;

  if (actions == NULL)
    return TRUE;

  charm->actions = reactive_yaml_to_json (actions);
  return reactive_charm_files_read_actions (actions, charm->name, charm->action_names, error);
}

static gboolean
load_layer (ReactiveCharm *charm, GError **error)
{
  const ReactiveYaml *layer;

  if (!read_document (charm, "layer.yaml", &layer, error))
    return FALSE;
  if (layer == NULL)
    return TRUE;

  charm->includes = g_ptr_array_new ();
  if (!reactive_charm_files_read_includes (layer, charm->includes, error))
    return FALSE;

  g_ptr_array_add (charm->includes, NULL);
  return TRUE;
}

static int
compare_endpoints (gconstpointer a, gconstpointer b)
{
  return strcmp (((const ReactiveEndpointInfo *) a)->name, ((const ReactiveEndpointInfo *) b)->name);
}

static int
compare_options (gconstpointer a, gconstpointer b)
{
  return strcmp (((const ReactiveOptionInfo *) a)->name, ((const ReactiveOptionInfo *) b)->name);
}

static int
compare_storages (gconstpointer a, gconstpointer b)
{
  return strcmp (((const ReactiveStorageInfo *) a)->name, ((const ReactiveStorageInfo *) b)->name);
}

static void
sort_names (GPtrArray *names)
{
  g_ptr_array_sort (names, reactive_text_compare_items);
  g_ptr_array_add (names, NULL);
}

static void
sort_declarations (ReactiveCharm *charm)
{
  g_array_sort (charm->endpoints, compare_endpoints);
  g_array_sort (charm->options, compare_options);
  g_array_sort (charm->storages, compare_storages);

  for (guint i = 0; i < charm->endpoints->len; i++)
    g_ptr_array_add (charm->endpoint_names, (gpointer) g_array_index (charm->endpoints, ReactiveEndpointInfo, i).name);

  for (guint i = 0; i < charm->storages->len; i++)
    g_ptr_array_add (charm->storage_names, (gpointer) g_array_index (charm->storages, ReactiveStorageInfo, i).name);

  sort_names (charm->endpoint_names);
  sort_names (charm->storage_names);
  sort_names (charm->container_names);
  sort_names (charm->resource_names);
  sort_names (charm->binding_names);
  sort_names (charm->payload_names);
  sort_names (charm->action_names);
}

ReactiveCharm *
reactive_charm_load (const char *charm_dir, GError **error)
{
  g_autoptr (ReactiveCharm) charm = NULL;
  const ReactiveYaml *metadata;
  const ReactiveYaml *charmcraft = NULL;

  g_assert (charm_dir != NULL);

  charm = charm_new (charm_dir);
  if (!read_document (charm, "metadata.yaml", &metadata, error))
    return NULL;
  if (metadata == NULL && !read_document (charm, "charmcraft.yaml", &charmcraft, error))
    return NULL;
  if (metadata == NULL && charmcraft == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
                   "'%s' is no charm directory: it has neither metadata.yaml nor charmcraft.yaml", charm_dir);
      return NULL;
    }

  if (!load_metadata (charm, metadata != NULL ? metadata : charmcraft, error)
      || !load_options (charm, charmcraft, error) || !load_actions (charm, charmcraft, error)
      || !load_layer (charm, error))
    return NULL;

  sort_declarations (charm);
  return g_steal_pointer (&charm);
}

const char *
reactive_charm_get_name (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return charm->name;
}

const char *
reactive_charm_get_directory (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return charm->directory;
}

const ReactiveEndpointInfo *
reactive_charm_get_endpoints (const ReactiveCharm *charm, guint *out_n_endpoints)
{
  g_assert (charm != NULL && out_n_endpoints != NULL);

  *out_n_endpoints = charm->endpoints->len;
  return (const ReactiveEndpointInfo *) (gpointer) charm->endpoints->data;
}

const ReactiveOptionInfo *
reactive_charm_get_options (const ReactiveCharm *charm, guint *out_n_options)
{
  g_assert (charm != NULL && out_n_options != NULL);

  *out_n_options = charm->options->len;
  return (const ReactiveOptionInfo *) (gpointer) charm->options->data;
}

const ReactiveStorageInfo *
reactive_charm_get_storages (const ReactiveCharm *charm, guint *out_n_storages)
{
  g_assert (charm != NULL && out_n_storages != NULL);

  *out_n_storages = charm->storages->len;
  return (const ReactiveStorageInfo *) (gpointer) charm->storages->data;
}

gboolean
reactive_charm_is_subordinate (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return charm->is_subordinate;
}

const ReactiveJson *
reactive_charm_get_action (const ReactiveCharm *charm, const char *name)
{
  g_assert (charm != NULL && name != NULL);

  return charm->actions != NULL ? reactive_json_get_member (charm->actions, name) : NULL;
}

const char *const *
reactive_charm_get_resource_names (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return (const char *const *) charm->resource_names->pdata;
}

const char *const *
reactive_charm_get_endpoint_names (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return (const char *const *) charm->endpoint_names->pdata;
}

const char *const *
reactive_charm_get_storage_names (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return (const char *const *) charm->storage_names->pdata;
}

const char *const *
reactive_charm_get_container_names (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return (const char *const *) charm->container_names->pdata;
}

const char *const *
reactive_charm_get_action_names (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return (const char *const *) charm->action_names->pdata;
}

const char *const *
reactive_charm_get_binding_names (const ReactiveCharm *charm)
{
  return (const char *const *) charm->binding_names->pdata;
}

const char *const *
reactive_charm_get_payload_names (const ReactiveCharm *charm)
{
  return (const char *const *) charm->payload_names->pdata;
}

const char *const *
reactive_charm_get_includes (const ReactiveCharm *charm)
{
  g_assert (charm != NULL);

  return charm->includes != NULL ? (const char *const *) charm->includes->pdata : NULL;
}

gboolean
reactive_charm_has_layer (const ReactiveCharm *charm, const char *layer)
{
  const char *const *includes = reactive_charm_get_includes (charm);

  return includes == NULL || g_strv_contains (includes, layer);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/charm-files.h"

#include <string.h>

#include "charm/yaml-value.h"

/* No stricter than needed to keep names apart in hooks, relation ids, flags and messages. */
static gboolean
check_name (const ReactiveYaml *key, const char *owner, GError **error)
{
  const char *name = reactive_yaml_get_text (key);

  if (*name == '\0')
    {
      reactive_yaml_error (error, key, owner, "an empty name");
      return FALSE;
    }

  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (!g_unichar_isspace (character) && !g_unichar_iscntrl (character) && character != ':' && character != '/')
        continue;

      reactive_yaml_error (error, key, owner, "'%s' contains a space, a control character, ':' or '/'", name);
      return FALSE;
    }

  return TRUE;
}

gboolean
reactive_charm_files_get_section (const ReactiveYaml *mapping, const char *name, const ReactiveYaml **out_section,
                                  GError **error)
{
  const ReactiveYaml *section = reactive_yaml_get_value (mapping, name);

  if (section != NULL && reactive_yaml_get_kind (section) != REACTIVE_YAML_MAPPING)
    return reactive_yaml_fail_type (error, section, NULL, name, "a mapping");

  *out_section = section;
  return TRUE;
}

gboolean
reactive_charm_files_read_name (const ReactiveYaml *root, const char **out_name, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (root, "name");
  const char *name;

  if (node == NULL)
    {
      reactive_yaml_error (error, root, "name", "missing");
      return FALSE;
    }

  name = reactive_yaml_get_string (node);
  if (name == NULL)
    return reactive_yaml_fail_type (error, node, NULL, "name", "a string");
  if (!check_name (node, "name", error))
    return FALSE;

  *out_name = name;
  return TRUE;
}

static gboolean
read_limit (const ReactiveYaml *mapping, const char *owner, guint *out_limit, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (mapping, "limit");
  g_autoptr (ReactiveJson) value = NULL;
  gint64 limit;

  if (node == NULL)
    return TRUE;

  value = reactive_yaml_get_integer (node);
  if (value == NULL || !reactive_json_get_integer (value, &limit) || limit < 0 || limit > G_MAXINT)
    return reactive_yaml_fail_type (error, node, owner, "limit", "an integer from 0");

  *out_limit = (guint) limit;
  return TRUE;
}

static gboolean
read_scope (const ReactiveYaml *mapping, const char *owner, gboolean *out_container_scope, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (mapping, "scope");
  const char *scope;

  if (node == NULL)
    return TRUE;

  scope = reactive_yaml_get_string (node);
  if (g_strcmp0 (scope, "global") != 0 && g_strcmp0 (scope, "container") != 0)
    return reactive_yaml_fail_type (error, node, owner, "scope", "global or container");

  *out_container_scope = strcmp (scope, "container") == 0;
  return TRUE;
}

static gboolean
read_boolean (const ReactiveYaml *mapping, const char *owner, const char *name, gboolean *out_boolean, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (mapping, name);
  g_autoptr (ReactiveJson) value = NULL;

  if (node == NULL)
    return TRUE;

  value = reactive_yaml_get_boolean (node);
  if (value == NULL)
    return reactive_yaml_fail_type (error, node, owner, name, "a boolean");

  *out_boolean = reactive_json_get_boolean (value);
  return TRUE;
}

static gboolean
read_interface (const ReactiveYaml *node, const char *owner, const char **out_interface, GError **error)
{
  const ReactiveYaml *value = reactive_yaml_get_value (node, "interface");
  const char *interface;

  if (value == NULL)
    {
      g_autofree char *key = reactive_yaml_join_key (owner, "interface");

      reactive_yaml_error (error, node, key, "missing");
      return FALSE;
    }

  interface = reactive_yaml_get_string (value);
  if (interface == NULL || *interface == '\0')
    return reactive_yaml_fail_type (error, value, owner, "interface", "an interface name");

  *out_interface = interface;
  return TRUE;
}

/* `db: mysql` is short for `db: {interface: mysql}`. */
static gboolean
read_endpoint (const ReactiveYaml *node, const char *section, ReactiveEndpointInfo *endpoint, GError **error)
{
  g_autofree char *owner = reactive_yaml_join_key (section, endpoint->name);

  endpoint->interface = reactive_yaml_get_string (node);
  if (endpoint->interface != NULL && *endpoint->interface != '\0')
    return TRUE;
  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_MAPPING)
    return reactive_yaml_fail_type (error, node, section, endpoint->name, "an interface name or a mapping");

  return read_interface (node, owner, &endpoint->interface, error) && read_limit (node, owner, &endpoint->limit, error)
         && read_scope (node, owner, &endpoint->container_scope, error)
         && read_boolean (node, owner, "optional", &endpoint->optional, error);
}

/* @seen: from the name of an endpoint to the section that declared it. */
static gboolean
read_role (const ReactiveYaml *root, const char *section, ReactiveRole role, GHashTable *seen, GArray *endpoints,
           GError **error)
{
  const ReactiveYaml *mapping = NULL;

  if (!reactive_charm_files_get_section (root, section, &mapping, error))
    return FALSE;

  for (guint i = 0; mapping != NULL && i < reactive_yaml_get_length (mapping); i++)
    {
      const ReactiveYaml *key = reactive_yaml_get_key (mapping, i);
      ReactiveEndpointInfo endpoint = { .name = reactive_yaml_get_text (key), .role = role };
      const char *other = g_hash_table_lookup (seen, endpoint.name);

      if (!check_name (key, section, error))
        return FALSE;
      if (other != NULL)
        {
          reactive_yaml_error (error, key, section, "endpoint '%s' stands under '%s' already", endpoint.name, other);
          return FALSE;
        }
      if (!read_endpoint (reactive_yaml_get_entry (mapping, i), section, &endpoint, error))
        return FALSE;

      g_hash_table_insert (seen, (gpointer) endpoint.name, (gpointer) section);
      g_array_append_val (endpoints, endpoint);
    }

  return TRUE;
}

gboolean
reactive_charm_files_read_endpoints (const ReactiveYaml *root, GArray *endpoints, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  return read_role (root, "provides", REACTIVE_ROLE_PROVIDES, seen, endpoints, error)
         && read_role (root, "requires", REACTIVE_ROLE_REQUIRES, seen, endpoints, error)
         && read_role (root, "peers", REACTIVE_ROLE_PEERS, seen, endpoints, error);
}

gboolean
reactive_charm_files_read_names (const ReactiveYaml *root, const char *section, GPtrArray *names, GError **error)
{
  const ReactiveYaml *mapping = NULL;

  if (!reactive_charm_files_get_section (root, section, &mapping, error))
    return FALSE;

  for (guint i = 0; mapping != NULL && i < reactive_yaml_get_length (mapping); i++)
    {
      const ReactiveYaml *key = reactive_yaml_get_key (mapping, i);
      const ReactiveYaml *entry = reactive_yaml_get_entry (mapping, i);

      if (!check_name (key, section, error))
        return FALSE;
      if (reactive_yaml_get_kind (entry) != REACTIVE_YAML_MAPPING && !reactive_yaml_is_null (entry))
        return reactive_yaml_fail_type (error, entry, section, reactive_yaml_get_text (key), "a mapping");

      g_ptr_array_add (names, (gpointer) reactive_yaml_get_text (key));
    }

  return TRUE;
}

gboolean
reactive_charm_files_read_subordinate (const ReactiveYaml *root, gboolean *out_subordinate, GError **error)
{
  return read_boolean (root, NULL, "subordinate", out_subordinate, error);
}

/* "1", "0-", "2+" and "1-10". What else stands there is left to Juju to refuse. */
static void
read_range (const ReactiveYaml *mapping, ReactiveStorageInfo *storage)
{
  const ReactiveYaml *multiple = reactive_yaml_get_value (mapping, "multiple");
  const ReactiveYaml *node = NULL;
  const char *rest;
  guint64 minimum;

  if (multiple != NULL && reactive_yaml_get_kind (multiple) == REACTIVE_YAML_MAPPING)
    node = reactive_yaml_get_value (multiple, "range");
  if (node == NULL || reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR)
    return;

  minimum = g_ascii_strtoull (reactive_yaml_get_text (node), (char **) &rest, 10);
  if (rest == reactive_yaml_get_text (node))
    return;

  storage->minimum = (guint) MIN (minimum, G_MAXINT);
  if (*rest == '\0')
    storage->maximum = storage->minimum;
  else
    storage->maximum = (guint) MIN (g_ascii_strtoull (rest + 1, NULL, 10), G_MAXINT);
}

/* The text of a member that is passed over where it is no string. */
static const char *
get_text (const ReactiveYaml *mapping, const char *name)
{
  const ReactiveYaml *node = reactive_yaml_get_value (mapping, name);

  return node != NULL ? reactive_yaml_get_string (node) : NULL;
}

gboolean
reactive_charm_files_read_storages (const ReactiveYaml *root, GArray *storages, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const ReactiveYaml *section = NULL;

  if (!reactive_charm_files_read_names (root, "storage", names, error)
      || !reactive_charm_files_get_section (root, "storage", &section, error))
    return FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (section, i);
      ReactiveStorageInfo storage
          = { .name = g_ptr_array_index (names, i), .type = "filesystem", .minimum = 1, .maximum = 1 };

      if (reactive_yaml_get_kind (entry) == REACTIVE_YAML_MAPPING)
        {
          if (g_strcmp0 (get_text (entry, "type"), "block") == 0)
            storage.type = "block";
          storage.location = get_text (entry, "location");
          read_range (entry, &storage);
        }
      g_array_append_val (storages, storage);
    }

  return TRUE;
}

static ReactiveJson *
get_text_default (const ReactiveYaml *node)
{
  const char *text = reactive_yaml_get_string (node);

  return text != NULL ? reactive_json_new_string (text) : NULL;
}

/* Juju takes no integer for a float. */
static ReactiveJson *
get_float_default (const ReactiveYaml *node)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_to_json (node);

  return reactive_json_get_kind (value) == REACTIVE_JSON_FLOAT ? g_steal_pointer (&value) : NULL;
}

static ReactiveJson *
get_secret_default (const ReactiveYaml *node)
{
  const char *text = reactive_yaml_get_string (node);

  if (text == NULL || (*text != '\0' && !g_str_has_prefix (text, "secret:")))
    return NULL;

  return reactive_json_new_string (text);
}

static const struct
{
  const char *name;
  const char *expected;
  ReactiveJson *(*get_default) (const ReactiveYaml *node);
} option_types[] = {
  { "string", "a string, as the option's type says; quote it", get_text_default },
  { "int", "a 64-bit integer, as the option's type says", reactive_yaml_get_integer },
  { "float", "a float such as 1.0, as the option's type says", get_float_default },
  { "boolean", "a boolean, as the option's type says", reactive_yaml_get_boolean },
  { "secret", "a secret's URI, as the option's type says", get_secret_default },
};

/* The index into option_types. An option without a type is a string, as in Juju. */
static gboolean
read_option_type (const ReactiveYaml *option, const char *owner, gsize *out_type, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (option, "type");
  const char *name;

  *out_type = 0;
  if (node == NULL)
    return TRUE;

  name = reactive_yaml_get_string (node);
  for (gsize i = 0; name != NULL && i < G_N_ELEMENTS (option_types); i++)
    {
      if (strcmp (option_types[i].name, name) != 0)
        continue;
      *out_type = i;
      return TRUE;
    }

  return reactive_yaml_fail_type (error, node, owner, "type", "string, int, float, boolean or secret");
}

static gboolean
read_option (const ReactiveYaml *node, ReactiveOptionInfo *option, GError **error)
{
  g_autofree char *owner = reactive_yaml_join_key ("options", option->name);
  const ReactiveYaml *default_node;
  gsize type;

  option->type = option_types[0].name;
  if (reactive_yaml_is_null (node))
    {
      option->value = reactive_json_new_null ();
      return TRUE;
    }

  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_MAPPING)
    return reactive_yaml_fail_type (error, node, "options", option->name, "a mapping");
  if (!read_option_type (node, owner, &type, error))
    return FALSE;

  option->type = option_types[type].name;
  default_node = reactive_yaml_get_value (node, "default");
  option->value = default_node != NULL ? option_types[type].get_default (default_node) : reactive_json_new_null ();
  if (option->value == NULL)
    return reactive_yaml_fail_type (error, default_node, owner, "default", option_types[type].expected);

  return TRUE;
}

gboolean
reactive_charm_files_read_options (const ReactiveYaml *config, GArray *options, GError **error)
{
  const ReactiveYaml *mapping = NULL;

  if (reactive_yaml_get_member (config, "options") == NULL)
    {
      reactive_yaml_error (error, config, "options", "missing");
      return FALSE;
    }
  if (!reactive_charm_files_get_section (config, "options", &mapping, error))
    return FALSE;

  for (guint i = 0; mapping != NULL && i < reactive_yaml_get_length (mapping); i++)
    {
      const ReactiveYaml *key = reactive_yaml_get_key (mapping, i);
      ReactiveOptionInfo option = { .name = reactive_yaml_get_text (key) };

      if (!check_name (key, "options", error) || !read_option (reactive_yaml_get_entry (mapping, i), &option, error))
        return FALSE;

      g_array_append_val (options, option);
    }

  return TRUE;
}

/* ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$ */
static gboolean
is_action_name (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && name[0] != '-' && name[length - 1] != '-'
         && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

/* Charms named juju-… are Juju's own and may use its names. */
static gboolean
is_reserved_name (const char *name, const char *charm_name)
{
  return !g_str_has_prefix (charm_name, "juju-") && (strcmp (name, "juju") == 0 || g_str_has_prefix (name, "juju-"));
}

gboolean
reactive_charm_files_read_actions (const ReactiveYaml *actions, const char *charm_name, GPtrArray *names,
                                   GError **error)
{
  for (guint i = 0; i < reactive_yaml_get_length (actions); i++)
    {
      const ReactiveYaml *key = reactive_yaml_get_key (actions, i);
      const ReactiveYaml *entry = reactive_yaml_get_entry (actions, i);
      const char *name = reactive_yaml_get_text (key);

      if (!is_action_name (name))
        {
          reactive_yaml_error (error, key, name,
                               "not a name for an action (expected lower-case letters, digits and inner '-')");
          return FALSE;
        }
      if (is_reserved_name (name, charm_name))
        {
          reactive_yaml_error (error, key, name, "reserved for Juju (expected a name that is not juju or juju-…)");
          return FALSE;
        }
      if (reactive_yaml_get_kind (entry) != REACTIVE_YAML_MAPPING && !reactive_yaml_is_null (entry))
        return reactive_yaml_fail_type (error, entry, NULL, name, "a mapping");

      g_ptr_array_add (names, (gpointer) name);
    }

  return TRUE;
}

gboolean
reactive_charm_files_read_includes (const ReactiveYaml *layer, GPtrArray *includes, GError **error)
{
  const ReactiveYaml *list = reactive_yaml_get_value (layer, "includes");

  if (list == NULL)
    return TRUE;
  if (reactive_yaml_get_kind (list) != REACTIVE_YAML_SEQUENCE)
    return reactive_yaml_fail_type (error, list, NULL, "includes", "a list of layers and interfaces");

  for (guint i = 0; i < reactive_yaml_get_length (list); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (list, i);
      const char *include = reactive_yaml_get_string (entry);

      if (include == NULL || *include == '\0')
        return reactive_yaml_fail_type (error, entry, NULL, "includes", "the name of a layer or interface");

      g_ptr_array_add (includes, (gpointer) include);
    }

  return TRUE;
}

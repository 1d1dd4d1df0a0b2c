/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/charm.h"
#include "charm/yaml.h"

/* What each of a charm's files says. All strings that these add to the arrays stand in the YAML tree, which must
 * outlive them; nothing is sorted. Keys that are not read here are passed over, because Juju's own list of them grows.
 * Errors: BAD_DATA, `path:line:col: key: …`. */

/* @root: all of metadata.yaml or charmcraft.yaml. */
gboolean reactive_charm_files_read_name (const ReactiveYaml *root, const char **out_name, GError **error);
/* @endpoints: (element-type ReactiveEndpointInfo) */
gboolean reactive_charm_files_read_endpoints (const ReactiveYaml *root, GArray *endpoints, GError **error);
/* @storages: (element-type ReactiveStorageInfo) */
gboolean reactive_charm_files_read_storages (const ReactiveYaml *root, GArray *storages, GError **error);
gboolean reactive_charm_files_read_subordinate (const ReactiveYaml *root, gboolean *out_subordinate, GError **error);
/* The names under the mapping @section ("resources", "containers"). @names: (element-type utf8) */
gboolean reactive_charm_files_read_names (const ReactiveYaml *root, const char *section, GPtrArray *names,
                                          GError **error);
/* @config: all of config.yaml, or charmcraft.yaml's `config`. @options: (element-type ReactiveOptionInfo), whose values
 * are the caller's to unref. */
gboolean reactive_charm_files_read_options (const ReactiveYaml *config, GArray *options, GError **error);
/* @actions: all of actions.yaml, or charmcraft.yaml's `actions`. */
gboolean reactive_charm_files_read_actions (const ReactiveYaml *actions, const char *charm_name, GPtrArray *names,
                                            GError **error);
/* @layer: all of layer.yaml. */
gboolean reactive_charm_files_read_includes (const ReactiveYaml *layer, GPtrArray *includes, GError **error);

/* The mapping at @name in @mapping; @out_section is NULL where it is absent or null. */
gboolean reactive_charm_files_get_section (const ReactiveYaml *mapping, const char *name,
                                           const ReactiveYaml **out_section, GError **error);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>

#include "base/error.h"
#include "base/json.h"

/* What a charm's files declare: metadata.yaml, config.yaml and actions.yaml, or the same keys of charmcraft.yaml where
 * there is no metadata.yaml; and layer.yaml. */
typedef struct _ReactiveCharm ReactiveCharm;

typedef struct
{
  const char *name;
  ReactiveRole role;
  const char *interface;
  gboolean container_scope;
  guint limit; /* 0: none */
  gboolean optional;
} ReactiveEndpointInfo;

typedef struct
{
  const char *name;
  const char *type;          /* "string", "int", "float", "boolean", "secret" */
  const ReactiveJson *value; /* the default; JSON null when there is none */
} ReactiveOptionInfo;

typedef struct
{
  const char *name;
  const char *type;     /* "filesystem", "block" */
  const char *location; /* (nullable): where it is mounted */
  guint minimum;        /* how many a new unit gets */
  guint maximum;        /* 0: no limit */
} ReactiveStorageInfo;

/* Errors: NOT_FOUND (neither metadata.yaml nor charmcraft.yaml), BAD_DATA with `path:line:col: key: …`. */
ReactiveCharm *reactive_charm_load (const char *charm_dir, GError **error);
void reactive_charm_free (ReactiveCharm *charm);

const char *reactive_charm_get_name (const ReactiveCharm *charm);
const char *reactive_charm_get_directory (const ReactiveCharm *charm);
/* Sorted by name. */
const ReactiveEndpointInfo *reactive_charm_get_endpoints (const ReactiveCharm *charm, guint *out_n_endpoints);
const ReactiveOptionInfo *reactive_charm_get_options (const ReactiveCharm *charm, guint *out_n_options);
const ReactiveStorageInfo *reactive_charm_get_storages (const ReactiveCharm *charm, guint *out_n_storages);
/* Whether its units live beside those of another application. */
gboolean reactive_charm_is_subordinate (const ReactiveCharm *charm);
const char *const *reactive_charm_get_endpoint_names (const ReactiveCharm *charm);
const char *const *reactive_charm_get_storage_names (const ReactiveCharm *charm);
const char *const *reactive_charm_get_container_names (const ReactiveCharm *charm);
const char *const *reactive_charm_get_action_names (const ReactiveCharm *charm);
/* What the charm says of the action @name, as an object ("params", "required", …); NULL if there is no such action. */
const ReactiveJson *reactive_charm_get_action (const ReactiveCharm *charm, const char *name);
const char *const *reactive_charm_get_resource_names (const ReactiveCharm *charm);
/* Those of `extra-bindings`. */
const char *const *reactive_charm_get_binding_names (const ReactiveCharm *charm);
const char *const *reactive_charm_get_payload_names (const ReactiveCharm *charm);
/* layer.yaml: the entries of `includes`, in order ("layer:basic", "interface:http"); NULL when there is no layer.yaml.
 */
const char *const *reactive_charm_get_includes (const ReactiveCharm *charm);
/* Whether the charm gets the automatic flags of @layer: with a layer.yaml those of the layers that it includes, without
 * one all. */
gboolean reactive_charm_has_layer (const ReactiveCharm *charm, const char *layer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveCharm, reactive_charm_free)

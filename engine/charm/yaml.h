/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

/* A bounded reader for a charm's YAML files. */
#define REACTIVE_YAML_MAX_BYTES (4u * 1024 * 1024)
#define REACTIVE_YAML_MAX_DEPTH 64
#define REACTIVE_YAML_MAX_NODES 200000u

typedef enum
{
  REACTIVE_YAML_SCALAR,
  REACTIVE_YAML_SEQUENCE,
  REACTIVE_YAML_MAPPING
} ReactiveYamlKind;

typedef struct _ReactiveYaml ReactiveYaml; /* a node; the root owns the tree */

/* One document; aliases, anchors, duplicate keys, tags of our own making and second documents are refused. An empty
 * file is an empty mapping. Errors: BAD_DATA, `path:line:col: …`. */
ReactiveYaml *reactive_yaml_parse (const char *text, gsize length_bytes, const char *path, GError **error);
void reactive_yaml_free (ReactiveYaml *root);

ReactiveYamlKind reactive_yaml_get_kind (const ReactiveYaml *node);
const char *reactive_yaml_get_text (const ReactiveYaml *scalar);
guint reactive_yaml_get_length (const ReactiveYaml *node);
const char *reactive_yaml_get_name (const ReactiveYaml *mapping, guint index); /* key of entry @index */
/* The same key as a node, so that a complaint about a name can point at it. */
const ReactiveYaml *reactive_yaml_get_key (const ReactiveYaml *mapping, guint index);
const ReactiveYaml *reactive_yaml_get_entry (const ReactiveYaml *node, guint index);
const ReactiveYaml *reactive_yaml_get_member (const ReactiveYaml *mapping, const char *name);
/* A scalar as YAML 1.1 (go-yaml, PyYAML) resolves it: null, boolean, integer, float, string. */
ReactiveJson *reactive_yaml_to_json (const ReactiveYaml *node);
/* Sets BAD_DATA: "path:line:col: key: message". */
void reactive_yaml_error (GError **error, const ReactiveYaml *node, const char *key, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveYaml, reactive_yaml_free)

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/yaml.h"

/* Between the reader and the tree. */

/* What a scalar's text stands for. */
typedef enum
{
  SCALAR_PLAIN,  /* whatever its text resolves to */
  SCALAR_STRING, /* quoted, a block, or tagged !!str */
  SCALAR_FLOAT,  /* tagged !!float, so that 3 is 3.0 */
} ScalarStyle;

struct _ReactiveYaml
{
  ReactiveYamlKind kind;
  ScalarStyle style;
  guint line, column; /* both from 1 */
  char *path;         /* a GRefString, shared by all nodes of a file */
  char *text;         /* of a scalar */
  GPtrArray *keys; /* (element-type ReactiveYaml): of a mapping; one longer than entries while its value is awaited */
  GPtrArray *entries; /* (element-type ReactiveYaml): of a mapping or sequence */
};

/* @path is a GRefString; line and column count from 1. */
ReactiveYaml *reactive_yaml_new (ReactiveYamlKind kind, char *path, guint line, guint column);
void reactive_yaml_set_error (GError **error, const char *path, guint line, guint column, const char *key,
                              const char *format, va_list arguments) G_GNUC_PRINTF (6, 0);

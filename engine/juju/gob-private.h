/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Type ids that gob predefines. */
enum
{
  GOB_BOOL = 1,
  GOB_INT = 2,
  GOB_UINT = 3,
  GOB_FLOAT = 4,
  GOB_BYTES = 5,
  GOB_STRING = 6,
  GOB_COMPLEX = 7,
  GOB_INTERFACE = 8,
  GOB_FIRST_USER_ID = 64,
};

/* The fields of gob's own description of a type, in the order of their numbers. */
typedef enum
{
  GOB_KIND_ARRAY,
  GOB_KIND_SLICE,
  GOB_KIND_STRUCT,
  GOB_KIND_MAP,
  GOB_KIND_GOB_ENCODER,
  GOB_KIND_BINARY_MARSHALER,
  GOB_KIND_TEXT_MARSHALER,
  GOB_N_KINDS,
} GobKind;

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* A system that charms are deployed on, and the version of its C library. */
typedef struct
{
  const char *name;    /* "ubuntu" */
  const char *channel; /* "22.04" */
  guint libc_minor;    /* 35: 2.35 */
  gboolean is_interim; /* supported for some months only */
} ReactiveBaseSystem;

/* "ubuntu@22.04", "ubuntu@22.04/stable". Errors: USAGE, naming those that are known. */
const ReactiveBaseSystem *reactive_base_system_find (const char *text, GError **error);
/* The oldest Ubuntu with long-term support whose C library is at least 2.@libc_minor; NULL if there is none. */
const ReactiveBaseSystem *reactive_base_system_find_oldest (guint libc_minor);

/* What a version need ("GLIBC_2.34") demands: the minor version of the C library, G_MAXUINT for one that no release
 * promises. */
guint reactive_base_system_read_libc_version (const char *version);

/* Libraries that every base has, because they come with its C library. */
gboolean reactive_base_system_has_library (const char *soname);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What Juju and charmcraft take for names. Errors: USAGE. */
gboolean names_check_charm (const char *name, GError **error);
gboolean names_check_endpoint (const char *name, GError **error);

/* @name with underscores for hyphens, and the other way round. Free with g_free(). */
char *names_to_underscores (const char *name);
char *names_to_hyphens (const char *name);
/* @name in quotes if YAML takes it for something else than a string. Free with g_free(). */
char *names_to_yaml (const char *name);

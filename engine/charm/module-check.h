/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* Handlers are known as MODULE:NAME in the state file and in every message, so neither part has a ':', white space or a
 * control character. */
gboolean reactive_module_is_name (const char *name);

/* Sets MODULE, "where: message"; FALSE, for the caller to return. */
gboolean reactive_module_fail (GError **error, const char *where, const char *format, ...) G_GNUC_PRINTF (3, 4);

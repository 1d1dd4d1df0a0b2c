/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Where a part of the installation is: @directory, relative to the prefix that was configured, or to $REACTIVE_PREFIX
 * for an installation that was moved. Free with g_free(). */
char *reactive_prefix_build (const char *directory);

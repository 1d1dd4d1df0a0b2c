/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Where a part of the installation is: @directory, relative to the prefix that was configured, or to $REACTIVE_PREFIX
 * for an installation that was moved. Free with g_free(). */
char *reactive_prefix_build (const char *directory);

/* (nullable): @relative, seen from the running program's directory, if it is there. Free with g_free(). */
char *reactive_prefix_find_beside (const char *relative);

/* Where a part of the installation is that lies beside the running program in the build directory: @beside, relative to
 * that program, if it is there and no installation is named by $REACTIVE_PREFIX, else @installed, as of
 * reactive_prefix_build(). Free with g_free(). */
char *reactive_prefix_find (const char *beside, const char *installed);

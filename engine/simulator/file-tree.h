/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* Directories of files, copied as Juju places a charm: version control and what Juju's own packing leaves out stay
 * behind, and what a build by meson keeps to itself. Links within the tree and absolute ones stay links; of others what
 * they point to is copied. Errors: NOT_FOUND, FAILED. */

/* Copies into @target, which is made if it is not there; files that stand there are replaced, never written to. */
gboolean reactive_file_tree_copy (const char *source, const char *target, GError **error);
/* Removes from @target the files that stand in @source, and not in @newer; a directory that @newer has not goes as a
 * whole. */
gboolean reactive_file_tree_remove_old (const char *source, const char *newer, const char *target, GError **error);
/* Removes @path and all below it; never follows a link. FALSE if something of it may be left. */
gboolean reactive_file_tree_remove (const char *path);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "author/contents.h"

/* @contents as a zip archive, the same bytes for the same contents: sorted, deflated, modes 0755 and 0644, and every
 * file of @time (seconds since 1970; a zip archive knows 1980 to 2107). Errors: FAILED. */
GBytes *reactive_archive_make (const ReactiveContents *contents, gint64 time, GError **error);

/* $SOURCE_DATE_EPOCH, else the start of 1980. Errors: USAGE. */
gboolean reactive_archive_get_time (gint64 *out_time, GError **error);

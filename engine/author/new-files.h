/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "author/charm-plan.h"

/* Makes the files of a charm from the templates in @template_dir, in @directory, which is there and empty. @style is
 * "flags" or "events". Errors: NOT_FOUND (a template), BAD_DATA (it is wrong), FAILED (cannot be written). */
gboolean new_files_write (const CharmPlan *plan, const char *style, const char *template_dir, const char *directory,
                          GError **error);

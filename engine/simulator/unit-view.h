/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"
#include "juju/carrier.h"

/* What one unit sees of its Juju, as JSON that can be written by hand: an application of its own in a model, and others
 * that consist of data alone. Hook tools answer from it; each change is kept at once, not at the end of a hook. The
 * format is described in reactive-agent(1). */
typedef struct _ReactiveUnitView ReactiveUnitView;

/* Errors: BAD_DATA, `PATH:line:col: key: …`, with @path; FAILED. */
ReactiveUnitView *reactive_unit_view_parse (const char *text, gsize length_bytes, const char *path, GError **error);
void reactive_unit_view_free (ReactiveUnitView *view);
/* The JSON with all that the tools changed; whoever compares it with an earlier one sees whether they did. */
const ReactiveJson *reactive_unit_view_get_document (const ReactiveUnitView *view);
/* As reactive_hook_tool_run(), with its errors. */
gboolean reactive_unit_view_run (ReactiveUnitView *view, const char *tool, const char *const *argv,
                                 const char *directory, GBytes *input, ReactiveToolReply *out_reply, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveUnitView, reactive_unit_view_free)

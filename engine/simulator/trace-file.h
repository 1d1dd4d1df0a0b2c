/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/simulation.h"

/* What happens, as a file in the Chrome trace format, which trace viewers open: a process for each application, a
 * thread for each unit, on it the hooks with their handlers, and the flags that change. Times are the model's; within a
 * hook, which takes no time there, what happened is spread evenly. */
typedef struct _ReactiveTraceFile ReactiveTraceFile;

/* Errors: FAILED. */
ReactiveTraceFile *reactive_trace_file_new (const char *path, GError **error);
/* A listener. */
void reactive_trace_file_add (const ReactiveSimulationEvent *event, gpointer trace_file);
/* Ends the file. Errors: FAILED, also of what could not be written before. */
gboolean reactive_trace_file_close (ReactiveTraceFile *trace_file, GError **error);
void reactive_trace_file_free (ReactiveTraceFile *trace_file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveTraceFile, reactive_trace_file_free)

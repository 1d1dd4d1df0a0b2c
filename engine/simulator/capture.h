/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "base/error.h"

/* What this process prints on its standard output and error output, by whatever means, between begin and end: handlers
 * print as they like. */
typedef struct _ReactiveCapture ReactiveCapture;

typedef void (*ReactiveCaptureFunc) (const char *line, gpointer data);

/* Longer output of one hook is cut. */
#define REACTIVE_CAPTURE_MAX_BYTES (1024u * 1024)

ReactiveCapture *reactive_capture_new (GError **error);
void reactive_capture_free (ReactiveCapture *capture);
void reactive_capture_begin (ReactiveCapture *capture);
void reactive_capture_end (ReactiveCapture *capture);
/* Each line, made valid UTF-8, that came since the last time. Costs one system call where there is none. */
void reactive_capture_take (ReactiveCapture *capture, ReactiveCaptureFunc func, gpointer data);
/* A stream to where @descriptor leads now, which is not captured. (nullable) */
FILE *reactive_capture_open_stream (int descriptor);
/* Where the error output goes really. */
int reactive_capture_get_error_descriptor (const ReactiveCapture *capture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveCapture, reactive_capture_free)

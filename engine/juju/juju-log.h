/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/carrier.h"
#include "juju/juju.h"

/* Lines for juju-log, held back and sent with their neighbours of the same level as one message. */
typedef struct _ReactiveJujuLog ReactiveJujuLog;

/* Within what one argument of a program may hold, 128 KiB, when the tool is executed. */
#define REACTIVE_JUJU_LOG_MAX_BYTES (64u * 1024)

ReactiveJujuLog *reactive_juju_log_new (void);
void reactive_juju_log_free (ReactiveJujuLog *log);
void reactive_juju_log_add (ReactiveJujuLog *log, ReactiveCarrier *carrier, ReactiveLogLevel level,
                            const char *message);
/* Errors: those of the carrier, and TOOL; of this sending or of any since the last flush. What could not be sent is
 * dropped. */
gboolean reactive_juju_log_flush (ReactiveJujuLog *log, ReactiveCarrier *carrier, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveJujuLog, reactive_juju_log_free)

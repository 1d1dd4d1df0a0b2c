/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/carrier.h"
#include "unit/unit.h"

/* Watches over a hook that runs in this process, for what a handler may do to it: exit(), a crash, a signal, a child
 * that is forked and lives on. The handler is named on stderr, which Juju logs. @carrier is closed in children; so is
 * the file at @state_path. Both must outlive guard_end(). One hook at a time. */
void guard_begin (ReactiveUnit *unit, ReactiveCarrier *carrier, const char *state_path);
void guard_end (void);

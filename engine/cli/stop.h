/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <signal.h>

/* A command that has something to clean up asks to be told of the signals that end a process (SIGINT, SIGTERM, SIGHUP,
 * SIGPIPE), instead of being ended. It is ended all the same by a second one. */
void stop_begin (void);
/* The signal that came; 0: none. */
const volatile sig_atomic_t *stop_get_signal (void);
/* Ends the process by the signal, if one came. */
void stop_end (void);

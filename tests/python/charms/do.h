/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive.h>

/* A handler that a test asks for: crash () runs when the flag "do.crash" is set. */
#define DO(function) HANDLER (function, WHEN ("do." #function))

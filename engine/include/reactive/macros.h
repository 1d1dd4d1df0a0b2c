/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>
#include <glib.h>

/* Marks what the shared library exports; everything else is hidden. */
#define REACTIVE_EXPORT __attribute__ ((visibility ("default"))) extern

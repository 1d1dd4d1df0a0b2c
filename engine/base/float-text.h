/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Appends the shortest decimal that reads back as @number, which is finite: positional from 10^@least to below
 * 10^@limit, with a point only where digits follow it; else with an exponent of at least @n_exponent_digits. */
void reactive_float_append (GString *text, double number, int least, int limit, int n_exponent_digits);

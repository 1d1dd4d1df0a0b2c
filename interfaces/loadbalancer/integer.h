/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* Integers as Python has them: of any size. One is held as an integer of JSON, or as its decimal text, which has no
 * leading zeros and no "+", and is never "-0". */

/* What Python's int() makes of a number or a text of JSON, but for booleans; NULL where it refuses. Unref it. */
ReactiveJson *lb_integer_from_json (const ReactiveJson *value);
/* The same of a text, as decimal text. Free with g_free(). */
char *lb_integer_from_text (const char *text, gsize length_bytes);
/* By what they are, not by their text. */
int lb_integer_compare (const char *a, const char *b);

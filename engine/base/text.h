/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The entry of @known (ended by NULL) that @word was probably meant to be; NULL when none is near. */
const char *reactive_text_nearest (const char *word, const char *const *known);

/* " (did you mean 'X'?)", or the empty string. Free with g_free(). */
char *reactive_text_hint (const char *word, const char *const *known);

/* Of texts that are long and begin alike: eight bytes at a time are several times faster than g_str_hash(). Differs
 * between machines. */
guint reactive_text_hash (const char *text, gsize n_bytes);

/* The digits of @number, somewhere in @buffer: where printf() would show. */
#define REACTIVE_TEXT_NUMBER_BYTES 11
const char *reactive_text_write_number (char buffer[REACTIVE_TEXT_NUMBER_BYTES], guint32 number);

/* @text with each @from, which is not empty, replaced by @to. Free with g_free(). */
char *reactive_text_replace (const char *text, const char *from, const char *to);

/* For sorting an array of strings by their bytes. */
int reactive_text_compare_items (gconstpointer a, gconstpointer b);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* Texts that many hold, each kept once: two that are equal are the same pointer. */
typedef struct _ReactiveTexts ReactiveTexts;

ReactiveTexts *reactive_texts_new (void);
ReactiveTexts *reactive_texts_ref (ReactiveTexts *texts);
/* Whoever holds a text of it holds a reference of it, too. */
void reactive_texts_unref (ReactiveTexts *texts);

/* Lives until it is released as often as it was taken. */
const char *reactive_texts_take (ReactiveTexts *texts, const char *text);
void reactive_texts_release (ReactiveTexts *texts, const char *text);
guint reactive_texts_get_n_texts (ReactiveTexts *texts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveTexts, reactive_texts_unref)

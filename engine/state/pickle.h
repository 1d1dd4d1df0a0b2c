/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "base/json.h"

/* Python's pickle, as far as JSON can say the same: None, booleans, integers, floats, strings, lists, and dictionaries
 * of strings. Nothing is looked up or called. All protocols of Python 3 are read. */

#define REACTIVE_PICKLE_MAX_BYTES                                                                                      \
  (16u * 1024 * 1024) /* of a pickle, and of the strings in it with their repetitions                                  \
                       */
#define REACTIVE_PICKLE_MAX_VALUES 1000000u
#define REACTIVE_PICKLE_MAX_DEPTH 100

/* Fails with BAD_DATA: something else stands in it, it is damaged, or it is beyond the limits. */
ReactiveJson *reactive_pickle_parse (const guint8 *bytes, gsize length, GError **error);

/* In protocol 2, which Python 3 reads in every version. NULL for a number that a pickle of ours cannot say: an integer
 * of more than 64 bits. */
GByteArray *reactive_pickle_from_json (const ReactiveJson *value);

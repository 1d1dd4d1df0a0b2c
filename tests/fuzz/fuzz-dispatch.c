/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "reference-comparison.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The bytes choose a program and its hooks; the engine and the model must agree on all that happens. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ModelSource source = { .bytes = data, .length = size };
  ModelStatistics statistics = { 0 };

  /* No byte left is a program too, the same one each time. */
  if (size > 0)
    model_compare_with_engine (&source, &statistics);

  return 0;
}

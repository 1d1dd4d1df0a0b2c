/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

/* What a tool reads through `--file -`, from an object of strings and nulls. For g_free(). */
char *reactive_juju_file_text (const ReactiveJson *settings);

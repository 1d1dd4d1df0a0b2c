/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/yaml.h"

/* Whether @actual (nullable: there is none) is what @expected (nullable: there should be none) says. A scalar is
 * compared with a string by its text, and with anything else as a value. A mapping or a list is compared with what a
 * string holds as JSON; of a mapping only the members that it names, where null stands for one that is not there. */
gboolean reactive_expect_matches (const ReactiveYaml *expected, const ReactiveJson *actual);
/* As text, for a message; "absent" for NULL. Free with g_free(). */
char *reactive_expect_describe_expected (const ReactiveYaml *expected);
char *reactive_expect_describe_actual (const ReactiveJson *actual);

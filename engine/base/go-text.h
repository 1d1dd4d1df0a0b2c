/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Text as Go's standard library writes it, which is how Juju's tools print. */

/* @text as %q does: in quotes, with escapes for what cannot be printed; any bytes. Free with g_free(). */
char *reactive_go_quote (const char *text);
/* %q of a list: ["a" "b"]. Ends with NULL. */
char *reactive_go_quote_list (const char *const *texts);

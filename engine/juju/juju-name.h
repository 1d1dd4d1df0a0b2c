/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Names as Juju checks them. */

/* [a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*; @length_bytes is -1 where @name ends by NUL. */
gboolean reactive_juju_is_application_name (const char *name, gssize length_bytes);
/* "APPLICATION/NUMBER" */
gboolean reactive_juju_is_unit_name (const char *name);

/* [a-z](-?[a-z0-9]){2,} */
gboolean reactive_juju_is_secret_key (const char *key);

/* [a-z0-9]([a-z0-9-]*[a-z0-9])?: what stands between the dots of a key of an action's result. */
gboolean reactive_juju_is_result_key_part (const char *part);
/* Juju puts these among an action's results itself. */
gboolean reactive_juju_is_reserved_result_key (const char *key);

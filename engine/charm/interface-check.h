/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/interfaces.h"

/* Checks what an interface library exports and copies its roles to *@loaded. Errors: MODULE naming @path. */
gboolean reactive_interface_check (const ReactiveInterface *interface, const char *path,
                                   ReactiveLoadedInterface *loaded, GError **error);
/* Whether the interface is the one that its file is named after. */
gboolean reactive_interface_check_name (const ReactiveInterface *interface, const char *name, const char *path,
                                        GError **error);

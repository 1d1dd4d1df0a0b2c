/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/interface.h>

#include "charm/charm.h"

#define REACTIVE_N_ROLES 3

/* An interface library: its descriptor, checked, and its roles as this header has them. */
typedef struct
{
  const ReactiveInterface *descriptor; /* constant, in the library, which is never unloaded */
  gboolean has_role[REACTIVE_N_ROLES];
  ReactiveInterfaceRole roles[REACTIVE_N_ROLES]; /* by ReactiveRole */
} ReactiveLoadedInterface;

/* The libraries of the interfaces in the charm's metadata: for each `interfaces/libreactive-NAME.so.0` in the charm
 * directory, else the same file of the installed directory. An interface without one is no error, unless layer.yaml
 * includes it: its endpoints have the automatic flags alone. To be loaded before handler modules, which then find the
 * libraries by their sonames.
 *
 * Errors: MODULE naming the file and the reason, or what to install.
 * Returns: (element-type ReactiveLoadedInterface) (transfer full) */
GPtrArray *reactive_interfaces_load (const ReactiveCharm *charm, GError **error);

/* (element-type ReactiveLoadedInterface): an empty array for reactive_interfaces_add(). */
GPtrArray *reactive_interfaces_new (void);
/* Adds a descriptor wherever it came from; @path is for messages. */
gboolean reactive_interfaces_add (GPtrArray *interfaces, const ReactiveInterface *descriptor, const char *path,
                                  GError **error);

/* The interface of an endpoint, if it has the charm's side of it; else NULL. */
const ReactiveLoadedInterface *reactive_interfaces_find (const GPtrArray *interfaces,
                                                         const ReactiveEndpointInfo *endpoint);

/* Every other name of a flag, or of an event, that the endpoints of @charm have by their interfaces. */
typedef void (*ReactiveOtherNameFunc) (const char *name, const char *own_name, gpointer data);
void reactive_interfaces_foreach_flag_name (const GPtrArray *interfaces, const ReactiveCharm *charm,
                                            ReactiveOtherNameFunc func, gpointer data);
void reactive_interfaces_foreach_event_name (const GPtrArray *interfaces, const ReactiveCharm *charm,
                                             ReactiveOtherNameFunc func, gpointer data);

/* Entries of tables, which may have been compiled against an older or newer header. */
ReactiveInterfaceFlag reactive_interface_get_flag (const ReactiveLoadedInterface *interface, ReactiveRole role,
                                                   guint index);
ReactiveInterfaceEvent reactive_interface_get_event (const ReactiveLoadedInterface *interface, ReactiveRole role,
                                                     guint index);
ReactiveInterfaceHandler reactive_interface_get_handler (const ReactiveLoadedInterface *interface, ReactiveRole role,
                                                         guint index);

/* What a flag's name with `{endpoint_name}` stands for. Free with g_free(). */
char *reactive_interface_expand (const char *name, const char *endpoint);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/module.h>

G_BEGIN_DECLS

/**
 * REACTIVE_INTERFACE_ABI:
 *
 * Raised when the layout of the structures changes in a way that sizes cannot tell.
 */
#define REACTIVE_INTERFACE_ABI 1

/**
 * REACTIVE_INTERFACE_SYMBOL:
 *
 * The symbol that the loader looks for in `libreactive-NAME.so.0`.
 */
#define REACTIVE_INTERFACE_SYMBOL "reactive_interface"

/**
 * ReactiveEndpointFunc:
 * @endpoint: an endpoint of the interface
 * @error: return location for a #GError
 *
 * What an interface does for one endpoint. Failing fails the hook, as a handler's failure does.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
typedef gboolean (*ReactiveEndpointFunc) (ReactiveEndpoint *endpoint, GError **error);

/**
 * ReactiveInterfaceFlag:
 * @flag: the one name under which the state file holds it, with `{endpoint_name}`
 * @names: (array zero-terminated=1): its short names: NAME stands for `endpoint.E.NAME` and `E.NAME`, in conditions,
 *   triggers, calls and commands
 *
 * A public flag of an interface.
 */
typedef struct
{
  const char *flag;
  const char *const *names;
} ReactiveInterfaceFlag;

/**
 * ReactiveInterfaceEvent:
 * @name: handlers wait for it as `ON ("E.NAME")`
 * @older_names: (array zero-terminated=1) (nullable): other names for the same
 *
 * An event that an interface raises with reactive_endpoint_raise().
 */
typedef struct
{
  const char *name;
  const char *const *older_names;
} ReactiveInterfaceEvent;

/**
 * ReactiveInterfaceHandler:
 * @name: unique in its role; the handler's identity is `INTERFACE:NAME:ENDPOINT`
 * @function: what runs
 * @conditions: (nullable): ends with a condition of kind 0; `{endpoint_name}` in a name is replaced
 *
 * A handler that comes with the interface, once for each endpoint.
 */
typedef struct
{
  const char *name;
  ReactiveEndpointFunc function;
  const ReactiveCondition *conditions;
} ReactiveInterfaceHandler;

/**
 * ReactiveInterfaceRole:
 * @role: what the charm is
 * @flags: the public flags
 * @events: the events
 * @handlers: the handlers
 * @update: (nullable): brings flags up to date and raises events; runs at the start of every ordinary hook for each
 *   endpoint, after the automatic flags
 * @finish: (nullable): remembers what handlers have made of it; runs at the end of every ordinary hook and action that
 *   went well, for each endpoint, after all else
 *
 * One side of an interface.
 */
typedef struct
{
  ReactiveRole role;
  guint32 n_flags;
  guint32 n_events;
  guint32 n_handlers;
  const ReactiveInterfaceFlag *flags;
  const ReactiveInterfaceEvent *events;
  const ReactiveInterfaceHandler *handlers;
  ReactiveEndpointFunc update;
  ReactiveEndpointFunc finish;
} ReactiveInterfaceRole;

/**
 * ReactiveInterface:
 * @abi: %REACTIVE_INTERFACE_ABI
 * @size: size of this structure
 * @role_size: size of a #ReactiveInterfaceRole; the table is walked by it
 * @flag_size: size of a #ReactiveInterfaceFlag
 * @event_size: size of a #ReactiveInterfaceEvent
 * @handler_size: size of a #ReactiveInterfaceHandler
 * @condition_size: size of a #ReactiveCondition
 * @n_roles: how many roles there are
 * @name: as charms name it in their metadata
 * @roles: the sides that the library implements
 *
 * What an interface library exports, as the constant `reactive_interface`. Written with REACTIVE_INTERFACE().
 */
typedef struct
{
  guint32 abi;
  guint32 size;
  guint32 role_size;
  guint32 flag_size;
  guint32 event_size;
  guint32 handler_size;
  guint32 condition_size;
  guint32 n_roles;
  const char *name;
  const ReactiveInterfaceRole *roles;
} ReactiveInterface;

/* clang-format off */
/**
 * ROLES:
 * @table: an array of #ReactiveInterfaceRole
 *
 * What REACTIVE_INTERFACE() is given to have these roles.
 */
#define ROLES(table) .roles = (table), .n_roles = G_N_ELEMENTS (table)

/**
 * FLAGS:
 * @table: an array of #ReactiveInterfaceFlag
 *
 * What a role is given to have these flags.
 */
#define FLAGS(table) .flags = (table), .n_flags = G_N_ELEMENTS (table)

/**
 * EVENTS:
 * @table: an array of #ReactiveInterfaceEvent
 *
 * What a role is given to have these events.
 */
#define EVENTS(table) .events = (table), .n_events = G_N_ELEMENTS (table)

/**
 * REACTIVE_INTERFACE:
 * @name_: the name of the interface, as charms name it in their metadata
 * @...: ROLES()
 *
 * Defines what the library of an interface exports.
 */
#define REACTIVE_INTERFACE(name_, ...) \
  __attribute__ ((visibility ("default"))) const ReactiveInterface reactive_interface = { \
    .abi = REACTIVE_INTERFACE_ABI, \
    .size = sizeof (ReactiveInterface), \
    .role_size = sizeof (ReactiveInterfaceRole), \
    .flag_size = sizeof (ReactiveInterfaceFlag), \
    .event_size = sizeof (ReactiveInterfaceEvent), \
    .handler_size = sizeof (ReactiveInterfaceHandler), \
    .condition_size = sizeof (ReactiveCondition), \
    .name = name_, \
    __VA_ARGS__ }
/* clang-format on */

G_END_DECLS

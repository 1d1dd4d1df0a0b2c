/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/charm.h"
#include "charm/interfaces.h"
#include "charm/modules.h"
#include "core/program.h"

/* Numbers of flags that every hook raises. */
typedef struct
{
  guint32 changed; /* config.changed.OPTION */
  guint32 set;
  guint32 is_default;
} ReactiveOptionFlags;

typedef struct
{
  guint32 joined; /* endpoint.NAME.joined */
  guint32 departed;
  guint32 changed;
} ReactiveEndpointFlags;

typedef struct
{
  guint32 config_changed;
  guint32 is_leader;
  guint32 leadership_changed;
  ReactiveOptionFlags *options;     /* in the order of the charm's */
  ReactiveEndpointFlags *endpoints; /* in the order of the charm's */
} ReactiveAutomaticFlags;

/* A charm's modules and the program that they make. Immutable; shared by all units of the charm. */
typedef struct _ReactiveHandlers ReactiveHandlers;

/* A handler as the program knows it: the data of reactive_program_get_handler_data(). */
typedef struct
{
  const char *module;
  ReactiveHandler handler; /* without a function where an interface brought it */
  ReactiveEndpointFunc of_endpoint;
  const char *endpoint; /* NULL unless an interface brought it */
  const char *external; /* the name of the program that it is, from the charm directory on; NULL for a function */
} ReactiveHandlerInfo;

/* Finds the charm's external handlers, too. @charm, @interfaces (element-type ReactiveLoadedInterface) and @modules
 * (element-type ReactiveLoadedModule) are taken. Errors: MODULE when two handlers have one name. */
ReactiveHandlers *reactive_handlers_new (ReactiveCharm *charm, GPtrArray *interfaces, GPtrArray *modules,
                                         GError **error);
/* The charm's files, the libraries of its interfaces, the modules of `reactive/` in its directory, and the installed
 * ones that `layer:NAME` in layer.yaml asks for. */
ReactiveHandlers *reactive_handlers_load (const char *charm_dir, GError **error);
ReactiveHandlers *reactive_handlers_ref (ReactiveHandlers *handlers);
void reactive_handlers_unref (ReactiveHandlers *handlers);

const ReactiveCharm *reactive_handlers_get_charm (const ReactiveHandlers *handlers);
ReactiveProgram *reactive_handlers_get_program (const ReactiveHandlers *handlers);
/* (element-type ReactiveLoadedInterface) */
const GPtrArray *reactive_handlers_get_interfaces (const ReactiveHandlers *handlers);
/* (element-type ReactiveLoadedModule) */
const GPtrArray *reactive_handlers_get_modules (const ReactiveHandlers *handlers);
const ReactiveAutomaticFlags *reactive_handlers_get_flags (const ReactiveHandlers *handlers);
/* Whether there is a handler MODULE:NAME. Errors: INVALID, with the nearest there is. */
gboolean reactive_handlers_check_name (const ReactiveHandlers *handlers, const char *id, GError **error);
/* Whether @flag stands while a hook runs, and never between hooks: one of those of the configuration, which the charm
 * has unless its layer.yaml says otherwise. */
gboolean reactive_handlers_is_hook_flag (const ReactiveHandlers *handlers, const char *flag);
/* Whether the charm has external handlers. */
gboolean reactive_handlers_has_externals (const ReactiveHandlers *handlers);
/* (element-type ReactivePatternEndpoint) The endpoints as `{role:interface}` in hook patterns names them. */
GArray *reactive_charm_list_pattern_endpoints (const ReactiveCharm *charm);
/* Whether any of them names the handler in Python that it replaces. */
gboolean reactive_handlers_have_python_ids (const ReactiveHandlers *handlers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveHandlers, reactive_handlers_unref)

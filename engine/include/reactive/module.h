/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/tables.h>
#include <reactive/types.h>

G_BEGIN_DECLS

/**
 * REACTIVE_MODULE_ABI:
 *
 * Raised when the layout of the structures changes in a way that sizes cannot tell.
 */
#define REACTIVE_MODULE_ABI 1

/**
 * REACTIVE_MODULE_SYMBOL:
 *
 * The symbol that the loader looks for.
 */
#define REACTIVE_MODULE_SYMBOL "reactive_module"

/**
 * ReactiveHandlerFunc:
 * @unit: the unit that the hook runs for
 * @error: return location for a #GError
 *
 * Does one thing. A handler that returns %FALSE or sets @error fails the hook: nothing that the hook did is published
 * or kept, and Juju retries it.
 *
 * Returns: %TRUE, or %FALSE with @error set
 */
typedef gboolean (*ReactiveHandlerFunc) (ReactiveUnit *unit, GError **error);

/**
 * ReactiveConditionKind:
 * @REACTIVE_CONDITION_ALL: every named flag is set
 * @REACTIVE_CONDITION_ANY: at least one named flag is set
 * @REACTIVE_CONDITION_NONE: no named flag is set
 * @REACTIVE_CONDITION_NOT_ALL: at least one named flag is not set
 * @REACTIVE_CONDITION_HOOK: the hook is one of the patterns
 * @REACTIVE_CONDITION_RESTRICTED: the restricted hook has one of the names
 * @REACTIVE_CONDITION_ACTION: the action has one of the names
 * @REACTIVE_CONDITION_ONCE: the handler never ran to its end on this unit
 * @REACTIVE_CONDITION_FILE: one of the files changed since the handler last ran
 *
 * The kinds of conditions, with the meaning that charms.reactive gives them. All conditions of a handler must hold.
 */
typedef enum
{
  REACTIVE_CONDITION_ALL = 1,
  REACTIVE_CONDITION_ANY,
  REACTIVE_CONDITION_NONE,
  REACTIVE_CONDITION_NOT_ALL,
  REACTIVE_CONDITION_HOOK,
  REACTIVE_CONDITION_RESTRICTED,
  REACTIVE_CONDITION_ACTION,
  REACTIVE_CONDITION_ONCE,
  REACTIVE_CONDITION_FILE,
} ReactiveConditionKind;

/**
 * ReactiveCondition:
 * @kind: what is asked
 * @names: (array zero-terminated=1) (nullable): flags, hook patterns, actions or paths; %NULL for "once"
 *
 * One of the conditions of a handler. Written with WHEN() and its like.
 */
typedef struct
{
  ReactiveConditionKind kind;
  const char *const *names;
} ReactiveCondition;

/**
 * ReactiveHandler:
 * @name: unique in its module; the handler's identity everywhere is `MODULE:NAME`
 * @function: what runs
 * @conditions: (nullable): ends with a condition of kind 0
 * @python_id: (nullable): `FILE:LINE:NAME` of the charms.reactive handler that this one replaces, as
 *   `reactive/app.py:13:first`, FILE from the charm directory on; its once mark is then also read and written under
 *   Python's key
 *
 * An entry of a module's table: a function, and when it runs. Written with HANDLER() or ACTION().
 */
typedef struct
{
  const char *name;
  ReactiveHandlerFunc function;
  const ReactiveCondition *conditions;
  const char *python_id;
} ReactiveHandler;

/**
 * ReactiveTrigger:
 * @when: (nullable): fires when this flag becomes set
 * @when_not: (nullable): fires when this flag becomes unset
 * @set: (nullable): sets this flag
 * @clear: (nullable): clears this flag
 *
 * Exactly one of @when and @when_not is given, and at least one of @set and @clear.
 */
typedef struct
{
  const char *when;
  const char *when_not;
  const char *set;
  const char *clear;
} ReactiveTrigger;

/**
 * ReactiveModule:
 * @abi: %REACTIVE_MODULE_ABI
 * @size: size of this structure; a shorter one of an older module ends where its time ended
 * @handler_size: size of a #ReactiveHandler; the table is walked by it
 * @condition_size: size of a #ReactiveCondition
 * @trigger_size: size of a #ReactiveTrigger
 * @handlers: the handlers, in the order in which they are asked
 * @triggers: the triggers
 * @start: (nullable): runs at the start of every ordinary hook, after the automatic flags and before the handlers
 * @finish: (nullable): runs after the handlers of a good hook, the last module's first
 *
 * What a module exports, as the constant `reactive_module`. Written with REACTIVE_MODULE().
 */
typedef struct
{
  guint32 abi;
  guint32 size;
  guint32 handler_size;
  guint32 condition_size;
  guint32 trigger_size;
  guint32 n_handlers;
  guint32 n_triggers;
  guint32 reserved;
  const ReactiveHandler *handlers;
  const ReactiveTrigger *triggers;
  ReactiveHandlerFunc start;
  ReactiveHandlerFunc finish;
} ReactiveModule;

G_END_DECLS

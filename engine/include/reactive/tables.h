/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How the tables of a module are written, in C. */

/* clang-format off */

/**
 * REACTIVE_NAMES:
 * @...: texts
 *
 * A constant array of texts that ends with %NULL.
 */
#define REACTIVE_NAMES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/**
 * WHEN:
 * @...: names of flags
 *
 * Holds when all the flags are set. As `@when`.
 */
#define WHEN(...) { REACTIVE_CONDITION_ALL, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * WHEN_ANY:
 * @...: names of flags
 *
 * Holds when at least one of the flags is set. As `@when_any`.
 */
#define WHEN_ANY(...) { REACTIVE_CONDITION_ANY, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * WHEN_NOT:
 * @...: names of flags
 *
 * Holds when none of the flags is set. As `@when_not`.
 */
#define WHEN_NOT(...) { REACTIVE_CONDITION_NONE, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * WHEN_NOT_ALL:
 * @...: names of flags
 *
 * Holds when at least one of the flags is not set. As `@when_not_all`.
 */
#define WHEN_NOT_ALL(...) { REACTIVE_CONDITION_NOT_ALL, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * WHEN_FILE_CHANGED:
 * @...: paths; a relative one is meant from the charm directory
 *
 * Holds when one of the files differs from what it was when the handler last ran. As `@when_file_changed`.
 */
#define WHEN_FILE_CHANGED(...) { REACTIVE_CONDITION_FILE, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * ON:
 * @...: hooks, with the patterns `{a,b}` and `{role:interface}`, or events of interfaces, as `lb-provider.available`
 *
 * Holds in one of the hooks, or when one of the events occurs. As `@hook`.
 */
#define ON(...) { REACTIVE_CONDITION_HOOK, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * ON_RESTRICTED:
 * @...: `collect-metrics` or `meter-status-changed`
 *
 * Holds in one of the restricted hooks. As `@collect_metrics` and `@meter_status_changed`.
 */
#define ON_RESTRICTED(...) { REACTIVE_CONDITION_RESTRICTED, REACTIVE_NAMES (__VA_ARGS__) }

/**
 * ONCE:
 *
 * Holds until the handler has run to its end on this unit. As `@only_once`.
 */
#define ONCE { REACTIVE_CONDITION_ONCE, NULL }

/**
 * CONDITIONS:
 * @...: conditions
 *
 * The condition list of a handler, as HANDLER() writes it; for entries written out field by field.
 */
#define CONDITIONS(...) ((const ReactiveCondition[]){ __VA_ARGS__, { (ReactiveConditionKind) 0, NULL } })

/**
 * HANDLER:
 * @function_: a #ReactiveHandlerFunc, whose name is the handler's, too
 * @...: conditions, at least one, of any kinds; all must hold
 *
 * An entry of a handler table.
 */
#define HANDLER(function_, ...) \
  { .name = #function_, .function = function_, .conditions = CONDITIONS (__VA_ARGS__) }

/**
 * ACTION:
 * @action: an action of the charm
 * @function_: a #ReactiveHandlerFunc, whose name is the handler's, too
 *
 * An entry of a handler table, for an action.
 */
#define ACTION(action, function_) \
  { .name = #function_, .function = function_, \
    .conditions = CONDITIONS ({ REACTIVE_CONDITION_ACTION, REACTIVE_NAMES (action) }) }

/**
 * HANDLERS:
 * @table: an array of #ReactiveHandler
 *
 * What REACTIVE_MODULE() is given to have these handlers.
 */
#define HANDLERS(table) .handlers = (table), .n_handlers = G_N_ELEMENTS (table)

/**
 * TRIGGERS:
 * @table: an array of #ReactiveTrigger
 *
 * What REACTIVE_MODULE() is given to have these triggers.
 */
#define TRIGGERS(table) .triggers = (table), .n_triggers = G_N_ELEMENTS (table)

/**
 * REACTIVE_MODULE:
 * @...: HANDLERS(), TRIGGERS(), and `.start` and `.finish` of #ReactiveModule
 *
 * Defines what the module exports. Stands once in a module.
 */
#define REACTIVE_MODULE(...) \
  __attribute__ ((visibility ("default"))) const ReactiveModule reactive_module = { \
    .abi = REACTIVE_MODULE_ABI, \
    .size = sizeof (ReactiveModule), \
    .handler_size = sizeof (ReactiveHandler), \
    .condition_size = sizeof (ReactiveCondition), \
    .trigger_size = sizeof (ReactiveTrigger), \
    __VA_ARGS__ }

/* clang-format on */

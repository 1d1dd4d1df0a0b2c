/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

#include "base/error.h"
#include "core/hook-pattern.h"

/* The handlers and triggers of a charm, compiled once. Immutable afterwards, and shared by all units of the charm. */
typedef struct _ReactiveProgram ReactiveProgram;

/* Collects what a program is made of, in the order of registration, which is the order of dispatch. */
typedef struct _ReactiveProgramBuilder ReactiveProgramBuilder;

ReactiveProgramBuilder *reactive_program_builder_new (void);
void reactive_program_builder_free (ReactiveProgramBuilder *builder);
/* The endpoints that `{role:interface}` in hook patterns stands for; borrowed until compiled. */
void reactive_program_builder_set_endpoints (ReactiveProgramBuilder *builder, const ReactivePatternEndpoint *endpoints,
                                             guint n_endpoints);
/* From here on @name means the flag @flag, in conditions, triggers and every call that takes a name. */
void reactive_program_builder_add_alias (ReactiveProgramBuilder *builder, const char *name, const char *flag);
/* From here on a hook condition that names the event @name waits for @event. */
void reactive_program_builder_add_event_alias (ReactiveProgramBuilder *builder, const char *name, const char *event);
/* Returns: the handler's number, counted from 0. @data is what reactive_program_get_handler_data() gives back. */
guint32 reactive_program_builder_add_handler (ReactiveProgramBuilder *builder, const char *id, gconstpointer data);
/* To the handler added last. @names as in #ReactiveCondition. */
void reactive_program_builder_add_condition (ReactiveProgramBuilder *builder, ReactiveConditionKind kind,
                                             const char *const *names);
/* The handler added last, which has no conditions, is one that decides for itself: the host asks it in each phase and
 * in each iteration, and again while it is queued when somebody called clear. */
void reactive_program_builder_let_host_decide (ReactiveProgramBuilder *builder);
void reactive_program_builder_add_trigger (ReactiveProgramBuilder *builder, const ReactiveTrigger *trigger);
/* Returns: the number of a flag, for calls that are made often, whether a handler waits for it or not. */
guint32 reactive_program_builder_add_flag (ReactiveProgramBuilder *builder, const char *name);
/* FALSE when compiling is going to fail, with its error: for who knows where that stands. */
gboolean reactive_program_builder_check (const ReactiveProgramBuilder *builder, GError **error);
/* Errors: INVALID when two handlers have one id, or a hook pattern stands for too much. The builder is used up either
 * way. */
ReactiveProgram *reactive_program_builder_compile (ReactiveProgramBuilder *builder, GError **error);

ReactiveProgram *reactive_program_ref (ReactiveProgram *program);
void reactive_program_unref (ReactiveProgram *program);
guint32 reactive_program_get_n_handlers (const ReactiveProgram *program);
guint32 reactive_program_get_n_flags (const ReactiveProgram *program);
const char *reactive_program_get_handler_id (const ReactiveProgram *program, guint32 handler);
gconstpointer reactive_program_get_handler_data (const ReactiveProgram *program, guint32 handler);
/* FALSE where conditions exclude each other, as those on hooks and on flags do: they hold in different phases. */
gboolean reactive_program_can_run (const ReactiveProgram *program, guint32 handler);
gboolean reactive_program_has_once (const ReactiveProgram *program, guint32 handler);
/* Whether a handler waits for the event @name: a condition of @kind hook, restricted or action. */
gboolean reactive_program_has_event (const ReactiveProgram *program, ReactiveConditionKind kind, const char *name);
/* Whether @handler is one of those. */
gboolean reactive_program_waits_for (const ReactiveProgram *program, guint32 handler, ReactiveConditionKind kind,
                                     const char *name);
gboolean reactive_program_find_handler (const ReactiveProgram *program, const char *id, guint32 *out_handler);
/* The paths of all file conditions of @handler, ended by NULL; NULL when it has none. */
const char *const *reactive_program_get_files (const ReactiveProgram *program, guint32 handler);
/* The names of all flags of conditions and triggers, by number, ended by NULL. Free with g_free(). */
const char **reactive_program_list_flags (const ReactiveProgram *program);
/* The flag's name for an alias; any other name is returned as it is. */
const char *reactive_program_resolve (const ReactiveProgram *program, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveProgram, reactive_program_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveProgramBuilder, reactive_program_builder_free)

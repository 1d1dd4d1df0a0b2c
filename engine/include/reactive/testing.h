/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

G_BEGIN_DECLS

/**
 * ReactiveTestModel:
 *
 * A Juju model in memory, for tests of charms: applications, units and relations, whose hooks run the charms' handler
 * modules. Made for GLib's test framework: what cannot be done, and an assertion that does not hold, ends the test with
 * a message. The order of hooks is drawn from a seed; time is the model's own.
 */
typedef struct _ReactiveTestModel ReactiveTestModel;

REACTIVE_EXPORT ReactiveTestModel *reactive_test_model_new (guint64 seed);
REACTIVE_EXPORT void reactive_test_model_free (ReactiveTestModel *model);
REACTIVE_EXPORT ReactiveTestModel *reactive_test_model_at (ReactiveTestModel *model, const char *domain,
                                                           const char *file, int line, const char *function);

REACTIVE_EXPORT void reactive_test_model_deploy (ReactiveTestModel *model, const char *application,
                                                 const char *charm_dir, guint n_units);
REACTIVE_EXPORT void reactive_test_model_deploy_module (ReactiveTestModel *model, const char *application,
                                                        const char *metadata, const ReactiveModule *module,
                                                        guint n_units);
REACTIVE_EXPORT void reactive_test_model_set_config (ReactiveTestModel *model, const char *application,
                                                     const char *option, const char *value);
REACTIVE_EXPORT void reactive_test_model_relate (ReactiveTestModel *model, const char *first, const char *second);
REACTIVE_EXPORT void reactive_test_model_unrelate (ReactiveTestModel *model, const char *first, const char *second);
REACTIVE_EXPORT void reactive_test_model_add_unit (ReactiveTestModel *model, const char *application);
REACTIVE_EXPORT void reactive_test_model_remove_unit (ReactiveTestModel *model, const char *unit);
REACTIVE_EXPORT void reactive_test_model_set_leader (ReactiveTestModel *model, const char *unit);
REACTIVE_EXPORT void reactive_test_model_kill_next (ReactiveTestModel *model, const char *unit, const char *point);
REACTIVE_EXPORT void reactive_test_model_update_status (ReactiveTestModel *model);
REACTIVE_EXPORT const ReactiveJson *reactive_test_model_run_action (ReactiveTestModel *model, const char *unit,
                                                                    const char *action, const char *parameters);
REACTIVE_EXPORT void reactive_test_model_run (ReactiveTestModel *model, guint n_hooks);
REACTIVE_EXPORT void reactive_test_model_settle (ReactiveTestModel *model);

REACTIVE_EXPORT gboolean reactive_test_model_has_flag (ReactiveTestModel *model, const char *unit, const char *flag);
REACTIVE_EXPORT const char *reactive_test_model_get_status (ReactiveTestModel *model, const char *unit);
REACTIVE_EXPORT const char *reactive_test_model_get_status_message (ReactiveTestModel *model, const char *unit);
REACTIVE_EXPORT const char *reactive_test_model_get_data (ReactiveTestModel *model, const char *first,
                                                          const char *second, const char *name, const char *key);
REACTIVE_EXPORT guint reactive_test_model_count_invocations (ReactiveTestModel *model, const char *unit,
                                                             const char *handler);
REACTIVE_EXPORT gboolean reactive_test_model_is_in_error (ReactiveTestModel *model, const char *unit);
REACTIVE_EXPORT char *reactive_test_model_read_file (ReactiveTestModel *model, const char *unit, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveTestModel, reactive_test_model_free)

/* Assertions, which name what was expected and what is. */
REACTIVE_EXPORT void reactive_assert_flag (ReactiveTestModel *model, const char *unit, const char *flag);
REACTIVE_EXPORT void reactive_assert_no_flag (ReactiveTestModel *model, const char *unit, const char *flag);
REACTIVE_EXPORT void reactive_assert_status (ReactiveTestModel *model, const char *unit, const char *status,
                                             const char *message);

/* What fails is told as of the line of the test that called. */
#ifndef __GI_SCANNER__
#  ifndef REACTIVE_COMPILATION
/* clang-format off */
#define REACTIVE_AT(m) reactive_test_model_at ((m), G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC)
#define reactive_test_model_deploy(m, ...) reactive_test_model_deploy (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_deploy_module(m, ...) reactive_test_model_deploy_module (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_set_config(m, ...) reactive_test_model_set_config (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_relate(m, ...) reactive_test_model_relate (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_unrelate(m, ...) reactive_test_model_unrelate (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_add_unit(m, ...) reactive_test_model_add_unit (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_remove_unit(m, ...) reactive_test_model_remove_unit (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_set_leader(m, ...) reactive_test_model_set_leader (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_kill_next(m, ...) reactive_test_model_kill_next (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_update_status(m) reactive_test_model_update_status (REACTIVE_AT (m))
#define reactive_test_model_run_action(m, ...) reactive_test_model_run_action (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_run(m, ...) reactive_test_model_run (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_settle(m) reactive_test_model_settle (REACTIVE_AT (m))
#define reactive_test_model_has_flag(m, ...) reactive_test_model_has_flag (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_get_status(m, ...) reactive_test_model_get_status (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_get_status_message(m, ...) \
  reactive_test_model_get_status_message (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_get_data(m, ...) reactive_test_model_get_data (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_count_invocations(m, ...) \
  reactive_test_model_count_invocations (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_is_in_error(m, ...) reactive_test_model_is_in_error (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_test_model_read_file(m, ...) reactive_test_model_read_file (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_assert_flag(m, ...) reactive_assert_flag (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_assert_no_flag(m, ...) reactive_assert_no_flag (REACTIVE_AT (m), __VA_ARGS__)
#define reactive_assert_status(m, ...) reactive_assert_status (REACTIVE_AT (m), __VA_ARGS__)
/* clang-format on */
#  endif
#endif

G_END_DECLS

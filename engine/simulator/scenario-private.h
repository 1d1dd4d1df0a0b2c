/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/expect.h"
#include "simulator/scenario.h"

/* Between the readers of a scenario's parts. All errors are BAD_DATA, `path:line:col: key: …`; @owner is the key that
 * @node stands under, NULL at the top. */

/* A mapping with no keys but @known. */
gboolean reactive_scenario_check_mapping (const ReactiveYaml *node, const char *owner, const char *const *known,
                                          GError **error);
/* A mapping with any keys. */
gboolean reactive_scenario_check_any_mapping (const ReactiveYaml *node, const char *owner, GError **error);
gboolean reactive_scenario_check_list (const ReactiveYaml *node, const char *owner, GError **error);
/* The text of a scalar that is not empty; numbers and the like count as text. @expected: "a unit", for the message. */
gboolean reactive_scenario_read_word (const ReactiveYaml *node, const char *owner, const char *expected,
                                      const char **out_word, GError **error);
/* The member @name of @mapping as a word; NULL where it is absent, which is an error where it is needed. */
gboolean reactive_scenario_read_member (const ReactiveYaml *mapping, const char *owner, const char *name,
                                        const char *expected, gboolean is_needed, const char **out_word,
                                        GError **error);
/* The number of one of @words, which NULL ends. */
gboolean reactive_scenario_read_choice (const ReactiveYaml *node, const char *owner, const char *const *words,
                                        guint *out_choice, GError **error);
gboolean reactive_scenario_read_count (const ReactiveYaml *node, const char *owner, guint least, guint most,
                                       guint *out_count, GError **error);
gboolean reactive_scenario_read_boolean (const ReactiveYaml *node, const char *owner, gboolean *out_boolean,
                                         GError **error);
/* "app/0" */
gboolean reactive_scenario_is_unit_name (const char *name);
/* "app:endpoint", or "app" */
gboolean reactive_scenario_is_endpoint (const char *name);
/* A path as the scenario at @scenario_path has it. Free with g_free(). */
char *reactive_scenario_resolve_path (const char *scenario_path, const char *path);

/* @applications: the mapping under that key; @scenario->path is there. */
gboolean reactive_scenario_read_applications (ReactiveScenario *scenario, const ReactiveYaml *applications,
                                              GError **error);
void reactive_scenario_application_free (gpointer application);
/* The two of "[a:x, b:y]". */
gboolean reactive_scenario_read_pair (const ReactiveYaml *node, const char *owner, const char **out_first,
                                      const char **out_second, GError **error);
/* @steps: the list under that key. */
gboolean reactive_scenario_read_steps (ReactiveScenario *scenario, const ReactiveYaml *steps, GError **error);
void reactive_scenario_step_free (gpointer step);

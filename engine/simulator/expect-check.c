/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/explain.h"
#include "simulator/scenario-check.h"
#include "simulator/scenario-model.h"

static gboolean
refuse (const ReactiveFact *fact, const char *why, GError **error)
{
  g_autofree char *aspect = reactive_fact_get_aspect (fact);
  g_autofree char *key = g_strconcat (fact->subject, ": ", aspect, NULL);

  reactive_yaml_error (error, fact->node, key, "%s", why);
  return FALSE;
}

static gboolean
fail_unknown (const ReactiveFact *fact, const char *what, const char *name, const char *const *known, GError **error)
{
  g_autofree char *hint = known != NULL ? reactive_text_hint (name, known) : g_strdup ("");
  g_autofree char *why = g_strdup_printf ("there is no %s '%s'%s", what, name, hint);

  return refuse (fact, why, error);
}

static gboolean
check_among (const ReactiveFact *fact, const char *what, const char *name, const char *const *known, GError **error)
{
  return g_strv_contains (known, name) || fail_unknown (fact, what, name, known, error);
}

/* --- hooks -------------------------------------------------------------------------------------------------------- */

static void
add_hooks (GPtrArray *hooks, const char *const *subjects, const char *const *events)
{
  for (; *subjects != NULL; subjects++)
    for (const char *const *event = events; *event != NULL; event++)
      g_ptr_array_add (hooks, g_strconcat (*subjects, *event, NULL));
}

static void
add_actions (GPtrArray *hooks, const ReactiveCharm *charm)
{
  for (const char *const *action = reactive_charm_get_action_names (charm); *action != NULL; action++)
    g_ptr_array_add (hooks, g_strconcat ("action ", *action, NULL));
}

static gboolean
check_hook (const ReactiveFact *fact, const char *name, const ReactiveCharm *charm, GError **error)
{
  static const char *const of_unit[] = { "", NULL };
  static const char *const unit_hooks[] = { "install",
                                            "start",
                                            "config-changed",
                                            "upgrade-charm",
                                            "stop",
                                            "remove",
                                            "leader-elected",
                                            "leader-settings-changed",
                                            "update-status",
                                            "collect-metrics",
                                            "meter-status-changed",
                                            "pre-series-upgrade",
                                            "post-series-upgrade",
                                            "secret-changed",
                                            "secret-rotate",
                                            "secret-expired",
                                            "secret-remove",
                                            NULL };
  static const char *const of_relation[] = { "-relation-created",  "-relation-joined", "-relation-changed",
                                             "-relation-departed", "-relation-broken", NULL };
  static const char *const of_storage[] = { "-storage-attached", "-storage-detaching", NULL };
  static const char *const of_container[]
      = { "-pebble-ready", "-pebble-custom-notice", "-pebble-check-failed", "-pebble-check-recovered", NULL };
  g_autoptr (GPtrArray) hooks = g_ptr_array_new_with_free_func (g_free);

  add_hooks (hooks, of_unit, unit_hooks);
  add_hooks (hooks, reactive_charm_get_endpoint_names (charm), of_relation);
  add_hooks (hooks, reactive_charm_get_storage_names (charm), of_storage);
  add_hooks (hooks, reactive_charm_get_container_names (charm), of_container);
  add_actions (hooks, charm);
  g_ptr_array_add (hooks, NULL);

  return check_among (fact, "hook", name, (const char *const *) hooks->pdata, error);
}

/* --- the other things --------------------------------------------------------------------------------------------- */

/* What a charm that runs as a process does is not seen. */
static gboolean
check_handler (const ReactiveFact *fact, const ReactiveModelCharm *charm, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (charm->kind != REACTIVE_CHARM_IN_PROCESS)
    return refuse (fact, "handlers that run in a process of their own cannot be seen", error);

  return reactive_handlers_check_name (charm->handlers, fact->name, &reason) || refuse (fact, reason->message, error);
}

/* A flag that never stands when a step looks cannot be expected. That it is clear can. */
static gboolean
check_flag (const ReactiveFact *fact, const ReactiveModelCharm *charm, GError **error)
{
  if (!fact->is_wanted || charm->handlers == NULL || !reactive_handlers_is_hook_flag (charm->handlers, fact->name))
    return TRUE;

  return refuse (fact, REACTIVE_EXPLAIN_HOOK_FLAG ": expect what handlers do then", error);
}

static gboolean
check_option (const ReactiveFact *fact, const ReactiveCharm *charm, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  for (guint i = 0; i < n_options; i++)
    g_ptr_array_add (names, (gpointer) options[i].name);
  g_ptr_array_add (names, NULL);

  return check_among (fact, "option", fact->name, (const char *const *) names->pdata, error);
}

static gboolean
check_application (const ReactiveScenario *scenario, const ReactiveFact *fact, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (reactive_scenario_find_application (scenario, name) != NULL)
    return TRUE;

  for (guint i = 0; i < scenario->applications->len; i++)
    {
      const ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, i);

      g_ptr_array_add (names, (gpointer) application->name);
    }
  g_ptr_array_add (names, NULL);

  return fail_unknown (fact, "application", name, (const char *const *) names->pdata, error);
}

/* "endpoint", or "endpoint other-application". */
static gboolean
check_endpoint (const ReactiveScenario *scenario, const ReactiveFact *fact, const ReactiveCharm *charm, GError **error)
{
  const char *space = strchr (fact->name, ' ');
  g_autofree char *endpoint
      = space != NULL ? g_strndup (fact->name, (gsize) (space - fact->name)) : g_strdup (fact->name);

  return check_among (fact, "endpoint", endpoint, reactive_charm_get_endpoint_names (charm), error)
         && (space == NULL || check_application (scenario, fact, space + 1, error));
}

/* A unit that is there, or was. Nobody needs to have heard of one that must not be there. */
static gboolean
check_unit (const ReactiveScenario *scenario, const ReactiveFact *fact, const char *name, ReactiveModel *model,
            GError **error)
{
  const char *slash = strchr (name, '/');
  g_autofree char *application_name = g_strndup (name, (gsize) (slash - name));
  const ReactiveModelApplication *application = reactive_model_find_application (model, application_name);

  if (!check_application (scenario, fact, application_name, error))
    return FALSE;
  if ((fact->kind == REACTIVE_FACT_EXISTS && !fact->is_wanted) || application == NULL
      || g_ascii_strtoull (slash + 1, NULL, 10) < application->next_unit)
    return TRUE;

  return fail_unknown (fact, "unit", name, NULL, error);
}

static gboolean
check_subject (const ReactiveScenario *scenario, const ReactiveFact *fact, ReactiveModel *model, GError **error)
{
  return fact->is_of_unit ? check_unit (scenario, fact, fact->subject, model, error)
                          : check_application (scenario, fact, fact->subject, error);
}

static const ReactiveModelCharm *
find_charm (const ReactiveScenario *scenario, const ReactiveFact *fact, ReactiveModel *model)
{
  g_auto (GStrv) words = g_strsplit (fact->subject, "/", 2);
  const ReactiveModelApplication *application = reactive_model_find_application (model, words[0]);

  return application != NULL ? application->charm : reactive_scenario_find_application (scenario, words[0])->charm;
}

gboolean
reactive_fact_check (const ReactiveScenario *scenario, const ReactiveFact *fact, ReactiveModel *model, GError **error)
{
  const ReactiveModelCharm *charm;
  const ReactiveCharm *files;

  if (!check_subject (scenario, fact, model, error))
    return FALSE;
  if (fact->kind == REACTIVE_FACT_EXISTS)
    return TRUE;

  charm = find_charm (scenario, fact, model);
  files = reactive_model_charm_get_files (charm);
  switch (fact->kind)
    {
    case REACTIVE_FACT_DATABAG:
    case REACTIVE_FACT_NO_RELATION:
      return check_endpoint (scenario, fact, files, error);
    case REACTIVE_FACT_CONFIG:
      return check_option (fact, files, error);
    case REACTIVE_FACT_ACTION_STATUS:
    case REACTIVE_FACT_ACTION_MESSAGE:
    case REACTIVE_FACT_ACTION_RESULT:
      return check_among (fact, "action", fact->name, reactive_charm_get_action_names (files), error);
    case REACTIVE_FACT_FLAG:
      return check_flag (fact, charm, error);
    case REACTIVE_FACT_HANDLER:
      return check_handler (fact, charm, error);
    case REACTIVE_FACT_HOOK:
      return check_hook (fact, fact->name, files, error);
    case REACTIVE_FACT_ERROR:
      return fact->value == NULL || check_hook (fact, reactive_yaml_get_text (fact->value), files, error);
    case REACTIVE_FACT_LEADER:
      return fact->value == NULL || check_unit (scenario, fact, reactive_yaml_get_text (fact->value), model, error);
    default:
      return TRUE;
    }
}

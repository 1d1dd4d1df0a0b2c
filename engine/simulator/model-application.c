/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "juju/juju-name.h"
#include "simulator/model-private.h"

void
reactive_model_application_free (ReactiveModelApplication *application)
{
  if (application == NULL)
    return;

  g_ptr_array_unref (application->units);
  g_ptr_array_unref (application->relations);
  g_ptr_array_unref (application->secrets);
  reactive_json_unref (application->set_options);
  reactive_json_unref (application->config);
  reactive_json_unref (application->settings);
  reactive_json_unref (application->resources);
  reactive_model_status_clear (&application->status);
  reactive_model_charm_unref (application->charm);
  g_free (application->workload_version);
  g_free (application->name);
  g_free (application);
}

static ReactiveModelApplication *
application_new (ReactiveModel *model, const char *name, ReactiveModelCharm *charm)
{
  ReactiveModelApplication *application = g_new0 (ReactiveModelApplication, 1);

  application->model = model;
  application->name = g_strdup (name);
  application->charm = reactive_model_charm_ref (charm);
  application->charm_version = 1;
  application->settings = reactive_json_ref (model->empty);
  application->resources = reactive_json_new_object ();
  application->units = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_unit_free);
  application->relations = g_ptr_array_new ();
  application->secrets = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_secret_free);
  reactive_model_status_init (&application->status, model);

  return application;
}

static void
insert_sorted (ReactiveModel *model, ReactiveModelApplication *application)
{
  guint low = 0;
  guint high = model->applications->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const ReactiveModelApplication *other = g_ptr_array_index (model->applications, middle);

      if (strcmp (other->name, application->name) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  g_ptr_array_insert (model->applications, (int) low, application);
}

static gboolean
has_relation (const ReactiveModelApplication *application, const char *endpoint)
{
  for (guint i = 0; i < application->relations->len; i++)
    {
      const ReactiveModelRelation *relation = g_ptr_array_index (application->relations, i);

      for (guint j = 0; j < relation->n_ends; j++)
        if (relation->ends[j].application == application && strcmp (relation->ends[j].endpoint.name, endpoint) == 0)
          return TRUE;
    }

  return FALSE;
}

/* A peer relation is there as soon as the charm has the endpoint. */
static void
add_peer_relations (ReactiveModelApplication *application)
{
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints
      = reactive_charm_get_endpoints (reactive_model_charm_get_files (application->charm), &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    if (endpoints[i].role == REACTIVE_ROLE_PEERS && !has_relation (application, endpoints[i].name))
      reactive_model_relation_new (application->model, &application, &endpoints[i], /* n_ends= */ 1);
}

ReactiveModelApplication *
reactive_model_add_application (ReactiveModel *model, const char *name, ReactiveModelCharm *charm,
                                const ReactiveJson *config, GError **error)
{
  const ReactiveCharm *files = reactive_model_charm_get_files (charm);
  ReactiveModelApplication *application;
  g_autoptr (ReactiveJson) set_options = NULL;

  if (!reactive_juju_is_application_name (name, -1))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "invalid application name '%s'", name);
      return NULL;
    }
  if (reactive_model_find_application (model, name) != NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "application '%s' already exists", name);
      return NULL;
    }

  set_options = reactive_model_config_change (files, model->empty, config != NULL ? config : model->empty, error);
  if (set_options == NULL)
    return NULL;

  application = application_new (model, name, charm);
  application->config = reactive_model_config_resolve (files, set_options);
  application->set_options = g_steal_pointer (&set_options);
  insert_sorted (model, application);
  add_peer_relations (application);

  return application;
}

gboolean
reactive_model_application_is_subordinate (const ReactiveModelApplication *application)
{
  return reactive_charm_is_subordinate (reactive_model_charm_get_files (application->charm));
}

/* g_ptr_array_copy() would own what it copies. */
static GPtrArray *
copy_borrowed (const GPtrArray *array)
{
  GPtrArray *copy = g_ptr_array_new ();

  for (guint i = 0; i < array->len; i++)
    g_ptr_array_add (copy, g_ptr_array_index (array, i));

  return copy;
}

/* What is still in it goes first. */
gboolean
reactive_model_remove_application (ReactiveModelApplication *application, GError **error)
{
  g_autoptr (GPtrArray) relations = NULL;
  g_autoptr (GPtrArray) units = NULL;

  if (application->life != REACTIVE_LIFE_ALIVE)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "application '%s' is %s", application->name,
                          application->life == REACTIVE_LIFE_DYING ? "dying" : "gone");

  application->life = REACTIVE_LIFE_DYING;
  relations = copy_borrowed (application->relations);
  for (guint i = 0; i < relations->len; i++)
    {
      ReactiveModelRelation *relation = g_ptr_array_index (relations, i);

      if (!reactive_model_relation_is_peer (relation))
        reactive_model_unrelate (relation);
    }

  units = copy_borrowed (application->units);
  for (guint i = 0; i < units->len; i++)
    reactive_model_unit_destroy (g_ptr_array_index (units, i));

  reactive_model_application_retire (application);
  return TRUE;
}

void
reactive_model_application_retire (ReactiveModelApplication *application)
{
  ReactiveModel *model = application->model;

  if (application->life != REACTIVE_LIFE_DYING || application->units->len > 0)
    return;

  for (guint i = application->relations->len; i > 0; i--)
    {
      ReactiveModelRelation *relation = g_ptr_array_index (application->relations, i - 1);

      if (reactive_model_relation_is_peer (relation))
        reactive_model_relation_die (relation);
    }
  if (application->relations->len > 0 || application->life == REACTIVE_LIFE_DEAD)
    return;

  application->life = REACTIVE_LIFE_DEAD;
  while (application->secrets->len > 0)
    reactive_model_remove_secret (g_ptr_array_index (application->secrets, 0));
  for (guint i = 0; i < model->applications->len; i++)
    if (g_ptr_array_index (model->applications, i) == application)
      {
        reactive_model_bury (model, g_ptr_array_steal_index (model->applications, i),
                             (GDestroyNotify) reactive_model_application_free);
        return;
      }
}

static void
mark_units (const ReactiveModelApplication *application)
{
  for (guint i = 0; i < application->units->len; i++)
    reactive_model_mark_ready (g_ptr_array_index (application->units, i));
}

gboolean
reactive_model_set_config (ReactiveModelApplication *application, const ReactiveJson *config, GError **error)
{
  const ReactiveCharm *files = reactive_model_charm_get_files (application->charm);
  ReactiveJson *set_options = reactive_model_config_change (files, application->set_options, config, error);

  if (set_options == NULL)
    return FALSE;

  reactive_json_unref (application->set_options);
  application->set_options = set_options;
  reactive_json_unref (application->config);
  application->config = reactive_model_config_resolve (files, set_options);
  mark_units (application);

  return TRUE;
}

/*
 * Leadership
 */

/* Hooks about the application's secrets are the leader's. */
static void
hand_over_notices (ReactiveModelUnit *former, ReactiveModelUnit *leader)
{
  for (guint i = 0; i < former->notices->len;)
    {
      ReactiveModelNotice *notice = g_ptr_array_index (former->notices, i);
      const gboolean is_failed = former->failed != NULL && former->failed->notice == notice;

      if (notice->secret == NULL || notice->secret->owner_unit != NULL || is_failed)
        {
          i++;
          continue;
        }

      g_ptr_array_steal_index (former->notices, i);
      if (leader != NULL)
        g_ptr_array_add (leader->notices, notice);
      else
        reactive_model_bury (former->application->model, notice, (GDestroyNotify) reactive_model_notice_free);
    }
}

static void
change_leader (ReactiveModelApplication *application, ReactiveModelUnit *leader)
{
  ReactiveModelUnit *former = application->leader;

  if (former == leader)
    return;

  application->leader = leader;
  if (former != NULL)
    {
      former->knows_it_leads = FALSE;
      if (former->is_resolved && former->failed->kind == REACTIVE_MODEL_HOOK_LEADER_ELECTED)
        {
          /* There is nothing left to retry. */
          g_clear_pointer (&former->failed, g_free);
          former->is_resolved = FALSE;
        }
      hand_over_notices (former, leader);
      reactive_model_mark_ready (former);
    }
  if (leader != NULL)
    reactive_model_mark_ready (leader);
}

void
reactive_model_application_elect (ReactiveModelApplication *application, ReactiveModelUnit *unit)
{
  ReactiveModelUnit *leader = NULL;

  if (application->leader != NULL && application->leader != unit)
    return;

  for (guint i = 0; i < application->units->len && leader == NULL; i++)
    {
      ReactiveModelUnit *other = g_ptr_array_index (application->units, i);

      if (other->life == REACTIVE_LIFE_ALIVE)
        leader = other;
    }
  change_leader (application, leader);
}

gboolean
reactive_model_set_leader (ReactiveModelUnit *unit, GError **error)
{
  if (unit->life != REACTIVE_LIFE_ALIVE)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "unit '%s' is dying: it cannot lead", unit->name);

  change_leader (unit->application, unit);
  return TRUE;
}

void
reactive_model_set_settings (ReactiveModelApplication *application, ReactiveJson *settings, ReactiveModelUnit *writer)
{
  const gboolean is_same = reactive_json_equal (application->settings, settings);

  reactive_json_unref (application->settings);
  application->settings = settings;
  if (is_same)
    return;

  application->settings_version++;
  if (writer != NULL)
    writer->seen_settings = application->settings_version;
  mark_units (application);
}

/*
 * Charm and resources
 */

static gboolean
check_endpoint (const ReactiveModelRelation *relation, const ReactiveEndpointInfo *used, const ReactiveCharm *charm,
                const ReactiveModelApplication *application, GError **error)
{
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);

  if (reactive_model_endpoint_is_implicit (used))
    return TRUE;

  for (guint i = 0; i < n_endpoints; i++)
    if (strcmp (endpoints[i].name, used->name) == 0 && strcmp (endpoints[i].interface, used->interface) == 0
        && endpoints[i].role == used->role)
      return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "cannot upgrade application '%s': would break relation '%s:%u'",
                        application->name, used->name, relation->number);
}

gboolean
reactive_model_upgrade (ReactiveModelApplication *application, ReactiveModelCharm *charm, GError **error)
{
  const ReactiveCharm *files = reactive_model_charm_get_files (charm);

  for (guint i = 0; i < application->relations->len; i++)
    {
      const ReactiveModelRelation *relation = g_ptr_array_index (application->relations, i);

      for (guint j = 0; j < relation->n_ends; j++)
        if (relation->ends[j].application == application
            && !check_endpoint (relation, &relation->ends[j].endpoint, files, application, error))
          return FALSE;
    }
  if (reactive_charm_is_subordinate (files) != reactive_model_application_is_subordinate (application))
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "cannot upgrade application '%s': a subordinate cannot become a principal or back",
                          application->name);

  reactive_model_charm_ref (charm);
  reactive_model_charm_unref (application->charm);
  application->charm = charm;
  application->charm_version++;
  reactive_json_unref (application->config);
  application->config = reactive_model_config_resolve (files, application->set_options);
  add_peer_relations (application);

  for (guint i = 0; i < application->units->len; i++)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (application->units, i);

      if (!unit->is_installed && unit->failed == NULL)
        reactive_model_unit_take_charm (unit);
      reactive_model_mark_ready (unit);
    }

  return TRUE;
}

gboolean
reactive_model_set_resource (ReactiveModelApplication *application, const char *name, const char *path, GError **error)
{
  const char *const *names = reactive_charm_get_resource_names (reactive_model_charm_get_files (application->charm));
  g_autofree char *hint = NULL;

  if (g_strv_contains (names, name))
    {
      reactive_json_object_set (application->resources, name, reactive_json_new_string (path));
      return TRUE;
    }

  hint = reactive_text_hint (name, names);
  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "application '%s' has no resource '%s'%s", application->name,
                        name, hint);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/model-private.h"

typedef struct
{
  gpointer object;
  GDestroyNotify destroy;
} Grave;

static void
grave_free (gpointer data)
{
  Grave *grave = data;

  grave->destroy (grave->object);
  g_free (grave);
}

void
reactive_model_bury (ReactiveModel *model, gpointer object, GDestroyNotify destroy)
{
  Grave *grave = g_new (Grave, 1);

  grave->object = object;
  grave->destroy = destroy;
  g_ptr_array_add (model->gone, grave);
}

/* A version 4 UUID. */
static char *
new_uuid (ReactiveRandom *ids)
{
  g_autofree char *digits = reactive_random_new_id (ids);

  digits[12] = '4';
  digits[16] = 'a';
  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%s", digits, digits + 8, digits + 12, digits + 16, digits + 20);
}

ReactiveModel *
reactive_model_new (ReactiveJujuVersion juju, guint64 seed)
{
  ReactiveModel *model = g_new0 (ReactiveModel, 1);

  model->juju = juju;
  model->name = g_strdup ("simulation");
  reactive_random_init (&model->ids, seed);
  model->uuid = new_uuid (&model->ids);
  model->now_us = G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC; /* 2026-01-01T00:00:00Z */
  model->applications = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_application_free);
  model->relations = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_relation_free);
  model->ready = g_ptr_array_new ();
  model->gone = g_ptr_array_new_with_free_func (grave_free);
  model->secrets = g_hash_table_new (g_str_hash, g_str_equal);
  model->empty = reactive_json_new_object ();
  model->next_action = 1;
  model->next_address = 1;

  return model;
}

void
reactive_model_free (ReactiveModel *model)
{
  if (model == NULL)
    return;

  g_ptr_array_unref (model->relations);
  g_ptr_array_unref (model->applications);
  g_ptr_array_unref (model->gone);
  g_ptr_array_unref (model->ready);
  g_hash_table_unref (model->secrets);
  g_clear_pointer (&model->faults, g_hash_table_unref);
  reactive_json_unref (model->empty);
  g_free (model->name);
  g_free (model->uuid);
  g_free (model);
}

const char *
reactive_model_get_juju_version (const ReactiveModel *model)
{
  static const char *const versions[] = {
    [REACTIVE_JUJU_2_9] = "2.9.51",
    [REACTIVE_JUJU_3_6] = "3.6.0",
    [REACTIVE_JUJU_4] = "4.0.0",
  };

  return versions[model->juju];
}

ReactiveModelApplication *
reactive_model_find_application (ReactiveModel *model, const char *name)
{
  guint low = 0;
  guint high = model->applications->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      ReactiveModelApplication *application = g_ptr_array_index (model->applications, middle);
      const int order = strcmp (application->name, name);

      if (order == 0)
        return application;
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

static ReactiveModelUnit *
find_number (const ReactiveModelApplication *application, guint number)
{
  guint low = 0;
  guint high = application->units->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      ReactiveModelUnit *unit = g_ptr_array_index (application->units, middle);

      if (unit->number == number)
        return unit;
      if (unit->number < number)
        low = middle + 1;
      else
        high = middle;
    }

  return NULL;
}

ReactiveModelUnit *
reactive_model_find_unit (ReactiveModel *model, const char *name)
{
  const char *slash = strrchr (name, '/');
  g_autofree char *application_name = NULL;
  ReactiveModelApplication *application;
  ReactiveModelUnit *unit;
  guint64 number;

  if (slash == NULL || !g_ascii_string_to_unsigned (slash + 1, 10, 0, G_MAXUINT, &number, NULL))
    return NULL;

  application_name = g_strndup (name, (gsize) (slash - name));
  application = reactive_model_find_application (model, application_name);
  unit = application != NULL ? find_number (application, (guint) number) : NULL;

  return unit != NULL && strcmp (unit->name, name) == 0 ? unit : NULL;
}

ReactiveModelApplication *
reactive_model_get_application (ReactiveModel *model, const char *name, GError **error)
{
  ReactiveModelApplication *application = reactive_model_find_application (model, name);
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *hint = NULL;

  if (application != NULL)
    return application;

  names = g_ptr_array_new ();
  for (guint i = 0; i < model->applications->len; i++)
    g_ptr_array_add (names, ((ReactiveModelApplication *) g_ptr_array_index (model->applications, i))->name);
  g_ptr_array_add (names, NULL);

  hint = reactive_text_hint (name, (const char *const *) names->pdata);
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "application '%s' not found%s", name, hint);
  return NULL;
}

ReactiveModelUnit *
reactive_model_get_unit (ReactiveModel *model, const char *name, GError **error)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (model, name);
  const char *slash = strrchr (name, '/');
  g_autofree char *application_name = g_strndup (name, slash != NULL ? (gsize) (slash - name) : strlen (name));

  if (unit != NULL)
    return unit;
  if (slash == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "'%s' is not a unit (expected APPLICATION/NUMBER)",
                 name);
  else if (reactive_model_get_application (model, application_name, error) != NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "unit '%s' not found", name);

  return NULL;
}

void
reactive_model_mark_ready (ReactiveModelUnit *unit)
{
  if (unit->is_ready || unit->life == REACTIVE_LIFE_DEAD)
    return;

  unit->is_ready = TRUE;
  g_ptr_array_add (unit->application->model->ready, unit);
}

void
reactive_model_update_status (ReactiveModel *model)
{
  model->update_status_round++;

  for (guint i = 0; i < model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        reactive_model_mark_ready (g_ptr_array_index (application->units, j));
    }
}

/*
 * Status
 */

void
reactive_model_status_init (ReactiveModelStatus *status, const ReactiveModel *model)
{
  *status = (ReactiveModelStatus){ g_strdup ("unknown"), g_strdup (""), model->now_us };
}

void
reactive_model_status_set (ReactiveModelStatus *status, const ReactiveModel *model, const char *text,
                           const char *message)
{
  g_free (status->status);
  g_free (status->message);
  *status = (ReactiveModelStatus){ g_strdup (text), g_strdup (message), model->now_us };
}

void
reactive_model_status_clear (ReactiveModelStatus *status)
{
  g_free (status->status);
  g_free (status->message);
}

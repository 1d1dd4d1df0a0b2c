/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "simulator/model-private.h"

/* Hooks that are sent by hand, and the Jujus that have them. */
typedef struct
{
  const char *name; /* of a workload's: what follows its name */
  ReactiveModelHookKind kind;
  ReactiveJujuVersion first;
  ReactiveJujuVersion last;
} NoticeKind;

static const NoticeKind notice_kinds[] = {
  { "-pebble-ready", REACTIVE_MODEL_HOOK_WORKLOAD, REACTIVE_JUJU_2_9, REACTIVE_JUJU_4 },
  { "-pebble-custom-notice", REACTIVE_MODEL_HOOK_WORKLOAD, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "-pebble-check-failed", REACTIVE_MODEL_HOOK_WORKLOAD, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "-pebble-check-recovered", REACTIVE_MODEL_HOOK_WORKLOAD, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "collect-metrics", REACTIVE_MODEL_HOOK_COLLECT_METRICS, REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "meter-status-changed", REACTIVE_MODEL_HOOK_METER_STATUS_CHANGED, REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "pre-series-upgrade", REACTIVE_MODEL_HOOK_PRE_SERIES_UPGRADE, REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "post-series-upgrade", REACTIVE_MODEL_HOOK_POST_SERIES_UPGRADE, REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "secret-rotate", REACTIVE_MODEL_HOOK_SECRET_ROTATE, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-expired", REACTIVE_MODEL_HOOK_SECRET_EXPIRED, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-remove", REACTIVE_MODEL_HOOK_SECRET_REMOVE, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "start", REACTIVE_MODEL_HOOK_START, REACTIVE_JUJU_2_9, REACTIVE_JUJU_4 },
};

void
reactive_model_notice_free (ReactiveModelNotice *notice)
{
  g_free (notice->subject);
  reactive_json_unref (notice->details);
  g_free (notice);
}

static const NoticeKind *
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (notice_kinds); i++)
    if (strcmp (notice_kinds[i].name, name) == 0
        || (notice_kinds[i].kind == REACTIVE_MODEL_HOOK_WORKLOAD && g_str_has_suffix (name, notice_kinds[i].name)))
      return &notice_kinds[i];

  return NULL;
}

static gboolean
read_subject (const ReactiveModelUnit *unit, const NoticeKind *kind, const char *name, ReactiveModelNotice *notice,
              GError **error)
{
  const char *const *containers = reactive_charm_get_container_names (reactive_model_charm_get_files (unit->charm));
  g_autofree char *subject = NULL;
  g_autofree char *hint = NULL;

  if (kind->kind != REACTIVE_MODEL_HOOK_WORKLOAD)
    return TRUE;

  subject = g_strndup (name, strlen (name) - strlen (kind->name));
  if (g_strv_contains (containers, subject))
    {
      notice->subject = g_steal_pointer (&subject);
      return TRUE;
    }

  hint = reactive_text_hint (subject, containers);
  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "charm of unit '%s' has no container '%s'%s", unit->name,
                        subject, hint);
}

static const char *
get_detail (const ReactiveJson *details, const char *name)
{
  return reactive_json_text_or_null (reactive_json_get_member (details, name));
}

/* The owner alone gets them; of an application's secrets the leader. */
static gboolean
check_owner (const ReactiveModelUnit *unit, const ReactiveModelSecret *secret, GError **error)
{
  const ReactiveModelUnit *owner = secret->owner_unit != NULL ? secret->owner_unit : secret->owner->leader;

  if (owner == unit)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID,
                        "secret '%s' is not for unit '%s' to look after (it is for '%s')", secret->id, unit->name,
                        owner != NULL ? owner->name : secret->owner->name);
}

static gboolean
read_secret (const ReactiveModelUnit *unit, const NoticeKind *kind, ReactiveModelNotice *notice, GError **error)
{
  const gboolean needs_revision = kind->kind != REACTIVE_MODEL_HOOK_SECRET_ROTATE;
  const char *id = get_detail (notice->details, "secret");
  const char *revision = get_detail (notice->details, "revision");
  guint64 number = 0;

  if (!g_str_has_prefix (kind->name, "secret-"))
    return TRUE;
  if (id == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s needs a secret", kind->name);

  notice->secret = reactive_model_find_secret (unit->application->model, id);
  if (notice->secret == NULL)
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "secret '%s' not found", id);
  if (!check_owner (unit, notice->secret, error))
    return FALSE;
  if (revision != NULL && !g_ascii_string_to_unsigned (revision, 10, 1, G_MAXUINT, &number, NULL))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "'%s' is not a secret's revision", revision);
  if (number > notice->secret->revisions->len)
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "secret '%s' has no revision %s", id, revision);

  notice->revision = number == 0 && needs_revision ? MAX (notice->secret->revisions->len, 1) : (guint) number;
  return TRUE;
}

static gboolean
refuse_name (const ReactiveModelUnit *unit, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (notice_kinds); i++)
    g_ptr_array_add (names, (gpointer) notice_kinds[i].name);
  g_ptr_array_add (names, NULL);

  hint = reactive_text_hint (name, (const char *const *) names->pdata);
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "cannot send unit '%s' the hook '%s'%s", unit->name, name, hint);
}

gboolean
reactive_model_send_hook (ReactiveModelUnit *unit, const char *name, const ReactiveJson *details, GError **error)
{
  const ReactiveModel *model = unit->application->model;
  const NoticeKind *kind = find_kind (name);
  ReactiveModelNotice *notice;

  if (kind == NULL)
    return refuse_name (unit, name, error);
  if (model->juju < kind->first || model->juju > kind->last)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "Juju %s has no hook '%s'",
                          reactive_model_get_juju_version (model), name);
  if (unit->life != REACTIVE_LIFE_ALIVE)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "unit '%s' is not alive", unit->name);

  notice = g_new0 (ReactiveModelNotice, 1);
  notice->kind = kind->kind;
  notice->name = kind->name;
  notice->details = reactive_json_ref (details != NULL ? details : model->empty);
  if (!read_subject (unit, kind, name, notice, error) || !read_secret (unit, kind, notice, error))
    {
      reactive_model_notice_free (notice);
      return FALSE;
    }

  g_ptr_array_add (unit->notices, notice);
  reactive_model_mark_ready (unit);
  return TRUE;
}

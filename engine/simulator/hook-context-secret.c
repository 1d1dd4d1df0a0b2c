/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/hook-context-secret.h"

#include <string.h>

#include "base/error.h"
#include "juju/juju-name.h"

#define ID_CHARACTERS "0123456789abcdefghijklmnopqrstuv"
#define ID_LENGTH 20

static const char *const rotations[] = { "never", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", NULL };

static void
grant_free (gpointer data)
{
  g_free (((ReactivePendingGrant *) data)->target);
  g_free (data);
}

static void
pending_clear (ReactivePendingSecret *pending)
{
  g_free (pending->id);
  g_free (pending->label);
  g_free (pending->description);
  g_free (pending->rotation);
  g_free (pending->expiry);
  reactive_json_unref (pending->content);
  g_clear_pointer (&pending->removed, g_array_unref);
  g_clear_pointer (&pending->grants, g_ptr_array_unref);
  g_clear_pointer (&pending->revokes, g_ptr_array_unref);
}

static void
pending_free (gpointer data)
{
  pending_clear (data);
  g_free (data);
}

void
reactive_pending_secrets_free (ReactivePendingSecrets *secrets)
{
  g_ptr_array_unref (secrets->all);
  g_free (secrets);
}

char *
reactive_secret_parse_id (const char *text, GError **error)
{
  const char *id = g_str_has_prefix (text, "secret:") ? text + strlen ("secret:") : text;

  if (g_str_has_prefix (id, "//"))
    id = strrchr (id, '/') + 1;
  if (strlen (id) == ID_LENGTH && strspn (id, ID_CHARACTERS) == ID_LENGTH)
    return g_strdup (id);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "secret URI \"%s\" not valid", text);
  return NULL;
}

ReactivePendingSecret *
reactive_hook_context_find_pending (ReactiveHookContext *context, const char *id)
{
  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    {
      ReactivePendingSecret *pending = g_ptr_array_index (context->secrets->all, i);

      if (g_str_equal (pending->id, id))
        return pending;
    }

  return NULL;
}

/* Makes one where there is none. */
static ReactivePendingSecret *
get_pending (ReactiveHookContext *context, const char *id)
{
  ReactivePendingSecret *pending = reactive_hook_context_find_pending (context, id);

  if (pending != NULL)
    return pending;

  if (context->secrets == NULL)
    {
      context->secrets = g_new0 (ReactivePendingSecrets, 1);
      context->secrets->all = g_ptr_array_new_with_free_func (pending_free);
    }
  pending = g_new0 (ReactivePendingSecret, 1);
  pending->id = g_strdup (id);
  pending->secret = reactive_model_find_secret (reactive_hook_context_get_model (context), id);
  g_ptr_array_add (context->secrets->all, pending);
  return pending;
}

gboolean
reactive_hook_context_owns (ReactiveHookContext *context, const ReactiveModelSecret *secret)
{
  if (secret->owner_unit != NULL)
    return secret->owner_unit == context->unit;

  return secret->owner == context->unit->application;
}

/* Whether the unit may change it: of the application's own it must lead. Errors: DENIED. */
static gboolean
check_manager (ReactiveHookContext *context, const ReactiveModelSecret *secret, GError **error)
{
  if (secret == NULL || !reactive_hook_context_owns (context, secret) || secret->owner_unit != NULL)
    return TRUE;

  return reactive_hook_context_require_leader (context, /* prefix= */ NULL, error);
}

gboolean
reactive_hook_context_manages (ReactiveHookContext *context, const ReactiveModelSecret *secret)
{
  const ReactivePendingSecret *pending = reactive_hook_context_find_pending (context, secret->id);

  if (pending != NULL && (pending->is_removed || pending->removed != NULL))
    return FALSE;

  return reactive_hook_context_owns (context, secret)
         && (secret->owner_unit != NULL || reactive_hook_context_is_leader (context));
}

/* Adding and changing --------------------------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const char *what, const char *text)
{
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s \"%s\" not valid", what, text);
}

static gboolean
check_change (const ReactiveSecretChange *change, GError **error)
{
  if (change->rotate != NULL && !g_strv_contains (rotations, change->rotate))
    return refuse (error, "rotate policy", change->rotate);
  if (change->expire != NULL)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (change->expire, /* default_tz= */ NULL);

      if (time == NULL)
        return refuse (error, "expire time or duration", change->expire);
    }
  for (guint i = 0; change->content != NULL && i < reactive_json_get_length (change->content); i++)
    if (!reactive_juju_is_secret_key (reactive_json_get_member_name (change->content, i)))
      return refuse (error, "key value", reactive_json_get_member_name (change->content, i));

  return TRUE;
}

static void
replace_text (char **place, const char *text)
{
  if (text == NULL)
    return;

  g_free (*place);
  *place = g_strdup (text);
}

static void
apply_change (ReactivePendingSecret *pending, const ReactiveSecretChange *change)
{
  replace_text (&pending->label, change->label);
  replace_text (&pending->description, change->description);
  replace_text (&pending->rotation, change->rotate);
  replace_text (&pending->expiry, change->expire);
  if (change->content == NULL || reactive_json_get_length (change->content) == 0)
    return;

  g_clear_pointer (&pending->content, reactive_json_unref);
  pending->content = reactive_json_ref (change->content);
}

static gboolean
check_new_label (ReactiveHookContext *context, const char *label, GError **error)
{
  for (guint i = 0; label != NULL && context->secrets != NULL && i < context->secrets->all->len; i++)
    {
      const ReactivePendingSecret *pending = g_ptr_array_index (context->secrets->all, i);

      if (!pending->is_new || g_strcmp0 (pending->label, label) != 0)
        continue;

      return reactive_fail (error, REACTIVE_ERROR_TOOL, "secret with label \"%s\" already exists", label);
    }

  return TRUE;
}

const char *
reactive_hook_context_secret_add (ReactiveHookContext *context, const ReactiveSecretChange *change, GError **error)
{
  ReactivePendingSecret *pending;
  g_autofree char *id = NULL;

  if (!reactive_hook_context_check_tool (context, "secret-add", error) || !check_change (change, error))
    return NULL;
  if (change->content == NULL || reactive_json_get_length (change->content) == 0)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "missing secret value or filename");
      return NULL;
    }
  if ((!change->is_of_unit && !reactive_hook_context_require_leader (context, /* prefix= */ NULL, error))
      || !check_new_label (context, change->label, error))
    return NULL;

  id = reactive_model_new_secret_id (reactive_hook_context_get_model (context));
  pending = get_pending (context, id);
  pending->is_new = TRUE;
  pending->is_of_unit = change->is_of_unit;
  apply_change (pending, change);
  return reactive_hook_context_keep_text (context, g_strconcat ("secret:", id, NULL));
}

/* Of a secret that is not the unit's own nothing is said here; the end of the hook fails over it. */
gboolean
reactive_hook_context_secret_set (ReactiveHookContext *context, const char *id, const ReactiveSecretChange *change,
                                  GError **error)
{
  g_autofree char *bare_id = NULL;
  ReactivePendingSecret *pending;

  if (!reactive_hook_context_check_tool (context, "secret-set", error) || !check_change (change, error)
      || (bare_id = reactive_secret_parse_id (id, error)) == NULL
      || !check_manager (context, reactive_model_find_secret (reactive_hook_context_get_model (context), bare_id),
                         error))
    return FALSE;

  pending = get_pending (context, bare_id);
  pending->is_changed = !pending->is_new;
  pending->is_removed = FALSE;
  g_clear_pointer (&pending->removed, g_array_unref);
  apply_change (pending, change);
  return TRUE;
}

/* What was to become of it is forgotten, and a new one never is. */
gboolean
reactive_hook_context_secret_remove (ReactiveHookContext *context, const char *id, guint revision, GError **error)
{
  g_autofree char *bare_id = NULL;
  ReactivePendingSecret *pending;
  ReactivePendingSecret after = { 0 };

  if (!reactive_hook_context_check_tool (context, "secret-remove", error)
      || (bare_id = reactive_secret_parse_id (id, error)) == NULL
      || !check_manager (context, reactive_model_find_secret (reactive_hook_context_get_model (context), bare_id),
                         error))
    return FALSE;

  pending = get_pending (context, bare_id);
  if (pending->is_new)
    {
      g_ptr_array_remove (context->secrets->all, pending);
      return TRUE;
    }

  after.id = g_steal_pointer (&pending->id);
  after.secret = pending->secret;
  after.is_removed = pending->is_removed || revision == 0;
  after.removed = g_steal_pointer (&pending->removed);
  pending_clear (pending);
  *pending = after;
  if (revision == 0)
    return TRUE;

  if (pending->removed == NULL)
    pending->removed = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (pending->removed, revision);
  return TRUE;
}

/* Granting -------------------------------------------------------------------------------------------------------- */

gboolean
reactive_secret_is_unit_of (const char *unit, const char *application)
{
  const gsize length = strlen (application);

  return strncmp (unit, application, length) == 0 && unit[length] == '/';
}

static gboolean
check_unit (const char *unit, const char *application, GError **error)
{
  if (strchr (unit, '/') == NULL)
    return refuse (error, "unit", unit);
  if (reactive_secret_is_unit_of (unit, application))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "cannot specify unit \"%s\" in relation to application \"%s\"",
                        unit, application);
}

typedef enum
{
  GRANT_NEEDED,
  GRANT_THERE,
  GRANT_REFUSED,
} GrantNeed;

/* Whether a grant to @target is needed beside one of the same relation to @existing, of whom either may be the
 * application. */
static GrantNeed
compare_grant (const char *existing, const char *target)
{
  if (g_str_equal (existing, target) || strchr (existing, '/') == NULL)
    return GRANT_THERE;

  return strchr (target, '/') == NULL ? GRANT_REFUSED : GRANT_NEEDED;
}

gboolean
reactive_secret_is_revoked (const ReactivePendingSecret *pending, const char *target)
{
  for (guint i = 0; pending != NULL && pending->revokes != NULL && i < pending->revokes->len; i++)
    if (g_str_equal (((ReactivePendingGrant *) g_ptr_array_index (pending->revokes, i))->target, target))
      return TRUE;

  return FALSE;
}

static GrantNeed
find_need (const ReactivePendingSecret *pending, const ReactiveModelRelation *relation, const char *target)
{
  GrantNeed need = GRANT_NEEDED;

  for (guint i = 0; pending->secret != NULL && need == GRANT_NEEDED && i < pending->secret->grants->len; i++)
    {
      const ReactiveModelGrant *grant = g_ptr_array_index (pending->secret->grants, i);

      if (grant->relation == relation && !reactive_secret_is_revoked (pending, grant->scope))
        need = compare_grant (grant->scope, target);
    }
  for (guint i = 0; pending->grants != NULL && need == GRANT_NEEDED && i < pending->grants->len; i++)
    {
      const ReactivePendingGrant *grant = g_ptr_array_index (pending->grants, i);

      if (grant->relation == relation)
        need = compare_grant (grant->target, target);
    }

  return need;
}

static void
add_grant (GPtrArray **grants, ReactiveModelRelation *relation, const char *target)
{
  ReactivePendingGrant *grant = g_new0 (ReactivePendingGrant, 1);

  if (*grants == NULL)
    *grants = g_ptr_array_new_with_free_func (grant_free);
  grant->relation = relation;
  grant->target = g_strdup (target);
  g_ptr_array_add (*grants, grant);
}

/* One that the unit sees among its own, or NULL with "secret not found". */
static ReactivePendingSecret *
get_managed (ReactiveHookContext *context, const char *id, GError **error)
{
  ReactiveModelSecret *secret = reactive_model_find_secret (reactive_hook_context_get_model (context), id);
  ReactivePendingSecret *pending = reactive_hook_context_find_pending (context, id);

  if (pending != NULL && pending->is_new)
    return pending;
  if (secret == NULL || !reactive_hook_context_owns (context, secret) || (pending != NULL && pending->is_removed))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "secret \"%s\" not found", id);
      return NULL;
    }

  return check_manager (context, secret, error) ? get_pending (context, id) : NULL;
}

gboolean
reactive_hook_context_secret_grant (ReactiveHookContext *context, const char *id, const char *relation_id,
                                    const char *unit, GError **error)
{
  g_autofree char *bare_id = NULL;
  ReactiveModelSeenRelation *seen;
  ReactivePendingSecret *pending;
  const char *application;
  GrantNeed need;

  if (!reactive_hook_context_check_tool (context, "secret-grant", error)
      || (bare_id = reactive_secret_parse_id (id, error)) == NULL
      || (seen = reactive_hook_context_find_relation (context, relation_id, error)) == NULL)
    return FALSE;
  application = reactive_model_seen_relation_get_other_end (seen)->application->name;
  if ((unit != NULL && !check_unit (unit, application, error))
      || (pending = get_managed (context, bare_id, error)) == NULL)
    return FALSE;

  need = find_need (pending, seen->relation, unit != NULL ? unit : application);
  if (need == GRANT_NEEDED)
    add_grant (&pending->grants, seen->relation, unit != NULL ? unit : application);
  if (need == GRANT_REFUSED)
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL,
                         "any unit level grants need to be revoked before granting access to the corresponding "
                         "application");
  return need != GRANT_REFUSED;
}

/* Of a secret that is not the unit's own nothing is said. */
gboolean
reactive_hook_context_secret_revoke (ReactiveHookContext *context, const char *id, const char *relation_id,
                                     const char *application, const char *unit, GError **error)
{
  g_autofree char *bare_id = NULL;
  ReactiveModelSeenRelation *seen = NULL;
  const char *target = unit != NULL ? unit : application;

  if (!reactive_hook_context_check_tool (context, "secret-revoke", error)
      || (bare_id = reactive_secret_parse_id (id, error)) == NULL
      || (relation_id != NULL && (seen = reactive_hook_context_find_relation (context, relation_id, error)) == NULL))
    return FALSE;
  if (application != NULL && unit != NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "specify only one of application or unit");
  if (target == NULL && seen != NULL)
    target = reactive_model_seen_relation_get_other_end (seen)->application->name;
  if (target == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "missing relation or application or unit");
  if (!check_manager (context, reactive_model_find_secret (reactive_hook_context_get_model (context), bare_id), error))
    return FALSE;

  add_grant (&get_pending (context, bare_id)->revokes, /* relation= */ NULL, target);
  return TRUE;
}

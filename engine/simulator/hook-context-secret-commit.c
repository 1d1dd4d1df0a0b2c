/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "simulator/hook-context-secret.h"

/* Checking -------------------------------------------------------------------------------------------------------- */

static gboolean
is_of_same_owner (ReactiveHookContext *context, const ReactiveModelSecret *secret, gboolean is_of_unit)
{
  return reactive_hook_context_owns (context, secret) && (secret->owner_unit != NULL) == is_of_unit;
}

static gboolean
check_label (ReactiveHookContext *context, const ReactivePendingSecret *pending, GError **error)
{
  const GPtrArray *own = context->unit->application->secrets;
  const gboolean is_of_unit = pending->secret != NULL ? pending->secret->owner_unit != NULL : pending->is_of_unit;

  for (guint i = 0; pending->label != NULL && *pending->label != '\0' && i < own->len; i++)
    {
      const ReactiveModelSecret *other = g_ptr_array_index (own, i);
      const ReactivePendingSecret *change = reactive_hook_context_find_pending (context, other->id);
      const char *label = change != NULL && change->label != NULL ? change->label : other->label;

      if (other == pending->secret || (change != NULL && change->is_removed)
          || !is_of_same_owner (context, other, is_of_unit) || g_strcmp0 (label, pending->label) != 0)
        continue;

      return reactive_fail (error, REACTIVE_ERROR_TOOL, "cannot apply changes: secret with label \"%s\" already exists",
                            pending->label);
    }

  return TRUE;
}

static gboolean
check_one (ReactiveHookContext *context, const ReactivePendingSecret *pending, GError **error)
{
  if (pending->is_changed && pending->secret == NULL)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "cannot apply changes: secret \"%s\" not found", pending->id);
  if (pending->is_changed && !reactive_hook_context_owns (context, pending->secret))
    return reactive_fail (error, REACTIVE_ERROR_DENIED, "cannot apply changes: permission denied");

  return check_label (context, pending, error);
}

gboolean
reactive_hook_context_check_secrets (ReactiveHookContext *context, GError **error)
{
  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    if (!check_one (context, g_ptr_array_index (context->secrets->all, i), error))
      return FALSE;

  return TRUE;
}

/* Doing ----------------------------------------------------------------------------------------------------------- */

static void
take_text (char **place, char **text)
{
  if (*text == NULL)
    return;

  g_free (*place);
  *place = g_steal_pointer (text);
}

/* What is the same is no new revision. */
static void
take_content (ReactiveModelSecret *secret, ReactivePendingSecret *pending)
{
  const guint n = secret->revisions->len;
  const ReactiveJson *latest = n > 0 ? g_ptr_array_index (secret->revisions, n - 1) : NULL;

  if (pending->content != NULL && (latest == NULL || !reactive_json_equal (latest, pending->content)))
    reactive_model_add_secret_revision (secret, g_steal_pointer (&pending->content));
}

static void
free_revision (ReactiveModelSecret *secret, guint revision)
{
  ReactiveJson *content = g_ptr_array_index (secret->revisions, revision - 1);

  g_ptr_array_index (secret->revisions, revision - 1) = NULL;
  reactive_json_unref (content);
}

/* A secret without revisions is none. */
static void
remove_revisions (ReactiveModelSecret *secret, const GArray *removed)
{
  for (guint i = 0; i < removed->len; i++)
    {
      const guint revision = g_array_index (removed, guint, i);

      if (revision >= 1 && revision <= secret->revisions->len)
        free_revision (secret, revision);
    }
  for (guint i = 0; i < secret->revisions->len; i++)
    if (g_ptr_array_index (secret->revisions, i) != NULL)
      return;

  reactive_model_remove_secret (secret);
}

static void
give_access (ReactiveModelSecret *secret, const GPtrArray *grants)
{
  for (guint i = 0; grants != NULL && i < grants->len; i++)
    {
      const ReactivePendingGrant *pending = g_ptr_array_index (grants, i);
      ReactiveModelGrant *grant = g_new0 (ReactiveModelGrant, 1);

      grant->relation = pending->relation;
      grant->scope = g_strdup (pending->target);
      g_ptr_array_add (secret->grants, grant);
    }
}

static void
take_access (ReactiveModelSecret *secret, const GPtrArray *revokes)
{
  for (guint i = 0; revokes != NULL && i < revokes->len; i++)
    {
      const char *target = ((ReactivePendingGrant *) g_ptr_array_index (revokes, i))->target;

      for (guint j = secret->grants->len; j-- > 0;)
        if (g_str_equal (((ReactiveModelGrant *) g_ptr_array_index (secret->grants, j))->scope, target))
          g_ptr_array_remove_index (secret->grants, j);
    }
}

static void
note (ReactiveHookContext *context, const ReactivePendingSecret *pending)
{
  if (pending->is_new || pending->is_changed)
    reactive_hook_context_note (context, pending->is_new ? "secret-add" : "secret-set", "secret:%s", pending->id);
  for (guint i = 0; pending->grants != NULL && i < pending->grants->len; i++)
    reactive_hook_context_note (context, "secret-grant", "secret:%s %s", pending->id,
                                ((ReactivePendingGrant *) g_ptr_array_index (pending->grants, i))->target);
  for (guint i = 0; pending->revokes != NULL && i < pending->revokes->len; i++)
    reactive_hook_context_note (context, "secret-revoke", "secret:%s %s", pending->id,
                                ((ReactivePendingGrant *) g_ptr_array_index (pending->revokes, i))->target);
  if (pending->is_removed)
    reactive_hook_context_note (context, "secret-remove", "secret:%s", pending->id);
  for (guint i = 0; !pending->is_removed && pending->removed != NULL && i < pending->removed->len; i++)
    reactive_hook_context_note (context, "secret-remove", "secret:%s --revision %u", pending->id,
                                g_array_index (pending->removed, guint, i));
}

static void
commit_one (ReactiveHookContext *context, ReactivePendingSecret *pending)
{
  ReactiveModelSecret *secret = pending->secret;

  if (pending->is_new)
    secret = reactive_model_add_secret (context->unit->application, pending->is_of_unit ? context->unit : NULL,
                                        pending->id);
  if (secret == NULL || !reactive_hook_context_owns (context, secret))
    return;

  note (context, pending);
  take_text (&secret->label, &pending->label);
  take_text (&secret->description, &pending->description);
  take_text (&secret->rotation, &pending->rotation);
  take_text (&secret->expiry, &pending->expiry);
  take_content (secret, pending);
  if (pending->tracks_latest)
    reactive_model_secret_follow (secret, context->unit)->revision = secret->revisions->len;
  give_access (secret, pending->grants);
  take_access (secret, pending->revokes);
  if (pending->is_removed)
    reactive_model_remove_secret (secret);
  else if (pending->removed != NULL)
    remove_revisions (secret, pending->removed);
}

void
reactive_hook_context_commit_secrets (ReactiveHookContext *context)
{
  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    commit_one (context, g_ptr_array_index (context->secrets->all, i));
}

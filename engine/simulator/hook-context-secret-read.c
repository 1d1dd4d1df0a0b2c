/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "simulator/hook-context-secret.h"

/* What a unit may know of secrets. */

static gboolean
may_read (ReactiveHookContext *context, const ReactiveModelSecret *secret)
{
  if (reactive_hook_context_owns (context, secret))
    return TRUE;

  for (guint i = 0; i < secret->grants->len; i++)
    {
      const ReactiveModelGrant *grant = g_ptr_array_index (secret->grants, i);

      if (grant->relation->life != REACTIVE_LIFE_DEAD
          && (g_str_equal (grant->scope, context->unit->name)
              || reactive_secret_is_unit_of (context->unit->name, grant->scope)))
        return TRUE;
    }

  return FALSE;
}

static gboolean
refuse_unknown (GError **error, const char *what)
{
  return reactive_fail (error, REACTIVE_ERROR_TOOL, "secret \"%s\" not found", what);
}

/* Reading contents ------------------------------------------------------------------------------------------------ */

/* What this hook has said of it; NULL where it said nothing that counts. */
static const ReactiveJson *
read_pending (ReactiveHookContext *context, const char *id, const char *label, ReactiveSecretLook look)
{
  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    {
      ReactivePendingSecret *pending = g_ptr_array_index (context->secrets->all, i);
      const gboolean is_it
          = id != NULL ? g_str_equal (pending->id, id) : label != NULL && g_strcmp0 (pending->label, label) == 0;

      if (!is_it || pending->content == NULL || (!pending->is_new && look == REACTIVE_SECRET_TRACKED))
        continue;

      if (id != NULL && label != NULL)
        {
          g_free (pending->label);
          pending->label = g_strdup (label);
        }
      if (!pending->is_new && look == REACTIVE_SECRET_REFRESH)
        pending->tracks_latest = TRUE;
      return pending->content;
    }

  return NULL;
}

/* An owner's label first, then what this unit calls another's secret. */
static ReactiveModelSecret *
find_by_label (ReactiveHookContext *context, const char *label)
{
  const GPtrArray *own = context->unit->application->secrets, *consumed = context->unit->consumed;

  for (guint i = 0; i < own->len; i++)
    {
      ReactiveModelSecret *secret = g_ptr_array_index (own, i);
      const ReactivePendingSecret *pending = reactive_hook_context_find_pending (context, secret->id);
      const char *name = pending != NULL && pending->label != NULL ? pending->label : secret->label;

      if (reactive_hook_context_owns (context, secret) && g_strcmp0 (name, label) == 0)
        return secret;
    }
  for (guint i = 0; i < consumed->len; i++)
    {
      ReactiveModelSecret *secret = g_ptr_array_index (consumed, i);
      const ReactiveModelConsumer *consumer = reactive_model_secret_find_consumer (secret, context->unit);

      if (consumer != NULL && g_strcmp0 (consumer->label, label) == 0)
        return secret;
    }

  return NULL;
}

static ReactiveModelSecret *
find_readable (ReactiveHookContext *context, const char *id, const char *label, GError **error)
{
  ReactiveModelSecret *secret = id != NULL ? reactive_model_find_secret (reactive_hook_context_get_model (context), id)
                                           : find_by_label (context, label);

  if (secret == NULL)
    {
      refuse_unknown (error, id != NULL ? id : label);
      return NULL;
    }
  if (!may_read (context, secret))
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED, "permission denied");
      return NULL;
    }

  return secret;
}

/* Takes effect at once, as tracking the latest does. */
static void
set_label (ReactiveHookContext *context, ReactiveModelSecret *secret, ReactiveModelConsumer *consumer,
           const char *label)
{
  char **place = reactive_hook_context_manages (context, secret) ? &secret->label : &consumer->label;

  if (g_strcmp0 (*place, label) == 0)
    return;

  g_free (*place);
  *place = g_strdup (label);
}

static const ReactiveJson *
read_secret (ReactiveHookContext *context, ReactiveModelSecret *secret, const char *label, ReactiveSecretLook look,
             GError **error)
{
  ReactiveModelConsumer *consumer = reactive_model_secret_follow (secret, context->unit);
  const guint latest = secret->revisions->len;
  const ReactiveJson *content = NULL;
  guint revision;

  if (label != NULL)
    set_label (context, secret, consumer, label);
  if (look == REACTIVE_SECRET_REFRESH)
    consumer->revision = latest;

  revision = look == REACTIVE_SECRET_PEEK ? latest : consumer->revision;
  if (revision > 0 && revision <= latest)
    content = g_ptr_array_index (secret->revisions, revision - 1);
  if (content == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "secret revision %u not found", revision);

  return content;
}

const ReactiveJson *
reactive_hook_context_secret_get (ReactiveHookContext *context, const char *id, const char *label,
                                  ReactiveSecretLook look, GError **error)
{
  g_autofree char *bare_id = NULL;
  ReactiveModelSecret *secret;
  const ReactiveJson *content;

  if (!reactive_hook_context_check_tool (context, "secret-get", error))
    return NULL;
  if (id == NULL && label == NULL)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "require either a secret URI or label");
      return NULL;
    }
  if (id != NULL && (bare_id = reactive_secret_parse_id (id, error)) == NULL)
    return NULL;

  content = read_pending (context, bare_id, label, look);
  if (content != NULL)
    return reactive_hook_context_keep (context, reactive_json_ref (content));

  secret = find_readable (context, bare_id, label, error);
  content = secret != NULL ? read_secret (context, secret, bare_id != NULL ? label : NULL, look, error) : NULL;
  return content != NULL ? reactive_hook_context_keep (context, reactive_json_ref (content)) : NULL;
}

/* Describing ------------------------------------------------------------------------------------------------------ */

/* "relation-app.db#mysql.server": the requirer's side first. */
static char *
relation_tag (const ReactiveModelRelation *relation)
{
  const ReactiveModelEnd *first = &relation->ends[0];
  const ReactiveModelEnd *second = relation->n_ends == 2 ? &relation->ends[1] : NULL;

  if (second == NULL)
    return g_strdup_printf ("relation-%s.%s", first->application->name, first->endpoint.name);
  if (first->endpoint.role != REACTIVE_ROLE_REQUIRES)
    {
      second = first;
      first = &relation->ends[1];
    }

  return g_strdup_printf ("relation-%s.%s#%s.%s", first->application->name, first->endpoint.name,
                          second->application->name, second->endpoint.name);
}

/* "unit-mysql-0", "application-mysql" */
static ReactiveJson *
target_tag (const char *target)
{
  g_autofree char *tag = g_strconcat (strchr (target, '/') != NULL ? "unit-" : "application-", target, NULL);

  return reactive_json_new_string (g_strdelimit (tag, "/", '-'));
}

static void
add_access (ReactiveJson *list, const ReactiveModelRelation *relation, const char *target)
{
  g_autofree char *scope = relation_tag (relation);
  ReactiveJson *access = reactive_json_new_object ();

  reactive_json_object_set (access, "target", target_tag (target));
  reactive_json_object_set (access, "scope", reactive_json_new_string (scope));
  reactive_json_object_set (access, "role", reactive_json_new_string ("view"));
  reactive_json_array_add (list, access);
}

static ReactiveJson *
list_access (const ReactiveModelSecret *secret, const ReactivePendingSecret *pending)
{
  ReactiveJson *list = reactive_json_new_array ();

  for (guint i = 0; secret != NULL && i < secret->grants->len; i++)
    {
      const ReactiveModelGrant *grant = g_ptr_array_index (secret->grants, i);

      if (grant->relation->life != REACTIVE_LIFE_DEAD && !reactive_secret_is_revoked (pending, grant->scope))
        add_access (list, grant->relation, grant->scope);
    }
  for (guint i = 0; pending != NULL && pending->grants != NULL && i < pending->grants->len; i++)
    {
      const ReactivePendingGrant *grant = g_ptr_array_index (pending->grants, i);

      if (!reactive_secret_is_revoked (pending, grant->target))
        add_access (list, grant->relation, grant->target);
    }

  return list;
}

/* What this hook says, else what is; NULL where neither says anything. */
static const char *
choose (const char *pending, const char *actual)
{
  const char *text = pending != NULL ? pending : actual;

  return text != NULL && *text != '\0' ? text : NULL;
}

/* In the order of Juju's own structure. @secret or @pending is there, or both. */
static const ReactiveJson *
describe (ReactiveHookContext *context, const ReactiveModelSecret *secret, const ReactivePendingSecret *pending)
{
  static const ReactivePendingSecret nothing;
  const ReactivePendingSecret *change = pending != NULL ? pending : &nothing;
  const gboolean is_of_unit = secret != NULL ? secret->owner_unit != NULL : change->is_of_unit;
  const char *label = choose (change->label, secret != NULL ? secret->label : NULL);
  const char *rotation = choose (change->rotation, secret != NULL ? secret->rotation : NULL);
  ReactiveJson *details = reactive_json_new_object (), *answer = reactive_json_new_object ();
  g_autoptr (ReactiveJson) access = list_access (secret, pending);

  reactive_json_object_set (details, "revision",
                            reactive_json_new_integer (secret != NULL ? (gint64) secret->revisions->len : 1));
  reactive_json_object_set (details, "label", reactive_json_new_string (label != NULL ? label : ""));
  reactive_json_object_set (details, "owner", reactive_json_new_string (is_of_unit ? "unit" : "application"));
  reactive_json_object_set_text (details, "description",
                                 choose (change->description, secret != NULL ? secret->description : NULL));
  reactive_json_object_set_text (details, "rotation", rotation != NULL ? rotation : "never");
  reactive_json_object_set_text (details, "expiry", choose (change->expiry, secret != NULL ? secret->expiry : NULL));
  if (reactive_json_get_length (access) > 0)
    reactive_json_object_set (details, "access", g_steal_pointer (&access));

  reactive_json_object_set (answer, secret != NULL ? secret->id : change->id, details);
  return reactive_hook_context_keep (context, answer);
}

static gboolean
is_meant (const char *id, const char *wanted_id, const char *label, const char *wanted_label)
{
  return wanted_id != NULL ? g_str_equal (id, wanted_id) : g_strcmp0 (label, wanted_label) == 0;
}

static const ReactiveJson *
find_described (ReactiveHookContext *context, const char *id, const char *label)
{
  const GPtrArray *own = context->unit->application->secrets;

  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    {
      const ReactivePendingSecret *pending = g_ptr_array_index (context->secrets->all, i);

      if (pending->is_new && is_meant (pending->id, id, pending->label, label))
        return describe (context, /* secret= */ NULL, pending);
    }
  for (guint i = 0; i < own->len; i++)
    {
      const ReactiveModelSecret *secret = g_ptr_array_index (own, i);
      const ReactivePendingSecret *pending = reactive_hook_context_find_pending (context, secret->id);
      const char *name = pending != NULL && pending->label != NULL ? pending->label : secret->label;

      if (is_meant (secret->id, id, name, label) && reactive_hook_context_manages (context, secret))
        return describe (context, secret, pending);
    }

  return NULL;
}

const ReactiveJson *
reactive_hook_context_secret_info_get (ReactiveHookContext *context, const char *id, const char *label, GError **error)
{
  g_autofree char *bare_id = NULL;
  const ReactiveJson *answer;

  if (!reactive_hook_context_check_tool (context, "secret-info-get", error))
    return NULL;
  if ((id == NULL) == (label == NULL))
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                           id == NULL ? "require either a secret URI or label"
                                      : "specify either a secret URI or label but not both");
      return NULL;
    }
  if (id != NULL && (bare_id = reactive_secret_parse_id (id, error)) == NULL)
    return NULL;

  answer = find_described (context, bare_id, label);
  if (answer == NULL)
    refuse_unknown (error, bare_id != NULL ? bare_id : label);
  return answer;
}

const ReactiveJson *
reactive_hook_context_secret_ids (ReactiveHookContext *context)
{
  const GPtrArray *own = context->unit->application->secrets;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; context->secrets != NULL && i < context->secrets->all->len; i++)
    {
      const ReactivePendingSecret *pending = g_ptr_array_index (context->secrets->all, i);

      if (pending->is_new)
        g_ptr_array_add (ids, pending->id);
    }
  for (guint i = 0; i < own->len; i++)
    if (reactive_hook_context_manages (context, g_ptr_array_index (own, i)))
      g_ptr_array_add (ids, ((ReactiveModelSecret *) g_ptr_array_index (own, i))->id);
  if (ids->len == 0)
    return reactive_hook_context_keep (context, reactive_json_new_null ());

  return reactive_hook_context_keep_sorted (context, ids);
}

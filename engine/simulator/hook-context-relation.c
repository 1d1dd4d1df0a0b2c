/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context-private.h"

/* Which relations ------------------------------------------------------------------------------------------------- */

static gboolean
is_broken_now (const ReactiveHookContext *context, const ReactiveModelSeenRelation *seen)
{
  return context->hook.kind == REACTIVE_MODEL_HOOK_RELATION_BROKEN && context->hook.relation == seen;
}

/* The agent knows a relation from its created to its broken hook, both included. */
static gboolean
is_known (const ReactiveHookContext *context, const ReactiveModelSeenRelation *seen)
{
  return seen == context->hook.relation || seen->is_created;
}

/* Only the number after the last ':' counts. */
static gboolean
parse_number (const char *text, guint *out_number)
{
  const char *colon = strrchr (text, ':');
  guint64 number;

  if (!g_ascii_string_to_unsigned (colon != NULL ? colon + 1 : text, 10, 0, G_MAXINT32, &number, /* error= */ NULL))
    return FALSE;

  *out_number = (guint) number;
  return TRUE;
}

static ReactiveModelSeenRelation *
lookup_relation (const ReactiveHookContext *context, guint number)
{
  ReactiveModelSeenRelation *seen = context->hook.relation;

  if (seen != NULL && seen->relation->number == number)
    return seen;

  for (guint i = 0; i < context->unit->relations->len; i++)
    {
      seen = g_ptr_array_index (context->unit->relations, i);
      if (seen->relation->number == number)
        return is_known (context, seen) ? seen : NULL;
    }

  return NULL;
}

ReactiveModelSeenRelation *
reactive_hook_context_find_relation (ReactiveHookContext *context, const char *relation_id, GError **error)
{
  ReactiveModelSeenRelation *seen;
  guint number;

  if (parse_number (relation_id, &number) && (seen = lookup_relation (context, number)) != NULL)
    return seen;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "invalid value \"%s\" for option -r: relation not found",
               relation_id);
  return NULL;
}

const char *
reactive_hook_context_resolve_relation (ReactiveHookContext *context, const char *text, GError **error)
{
  ReactiveModelSeenRelation *seen;
  guint number;

  if (!parse_number (text, &number))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "invalid value \"%s\" for option -r: invalid relation id", text);
      return NULL;
    }
  seen = lookup_relation (context, number);
  if (seen == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "invalid value \"%s\" for option -r: relation not found", text);
      return NULL;
    }

  return reactive_hook_context_keep_text (context, reactive_model_relation_get_id (seen->relation, seen->end));
}

const char *
reactive_hook_context_get_relation_id (ReactiveHookContext *context)
{
  const ReactiveModelSeenRelation *seen = context->hook.relation;

  if (context->relation_id == NULL && seen != NULL)
    context->relation_id = reactive_model_relation_get_id (seen->relation, seen->end);

  return context->relation_id;
}

const char *
reactive_hook_context_get_remote_unit (ReactiveHookContext *context)
{
  return context->hook.member != NULL ? context->hook.member->unit->name : NULL;
}

static const ReactiveModelEnd *
get_own_end (const ReactiveModelSeenRelation *seen)
{
  return &seen->relation->ends[seen->end];
}

const char *
reactive_hook_context_get_remote_app (ReactiveHookContext *context)
{
  return context->hook.relation != NULL
             ? reactive_model_seen_relation_get_other_end (context->hook.relation)->application->name
             : NULL;
}

/* Since Juju 3.6 a relation that is being broken is listed no more. */
static gboolean
is_listed (ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const char *endpoint)
{
  if (!is_known (context, seen) || !g_str_equal (get_own_end (seen)->endpoint.name, endpoint))
    return FALSE;

  return reactive_hook_context_get_model (context)->juju == REACTIVE_JUJU_2_9 || !is_broken_now (context, seen);
}

const ReactiveJson *
reactive_hook_context_relation_ids (ReactiveHookContext *context, const char *endpoint)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < context->unit->relations->len; i++)
    {
      const ReactiveModelSeenRelation *seen = g_ptr_array_index (context->unit->relations, i);

      if (is_listed (context, seen, endpoint))
        g_ptr_array_add (ids, reactive_model_relation_get_id (seen->relation, seen->end));
    }

  return reactive_hook_context_keep_sorted (context, ids);
}

/* Whether the unit counts among those that are joined: from its joined hook on, and no longer in its departed hook. */
static gboolean
is_joined (const ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const ReactiveModelMember *member)
{
  if (context->hook.relation == seen && context->hook.member == member)
    return context->hook.kind != REACTIVE_MODEL_HOOK_RELATION_DEPARTED;

  return member->unit != context->unit;
}

const ReactiveJson *
reactive_hook_context_relation_list (ReactiveHookContext *context, const char *relation_id, GError **error)
{
  const ReactiveModelSeenRelation *seen = reactive_hook_context_find_relation (context, relation_id, error);
  const ReactiveModelMember *joining = NULL;
  g_autoptr (GPtrArray) names = NULL;

  if (seen == NULL)
    return NULL;

  names = g_ptr_array_new ();
  if (context->hook.relation == seen && context->hook.kind == REACTIVE_MODEL_HOOK_RELATION_JOINED)
    joining = context->hook.member;
  for (guint i = 0; !is_broken_now (context, seen) && i < seen->members->len; i++)
    {
      const ReactiveModelMember *member = g_array_index (seen->members, ReactiveModelSeenMember, i).member;

      if (member != joining && is_joined (context, seen, member))
        g_ptr_array_add (names, member->unit->name);
    }
  if (joining != NULL)
    g_ptr_array_add (names, joining->unit->name);

  return reactive_hook_context_keep_sorted (context, names);
}

const char *
reactive_hook_context_relation_app (ReactiveHookContext *context, const char *relation_id, GError **error)
{
  const ReactiveModelSeenRelation *seen = reactive_hook_context_find_relation (context, relation_id, error);

  return seen != NULL ? reactive_model_seen_relation_get_other_end (seen)->application->name : NULL;
}

/* Reading --------------------------------------------------------------------------------------------------------- */

static gboolean
is_application_name (const char *name)
{
  return *name != '\0' && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen (name);
}

/* "app/3" */
static gboolean
parse_unit_name (const char *name, gsize *out_application_length, guint *out_number)
{
  const char *slash = strchr (name, '/');
  guint64 number;

  if (slash == NULL || slash == name || !g_ascii_string_to_unsigned (slash + 1, 10, 0, G_MAXUINT32, &number, NULL))
    return FALSE;

  *out_application_length = (gsize) (slash - name);
  *out_number = (guint) number;
  return TRUE;
}

static gboolean
is_of_application (const ReactiveModelApplication *application, const char *name, gsize length)
{
  return strncmp (application->name, name, length) == 0 && application->name[length] == '\0';
}

static ReactiveModelMember *
find_member (const ReactiveModelEnd *end, guint number)
{
  guint from = 0, to = end->members->len;

  while (from < to)
    {
      const guint middle = from + (to - from) / 2;
      ReactiveModelMember *member = g_ptr_array_index (end->members, middle);

      if (member->unit->number == number)
        return member;
      if (member->unit->number < number)
        from = middle + 1;
      else
        to = middle;
    }

  return NULL;
}

/* In a relation within containers a unit has to do with those alone that live beside it. */
static gboolean
is_in_scope (const ReactiveModelRelation *relation, const ReactiveModelUnit *unit, const ReactiveModelUnit *other)
{
  const ReactiveModelUnit *unit_principal = unit->principal != NULL ? unit->principal : unit;
  const ReactiveModelUnit *other_principal = other->principal != NULL ? other->principal : other;

  return !relation->is_container || unit_principal == other_principal;
}

static const ReactiveModelDatabag *
refuse_databag (ReactiveHookContext *context, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED, "permission denied%s",
               reactive_hook_context_get_model (context)->juju == REACTIVE_JUJU_3_6 ? " (unauthorized access)" : "");
  return NULL;
}

/* Peers read each other's application databag; of a relation between two sides only the leader reads the own. */
static const ReactiveModelDatabag *
find_application_databag (ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const char *name,
                          GError **error)
{
  const ReactiveModelEnd *own = get_own_end (seen), *other = reactive_model_seen_relation_get_other_end (seen);
  gsize length = strlen (name);
  guint number;

  parse_unit_name (name, &length, &number);
  if (is_of_application (other->application, name, length))
    return &other->databag;
  if (is_of_application (own->application, name, length) && reactive_hook_context_is_leader (context))
    return &own->databag;

  return refuse_databag (context, error);
}

/* A unit that was never in the relation has no data there; one that left it keeps what it had. */
static const ReactiveModelDatabag *
find_unit_databag (ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const char *name,
                   GError **error)
{
  const ReactiveModelEnd *own = get_own_end (seen), *other = reactive_model_seen_relation_get_other_end (seen);
  const ReactiveModelEnd *end = NULL;
  const ReactiveModelMember *member;
  gsize length;
  guint number;

  if (!parse_unit_name (name, &length, &number))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   is_application_name (name) ? "expected unit name, got application name \"%s\""
                                              : "invalid unit name \"%s\"",
                   name);
      return NULL;
    }

  if (is_of_application (other->application, name, length))
    end = other;
  else if (g_str_equal (name, context->unit->name))
    end = own;
  if (end == NULL)
    return refuse_databag (context, error);

  member = find_member (end, number);
  if (member == NULL || (member->unit != context->unit && !is_in_scope (seen->relation, context->unit, member->unit)))
    {
      g_autofree char *id = reactive_model_relation_get_id (seen->relation, seen->end);

      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL,
                   "cannot read settings for unit \"%s\" in relation \"%s\": settings not found", name, id);
      return NULL;
    }

  return &member->databag;
}

static const ReactiveModelDatabag *
find_databag (ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const char *name,
              gboolean of_application, GError **error)
{
  if (seen->relation->life == REACTIVE_LIFE_DEAD)
    {
      if (reactive_hook_context_get_model (context)->juju != REACTIVE_JUJU_4)
        return refuse_databag (context, error);
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "relation not found");
      return NULL;
    }

  return of_application ? find_application_databag (context, seen, name, error)
                        : find_unit_databag (context, seen, name, error);
}

const ReactiveJson *
reactive_hook_context_relation_read (ReactiveHookContext *context, const char *relation_id, const char *name,
                                     gboolean of_application, GError **error)
{
  const ReactiveModelSeenRelation *seen = reactive_hook_context_find_relation (context, relation_id, error);
  const ReactiveModelDatabag *databag = seen != NULL ? find_databag (context, seen, name, of_application, error) : NULL;

  return databag != NULL ? databag->data : NULL;
}

/* Writing --------------------------------------------------------------------------------------------------------- */

static ReactivePendingDatabag *
find_pending (ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, gboolean of_application)
{
  for (guint i = 0; context->databags != NULL && i < context->databags->len; i++)
    {
      ReactivePendingDatabag *pending = &g_array_index (context->databags, ReactivePendingDatabag, i);

      if (pending->relation == seen && pending->of_application == of_application)
        return pending;
    }

  return NULL;
}

const ReactiveJson *
reactive_hook_context_relation_get (ReactiveHookContext *context, const char *relation_id, const char *name,
                                    gboolean of_application, GError **error)
{
  const ReactiveModelSeenRelation *seen = reactive_hook_context_find_relation (context, relation_id, error);
  const ReactiveModelDatabag *databag;
  const ReactivePendingDatabag *pending;
  const ReactiveModelMember *own;

  if (seen == NULL || !reactive_hook_context_check_tool (context, "relation-get", error)
      || (databag = find_databag (context, seen, name, of_application, error)) == NULL)
    return NULL;

  own = find_member (get_own_end (seen), context->unit->number);
  if (databag != &get_own_end (seen)->databag && (own == NULL || databag != &own->databag))
    return databag->data;

  pending = find_pending (context, seen, of_application);
  return pending != NULL ? reactive_hook_context_keep (
             context, reactive_json_merge_settings (databag->data, pending->changes, /* empty_deletes= */ TRUE))
                         : databag->data;
}

static gboolean
check_settings (const ReactiveJson *settings, GError **error)
{
  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const ReactiveJsonType kind = reactive_json_get_kind (reactive_json_get_element (settings, i));

      if (kind == REACTIVE_JSON_STRING || kind == REACTIVE_JSON_NULL)
        continue;

      return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s: expected a string",
                            reactive_json_get_member_name (settings, i));
    }

  return TRUE;
}

/* Looks at nothing that is there, as Juju: the last value of the hook wins. */
gboolean
reactive_hook_context_relation_set (ReactiveHookContext *context, const char *relation_id, gboolean of_application,
                                    const ReactiveJson *settings, GError **error)
{
  ReactiveModelSeenRelation *seen = reactive_hook_context_find_relation (context, relation_id, error);
  ReactivePendingDatabag *pending;

  if (seen == NULL || !check_settings (settings, error))
    return FALSE;
  if (of_application && !reactive_hook_context_is_leader (context))
    return reactive_fail (error, REACTIVE_ERROR_DENIED, "cannot write relation settings");

  pending = find_pending (context, seen, of_application);
  if (pending != NULL)
    {
      ReactiveJson *both = reactive_json_overlay (pending->changes, settings);

      reactive_json_unref (pending->changes);
      pending->changes = both;
      return TRUE;
    }

  if (context->databags == NULL)
    context->databags = reactive_hook_context_new_databags ();
  g_array_append_val (context->databags, ((ReactivePendingDatabag){
                                             .relation = seen,
                                             .of_application = of_application,
                                             .changes = reactive_json_ref (settings),
                                         }));
  return TRUE;
}

/* Committing ------------------------------------------------------------------------------------------------------ */

/* What a unit says that has left, or into a relation that is gone for it, nobody hears. */
static gboolean
is_late (const ReactiveHookContext *context, const ReactiveModelSeenRelation *seen, const ReactiveModelMember *own)
{
  if (seen->relation->life == REACTIVE_LIFE_DEAD || is_broken_now (context, seen) || own == NULL || !own->is_present)
    return TRUE;

  return context->hook.kind == REACTIVE_MODEL_HOOK_RELATION_DEPARTED && context->hook.relation == seen
         && context->hook.departing == context->unit;
}

static void
note_changes (ReactiveHookContext *context, const ReactivePendingDatabag *pending, const ReactiveJson *old,
              const ReactiveJson *data)
{
  const ReactiveModelSeenRelation *seen = pending->relation;
  g_autofree char *id = NULL;
  const char *name = pending->of_application ? context->unit->application->name : context->unit->name;

  if (context->watch == NULL)
    return;

  id = reactive_model_relation_get_id (seen->relation, seen->end);
  for (guint i = 0; i < reactive_json_get_length (pending->changes); i++)
    {
      const char *key = reactive_json_get_member_name (pending->changes, i);
      const char *before = reactive_json_text_or_null (reactive_json_get_member (old, key));
      const char *after = reactive_json_text_or_null (reactive_json_get_member (data, key));

      if (g_strcmp0 (before, after) != 0)
        reactive_hook_context_note (context, "relation-set", "%s %s %s%s%s", id, name, key, after != NULL ? "=" : "",
                                    after != NULL ? after : "");
    }
}

static void
commit_databag (ReactiveHookContext *context, ReactivePendingDatabag *pending)
{
  ReactiveModelSeenRelation *seen = pending->relation;
  const ReactiveModelEnd *own_end = get_own_end (seen);
  const ReactiveModelMember *own = find_member (own_end, context->unit->number);
  const ReactiveModelDatabag *databag;
  ReactiveJson *data;

  if (is_late (context, seen, own))
    return;

  databag = pending->of_application ? &own_end->databag : &own->databag;
  data = reactive_json_merge_settings (databag->data, pending->changes, /* empty_deletes= */ TRUE);
  if (data == databag->data)
    {
      reactive_json_unref (data);
      return;
    }

  note_changes (context, pending, databag->data, data);
  if (pending->of_application)
    reactive_model_set_application_databag (seen->relation, seen->end, data, context->unit);
  else
    reactive_model_set_databag (seen->relation, context->unit, data);
}

void
reactive_hook_context_commit_databags (ReactiveHookContext *context)
{
  for (guint i = 0; context->databags != NULL && i < context->databags->len; i++)
    commit_databag (context, &g_array_index (context->databags, ReactivePendingDatabag, i));
}

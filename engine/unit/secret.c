/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <reactive/juju.h>
#include <reactive/leadership.h>
#include <reactive/secret.h>
#include <string.h>

#include "base/file.h"
#include "juju/juju-name.h"
#include "unit/unit-private.h"

/* Values travel in files that the agent reads, as ops has it: arguments of a tool that is executed show in the list of
 * processes. The directory is private, and goes when the tool has run. */
typedef struct
{
  char *directory;
  GPtrArray *paths;
} ContentFiles;

static void
clear_files (ContentFiles *files)
{
  for (guint i = 0; files->paths != NULL && i < files->paths->len; i++)
    g_unlink (g_ptr_array_index (files->paths, i));
  if (files->directory != NULL)
    g_rmdir (files->directory);
  g_clear_pointer (&files->paths, g_ptr_array_unref);
  g_clear_pointer (&files->directory, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ContentFiles, clear_files)

static gboolean
check_content (const ReactiveJson *content, GError **error)
{
  if (reactive_json_get_kind (content) != REACTIVE_JSON_OBJECT || reactive_json_get_length (content) == 0)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "what a secret holds is an object of strings, and not empty");

  for (guint i = 0; i < reactive_json_get_length (content); i++)
    {
      const char *key = reactive_json_get_member_name (content, i);

      if (!reactive_juju_is_secret_key (key))
        return reactive_fail (
            error, REACTIVE_ERROR_INVALID,
            "'%s' cannot be a key of a secret (expected three lower-case letters, digits and, inside, "
            "hyphens, or more, a letter first)",
            key);
      if (reactive_json_get_kind (reactive_json_get_element (content, i)) != REACTIVE_JSON_STRING)
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "secret: %s: the value is no string", key);
    }

  return TRUE;
}

static gboolean
write_value (ContentFiles *files, const char *key, const ReactiveJson *value, GPtrArray *argv, GError **error)
{
  gsize length;
  const char *text = reactive_json_get_string (value, &length);
  char *path = g_build_filename (files->directory, key, NULL);

  g_ptr_array_add (files->paths, path);
  g_ptr_array_add (argv, g_strconcat (key, "#file=", path, NULL));

  return reactive_file_write (path, text, length, 0600, -1, -1, error);
}

static gboolean
add_content (const ReactiveJson *content, ContentFiles *files, GPtrArray *argv, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (!check_content (content, error))
    return FALSE;

  files->paths = g_ptr_array_new_with_free_func (g_free);
  files->directory = g_dir_make_tmp ("reactive-secret-XXXXXX", &local_error);
  if (files->directory == NULL)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s", local_error->message);

  for (guint i = 0; i < reactive_json_get_length (content); i++)
    if (!write_value (files, reactive_json_get_member_name (content, i), reactive_json_get_element (content, i), argv,
                      error))
      return FALSE;

  return TRUE;
}

static void
add_option (GPtrArray *argv, const char *name, const char *value)
{
  if (value == NULL)
    return;

  g_ptr_array_add (argv, g_strdup (name));
  g_ptr_array_add (argv, g_strdup (value));
}

static void
add_options (GPtrArray *argv, const ReactiveSecretOptions *options)
{
  if (options == NULL)
    return;

  add_option (argv, "--label", options->label);
  add_option (argv, "--description", options->description);
  add_option (argv, "--expire", options->expire);
  add_option (argv, "--rotate", options->rotate);
}

/* A tool and what its options are, for more to be added. */
static GPtrArray *
begin_argv (const char *tool)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (tool));

  return argv;
}

static const char *const *
end_argv (GPtrArray *argv)
{
  g_ptr_array_add (argv, NULL);

  return (const char *const *) argv->pdata;
}

static gboolean
may_own (ReactiveUnit *unit, ReactiveSecretOwner owner, GError **error)
{
  gboolean is_leader = FALSE;

  if (!reactive_unit_check (unit, error))
    return FALSE;
  if (owner == REACTIVE_SECRET_OF_UNIT)
    return TRUE;
  if (!unit->juju->klass->is_leader (unit->juju, &is_leader, error))
    return FALSE;
  if (!is_leader)
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED,
                         "only the leader may make a secret of the application, which this unit is not");

  return is_leader;
}

/**
 * reactive_secret_add:
 * @unit: the unit
 * @content: what it holds: an object of strings; a key has three characters or more, lower-case letters, digits and,
 *   inside, hyphens
 * @options: (nullable): what else to say of it; %NULL makes one of the application, which never expires
 * @error: return location for a #GError
 *
 * Makes a secret, when the hook ends well. Nobody else may read it before reactive_secret_grant(). The values show
 * nowhere but in files of this user while the call lasts.
 *
 * Returns: (transfer none) (nullable): its id, `secret:…`, good at once; or %NULL with %REACTIVE_ERROR_INVALID (such
 *   content), %REACTIVE_ERROR_DENIED (it would be the application's, and this unit does not lead), %REACTIVE_ERROR_TOOL
 *   (options that Juju does not take), %REACTIVE_ERROR_NO_TOOL (before Juju 3.0), %REACTIVE_ERROR_FAILED (no place for
 *   the files) or what else the tool failed with
 */
const char *
reactive_secret_add (ReactiveUnit *unit, const ReactiveJson *content, const ReactiveSecretOptions *options,
                     GError **error)
{
  ReactiveSecretOwner owner = options != NULL ? options->owner : REACTIVE_SECRET_OF_APPLICATION;
  g_autoptr (GPtrArray) argv = begin_argv ("secret-add");
  g_auto (ContentFiles) files = { 0 };
  char *id;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (content != NULL, NULL);

  add_options (argv, options);
  add_option (argv, "--owner", owner == REACTIVE_SECRET_OF_UNIT ? "unit" : "application");
  if (!may_own (unit, owner, error) || !add_content (content, &files, argv, error)
      || (id = reactive_call_tool (unit, end_argv (argv), /* input= */ NULL, error)) == NULL)
    return NULL;

  reactive_unit_keep (unit, id, g_free);

  return g_strchomp (id);
}

/**
 * reactive_secret_set:
 * @unit: the unit
 * @id: the id of a secret of this unit, or, on the leader, of its application
 * @content: (nullable): what its next revision holds; as of reactive_secret_add(). %NULL leaves it as it is
 * @options: (nullable): what to say of it anew; the owner stays
 * @error: return location for a #GError
 *
 * Changes a secret, when the hook ends well. Those who read it get secret-changed.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_TOOL (not this unit's to change, or options that Juju does not take)
 *   or an error of reactive_secret_add()
 */
gboolean
reactive_secret_set (ReactiveUnit *unit, const char *id, const ReactiveJson *content,
                     const ReactiveSecretOptions *options, GError **error)
{
  g_autoptr (GPtrArray) argv = begin_argv ("secret-set");
  g_auto (ContentFiles) files = { 0 };

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  add_options (argv, options);
  g_ptr_array_add (argv, g_strdup (id));
  if (!reactive_unit_check (unit, error) || (content != NULL && !add_content (content, &files, argv, error)))
    return FALSE;

  return reactive_unit_tell (unit, end_argv (argv), /* input= */ NULL, error);
}

/**
 * reactive_secret_remove:
 * @unit: the unit
 * @id: the id of a secret of this unit, or, on the leader, of its application
 * @revision: which revision of it; 0 for all of them, and the secret itself
 * @error: return location for a #GError
 *
 * Removes a secret, when the hook ends well. One that does not exist is no error.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_TOOL (not this unit's to remove), %REACTIVE_ERROR_NO_TOOL (before Juju
 *   3.0) or what else the tool failed with
 */
gboolean
reactive_secret_remove (ReactiveUnit *unit, const char *id, guint revision, GError **error)
{
  g_autoptr (GPtrArray) argv = begin_argv ("secret-remove");
  g_autofree char *number = revision != 0 ? g_strdup_printf ("%u", revision) : NULL;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  add_option (argv, "--revision", number);
  g_ptr_array_add (argv, g_strdup (id));

  return reactive_unit_tell (unit, end_argv (argv), /* input= */ NULL, error);
}

static gboolean
change_access (ReactiveUnit *unit, const char *tool, const char *id, const char *relation_id, const char *unit_name,
               GError **error)
{
  g_autoptr (GPtrArray) argv = begin_argv (tool);

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (relation_id != NULL, FALSE);

  add_option (argv, "--relation", relation_id);
  add_option (argv, "--unit", unit_name);
  g_ptr_array_add (argv, g_strdup (id));

  return reactive_unit_tell (unit, end_argv (argv), /* input= */ NULL, error);
}

/**
 * reactive_secret_grant:
 * @unit: the unit
 * @id: the id of a secret of this unit, or, on the leader, of its application
 * @relation_id: the relation on whose other side it may be read, and no longer than that relation lives
 * @unit_name: (nullable): the one unit that may; %NULL for the application
 * @error: return location for a #GError
 *
 * Lets others read a secret, when the hook ends well. They learn its id from what is published in the relation.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_TOOL (not this unit's to grant, no such relation),
 *   %REACTIVE_ERROR_NO_TOOL (before Juju 3.0) or what else the tool failed with
 */
gboolean
reactive_secret_grant (ReactiveUnit *unit, const char *id, const char *relation_id, const char *unit_name,
                       GError **error)
{
  return change_access (unit, "secret-grant", id, relation_id, unit_name, error);
}

/**
 * reactive_secret_revoke:
 * @unit: the unit
 * @id: the id of a secret that was granted
 * @relation_id: the relation on whose other side it may no longer be read
 * @unit_name: (nullable): the one unit that may not; %NULL for the application
 * @error: return location for a #GError
 *
 * Takes reactive_secret_grant() back, when the hook ends well.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_secret_grant()
 */
gboolean
reactive_secret_revoke (ReactiveUnit *unit, const char *id, const char *relation_id, const char *unit_name,
                        GError **error)
{
  return change_access (unit, "secret-revoke", id, relation_id, unit_name, error);
}

/**
 * reactive_secret_list:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * Lists the secrets that this unit owns.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the ids of the secrets of this unit and, on the
 *   leader, of its application, without the `secret:` before them; or %NULL with %REACTIVE_ERROR_NO_TOOL (before Juju
 *   3.0) or what else the tool failed with
 */
const char *const *
reactive_secret_list (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "secret-ids", "--format=json", NULL };

  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_unit_ask_list (unit, argv, error);
}

/* TRUE where one of them, at least, says which secret. */
static gboolean
check_name (const char *id, const char *label, GError **error)
{
  if (id != NULL || label != NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "neither the id nor the label of a secret");
}

/**
 * reactive_secret_get_info:
 * @unit: the unit
 * @id: (nullable): the id of a secret of this unit or its application
 * @label: (nullable): its label, where @id is %NULL
 * @error: return location for a #GError
 *
 * What is known of a secret of one's own, beside its content.
 *
 * Returns: (transfer none) (nullable): an object with `revision`, `label`, `owner` and, where there is something to
 *   say, `description`, `rotation`, `expiry`, `rotates` and `access`; or %NULL with %REACTIVE_ERROR_INVALID (neither id
 *   nor label), %REACTIVE_ERROR_TOOL (no such secret of one's own), %REACTIVE_ERROR_NO_TOOL (before Juju 3.0),
 *   %REACTIVE_ERROR_BAD_DATA or what else the tool failed with
 */
const ReactiveJson *
reactive_secret_get_info (ReactiveUnit *unit, const char *id, const char *label, GError **error)
{
  g_autoptr (GPtrArray) argv = begin_argv ("secret-info-get");
  const ReactiveJson *answer, *info;

  g_return_val_if_fail (unit != NULL, NULL);

  if (!check_name (id, label, error))
    return NULL;

  add_option (argv, "--label", id == NULL ? label : NULL);
  g_ptr_array_add (argv, g_strdup ("--format=json"));
  if (id != NULL)
    g_ptr_array_add (argv, g_strdup (id));
  if ((answer = reactive_unit_ask (unit, end_argv (argv), REACTIVE_JSON_OBJECT, error)) == NULL)
    return NULL;

  info = reactive_json_get_length (answer) == 1 ? reactive_json_get_element (answer, 0) : NULL;
  if (info != NULL && reactive_json_get_kind (info) == REACTIVE_JSON_OBJECT)
    return info;

  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
                       "secret-info-get: expected an object that is about one secret");

  return NULL;
}

static const ReactiveJson *
read_secret (ReactiveUnit *unit, const char *id, const char *label, const char *how, GError **error)
{
  g_autoptr (GPtrArray) argv = begin_argv ("secret-get");

  g_return_val_if_fail (unit != NULL, NULL);

  if (!check_name (id, label, error))
    return NULL;

  add_option (argv, "--label", label);
  if (how != NULL)
    g_ptr_array_add (argv, g_strdup (how));
  g_ptr_array_add (argv, g_strdup ("--format=json"));
  if (id != NULL)
    g_ptr_array_add (argv, g_strdup (id));

  return reactive_unit_ask_strings (unit, end_argv (argv), REACTIVE_JSON_OBJECT, error);
}

/**
 * reactive_secret_get:
 * @unit: the unit
 * @id: (nullable): the id of a secret; %NULL where @label says which
 * @label: (nullable): its label; together with @id, the one that this unit gives it from now on
 * @error: return location for a #GError
 *
 * What a secret holds, in the revision that this unit follows: the one that it first saw, until
 * reactive_secret_refresh().
 *
 * Returns: (transfer none) (nullable): an object of strings; or %NULL with %REACTIVE_ERROR_INVALID (neither id nor
 *   label), %REACTIVE_ERROR_TOOL (no such secret, or none that this unit may read), %REACTIVE_ERROR_NO_TOOL (before
 *   Juju 3.0), %REACTIVE_ERROR_BAD_DATA or what else the tool failed with
 */
const ReactiveJson *
reactive_secret_get (ReactiveUnit *unit, const char *id, const char *label, GError **error)
{
  return read_secret (unit, id, label, /* how= */ NULL, error);
}

/**
 * reactive_secret_peek:
 * @unit: the unit
 * @id: (nullable): the id of a secret; %NULL where @label says which
 * @label: (nullable): its label; together with @id, the one that this unit gives it from now on
 * @error: return location for a #GError
 *
 * What the newest revision of a secret holds. This unit goes on to follow the one that it followed.
 *
 * Returns: (transfer none) (nullable): as of reactive_secret_get()
 */
const ReactiveJson *
reactive_secret_peek (ReactiveUnit *unit, const char *id, const char *label, GError **error)
{
  return read_secret (unit, id, label, "--peek", error);
}

/**
 * reactive_secret_refresh:
 * @unit: the unit
 * @id: (nullable): the id of a secret; %NULL where @label says which
 * @label: (nullable): its label; together with @id, the one that this unit gives it from now on
 * @error: return location for a #GError
 *
 * What the newest revision of a secret holds. This unit follows that one from now on.
 *
 * Returns: (transfer none) (nullable): as of reactive_secret_get()
 */
const ReactiveJson *
reactive_secret_refresh (ReactiveUnit *unit, const char *id, const char *label, GError **error)
{
  return read_secret (unit, id, label, "--refresh", error);
}

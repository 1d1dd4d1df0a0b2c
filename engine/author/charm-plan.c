/* SPDX-License-Identifier: Apache-2.0 */
#include "author/charm-plan.h"

#include <string.h>

#include "author/names.h"
#include "base/text.h"

/* What cannot be the name of a target of Meson's, and so of no module. */
static const char *const meson_names[] = { "all",     "benchmark", "clean",       "coverage", "dist",      "distcheck",
                                           "install", "phony",     "reconfigure", "test",     "uninstall", NULL };

static void
endpoint_free (gpointer data)
{
  PlannedEndpoint *endpoint = data;

  g_free (endpoint->name);
  g_free (endpoint->interface);
  g_free (endpoint->role);
  g_free (endpoint->module);
  g_free (endpoint);
}

void
charm_plan_free (CharmPlan *plan)
{
  if (plan == NULL)
    return;

  g_free (plan->name);
  g_free (plan->module);
  g_ptr_array_unref (plan->endpoints);
  g_free (plan);
}

/* The directories in @parent, sorted; NULL if there is none. */
static char **
list_directories (const char *parent)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, reactive_text_compare_items);
  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* Whether @name is one of the directories in @parent. @missing: what is said of one that is not, with the name, a hint
 * and the list of those that are. */
static gboolean
check_choice (const char *parent, const char *name, const char *subject, const char *things, GError **error)
{
  g_auto (GStrv) known = list_directories (parent);
  g_autofree char *hint = NULL, *list = NULL;

  if (g_strv_contains ((const char *const *) known, name))
    return TRUE;

  hint = reactive_text_hint (name, (const char *const *) known);
  list = g_strjoinv (", ", known);
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "%s '%s'%s; %s: %s", subject, name, hint, things,
               *list != '\0' ? list : "none");

  return FALSE;
}

static gboolean
check_interface (const PlannedEndpoint *endpoint, const char *template_dir, GError **error)
{
  g_autofree char *interfaces = g_build_filename (template_dir, "interfaces", NULL);
  g_autofree char *roles = g_build_filename (interfaces, endpoint->interface, NULL);
  g_autofree char *subject = g_strdup_printf ("the interface '%s' has no role", endpoint->interface);

  return check_choice (interfaces, endpoint->interface, "there is no template for the interface",
                       "those that there are", error)
         && check_choice (roles, endpoint->role, subject, "its roles", error);
}

static gboolean
check_endpoint (const CharmPlan *plan, const PlannedEndpoint *endpoint, const char *template_dir, GError **error)
{
  if (!check_interface (endpoint, template_dir, error) || !names_check_endpoint (endpoint->name, error))
    return FALSE;

  for (guint i = 0; i < plan->endpoints->len; i++)
    {
      const PlannedEndpoint *other = plan->endpoints->pdata[i];

      if (strcmp (other->name, endpoint->name) == 0)
        g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "there are two endpoints '%s'", endpoint->name);
      else if (strcmp (other->module, endpoint->module) == 0)
        g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE,
                     "the endpoints '%s' and '%s' would have the same files, reactive/%s.c", other->name,
                     endpoint->name, other->module);
      else
        continue;
      return FALSE;
    }

  return TRUE;
}

static char *
name_endpoint_module (const CharmPlan *plan, const char *endpoint)
{
  g_autofree char *module = names_to_underscores (endpoint);

  if (strcmp (module, plan->module) == 0 || g_strv_contains (meson_names, module))
    return g_strconcat (module, "_endpoint", NULL);

  return g_steal_pointer (&module);
}

/* INTERFACE:ROLE:ENDPOINT */
static gboolean
add_endpoint (CharmPlan *plan, const char *text, const char *template_dir, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  PlannedEndpoint *endpoint;

  if (g_strv_length (parts) != 3)
    return reactive_fail (error, REACTIVE_ERROR_USAGE,
                          "expected INTERFACE:ROLE:ENDPOINT, such as bind-client:provides:bind-stats");

  endpoint = g_new0 (PlannedEndpoint, 1);
  endpoint->interface = g_strdup (parts[0]);
  endpoint->role = g_strdup (parts[1]);
  endpoint->name = g_strdup (parts[2]);
  endpoint->module = name_endpoint_module (plan, endpoint->name);
  if (!check_endpoint (plan, endpoint, template_dir, error))
    {
      endpoint_free (endpoint);
      return FALSE;
    }
  g_ptr_array_add (plan->endpoints, endpoint);

  return TRUE;
}

CharmPlan *
charm_plan_new (const char *name, const char *const *interfaces, const char *template_dir, GError **error)
{
  g_autoptr (CharmPlan) plan = g_new0 (CharmPlan, 1);
  g_autofree char *module = NULL;

  plan->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
  if (!names_check_charm (name, error))
    return NULL;

  module = names_to_underscores (name);
  plan->name = g_strdup (name);
  plan->module = g_strv_contains (meson_names, module) ? g_strconcat (module, "_charm", NULL) : g_strdup (module);
  for (; interfaces != NULL && *interfaces != NULL; interfaces++)
    if (!add_endpoint (plan, *interfaces, template_dir, error))
      {
        g_prefix_error (error, "--interface %s: ", *interfaces);
        return NULL;
      }

  return g_steal_pointer (&plan);
}

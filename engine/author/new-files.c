/* SPDX-License-Identifier: Apache-2.0 */
#include "author/new-files.h"

#include <errno.h>

#include "author/names.h"
#include "author/template.h"

typedef enum
{
  OF_THE_CHARM,
  OF_THE_PARTNER, /* once, if there is an endpoint */
  OF_AN_ENDPOINT, /* once for each; the template is in interfaces/INTERFACE/ROLE */
} Scope;

/* Template and target are expanded as the text is. */
static const struct
{
  const char *template;
  const char *target;
  Scope scope;
  int mode;
} files[] = {
  { "charmcraft.yaml", "charmcraft.yaml", OF_THE_CHARM, 0644 },
  { "config.yaml", "config.yaml", OF_THE_CHARM, 0644 },
  { "actions.yaml", "actions.yaml", OF_THE_CHARM, 0644 },
  { "layer.yaml", "layer.yaml", OF_THE_CHARM, 0644 },
  { "dispatch", "dispatch", OF_THE_CHARM, 0755 },
  { "meson.build", "meson.build", OF_THE_CHARM, 0644 },
  { "README.md", "README.md", OF_THE_CHARM, 0644 },
  { "gitignore", ".gitignore", OF_THE_CHARM, 0644 },
  { "clang-format", ".clang-format", OF_THE_CHARM, 0644 },
  { "ci.yaml", ".github/workflows/ci.yaml", OF_THE_CHARM, 0644 },
  { "reactive/meson.build", "reactive/meson.build", OF_THE_CHARM, 0644 },
  { "reactive/@style@.c", "reactive/@module@.c", OF_THE_CHARM, 0644 },
  { "@style@.c", "reactive/@module@.c", OF_AN_ENDPOINT, 0644 },
  { "scenarios/meson.build", "scenarios/meson.build", OF_THE_CHARM, 0644 },
  { "scenarios/charm.yaml", "scenarios/@file@.yaml", OF_THE_CHARM, 0644 },
  { "scenario.yaml", "scenarios/@file@.yaml", OF_AN_ENDPOINT, 0644 },
  { "tests/meson.build", "tests/meson.build", OF_THE_CHARM, 0644 },
  { "tests/charm.c", "tests/test-@file@.c", OF_THE_CHARM, 0644 },
  { "test.c", "tests/test-@file@.c", OF_AN_ENDPOINT, 0644 },
  { "tests/partner/metadata.yaml", "tests/partner/metadata.yaml", OF_THE_PARTNER, 0644 },
  { "tests/partner/layer.yaml", "tests/partner/layer.yaml", OF_THE_PARTNER, 0644 },
  { "tests/partner/dispatch", "tests/partner/dispatch", OF_THE_PARTNER, 0755 },
  { "tests/partner/meson.build", "tests/partner/meson.build", OF_THE_PARTNER, 0644 },
  { "tests/partner/reactive/meson.build", "tests/partner/reactive/meson.build", OF_THE_PARTNER, 0644 },
  { "partner.c", "tests/partner/reactive/@module@.c", OF_AN_ENDPOINT, 0644 },
};

/* Where templates come from and files go to. */
typedef struct
{
  Template *template;
  const CharmPlan *plan;
  GPtrArray *items; /* of the plan's endpoints, in their order */
  const char *template_dir;
  const char *directory;
} Writer;

static void
add_interface (Template *template, GHashTable *seen, const char *name)
{
  TemplateItem *item;
  g_autofree char *variable = NULL;

  if (!g_hash_table_add (seen, g_strdup (name)))
    return;

  variable = names_to_underscores (name);
  item = template_add_item (template, /* directory= */ NULL);
  template_item_set (item, "interface", name);
  template_item_set (item, "variable", variable);
  template_append (template, "interfaces", item);
}

static TemplateItem *
add_endpoint (Template *template, const PlannedEndpoint *endpoint, const char *template_dir)
{
  g_autofree char *directory = g_build_filename (template_dir, "interfaces", endpoint->interface, endpoint->role, NULL);
  TemplateItem *item = template_add_item (template, directory);
  g_autofree char *variable = names_to_underscores (endpoint->interface);
  g_autofree char *option = names_to_hyphens (endpoint->name);
  g_autofree char *file = names_to_hyphens (endpoint->module);
  g_autofree char *yaml = names_to_yaml (endpoint->name);

  template_item_set (item, "endpoint", endpoint->name);
  template_item_set (item, "endpoint-yaml", yaml);
  template_item_set (item, "interface", endpoint->interface);
  template_item_set (item, "variable", variable);
  template_item_set (item, "module", endpoint->module);
  template_item_set (item, "file", file);
  template_item_set (item, "option", option);
  template_append (template, "endpoints", item);
  template_append (template, endpoint->role, item);

  return item;
}

static void
fill_template (const Writer *writer, const char *style)
{
  static const char *const lists[] = { "endpoints", "provides", "requires", "interfaces" };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const CharmPlan *plan = writer->plan;
  g_autofree char *file = names_to_hyphens (plan->module);
  g_autofree char *yaml = names_to_yaml (plan->name);

  template_set (writer->template, "charm", plan->name);
  template_set (writer->template, "charm-yaml", yaml);
  template_set (writer->template, "module", plan->module);
  template_set (writer->template, "file", file);
  template_set (writer->template, "style", style);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    template_append (writer->template, lists[i], /* item= */ NULL);

  for (guint i = 0; i < plan->endpoints->len; i++)
    {
      const PlannedEndpoint *endpoint = plan->endpoints->pdata[i];

      g_ptr_array_add (writer->items, add_endpoint (writer->template, endpoint, writer->template_dir));
      add_interface (writer->template, seen, endpoint->interface);
    }
}

/* A path, whose names stand for no line breaks. */
static char *
expand_path (const Writer *writer, const TemplateItem *item, const char *path, GError **error)
{
  char *expanded = template_expand (writer->template, item, path, path, error);

  return expanded != NULL ? g_strchomp (expanded) : NULL;
}

static gboolean
make_parents (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_mkdir_with_parents (parent, 0777) == 0)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "cannot make '%s': %s", parent, g_strerror (errno));
}

static gboolean
write_file (const Writer *writer, const TemplateItem *item, const char *template_dir, guint index, GError **error)
{
  g_autofree char *source = expand_path (writer, item, files[index].template, error);
  g_autofree char *target = source != NULL ? expand_path (writer, item, files[index].target, error) : NULL;
  g_autofree char *source_path = NULL, *target_path = NULL, *text = NULL;

  if (target == NULL)
    return FALSE;

  source_path = g_build_filename (template_dir, source, NULL);
  target_path = g_build_filename (writer->directory, target, NULL);
  text = template_expand_file (writer->template, item, source_path, error);
  if (text == NULL || !make_parents (target_path, error)
      || !g_file_set_contents_full (target_path, text, -1, G_FILE_SET_CONTENTS_NONE, files[index].mode, error))
    return FALSE;

  return TRUE;
}

static gboolean
write_of_endpoints (const Writer *writer, guint index, GError **error)
{
  for (guint i = 0; i < writer->items->len; i++)
    {
      const PlannedEndpoint *endpoint = writer->plan->endpoints->pdata[i];
      g_autofree char *template_dir
          = g_build_filename (writer->template_dir, "interfaces", endpoint->interface, endpoint->role, NULL);

      if (!write_file (writer, writer->items->pdata[i], template_dir, index, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
write_of_charm (const Writer *writer, guint index, GError **error)
{
  g_autofree char *template_dir = g_build_filename (writer->template_dir, "charm", NULL);

  return write_file (writer, /* item= */ NULL, template_dir, index, error);
}

gboolean
new_files_write (const CharmPlan *plan, const char *style, const char *template_dir, const char *directory,
                 GError **error)
{
  g_autoptr (Template) template = template_new ();
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  Writer writer
      = { .template = template, .plan = plan, .items = items, .template_dir = template_dir, .directory = directory };

  fill_template (&writer, style);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gboolean was_written = TRUE;

      if (files[i].scope == OF_AN_ENDPOINT)
        was_written = write_of_endpoints (&writer, i, error);
      else if (files[i].scope == OF_THE_CHARM || items->len > 0)
        was_written = write_of_charm (&writer, i, error);
      if (!was_written)
        return FALSE;
    }

  return TRUE;
}

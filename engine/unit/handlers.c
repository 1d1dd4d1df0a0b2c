/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/handlers.h"

#include <string.h>

#include "base/prefix.h"
#include "base/text.h"
#include "charm/externals.h"

struct _ReactiveHandlers
{
  gatomicrefcount references;
  ReactiveCharm *charm;
  GPtrArray *interfaces;
  GPtrArray *modules;
  GPtrArray *externals; /* their names */
  GPtrArray *infos;     /* ReactiveHandlerInfo, in the order of the program, which keeps their addresses */
  ReactiveProgram *program;
  ReactiveAutomaticFlags flags;
  gboolean has_python_ids;
};

ReactiveHandlers *
reactive_handlers_ref (ReactiveHandlers *handlers)
{
  g_atomic_ref_count_inc (&handlers->references);

  return handlers;
}

void
reactive_handlers_unref (ReactiveHandlers *handlers)
{
  if (handlers == NULL || !g_atomic_ref_count_dec (&handlers->references))
    return;

  g_clear_pointer (&handlers->program, reactive_program_unref);
  g_clear_pointer (&handlers->infos, g_ptr_array_unref);
  g_clear_pointer (&handlers->modules, g_ptr_array_unref);
  g_clear_pointer (&handlers->externals, g_ptr_array_unref);
  g_clear_pointer (&handlers->interfaces, g_ptr_array_unref);
  reactive_charm_free (handlers->charm);
  g_free (handlers->flags.options);
  g_free (handlers->flags.endpoints);
  g_free (handlers);
}

GArray *
reactive_charm_list_pattern_endpoints (const ReactiveCharm *charm)
{
  static const char *const roles[] = {
    [REACTIVE_ROLE_PROVIDES] = "provides",
    [REACTIVE_ROLE_REQUIRES] = "requires",
    [REACTIVE_ROLE_PEERS] = "peers",
  };
  GArray *endpoints = g_array_new (FALSE, FALSE, sizeof (ReactivePatternEndpoint));
  guint n_infos;
  const ReactiveEndpointInfo *infos = reactive_charm_get_endpoints (charm, &n_infos);

  for (guint i = 0; i < n_infos; i++)
    {
      ReactivePatternEndpoint endpoint = { infos[i].name, roles[infos[i].role], infos[i].interface };

      g_array_append_val (endpoints, endpoint);
    }

  return endpoints;
}

static ReactiveHandlerInfo *
add_info (ReactiveHandlers *handlers)
{
  ReactiveHandlerInfo *info = g_new0 (ReactiveHandlerInfo, 1);

  g_ptr_array_add (handlers->infos, info);

  return info;
}

static void
add_module (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder, const ReactiveLoadedModule *module)
{
  const ReactiveModule *descriptor = module->descriptor;

  for (guint i = 0; i < descriptor->n_handlers; i++)
    {
      ReactiveHandlerInfo *info = add_info (handlers);
      g_autofree char *id = NULL;
      const ReactiveCondition *condition;

      info->module = module->name;
      info->handler = reactive_module_get_handler (descriptor, i);
      handlers->has_python_ids |= info->handler.python_id != NULL;
      id = g_strconcat (module->name, ":", info->handler.name, NULL);

      reactive_program_builder_add_handler (builder, id, info);
      for (guint j = 0;
           (condition = reactive_condition_get (info->handler.conditions, descriptor->condition_size, j)) != NULL; j++)
        reactive_program_builder_add_condition (builder, condition->kind, condition->names);
    }

  for (guint i = 0; i < descriptor->n_triggers; i++)
    {
      ReactiveTrigger trigger = reactive_module_get_trigger (descriptor, i);

      reactive_program_builder_add_trigger (builder, &trigger);
    }
}

static void
add_external (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder, const char *name)
{
  ReactiveHandlerInfo *info = add_info (handlers);

  info->module = name;
  info->external = name;
  reactive_program_builder_add_handler (builder, name, info);
  reactive_program_builder_let_host_decide (builder);
}

/* Those external handlers that are still to be added and whose names come before the module's, if it is the charm's. */
static void
add_externals_before (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder, const ReactiveLoadedModule *module,
                      guint *n_added)
{
  g_autofree char *name = g_strconcat ("reactive/", module->name, ".so", NULL);
  g_autofree char *path = g_build_filename (reactive_charm_get_directory (handlers->charm), name, NULL);

  for (; g_strcmp0 (module->path, path) == 0 && *n_added < handlers->externals->len; (*n_added)++)
    {
      const char *external = g_ptr_array_index (handlers->externals, *n_added);

      if (!g_str_has_prefix (external, "reactive/") || strcmp (external, name) > 0)
        return;
      add_external (handlers, builder, external);
    }
}

/* The charm's own modules and external handlers in the order of their names, behind the modules of layers. */
static void
add_modules_and_externals (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder)
{
  guint n_added = 0;

  for (guint i = 0; i < handlers->modules->len; i++)
    {
      const ReactiveLoadedModule *module = g_ptr_array_index (handlers->modules, i);

      if (n_added < handlers->externals->len)
        add_externals_before (handlers, builder, module, &n_added);
      add_module (handlers, builder, module);
    }

  for (; n_added < handlers->externals->len; n_added++)
    add_external (handlers, builder, g_ptr_array_index (handlers->externals, n_added));
}

/* A condition of an interface's handler, for one endpoint. */
static void
add_expanded_condition (ReactiveProgramBuilder *builder, const ReactiveCondition *condition, const char *endpoint)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; condition->names != NULL && condition->names[i] != NULL; i++)
    g_ptr_array_add (names, reactive_interface_expand (condition->names[i], endpoint));
  g_ptr_array_add (names, NULL);

  reactive_program_builder_add_condition (builder, condition->kind, (const char *const *) names->pdata);
}

static void
add_endpoint (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder, const ReactiveEndpointInfo *endpoint)
{
  const ReactiveLoadedInterface *interface = reactive_interfaces_find (handlers->interfaces, endpoint);

  for (guint i = 0; interface != NULL && i < interface->roles[endpoint->role].n_handlers; i++)
    {
      ReactiveInterfaceHandler handler = reactive_interface_get_handler (interface, endpoint->role, i);
      ReactiveHandlerInfo *info = add_info (handlers);
      g_autofree char *id = g_strjoin (":", interface->descriptor->name, handler.name, endpoint->name, NULL);
      const ReactiveCondition *condition;

      info->module = interface->descriptor->name;
      info->of_endpoint = handler.function;
      info->endpoint = endpoint->name;

      reactive_program_builder_add_handler (builder, id, info);
      for (guint j = 0;
           (condition = reactive_condition_get (handler.conditions, interface->descriptor->condition_size, j)) != NULL;
           j++)
        add_expanded_condition (builder, condition, endpoint->name);
    }
}

static void
add_flag_name (const char *name, const char *flag, gpointer builder)
{
  reactive_program_builder_add_alias (builder, name, flag);
}

static void
add_event_name (const char *name, const char *event, gpointer builder)
{
  reactive_program_builder_add_event_alias (builder, name, event);
}

static guint32
add_flag (ReactiveProgramBuilder *builder, const char *prefix, const char *kind, const char *suffix)
{
  g_autofree char *name = g_strconcat (prefix, kind, suffix, NULL);

  return reactive_program_builder_add_flag (builder, name);
}

static void
add_automatic_flags (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder)
{
  ReactiveAutomaticFlags *flags = &handlers->flags;
  guint n_options, n_endpoints;
  const ReactiveOptionInfo *options = reactive_charm_get_options (handlers->charm, &n_options);
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (handlers->charm, &n_endpoints);

  flags->config_changed = reactive_program_builder_add_flag (builder, "config.changed");
  flags->is_leader = reactive_program_builder_add_flag (builder, "leadership.is_leader");
  flags->leadership_changed = reactive_program_builder_add_flag (builder, "leadership.changed");

  flags->options = g_new (ReactiveOptionFlags, n_options);
  for (guint i = 0; i < n_options; i++)
    flags->options[i] = (ReactiveOptionFlags){
      .changed = add_flag (builder, "config.", "changed.", options[i].name),
      .set = add_flag (builder, "config.", "set.", options[i].name),
      .is_default = add_flag (builder, "config.", "default.", options[i].name),
    };

  flags->endpoints = g_new (ReactiveEndpointFlags, n_endpoints);
  for (guint i = 0; i < n_endpoints; i++)
    flags->endpoints[i] = (ReactiveEndpointFlags){
      .joined = add_flag (builder, "endpoint.", endpoints[i].name, ".joined"),
      .departed = add_flag (builder, "endpoint.", endpoints[i].name, ".departed"),
      .changed = add_flag (builder, "endpoint.", endpoints[i].name, ".changed"),
    };
}

/* Names first: they hold for what is added after them. Handlers of interfaces come last, as in charms.reactive. */
static void
add_all (ReactiveHandlers *handlers, ReactiveProgramBuilder *builder)
{
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (handlers->charm, &n_endpoints);

  reactive_interfaces_foreach_flag_name (handlers->interfaces, handlers->charm, add_flag_name, builder);
  reactive_interfaces_foreach_event_name (handlers->interfaces, handlers->charm, add_event_name, builder);
  add_modules_and_externals (handlers, builder);
  for (guint i = 0; i < n_endpoints; i++)
    add_endpoint (handlers, builder, &endpoints[i]);
  add_automatic_flags (handlers, builder);
}

ReactiveHandlers *
reactive_handlers_new (ReactiveCharm *charm, GPtrArray *interfaces, GPtrArray *modules, GError **error)
{
  g_autoptr (ReactiveHandlers) handlers = g_new0 (ReactiveHandlers, 1);
  g_autoptr (ReactiveProgramBuilder) builder = reactive_program_builder_new ();
  g_autoptr (GArray) endpoints = reactive_charm_list_pattern_endpoints (charm);
  g_autoptr (GError) reason = NULL;

  g_atomic_ref_count_init (&handlers->references);
  handlers->charm = charm;
  handlers->interfaces = interfaces;
  handlers->modules = modules;
  handlers->infos = g_ptr_array_new_with_free_func (g_free);
  handlers->externals = reactive_externals_find (reactive_charm_get_directory (charm), error);
  if (handlers->externals == NULL)
    return NULL;

  reactive_program_builder_set_endpoints (builder, (ReactivePatternEndpoint *) endpoints->data, endpoints->len);
  add_all (handlers, builder);

  handlers->program = reactive_program_builder_compile (g_steal_pointer (&builder), &reason);
  if (handlers->program == NULL)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE, reason->message);
      return NULL;
    }

  return g_steal_pointer (&handlers);
}

/* Adds the modules of @directory to *@modules. */
static gboolean
add_directory (GPtrArray **modules, const char *directory, GError **error)
{
  GPtrArray *found = reactive_modules_load (directory, error);

  if (found == NULL)
    return FALSE;
  if (*modules == NULL)
    *modules = found;
  else
    g_ptr_array_extend_and_steal (*modules, found);

  return TRUE;
}

/* Where the modules of a layer are: in the charm, if it was packed with them, else installed. */
static char *
find_layer (const ReactiveCharm *charm, const char *layer)
{
  g_autofree char *packed = g_build_filename (reactive_charm_get_directory (charm), "layers", layer, NULL);
  g_autofree char *installed = NULL;

  if (g_file_test (packed, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&packed);

  installed = reactive_prefix_build (REACTIVE_LIBDIR "/reactive/layers");
  return g_build_filename (installed, layer, NULL);
}

/* The modules of the layers that the charm includes, in that order, then the charm's own. Layers that are part of the
 * engine (basic, leadership, status) have none. */
static GPtrArray *
load_modules (const ReactiveCharm *charm, GError **error)
{
  g_autofree char *own = g_build_filename (reactive_charm_get_directory (charm), "reactive", NULL);
  g_autoptr (GPtrArray) modules = NULL;
  const char *const *includes = reactive_charm_get_includes (charm);

  for (; includes != NULL && *includes != NULL; includes++)
    {
      g_autofree char *of_layer = NULL;

      if (!g_str_has_prefix (*includes, "layer:"))
        continue;
      of_layer = find_layer (charm, *includes + strlen ("layer:"));
      if (!add_directory (&modules, of_layer, error))
        return NULL;
    }
  if (!add_directory (&modules, own, error))
    return NULL;

  return g_steal_pointer (&modules);
}

ReactiveHandlers *
reactive_handlers_load (const char *charm_dir, GError **error)
{
  g_autoptr (ReactiveCharm) charm = reactive_charm_load (charm_dir, error);
  g_autoptr (GPtrArray) interfaces = NULL;
  GPtrArray *modules;

  if (charm == NULL || (interfaces = reactive_interfaces_load (charm, error)) == NULL
      || (modules = load_modules (charm, error)) == NULL)
    return NULL;

  return reactive_handlers_new (g_steal_pointer (&charm), g_steal_pointer (&interfaces), modules, error);
}

const ReactiveCharm *
reactive_handlers_get_charm (const ReactiveHandlers *handlers)
{
  return handlers->charm;
}

ReactiveProgram *
reactive_handlers_get_program (const ReactiveHandlers *handlers)
{
  return handlers->program;
}

const GPtrArray *
reactive_handlers_get_interfaces (const ReactiveHandlers *handlers)
{
  return handlers->interfaces;
}

const GPtrArray *
reactive_handlers_get_modules (const ReactiveHandlers *handlers)
{
  return handlers->modules;
}

const ReactiveAutomaticFlags *
reactive_handlers_get_flags (const ReactiveHandlers *handlers)
{
  return &handlers->flags;
}

gboolean
reactive_handlers_check_name (const ReactiveHandlers *handlers, const char *id, GError **error)
{
  const ReactiveProgram *program = handlers->program;
  g_autoptr (GPtrArray) known = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  guint32 handler;

  if (reactive_program_find_handler (program, id, &handler))
    return TRUE;

  for (guint32 i = 0; i < reactive_program_get_n_handlers (program); i++)
    g_ptr_array_add (known, (gpointer) reactive_program_get_handler_id (program, i));
  g_ptr_array_add (known, NULL);
  hint = reactive_text_hint (id, (const char *const *) known->pdata);
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "there is no handler '%s'%s", id, hint);
}

gboolean
reactive_handlers_is_hook_flag (const ReactiveHandlers *handlers, const char *flag)
{
  static const char *const kinds[] = { "config.changed.", "config.set.", "config.default." };
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (handlers->charm, &n_options);

  if (!reactive_charm_has_layer (handlers->charm, "layer:basic"))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint j = 0; j < n_options && g_str_has_prefix (flag, kinds[i]); j++)
      if (strcmp (flag + strlen (kinds[i]), options[j].name) == 0)
        return TRUE;

  return strcmp (flag, "config.changed") == 0;
}

gboolean
reactive_handlers_has_externals (const ReactiveHandlers *handlers)
{
  return handlers->externals->len > 0;
}

gboolean
reactive_handlers_have_python_ids (const ReactiveHandlers *handlers)
{
  return handlers->has_python_ids;
}

/* SPDX-License-Identifier: Apache-2.0 */

/* tables MODULE.so …: prints what the tables of compiled handler modules hold, as JSON. No handler runs. */

#include <dlfcn.h>
#include <glib.h>
#include <reactive/module.h>
#include <stdlib.h>

static const char *const kinds[] = {
  [REACTIVE_CONDITION_ALL] = "all",       [REACTIVE_CONDITION_ANY] = "any",
  [REACTIVE_CONDITION_NONE] = "none",     [REACTIVE_CONDITION_NOT_ALL] = "not_all",
  [REACTIVE_CONDITION_HOOK] = "hook",     [REACTIVE_CONDITION_RESTRICTED] = "restricted",
  [REACTIVE_CONDITION_ACTION] = "action", [REACTIVE_CONDITION_ONCE] = "once",
  [REACTIVE_CONDITION_FILE] = "file",
};

static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      guchar byte = (guchar) *at;

      if (byte == '"' || byte == '\\')
        g_string_append_printf (out, "\\%c", byte);
      else if (byte < 0x20)
        g_string_append_printf (out, "\\u%04x", byte);
      else
        g_string_append_c (out, (char) byte);
    }
  g_string_append_c (out, '"');
}

static void
append_member (GString *out, const char *key, const char *value)
{
  if (value == NULL)
    return;
  if (out->str[out->len - 1] != '{')
    g_string_append (out, ", ");
  append_string (out, key);
  g_string_append (out, ": ");
  append_string (out, value);
}

static void
append_condition (GString *out, const ReactiveCondition *condition)
{
  g_assert (condition->kind < G_N_ELEMENTS (kinds));
  g_string_append_printf (out, "{\"%s\": ", kinds[condition->kind]);
  if (condition->kind == REACTIVE_CONDITION_ONCE)
    {
      g_string_append (out, "true}");
      return;
    }
  g_string_append_c (out, '[');
  for (guint i = 0; condition->names != NULL && condition->names[i] != NULL; i++)
    {
      g_string_append (out, i == 0 ? "" : ", ");
      append_string (out, condition->names[i]);
    }
  g_string_append (out, "]}");
}

static void
append_handler (GString *out, const ReactiveModule *module, const ReactiveHandler *handler)
{
  const char *at = (const char *) handler->conditions;

  g_string_append_c (out, '{');
  append_member (out, "name", handler->name);
  append_member (out, "python_id", handler->python_id);
  g_string_append (out, ", \"conditions\": [");
  for (; at != NULL && ((const ReactiveCondition *) at)->kind != 0; at += module->condition_size)
    {
      g_string_append (out, at == (const char *) handler->conditions ? "" : ", ");
      append_condition (out, (const ReactiveCondition *) at);
    }
  g_string_append (out, "]}");
}

static void
append_trigger (GString *out, const ReactiveTrigger *trigger)
{
  g_string_append_c (out, '{');
  append_member (out, "when", trigger->when);
  append_member (out, "when_not", trigger->when_not);
  append_member (out, "set", trigger->set);
  append_member (out, "clear", trigger->clear);
  g_string_append_c (out, '}');
}

static void
append_module (GString *out, const char *path, const ReactiveModule *module)
{
  g_autofree char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, ".so"))
    name[strlen (name) - strlen (".so")] = '\0';
  g_string_append_c (out, '{');
  append_member (out, "module", name);
  g_string_append_printf (out, ", \"start\": %s, \"finish\": %s, \"handlers\": [",
                          module->start != NULL ? "true" : "false", module->finish != NULL ? "true" : "false");
  for (guint i = 0; i < module->n_handlers; i++)
    {
      g_string_append (out, i == 0 ? "\n  " : ",\n  ");
      append_handler (out, module,
                      (const ReactiveHandler *) ((const char *) module->handlers + (gsize) i * module->handler_size));
    }
  g_string_append (out, "], \"triggers\": [");
  for (guint i = 0; i < module->n_triggers; i++)
    {
      g_string_append (out, i == 0 ? "\n  " : ",\n  ");
      append_trigger (out,
                      (const ReactiveTrigger *) ((const char *) module->triggers + (gsize) i * module->trigger_size));
    }
  g_string_append (out, "]}");
}

static const ReactiveModule *
load (const char *path)
{
  void *library = dlopen (path, RTLD_NOW | RTLD_LOCAL);
  const ReactiveModule *module = library != NULL ? dlsym (library, REACTIVE_MODULE_SYMBOL) : NULL;

  if (module == NULL)
    {
      g_printerr ("tables: %s\n", dlerror ());
      exit (EXIT_FAILURE);
    }
  if (module->abi != REACTIVE_MODULE_ABI || module->size != sizeof (ReactiveModule))
    {
      g_printerr ("tables: %s: written for another version\n", path);
      exit (EXIT_FAILURE);
    }
  return module;
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) out = g_string_new ("[");

  for (int i = 1; i < argc; i++)
    {
      g_string_append (out, i == 1 ? "" : ",\n ");
      append_module (out, argv[i], load (argv[i]));
    }
  g_string_append (out, "]");
  g_print ("%s\n", out->str);
  return EXIT_SUCCESS;
}

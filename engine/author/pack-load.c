/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <gmodule.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "author/elf.h"
#include "author/pack.h"
#include "base/child.h"
#include "base/file.h"
#include "charm/interface-check.h"
#include "charm/interfaces.h"
#include "charm/modules.h"
#include "unit/handlers.h"

#define LIBRARY "lib/libreactive.so.0"
#define INTERFACE_PREFIX "interfaces/libreactive-"
#define INTERFACE_SUFFIX ".so.0"
#define TIMEOUT_S 60
#define MAX_REPORT_BYTES (16u * 1024 * 1024)

/* Whether the engine will be able to load what is packed. What is loaded runs code of its own, which may crash, exit or
 * never end, so a child does it. It reports in a file in memory, by texts that end with NUL: what it is about to load,
 * and then what it complains of. */
enum
{
  LOADING = '+',
  COMPLAINT = '!',
  END = '.'
};

typedef struct
{
  ReactivePack *pack;
  int report;
  GPtrArray *interfaces;
  GPtrArray *modules;
} Loader;

static void
report (const Loader *loader, char kind, const char *text)
{
  dprintf (loader->report, "%c%s%c", kind, text, '\0');
}

/*
 * The child
 */

static gboolean
load_interface (const Loader *loader, const char *name, const char *path, GError **error)
{
  const char *begin = name + strlen (INTERFACE_PREFIX);
  g_autofree char *interface = g_strndup (begin, strlen (begin) - strlen (INTERFACE_SUFFIX));
  const ReactiveInterface *descriptor = reactive_modules_open (
      path, REACTIVE_INTERFACE_SYMBOL, "an interface, or one without REACTIVE_INTERFACE ()", error);

  return descriptor != NULL && reactive_interfaces_add (loader->interfaces, descriptor, path, error)
         && reactive_interface_check_name (descriptor, interface, path, error);
}

static gboolean
is_module (const char *name)
{
  if (g_str_has_prefix (name, "reactive/"))
    return g_str_has_suffix (name, ".so") && strchr (name + strlen ("reactive/"), '/') == NULL;

  return g_str_has_prefix (name, "layers/") && g_str_has_suffix (name, ".so");
}

/* From the place that it was read from, where the linker finds what it is linked with. */
static gboolean
load_entry (const Loader *loader, const char *name, GError **error)
{
  const char *path = g_hash_table_lookup (loader->pack->origins, name);
  gboolean is_interface = g_str_has_prefix (name, INTERFACE_PREFIX) && g_str_has_suffix (name, INTERFACE_SUFFIX);

  if (path == NULL || (!is_interface && !is_module (name)))
    return TRUE;

  report (loader, LOADING, name);
  return is_interface ? load_interface (loader, name, path, error)
                      : reactive_modules_load_file (loader->modules, path, error);
}

static const char *
role_name (ReactiveRole role)
{
  return role == REACTIVE_ROLE_PROVIDES ? "provides" : role == REACTIVE_ROLE_REQUIRES ? "requires" : "peers";
}

/* An endpoint whose interface has a library is meant to have its flags and events. */
static void
check_roles (const Loader *loader)
{
  ReactivePack *pack = loader->pack;
  g_autofree char *metadata = g_build_filename (pack->directory, "metadata.yaml", NULL);
  const char *file = g_file_test (metadata, G_FILE_TEST_EXISTS) ? "metadata.yaml" : "charmcraft.yaml";
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (pack->charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    {
      g_autofree char *name = g_strconcat (INTERFACE_PREFIX, endpoints[i].interface, INTERFACE_SUFFIX, NULL);
      const char *role = role_name (endpoints[i].role);

      if (reactive_contents_find (pack->contents, name) != NULL
          && reactive_interfaces_find (loader->interfaces, &endpoints[i]) == NULL)
        reactive_pack_complain (pack, file, "%s.%s: %s has no side '%s'", role, endpoints[i].name, name, role);
    }
}

/* Entries are sorted: interfaces, then layers, then the charm's own. */
static gboolean
load_all (Loader *loader, GError **error)
{
  ReactivePack *pack = loader->pack;
  const char *library = g_hash_table_lookup (pack->origins, LIBRARY);

  /* Everything is linked with it, and finds the one that is loaded by its name. */
  if (library != NULL)
    g_module_open (library, G_MODULE_BIND_LOCAL);

  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    if (!load_entry (loader, reactive_contents_get_entry (pack->contents, i)->name, error))
      return FALSE;

  report (loader, LOADING, "reactive");
  check_roles (loader);
  return reactive_handlers_new (g_steal_pointer (&pack->charm), g_steal_pointer (&loader->interfaces),
                                g_steal_pointer (&loader->modules), error)
         != NULL;
}

/* Nothing is freed: the process ends. */
static void
run_child (Loader *loader)
{
  GError *error = NULL;

  /* What was packed is told on the standard output. */
  dup2 (STDERR_FILENO, STDOUT_FILENO);
  alarm (TIMEOUT_S);

  loader->interfaces = reactive_interfaces_new ();
  loader->modules = reactive_modules_new ();
  if (!load_all (loader, &error))
    report (loader, COMPLAINT, error->message);
  for (guint i = 0; i < loader->pack->complaints->len; i++)
    report (loader, COMPLAINT, g_ptr_array_index (loader->pack->complaints, i));
  report (loader, END, "");
  _exit (0);
}

/*
 * The parent
 */

static void
take_report (ReactivePack *pack, const char *text, gsize length, int status, int signal_number)
{
  const char *loading = "reactive";

  for (const char *item = text; item < text + length; item += strlen (item) + 1)
    if (*item == LOADING)
      loading = item + 1;
    else if (*item == COMPLAINT)
      g_ptr_array_add (pack->complaints, g_strdup (item + 1));
    else
      return;

  if (signal_number == SIGALRM)
    reactive_pack_complain (pack, loading, "loading it takes more than %d seconds", TIMEOUT_S);
  else if (signal_number != 0)
    reactive_pack_complain (pack, loading, "dies of signal %d (%s) when it is loaded", signal_number,
                            g_strsignal (signal_number));
  else
    reactive_pack_complain (pack, loading, "ends the process with exit code %d when it is loaded", status);
}

static gboolean
is_own_architecture (const ReactivePack *pack)
{
  g_autoptr (ReactiveElf) elf = reactive_elf_read ("/proc/self/exe", REACTIVE_CONTENTS_MAX_BYTES, NULL);

  return elf != NULL && strcmp (reactive_elf_get_architecture (elf), pack->architecture) == 0;
}

static void
load_in_child (Loader *loader)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", loader->report);
  g_autofree char *text = NULL;
  ReactiveChild child = REACTIVE_CHILD_INIT;
  int status = 0, signal_number = 0;
  gsize length = 0;

  child.pid = loader->report >= 0 ? fork () : -1;
  if (child.pid == 0)
    run_child (loader);
  if (child.pid < 0 || !reactive_child_reap (&child, &status, &signal_number))
    {
      reactive_pack_complain (loader->pack, "reactive", "cannot be loaded: %s", g_strerror (errno));
      return;
    }

  text = reactive_file_read (path, MAX_REPORT_BYTES, &length, NULL);
  take_report (loader->pack, text, length, status, signal_number);
}

void
reactive_pack_check_modules (ReactivePack *pack)
{
  Loader loader = { .pack = pack };

  if (pack->complaints->len > 0 || !is_own_architecture (pack))
    return;

  loader.report = memfd_create ("report", MFD_CLOEXEC);
  load_in_child (&loader);
  if (loader.report >= 0)
    close (loader.report);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/juju.h>
#include <reactive/log.h>
#include <string.h>

#include "base/port.h"
#include "unit/unit-private.h"

/* What Juju is told of ports it holds back until it has seen the exit code, as databags (publication.c): a process that
 * dies after its transaction, but before that, has told it in vain. So the transaction keeps what was told, and the
 * next hook looks once whether it is so; nobody but the unit opens and closes its ports.
 *
 * "reactive_ports": ["+80/tcp", "-8000-8010/udp"], of ports that were closed, and open, before */
#define RECORD_KEY REACTIVE_STORE_OWN_PREFIX "ports"

static void
hold_port (ReactiveUnit *unit, const char *port, char verb)
{
  g_autofree char *normalized = NULL;

  if (unit->error != NULL)
    return;

  normalized = reactive_port_normalize (port);
  if (normalized == NULL)
    {
      reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "'%s' is not a port (" REACTIVE_PORT_EXPECTED ")", port);
      return;
    }

  if (unit->ports == NULL)
    unit->ports = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (unit->ports, g_strdup_printf ("%c%s", verb, normalized));
}

/**
 * reactive_open_port:
 * @unit: the unit
 * @port: `80`, `80/tcp`, `8000-8010/udp` or `icmp`
 *
 * Opens a port, or a range, to the world when the hook ends well, unless it is open. Something that is no port fails
 * the hook.
 */
void
reactive_open_port (ReactiveUnit *unit, const char *port)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (port != NULL);

  hold_port (unit, port, '+');
}

/**
 * reactive_close_port:
 * @unit: the unit
 * @port: as of reactive_open_port()
 *
 * Closes a port, or a range, when the hook ends well, unless it is closed. Something that is no port fails the hook.
 */
void
reactive_close_port (ReactiveUnit *unit, const char *port)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (port != NULL);

  hold_port (unit, port, '-');
}

static gboolean
is_open (const ReactiveJson *opened, const char *port)
{
  for (guint i = 0; i < reactive_json_get_length (opened); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (opened, i);

      if (reactive_json_get_kind (element) == REACTIVE_JSON_STRING
          && strcmp (reactive_json_get_string (element, NULL), port) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Whether a later entry is about the same port. */
static gboolean
is_overruled (const GPtrArray *ports, guint index)
{
  const char *port = (const char *) g_ptr_array_index (ports, index) + 1;

  for (guint i = index + 1; i < ports->len; i++)
    if (strcmp ((const char *) g_ptr_array_index (ports, i) + 1, port) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
tell (ReactiveUnit *unit, const ReactiveJson *opened, ReactiveJson *record, GError **error)
{
  for (guint i = 0; i < unit->ports->len; i++)
    {
      const char *entry = g_ptr_array_index (unit->ports, i);
      gboolean open = *entry == '+';

      if (is_overruled (unit->ports, i) || is_open (opened, entry + 1) == open)
        continue;
      if (!(open ? unit->juju->klass->open_port (unit->juju, entry + 1, error)
                 : unit->juju->klass->close_port (unit->juju, entry + 1, error)))
        return FALSE;
      reactive_json_array_add (record, reactive_json_new_string (entry));
    }
  g_ptr_array_set_size (unit->ports, 0);

  return TRUE;
}

/* The last word on each port, and only where it changes something. */
gboolean
reactive_unit_send_ports (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) record = reactive_json_new_array ();
  g_autofree char *text = NULL;
  const ReactiveJson *opened;

  if (unit->ports != NULL
      && ((opened = unit->juju->klass->opened_ports (unit->juju, error)) == NULL
          || !tell (unit, opened, record, error)))
    return FALSE;

  /* A restricted hook does not look at what the one before told. */
  if (unit->hook->kind == REACTIVE_HOOK_RESTRICTED)
    return TRUE;
  if (reactive_json_get_length (record) == 0)
    {
      reactive_store_unset (unit->store, RECORD_KEY);
      return TRUE;
    }

  text = reactive_json_to_text (record, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (unit->store, RECORD_KEY, text);

  return TRUE;
}

void
reactive_unit_forget_ports (ReactiveStore *store)
{
  reactive_store_unset (store, RECORD_KEY);
}

static void
tell_again (ReactiveUnit *unit, const char *entry, const ReactiveJson *opened)
{
  g_autofree char *port = reactive_port_normalize (entry + 1);

  if (port == NULL || is_open (opened, port) == (*entry == '+'))
    return;

  reactive_log_printf (unit, REACTIVE_LOG_WARNING,
                       "that port %s is to be %s never reached Juju, and is told again: the last hook was killed at "
                       "its end",
                       port, *entry == '+' ? "opened" : "closed");
  hold_port (unit, port, *entry);
}

gboolean
reactive_unit_recover_ports (ReactiveUnit *unit, GError **error)
{
  const char *text = reactive_store_get (unit->store, RECORD_KEY);
  g_autoptr (ReactiveJson) record = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;
  const ReactiveJson *opened;
  GError *reason = NULL;

  if (record == NULL || reactive_json_get_length (record) == 0)
    return TRUE;
  if ((opened = unit->juju->klass->opened_ports (unit->juju, &reason)) == NULL)
    return reactive_unit_is_no_tool (reason, error);

  for (guint i = 0; i < reactive_json_get_length (record); i++)
    {
      const char *entry = reactive_json_text_or_null (reactive_json_get_element (record, i));

      if (entry != NULL && (*entry == '+' || *entry == '-'))
        tell_again (unit, entry, opened);
    }

  return reactive_unit_check (unit, error);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "party.h"

#include "consumers-private.h"
#include "provider-private.h"
#include "relations.h"
#include "unit-fixture.h"

extern const ReactiveInterface reactive_interface;

/* The next id, as the vectors have it. */
static char *
make_id (gpointer data)
{
  guint *counter = data;

  return counter != NULL ? g_strdup_printf ("%032x", ++*counter) : g_strnfill (32, 'f');
}

static Party *
party_of (ReactiveUnit *unit)
{
  return reactive_unit_get_data (unit, "party");
}

void
party_take (Party *party, ReactiveUnit *unit)
{
  reactive_unit_set_data (unit, "party", party, NULL);
  reactive_unit_set_id_source (unit, make_id, party->counter);
}

static gboolean
update_whole (ReactiveEndpoint *endpoint, GError **error)
{
  for (guint i = 0; i < reactive_interface.n_roles; i++)
    if (reactive_interface.roles[i].role == reactive_endpoint_get_role (endpoint))
      return reactive_interface.roles[i].update (endpoint, error);

  g_assert_not_reached ();
}

static gboolean
update (ReactiveEndpoint *endpoint, GError **error)
{
  Party *party = party_of (reactive_endpoint_get_unit (endpoint));

  if (party->is_whole)
    return update_whole (endpoint, error);
  if (party->mode & PARTY_VERSION)
    lb_relations_publish_version (endpoint);
  if ((party->mode & PARTY_BEGIN) && party->is_provider)
    lb_consumers_begin_hook (lb_consumers_of (endpoint));
  if ((party->mode & PARTY_BEGIN) && !party->is_provider)
    lb_provider_begin_hook (lb_provider_of (endpoint));

  return TRUE;
}

static gboolean
note_event (ReactiveUnit *unit, GError **error)
{
  g_ptr_array_add (party_of (unit)->events, g_strdup (strchr (reactive_get_event_name (unit), '.') + 1));

  return TRUE;
}

static gboolean
run_function (ReactiveUnit *unit, GError **error)
{
  Party *party = party_of (unit);

  party->unit = unit;
  party->provider = lb_provider (unit, party->endpoint_name);
  party->consumers = lb_consumers (unit, party->endpoint_name);
  if (party->function != NULL)
    party->function (party, party->data);

  return TRUE;
}

static gboolean
act (ReactiveUnit *unit, GError **error)
{
  return run_function (unit, error);
}

static const ReactiveHandler provider_handlers[] = {
  HANDLER (note_event, ON ("lb-consumers.requests_changed")),
  HANDLER (run_function, ON ("update-status")),
  ACTION ("act", act),
};
static const ReactiveModule provider_module = TEST_MODULE (HANDLERS (provider_handlers));

static const ReactiveHandler consumer_handlers[] = {
  HANDLER (note_event, ON ("lb-provider.available", "lb-provider.response_available", "lb-provider.response_changed")),
  HANDLER (run_function, ON ("update-status")),
  ACTION ("act", act),
};
static const ReactiveModule consumer_module = TEST_MODULE (HANDLERS (consumer_handlers));

static void
use_own_update (Party *party)
{
  party->interface = reactive_interface;
  party->interface.roles = party->roles;
  g_assert_cmpuint (reactive_interface.n_roles, ==, G_N_ELEMENTS (party->roles));
  for (guint i = 0; i < G_N_ELEMENTS (party->roles); i++)
    {
      party->roles[i] = reactive_interface.roles[i];
      party->roles[i].update = update;
    }
}

Party *
party_new (const char *name, gboolean is_provider)
{
  Party *party = g_new0 (Party, 1);

  party->name = g_strdup (name);
  party->is_provider = is_provider;
  party->endpoint_name = is_provider ? "lb-consumers" : "lb-provider";
  party->module = is_provider ? &provider_module : &consumer_module;
  party->events = g_ptr_array_new_with_free_func (g_free);
  use_own_update (party);

  return party;
}

void
party_free (Party *party)
{
  g_ptr_array_unref (party->events);
  g_free (party->name);
  g_free (party);
}

char *
party_get_metadata (const Party *party)
{
  return g_strdup_printf ("name: %s\n%s: {%s: {interface: loadbalancer}}\n", party->name,
                          party->is_provider ? "provides" : "requires", party->endpoint_name);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "party.h"

#include "consumers-private.h"
#include "provider-private.h"
#include "relations.h"

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
  return (Party *) unit_fixture_of (unit);
}

static gboolean
update (ReactiveEndpoint *endpoint, GError **error)
{
  Party *party = party_of (reactive_endpoint_get_unit (endpoint));

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

static const ReactiveHandler provider_handlers[] = {
  HANDLER (note_event, ON ("lb-consumers.requests_changed")),
  HANDLER (run_function, ON ("update-status")),
};
static const ReactiveModule provider_module = TEST_MODULE (HANDLERS (provider_handlers));

static const ReactiveHandler consumer_handlers[] = {
  HANDLER (note_event, ON ("lb-provider.available", "lb-provider.response_available", "lb-provider.response_changed")),
  HANDLER (run_function, ON ("update-status")),
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
  unit_fixture_add_interface (&party->fixture, &party->interface);
}

Party *
party_new (const char *name, gboolean is_provider)
{
  Party *party = g_new0 (Party, 1);
  g_autofree char *metadata = NULL;

  unit_fixture_set_up (&party->fixture, NULL);
  party->name = g_strdup (name);
  party->is_provider = is_provider;
  party->endpoint_name = is_provider ? "lb-consumers" : "lb-provider";
  party->events = g_ptr_array_new_with_free_func (g_free);

  g_free (party->fixture.model->unit_name);
  party->fixture.model->unit_name = g_strconcat (name, "/0", NULL);
  metadata = g_strdup_printf ("name: %s\n%s: {%s: {interface: loadbalancer}}\n", name,
                              is_provider ? "provides" : "requires", party->endpoint_name);
  unit_fixture_put_file (&party->fixture, "metadata.yaml", metadata);
  unit_fixture_add_module (&party->fixture, "charm", is_provider ? &provider_module : &consumer_module);
  use_own_update (party);

  return party;
}

void
party_free (Party *party)
{
  unit_fixture_tear_down (&party->fixture, NULL);
  g_ptr_array_unref (party->events);
  g_free (party->name);
  g_free (party);
}

static void
run_hook (Party *party, const char *hook)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (&party->fixture, hook);
  g_autoptr (GError) error = NULL;

  reactive_unit_set_id_source (unit, make_id, party->counter);
  reactive_unit_run (unit, &error);
  g_assert_no_error (error);
}

void
party_run (Party *party, PartyMode mode, PartyFunc function, gpointer data)
{
  party->mode = mode;
  party->function = function;
  party->data = data;
  run_hook (party, "update-status");
}

void
party_run_relation_hook (Party *party, const char *event, const char *relation_id, const char *remote)
{
  g_autofree char *hook = g_strdup_printf ("%s-relation-%s", party->endpoint_name, event);

  party->mode = PARTY_BEGIN;
  party->function = NULL;
  unit_fixture_set_relation (&party->fixture, relation_id, remote);
  run_hook (party, hook);
  g_ptr_array_set_size (party->fixture.environment, 0);
}

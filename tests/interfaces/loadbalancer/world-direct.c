/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"
#include "unit/flag-store.h"
#include "world.h"

/* A relation as both sides have it. */
typedef struct
{
  Party *parties[2];     /* provider, consumer */
  char *ids[2];          /* of the relation, as they call it */
  GHashTable *others[2]; /* name → databag: what the units beside number 0 of either application say */
} Link;

typedef struct
{
  World parent;
  GPtrArray *fixtures; /* UnitFixture: the seats of the parties */
  GPtrArray *links;    /* Link */
  guint n_relations;
  gboolean is_in_memory;
  ReactiveTexts *texts;
} DirectWorld;

static void
link_free (gpointer data)
{
  Link *link = data;

  for (guint side = 0; side < 2; side++)
    {
      g_free (link->ids[side]);
      g_hash_table_unref (link->others[side]);
    }
  g_free (link);
}

static Link *
find_link (World *world, const Party *consumer)
{
  DirectWorld *direct = (DirectWorld *) world;

  for (guint i = 0; i < direct->links->len; i++)
    {
      Link *link = g_ptr_array_index (direct->links, i);

      if (link->parties[1] == consumer)
        return link;
    }

  g_error ("'%s' has no relation", consumer->name);
}

static guint
side_of (const Party *party)
{
  return party->is_provider ? 0 : 1;
}

static FakeModel *
model_of (const Party *party)
{
  return ((UnitFixture *) party->seat)->model;
}

static FakeRelation *
relation_of (const Link *link, guint side)
{
  return fake_model_find_relation (model_of (link->parties[side]), link->ids[side]);
}

static gboolean
is_first (const char *unit)
{
  return g_str_has_suffix (unit, "/0");
}

/* What a unit of the application on @side says, or is to say. */
static GHashTable *
unit_databag (const Link *link, guint side, const char *unit)
{
  return is_first (unit) ? relation_of (link, side)->own : g_hash_table_lookup (link->others[side], unit);
}

/* Parties */

static void
fixture_free (gpointer data)
{
  unit_fixture_tear_down (data, NULL);
  g_free (data);
}

static void
add_party (World *world, Party *party, guint n_units)
{
  DirectWorld *direct = (DirectWorld *) world;
  UnitFixture *fixture = g_new0 (UnitFixture, 1);
  g_autofree char *metadata = party_get_metadata (party);

  unit_fixture_set_up (fixture, NULL);
  g_free (fixture->model->unit_name);
  fixture->model->unit_name = g_strconcat (party->name, "/0", NULL);
  unit_fixture_put_file (fixture, "metadata.yaml", metadata);
  unit_fixture_add_module (fixture, "charm", party->module);
  unit_fixture_add_interface (fixture, &party->interface);
  fixture->handlers = unit_fixture_new_handlers (fixture);
  if (direct->is_in_memory)
    fixture->image = reactive_store_image_new (direct->texts, REACTIVE_STORE_TRACE_LAST);
  g_ptr_array_add (direct->fixtures, fixture);
  party->seat = fixture;
}

static void
set_leader (World *world, Party *party, gboolean is_leader)
{
  model_of (party)->is_leader = is_leader;
}

static void
run_hook (Party *party, const char *hook)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (party->seat, hook);
  g_autoptr (GError) error = NULL;

  party_take (party, unit);
  reactive_unit_run (unit, &error);
  g_assert_no_error (error);
}

static void
run (World *world, Party *party, PartyMode mode, PartyFunc function, gpointer data)
{
  party->mode = mode;
  party->function = function;
  party->data = data;
  run_hook (party, "update-status");
}

/* @event is "joined"; @remote (nullable) a unit or an application. */
static void
run_relation_hook (const Link *link, guint side, const char *event, const char *remote)
{
  Party *party = link->parties[side];
  g_autofree char *hook = g_strdup_printf ("%s-relation-%s", party->endpoint_name, event);
  UnitFixture *fixture = party->seat;

  party->mode = PARTY_BEGIN;
  party->function = NULL;
  unit_fixture_set_relation (fixture, link->ids[side], remote);
  run_hook (party, hook);
  g_ptr_array_set_size (fixture->environment, 0);
}

/* Relations */

/* A unit comes: the other side sees it join. */
static void
join (Link *link, guint side, guint number)
{
  g_autofree char *unit = g_strdup_printf ("%s/%u", link->parties[side]->name, number);

  if (number > 0)
    g_hash_table_insert (link->others[side], g_strdup (unit),
                         g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
  fake_relation_add_unit (relation_of (link, 1 - side), unit);
  run_relation_hook (link, 1 - side, "joined", unit);
}

static void
add_unit (World *world, Party *consumer, guint number)
{
  Link *link = find_link (world, consumer);

  run (world, link->parties[0], PARTY_VERSION, NULL, NULL);
  join (link, 1, number);
}

static void
relate (World *world, Party *provider, Party *consumer, guint n_units)
{
  DirectWorld *direct = (DirectWorld *) world;
  Link *link = g_new0 (Link, 1);
  guint number = direct->n_relations++;

  link->parties[0] = provider;
  link->parties[1] = consumer;
  for (guint side = 0; side < 2; side++)
    {
      Party *party = link->parties[side];

      run (world, party, PARTY_VERSION, NULL, NULL);
      link->ids[side] = g_strdup_printf ("%s:%u", party->endpoint_name, number);
      link->others[side] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
      fake_model_add_relation (model_of (party), link->ids[side], link->parties[1 - side]->name);
    }
  g_ptr_array_add (direct->links, link);

  for (guint side = 0; side < 2; side++)
    run_relation_hook (link, side, "created", link->parties[1 - side]->name);
  join (link, 0, 0);
  for (guint i = 0; i < n_units; i++)
    join (link, 1, i);
}

static void
end_side (World *world, Link *link, guint side)
{
  FakeRelation *relation = relation_of (link, side);
  g_autoptr (GList) units = NULL;

  run (world, link->parties[side], PARTY_VERSION, NULL, NULL);
  units = g_list_sort (g_hash_table_get_keys (relation->units), (GCompareFunc) strcmp);
  for (GList *unit = units; unit != NULL; unit = unit->next)
    {
      g_autofree char *name = g_strdup (unit->data);

      fake_relation_remove_unit (relation, name);
      run_relation_hook (link, side, "departed", name);
    }
  run_relation_hook (link, side, "broken", relation->application);
  fake_model_remove_relation (model_of (link->parties[side]), link->ids[side]);
}

static void
end (World *world, Party *consumer)
{
  Link *link = find_link (world, consumer);

  end_side (world, link, 1);
  end_side (world, link, 0);
  g_ptr_array_remove (((DirectWorld *) world)->links, link);
}

/* What is said */

static gboolean
is_same (GHashTable *one, GHashTable *other)
{
  g_autoptr (ReactiveJson) one_data = fake_databag_to_json (one);
  g_autoptr (ReactiveJson) other_data = fake_databag_to_json (other);

  return reactive_json_equal (one_data, other_data);
}

/* Brings over one databag, and tells of it if it has changed. */
static void
transfer_databag (Link *link, guint to, GHashTable *said, GHashTable *seen, const char *whose)
{
  if (is_same (said, seen))
    return;

  fake_databag_copy (said, seen);
  run_relation_hook (link, to, "changed", whose);
}

static void
transfer (World *world, Party *consumer, Party *party)
{
  Link *link = find_link (world, consumer);
  guint to = side_of (party), from = 1 - to;
  FakeRelation *said = relation_of (link, from), *seen = relation_of (link, to);
  g_autoptr (GList) units = g_list_sort (g_hash_table_get_keys (seen->units), (GCompareFunc) strcmp);

  run (world, party, PARTY_VERSION, NULL, NULL);
  transfer_databag (link, to, said->own_app, seen->received_app, seen->application);
  for (GList *unit = units; unit != NULL; unit = unit->next)
    transfer_databag (link, to, unit_databag (link, from, unit->data), fake_relation_add_unit (seen, unit->data),
                      unit->data);
}

static gboolean
is_told (const Link *link, guint to)
{
  FakeRelation *said = relation_of (link, 1 - to), *seen = relation_of (link, to);
  GHashTableIter iter;
  gpointer unit, databag;

  if (!is_same (said->own_app, seen->received_app))
    return FALSE;
  g_hash_table_iter_init (&iter, seen->units);
  while (g_hash_table_iter_next (&iter, &unit, &databag))
    if (!is_same (unit_databag (link, 1 - to, unit), databag))
      return FALSE;

  return TRUE;
}

/* Every party has a hook at least. */
static void
settle (World *world)
{
  GPtrArray *links = ((DirectWorld *) world)->links;
  gboolean is_settled;

  do
    {
      for (guint i = 0; i < links->len; i++)
        for (guint side = 0; side < 2; side++)
          {
            const Link *link = g_ptr_array_index (links, i);

            transfer (world, link->parties[1], link->parties[side]);
          }
      is_settled = TRUE;
      for (guint i = 0; i < links->len; i++)
        is_settled
            = is_settled && is_told (g_ptr_array_index (links, i), 0) && is_told (g_ptr_array_index (links, i), 1);
    }
  while (!is_settled);
}

static void
write_databag (GHashTable *databag, const ReactiveJson *data)
{
  for (guint i = 0; i < reactive_json_get_length (data); i++)
    {
      const char *value = reactive_json_get_string (reactive_json_get_element (data, i), NULL);

      fake_databag_set (databag, reactive_json_get_member_name (data, i),
                        value != NULL && *value != '\0' ? value : NULL);
    }
}

static void
write_unit (World *world, Party *consumer, guint number, const ReactiveJson *data)
{
  g_autofree char *unit = g_strdup_printf ("%s/%u", consumer->name, number);

  write_databag (unit_databag (find_link (world, consumer), 1, unit), data);
}

static void
write_app (World *world, Party *consumer, Party *party, const ReactiveJson *data)
{
  write_databag (relation_of (find_link (world, consumer), side_of (party))->own_app, data);
}

/* What is to be seen */

static gboolean
can_look (World *world, Party *party)
{
  return TRUE;
}

static ReactiveJson *
get_databags (World *world, Party *consumer, Party *party, gboolean is_seen)
{
  const Link *link = find_link (world, consumer);
  guint side = side_of (party);
  FakeRelation *own = relation_of (link, side), *other = relation_of (link, 1 - side);
  ReactiveJson *result = reactive_json_new_object (), *units = reactive_json_new_object ();
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (other->units), (GCompareFunc) strcmp);

  for (GList *name = names; name != NULL; name = name->next)
    reactive_json_object_set (units, name->data,
                              fake_databag_to_json (is_seen ? g_hash_table_lookup (other->units, name->data)
                                                            : unit_databag (link, side, name->data)));
  reactive_json_object_set (result, "app", fake_databag_to_json (is_seen ? other->received_app : own->own_app));
  reactive_json_object_set (result, "units", units);

  return result;
}

static char **
get_flags (World *world, Party *party)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = unit_fixture_open_state (party->seat, REACTIVE_STORE_READ_ONLY, &error);

  g_assert_no_error (error);

  return reactive_flag_store_list (store);
}

static void
free_world (World *world)
{
  DirectWorld *direct = (DirectWorld *) world;

  g_ptr_array_unref (direct->links);
  g_ptr_array_unref (direct->fixtures);
  reactive_texts_unref (direct->texts);
  g_free (direct);
}

World *
world_new_direct (gboolean is_in_memory)
{
  static const WorldClass klass = {
    .add_party = add_party,
    .set_leader = set_leader,
    .run = run,
    .relate = relate,
    .end = end,
    .add_unit = add_unit,
    .transfer = transfer,
    .write_unit = write_unit,
    .write_app = write_app,
    .settle = settle,
    .can_look = can_look,
    .get_databags = get_databags,
    .get_flags = get_flags,
    .free = free_world,
  };
  DirectWorld *direct = g_new0 (DirectWorld, 1);

  direct->parent.klass = &klass;
  direct->is_in_memory = is_in_memory;
  direct->texts = reactive_texts_new ();
  direct->fixtures = g_ptr_array_new_with_free_func (fixture_free);
  direct->links = g_ptr_array_new_with_free_func (link_free);

  return &direct->parent;
}

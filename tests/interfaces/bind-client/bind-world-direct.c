/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-world.h"
#include "facts.h"
#include "unit-fixture.h"
#include "unit/flag-store.h"

extern const ReactiveInterface reactive_interface;

typedef struct
{
  BindWorld parent;
  UnitFixture fixture;
} DirectWorld;

static FakeRelation *
find_relation (FakeModel *model, const char *id)
{
  FakeRelation *relation = fake_model_find_relation (model, id);

  if (relation == NULL)
    {
      relation = fake_model_add_relation (model, id, "peer");
      fake_databag_set (relation->own, "ingress-address", BIND_ADDRESS);
    }

  return relation;
}

static void
set_remote_data (FakeRelation *relation, const char *unit, const ReactiveJson *data)
{
  GHashTable *databag = fake_relation_add_unit (relation, unit);

  for (guint i = 0; i < json_length (data); i++)
    fake_databag_set (databag, reactive_json_get_member_name (data, i),
                      json_text (reactive_json_get_element (data, i)));
}

static gboolean
run_hook (DirectWorld *world, const char *hook, GError **error)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (&world->fixture, hook);

  world->parent.take (unit, TRUE, world->parent.data);

  return reactive_unit_run (unit, error);
}

static gboolean
run_relation_hook (DirectWorld *world, const BindAction *action, GError **error)
{
  g_autofree char *hook = g_strdup_printf (BIND_ENDPOINT "-relation-%s", action->what);
  gboolean ok;

  unit_fixture_set_relation (&world->fixture, action->relation, action->unit);
  ok = run_hook (world, hook, error);
  g_ptr_array_set_size (world->fixture.environment, 0);

  return ok;
}

/* As it was recorded: a unit that departs is no longer listed in the hook, a relation that breaks still is. */
static gboolean
act (BindWorld *world, const BindAction *action, GError **error)
{
  DirectWorld *direct = (DirectWorld *) world;
  FakeModel *model = direct->fixture.model;
  FakeRelation *relation;
  gboolean ok;

  if (action->relation == NULL)
    return run_hook (direct, action->hook, error);

  relation = find_relation (model, action->relation);
  if (g_str_equal (action->what, "joined") || g_str_equal (action->what, "peer_data"))
    set_remote_data (relation, action->unit, action->data);
  if (g_str_equal (action->what, "departed"))
    fake_relation_remove_unit (relation, action->unit);

  ok = g_str_equal (action->what, "peer_data") || run_relation_hook (direct, action, error);
  if (g_str_equal (action->what, "broken"))
    fake_model_remove_relation (model, action->relation);

  return ok;
}

static char **
get_flags (BindWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store
      = reactive_store_open (((DirectWorld *) world)->fixture.state_path, REACTIVE_STORE_READ_ONLY, &error);

  g_assert_no_error (error);

  return reactive_flag_store_list (store);
}

static void
add_databags (BindWorld *world, GHashTable *facts)
{
  GPtrArray *relations = ((DirectWorld *) world)->fixture.model->relations;

  for (guint i = 0; i < relations->len; i++)
    {
      FakeRelation *relation = g_ptr_array_index (relations, i);
      g_autoptr (ReactiveJson) own = fake_databag_to_json (relation->own);
      GHashTableIter iter;
      gpointer unit, databag;

      facts_set_databag (facts, relation->id, own);
      g_hash_table_iter_init (&iter, relation->units);
      while (g_hash_table_iter_next (&iter, &unit, &databag))
        {
          g_autoptr (ReactiveJson) remote = fake_databag_to_json (databag);

          facts_set_remote (facts, relation->id, unit, remote);
        }
    }
}

static void
free_world (BindWorld *world)
{
  unit_fixture_tear_down (&((DirectWorld *) world)->fixture, /* data= */ NULL);
  g_free (world);
}

BindWorld *
bind_world_new_direct (gboolean is_provider, const ReactiveModule *module)
{
  static const BindWorldClass klass
      = { .act = act, .get_flags = get_flags, .add_databags = add_databags, .free = free_world };
  DirectWorld *world = g_new0 (DirectWorld, 1);
  g_autofree char *metadata = bind_world_get_metadata (is_provider);

  world->parent.klass = &klass;
  unit_fixture_set_up (&world->fixture, /* data= */ NULL);
  unit_fixture_put_file (&world->fixture, "metadata.yaml", metadata);
  unit_fixture_put_file (&world->fixture, "layer.yaml", BIND_LAYER);
  unit_fixture_add_interface (&world->fixture, &reactive_interface);
  unit_fixture_add_module (&world->fixture, "operations", module);

  return &world->parent;
}

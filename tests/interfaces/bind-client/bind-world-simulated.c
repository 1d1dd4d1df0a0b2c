/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "bind-world.h"
#include "facts.h"
#include "stage.h"

extern const ReactiveInterface reactive_interface;

/* A conversation names relations and units; the model numbers them, and uses no number twice. */
typedef struct
{
  BindWorld parent;
  Stage *stage;
  gboolean is_provider;
  ReactiveModelUnit *unit;
  gboolean is_of_step;   /* the hook that runs */
  GHashTable *relations; /* name → ReactiveModelRelation */
  GHashTable *units;     /* name → ReactiveModelUnit */
  GHashTable *left;      /* names of units that have left */

  /* what the other unit says in its action */
  const ReactiveModelRelation *relation;
  const ReactiveJson *data;
} SimulatedWorld;

/* The others: they have no library, and say what they are told. */

static gboolean
say (ReactiveUnit *unit, GError **error)
{
  SimulatedWorld *world = reactive_unit_get_data (unit, "world");
  g_autofree char *id = reactive_model_relation_get_id (world->relation, 1);
  g_autofree char *endpoint = g_strndup (id, strcspn (id, ":"));
  ReactiveDatabag *databag = reactive_relation_get_to_publish (
      reactive_endpoint_find_relation (reactive_endpoint_from_name (unit, endpoint), id));

  for (guint i = 0; i < json_length (world->data); i++)
    {
      const char *value = json_text (reactive_json_get_element (world->data, i));

      reactive_databag_set (databag, reactive_json_get_member_name (world->data, i),
                            value != NULL && *value != '\0' ? value : NULL);
    }

  return TRUE;
}

static const ReactiveHandler other_handlers[] = { ACTION ("act", say) };
static const ReactiveModule other_module = TEST_MODULE (HANDLERS (other_handlers));

/* With a second endpoint for a second relation with the same application. */
static ReactiveModelApplication *
find_application (SimulatedWorld *world, const char *name)
{
  ReactiveModelApplication *application = reactive_model_find_application (world->stage->model, name);
  g_autofree char *metadata
      = g_strdup_printf ("name: other\n%s: {stats: {interface: bind-client}, more: {interface: bind-client}}\n",
                         world->is_provider ? "requires" : "provides");
  const StageCharm charm = { .metadata = metadata, .module = &other_module };

  return application != NULL ? application : stage_deploy (world->stage, name, &charm);
}

static void
prepare (ReactiveUnit *unit, ReactiveModelUnit *model_unit, gpointer data)
{
  SimulatedWorld *world = data;

  if (model_unit == world->unit)
    world->parent.take (unit, world->is_of_step, world->parent.data);
  else
    reactive_unit_set_data (unit, "world", world, NULL);
}

static void
have_said (SimulatedWorld *world, ReactiveModelUnit *other, const ReactiveModelRelation *relation,
           const ReactiveJson *data)
{
  world->relation = relation;
  world->data = data;
  if (json_length (data) > 0)
    stage_run_action (world->stage, other);
}

/* The unit's hooks. Those that Juju sends between those of the steps do nothing beside what the interface does. */

static gboolean
run_step (SimulatedWorld *world, ReactiveModelHookKind kind, const ReactiveModelRelation *relation,
          const ReactiveModelUnit *member)
{
  gboolean has_run;

  for (;;)
    {
      world->is_of_step = stage_has (world->stage, world->unit, kind, relation, member);
      if (world->is_of_step)
        break;
      if (!stage_run_of_relation (world->stage, world->unit, relation))
        return FALSE;
    }

  has_run = stage_run (world->stage, world->unit, kind, relation, member);
  world->is_of_step = FALSE;

  return has_run;
}

static void
run_config_changed (SimulatedWorld *world)
{
  world->is_of_step = TRUE;
  stage_run_config_changed (world->stage, world->unit);
  world->is_of_step = FALSE;
}

/* Steps */

static ReactiveModelRelation *
relate (SimulatedWorld *world, const BindAction *action)
{
  const char *name = action->application != NULL ? action->application : "peer";
  ReactiveModelApplication *application = find_application (world, name);
  g_autofree char *other = g_strdup_printf ("%s:%s", name, application->relations->len == 0 ? "stats" : "more");
  ReactiveModelRelation *relation = stage_relate (world->stage, "app:" BIND_ENDPOINT, other);

  g_hash_table_insert (world->relations, g_strdup (action->relation), relation);

  return relation;
}

/* The relation, which the unit has entered. */
static ReactiveModelRelation *
find_relation (SimulatedWorld *world, const BindAction *action)
{
  ReactiveModelRelation *relation = g_hash_table_lookup (world->relations, action->relation);

  if (relation == NULL)
    {
      relation = relate (world, action);
      g_assert_true (
          stage_run (world->stage, world->unit, REACTIVE_MODEL_HOOK_RELATION_CREATED, relation, /* member= */ NULL));
    }

  return relation;
}

/* A unit in @relation; one that has left comes back as another. */
static ReactiveModelUnit *
find_unit (SimulatedWorld *world, const char *name, const ReactiveModelRelation *relation)
{
  ReactiveModelUnit *unit = g_hash_table_lookup (world->units, name);

  if (unit == NULL)
    {
      unit = stage_add_unit (world->stage, relation->ends[1].application, "{}");
      g_hash_table_insert (world->units, g_strdup (name), unit);
      if (g_hash_table_contains (world->left, name))
        world->parent.refusal = "a unit that has left does not come back";
      else
        g_assert_cmpstr (unit->name, ==, name);
    }

  stage_bring_up (world->stage, unit);
  stage_run (world->stage, unit, REACTIVE_MODEL_HOOK_RELATION_CREATED, relation, /* member= */ NULL);
  stage_bring_up (world->stage, unit);

  return unit;
}

static void
run_others (SimulatedWorld *world, const ReactiveModelRelation *relation)
{
  GPtrArray *units = relation->ends[1].application->units;

  for (guint i = 0; i < units->len; i++)
    while (stage_run_of_relation (world->stage, g_ptr_array_index (units, i), relation))
      ;
}

static gboolean
depart (SimulatedWorld *world, const BindAction *action, const ReactiveModelRelation *relation)
{
  ReactiveModelUnit *unit = g_hash_table_lookup (world->units, action->unit);

  run_others (world, relation);
  stage_tear_down (world->stage, unit);
  g_hash_table_remove (world->units, action->unit);
  g_hash_table_add (world->left, g_strdup (action->unit));

  return run_step (world, REACTIVE_MODEL_HOOK_RELATION_DEPARTED, relation, unit);
}

static gboolean
end (SimulatedWorld *world, const BindAction *action, ReactiveModelRelation *relation)
{
  gboolean has_run;

  reactive_model_unrelate (relation);
  run_others (world, relation);
  has_run = run_step (world, REACTIVE_MODEL_HOOK_RELATION_BROKEN, relation, /* member= */ NULL);
  g_hash_table_remove (world->relations, action->relation);

  return has_run;
}

static gboolean
act_on_relation (SimulatedWorld *world, const BindAction *action)
{
  ReactiveModelRelation *relation;
  ReactiveModelUnit *unit;

  if (g_str_equal (action->what, "created"))
    return run_step (world, REACTIVE_MODEL_HOOK_RELATION_CREATED, relate (world, action), /* member= */ NULL);

  relation = find_relation (world, action);
  if (g_str_equal (action->what, "broken"))
    return end (world, action, relation);
  if (g_str_equal (action->what, "departed"))
    return depart (world, action, relation);

  unit = find_unit (world, action->unit, relation);
  have_said (world, unit, relation, action->data);
  if (g_str_equal (action->what, "joined"))
    return run_step (world, REACTIVE_MODEL_HOOK_RELATION_JOINED, relation, unit);
  if (g_str_equal (action->what, "changed"))
    return run_step (world, REACTIVE_MODEL_HOOK_RELATION_CHANGED, relation, unit);

  return TRUE;
}

static gboolean
act (BindWorld *world, const BindAction *action, GError **error)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;

  stage_bring_up (simulated->stage, simulated->unit);
  if (action->relation != NULL)
    {
      if (!act_on_relation (simulated, action))
        {
          world->refusal = "nothing has changed, so there is no hook";
          run_config_changed (simulated);
        }
    }
  else if (g_str_equal (action->hook, "config-changed"))
    run_config_changed (simulated);
  else
    {
      reactive_model_update_status (simulated->stage->model);
      g_assert_true (run_step (simulated, REACTIVE_MODEL_HOOK_UPDATE_STATUS, NULL, NULL));
    }

  return TRUE;
}

/* What is to be seen */

static char **
get_flags (BindWorld *world)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;

  return reactive_simulation_get_flags (simulated->stage->simulation, simulated->unit);
}

static const char *
find_name (SimulatedWorld *world, const ReactiveModelUnit *unit)
{
  GHashTableIter iter;
  gpointer name, other;

  g_hash_table_iter_init (&iter, world->units);
  while (g_hash_table_iter_next (&iter, &name, &other))
    if (other == unit)
      return name;

  return unit->name;
}

static void
add_databags (BindWorld *world, GHashTable *facts)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;
  GHashTableIter iter;
  gpointer name, relation;

  g_hash_table_iter_init (&iter, simulated->relations);
  while (g_hash_table_iter_next (&iter, &name, &relation))
    {
      const ReactiveModelSeenRelation *seen = reactive_model_unit_find_relation (simulated->unit, relation);

      facts_set_databag (facts, name, reactive_model_relation_find_member (relation, simulated->unit)->databag.data);
      for (guint i = 0; i < seen->members->len; i++)
        {
          const ReactiveModelMember *member = g_array_index (seen->members, ReactiveModelSeenMember, i).member;

          facts_set_remote (facts, name, find_name (simulated, member->unit), member->databag.data);
        }
    }
}

static void
free_world (BindWorld *world)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;

  stage_free (simulated->stage);
  g_hash_table_unref (simulated->relations);
  g_hash_table_unref (simulated->units);
  g_hash_table_unref (simulated->left);
  g_free (simulated);
}

BindWorld *
bind_world_new_simulated (gboolean is_provider, const ReactiveModule *module)
{
  static const BindWorldClass klass
      = { .act = act, .get_flags = get_flags, .add_databags = add_databags, .free = free_world };
  SimulatedWorld *world = g_new0 (SimulatedWorld, 1);
  g_autofree char *metadata = bind_world_get_metadata (is_provider);
  const StageCharm charm
      = { .metadata = metadata, .layer = BIND_LAYER, .module = module, .interface = &reactive_interface };

  world->parent.klass = &klass;
  world->is_provider = is_provider;
  world->stage = stage_new (/* seed= */ 1, prepare, world);
  world->relations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  world->unit = stage_add_unit (world->stage, stage_deploy (world->stage, "app", &charm),
                                "{\"ingress-address\": \"" BIND_ADDRESS "\"}");

  return &world->parent;
}

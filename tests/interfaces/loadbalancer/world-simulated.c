/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"
#include "world.h"

/* The seat of a party is its unit in the model. The last unit of an application takes no part: it leads as long as the
 * party does not, because somebody does in Juju. */
typedef struct
{
  World parent;
  Stage *stage;
  gboolean is_stepwise;  /* what a step calls for is run at once, in its order */
  GHashTable *parties;   /* ReactiveModelUnit → Party: who has a hook */
  GPtrArray *others;     /* Party: the units beside the parties, which say nothing by themselves */
  GHashTable *relations; /* Party: the consumer → ReactiveModelRelation */
  GHashTable *n_units;   /* Party: the consumer → how many units it has in the conversation so far */
} SimulatedWorld;

static Stage *
stage_of (World *world)
{
  return ((SimulatedWorld *) world)->stage;
}

static gboolean
is_stepwise (World *world)
{
  return ((SimulatedWorld *) world)->is_stepwise;
}

static ReactiveModelRelation *
relation_of (World *world, const Party *consumer)
{
  ReactiveModelRelation *relation = g_hash_table_lookup (((SimulatedWorld *) world)->relations, consumer);

  g_assert_nonnull (relation);

  return relation;
}

static GPtrArray *
units_of (const Party *party)
{
  return ((ReactiveModelUnit *) party->seat)->application->units;
}

/* By the number of its unit. */
static Party *
fellow_of (World *world, const Party *party, guint number)
{
  return g_hash_table_lookup (((SimulatedWorld *) world)->parties, g_ptr_array_index (units_of (party), number));
}

static void
expect (Party *party, PartyMode mode, PartyFunc function, gpointer data)
{
  party->mode = mode;
  party->function = function;
  party->data = data;
}

/* Parties */

static void
prepare (ReactiveUnit *unit, ReactiveModelUnit *model_unit, gpointer data)
{
  party_take (g_hash_table_lookup (((SimulatedWorld *) data)->parties, model_unit), unit);
}

static Party *
make_other (SimulatedWorld *simulated, const Party *party)
{
  Party *other = party_new (party->name, party->is_provider);

  g_ptr_array_add (simulated->others, other);

  return other;
}

static void
add_party (World *world, Party *party, guint n_units)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;
  g_autofree char *metadata = party_get_metadata (party);
  const StageCharm charm = { .metadata = metadata, .module = party->module, .interface = &party->interface };
  ReactiveModelApplication *application = stage_deploy (simulated->stage, party->name, &charm);

  for (guint i = 0; i < n_units + 1; i++)
    {
      Party *fellow = i == 0 ? party : make_other (simulated, party);

      fellow->seat = stage_add_unit (simulated->stage, application, "{}");
      g_hash_table_insert (simulated->parties, fellow->seat, fellow);
    }

  g_assert_true (reactive_model_set_leader (g_ptr_array_index (application->units, n_units), NULL));
  expect (party, PARTY_QUIET, NULL, NULL);
  stage_bring_up (simulated->stage, party->seat);
}

static void
set_leader (World *world, Party *party, gboolean is_leader)
{
  GPtrArray *units = units_of (party);

  g_assert_true (reactive_model_set_leader (is_leader ? party->seat : g_ptr_array_index (units, units->len - 1), NULL));
  expect (party, PARTY_QUIET, NULL, NULL);
  stage_bring_up (stage_of (world), party->seat);
}

static void
run (World *world, Party *party, PartyMode mode, PartyFunc function, gpointer data)
{
  expect (party, mode, function, data);
  if (function != NULL)
    stage_run_action (stage_of (world), party->seat);
  else
    stage_run_config_changed (stage_of (world), party->seat);
  expect (party, PARTY_QUIET, NULL, NULL);
}

/* Relations */

/* What there is to say of a relation to a unit. */
static void
tell (World *world, Party *party, const ReactiveModelRelation *relation, PartyMode mode)
{
  expect (party, mode, NULL, NULL);
  while (is_stepwise (world) && stage_run_of_relation (stage_of (world), party->seat, relation))
    ;
}

/* To the other units of an application that are there. */
static void
tell_fellows (World *world, const Party *party, const ReactiveModelRelation *relation)
{
  for (guint i = 1; i < units_of (party)->len; i++)
    {
      Party *fellow = fellow_of (world, party, i);

      if (((ReactiveModelUnit *) fellow->seat)->is_started)
        tell (world, fellow, relation, PARTY_QUIET);
    }
}

/* A unit that is new has its start after it has entered. */
static void
enter (World *world, Party *party, const ReactiveModelRelation *relation, PartyMode mode)
{
  if (!is_stepwise (world))
    return;

  expect (party, mode, NULL, NULL);
  stage_bring_up (stage_of (world), party->seat);
  g_assert_true (
      stage_run (stage_of (world), party->seat, REACTIVE_MODEL_HOOK_RELATION_CREATED, relation, /* member= */ NULL));
  expect (party, PARTY_QUIET, NULL, NULL);
  stage_bring_up (stage_of (world), party->seat);
}

static void
relate (World *world, Party *provider, Party *consumer, guint n_units)
{
  g_autofree char *first = g_strdup_printf ("%s:%s", provider->name, provider->endpoint_name);
  g_autofree char *second = g_strdup_printf ("%s:%s", consumer->name, consumer->endpoint_name);
  ReactiveModelRelation *relation;

  run (world, provider, PARTY_VERSION, NULL, NULL);
  run (world, consumer, PARTY_VERSION, NULL, NULL);
  relation = stage_relate (stage_of (world), first, second);
  g_hash_table_insert (((SimulatedWorld *) world)->relations, consumer, relation);
  g_hash_table_insert (((SimulatedWorld *) world)->n_units, consumer, GUINT_TO_POINTER (n_units));

  enter (world, provider, relation, PARTY_BEGIN);
  for (guint i = 0; i < n_units; i++)
    enter (world, fellow_of (world, consumer, i), relation, i == 0 ? PARTY_BEGIN : PARTY_QUIET);
  tell (world, consumer, relation, PARTY_BEGIN);
  tell_fellows (world, consumer, relation);
  tell (world, provider, relation, PARTY_BEGIN);
}

static Party *
provider_of (World *world, const ReactiveModelRelation *relation)
{
  return g_hash_table_lookup (((SimulatedWorld *) world)->parties,
                              g_ptr_array_index (relation->ends[0].application->units, 0));
}

static void
end (World *world, Party *consumer)
{
  ReactiveModelRelation *relation = relation_of (world, consumer);
  Party *provider = provider_of (world, relation);

  run (world, consumer, PARTY_VERSION, NULL, NULL);
  run (world, provider, PARTY_VERSION, NULL, NULL);
  reactive_model_unrelate (relation);
  tell (world, consumer, relation, PARTY_BEGIN);
  tell_fellows (world, consumer, relation);
  tell (world, provider, relation, PARTY_BEGIN);
  g_hash_table_remove (((SimulatedWorld *) world)->relations, consumer);
}

static void
add_unit (World *world, Party *consumer, guint number)
{
  ReactiveModelRelation *relation = relation_of (world, consumer);
  Party *fellow = fellow_of (world, consumer, number);
  Party *provider = provider_of (world, relation);

  g_hash_table_insert (((SimulatedWorld *) world)->n_units, consumer, GUINT_TO_POINTER (number + 1));
  run (world, provider, PARTY_VERSION, NULL, NULL);
  enter (world, fellow, relation, PARTY_QUIET);
  tell (world, fellow, relation, PARTY_QUIET);
  tell (world, provider, relation, PARTY_BEGIN);
}

static void
transfer (World *world, Party *consumer, Party *party)
{
  run (world, party, PARTY_VERSION, NULL, NULL);
  tell (world, party, relation_of (world, consumer), PARTY_BEGIN);
  tell_fellows (world, party, relation_of (world, consumer));
}

static void
settle (World *world)
{
  stage_settle (stage_of (world));
}

/* What is said */

typedef struct
{
  char *relation_id;
  gboolean of_application;
  const ReactiveJson *data;
} Saying;

static void
say (Party *party, gpointer data)
{
  const Saying *saying = data;
  ReactiveRelation *relation = reactive_endpoint_find_relation (
      reactive_endpoint_from_name (party->unit, party->endpoint_name), saying->relation_id);
  ReactiveDatabag *databag = saying->of_application ? reactive_relation_get_to_publish_app (relation)
                                                    : reactive_relation_get_to_publish (relation);

  for (guint i = 0; i < reactive_json_get_length (saying->data); i++)
    {
      const char *value = reactive_json_get_string (reactive_json_get_element (saying->data, i), NULL);

      reactive_databag_set (databag, reactive_json_get_member_name (saying->data, i), *value != '\0' ? value : NULL);
    }
}

static void
have_said (World *world, Party *party, const ReactiveModelRelation *relation, gboolean of_application,
           const ReactiveJson *data)
{
  Saying saying = { reactive_model_relation_get_id (relation, reactive_model_relation_get_end (relation, party->seat)),
                    of_application, data };

  run (world, party, PARTY_QUIET, say, &saying);
  g_free (saying.relation_id);
}

static void
write_unit (World *world, Party *consumer, guint number, const ReactiveJson *data)
{
  have_said (world, fellow_of (world, consumer, number), relation_of (world, consumer), FALSE, data);
}

static void
write_app (World *world, Party *consumer, Party *party, const ReactiveJson *data)
{
  ReactiveModelRelation *relation = relation_of (world, consumer);
  guint end_number = reactive_model_relation_get_end (relation, party->seat);
  ReactiveJson *merged;

  if (relation->ends[end_number].application->leader == party->seat)
    {
      have_said (world, party, relation, TRUE, data);
      return;
    }

  world->refusal = "written by a leader that takes no part";
  merged = reactive_json_merge_settings (relation->ends[end_number].databag.data, data, TRUE);
  reactive_model_set_application_databag (relation, end_number, merged, /* writer= */ NULL);
}

/* What is to be seen */

/* A hook sees what is, even where its unit is yet to be told. */
static gboolean
can_look (World *world, Party *party)
{
  return !stage_has_of_relation (stage_of (world), party->seat, /* relation= */ NULL);
}

static ReactiveJson *
get_databags (World *world, Party *consumer, Party *party, gboolean is_seen)
{
  ReactiveModelRelation *relation = relation_of (world, consumer);
  const ReactiveModelEnd *end_of_party = &relation->ends[reactive_model_relation_get_end (relation, party->seat)];
  Party *other = party == consumer ? provider_of (world, relation) : consumer;
  guint n_units
      = party == consumer ? GPOINTER_TO_UINT (g_hash_table_lookup (((SimulatedWorld *) world)->n_units, consumer)) : 1;
  ReactiveJson *result, *units;

  if (is_seen && stage_has_of_relation (stage_of (world), other->seat, relation))
    return NULL;

  units = reactive_json_new_object ();
  for (guint i = 0; i < end_of_party->members->len; i++)
    {
      const ReactiveModelMember *member = g_ptr_array_index (end_of_party->members, i);

      if (member->unit->number < n_units)
        reactive_json_object_set (units, member->unit->name, reactive_json_ref (member->databag.data));
    }
  result = reactive_json_new_object ();
  reactive_json_object_set (result, "app", reactive_json_ref (end_of_party->databag.data));
  reactive_json_object_set (result, "units", units);

  return result;
}

static char **
get_flags (World *world, Party *party)
{
  return reactive_simulation_get_flags (stage_of (world)->simulation, party->seat);
}

static void
free_world (World *world)
{
  SimulatedWorld *simulated = (SimulatedWorld *) world;

  stage_free (simulated->stage);
  g_hash_table_unref (simulated->parties);
  g_hash_table_unref (simulated->relations);
  g_hash_table_unref (simulated->n_units);
  g_ptr_array_unref (simulated->others);
  g_free (simulated);
}

World *
world_new_simulated (guint64 seed)
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
  SimulatedWorld *simulated = g_new0 (SimulatedWorld, 1);

  simulated->parent.klass = &klass;
  simulated->is_stepwise = seed == 0;
  simulated->stage = stage_new (seed, prepare, simulated);
  simulated->parties = g_hash_table_new (NULL, NULL);
  simulated->others = g_ptr_array_new_with_free_func ((GDestroyNotify) party_free);
  simulated->relations = g_hash_table_new (NULL, NULL);
  simulated->n_units = g_hash_table_new (NULL, NULL);

  return &simulated->parent;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-fixture.h"

extern const ReactiveInterface reactive_interface;

static gboolean
run_body (ReactiveUnit *unit, GError **error)
{
  ReactiveHandlerFunc body = unit_fixture_of (unit)->body;

  return body == NULL || body (unit, error);
}

static const ReactiveModule finishing_module = TEST_MODULE (.finish = run_body);

static void
set_up (UnitFixture *fixture, const char *metadata)
{
  unit_fixture_set_up (fixture, /* data= */ NULL);
  unit_fixture_put_file (fixture, "metadata.yaml", metadata);
  unit_fixture_add_interface (fixture, &reactive_interface);
  unit_fixture_add_module (fixture, "finishing", &finishing_module);
}

void
bind_fixture_set_up_provides (UnitFixture *fixture, gconstpointer data)
{
  set_up (fixture, "name: app\n"
                   "provides: {bind-stats: {interface: bind-client}, web: {interface: http}}\n"
                   "requires: {upstream: {interface: bind-client}}\n");
}

void
bind_fixture_set_up_requires (UnitFixture *fixture, gconstpointer data)
{
  set_up (fixture, "name: app\n"
                   "requires: {bind-stats: {interface: bind-client}, web: {interface: http}}\n"
                   "provides: {downstream: {interface: bind-client}}\n");
}

void
bind_fixture_use (UnitFixture *fixture, const ReactiveModule *module)
{
  unit_fixture_add_module (fixture, "app", module);
}

void
bind_fixture_finish_with (UnitFixture *fixture, ReactiveHandlerFunc body)
{
  fixture->body = body;
}

static FakeRelation *
find_relation (UnitFixture *fixture, const char *id)
{
  FakeRelation *relation = fake_model_find_relation (fixture->model, id);

  return relation != NULL ? relation : fake_model_add_relation (fixture->model, id, "peer");
}

FakeRelation *
bind_fixture_join (UnitFixture *fixture, const char *id, const char *unit)
{
  FakeRelation *relation = find_relation (fixture, id);

  fake_relation_add_unit (relation, unit);
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-joined", id, unit);

  return relation;
}

void
bind_fixture_say (UnitFixture *fixture, const char *id, const char *unit, const char *key, const char *value)
{
  fake_databag_set (fake_relation_add_unit (find_relation (fixture, id), unit), key, value);
}

void
bind_fixture_leave (UnitFixture *fixture, const char *id, const char *unit)
{
  fake_relation_remove_unit (find_relation (fixture, id), unit);
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-departed", id, unit);
}

void
bind_fixture_break (UnitFixture *fixture, const char *id)
{
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-broken", id, /* remote_unit= */ NULL);
  fake_model_remove_relation (fixture->model, id);
}

void
bind_fixture_assert_said (UnitFixture *fixture, const char *id, const char *json_text)
{
  fake_databag_assert (find_relation (fixture, id)->own, json_text);
}

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <bind-client.h>

#include "unit-fixture.h"

/* A charm with the endpoint "bind-stats", and the hooks that Juju runs as others come and go. */

void bind_fixture_set_up_provides (UnitFixture *fixture, gconstpointer data);
void bind_fixture_set_up_requires (UnitFixture *fixture, gconstpointer data);

/* What handlers are in the charm, beside those of the interface, and a function that every hook ends with. */
void bind_fixture_use (UnitFixture *fixture, const ReactiveModule *module);
void bind_fixture_finish_with (UnitFixture *fixture, ReactiveHandlerFunc body);

/* @unit joins the relation @id, which is made if there is none, and the hook is run. */
FakeRelation *bind_fixture_join (UnitFixture *fixture, const char *id, const char *unit);
/* What @unit says; no hook is run. */
void bind_fixture_say (UnitFixture *fixture, const char *id, const char *unit, const char *key, const char *value);
void bind_fixture_leave (UnitFixture *fixture, const char *id, const char *unit);
/* The relation, which Juju still lists in the hook, ends. */
void bind_fixture_break (UnitFixture *fixture, const char *id);
/* What this unit says in a relation. */
void bind_fixture_assert_said (UnitFixture *fixture, const char *id, const char *json_text);

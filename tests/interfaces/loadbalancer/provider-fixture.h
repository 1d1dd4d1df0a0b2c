/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lb-fixture.h"

/* The side of those who ask for load balancers. The provider is what the tests write into its databag. */

#define ADD_TEST(path, function)                                                                                       \
  g_test_add ("/loadbalancer/provider/" path, UnitFixture, NULL, lb_fixture_set_up_requires, function,                 \
              unit_fixture_tear_down)

#define WARNING_OF_FOO "lb-provider:1: response_foo: *"

/* What the provider writes; answer(): a complete answer to what was sent, and no hook. */
void write_answer (FakeRelation *relation, const char *name, const char *address, const char *hash);
char *get_sent_hash (FakeRelation *relation, const char *name);
void answer (FakeRelation *relation, const char *name, const char *address);
void say (FakeRelation *relation, const char *name, const char *text);

/* What the charm does: bodies of handlers, about the row of the fixture: names, separated by blanks. */
LBProvider *get_provider (ReactiveUnit *unit);
gboolean send_one (ReactiveUnit *unit, const char *name, gint64 port, GError **error);
gboolean send_all (ReactiveUnit *unit, GError **error);
gboolean send_to_other_port (ReactiveUnit *unit, GError **error);
gboolean remove_one (ReactiveUnit *unit, GError **error);
gboolean ack_all (ReactiveUnit *unit, GError **error);
gboolean ack_one (ReactiveUnit *unit, GError **error);
gboolean ack_revoked (ReactiveUnit *unit, GError **error);
gboolean note_answers (ReactiveUnit *unit, GError **error);
void assert_answers (UnitFixture *fixture, const char *expected);
gboolean note_requests (ReactiveUnit *unit, GError **error);
gboolean note_standing (ReactiveUnit *unit, GError **error);
gboolean note_event (ReactiveUnit *unit, GError **error);
void assert_standing (UnitFixture *fixture, const char *expected);
FakeRelation *relate_and_answer (UnitFixture *fixture, const char *names);

extern const ReactiveModule event_module;

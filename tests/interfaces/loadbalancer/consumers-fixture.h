/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lb-fixture.h"

/* The side of those who run load balancers. The consumers are what the tests write into their databags. */

#define ADD_TEST(path, function)                                                                                       \
  g_test_add ("/loadbalancer/consumers/" path, UnitFixture, NULL, lb_fixture_set_up_provides, function,                \
              unit_fixture_tear_down)

#define EVENT "lb-consumers.requests_changed"

/* What consumers write: a text; a request of one port, whose hash is "h" and the port, with @backends, of JSON; one
 * with the id "id-NAME" and no backends. */
void say (FakeRelation *relation, const char *name, const char *text);
void ask_with (FakeRelation *relation, const char *name, const char *id, guint port, const char *backends);
void ask (FakeRelation *relation, const char *name, guint port);

/* What the charm does: bodies of handlers. answer() answers all new requests, or only that of the name in the row of
 * the fixture, with the address 10.0.0.9; revoke_present() is of the one that is there. */
LBConsumers *get_consumers (ReactiveUnit *unit);
gboolean note_requests (ReactiveUnit *unit, GError **error);
void assert_requests (UnitFixture *fixture, const char *expected);
gboolean answer (ReactiveUnit *unit, GError **error);
gboolean forget_removed (ReactiveUnit *unit, GError **error);
gboolean revoke_present (ReactiveUnit *unit, GError **error);
gboolean revoke_removed (ReactiveUnit *unit, GError **error);
gboolean let_followers_read (ReactiveUnit *unit, GError **error);
gboolean mark_seen (ReactiveUnit *unit, GError **error);
gboolean expect_empty_answer (ReactiveUnit *unit, GError **error);
/* One that was answered, and whose answer the consumer has. */
FakeRelation *relate_and_answer (UnitFixture *fixture, const char *name);
void assert_answer (FakeRelation *relation, const char *name, const char *address, const char *hash);

/* Notes each EVENT. */
extern const ReactiveModule event_module;

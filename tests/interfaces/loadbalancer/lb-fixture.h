/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>

#include "unit-fixture.h"

/* A charm that requires or provides the interface, the leader unless a test says otherwise, and what others do to it.
 */

/* With the endpoint "lb-provider". */
void lb_fixture_set_up_requires (UnitFixture *fixture, gconstpointer data);
/* With the endpoint "lb-consumers". */
void lb_fixture_set_up_provides (UnitFixture *fixture, gconstpointer data);

/* A relation with one unit, "NAME/0", at 10.1.0.0, and an application that says the version 1; the hook "joined" is
 * run.
 */
FakeRelation *lb_fixture_relate (UnitFixture *fixture, const char *id, const char *application);
/* A hook of a relation: "changed" of "lb-provider:1", by an application or a unit, or NULL. It ends with @body
 * (nullable). */
void lb_fixture_run_hook (UnitFixture *fixture, const char *event, const char *id, const char *remote,
                          ReactiveHandlerFunc body);
/* The hook that has the application's databag changed. */
void lb_fixture_change (UnitFixture *fixture, FakeRelation *relation);
/* A hook that is about no relation, which ends with @body (nullable), for which @row is in the fixture. */
void lb_fixture_run (UnitFixture *fixture, ReactiveHandlerFunc body, gconstpointer row);
/* The last hook of a relation, which Juju still lists in it; @body as above. */
void lb_fixture_break (UnitFixture *fixture, FakeRelation *relation, ReactiveHandlerFunc body);

/* The flags of the endpoint without "endpoint.E.", as they are after a hook: "available joined". Those that the engine
 * sets for any interface, but for the latter, are left out. */
void lb_fixture_assert_flags (UnitFixture *fixture, const char *expected);
/* What was told at WARNING since the last time: so many lines, of which one matches @pattern (nullable). */
void lb_fixture_assert_warned (UnitFixture *fixture, guint n_lines, const char *pattern);
/* That nothing was sent since the last time. */
void lb_fixture_assert_nothing_sent (UnitFixture *fixture);

/* The text of a member of the record under @key; NULL if there is none of either. g_free() it. */
char *lb_fixture_get_member (GHashTable *databag, const char *key, const char *member);
/* Notes "WHAT=a,b" of the names. */
void lb_fixture_note_names (ReactiveUnit *unit, const char *what, const GPtrArray *names);
/* Under valgrind and the sanitizers: what is done many times is done fewer times there. */
gboolean lb_fixture_is_slow (void);

/* Versions that are none, and spellings of some that are, as CPython's int() reads them; ended by NULL. */
extern const char *const lb_fixture_bad_versions[];
extern const char *const lb_fixture_good_versions[];

/* A record that no side can read, whatever it is of: number @index, made into a text that is to be freed, with a
 * pattern of what the log says. NULL after the last one. */
char *lb_fixture_make_bad_record (guint index, const char **out_pattern);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "problems.h"

#include <reactive/endpoint.h>

/* What both sides do with the relations of their endpoint. */

#define LB_INTERFACE "loadbalancer"

/* NULL if the charm has no such endpoint of this interface, or has the other side of it. */
ReactiveEndpoint *lb_find_endpoint (ReactiveUnit *unit, const char *name, ReactiveRole role);
/* The relations that there are, by number: `e:2` before `e:10`. Free the array with g_ptr_array_unref(). */
GPtrArray *lb_relations_list (ReactiveEndpoint *endpoint);
/* Whether the other side says a version that is understood; @problems (nullable) is told why not, if it says one. */
gboolean lb_relation_is_readable (ReactiveRelation *relation, LBProblems *problems);
/* Says this side's version in all relations, if this unit may. */
void lb_relations_publish_version (ReactiveEndpoint *endpoint);

/* How the keys of requests, in the databag of the consumer's application, and of responses, in that of the provider's,
 * begin; the rest is the name. */
#define LB_REQUEST_PREFIX "request_"
#define LB_RESPONSE_PREFIX "response_"

/* "request_foo" for the prefix "request_". Free with g_free(). */
char *lb_key (const char *prefix, const char *name);
/* "foo" of "request_foo"; NULL for a key without the prefix. */
const char *lb_key_get_name (const char *key, const char *prefix);

/* Hexadecimal MD5 of two texts, of which the second may be NULL, which is not the same as empty. */
char *lb_digest (const char *text, gsize length_bytes, const char *other, gsize other_length_bytes);

/* Tells the log, at WARNING, what is wrong with a record: "lb-consumers:3: request_foo: protocol: missing". Only so
 * many in one hook, as @n_told counts: others may write any number of bad ones. */
void lb_warn (ReactiveRelation *relation, const char *key, LBProblems *problems, guint *n_told);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/gob.h"

/* The agent's end of one connection: the requests of a client are read, with the types that it defines, and what
 * answers them is written. */
typedef struct _ReactiveGobServer ReactiveGobServer;

/* Texts are valid UTF-8: what was not has become U+FFFD, as Juju passes it on. None is NULL. */
typedef struct
{
  char *method; /* "Jujuc.Main", or one that is not served: then all but the sequence is empty */
  guint64 sequence;
  char *context_id;
  char *directory;
  char *tool;
  char **arguments; /* without the tool's name */
  GBytes *input;    /* (nullable): no standard input */
  char *token;
} ReactiveGobServerRequest;

void reactive_gob_server_request_clear (ReactiveGobServerRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveGobServerRequest, reactive_gob_server_request_clear)

ReactiveGobServer *reactive_gob_server_new (void);
void reactive_gob_server_free (ReactiveGobServer *server);
void reactive_gob_server_feed (ReactiveGobServer *server, const guint8 *data, gsize length_bytes);
/* Reads the next request from the bytes fed. TRUE with *@out_complete FALSE: more bytes are needed, @out_request
 * untouched. Errors: BAD_DATA, after which the connection is of no more use. */
gboolean reactive_gob_server_next (ReactiveGobServer *server, gboolean *out_complete,
                                   ReactiveGobServerRequest *out_request, GError **error);
/* Whether every byte fed belongs to a request that was returned. */
gboolean reactive_gob_server_is_idle (const ReactiveGobServer *server);

/* Append what answers @request: a tool's exit code and what it wrote, or why the call itself is refused (@message is
 * not empty). */
void reactive_gob_server_append_reply (ReactiveGobServer *server, GByteArray *bytes,
                                       const ReactiveGobServerRequest *request, int code, GBytes *output,
                                       GBytes *errors);
void reactive_gob_server_append_refusal (ReactiveGobServer *server, GByteArray *bytes,
                                         const ReactiveGobServerRequest *request, const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveGobServer, reactive_gob_server_free)

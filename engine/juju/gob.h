/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "juju/carrier.h"

/* The messages of Go's net/rpc, gob-encoded, as far as hook tools need them: the client's end writes requests to
 * Jujuc.Main and reads the replies. The agent's end is in gob-server.h. */

/* One call of a hook tool. */
typedef struct
{
  const char *context_id;
  const char *directory; /* absolute */
  const char *tool;
  const char *const *arguments; /* without the tool's name */
  GBytes *input;                /* (nullable): no standard input */
  const char *token;            /* (nullable): the type is declared without the field, as Juju 4 has it */
} ReactiveGobRequest;

/* Appends what a client sends for a call. Type definitions go out once, with @is_first; @request must keep having a
 * token, or none, for as long as the connection lasts. */
void reactive_gob_append_request (GByteArray *bytes, const ReactiveGobRequest *request, guint64 sequence,
                                  gboolean is_first);

typedef struct
{
  guint64 sequence;
  char *error; /* (nullable): valid UTF-8; the call itself failed, the rest is empty */
  int code;
  GBytes *output; /* never NULL */
  GBytes *errors; /* never NULL */
} ReactiveGobReply;

void reactive_gob_reply_clear (ReactiveGobReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveGobReply, reactive_gob_reply_clear)

#define REACTIVE_GOB_MAX_MESSAGE_BYTES (REACTIVE_CARRIER_MAX_OUTPUT_BYTES + 64u * 1024)
#define REACTIVE_GOB_MAX_DEFINITION_BYTES (64u * 1024)
#define REACTIVE_GOB_MAX_TYPES 1024u
#define REACTIVE_GOB_MAX_FIELDS 1024u
#define REACTIVE_GOB_MAX_STRINGS (64u * 1024)
#define REACTIVE_GOB_MAX_DEPTH 64u

/* The reading end of one connection, with the types that the server has defined on it. */
typedef struct _ReactiveGobDecoder ReactiveGobDecoder;

ReactiveGobDecoder *reactive_gob_decoder_new (void);
void reactive_gob_decoder_free (ReactiveGobDecoder *decoder);
void reactive_gob_decoder_feed (ReactiveGobDecoder *decoder, const guint8 *data, gsize length_bytes);
/* Reads the next reply from the bytes fed. TRUE with *@out_complete FALSE: more bytes are needed, @out_reply untouched.
 * Errors: BAD_DATA, after which the decoder is of no more use. */
gboolean reactive_gob_decoder_next (ReactiveGobDecoder *decoder, gboolean *out_complete, ReactiveGobReply *out_reply,
                                    GError **error);
/* Whether every byte fed belongs to a reply that was returned. */
gboolean reactive_gob_decoder_is_idle (const ReactiveGobDecoder *decoder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveGobDecoder, reactive_gob_decoder_free)

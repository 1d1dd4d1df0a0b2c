/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What the two ends of a connection have in common: the encoding itself, and a reader of messages. */

/* Type ids that gob predefines; GOB_STRINGS stands for a slice of strings, whose id is the peer's own affair. */
enum
{
  GOB_STRINGS = -1,
  GOB_BOOL = 1,
  GOB_INT = 2,
  GOB_UINT = 3,
  GOB_FLOAT = 4,
  GOB_BYTES = 5,
  GOB_STRING = 6,
  GOB_COMPLEX = 7,
  GOB_INTERFACE = 8,
  GOB_FIRST_USER_ID = 64,
};

/* The fields of gob's own description of a type, in the order of their numbers. */
typedef enum
{
  GOB_KIND_ARRAY,
  GOB_KIND_SLICE,
  GOB_KIND_STRUCT,
  GOB_KIND_MAP,
  GOB_KIND_GOB_ENCODER,
  GOB_KIND_BINARY_MARSHALER,
  GOB_KIND_TEXT_MARSHALER,
  GOB_N_KINDS,
} GobKind;

/* Reads from one message. The first problem stays, and everything read after it is zero. */
typedef struct
{
  const guint8 *data;
  gsize left;
  const char *problem;
} GobReader;

/* A field that a value is searched for, and what was found. */
typedef struct
{
  const char *name;
  gint64 type_id;
  guint64 number;     /* of a truth, a signed or unsigned integer; a signed one as it is encoded */
  const guint8 *data; /* of a string or bytes */
  gsize length;
  GPtrArray *strings; /* of GOB_STRINGS: the caller's own array of char *, appended to */
} GobWanted;

/* The reading end of a connection, with the types that the peer has defined on it. */
typedef struct
{
  const char *what;  /* "reply": what it complains about */
  GByteArray *bytes; /* fed, not yet dropped */
  gsize read;        /* bytes of it that belong to messages already read */
  GHashTable *types; /* id → GobType */
} GobStream;

void reactive_gob_stream_init (GobStream *stream, const char *what);
void reactive_gob_stream_clear (GobStream *stream);
void reactive_gob_stream_feed (GobStream *stream, const guint8 *data, gsize length_bytes);
/* Finds the next message that is a value; definitions before it are kept. *@out_found FALSE: more bytes are needed.
 * What is read from it points into the stream's bytes. Errors: BAD_DATA. */
gboolean reactive_gob_stream_next (GobStream *stream, gboolean *out_found, GobReader *out_reader, gint64 *out_type_id,
                                   GError **error);
/* FALSE with BAD_DATA where reading met a problem. */
gboolean reactive_gob_stream_check (const GobStream *stream, const GobReader *reader, GError **error);
gboolean reactive_gob_stream_has_type (const GobStream *stream, gint64 type_id);
/* Drops what was read, once for several messages, so that no byte is moved often. */
void reactive_gob_stream_drop_read (GobStream *stream);

void reactive_gob_complain (GobReader *reader, const char *problem);
/* The rest of a message is a struct, of whose fields the wanted ones are kept. */
void reactive_gob_read_struct (GobStream *stream, GobReader *reader, gint64 type_id, GobWanted *wanted, guint n_wanted);
gint64 reactive_gob_signed_from_unsigned (guint64 value);
/* Valid UTF-8; what is not, and NUL, becomes U+FFFD, as Go's JSON has it. */
char *reactive_gob_make_text (const guint8 *data, gsize length);

/* A field of a type that we define. */
typedef struct
{
  const char *name;
  int type_id;
} GobFieldDefinition;

void reactive_gob_append_unsigned (GByteArray *bytes, guint64 value);
void reactive_gob_append_signed (GByteArray *bytes, gint64 value);
void reactive_gob_append_message (GByteArray *bytes, const GByteArray *message);
/* Begins the value of the field numbered @number, whose predecessor was *@last, -1 at first. */
void reactive_gob_append_field (GByteArray *bytes, int *last, int number);
/* Fields that are zero are left out, as Go does. */
void reactive_gob_append_string_field (GByteArray *bytes, int *last, int number, const char *string);
void reactive_gob_append_number_field (GByteArray *bytes, int *last, int number, guint64 value);
void reactive_gob_append_bytes_field (GByteArray *bytes, int *last, int number, GBytes *value);
/* @name is empty where Go has none. */
void reactive_gob_append_struct_definition (GByteArray *bytes, const char *name, int id,
                                            const GobFieldDefinition *fields, guint n_fields);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "problems.h"

/* A request, a health check or a response: a value for each field of a schema. The values are JSON in the one form in
 * which they are written, so that writing them is putting their texts together, whatever their size and whatever
 * characters their strings hold. */

/* What a field takes, as marshmallow's field of that kind does, and what becomes of it. */
typedef enum
{
  LB_FIELD_TEXT,
  LB_FIELD_TEXTS,
  LB_FIELD_BOOLEAN,
  LB_FIELD_INTEGER,
  LB_FIELD_INTEGERS,
  LB_FIELD_PROTOCOL, /* the text of an LBProtocol */
  LB_FIELD_ERROR,    /* the text of an LBErrorType */
  LB_FIELD_PORTS,    /* integers by integers, sorted as numbers */
  LB_FIELD_RECORDS,  /* of the field's own schema */
  LB_FIELD_REASONS,  /* anything by text */
} LBFieldKind;

typedef enum
{
  LB_FIELD_REQUIRED, /* must be there, and is not null */
  LB_FIELD_NULLABLE, /* null when it is not there */
  LB_FIELD_INITIAL,  /* when it is not there, empty or the field's initial number; not null */
} LBFieldPresence;

typedef struct _LBSchema LBSchema;
typedef struct _LBRecord LBRecord;

typedef struct
{
  const char *name;
  LBFieldKind kind;
  LBFieldPresence presence;
  int initial;            /* of a boolean or an integer */
  const LBSchema *schema; /* of records */
} LBField;

struct _LBSchema
{
  guint n_fields;
  const LBField *fields; /* sorted by name */
  /* (nullable): what holds for the fields together; asked only of a record whose fields are right */
  gboolean (*check) (const LBRecord *record, LBProblems *problems);
};

gboolean lb_schema_has_field (const LBSchema *schema, const char *name);

#define LB_RECORD_MAX_FIELDS 14

struct _LBRecord
{
  const LBSchema *schema;
  ReactiveJson *values[LB_RECORD_MAX_FIELDS]; /* by the order of the fields; NULL for null */
};

/* A record longer than this is refused unread: no real one comes near, and a reader needs many times as much memory. */
#define LB_RECORD_MAX_BYTES (1024 * 1024)

/* Reads the text of a peer's record as JSON. NULL, and a problem with the text as a whole, where it is none. */
ReactiveJson *lb_record_parse (const char *text, gsize length_bytes, LBProblems *problems);

/* Every field as it is when nothing was said; lb_record_clear() frees what it holds. */
void lb_record_init (LBRecord *record, const LBSchema *schema);
void lb_record_copy (LBRecord *record, const LBRecord *other);
void lb_record_clear (LBRecord *record);

/* Takes over what @object says. Returns whether all is well; if not, the record is as it was. */
gboolean lb_record_load (LBRecord *record, const ReactiveJson *object, LBProblems *problems);
/* Whether the record is one that lb_record_load() would accept. */
gboolean lb_record_check (const LBRecord *record, LBProblems *problems);

/* As JSON, its members sorted; what was never given is null. Unref it. */
ReactiveJson *lb_record_to_json (const LBRecord *record);
/* The canonical text: what CPython's json.dumps (…, sort_keys=True) writes of the same record. Free with g_free(). */
char *lb_record_to_text (const LBRecord *record);
/* The same for sending: NULL, and REACTIVE_ERROR_BAD_DATA, if the record is not right, or longer than others read. */
char *lb_record_to_message (const LBRecord *record, GError **error);
/* Whether others read a text of such length; errors: BAD_DATA. */
gboolean lb_record_check_length (const char *text, GError **error);
/* Hexadecimal MD5 of that text. Free with g_free(). */
char *lb_record_hash (const LBRecord *record);

/* One field; the index is that in the schema. */
void lb_record_set (LBRecord *record, guint index, ReactiveJson *value); /* @value (transfer full) (nullable) */
const char *lb_record_get_text (const LBRecord *record, guint index);    /* ends at the first NUL; NULL for null */
void lb_record_set_text (LBRecord *record, guint index, const char *text);
void lb_record_set_texts (LBRecord *record, guint index, const char *const *texts);
gboolean lb_record_get_boolean (const LBRecord *record, guint index);
void lb_record_set_boolean (LBRecord *record, guint index, gboolean boolean);
gboolean lb_record_get_integer (const LBRecord *record, guint index, gint64 *out_integer);
void lb_record_set_integer (LBRecord *record, guint index, gint64 integer);
guint lb_record_get_length (const LBRecord *record, guint index);
/* The texts of a list, ended by NULL: borrowed, in an array to free with g_free(). */
const char **lb_record_get_texts (const LBRecord *record, guint index);

/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/model-private.h"
#include "simulator/unit-view.h"

struct _ReactiveUnitView
{
  ReactiveJson *document;
  ReactiveModel *model;
  ReactiveModelUnit *unit;
  ReactiveModelHook hook;
};

/* The interface of all endpoints: nothing depends on it. */
#define REACTIVE_UNIT_VIEW_INTERFACE "any"

/* A document that is being read. */
typedef struct
{
  ReactiveUnitView *view;
  const char *path;
  ReactiveModelCharm *charm;        /* of our unit */
  ReactiveModelCharm *remote_charm; /* of all others */
} ReactiveUnitViewReading;

/* A relation of the document. */
typedef struct
{
  const char *id;
  guint number;
  const ReactiveJson *content;
} ReactiveUnitViewRelation;

/* unit-view-read.c: makes the model of the document. */
gboolean reactive_unit_view_read (ReactiveUnitView *view, const char *path, GError **error);

/* unit-view-json.c. Errors: BAD_DATA, `path:line:col: key: …`. */
gboolean reactive_unit_view_complain (const ReactiveUnitViewReading *reading, const ReactiveJson *value,
                                      const char *key, GError **error, const char *format, ...) G_GNUC_PRINTF (5, 6);
gboolean reactive_unit_view_check_kind (const ReactiveUnitViewReading *reading, const ReactiveJson *value,
                                        const char *key, ReactiveJsonType kind, GError **error);
/* That all elements of an array or an object (nullable) are strings. */
gboolean reactive_unit_view_check_texts (const ReactiveUnitViewReading *reading, const ReactiveJson *texts,
                                         const char *key, GError **error);
/* The member of an object; NULL where there is none, or it is null. */
gboolean reactive_unit_view_read_member (const ReactiveUnitViewReading *reading, const ReactiveJson *object,
                                         const char *key, ReactiveJsonType kind, const ReactiveJson **out_member,
                                         GError **error);
gboolean reactive_unit_view_read_texts (const ReactiveUnitViewReading *reading, const ReactiveJson *object,
                                        const char *key, ReactiveJsonType kind, const ReactiveJson **out_texts,
                                        GError **error);
gboolean reactive_unit_view_read_text (const ReactiveUnitViewReading *reading, const ReactiveJson *object,
                                       const char *key, const char **out_text, GError **error);

/* unit-view-relation.c. @entries: (element-type ReactiveUnitViewRelation), by number */
gboolean reactive_unit_view_list_relations (const ReactiveUnitViewReading *reading, GArray *entries, GError **error);
/* Makes the relation, with its other application and units. */
gboolean reactive_unit_view_read_relation (const ReactiveUnitViewReading *reading,
                                           const ReactiveUnitViewRelation *entry, GError **error);
/* "db" of "db:1". Free with g_free(). */
char *reactive_unit_view_endpoint_of (const char *id);
/* "mysql" and 0 of "mysql/0"; FALSE for what is no unit's name. */
gboolean reactive_unit_view_parse_unit_name (const char *name, char **out_application, guint *out_number);

/* A reference to @value in the place of another; nothing happens with NULL. */
static inline void
reactive_unit_view_replace (ReactiveJson **place, const ReactiveJson *value)
{
  if (value == NULL)
    return;

  reactive_json_unref (*place);
  *place = reactive_json_ref (value);
}

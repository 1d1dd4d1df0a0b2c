/* SPDX-License-Identifier: Apache-2.0 */
#include "relations.h"

#include <reactive/leadership.h>
#include <reactive/log.h>
#include <string.h>

#include "integer.h"
#include "v1.h"

#define VERSION_KEY "version"
#define MAX_TOLD 10

ReactiveEndpoint *
lb_find_endpoint (ReactiveUnit *unit, const char *name, ReactiveRole role)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, name);

  return endpoint != NULL && reactive_endpoint_get_role (endpoint) == role
                 && strcmp (reactive_endpoint_get_interface (endpoint), LB_INTERFACE) == 0
             ? endpoint
             : NULL;
}

static guint64
relation_number (ReactiveRelation *relation)
{
  const char *number = strrchr (reactive_relation_get_id (relation), ':');

  return number != NULL ? g_ascii_strtoull (number + 1, NULL, 10) : 0;
}

static int
compare_relations (gconstpointer a, gconstpointer b)
{
  guint64 first = relation_number (*(ReactiveRelation *const *) a);
  guint64 second = relation_number (*(ReactiveRelation *const *) b);

  return (first > second) - (first < second);
}

GPtrArray *
lb_relations_list (ReactiveEndpoint *endpoint)
{
  GPtrArray *relations = g_ptr_array_new ();

  for (ReactiveRelation *const *relation = reactive_endpoint_get_relations (endpoint); *relation != NULL; relation++)
    g_ptr_array_add (relations, *relation);
  g_ptr_array_sort (relations, compare_relations);

  return relations;
}

gboolean
lb_relation_is_readable (ReactiveRelation *relation, LBProblems *problems)
{
  ReactiveDatabag *databag = reactive_relation_get_received_app (relation);
  gsize length = 0;
  const char *text = reactive_databag_get (databag, VERSION_KEY, &length);
  g_autofree char *version = text != NULL ? lb_integer_from_text (text, length) : NULL;

  /* A greater one understands this one, too. */
  if (version != NULL && *version != '-' && strcmp (version, "0") != 0)
    return TRUE;
  if (text != NULL && problems != NULL)
    lb_problems_add (problems, "not a version");

  return FALSE;
}

void
lb_relations_publish_version (ReactiveEndpoint *endpoint)
{
  if (!reactive_is_leader (reactive_endpoint_get_unit (endpoint)))
    return;

  for (ReactiveRelation *const *relation = reactive_endpoint_get_relations (endpoint); *relation != NULL; relation++)
    reactive_databag_set (reactive_relation_get_to_publish_app (*relation), VERSION_KEY, LB_VERSION);
}

char *
lb_key (const char *prefix, const char *name)
{
  return g_strconcat (prefix, name, NULL);
}

const char *
lb_key_get_name (const char *key, const char *prefix)
{
  return g_str_has_prefix (key, prefix) ? key + strlen (prefix) : NULL;
}

/* The length of the first tells where the second begins. */
char *
lb_digest (const char *text, gsize length_bytes, const char *other, gsize other_length_bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  char length[32];

  g_snprintf (length, sizeof length, "%" G_GSIZE_FORMAT "%c", length_bytes, other != NULL ? '+' : '-');
  g_checksum_update (checksum, (const guchar *) length, -1);
  g_checksum_update (checksum, (const guchar *) text, (gssize) length_bytes);
  if (other != NULL)
    g_checksum_update (checksum, (const guchar *) other, (gssize) other_length_bytes);

  return g_strdup (g_checksum_get_string (checksum));
}

void
lb_warn (ReactiveRelation *relation, const char *key, LBProblems *problems, guint *n_told)
{
  ReactiveUnit *unit = reactive_endpoint_get_unit (reactive_relation_get_endpoint (relation));
  g_autofree char *shown_key = NULL;
  g_autofree char *text = NULL;

  if (++*n_told > MAX_TOLD + 1)
    return;
  if (*n_told == MAX_TOLD + 1)
    {
      reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s: more records that cannot be read",
                           reactive_relation_get_id (relation));
      return;
    }

  shown_key = lb_problems_show_name (key);
  text = lb_problems_to_text (problems);
  reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s: %s: %s", reactive_relation_get_id (relation), shown_key, text);
}

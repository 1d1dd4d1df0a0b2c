/* SPDX-License-Identifier: Apache-2.0 */
#include "ports.h"

#include <string.h>

#include "integer.h"

typedef struct
{
  char *ingress; /* decimal text */
  ReactiveJson *backend;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *pair = data;

  g_free (pair->ingress);
  reactive_json_unref (pair->backend);
  g_free (pair);
}

static void
add_pair (GPtrArray *pairs, char *ingress, ReactiveJson *backend)
{
  Pair *pair = g_new (Pair, 1);

  *pair = (Pair){ .ingress = ingress, .backend = backend };
  g_ptr_array_add (pairs, pair);
}

static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const Pair *const *first = a, *const *second = b;

  return lb_integer_compare ((*first)->ingress, (*second)->ingress);
}

/* The sort keeps the order of equal numbers, and an object the last value of a name. */
static ReactiveJson *
make_ports (GPtrArray *pairs)
{
  ReactiveJson *ports = reactive_json_new_object ();

  g_ptr_array_sort (pairs, compare_pairs);
  for (guint i = 0; i < pairs->len; i++)
    {
      const Pair *pair = g_ptr_array_index (pairs, i);

      reactive_json_object_set (ports, pair->ingress, reactive_json_ref (pair->backend));
    }

  return ports;
}

/* A name that holds NUL is no number; only with its length could it be looked up, and so it is not found. */
static char *
read_name (const ReactiveJson *object, guint index)
{
  const char *name = reactive_json_get_member_name (object, index);

  if (reactive_json_get_member (object, name) != reactive_json_get_element (object, index))
    return NULL;

  return lb_integer_from_text (name, strlen (name));
}

ReactiveJson *
lb_ports_from_json (const ReactiveJson *value, LBProblems *problems)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  gboolean is_right = TRUE;

  if (reactive_json_get_kind (value) != REACTIVE_JSON_OBJECT)
    {
      lb_problems_add (problems, "not a mapping");
      return NULL;
    }

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      gsize mark = lb_problems_enter_key (problems, reactive_json_get_member_name (value, i));
      char *ingress = read_name (value, i);
      ReactiveJson *backend = lb_integer_from_json (reactive_json_get_element (value, i));

      if (ingress == NULL)
        lb_problems_add (problems, "the port is not an integer");
      if (backend == NULL)
        lb_problems_add (problems, "the backends' port is not an integer");
      lb_problems_leave (problems, mark);

      is_right = is_right && ingress != NULL && backend != NULL;
      if (is_right)
        add_pair (pairs, g_steal_pointer (&ingress), g_steal_pointer (&backend));
      g_free (ingress);
      g_clear_pointer (&backend, reactive_json_unref);
    }

  return is_right ? make_ports (pairs) : NULL;
}

ReactiveJson *
lb_ports_from_lists (const ReactiveJson *ingress, const ReactiveJson *backends)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);
  guint length = MIN (reactive_json_get_length (ingress), reactive_json_get_length (backends));

  for (guint i = 0; i < length; i++)
    add_pair (pairs, reactive_json_to_text (reactive_json_get_element (ingress, i), REACTIVE_JSON_INSERTION_ORDER),
              reactive_json_ref (reactive_json_get_element (backends, i)));

  return make_ports (pairs);
}

ReactiveJson *
lb_ports_with (const ReactiveJson *ports, gint64 ingress, gint64 backend)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (pair_free);

  for (guint i = 0; ports != NULL && i < reactive_json_get_length (ports); i++)
    add_pair (pairs, g_strdup (reactive_json_get_member_name (ports, i)),
              reactive_json_ref (reactive_json_get_element (ports, i)));
  add_pair (pairs, g_strdup_printf ("%" G_GINT64_FORMAT, ingress), reactive_json_new_integer (backend));

  return make_ports (pairs);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hook-pattern.h"

#include <string.h>

/* A group in a pattern: text[open] is its '{', text[close] its '}'. */
typedef struct
{
  const char *open;
  const char *close;
} Group;

typedef gboolean (*GroupTest) (const Group *group);

/* `{role:interface}`: something on both sides of the first colon. */
static gboolean
is_interface_group (const Group *group)
{
  const char *colon = memchr (group->open, ':', group->close - group->open);

  return colon != NULL && colon > group->open + 1 && colon + 1 < group->close;
}

/* `{a,b}`: parts with something in each, but for the last; no colon. */
static gboolean
is_choice_group (const Group *group)
{
  char previous = ',';

  for (const char *c = group->open + 1; c < group->close; c++)
    {
      if (*c == ':' || (*c == ',' && previous == ','))
        return FALSE;
      previous = *c;
    }

  return group->close > group->open + 1;
}

/* The first group that passes @test; a brace inside a group is an ordinary character, as in charms.reactive. */
static gboolean
find_group (const char *pattern, GroupTest test, Group *out_group)
{
  for (const char *open = strchr (pattern, '{'); open != NULL; open = strchr (open + 1, '{'))
    {
      Group group = { open, strchr (open, '}') };

      if (group.close == NULL)
        return FALSE;
      if (test (&group))
        {
          *out_group = group;
          return TRUE;
        }
    }

  return FALSE;
}

static void
add_replaced (GPtrArray *names, const char *pattern, const Group *group, const char *replacement, gsize length)
{
  if (names->len < REACTIVE_HOOK_PATTERN_MAX_NAMES)
    g_ptr_array_add (names, g_strdup_printf ("%.*s%.*s%s", (int) (group->open - pattern), pattern, (int) length,
                                             replacement, group->close + 1));
}

static void
replace_interface (GPtrArray *names, const char *pattern, const Group *group, const ReactivePatternEndpoint *endpoints,
                   guint n_endpoints)
{
  const char *colon = memchr (group->open, ':', group->close - group->open);
  g_autofree char *role = g_strndup (group->open + 1, colon - group->open - 1);
  g_autofree char *interface = g_strndup (colon + 1, group->close - colon - 1);

  for (guint i = 0; i < n_endpoints; i++)
    if (strcmp (endpoints[i].role, role) == 0 && strcmp (endpoints[i].interface, interface) == 0)
      add_replaced (names, pattern, group, endpoints[i].name, strlen (endpoints[i].name));
}

static void
replace_choice (GPtrArray *names, const char *pattern, const Group *group)
{
  const char *part = group->open + 1;

  for (;;)
    {
      const char *comma = memchr (part, ',', group->close - part);
      const char *end = comma != NULL ? comma : group->close;

      add_replaced (names, pattern, group, part, end - part);
      if (comma == NULL)
        return;
      part = comma + 1;
    }
}

/* Replaces the groups that pass @test until none is left; the array is a work list that grows at its end. */
static GPtrArray *
expand_groups (GPtrArray *patterns, GroupTest test, const ReactivePatternEndpoint *endpoints, guint n_endpoints)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < patterns->len; i++)
    {
      const char *pattern = g_ptr_array_index (patterns, i);
      Group group;

      if (!find_group (pattern, test, &group))
        g_ptr_array_add (names, g_strdup (pattern));
      else if (test == is_choice_group)
        replace_choice (patterns, pattern, &group);
      else
        replace_interface (patterns, pattern, &group, endpoints, n_endpoints);
    }
  g_ptr_array_unref (patterns);

  return names;
}

GPtrArray *
reactive_hook_pattern_expand (const char *pattern, const ReactivePatternEndpoint *endpoints, guint n_endpoints)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (names, g_strdup (pattern));
  names = expand_groups (names, is_interface_group, endpoints, n_endpoints);

  return expand_groups (names, is_choice_group, endpoints, n_endpoints);
}

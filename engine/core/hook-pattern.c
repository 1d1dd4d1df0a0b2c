/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hook-pattern.h"

#include <string.h>

/* A group in a pattern: text[open] is its '{', text[close] its '}'. */
typedef struct
{
  const char *open;
  const char *close;
} Group;

/* Returns: NULL when @group is one of its kind; else where to look for the next '{', for no group of this kind begins
 * before: that keeps the search linear. */
typedef const char *(*GroupTest) (const Group *group);

/* `{role:interface}`: something on both sides of the first colon. */
static const char *
test_interface (const Group *group)
{
  const char *colon = memchr (group->open, ':', group->close - group->open);

  if (colon == NULL || colon + 1 == group->close)
    return group->close;

  return colon == group->open + 1 ? colon : NULL;
}

/* `{a,b}`: parts with something in each, but for the last; no colon. */
static const char *
test_choice (const Group *group)
{
  char previous = ',';

  for (const char *c = group->open + 1; c < group->close; c++)
    {
      if (*c == ':' || (*c == ',' && previous == ','))
        return c;
      previous = *c;
    }

  return group->close == group->open + 1 ? group->close : NULL;
}

/* The first group that passes @test; a brace inside a group is an ordinary character, as in charms.reactive. */
static gboolean
find_group (const char *pattern, GroupTest test, Group *out_group)
{
  const char *close = strchr (pattern, '}');

  for (const char *open = strchr (pattern, '{'); open != NULL && close != NULL;)
    {
      Group group = { open, close };
      const char *next;

      if (close < open)
        {
          close = strchr (open, '}');
          continue;
        }
      next = test (&group);
      if (next == NULL)
        {
          *out_group = group;
          return TRUE;
        }
      open = strchr (next, '{');
    }

  return FALSE;
}

/* A work list: patterns that groups are replaced in, which makes further ones at its end. */
typedef struct
{
  GPtrArray *patterns;
  gsize n_bytes; /* of all that were ever in the list, with their NULs; nothing is added beyond the limit */
} Expansion;

static void
add_pattern (Expansion *expansion, const char *before, gsize before_length, const char *replacement,
             gsize replacement_length, const char *after)
{
  gsize after_length = strlen (after);
  char *pattern;

  expansion->n_bytes += before_length + replacement_length + after_length + 1;
  if (expansion->n_bytes > REACTIVE_HOOK_PATTERN_MAX_BYTES)
    return;

  pattern = g_malloc (before_length + replacement_length + after_length + 1);
  memcpy (pattern, before, before_length);
  memcpy (pattern + before_length, replacement, replacement_length);
  memcpy (pattern + before_length + replacement_length, after, after_length + 1);
  g_ptr_array_add (expansion->patterns, pattern);
}

static void
replace_interface (Expansion *expansion, const char *pattern, const Group *group,
                   const ReactivePatternEndpoint *endpoints, guint n_endpoints)
{
  const char *colon = memchr (group->open, ':', group->close - group->open);
  g_autofree char *role = g_strndup (group->open + 1, colon - group->open - 1);
  g_autofree char *interface = g_strndup (colon + 1, group->close - colon - 1);

  for (guint i = 0; i < n_endpoints; i++)
    if (strcmp (endpoints[i].role, role) == 0 && strcmp (endpoints[i].interface, interface) == 0)
      add_pattern (expansion, pattern, group->open - pattern, endpoints[i].name, strlen (endpoints[i].name),
                   group->close + 1);
}

static void
replace_choice (Expansion *expansion, const char *pattern, const Group *group)
{
  const char *part = group->open + 1;

  while (expansion->n_bytes <= REACTIVE_HOOK_PATTERN_MAX_BYTES)
    {
      const char *comma = memchr (part, ',', group->close - part);
      const char *end = comma != NULL ? comma : group->close;

      add_pattern (expansion, pattern, group->open - pattern, part, end - part, group->close + 1);
      if (comma == NULL)
        return;
      part = comma + 1;
    }
}

/* Replaces the groups that pass @test until none is left. */
static GPtrArray *
expand_groups (Expansion *expansion, GroupTest test, const ReactivePatternEndpoint *endpoints, guint n_endpoints)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < expansion->patterns->len; i++)
    {
      const char *pattern = g_ptr_array_index (expansion->patterns, i);
      Group group;

      if (!find_group (pattern, test, &group))
        g_ptr_array_add (names, g_strdup (pattern));
      else if (test == test_choice)
        replace_choice (expansion, pattern, &group);
      else
        replace_interface (expansion, pattern, &group, endpoints, n_endpoints);
    }
  g_ptr_array_unref (expansion->patterns);

  return names;
}

GPtrArray *
reactive_hook_pattern_expand (const char *pattern, const ReactivePatternEndpoint *endpoints, guint n_endpoints,
                              GError **error)
{
  Expansion expansion = { g_ptr_array_new_with_free_func (g_free), 0 };
  g_autoptr (GPtrArray) names = NULL;

  add_pattern (&expansion, "", 0, "", 0, pattern);
  expansion.patterns = expand_groups (&expansion, test_interface, endpoints, n_endpoints);
  names = expand_groups (&expansion, test_choice, endpoints, n_endpoints);

  if (names->len > REACTIVE_HOOK_PATTERN_MAX_NAMES || expansion.n_bytes > REACTIVE_HOOK_PATTERN_MAX_BYTES)
    {
      g_autofree char *begin = g_utf8_make_valid (pattern, strnlen (pattern, 64));

      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "hook pattern '%s' stands for more than %u names or %u bytes", begin,
                   REACTIVE_HOOK_PATTERN_MAX_NAMES, REACTIVE_HOOK_PATTERN_MAX_BYTES);
      return NULL;
    }

  return g_steal_pointer (&names);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "juju/juju-name.h"
#include "simulator/hook-tool-private.h"

/* Flags as gnuflag reads them: --name value, --name=value, and single letters, several of which may be joined, the last
 * with its value. They may stand anywhere before a "--". */

static const HookToolFlag output_flags[] = {
  { "format", NULL, HOOK_TOOL_FLAG_FORMAT, "Specify output format", NULL },
  { "output", "o", HOOK_TOOL_FLAG_TEXT, "Specify an output file", NULL },
  { NULL },
};

typedef struct
{
  HookToolCall *call;
  const char *const *rest;
  const char *tail; /* (nullable): what follows a flag in its own word: "=value", or more letters */
  char name[8];     /* of a single letter */
} Parser;

/*
 * The values of flags
 */

static const HookToolFlag *
find_flag (const HookToolFlag *flags, const char *name)
{
  for (const HookToolFlag *flag = flags; flag != NULL && flag->name != NULL; flag++)
    if (g_str_equal (flag->name, name) || g_strcmp0 (flag->alias, name) == 0)
      return flag;

  return NULL;
}

static char **
find_place (HookToolCall *call, const HookToolFlag *flag)
{
  if (flag == &output_flags[0])
    return &call->format;
  if (flag == &output_flags[1])
    return &call->output_path;

  g_assert (flag - call->tool->flags < HOOK_TOOL_MAX_FLAGS);
  return &call->values[flag - call->tool->flags];
}

static gboolean
is_storage_id (const char *text)
{
  const char *slash = strrchr (text, '/');
  g_autofree char *name = slash != NULL ? g_strndup (text, (gsize) (slash - text)) : NULL;

  return name != NULL && reactive_juju_is_application_name (name, -1) && slash[1] != '\0'
         && strspn (slash + 1, "0123456789") == strlen (slash + 1);
}

/* The context complains in the words of `-r`, of which the last are what is wrong. */
static char *
resolve_relation (HookToolCall *call, const char *value, GError **error)
{
  g_autoptr (GError) complaint = NULL;
  const char *id = reactive_hook_context_resolve_relation (call->context, value, &complaint);
  const char *colon;

  if (id != NULL)
    return g_strdup (id);

  colon = strrchr (complaint->message, ':');
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "%s",
               colon != NULL && colon[1] == ' ' ? colon + 2 : complaint->message);
  return NULL;
}

/* Brings @value into the form in which it is kept; NULL with an error that says what is wrong with it. */
static char *
convert (HookToolCall *call, const HookToolFlag *flag, const char *value, GError **error)
{
  static const char *const truths[] = { "1", "t", "T", "TRUE", "true", "True", NULL };
  static const char *const untruths[] = { "0", "f", "F", "FALSE", "false", "False", NULL };
  g_autofree char *quoted = reactive_go_quote (value);

  switch (flag->kind)
    {
    case HOOK_TOOL_FLAG_BOOLEAN:
      if (g_strv_contains (truths, value) || g_strv_contains (untruths, value))
        return g_strdup (g_strv_contains (truths, value) ? "true" : "");
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "strconv.ParseBool: parsing %s: invalid syntax",
                   quoted);
      return NULL;
    case HOOK_TOOL_FLAG_NUMBER:
      if (g_ascii_string_to_signed (value, 10, G_MININT64, G_MAXINT64, NULL, NULL))
        return g_strdup (value);
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "strconv.ParseInt: parsing %s: invalid syntax", quoted);
      return NULL;
    case HOOK_TOOL_FLAG_FORMAT:
      if (g_str_equal (value, "json") || g_str_equal (value, "yaml")
          || (call->tool->output == HOOK_TOOL_SMART && g_str_equal (value, "smart")))
        return g_strdup (value);
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "unknown format %s", quoted);
      return NULL;
    case HOOK_TOOL_FLAG_RELATION:
      return resolve_relation (call, value, error);
    case HOOK_TOOL_FLAG_STORAGE:
      if (is_storage_id (value))
        return g_strdup (value);
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "invalid storage ID %s", quoted);
      return NULL;
    case HOOK_TOOL_FLAG_TEXT:
      break;
    }

  return g_strdup (value);
}

static const char *
get_dashes (const char *name)
{
  return g_utf8_strlen (name, -1) > 1 ? "--" : "-";
}

static gboolean
set_flag (HookToolCall *call, const HookToolFlag *flag, const char *name, const char *value, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autofree char *kept = convert (call, flag, value, &reason);
  g_autofree char *quoted = reactive_go_quote (value);
  char **place = find_place (call, flag);

  if (kept == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid value %s for option %s%s: %s", quoted,
                          get_dashes (name), name, reason != NULL ? reason->message : "");

  g_free (*place);
  *place = g_steal_pointer (&kept);
  return TRUE;
}

/*
 * Words
 */

/* FALSE without an error where help is wanted. */
static gboolean
take_flag (Parser *parser, const char *name, gboolean is_long, GError **error)
{
  HookToolCall *call = parser->call;
  const HookToolFlag *flag = find_flag (call->tool->flags, name);
  const char *value = parser->tail;

  if (flag == NULL && call->tool->output != HOOK_TOOL_SILENT)
    flag = find_flag (output_flags, name);
  if (flag == NULL && (g_str_equal (name, "help") || g_str_equal (name, "h")))
    return FALSE;
  if (flag == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "option provided but not defined: %s%s", get_dashes (name),
                          name);

  if (flag->kind == HOOK_TOOL_FLAG_BOOLEAN && (value == NULL || *value != '='))
    return set_flag (call, flag, name, "true", error);

  parser->tail = NULL;
  if (value == NULL || *value == '\0')
    value = *parser->rest != NULL ? *parser->rest++ : NULL;
  else if (is_long)
    value++;
  if (value == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "option needs an argument: %s%s", get_dashes (name), name);

  return set_flag (call, flag, name, value, error);
}

/* The first letter of @text becomes the parser's name, what follows its tail. */
static const char *
take_letter (Parser *parser, const char *text)
{
  gsize length_bytes = (gsize) (g_utf8_next_char (text) - text);

  g_strlcpy (parser->name, text, MIN (length_bytes + 1, sizeof parser->name));
  parser->tail = text + length_bytes;
  return parser->name;
}

static gboolean
take_word (Parser *parser, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  g_autofree char *name = NULL;

  if (!g_str_has_prefix (word, "--"))
    return take_flag (parser, take_letter (parser, word + 1), /* is_long= */ FALSE, error);

  name = g_strndup (word + 2, equals != NULL ? (gsize) (equals - word - 2) : strlen (word + 2));
  if (*name == '\0')
    {
      g_autofree char *quoted = reactive_go_quote (word);

      return reactive_fail (error, REACTIVE_ERROR_USAGE, "empty option in argument %s", quoted);
    }

  parser->tail = equals;
  return take_flag (parser, name, /* is_long= */ TRUE, error);
}

static void
add_argument (HookToolCall *call, const char *argument)
{
  g_ptr_array_add (call->arguments, g_strdup (argument));
  call->n_arguments++;
}

static gboolean
parse_words (Parser *parser, GError **error)
{
  /* Letters that are left over when there are no more words are not looked at: so it is in Juju. */
  while (*parser->rest != NULL)
    {
      const char *word;

      if (parser->tail != NULL && *parser->tail != '\0')
        {
          if (!take_flag (parser, take_letter (parser, parser->tail), /* is_long= */ FALSE, error))
            return FALSE;
          continue;
        }

      parser->tail = NULL;
      word = *parser->rest++;
      if (g_str_equal (word, "--"))
        break;
      if (word[0] != '-' || word[1] == '\0')
        add_argument (parser->call, word);
      else if (!take_word (parser, word, error))
        return FALSE;
    }

  for (; *parser->rest != NULL; parser->rest++)
    add_argument (parser->call, *parser->rest);

  return TRUE;
}

gboolean
reactive_hook_tool_parse (HookToolCall *call, const char *const *argv, gboolean *out_wants_help, GError **error)
{
  Parser parser = { .call = call, .rest = argv };
  GError *local_error = NULL;
  gboolean was_read = parse_words (&parser, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }

  *out_wants_help = !was_read;
  g_ptr_array_add (call->arguments, NULL);
  return TRUE;
}

/*
 * What was read
 */

const char *
reactive_hook_tool_get_flag (const HookToolCall *call, const char *name)
{
  const HookToolFlag *flag = find_flag (call->tool->flags, name);
  const char *value;

  g_assert (flag != NULL);
  value = call->values[flag - call->tool->flags];
  return value != NULL ? value : flag->initial;
}

gboolean
reactive_hook_tool_has_flag (const HookToolCall *call, const char *name)
{
  const char *value = reactive_hook_tool_get_flag (call, name);

  return value != NULL && *value != '\0';
}

const char *
reactive_hook_tool_get_argument (const HookToolCall *call, guint index)
{
  return index < call->n_arguments ? g_ptr_array_index (call->arguments, index) : NULL;
}

gboolean
reactive_hook_tool_check_arguments (const HookToolCall *call, guint n_most, GError **error)
{
  g_autofree char *quoted = NULL;

  if (call->n_arguments <= n_most)
    return TRUE;

  quoted = reactive_go_quote_list ((const char *const *) call->arguments->pdata + n_most);
  return reactive_fail (error, REACTIVE_ERROR_USAGE, "unrecognized args: %s", quoted);
}

const char *
reactive_hook_tool_get_relation (HookToolCall *call, GError **error)
{
  const char *id = reactive_hook_tool_get_flag (call, "relation");

  if (id == NULL)
    id = reactive_hook_context_get_relation_id (call->context);
  if (id == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "no relation id specified");

  return id;
}

void
reactive_hook_tool_warn_of_format (HookToolCall *call)
{
  if (reactive_hook_tool_has_flag (call, "format"))
    g_string_append_printf (call->warning, "--format flag deprecated for command \"%s\"", call->tool->name);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-strings.h"

#include <string.h>
#include <yaml.h>

#include "base/error.h"

/* libyaml compares each %TAG line with all before it. Nobody writes one. */
#define MAX_TAG_DIRECTIVES 64

typedef struct
{
  yaml_parser_t parser;
  ReactiveJson *strings;
  char *name; /* (nullable): of the value that comes next */
} Reader;

static void
reader_clear (Reader *reader)
{
  yaml_parser_delete (&reader->parser);
  reactive_json_unref (reader->strings);
  g_free (reader->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (yaml_event_t, yaml_event_delete)

static gboolean
fail_syntax (const yaml_parser_t *parser, GError **error)
{
  const char *problem = parser->problem != NULL ? parser->problem : "unknown problem";

  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "yaml: line %u: %s", (guint) parser->problem_mark.line + 1,
                        problem);
}

static gboolean
fail_type (const yaml_event_t *event, const char *found, const char *expected, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                        "yaml: unmarshal errors:\n  line %u: cannot unmarshal %s into %s",
                        (guint) event->start_mark.line + 1, found, expected);
}

static gboolean
fail_scalar (const yaml_event_t *event, GError **error)
{
  const char *text = (const char *) event->data.scalar.value;
  gboolean is_long = strlen (text) > 10;
  g_autofree char *start = g_utf8_make_valid (text, is_long ? 7 : -1);
  g_autofree char *found = g_strconcat ("!!str `", start, is_long ? "...`" : "`", NULL);

  return fail_type (event, found, "map[string]string", error);
}

static gboolean
is_null (const yaml_event_t *event)
{
  static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };

  return event->data.scalar.plain_implicit && g_strv_contains (words, (const char *) event->data.scalar.value);
}

static gboolean
read_scalar (Reader *reader, const yaml_event_t *event, GError **error)
{
  const char *text = (const char *) event->data.scalar.value;
  gsize length_bytes = event->data.scalar.length;

  if (reader->strings == NULL)
    {
      return is_null (event) || fail_scalar (event, error);
    }
  if (is_null (event))
    length_bytes = 0;

  if (reader->name != NULL)
    {
      reactive_json_object_set (reader->strings, reader->name, reactive_json_new_string_length (text, length_bytes));
      g_clear_pointer (&reader->name, g_free);
      return TRUE;
    }
  if (memchr (text, '\0', length_bytes) != NULL)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "yaml: line %u: a name that contains NUL",
                          (guint) event->start_mark.line + 1);

  reader->name = g_strndup (text, length_bytes);
  return TRUE;
}

/* FALSE without an error: the document has ended. */
static gboolean
read_event (Reader *reader, const yaml_event_t *event, GError **error)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      return read_scalar (reader, event, error);
    case YAML_MAPPING_START_EVENT:
      if (reader->strings != NULL)
        return fail_type (event, "!!map", "string", error);
      reader->strings = reactive_json_new_object ();
      return TRUE;
    case YAML_SEQUENCE_START_EVENT:
      return fail_type (event, "!!seq", reader->strings != NULL ? "string" : "map[string]string", error);
    case YAML_ALIAS_EVENT:
      return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "yaml: unknown anchor '%s' referenced",
                            (const char *) event->data.alias.anchor);
    case YAML_MAPPING_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_STREAM_END_EVENT:
      return FALSE;
    default:
      return TRUE;
    }
}

static gboolean
check_bytes (const char *text, gsize length_bytes, GError **error)
{
  const char *end = text + length_bytes;
  guint n_tag_directives = 0;

  for (const char *c = text; (c = memmem (c, (gsize) (end - c), "\n%TAG", 5)) != NULL; c++)
    n_tag_directives++;

  if (length_bytes <= REACTIVE_YAML_STRINGS_MAX_BYTES && n_tag_directives <= MAX_TAG_DIRECTIVES)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "yaml: larger than %u bytes", REACTIVE_YAML_STRINGS_MAX_BYTES);
}

ReactiveJson *
reactive_yaml_read_strings (const char *text, gsize length_bytes, GError **error)
{
  g_auto (Reader) reader = { 0 };
  gboolean has_more = TRUE;

  if (!check_bytes (text, length_bytes, error))
    return NULL;

  if (!yaml_parser_initialize (&reader.parser))
    g_error ("out of memory");
  yaml_parser_set_encoding (&reader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&reader.parser, (const unsigned char *) text, length_bytes);

  while (has_more)
    {
      g_auto (yaml_event_t) event = { 0 };
      GError *local_error = NULL;

      if (!yaml_parser_parse (&reader.parser, &event))
        {
          fail_syntax (&reader.parser, error);
          return NULL;
        }
      has_more = read_event (&reader, &event, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, local_error);
          return NULL;
        }
    }

  return reader.strings != NULL ? g_steal_pointer (&reader.strings) : reactive_json_new_object ();
}

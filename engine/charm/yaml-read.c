/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <yaml.h>

#include "base/error.h"
#include "charm/yaml-private.h"
#include "charm/yaml-scalar.h"

/* libyaml compares each %TAG line with all before it. Charms have none at all. */
#define MAX_TAG_DIRECTIVES 64

#define CORE_TAG_PREFIX "tag:yaml.org,2002:"

/* A collection whose end has not been read. */
typedef struct
{
  ReactiveYaml *node;
  GHashTable *names; /* a mapping's keys by their text, without which finding duplicates is quadratic */
} Level;

typedef struct
{
  const char *text;
  gsize length_bytes;
  char *path; /* a GRefString */
  yaml_parser_t parser;
  ReactiveYaml *root;
  GArray *levels; /* (element-type Level): outermost first */
  guint n_nodes;
} Reader;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (yaml_event_t, yaml_event_delete)

static void
level_clear (gpointer data)
{
  Level *level = data;

  g_clear_pointer (&level->names, g_hash_table_unref);
}

static void
reader_init (Reader *reader, const char *text, gsize length_bytes, const char *path)
{
  reader->text = text;
  reader->length_bytes = length_bytes;
  reader->path = g_ref_string_new (path);
  reader->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  g_array_set_clear_func (reader->levels, level_clear);

  if (!yaml_parser_initialize (&reader->parser))
    g_error ("out of memory");
  yaml_parser_set_encoding (&reader->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&reader->parser, (const unsigned char *) text, length_bytes);
}

static void
reader_clear (Reader *reader)
{
  g_array_unref (reader->levels);
  reactive_yaml_free (reader->root);
  g_ref_string_release (reader->path);
  yaml_parser_delete (&reader->parser);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* For what has no node: @mark is where libyaml stood. */
static gboolean G_GNUC_PRINTF (4, 5)
    fail_at (const Reader *reader, yaml_mark_t mark, GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  reactive_yaml_set_error (error, reader->path, (guint) mark.line + 1, (guint) mark.column + 1, NULL, format,
                           arguments);
  va_end (arguments);
  return FALSE;
}

/* The mark of byte @offset, for problems that libyaml gives no mark for. Everything before it is valid UTF-8. */
static yaml_mark_t
mark_of_offset (const Reader *reader, gsize offset)
{
  yaml_mark_t mark = { 0 };
  const char *end = reader->text + MIN (offset, reader->length_bytes);
  const char *line = reader->text;

  for (const char *c = line; c < end; c++)
    {
      if (*c != '\n')
        continue;
      line = c + 1;
      mark.line++;
    }

  mark.column = (size_t) g_utf8_strlen (line, end - line);
  return mark;
}

static gboolean
check_bytes (const Reader *reader, GError **error)
{
  const char *end;
  guint n_tag_directives = 0;

  if (reader->length_bytes > REACTIVE_YAML_MAX_BYTES)
    return fail_at (reader, (yaml_mark_t){ 0 }, error, "larger than %u bytes", REACTIVE_YAML_MAX_BYTES);

  if (!g_utf8_validate_len (reader->text, reader->length_bytes, &end))
    return fail_at (reader, mark_of_offset (reader, (gsize) (end - reader->text)), error,
                    *end == '\0' ? "a NUL byte" : "invalid UTF-8");

  for (const char *c = reader->text; (c = memmem (c, (gsize) (end - c), "%TAG", 4)) != NULL; c++)
    if (++n_tag_directives > MAX_TAG_DIRECTIVES)
      return fail_at (reader, mark_of_offset (reader, (gsize) (c - reader->text)), error, "more than %u times '%%TAG'",
                      MAX_TAG_DIRECTIVES);

  return TRUE;
}

static gboolean
fail_syntax (const Reader *reader, GError **error)
{
  const yaml_parser_t *parser = &reader->parser;
  gsize length_characters = (gsize) g_utf8_strlen (reader->text, (gssize) reader->length_bytes);

  if (parser->error == YAML_MEMORY_ERROR)
    return fail_at (reader, parser->mark, error, "out of memory");
  if (parser->error == YAML_READER_ERROR)
    return fail_at (reader, mark_of_offset (reader, parser->problem_offset), error, "%s", parser->problem);

  if (parser->problem_mark.index < length_characters)
    {
      const char *where = g_utf8_offset_to_pointer (reader->text, (glong) parser->problem_mark.index);

      if (*where == '\t')
        return fail_at (reader, parser->problem_mark, error, "a tab where YAML allows only spaces");
    }

  if (parser->context == NULL)
    return fail_at (reader, parser->problem_mark, error, "%s", parser->problem);

  return fail_at (reader, parser->problem_mark, error, "%s (%s, line %u)", parser->problem, parser->context,
                  (guint) parser->context_mark.line + 1);
}

static ReactiveYaml *
node_new (const Reader *reader, ReactiveYamlKind kind, yaml_mark_t mark)
{
  return reactive_yaml_new (kind, reader->path, (guint) mark.line + 1, (guint) mark.column + 1);
}

static gboolean
attach_key (Level *level, ReactiveYaml *key, GError **error)
{
  const ReactiveYaml *first;

  g_ptr_array_add (level->node->keys, key);
  if (key->kind != REACTIVE_YAML_SCALAR)
    {
      reactive_yaml_error (error, key, NULL, "a key that is a %s (expected a scalar)",
                           key->kind == REACTIVE_YAML_MAPPING ? "mapping" : "list");
      return FALSE;
    }

  first = g_hash_table_lookup (level->names, key->text);
  if (first != NULL)
    {
      reactive_yaml_error (error, key, key->text, "duplicate key (first on line %u)", first->line);
      return FALSE;
    }

  g_hash_table_insert (level->names, key->text, key);
  return TRUE;
}

/* Puts @node, which it takes over even when it fails, where the reader stands in the tree. */
static gboolean
attach (Reader *reader, ReactiveYaml *node, GError **error)
{
  Level *level;

  if (reader->levels->len == 0)
    {
      g_assert (reader->root == NULL);
      reader->root = node;
      return TRUE;
    }

  level = &g_array_index (reader->levels, Level, reader->levels->len - 1);
  if (level->node->kind == REACTIVE_YAML_MAPPING && level->node->keys->len == level->node->entries->len)
    {
      if (!attach_key (level, node, error))
        return FALSE;
    }
  else
    {
      g_ptr_array_add (level->node->entries, node);
    }

  if (++reader->n_nodes > REACTIVE_YAML_MAX_NODES)
    {
      reactive_yaml_error (error, node, NULL, "more than %u values", REACTIVE_YAML_MAX_NODES);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_anchor (const Reader *reader, const yaml_char_t *anchor, yaml_mark_t mark, GError **error)
{
  if (anchor == NULL)
    return TRUE;

  return fail_at (reader, mark, error, "anchor '&%s': anchors are not supported", (const char *) anchor);
}

/* A tag that says what its value is anyway changes nothing; one that contradicts it is an error. */
static gboolean
apply_scalar_tag (ReactiveYaml *scalar, const char *tag, GError **error)
{
  static const struct
  {
    const char *name;
    ReactiveJsonType type;
  } types[] = {
    { "null", REACTIVE_JSON_NULL },   { "bool", REACTIVE_JSON_BOOLEAN }, { "int", REACTIVE_JSON_INTEGER },
    { "float", REACTIVE_JSON_FLOAT }, { "str", REACTIVE_JSON_STRING },
  };
  const char *name = g_str_has_prefix (tag, CORE_TAG_PREFIX) ? tag + strlen (CORE_TAG_PREFIX) : "";
  g_autoptr (ReactiveJson) value = reactive_yaml_resolve (scalar->text);
  ReactiveJsonType type = reactive_json_get_kind (value);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strcmp (types[i].name, name) != 0)
        continue;

      if (types[i].type == REACTIVE_JSON_STRING)
        scalar->style = SCALAR_STRING;
      else if (types[i].type == REACTIVE_JSON_FLOAT && type == REACTIVE_JSON_INTEGER)
        scalar->style = SCALAR_FLOAT;
      else if (types[i].type == type)
        scalar->style = SCALAR_PLAIN;
      else
        {
          reactive_yaml_error (error, scalar, NULL, "'%s' is not of type !!%s", scalar->text, name);
          return FALSE;
        }
      return TRUE;
    }

  reactive_yaml_error (error, scalar, NULL, "tag '%s' is not supported", tag);
  return FALSE;
}

static gboolean
check_collection_tag (const ReactiveYaml *node, const yaml_char_t *tag, GError **error)
{
  const char *fitting = node->kind == REACTIVE_YAML_MAPPING ? CORE_TAG_PREFIX "map" : CORE_TAG_PREFIX "seq";

  if (tag == NULL || g_strcmp0 ((const char *) tag, fitting) == 0 || g_strcmp0 ((const char *) tag, "!") == 0)
    return TRUE;

  reactive_yaml_error (error, node, NULL, "tag '%s' is not supported", (const char *) tag);
  return FALSE;
}

static gboolean
read_scalar (Reader *reader, const yaml_event_t *event, GError **error)
{
  ReactiveYaml *scalar;

  if (!check_anchor (reader, event->data.scalar.anchor, event->start_mark, error))
    return FALSE;
  if (memchr (event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
    return fail_at (reader, event->start_mark, error, "a string that contains NUL");

  scalar = node_new (reader, REACTIVE_YAML_SCALAR, event->start_mark);
  scalar->text = g_strndup ((const char *) event->data.scalar.value, event->data.scalar.length);
  scalar->style = event->data.scalar.plain_implicit ? SCALAR_PLAIN : SCALAR_STRING;
  if (!attach (reader, scalar, error))
    return FALSE;

  if (event->data.scalar.tag == NULL)
    return TRUE;

  return apply_scalar_tag (scalar, (const char *) event->data.scalar.tag, error);
}

static gboolean
open_collection (Reader *reader, ReactiveYamlKind kind, const yaml_char_t *anchor, const yaml_char_t *tag,
                 yaml_mark_t mark, GError **error)
{
  ReactiveYaml *node;
  Level level;

  if (!check_anchor (reader, anchor, mark, error))
    return FALSE;
  if (reader->levels->len == REACTIVE_YAML_MAX_DEPTH)
    return fail_at (reader, mark, error, "nested deeper than %u levels", REACTIVE_YAML_MAX_DEPTH);

  node = node_new (reader, kind, mark);
  if (!attach (reader, node, error) || !check_collection_tag (node, tag, error))
    return FALSE;

  level.node = node;
  level.names = kind == REACTIVE_YAML_MAPPING ? g_hash_table_new (g_str_hash, g_str_equal) : NULL;
  g_array_append_val (reader->levels, level);
  return TRUE;
}

static gboolean
read_event (Reader *reader, const yaml_event_t *event, GError **error)
{
  switch (event->type)
    {
    case YAML_DOCUMENT_START_EVENT:
      if (reader->root != NULL)
        return fail_at (reader, event->start_mark, error, "a second document");
      return TRUE;
    case YAML_ALIAS_EVENT:
      return fail_at (reader, event->start_mark, error, "alias '*%s': aliases are not supported",
                      (const char *) event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
      return read_scalar (reader, event, error);
    case YAML_SEQUENCE_START_EVENT:
      return open_collection (reader, REACTIVE_YAML_SEQUENCE, event->data.sequence_start.anchor,
                              event->data.sequence_start.tag, event->start_mark, error);
    case YAML_MAPPING_START_EVENT:
      return open_collection (reader, REACTIVE_YAML_MAPPING, event->data.mapping_start.anchor,
                              event->data.mapping_start.tag, event->start_mark, error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      g_array_set_size (reader->levels, reader->levels->len - 1);
      return TRUE;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    default:
      return TRUE;
    }
}

static gboolean
read_stream (Reader *reader, GError **error)
{
  for (gboolean is_at_end = FALSE; !is_at_end;)
    {
      g_auto (yaml_event_t) event = { 0 };

      if (!yaml_parser_parse (&reader->parser, &event))
        return fail_syntax (reader, error);
      if (!read_event (reader, &event, error))
        return FALSE;
      is_at_end = event.type == YAML_STREAM_END_EVENT;
    }

  return TRUE;
}

ReactiveYaml *
reactive_yaml_parse (const char *text, gsize length_bytes, const char *path, GError **error)
{
  static const char byte_order_mark[] = "\xef\xbb\xbf";
  g_auto (Reader) reader = { 0 };

  g_assert (text != NULL || length_bytes == 0);
  g_assert (path != NULL);

  if (length_bytes == 0)
    text = "";
  if (length_bytes >= strlen (byte_order_mark) && memcmp (text, byte_order_mark, strlen (byte_order_mark)) == 0)
    {
      text += strlen (byte_order_mark);
      length_bytes -= strlen (byte_order_mark);
    }

  reader_init (&reader, text, length_bytes, path);
  if (!check_bytes (&reader, error) || !read_stream (&reader, error))
    return NULL;

  if (reader.root == NULL)
    reader.root = node_new (&reader, REACTIVE_YAML_MAPPING, (yaml_mark_t){ 0 });

  return g_steal_pointer (&reader.root);
}

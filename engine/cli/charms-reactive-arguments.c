/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/charms-reactive-private.h"

/* The arguments of the command are those of Python's argparse, whose ways scripts may rely on: options that are cut
 * short, options between arguments, exit code 2. */

#define WIDTH 78 /* what argparse leaves of the 80 columns of a terminal */

static const char *const formats[] = { "raw", "json", "py", "yaml", "csv", "tab" };

/* The options of the command itself, or of a subcommand, where @letter is 0. The first is --help. */
typedef struct
{
  const char *name; /* "--value" */
  char letter;
  gboolean has_value;
} Option;

typedef struct
{
  const Subcommand *subcommand; /* NULL: the command itself */
  Option options[MAX_OPTIONS + 4];
  char names[MAX_OPTIONS][32];
  guint n_options;
} Parser;

static void
parser_init (Parser *parser, const Subcommand *subcommand)
{
  static const Option of_command[] = {
    { "--help", 'h' }, { "--format", 0, TRUE }, { "--raw", 'r' }, { "--json", 'j' },
    { "--py", 'p' },   { "--yaml", 'y' },       { "--csv", 'c' }, { "--tab", 't' },
  };

  parser->subcommand = subcommand;
  parser->n_options = subcommand == NULL ? G_N_ELEMENTS (of_command) : 1;
  memcpy (parser->options, of_command, parser->n_options * sizeof (Option));
  for (guint i = 0; subcommand != NULL && i < MAX_OPTIONS && subcommand->options[i] != NULL; i++)
    {
      g_snprintf (parser->names[i], sizeof parser->names[i], "--%s", subcommand->options[i]);
      parser->options[parser->n_options++] = (Option){ parser->names[i], 0, TRUE };
    }
}

/* What is said about it */

static char *
upper_name (const Option *option)
{
  char *name = g_ascii_strup (option->name + 2, -1);

  return name;
}

/* "[--value VALUE]" and the like, in the order of argparse. */
static GPtrArray *
list_usage_parts (const Parser *parser, guint *out_n_options)
{
  const Subcommand *subcommand = parser->subcommand;
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (parts, g_strdup ("[-h]"));
  if (subcommand == NULL)
    {
      guint n_subcommands;
      const Subcommand *subcommands = charms_reactive_get_subcommands (&n_subcommands);
      GString *names = g_string_new ("{");

      for (guint i = 0; i < n_subcommands; i++)
        g_string_append_printf (names, "%s%s", i == 0 ? "" : ",", subcommands[i].name);
      g_string_append_c (names, '}');
      g_ptr_array_add (parts, g_strdup ("[--format FMT | -r | -j | -p | -y | -c | -t]"));
      *out_n_options = parts->len;
      g_ptr_array_add (parts, g_string_free (names, FALSE));
      g_ptr_array_add (parts, g_strdup ("..."));
      return parts;
    }

  for (guint i = 1; i < parser->n_options; i++)
    {
      g_autofree char *upper = upper_name (&parser->options[i]);

      g_ptr_array_add (parts, g_strdup_printf ("[%s %s]", parser->options[i].name, upper));
    }
  *out_n_options = parts->len;
  for (guint i = 0; i < MAX_POSITIONALS && subcommand->positionals[i] != NULL; i++)
    g_ptr_array_add (parts, g_strdup (subcommand->positionals[i]));
  if (subcommand->rest != NULL)
    g_ptr_array_add (parts, g_strdup_printf ("[%s ...]", subcommand->rest));

  return parts;
}

/* Appends parts @first … @end - 1 from where the line is, in lines that begin at @indent. */
static void
append_parts (GString *text, const GPtrArray *parts, guint first, guint end, gsize indent)
{
  gsize line_bytes = indent - 1;

  for (guint i = first; i < end; i++)
    {
      const char *part = g_ptr_array_index (parts, i);

      if (i > first && line_bytes + 1 + strlen (part) > WIDTH)
        {
          g_string_append_printf (text, "\n%*s", (int) indent, "");
          line_bytes = indent - 1;
        }
      else if (i > first)
        g_string_append_c (text, ' ');
      g_string_append (text, part);
      line_bytes += 1 + strlen (part);
    }
}

static char *
make_usage (const Parser *parser)
{
  g_autofree char *prefix = g_strdup_printf ("usage: " CHARMS_REACTIVE "%s%s ", parser->subcommand != NULL ? " " : "",
                                             parser->subcommand != NULL ? parser->subcommand->name : "");
  guint n_options;
  g_autoptr (GPtrArray) parts = list_usage_parts (parser, &n_options);
  GString *text = g_string_new (prefix);
  gsize length = strlen (prefix) - 1;

  for (guint i = 0; i < parts->len; i++)
    length += 1 + strlen (g_ptr_array_index (parts, i));
  if (length <= WIDTH)
    append_parts (text, parts, 0, parts->len, strlen (prefix));
  else
    {
      append_parts (text, parts, 0, n_options, strlen (prefix));
      if (n_options < parts->len)
        g_string_append_printf (text, "\n%*s", (int) strlen (prefix), "");
      append_parts (text, parts, n_options, parts->len, strlen (prefix));
    }
  g_string_append_c (text, '\n');

  return g_string_free (text, FALSE);
}

static gboolean G_GNUC_PRINTF (3, 4) refuse (const Parser *parser, int *out_code, const char *format, ...)
{
  g_autofree char *usage = make_usage (parser);
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  fprintf (stderr, "%s" CHARMS_REACTIVE "%s%s: error: %s\n", usage, parser->subcommand != NULL ? " " : "",
           parser->subcommand != NULL ? parser->subcommand->name : "", message);
  *out_code = 2;

  return FALSE;
}

/* "-j/--json" */
static char *
describe_option (const Option *option)
{
  return option->letter != 0 ? g_strdup_printf ("-%c/%s", option->letter, option->name) : g_strdup (option->name);
}

/* Words up to the end of a line of @width. */
static void
print_wrapped (const char *text, gsize width)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  gsize column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strlen (words[i]);

      if (column > 0 && column + 1 + length > width)
        {
          printf ("\n");
          column = 0;
        }
      column += (gsize) printf ("%s%s", column > 0 ? " " : "", words[i]);
    }
  printf ("\n");
}

static void
print_options (const Parser *parser)
{
  static const char *const what[] = {
    "show this help",
    "how to print what there is to print",
    "as plain text, the default",
    "as JSON",
    "as Python would",
    "as YAML",
    "as comma-separated values",
    "as values separated by tabs",
  };

  printf ("\noptions:\n");
  for (guint i = 0; i < parser->n_options; i++)
    {
      const Option *option = &parser->options[i];
      g_autofree char *upper = option->has_value ? upper_name (option) : NULL;
      g_autofree char *letter = option->letter != 0 ? g_strdup_printf ("-%c, ", option->letter) : g_strdup ("");
      gboolean is_format = parser->subcommand == NULL && option->has_value;
      g_autofree char *left = g_strdup_printf ("%s%s%s%s", letter, option->name, upper != NULL ? " " : "",
                                               is_format       ? "FMT"
                                               : upper != NULL ? upper
                                                               : "");

      if (parser->subcommand == NULL || i == 0)
        printf ("  %-20s  %s\n", left, what[i]);
      else
        printf ("  %s\n", left);
    }
}

static gboolean
print_help (const Parser *parser, int *out_code)
{
  const Subcommand *subcommand = parser->subcommand;
  g_autofree char *usage = make_usage (parser);
  guint n_subcommands;
  const Subcommand *subcommands = charms_reactive_get_subcommands (&n_subcommands);

  printf ("%s\n", usage);
  print_wrapped (subcommand != NULL ? subcommand->summary
                                    : "Flags, conditions and once marks for handlers that are programs.",
                 WIDTH);
  if (subcommand == NULL)
    {
      printf ("\ncommands:\n");
      for (guint i = 0; i < n_subcommands; i++)
        printf ("  %s\n", subcommands[i].name);
    }
  else if (subcommand->positionals[0] != NULL || subcommand->rest != NULL)
    {
      printf ("\npositional arguments:\n");
      for (guint i = 0; i < MAX_POSITIONALS && subcommand->positionals[i] != NULL; i++)
        printf ("  %s\n", subcommand->positionals[i]);
      if (subcommand->rest != NULL)
        printf ("  %s\n", subcommand->rest);
    }
  print_options (parser);
  *out_code = 0;

  return FALSE;
}

void
charms_reactive_print_usage (const Subcommand *subcommand)
{
  Parser parser;
  g_autofree char *usage = NULL;

  parser_init (&parser, subcommand);
  usage = make_usage (&parser);
  fprintf (stderr, "%s", usage);
}

/* What an argument is */

typedef enum
{
  IS_WORD,
  IS_OPTION,
  IS_UNKNOWN,
  IS_END, /* -- */
} Kind;

typedef struct
{
  Kind kind;
  const Option *option;
  const char *value; /* NULL unless it stands behind a '=' or a letter */
} Found;

static gboolean
is_number (const char *text)
{
  gsize digits = strspn (text + 1, "0123456789");
  const char *rest = text + 1 + digits;

  if (*rest == '\0')
    return digits > 0;

  return *rest == '.' && strspn (rest + 1, "0123456789") > 0 && rest[1 + strspn (rest + 1, "0123456789")] == '\0';
}

/* By its whole name, or the beginning of one alone; FALSE where it begins several. */
static gboolean
find_long (const Parser *parser, const char *argument, Found *found)
{
  const char *equals = strchr (argument, '=');
  gsize length = equals != NULL ? (gsize) (equals - argument) : strlen (argument);
  guint n_found = 0;

  for (guint i = 0; i < parser->n_options; i++)
    {
      const Option *option = &parser->options[i];

      if (strncmp (option->name, argument, length) != 0)
        continue;
      *found = (Found){ IS_OPTION, option, equals != NULL ? equals + 1 : NULL };
      n_found++;
      if (strlen (option->name) == length)
        return TRUE;
    }

  return n_found < 2;
}

static gboolean
classify (const Parser *parser, const char *argument, Found *found, int *out_code)
{
  *found = (Found){ .kind = IS_WORD };
  if (argument[0] != '-' || argument[1] == '\0')
    return TRUE;
  if (strcmp (argument, "--") == 0)
    {
      found->kind = IS_END;
      return TRUE;
    }

  if (argument[1] == '-' && !find_long (parser, argument, found))
    return refuse (parser, out_code, "ambiguous option: %s could match several", argument);
  for (guint i = 0; argument[1] != '-' && i < parser->n_options; i++)
    if (parser->options[i].letter == argument[1])
      *found = (Found){ IS_OPTION, &parser->options[i], argument[2] != '\0' ? argument + 2 : NULL };
  if (found->kind == IS_OPTION || is_number (argument) || strchr (argument, ' ') != NULL)
    return TRUE;

  found->kind = IS_UNKNOWN;
  return TRUE;
}

/* Reading */

typedef struct
{
  Parser parser;
  Arguments *arguments;
  GPtrArray *unknown;
  guint n_positionals;      /* of those that the subcommand has, how many are there */
  gboolean has_rest;        /* words that come now are too many */
  const Option *has_format; /* by which option of the command */
} Reading;

/* Words that stand together: what is still asked for gets them, then the rest takes all. */
static void
take_words (Reading *reading, const char *const *words, guint n_words)
{
  const Subcommand *subcommand = reading->parser.subcommand;
  guint i = 0;

  if (n_words == 0)
    return;

  while (i < n_words && reading->n_positionals < MAX_POSITIONALS
         && subcommand->positionals[reading->n_positionals] != NULL)
    reading->arguments->positionals[reading->n_positionals++] = words[i++];
  if (reading->n_positionals < MAX_POSITIONALS && subcommand->positionals[reading->n_positionals] != NULL)
    return;

  for (; i < n_words; i++)
    g_ptr_array_add (subcommand->rest != NULL && !reading->has_rest ? reading->arguments->rest : reading->unknown,
                     (char *) words[i]);
  reading->has_rest = TRUE;
}

/* @next: where its value may stand; NULL where nothing does. Sets @out_took where it took that. */
static gboolean
take_option (Reading *reading, const Found *found, const char *next, gboolean *out_took, int *out_code)
{
  const Parser *parser = &reading->parser;
  const Option *option = found->option;
  g_autofree char *described = describe_option (option);
  const char *value = found->value != NULL ? found->value : next;

  *out_took = option->has_value && found->value == NULL;
  if (!option->has_value && found->value != NULL)
    return refuse (parser, out_code, "argument %s: ignored explicit argument '%s'", described, found->value);
  if (option == &parser->options[0])
    return print_help (parser, out_code);
  if (option->has_value && value == NULL)
    return refuse (parser, out_code, "argument %s: expected one argument", described);

  if (parser->subcommand != NULL)
    {
      reading->arguments->options[option - &parser->options[1]] = value;
      return TRUE;
    }

  if (reading->has_format != NULL && reading->has_format != option)
    {
      g_autofree char *other = describe_option (reading->has_format);

      return refuse (parser, out_code, "argument %s: not allowed with argument %s", described, other);
    }
  reading->has_format = option;
  reading->arguments->format = option->has_value ? value : option->name + 2;
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (strcmp (formats[i], reading->arguments->format) == 0)
      return TRUE;

  return refuse (parser, out_code,
                 "argument --format: invalid choice: '%s' (choose from 'raw', 'json', 'py', 'yaml', 'csv', 'tab')",
                 reading->arguments->format);
}

/* The value of an option is the next argument, unless that is an option itself. */
static gboolean
take_option_at (Reading *reading, const char *const **argv, const Found *found, int *out_code)
{
  const char *next = (*argv)[1];
  Found of_next = { 0 };
  gboolean took;

  if (next != NULL && !classify (&reading->parser, next, &of_next, out_code))
    return FALSE;
  if (!take_option (reading, found, next != NULL && of_next.kind == IS_WORD ? next : NULL, &took, out_code))
    return FALSE;

  *argv += took ? 2 : 1;

  return TRUE;
}

static gboolean
refuse_choice (const Parser *parser, const char *given, int *out_code)
{
  guint n_subcommands;
  const Subcommand *subcommands = charms_reactive_get_subcommands (&n_subcommands);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) quoted = g_string_new (NULL);

  for (guint i = 0; i < n_subcommands; i++)
    {
      g_string_append_printf (names, "%s%s", i == 0 ? "" : ",", subcommands[i].name);
      g_string_append_printf (quoted, "%s'%s'", i == 0 ? "" : ", ", subcommands[i].name);
    }

  return refuse (parser, out_code, "argument {%s}: invalid choice: '%s' (choose from %s)", names->str, given,
                 quoted->str);
}

/* From the options of the command to behind the name of the subcommand. */
static gboolean
read_command (Reading *reading, const char *const **argv, int *out_code)
{
  guint n_subcommands;
  const Subcommand *subcommands = charms_reactive_get_subcommands (&n_subcommands);
  Found found = { 0 };

  parser_init (&reading->parser, NULL);
  while (**argv != NULL)
    {
      if (!classify (&reading->parser, **argv, &found, out_code))
        return FALSE;
      if (found.kind == IS_WORD)
        break;
      if (found.kind == IS_OPTION)
        {
          if (!take_option_at (reading, argv, &found, out_code))
            return FALSE;
          continue;
        }
      if (found.kind == IS_UNKNOWN)
        g_ptr_array_add (reading->unknown, (char *) **argv);
      (*argv)++;
      if (found.kind == IS_END)
        break;
    }

  for (guint i = 0; **argv != NULL && i < n_subcommands; i++)
    if (strcmp (subcommands[i].name, **argv) == 0)
      {
        reading->arguments->subcommand = &subcommands[i];
        (*argv)++;
        return TRUE;
      }

  if (**argv != NULL)
    return refuse_choice (&reading->parser, **argv, out_code);
  if (reading->unknown->len > 0)
    return refuse (&reading->parser, out_code, "unrecognized arguments: %s",
                   (const char *) g_ptr_array_index (reading->unknown, 0));

  /* Python's does not expect that either. */
  charms_reactive_print_usage (NULL);
  fprintf (stderr, CHARMS_REACTIVE ": what to do is missing\n");
  *out_code = 1;

  return FALSE;
}

static gboolean
check_missing (Reading *reading, int *out_code)
{
  const Subcommand *subcommand = reading->parser.subcommand;
  g_autoptr (GString) missing = g_string_new (NULL);

  for (guint i = reading->n_positionals; i < MAX_POSITIONALS && subcommand->positionals[i] != NULL; i++)
    g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", subcommand->positionals[i]);

  return missing->len == 0
         || refuse (&reading->parser, out_code, "the following arguments are required: %s", missing->str);
}

/* All that stands behind the name of the subcommand. */
static gboolean
read_subcommand (Reading *reading, const char *const *argv, int *out_code)
{
  const char *const *words = argv;
  gboolean is_past_end = FALSE;
  g_autoptr (GPtrArray) together = g_ptr_array_new ();

  parser_init (&reading->parser, reading->arguments->subcommand);
  while (*argv != NULL)
    {
      Found found = { .kind = IS_WORD };

      if (!is_past_end && !classify (&reading->parser, *argv, &found, out_code))
        return FALSE;
      if (found.kind == IS_WORD)
        {
          g_ptr_array_add (together, (char *) *argv++);
          continue;
        }
      if (found.kind == IS_END)
        {
          is_past_end = TRUE;
          argv++;
          continue;
        }

      words = (const char *const *) together->pdata;
      take_words (reading, words, together->len);
      g_ptr_array_set_size (together, 0);
      if (found.kind == IS_UNKNOWN)
        g_ptr_array_add (reading->unknown, (char *) *argv++);
      else if (!take_option_at (reading, &argv, &found, out_code))
        return FALSE;
    }
  take_words (reading, (const char *const *) together->pdata, together->len);

  return check_missing (reading, out_code);
}

gboolean
charms_reactive_parse (const char *const *argv, Arguments *out_arguments, int *out_code)
{
  g_autoptr (GPtrArray) unknown = g_ptr_array_new ();
  Reading reading = { .arguments = out_arguments, .unknown = unknown };
  g_autofree char *all = NULL;

  *out_arguments = (Arguments){ .format = "raw", .rest = g_ptr_array_new () };
  for (guint i = 0; argv[i] != NULL; i++)
    if (!g_utf8_validate (argv[i], -1, NULL))
      {
        fprintf (stderr, CHARMS_REACTIVE ": argument %u is not UTF-8\n", i + 1);
        *out_code = 1;
        return FALSE;
      }

  if (!read_command (&reading, &argv, out_code) || !read_subcommand (&reading, argv, out_code))
    return FALSE;

  g_ptr_array_add (out_arguments->rest, NULL);
  g_ptr_array_add (unknown, NULL);
  if (unknown->len == 1)
    return TRUE;

  all = g_strjoinv (" ", (char **) unknown->pdata);
  parser_init (&reading.parser, NULL);

  return refuse (&reading.parser, out_code, "unrecognized arguments: %s", all);
}

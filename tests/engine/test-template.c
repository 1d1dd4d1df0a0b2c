/* SPDX-License-Identifier: Apache-2.0 */
#include "author/template.h"

#include <glib/gstdio.h>
#include <string.h>

static char *directory;

/* A charm of two endpoints, of which one has a file to include. */
static Template *
make_template (void)
{
  Template *template = template_new ();
  TemplateItem *first = template_add_item (template, directory);
  TemplateItem *second = template_add_item (template, "/nowhere");

  template_set (template, "charm", "web");
  template_set (template, "module", "web");
  template_item_set (first, "endpoint", "db");
  template_item_set (first, "module", "db_module");
  template_item_set (second, "endpoint", "cache");
  template_append (template, "endpoints", first);
  template_append (template, "endpoints", second);
  template_append (template, "nothing", NULL);

  return template;
}

typedef struct
{
  const char *title;
  const char *text;
  const char *expected; /* NULL: it fails */
  const char *message;
} Case;

static const Case cases[] = {
  { "names", "a @charm@-@module@ b\n", "a web-web b\n", NULL },
  { "a last line without a break gets one", "@charm@", "web\n", NULL },
  { "nothing", "", "", NULL },
  { "empty lines stay", "\n\na\n", "\n\na\n", NULL },
  { "what is no name stays", "a@b.c @0@ @UPPER@ @ @@ checkout@v4 @-x@ @end @charm\n",
    "a@b.c @0@ @UPPER@ @ @@ checkout@v4 @-x@ @end @charm\n", NULL },
  { "two ats before a name", "@@charm@\n", "@web\n", NULL },
  { "the licence goes", "#!/bin/sh\n# SPDX-License-Identifier: X\nexec\n", "#!/bin/sh\nexec\n", NULL },
  { "each", "<\n@each endpoints@\n@endpoint@ of @charm@: @module@\n@end@\n>\n",
    "<\ndb of web: db_module\ncache of web: web\n>\n", NULL },
  { "each of nothing", "@each nothing@\n@endpoint@\n@end@\n", "", NULL },
  { "if", "@if endpoints@\nyes\n@end@\n@if nothing@\nno\n@end@\n", "yes\n", NULL },
  { "in comments", "/* @if endpoints@ */\nyes\n  # @end@\n  /* @if nothing@ */\nno\n#@end@\n", "yes\n", NULL },
  { "an include", "@each endpoints@\n@include part.txt@\n@end@\n", "part of db\n", NULL },
  { "in text it is none", "see @if x\n@if endpoints@ and\n", "see @if x\n@if endpoints@ and\n", NULL },
  { "an unknown name", "ok\n@charn@\n", NULL, "file:2: there is no name 'charn'" },
  { "an unknown list", "@each things@\n@end@\n", NULL, "file:1: there is no list 'things'" },
  { "no end", "\n@if endpoints@\nyes\n", NULL, "file:2: a block without an end" },
  { "no begin", "@end@\n", NULL, "file:1: an end without a block" },
  { "a block in a block", "@each endpoints@\n@if nothing@\n@end@\n", NULL, "file:2: a block within a block" },
  { "an include of no endpoint", "@include part.txt@\n", NULL, "file:1: 'part.txt' cannot be included here" },
  { "an include from elsewhere", "@each endpoints@\n@include ../part.txt@\n@end@\n", NULL,
    "file:2: '../part.txt' cannot be included here" },
  { "a wrong file that is included", "@each endpoints@\n@include wrong.txt@\n@end@\n", NULL,
    "wrong.txt:2: there is no name 'oops'" },
};

static void
test_language (void)
{
  g_autoptr (Template) template = make_template ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = template_expand (template, /* item= */ NULL, "file", cases[i].text, &error);

      g_test_message ("%s", cases[i].title);
      if (cases[i].expected != NULL)
        g_assert_no_error (error);
      g_assert_cmpstr (text, ==, cases[i].expected);
      if (cases[i].message == NULL)
        continue;
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      if (strstr (error->message, cases[i].message) == NULL)
        g_error ("'%s' is not in '%s'", cases[i].message, error->message);
    }
}

static void
test_item_comes_first (void)
{
  g_autoptr (Template) template = make_template ();
  TemplateItem *item = template_add_item (template, /* directory= */ NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  template_item_set (item, "module", "own");
  text = template_expand (template, item, "file", "@charm@/@module@\n", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "web/own\n");
}

static void
test_missing_file (void)
{
  g_autoptr (Template) template = make_template ();
  g_autoptr (GError) error = NULL;

  g_assert_null (template_expand_file (template, /* item= */ NULL, "/nowhere/file", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
remove_file (const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int argc, char **argv)
{
  int code;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/names-and-blocks-are-expanded", test_language);
  g_test_add_func ("/template/names-of-an-item-come-before-those-of-all", test_item_comes_first);
  g_test_add_func ("/template/a-missing-file-is-not-found", test_missing_file);

  directory = g_dir_make_tmp ("template-XXXXXX", NULL);
  write_file ("part.txt", "# SPDX-License-Identifier: X\npart of @endpoint@\n");
  write_file ("wrong.txt", "fine\n@oops@\n");
  code = g_test_run ();
  remove_file ("part.txt");
  remove_file ("wrong.txt");
  g_assert_cmpint (g_rmdir (directory), ==, 0);
  g_free (directory);

  return code;
}

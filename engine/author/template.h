/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* A text with names in it that are replaced: the language of charm-template/README.md. */

/* What names stand for, and lists of items which have names of their own. */
typedef struct _Template Template;
typedef struct _TemplateItem TemplateItem;

Template *template_new (void);
void template_free (Template *template);

void template_set (Template *template, const char *name, const char *value);
/* An item in no list yet; the template keeps it. What it includes is in @directory. */
TemplateItem *template_add_item (Template *template, const char *directory);
void template_item_set (TemplateItem *item, const char *name, const char *value);
/* Lists come into being here: one that is empty is made with @item NULL. */
void template_append (Template *template, const char *list, TemplateItem *item);

/* Expands @text, of the file @path, with the names of @item (nullable) before those of all. Errors: BAD_DATA, that
 * begin `path:line:`; of an included file those of reactive_file_read(), too. */
char *template_expand (const Template *template, const TemplateItem *item, const char *path, const char *text,
                       GError **error);
/* The same with the contents of @path. */
char *template_expand_file (const Template *template, const TemplateItem *item, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Template, template_free)

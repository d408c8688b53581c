/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "server/html/spark-language.h"

G_BEGIN_DECLS

/*
 * HTML from templates. A template is a file of HTML with these marks:
 *
 *   {{name}}                       the member `name` of the data: a string or a number
 *   {{#name}} … {{/name}}          once for each object of an array; once when it is true or not
 * empty
 *   {{^name}} … {{/name}}          when it is not there, false, 0 or empty
 *   {{_Until {date}}}              a message, translated, with members in it
 *   {{>file}}                      another template, in the place of text
 *   {{%}}                          the template that was asked for, in the one that frames it
 *
 * Every value is escaped by where it stands: in text, in a quoted attribute, or in an address
 * (href, src, action, formaction), where only paths of this site and http(s) pass. A value anywhere
 * else (in a tag, a script, a style, an attribute that holds one, without quotes) is an error when
 * the template is read, never a page. Immutable after reading, and so thread-safe.
 */
typedef struct _SparkTemplates SparkTemplates;

/* Data names and files are for the error's message. */
#define SPARK_TEMPLATE_ERROR (spark_template_error_quark ())
GQuark spark_template_error_quark (void);

SparkTemplates *spark_templates_new (void);
void spark_templates_free (SparkTemplates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkTemplates, spark_templates_free)

/* Reads a template; @name is what {{>name}} calls it. */
gboolean spark_templates_add (SparkTemplates *self, const char *name, const char *source,
                              GError **error);
/* After the last: whether every {{>file}} is there and none includes itself. */
gboolean spark_templates_check (SparkTemplates *self, GError **error);

/* All templates NAME.html below @path. They are part of the executable: one that is wrong is a fault
 * of ours, found by any test, and ends the process. */
SparkTemplates *spark_templates_load (GResource *resource, const char *path);

/**
 * spark_templates_render:
 * @frame: (nullable): the template whose {{%}} @name is put into
 *
 * Both must have been added. Returns: (transfer full): the page
 */
GBytes *spark_templates_render (SparkTemplates *self, const char *frame, const char *name,
                                JsonObject *data, const SparkLanguage *language);

/* Calls @func with each {{_message}}, as it is to be translated. */
void spark_templates_each_message (SparkTemplates *self,
                                   void (*func) (const char *message, gpointer data),
                                   gpointer data);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The language of one answer. gettext knows one locale a process, and only those that the system
 * has, so the page's own catalogues (.mo, in the executable) are looked up here. Immutable after
 * spark_languages_load(), and so thread-safe.
 */
typedef struct _SparkLanguage SparkLanguage;

/* Once, before the first look-up. */
void spark_languages_load (void);

/**
 * spark_language_choose:
 * @accept: (nullable): what the Accept-Language header says, not trusted
 *
 * Returns: (transfer none): the one that is wanted most; English when none is here
 */
const SparkLanguage *spark_language_choose (const char *accept);
/* Of all there are; NULL at the end. */
const SparkLanguage *spark_language_nth (guint n);

/* As in HTML's lang. */
const char *spark_language_tag (const SparkLanguage *self);
gboolean spark_language_is_rtl (const SparkLanguage *self);

/* The translation, or @message itself. */
const char *spark_language_get (const SparkLanguage *self, const char *message);
/* The same for a number: "{n} days left" */
const char *spark_language_get_plural (const SparkLanguage *self, const char *one, const char *many,
                                       guint64 n);
/* (transfer full): spark_language_get_plural() with {n} replaced */
char *spark_language_count (const SparkLanguage *self, const char *one, const char *many,
                            guint64 n);

/* U+2068 and U+2069: what stands between them keeps its own direction within a sentence. */
#define SPARK_ISOLATE     "\xe2\x81\xa8"
#define SPARK_ISOLATE_END "\xe2\x81\xa9"

/* (transfer full): @text, isolated where the language is written from right to left */
char *spark_language_isolate (const SparkLanguage *self, const char *text);

/**
 * spark_language_fill:
 * @message: with names in braces: "Access of {brand}"
 * @name: of the first; then its value, the next name, and so on; NULL at the end
 *
 * What stands in a value is never taken for a name, and is isolated as by spark_language_isolate().
 *
 * Returns: (transfer full): the translation of @message with the values in it
 */
char *spark_language_fill (const SparkLanguage *self, const char *message, const char *name,
                           ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS

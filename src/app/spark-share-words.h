/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What is said to a brand beside a link, in the brand's language, which need not be that of the
 * desktop: from share-words.ini. Main thread.
 */

typedef struct
{
  const char *brand;
  const char *creator; /* the handle without @; NULL: not known */
  const char *account; /* the account's name, said where there is no handle */
  const char *video;   /* its caption */
  const char *url;
  gint64 starts_at;
  gint64 ends_at;
  gboolean sample; /* the message says that it is */
} SparkShareWords;

/* As locales: "en", "pt_BR"; NULL-terminated, by their own names */
const char *const *spark_share_languages (void);
/* What the language calls itself; (transfer full) */
char *spark_share_language_name (const char *language);
/* The one of them that the desktop speaks, else English. */
const char *spark_share_language_usual (void);
gboolean spark_share_language_is_rtl (const char *language);

/**
 * spark_share_say:
 * @key: "subject", "message", "for", "period", "scan" or "sample"
 *
 * Returns: (transfer full)
 */
char *spark_share_say (const char *language, const char *key, const SparkShareWords *words);

G_END_DECLS

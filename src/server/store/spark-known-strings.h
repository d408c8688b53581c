/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-secrets.h"

G_BEGIN_DECLS

/*
 * Where the strings of codes and links led, by their fingerprints. Those that Sparkbox makes are
 * made at random and once: what they lead to may be gone, but is never another.
 */
typedef struct _SparkKnownStrings SparkKnownStrings;

typedef struct
{
  gint64 account;
  gint64 kind; /* SparkKind */
  gint64 id;
  gint64 video;
} SparkKnownString;

SparkKnownStrings *spark_known_strings_new (void);
void spark_known_strings_free (SparkKnownStrings *self);

/* (nullable): valid until one is put. @fingerprint has SPARK_FINGERPRINT_BYTES */
const SparkKnownString *spark_known_strings_find (SparkKnownStrings *self,
                                                  const guint8 *fingerprint);
/* Instead of what was known of it. Where there are very many, all are forgotten first. */
void spark_known_strings_put (SparkKnownStrings *self, const guint8 *fingerprint,
                              const SparkKnownString *string);
/* It is about to lead elsewhere. */
void spark_known_strings_drop (SparkKnownStrings *self, const guint8 *fingerprint);

G_END_DECLS

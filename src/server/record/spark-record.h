/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/html/spark-language.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/*
 * An access record: what happened to one brand's access to one video, to all of a brand's, or to
 * all of an account's in a period, and who recorded each line. For people outside: it names no
 * code. What Sparkbox says in it is in the language of whoever asked for it; what people wrote is
 * as they wrote it, and so are the columns of the CSV, which programs read.
 */

/* At most so many lines, and so many accesses, each whole or not at all: a longer one is asked for
 * by period, or of less. */
#define SPARK_RECORD_MAX 5000

typedef struct
{
  gint64 at;
  char *what;
  char *who;
  char *video_id;
  char *video; /* its caption */
} SparkRecordLine;

typedef struct
{
  const SparkLanguage *language; /* set before it is collected */
  char *account;
  char *subject;
  gint64 from; /* 0: from the beginning */
  gint64 to;   /* 0: until it was made */
  gint64 made_at;
  GPtrArray *access; /* of char*: a sentence for each grant that there was in the period */
  GArray *lines;     /* of SparkRecordLine, oldest first */
} SparkRecord;

void spark_record_clear (SparkRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkRecord, spark_record_clear)

/**
 * spark_record_collect:
 * @grant_id, @brand_id: (nullable): of the account; both NULL: all of it
 *
 * SPARK_ERROR_NOT_FOUND; SPARK_ERROR_INVALID_REQUEST when it would be too long.
 */
gboolean spark_record_collect (SparkTx *tx, gint64 account, const char *grant_id,
                               const char *brand_id, gint64 from, gint64 to, SparkRecord *record,
                               GError **error);

/* (transfer full) */
GBytes *spark_record_write_csv (const SparkRecord *record);

/* "Wed 25 Nov 2026, 16:43 UTC", in that language; (transfer full) */
char *spark_record_format_time (const SparkLanguage *language, gint64 ms);

G_END_DECLS

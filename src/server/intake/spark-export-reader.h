/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * Reads the JSON text of TikTok's own data export as it streams by. Known places of the videos, in
 * any capitalisation: Post › Posts › VideoList, Video › Videos › VideoList, and the latter under
 * Activity. Everything else is passed over. Memory is bounded: a text that nests deeper than
 * SPARK_EXPORT_MAX_DEPTH or holds one value of more than SPARK_EXPORT_MAX_VALUE bytes is refused.
 */
typedef struct _SparkExportReader SparkExportReader;

#define SPARK_EXPORT_MAX_DEPTH 64
#define SPARK_EXPORT_MAX_VALUE (1024 * 1024)

/* A video of the export; @facts is valid during the call. FALSE ends the reading. */
typedef gboolean (*SparkExportVideo) (const SparkVideoFacts *facts, gpointer data);

SparkExportReader *spark_export_reader_new (SparkExportVideo video, gpointer data);
void spark_export_reader_free (SparkExportReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkExportReader, spark_export_reader_free)

/* IMPORT_MALFORMED, IMPORT_IS_TXT; FALSE without an error: the callback ended it. */
gboolean spark_export_reader_feed (SparkExportReader *self, const guint8 *bytes, gsize length,
                                   GError **error);
/* There is no more. */
gboolean spark_export_reader_end (SparkExportReader *self, GError **error);
/* Videos that could not be understood. */
guint spark_export_reader_skipped (SparkExportReader *self);

G_END_DECLS

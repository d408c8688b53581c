/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <archive.h>

#include "client/spark-export.h"
#include "client/spark-replica-db.h"
#include "model/spark-json-writer.h"

G_BEGIN_DECLS

struct _SparkExport
{
  GObject parent_instance;

  /* owned */
  char *path; /* of the replica */
  GBytes *key;
  char *account_id;
  GHashTable *chosen; /* ids; NULL: all */
  GHashTable *listed; /* keys of videos; NULL: all */

  SparkExportFormat format;
  SparkKind chosen_kind;
  int done; /* atomic, as total */
  int total;

  guint codes : 1;
};

/* One run, on its thread. */
typedef struct
{
  SparkExport *export;
  GCancellable *cancellable;
  SparkDb *db;
  gint64 account;
  GHashTable *videos; /* ids of those that are written; NULL: all */
  GHashTable *brands; /* the same */
  int fd;
  struct archive *zip;
  SparkJsonWriter json;
  GString *table;
  GError *error; /* why a function of a run returned FALSE */
} SparkExportRun;

typedef gboolean (*SparkExportRow) (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt,
                                    GVariant *body);

/* Calls @row for each of a statement's rows, until it returns FALSE. */
gboolean spark_export_scan (SparkExportRun *run, const char *statement, SparkKind kind,
                            SparkExportRow row);

/* Finds which videos and brands are written, before any is. */
gboolean spark_export_choose (SparkExportRun *run);

/* After that; @id: (nullable) */
gboolean spark_export_wants_video (const SparkExportRun *run, const char *id);
gboolean spark_export_wants_brand (const SparkExportRun *run, const char *id);
gboolean spark_export_wants_grant (const SparkExportRun *run, const SparkGrant *grant);
gboolean spark_export_wants_link (const SparkExportRun *run, const SparkLink *link);
gboolean spark_export_wants_event (const SparkExportRun *run, const SparkEvent *event);

G_END_DECLS

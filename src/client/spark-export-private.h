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
  SparkClient *client; /* NULL: nothing is asked for */
  GHashTable *chosen; /* ids; NULL: all */
  GHashTable *listed; /* keys of videos; NULL: all */

  SparkExportFormat format;
  SparkKind chosen_kind;
  int done; /* atomic, as total */
  int total;
  int partial; /* atomic */

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
  GMainContext *context; /* where the client is asked */
  GArray *older;         /* what it is asked for */
  int n_rows;            /* of the replica, at most */
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

/* Then what is older than the replica's events, so that it is known how much there is to do. */
gboolean spark_export_find_older (SparkExportRun *run);

/* Asks for that and writes it. */
gboolean spark_export_write_older (SparkExportRun *run);

/* Writes an event, where it is wanted. */
gboolean spark_export_write_event (SparkExportRun *run, const SparkEvent *event);

/* After spark_export_choose(); @id: (nullable) */
gboolean spark_export_wants_video (const SparkExportRun *run, const char *id);
gboolean spark_export_wants_brand (const SparkExportRun *run, const char *id);
gboolean spark_export_wants_grant (const SparkExportRun *run, const SparkGrant *grant);
gboolean spark_export_wants_link (const SparkExportRun *run, const SparkLink *link);
gboolean spark_export_wants_event (const SparkExportRun *run, const SparkEvent *event);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include "model/spark-enums.h"

G_BEGIN_DECLS

/*
 * What the lists over the replica share: a GListModel that holds the keys of its rows in order, 16
 * bytes each, and reads the rows that are looked at. It follows the replica by itself and says
 * exactly what changed: a changed row is one row removed and one added in its place. A new query
 * shows its first rows at once and the rest a moment later, from idle. Main thread.
 *
 * Two shapes: a scanned list may be long; it is read in the order of its keys, in pieces, and
 * follows row by row. Any other is short and read whole each time.
 */
#define SPARK_TYPE_ROW_LIST (spark_row_list_get_type ())
G_DECLARE_DERIVABLE_TYPE (SparkRowList, spark_row_list, SPARK, ROW_LIST, GObject)

typedef struct
{
  gint64 sort; /* rows are ordered by it, then by key; a list read whole comes in order */
  gint64 key;
} SparkRow;

struct sqlite3_stmt;
typedef struct _SparkReplica SparkReplica;
typedef struct _SparkTouched SparkTouched;

/* For the lists of src/client alone. */
struct _SparkRowListClass
{
  GObjectClass parent_class;

  SparkKind kind; /* of the rows */
  guint kinds;    /* SparkKinds whose changes can change the list */
  GType item_type;

  /**
   * scan:
   * @after: of a scanned list: only rows with a larger key, in the order of the keys
   *
   * Returns: (transfer full) (nullable): a statement whose first column is the key
   */
  struct sqlite3_stmt *(*scan) (SparkRowList *self, gint64 after);
  /* Whether the row the statement stands at is in the list; may set what it is ordered by. NULL: it
   * is. */
  gboolean (*accept) (SparkRowList *self, struct sqlite3_stmt *stmt, SparkRow *row);
  /* A scanned list: whether the row of @row->key is there and in the list now. NULL: not scanned.
   */
  gboolean (*look) (SparkRowList *self, SparkRow *row);
  /* Whether it is something else that the list asks for, now that other rows changed: it is read
   * anew then. NULL: never */
  gboolean (*asks_anew) (SparkRowList *self, const SparkTouched *touched);
  /* Whether a row of that key changed. NULL: its key is one of @kind's */
  gboolean (*is_touched) (SparkRowList *self, const SparkTouched *touched, gint64 key);
  /* Time alone may have changed what a timed list holds. By default it is read anew. */
  void (*pass_time) (SparkRowList *self);
  /* Returns: (transfer full): the row; what cannot be read is empty, never NULL */
  gpointer (*read) (SparkRowList *self, gint64 key);
};

/* Reads what is left now, not from idle; not while the list says what has changed. Main thread. */
void spark_row_list_complete (SparkRowList *self);

G_END_DECLS

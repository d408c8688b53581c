/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-search.h"
#include "server/store/spark-store-read.h"
#include "server/store/spark-tx.h"

G_BEGIN_DECLS

/* Walks over the accounts of a scope, page by page, whatever the list. */
typedef struct
{
  GArray *accounts; /* gint64, ascending */
  guint at;
  gint64 account;   /* the one to read now */
  gboolean resumed; /* read it behind the key and id; only the first account of a page */
  gint64 last;      /* the account of the last row that was given, and its key and id */
  gint64 key;
  gint64 id;
  guint left; /* rows that may still be given */
} SparkPager;

void spark_pager_clear (SparkPager *pager);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkPager, spark_pager_clear)

/* SPARK_ERROR_INVALID_REQUEST for a cursor that is none of ours. @account: 0 for all of the scope
 */
gboolean spark_pager_init (SparkPager *pager, SparkTx *tx, const SparkScope *scope, gint64 account,
                           SparkPage *page, GError **error);
/* Goes on with the next account; FALSE at the end. */
gboolean spark_pager_next (SparkPager *pager);
/* A row is about to be given: TRUE when there is room for it, else the page ends on the last one.
 */
gboolean spark_pager_take (SparkPager *pager, SparkPage *page, gint64 account, gint64 key,
                           gint64 id);
/* What is searched for in the rows of the account that it is at. One account alone is not searched
 * for itself. */
gboolean spark_pager_search (const SparkPager *pager, SparkTx *tx, const char *typed,
                             SparkSearch *search, GError **error);

G_END_DECLS

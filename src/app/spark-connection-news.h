/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"

G_BEGIN_DECLS

/* What is to be told of the shown accounts' connections to TikTok, the most pressing first. */
typedef struct
{
  char *sentence;   /* NULL: nothing */
  char *account_id; /* that is to be connected again; NULL: nothing can be done about it here */
} SparkConnectionNews;

/**
 * spark_connection_news_read:
 * @account_id: (nullable): the account that is shown; NULL: all
 * @now: ms
 * @later: (out): when it may be otherwise by itself, ms; 0: not without a change
 */
void spark_connection_news_read (SparkConnectionNews *news, SparkContext *context,
                                 const char *account_id, gint64 now, gint64 *later);
/* The same for one account of the platform tiktok. */
void spark_connection_news_add (SparkConnectionNews *news, const SparkAccount *account, gint64 now,
                                gint64 *later);
void spark_connection_news_clear (SparkConnectionNews *news);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkConnectionNews, spark_connection_news_clear)

G_END_DECLS

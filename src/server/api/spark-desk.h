/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * Where answers are made that take long to make, such as a record of thousands of lines: a few
 * threads beside those that answer, there only while there is work, with a short queue.
 */
typedef struct _SparkDesk SparkDesk;

SparkDesk *spark_desk_new (SparkStore *store);
/* When nothing is given any more. Waits for what is being made. */
void spark_desk_free (SparkDesk *desk);

typedef void (*SparkDeskWork) (gpointer data);

/**
 * spark_desk_give:
 * @account: whose answer it is: one account has only a part of the queue
 * @work: runs on another thread, where it may read from the store
 *
 * Returns: FALSE with SPARK_ERROR_UNAVAILABLE when too many wait: @work does not run
 */
gboolean spark_desk_give (SparkDesk *desk, gint64 account, SparkDeskWork work, gpointer data,
                          GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * Another key takes the place of the one codes are encrypted with, while others serve and write.
 * What it did is durable step by step, and whatever ends it, the same again goes on from there:
 *
 * 1. a new key is added to the file, behind the old one;
 * 2. the database is under the new key from one transaction on: all that write, in every process,
 *    write with it, and what the old one made is still read;
 * 3. what the old key made is made anew, in small transactions, until none is left;
 * 4. what the old key was looked up by is taken away, and the key from the file.
 */

typedef struct
{
  guint64 encrypted; /* codes, links and tokens that were encrypted anew */
  gboolean resumed;  /* an earlier one was brought to its end, and no other key was made */
} SparkRekey;

/* Only step 1: the file is to be copied to the other servers before they need it. UNAVAILABLE when
 * there is such a key already. */
gboolean spark_store_prepare_key (SparkStore *store, GError **error);
/* All of it. SPARK_ERROR_UNAVAILABLE; also while another process does it. */
gboolean spark_store_rekey (SparkStore *store, SparkRekey *done, GError **error);

G_END_DECLS

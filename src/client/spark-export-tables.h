/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/* The tables of an export. The names of columns are those of /v1, so that programs know them. */

typedef struct
{
  const char *file_name;
  const char *const *columns;
} SparkTable;

/* @kind: not batches */
const SparkTable *spark_table_get (SparkKind kind);

void spark_table_account (GString *out, const SparkAccount *account);
void spark_table_video (GString *out, const SparkVideo *video);
void spark_table_code (GString *out, const SparkCode *code, const char *caption);
void spark_table_link (GString *out, const SparkLink *link, const char *caption);
void spark_table_grant (GString *out, const SparkGrant *grant, const char *caption);
void spark_table_brand (GString *out, const SparkBrand *brand);
void spark_table_event (GString *out, const SparkEvent *event, const char *caption);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/*
 * How the replica keeps an object: one GVariant, whose strings a view points into without a copy.
 * `pack` gives a floating reference; a view that was unpacked is valid as long as @body is. A body
 * that is damaged gives empty members, never a crash. Codes and the strings of links are left out:
 * they are kept apart, encrypted.
 */
GVariant *spark_account_pack (const SparkAccount *account);
void spark_account_unpack (SparkAccount *account, GVariant *body);
GVariant *spark_video_pack (const SparkVideo *video);
void spark_video_unpack (SparkVideo *video, GVariant *body);
GVariant *spark_code_pack (const SparkCode *code);
void spark_code_unpack (SparkCode *code, GVariant *body);
GVariant *spark_link_pack (const SparkLink *link);
void spark_link_unpack (SparkLink *link, GVariant *body);
GVariant *spark_grant_pack (const SparkGrant *grant);
void spark_grant_unpack (SparkGrant *grant, GVariant *body);
GVariant *spark_brand_pack (const SparkBrand *brand);
/* @storage holds the arrays and the deal: as spark_brand_read() */
void spark_brand_unpack (SparkBrand *brand, SparkBrandStorage *storage, GVariant *body);
GVariant *spark_event_pack (const SparkEvent *event);
void spark_event_unpack (SparkEvent *event, GVariant *body);
GVariant *spark_batch_pack (const SparkBatch *batch);
void spark_batch_unpack (SparkBatch *batch, GVariant *body);

/* The type of the bodies of a kind. */
const GVariantType *spark_body_type (SparkKind kind);

G_END_DECLS

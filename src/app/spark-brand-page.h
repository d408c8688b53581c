/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BRAND_PAGE (spark_brand_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkBrandPage, spark_brand_page, SPARK, BRAND_PAGE, AdwBin)

/*
 * Everything about one brand: its deal, its ad accounts, which videos it may use and used, and what
 * it did. Follows the replica by itself.
 *
 * Property: closable: whether it has a button that runs win.back.
 */
void spark_brand_page_set_context (SparkBrandPage *self, SparkContext *context);

/**
 * spark_brand_page_show:
 * @id: (nullable): of a brand
 *
 * Returns: whether the brand is there to be shown
 */
gboolean spark_brand_page_show (SparkBrandPage *self, const char *id);
/* (nullable): the brand shown; NULL also when it went away meanwhile */
const char *spark_brand_page_get_id (SparkBrandPage *self);
/* Puts the keyboard on the first act. */
void spark_brand_page_focus (SparkBrandPage *self);

G_END_DECLS

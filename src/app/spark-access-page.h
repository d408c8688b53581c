/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-page-search.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ACCESS_PAGE (spark_access_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkAccessPage, spark_access_page, SPARK, ACCESS_PAGE, AdwBin)

/*
 * The dashboard: who may use what, until when; soonest end first, or by brand; and what needs
 * attention, whose number is the property "n-attention".
 */
GtkWidget *spark_access_page_new (void);

/**
 * spark_access_page_set_backend:
 * @backend: (nullable): NULL empties the page
 * @account_id: (nullable): NULL: all accounts
 */
void spark_access_page_set_backend (SparkAccessPage *self, SparkBackend *backend,
                                    const char *account_id);
void spark_access_page_set_filter (SparkAccessPage *self, SparkAccessFilter filter);
/* Presses the filter Needs Attention. */
void spark_access_page_show_attention (SparkAccessPage *self);
/* (transfer none) */
SparkPageSearch *spark_access_page_get_search (SparkAccessPage *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-page-search.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ACTIVITY_PAGE (spark_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkActivityPage, spark_activity_page, SPARK, ACTIVITY_PAGE, AdwBin)

/*
 * What happened, newest first: who, what, when and from where. What is older than the replica is
 * asked of the backend when the end of the list is reached. Choosing a row runs win.show-video.
 */
GtkWidget *spark_activity_page_new (void);
/* @backend, @account_id: (nullable) */
void spark_activity_page_set_backend (SparkActivityPage *self, SparkBackend *backend,
                                      const char *account_id);
/* (transfer none) */
SparkPageSearch *spark_activity_page_get_search (SparkActivityPage *self);

G_END_DECLS

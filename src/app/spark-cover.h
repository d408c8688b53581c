/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-covers.h"

G_BEGIN_DECLS

#define SPARK_TYPE_COVER (spark_cover_get_type ())
G_DECLARE_FINAL_TYPE (SparkCover, spark_cover, SPARK, COVER, GtkWidget)

/*
 * The cover of one video in a fixed size, or a symbol while there is none. For the eye only: what
 * it shows is named by the caption beside it.
 *
 * Properties: width, height (in pixels).
 */

/**
 * spark_cover_set_source:
 * @client: (nullable)
 * @path: (nullable): NULL: no cover
 * @fetch: whether the backend may be asked for it now
 *
 * It is loaded while the widget is mapped.
 */
void spark_cover_set_source (SparkCover *self, SparkCovers *covers, SparkClient *client,
                             const char *path, gboolean fetch);

G_END_DECLS

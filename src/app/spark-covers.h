/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-client.h"

G_BEGIN_DECLS

#define SPARK_TYPE_COVERS (spark_covers_get_type ())
G_DECLARE_FINAL_TYPE (SparkCovers, spark_covers, SPARK, COVERS, GObject)

/*
 * Cover pictures of videos: fetched from the backend when they are wanted, a few at a time, decoded
 * on other threads. Kept within bounds in memory, and on disk in the user's cache directory. Main
 * thread.
 *
 * Signals: "missed" for each that the backend has but could not give, with the GError; "retry" when
 * those who miss one are to ask again.
 */
SparkCovers *spark_covers_new (void);

/**
 * spark_covers_peek:
 * @path: of the cover, on the backend of @client
 *
 * Returns: (transfer full) (nullable): the cover if it is in memory in this shape
 */
GdkTexture *spark_covers_peek (SparkCovers *self, SparkClient *client, const char *path, int width,
                               int height, int radius);

/**
 * spark_covers_load_async:
 * @fetch: whether the backend may be asked; else only this computer is looked at
 * @width: in device pixels, as @height
 * @radius: of its corners, in device pixels, too; 0: it is not rounded
 */
void spark_covers_load_async (SparkCovers *self, SparkClient *client, const char *path,
                              gboolean fetch, int width, int height, int radius,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) */
GdkTexture *spark_covers_load_finish (SparkCovers *self, GAsyncResult *result, GError **error);

/* Emits "retry". */
void spark_covers_retry (SparkCovers *self);

/* Bytes of pixels kept in memory now. */
gsize spark_covers_get_size (SparkCovers *self);

G_END_DECLS

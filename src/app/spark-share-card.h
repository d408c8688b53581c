/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "app/spark-share-words.h"

G_BEGIN_DECLS

/* In pixels */
#define SPARK_SHARE_CARD_WIDTH        1080
#define SPARK_SHARE_CARD_HEIGHT       1240
#define SPARK_SHARE_CARD_COVER_WIDTH  432
#define SPARK_SHARE_CARD_COVER_HEIGHT 768

/**
 * spark_share_card_draw:
 * @cover: (nullable): of the size above
 * @language: one of spark_share_languages()
 *
 * Draws what a creator hands to a brand: the video's cover, whose it is, for whom, from when until
 * when, and the link as a QR code. Main thread.
 *
 * Returns: (transfer full)
 */
GdkTexture *spark_share_card_draw (GdkTexture *cover, const char *language,
                                   const SparkShareWords *words);

G_END_DECLS

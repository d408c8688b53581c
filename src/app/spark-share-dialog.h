/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_SHARE_DIALOG (spark_share_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkShareDialog, spark_share_dialog, SPARK, SHARE_DIALOG, SparkDialog)

/*
 * Hands a link to its brand: its address, a QR code, a card as a picture to save or drag away, and
 * a message in the brand's language to copy or mail.
 */

/* @link: open, with its address; only looked at now */
SparkShareDialog *spark_share_dialog_new (SparkWindow *window, const SparkLink *link);

typedef enum
{
  SPARK_SHARE_CARD,
  SPARK_SHARE_QR,
} SparkSharePicture;

/* Writes it to @file, as PNG, as when it was chosen in the file chooser. */
void spark_share_dialog_save (SparkShareDialog *self, SparkSharePicture picture, GFile *file);
/* The card as it is now; (transfer none) */
GdkTexture *spark_share_dialog_get_card (SparkShareDialog *self);
/* What is dragged and mailed; (transfer none) (nullable): NULL: not written (yet) */
GFile *spark_share_dialog_get_card_file (SparkShareDialog *self);

G_END_DECLS

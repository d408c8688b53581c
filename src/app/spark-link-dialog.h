/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_LINK_DIALOG (spark_link_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkLinkDialog, spark_link_dialog, SPARK, LINK_DIALOG, SparkDialog)

/*
 * Makes a link to a video for one brand, and before it a code where there is none; then shows how
 * the link can be handed over.
 */
SparkLinkDialog *spark_link_dialog_new (SparkWindow *window, SparkVideoItem *video);

/**
 * spark_link_obstacle:
 * @account: (nullable): of the video; NULL: not known yet
 *
 * Why no links are made on this account, as a sentence for the person; NULL: they are. "": nothing
 * to say, as with a role that hands out nothing.
 */
const char *spark_link_obstacle (const SparkAccount *account);

G_END_DECLS

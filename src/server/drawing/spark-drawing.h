/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/record/spark-record.h"

G_BEGIN_DECLS

/*
 * Pictures and pages. A module (see spark-module.h) draws them; without it these fail with
 * SPARK_ERROR_UNAVAILABLE. Thread-safe.
 */

/**
 * spark_drawing_record:
 *
 * Returns: (transfer full): a PDF: A4, as many pages as it takes, text of any script
 */
GBytes *spark_drawing_record (const SparkRecord *record, GError **error);

/**
 * spark_drawing_cover:
 * @item_id: decides the picture: the same one each time
 *
 * The cover of a sandbox video.
 *
 * Returns: (transfer full): a PNG of 270 × 480 pixels
 */
GBytes *spark_drawing_cover (const char *item_id, GError **error);

/**
 * spark_drawing_avatar:
 * @account_id: decides the picture: the same one each time
 *
 * The avatar of a sandbox account.
 *
 * Returns: (transfer full): a PNG of 270 × 270 pixels
 */
GBytes *spark_drawing_avatar (const char *account_id, GError **error);

G_END_DECLS

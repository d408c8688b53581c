/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

G_BEGIN_DECLS

/**
 * spark_save_as:
 * @name: the file's name as it is suggested
 * @signature: (nullable): goes into a file beside it, with ".sig" behind the name
 * @done: what a toast says when it is written
 *
 * Asks where to save, and saves. Where that was cancelled or went wrong the person is told, and can
 * save the same elsewhere as long as that is shown. Nothing when the window closes.
 */
void spark_save_as (SparkWindow *window, const char *name, GBytes *content, GBytes *signature,
                    const char *done);

G_END_DECLS

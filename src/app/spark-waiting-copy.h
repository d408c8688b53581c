/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"
#include "model/spark-objects.h"

G_BEGIN_DECLS

/**
 * spark_waiting_copy_begin:
 * @code: waits for the platform: to be made, or for another in its place
 * @wait_ms: how long it may take to be copied by itself
 *
 * Copies the code when it has come, as long as the window is there and nothing else was put into
 * the clipboard meanwhile; otherwise says that it is there. Of several only the last is waited for.
 * Main thread.
 */
void spark_waiting_copy_begin (SparkWindow *window, const SparkCode *code,
                               SparkPlatformKind platform, guint wait_ms);

G_END_DECLS

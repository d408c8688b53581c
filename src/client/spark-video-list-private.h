/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-video-list.h"

G_BEGIN_DECLS

gboolean spark_video_list_is_by_date (SparkVideoList *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * spark_cover_draw:
 * @item_id: decides the picture: the same one each time
 *
 * Draws the cover of a sandbox video. Thread-safe.
 *
 * Returns: (transfer full): a PNG of 270 × 480 pixels
 */
GBytes *spark_cover_draw (const char *item_id);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

G_BEGIN_DECLS

/* win.paste, paste anywhere: a video's link finds the video, or offers to add it; a code finds the
 * video it belongs to. */
void spark_window_install_paste (GtkWidgetClass *klass);

/* The same for what is pasted into @entry, a field to search in. */
void spark_paste_watch (GtkSearchEntry *entry);

G_END_DECLS

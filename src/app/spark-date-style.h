/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * What the desktop and the locale of dates and times (LC_TIME) say of how these are written, beside
 * the language. Main thread.
 */

/* As the desktop's own clock; where that is not known, as in the locale. */
gboolean spark_date_style_has_12_hours (void);
/* Whether one says "December 23" in English: where numbers stand in this order, the year last. */
gboolean spark_date_style_puts_month_first (void);
/* Calls @changed with @object alone when the desktop's clock is another, as long as that lives. */
void spark_date_style_follow (GObject *object, GCallback changed);

G_END_DECLS

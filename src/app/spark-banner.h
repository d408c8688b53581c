/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_BANNER (spark_banner_get_type ())
G_DECLARE_FINAL_TYPE (SparkBanner, spark_banner, SPARK, BANNER, GtkWidget)

/*
 * One sentence across the window, with at most one button.
 *
 * Properties: title (a sentence), button-label (NULL: no button), revealed.
 * Signal: "button-clicked".
 */
void spark_banner_set_title (SparkBanner *self, const char *title);
void spark_banner_set_button_label (SparkBanner *self, const char *label);
gboolean spark_banner_get_revealed (SparkBanner *self);
void spark_banner_set_revealed (SparkBanner *self, gboolean revealed);

G_END_DECLS

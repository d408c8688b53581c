/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The name of the account that @id, of a video, grant or event, belongs to, as by
 * spark_context_name_account(). NULL: the window around @widget shows that one alone, there is no
 * other, or it is not known. (transfer full). Main thread.
 */
char *spark_whose (GtkWidget *widget, const char *id);

/* The same as what is searched: its name and handle. (transfer full), (nullable). Main thread. */
char *spark_whose_words (GtkWidget *widget, const char *id);

/* For the vfunc root of a row or list: @changes, of the signals of a SparkContext, are from now on
 * those of the window around @row. Its unroot sets their target to NULL. */
void spark_whose_follow (GtkWidget *row, GSignalGroup *changes);

G_END_DECLS

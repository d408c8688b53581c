/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

/*
 * What a page looks for, and the field it is typed into. Typing narrows the page's list. Enter
 * leads to the first row that is found; Escape shows all again and leads back into the list. A
 * video's link or a code that is pasted goes to its video instead.
 *
 * The words are kept for each account as long as the window is open: who goes to another account
 * and back finds them again, and never one account's words over another's list. The filter is kept
 * for each account for good. Main thread.
 */
typedef struct _SparkPageSearch SparkPageSearch;

/* Shows only what has these @words; "": all. */
typedef void (*SparkPageSearchNarrow) (gpointer page, const char *words);
/* Returns: (nullable): the list or grid view of what is found; NULL: it is empty */
typedef GtkWidget *(*SparkPageSearchGetView) (gpointer page);

/* @entry and @page: borrowed. To be freed while the entry is there, as in the page's dispose.
 * @name: (nullable): of the page, for its filter; NULL: it keeps that itself */
SparkPageSearch *spark_page_search_new (GtkSearchEntry *entry, SparkPageSearchNarrow narrow,
                                        SparkPageSearchGetView get_view, gpointer page,
                                        const char *name);
void spark_page_search_free (SparkPageSearch *self);

/* As typed, and narrowed to a moment later; "": nothing is looked for. */
const char *spark_page_search_get_words (SparkPageSearch *self);
void spark_page_search_set_words (SparkPageSearch *self, const char *words);
/* Puts the keyboard into the field. */
void spark_page_search_focus (SparkPageSearch *self);
/* What is typed anywhere in @widget goes to the field; NULL ends that. */
void spark_page_search_capture_keys (SparkPageSearch *self, GtkWidget *widget);

/* Another filter was chosen for what is shown now. */
void spark_page_search_keep_filter (SparkPageSearch *self, guint filter);

/**
 * spark_page_search_turn:
 * @backend: (nullable): NULL: none is shown any more
 * @account_id: (nullable): NULL: all of it
 * @filter: what the page shows now
 *
 * Keeps what was looked for before, and puts into the field what was looked for in this account.
 *
 * Returns: the filter of this account; 0 where none was chosen
 */
guint spark_page_search_turn (SparkPageSearch *self, SparkBackend *backend, const char *account_id,
                              guint filter);

G_END_DECLS

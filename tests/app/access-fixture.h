/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-access-page.h"
#include "fake-backend.h"
#include "test-window.h"

G_BEGIN_DECLS

/* A window with the page of access, what is in it, and what a test asks of it. */

SparkWindow *access_set_up (SparkAccessPage **page);
/* A video, and of Acme, of someone and of Nord an access to it; Nord's was revoked. */
void access_add_grants (SparkReplica *replica);
/* What was given to Acme and used by someone, and what Nord tried in vain. */
void access_add_attention (SparkReplica *replica);
/* What the backend tells when accounts came or were renamed. */
void access_change_account (SparkBackend *backend, const SparkAccount *account);
/* The filter whose label begins so */
void access_press_filter (SparkAccessPage *page, const char *label);
/* GTK binds rows when it draws them. */
void access_wait_for_rows (SparkAccessPage *page, const char *part, gboolean shown);
gboolean access_is_seen (SparkAccessPage *page, const char *part);
/* A button with this name for screen readers, below @widget; NULL: none is there */
GtkWidget *access_find_named (GtkWidget *widget, const char *name);
/* The same of a row of @list. */
gboolean access_has_row_named (GtkWidget *list, const char *name);

G_END_DECLS

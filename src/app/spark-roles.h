/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-replica.h"

G_BEGIN_DECLS

/*
 * What a person may do: each act takes a role of the account it is done in, as the backend asks it
 * too. The acts ask here before they begin, and what offers one asks whether to offer it at all.
 * Main thread.
 */

/* "win.…" of the @index-th act that takes more than to look, and what it takes; NULL: no more. */
const char *spark_roles_get_act (guint index, SparkRole *role);

/* What @action, "win.…", takes. */
SparkRole spark_roles_get (const char *action);

/* @account: (nullable): NULL: not known, which leaves it to the backend */
gboolean spark_roles_may (const SparkAccount *account, const char *action);

/* Whose @id is, of whatever an account has: each begins with it. (transfer full) */
char *spark_roles_get_account_id (const char *id);

/* @id: what it is done to */
gboolean spark_roles_allow_in (SparkReplica *replica, const char *action, const char *id);

/**
 * spark_roles_allow:
 * @widget: in a SparkWindow, or it itself; what is in none yet is allowed all
 * @action: "win.…"
 * @id: (nullable): what it is done to, of the account meant; NULL: in any of those shown
 */
gboolean spark_roles_allow (GtkWidget *widget, const char *action, const char *id);

/* The same for whichever of @ids: (element-type utf8): a set; empty: as NULL there */
gboolean spark_roles_allow_some (GtkWidget *widget, const char *action, GHashTable *ids);

/* What a batch of this act takes is what the act takes for one. */
const char *spark_roles_of_batch (SparkBatchAct act);

G_END_DECLS

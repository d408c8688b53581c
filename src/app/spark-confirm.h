/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-window.h"
#include "client/spark-client.h"

G_BEGIN_DECLS

#define SPARK_TYPE_CONFIRM (spark_confirm_get_type ())
G_DECLARE_FINAL_TYPE (SparkConfirm, spark_confirm, SPARK, CONFIRM, AdwMessageDialog)

/*
 * A question before an act that cannot simply be undone. Unlike a plain message dialog it stays
 * open while the backend is asked, and shows what the backend answered when it refused, so that
 * nobody has to guess whether the act happened. Closing it cancels what is under way.
 *
 * Signal: "confirmed": the person pressed the verb; the owner then calls spark_confirm_send(), or
 * gtk_window_destroy() when there is nothing to send.
 */

/* Called after success, with the dialog about to close; @answer is NULL for an empty answer. */
typedef void (*SparkConfirmAnswer) (SparkWindow *window, JsonNode *answer, gpointer user_data);

/**
 * spark_confirm_new:
 * @verb: (nullable): label of the button that does it, with a mnemonic; NULL: there is nothing to
 * do, and the other button closes
 * @appearance: a destructive verb is never the default of Enter
 */
SparkConfirm *spark_confirm_new (SparkWindow *window, const char *heading, const char *body,
                                 const char *verb, AdwResponseAppearance appearance);

/* A line under the body: the account that @id, of a video, grant or brand, belongs to, unless that
 * is the one shown anyway. */
void spark_confirm_add_whose (SparkConfirm *self, const char *id);
/* A line under the body: what follows from the act. */
void spark_confirm_add_fact (SparkConfirm *self, const char *icon_name, const char *text);
/* The same, in words that change with the day: what @describe, (transfer full), says of @value. */
void spark_confirm_add_dated_fact (SparkConfirm *self, const char *icon_name,
                                   char *(*describe) (gint64 value), gint64 value);
void spark_confirm_add_widget (SparkConfirm *self, GtkWidget *widget);

/**
 * spark_confirm_add_act:
 * @label: with a mnemonic
 * @action: of the window
 * @id: its target
 *
 * Another button, which is of more use than the verb, and the default of Enter. It closes the
 * dialog first.
 */
void spark_confirm_add_act (SparkConfirm *self, const char *label, const char *action,
                            const char *id);

/* Below the problem: what can be done about it. */
void spark_confirm_add_remedy (SparkConfirm *self, GtkWidget *widget);

/* With a @caption the dialog waits and the verb is not available; NULL ends that. */
void spark_confirm_set_busy (SparkConfirm *self, const char *caption);
void spark_confirm_set_problem (SparkConfirm *self, const GError *error);
/* Unless the keyboard is somewhere: Enter does nothing there. */
void spark_confirm_focus_problem (SparkConfirm *self);
/* The sentence shown now, or NULL. */
const char *spark_confirm_get_problem (SparkConfirm *self);
/* The verb is not offered (any more): the act is not possible. */
void spark_confirm_set_possible (SparkConfirm *self, gboolean possible);

/**
 * spark_confirm_on_confirmed:
 * @confirmed: `void (SparkConfirm *self, gpointer user_data)`: what the verb does
 * @user_data: (transfer full)
 */
void spark_confirm_on_confirmed (SparkConfirm *self, GCallback confirmed, gpointer user_data,
                                 GDestroyNotify destroy);
/* The same, and presents it. */
void spark_confirm_ask (SparkConfirm *self, GCallback confirmed, gpointer user_data,
                        GDestroyNotify destroy);

GCancellable *spark_confirm_get_cancellable (SparkConfirm *self);
SparkWindow *spark_confirm_get_window (SparkConfirm *self);

/**
 * spark_confirm_send:
 * @body: (nullable) (transfer full)
 * @caption: what is being done, with an ellipsis
 */
void spark_confirm_send (SparkConfirm *self, const char *method, const char *path, GBytes *body,
                         const char *caption, SparkConfirmAnswer answer, gpointer user_data,
                         GDestroyNotify destroy);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-brand-picker.h"
#include "app/spark-window-acts.h"
#include "model/spark-json-writer.h"

G_BEGIN_DECLS

/* Shared by the files that implement the window's acts. */

void spark_window_install_code_acts (GtkWidgetClass *klass);
void spark_window_install_grant_acts (GtkWidgetClass *klass);
void spark_window_install_attention_acts (GtkWidgetClass *klass);
void spark_window_install_batch_acts (GtkWidgetClass *klass);
void spark_window_install_brand_acts (GtkWidgetClass *klass);
void spark_window_install_link_acts (GtkWidgetClass *klass);
void spark_window_install_first_run_acts (GtkWidgetClass *klass);
void spark_window_install_waiting_acts (GtkWidgetClass *klass);
void spark_window_install_export_acts (GtkWidgetClass *klass);
void spark_window_install_calendar_acts (GtkWidgetClass *klass);
void spark_window_install_renewal_acts (GtkWidgetClass *klass);
void spark_window_install_connect_acts (GtkWidgetClass *klass);

/* (nullable) before sign-in */
SparkReplica *spark_acts_get_replica (SparkWindow *window);

/* Says why not in a toast when the backend cannot be asked now. */
gboolean spark_acts_check_online (SparkWindow *window);

/* Plain text; the toast is the caller's to add a button to. (transfer full) */
AdwToast *spark_acts_toast_new (const char *text);
void spark_acts_toast (SparkWindow *window, const char *text);
/* A short toast with the problem's title; its button opens the whole sentence. */
void spark_acts_toast_problem (SparkWindow *window, const GError *error);

/**
 * SparkActAnswer:
 * @answer: (nullable): NULL for an empty answer and with @error
 */
typedef void (*SparkActAnswer) (SparkWindow *window, JsonNode *answer, const GError *error,
                                gpointer user_data);

/**
 * spark_acts_send:
 * @body: (nullable) (transfer full)
 * @answer: (nullable): not called when the window was closed meanwhile, and with
 *   G_IO_ERROR_CANCELLED when it shows another sign-in by now; NULL: errors are shown
 */
void spark_acts_send (SparkWindow *window, const char *method, const char *path, GBytes *body,
                      SparkActAnswer answer, gpointer user_data, GDestroyNotify destroy);

/**
 * spark_acts_send_told:
 * @caption: what is being done, with an ellipsis
 *
 * The same for what may take long: a toast with @caption tells of it until it is answered, and its
 * button cancels @cancellable.
 */
void spark_acts_send_told (SparkWindow *window, const char *method, const char *path, GBytes *body,
                           const char *caption, GCancellable *cancellable, SparkActAnswer answer,
                           gpointer user_data, GDestroyNotify destroy);

/* {"@name": @value}, with a string or a number; (transfer full) */
GBytes *spark_acts_body_string (const char *name, const char *value);
GBytes *spark_acts_body_int (const char *name, gint64 value);

/* The batch that was answered, which may be anything; @batch borrows from @answer.
 * SPARK_ERROR_MALFORMED_ANSWER. */
gboolean spark_acts_read_batch (JsonNode *answer, SparkBatch *batch, GError **error);

/* Whether the person may do @action ("win.…") to @id (nullable), as spark_roles_allow() says; a toast
 * says why not, as the backend would. */
gboolean spark_acts_check_role (SparkWindow *window, const char *action, const char *id);
/* The same, and whether the backend can be asked now. */
gboolean spark_acts_check (SparkWindow *window, const char *action, const char *id);

/* Whether TikTok can be asked for what is done in an account of it; a dialog says why not, and
 * connects again. */
gboolean spark_acts_check_connected (SparkWindow *window, const char *account_id);
/* What a revoke can do without that connection, in whole sentences; NULL: there is one, or none is
 * needed. (transfer full) */
char *spark_acts_describe_disconnected (SparkWindow *window, const char *account_id);

/* A toast says so when it is gone; (transfer full) (nullable) */
SparkGrantItem *spark_acts_get_grant (SparkWindow *window, const char *id);
/* The one that @action is to be done to, as spark_acts_check() allows; (transfer full) (nullable) */
SparkGrantItem *spark_acts_check_grant (SparkWindow *window, const char *action, GVariant *target);

/* The account of an object's replica row; (transfer full) (nullable) */
SparkAccountItem *spark_acts_get_account (SparkWindow *window, const char *account_id);

/* SPARK_ERROR_MALFORMED_ANSWER when @answer is not a code with its string, or one that waits for
 * the platform; @code lives as long as @answer. */
gboolean spark_acts_read_code (JsonNode *answer, SparkCode *code, GError **error);

/* What is secret, to be cleared again after the time that the person set. */
void spark_acts_put_into_clipboard (SparkWindow *window, const char *text);

/* Puts @code into the clipboard exactly, says so, and tells the backend when it can be reached. */
void spark_acts_copy (SparkWindow *window, const SparkCode *code, SparkPlatformKind platform);

/**
 * spark_acts_copy_for:
 * @brand: what names the brand
 *
 * The same for a brand, which the backend then knows as who it was given to.
 */
void spark_acts_copy_for (SparkWindow *window, const SparkCode *code, SparkBrandPicker *brand);

G_END_DECLS

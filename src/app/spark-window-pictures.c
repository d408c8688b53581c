/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-pictures"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-window-acts-private.h"
#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-window-private.h"

#define MISSED _ ("Some pictures could not be loaded")

static void
on_response_cb (AdwMessageDialog *dialog, const char *response, SparkWindow *self)
{
  if (!g_str_equal (response, "again"))
    return;
  g_clear_object (&self->missed_toast);
  spark_covers_retry (spark_context_get_covers (self->context));
}

static void
on_details_clicked_cb (AdwToast *toast, SparkWindow *self)
{
  AdwMessageDialog *dialog = spark_message_dialog_new (
      GTK_WINDOW (self), MISSED, g_object_get_data (G_OBJECT (toast), "sentence"));

  adw_message_dialog_add_responses (dialog, "close", _ ("_Close"), "again", _ ("_Try Again"), NULL);
  adw_message_dialog_set_default_response (dialog, "again");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Where one is missing many are, which is said once; where nothing answers a banner says so. */
static void
on_missed_cb (SparkWindow *self, const GError *error)
{
  SparkBackend *backend = spark_window_get_current (self);
  AdwToast *toast;

  if (self->missed_toast != NULL || backend == NULL
      || spark_backend_get_status (backend) != SPARK_BACKEND_ONLINE)
    return;
  toast = spark_acts_toast_new (MISSED);
  g_object_set_data_full (G_OBJECT (toast), "sentence", g_strdup (spark_problem_sentence (error)),
                          g_free);
  adw_toast_set_button_label (toast, _ ("_Details"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_details_clicked_cb), self, 0);
  self->missed_toast = g_object_ref (toast);
  spark_window_add_toast (self, toast);
}

static void
on_reset_cb (SparkWindow *self)
{
  if (self->missed_toast != NULL)
    spark_window_dismiss_toast (self, self->missed_toast);
  g_clear_object (&self->missed_toast);
}

void
spark_window_watch_pictures (SparkWindow *self)
{
  g_signal_connect_object (spark_context_get_covers (self->context), "missed",
                           G_CALLBACK (on_missed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::backend", G_CALLBACK (on_reset_cb), self, 0);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-browser"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-browser.h"
#include "app/spark-clipboard.h"
#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"

static void
on_response_cb (GtkWidget *dialog, const char *response, const char *address)
{
  if (g_str_equal (response, "copy"))
    spark_clipboard_copy_secret (gtk_widget_get_clipboard (dialog), address);
}

void
spark_browser_give_address (GtkWindow *parent, const char *heading, const char *body,
                            const char *address)
{
  AdwMessageDialog *dialog = spark_message_dialog_new (parent, heading, body);

  adw_message_dialog_add_responses (dialog, "close", _ ("_Close"), "copy", _ ("Copy _Address"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "copy", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "copy");
  adw_message_dialog_set_close_response (dialog, "close");
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response_cb), g_strdup (address),
                         (GClosureNotify)(void (*) (void))g_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *address = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (source), result, &error)
      && !spark_problem_is_cancelled (error) && gtk_widget_get_realized (GTK_WIDGET (source)))
    spark_browser_give_address (
        GTK_WINDOW (source), _ ("No Browser Could Be Opened"),
        _ ("Copy the address, and paste it into a browser on this computer. For it to open by "
           "itself, choose a default browser in the settings of your computer."),
        address);
}

void
spark_browser_open (GtkWindow *parent, const char *address)
{
  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (address != NULL);

  gtk_show_uri_full (parent, address, GDK_CURRENT_TIME, NULL, on_shown_cb, g_strdup (address));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-browser.h"
#include "app/spark-confirm.h"
#include "app/spark-connection-news.h"
#include "app/spark-problem.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

#define CONNECTING "spark-connecting"
/* The person is in the browser meanwhile, and may come back because it is the wrong one. */
#define TOAST_S 20

static void
on_details_clicked_cb (AdwToast *toast, SparkWindow *window)
{
  spark_browser_give_address (
      GTK_WINDOW (window), _ ("Go On in Your Browser"),
      _ ("Allow Sparkbox there, on TikTok’s page. To use another browser on this computer, copy "
         "the address, and paste it there."),
      g_object_get_data (G_OBJECT (toast), "address"));
}

static void
go_on (SparkWindow *window, const char *address)
{
  AdwToast *toast = spark_acts_toast_new (_ ("Go on in your browser"));

  g_object_set_data_full (G_OBJECT (toast), "address", g_strdup (address), g_free);
  adw_toast_set_button_label (toast, _ ("_Details"));
  adw_toast_set_timeout (toast, TOAST_S);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_details_clicked_cb), window, 0);
  spark_window_add_toast (window, toast);
  spark_browser_open (GTK_WINDOW (window), address);
}

static void
on_consent (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  g_autoptr (GError) local = error != NULL ? g_error_copy (error) : NULL;
  const char *url = NULL;

  if (local == NULL && answer != NULL)
    spark_json_get_string (json_node_get_object (answer), "url", &url, &local);
  /* Whatever is not an address of the web is no browser's business. */
  if (url != NULL && !g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    g_set_error (&local, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                 "The backend’s answer cannot be read.");
  if (local != NULL)
    spark_acts_toast_problem (window, local);
  else if (url != NULL)
    go_on (window, url);
}

static void
begin (SparkWindow *window, const char *path)
{
  g_autoptr (GCancellable) cancellable = NULL;

  if (!spark_acts_check_online (window))
    return;
  /* Asked for once more, it counts once. */
  g_cancellable_cancel (g_object_get_data (G_OBJECT (window), CONNECTING));
  cancellable = g_cancellable_new ();
  g_object_set_data_full (G_OBJECT (window), CONNECTING, g_object_ref (cancellable),
                          g_object_unref);
  spark_acts_send_told (window, "POST", path, NULL, _ ("Asking the server…"), cancellable,
                        on_consent, NULL, NULL);
}

static void
connect_tiktok (GtkWidget *widget, const char *action, GVariant *target)
{
  begin (SPARK_WINDOW (widget), "/v1/connect");
}

static void
connect_account (GtkWidget *widget, const char *action, GVariant *target)
{
  const char *id = g_variant_get_string (target, NULL);
  g_autofree char *path = spark_client_path ("/v1/accounts/%s/connect", id);

  if (spark_acts_check_role (SPARK_WINDOW (widget), action, id))
    begin (SPARK_WINDOW (widget), path);
}

static void
on_connect_again_cb (SparkConfirm *confirm, char *account_id)
{
  SparkWindow *window = spark_confirm_get_window (confirm);

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.connect-account", "s", account_id);
  gtk_window_destroy (GTK_WINDOW (confirm));
}

static gboolean
is_connected (SparkWindow *window, const char *account_id, SparkConnectionNews *news)
{
  g_autoptr (SparkAccountItem) item = spark_acts_get_account (window, account_id);
  const SparkAccount *account = item != NULL ? spark_account_item_get (item) : NULL;
  gint64 later = 0;

  if (account == NULL || account->platform != SPARK_PLATFORM_TIKTOK
      || account->connection == SPARK_CONNECTION_STATE_CONNECTED
      || account->connection == SPARK_CONNECTION_STATE_NONE)
    return TRUE;
  spark_connection_news_add (news, account, spark_time_now (), &later);
  return FALSE;
}

char *
spark_acts_describe_disconnected (SparkWindow *window, const char *account_id)
{
  g_auto (SparkConnectionNews) news = { 0 };

  if (is_connected (window, account_id, &news))
    return NULL;
  return g_strconcat (news.sentence, "\n",
                      _ ("Until it is connected again, Sparkbox ends access only through the ad "
                         "accounts of brands, where they are connected to Sparkbox."),
                      NULL);
}

gboolean
spark_acts_check_connected (SparkWindow *window, const char *account_id)
{
  g_auto (SparkConnectionNews) news = { 0 };
  SparkConfirm *confirm;

  if (is_connected (window, account_id, &news))
    return TRUE;
  confirm = spark_confirm_new (window, _ ("Not Connected"), news.sentence, _ ("Connect Again"),
                               ADW_RESPONSE_SUGGESTED);
  spark_confirm_set_possible (confirm, news.account_id != NULL);
  if (news.account_id == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "");

      spark_confirm_add_fact (confirm, "action-unavailable-symbolic",
                              spark_problem_sentence (error));
    }
  spark_confirm_ask (confirm, G_CALLBACK (on_connect_again_cb), g_strdup (account_id), g_free);
  return FALSE;
}

static void
on_confirmed_cb (SparkConfirm *confirm, gpointer user_data)
{
  spark_confirm_send (confirm, "DELETE", user_data, NULL, _ ("Disconnecting…"), NULL, NULL, NULL);
}

static void
disconnect (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  const char *id = g_variant_get_string (target, NULL);
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, id);
  g_autofree char *heading = NULL;
  SparkConfirm *confirm;

  if (account == NULL || !spark_acts_check (window, action, id))
    return;
  /* Translators: %s: name of an account */
  heading
      = g_strdup_printf (_ ("Disconnect %s From TikTok?"), spark_account_item_get (account)->name);
  confirm = spark_confirm_new (window, heading,
                               _ ("Codes and access stay as they are on TikTok. Sparkbox no longer "
                                  "sees or changes them until "
                                  "you connect again."),
                               _ ("_Disconnect"), ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_ask (confirm, G_CALLBACK (on_confirmed_cb),
                     spark_client_path ("/v1/accounts/%s/connect", id), g_free);
}

void
spark_window_install_connect_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.connect-tiktok", NULL, connect_tiktok);
  gtk_widget_class_install_action (klass, "win.connect-account", "s", connect_account);
  gtk_widget_class_install_action (klass, "win.disconnect-account", "s", disconnect);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-links"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-confirm.h"
#include "app/spark-link-dialog.h"
#include "app/spark-phrases.h"
#include "app/spark-share-dialog.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"

typedef void (*Use) (SparkWindow *window, const SparkLink *link);

static gboolean
is_live (const SparkVideo *video)
{
  return video->authorization.state == SPARK_AUTHORIZATION_READY
         || video->authorization.state == SPARK_AUTHORIZATION_IN_USE;
}

static void
share_link (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkVideoItem) video
      = replica != NULL ? spark_replica_get_video (replica, g_variant_get_string (target, NULL))
                        : NULL;
  g_autoptr (SparkAccountItem) account = NULL;
  const char *obstacle;

  if (video == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  if (!spark_acts_check_role (window, action, spark_video_item_get (video)->id))
    return;
  account = spark_acts_get_account (window, spark_video_item_get (video)->account_id);
  obstacle = spark_link_obstacle (account != NULL ? spark_account_item_get (account) : NULL);
  if (obstacle != NULL)
    spark_acts_toast (window, *obstacle != '\0' ? obstacle : _ ("It is no longer there"));
  /* TikTok takes its time for a code, and a link stands on one. */
  else if (spark_account_item_get (account)->platform == SPARK_PLATFORM_TIKTOK
           && !is_live (spark_video_item_get (video)))
    spark_acts_toast (window, _ ("Generate a code for this video first"));
  else if (spark_acts_check_online (window))
    gtk_window_present (GTK_WINDOW (spark_link_dialog_new (window, video)));
}

/* --- one that is there --- */

static void
copy (SparkWindow *window, const SparkLink *link)
{
  g_autofree char *text = NULL;

  spark_acts_put_into_clipboard (window, link->url);
  /* Translators: %s: a brand */
  text = g_strdup_printf (_ ("Link for %s copied"), link->brand.name);
  spark_acts_toast (window, text);
}

static void
show (SparkWindow *window, const SparkLink *link)
{
  gtk_window_present (GTK_WINDOW (spark_share_dialog_new (window, link)));
}

static void
on_fetched (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  Use use = user_data;
  g_autoptr (GError) malformed = NULL;
  SparkLink link;

  if (error == NULL && (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)))
    g_set_error_literal (&malformed, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                         "The answer is not a link.");
  if (error == NULL && malformed == NULL
      && spark_link_read (&link, json_node_get_object (answer), &malformed))
    {
      if (link.url != NULL)
        use (window, &link);
      else
        spark_acts_toast (window, _ ("This link is no longer open"));
      return;
    }
  spark_acts_toast_problem (window, error != NULL ? error : malformed);
}

static void
use_link (SparkWindow *window, const char *action, const char *id, Use use)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkLinkItem) item = replica != NULL ? spark_replica_get_link (replica, id) : NULL;

  if (item == NULL)
    spark_acts_toast (window, _ ("It is no longer there"));
  else if (!spark_acts_check_role (window, action, id))
    return;
  else if (spark_link_item_get (item)->url != NULL)
    use (window, spark_link_item_get (item));
  /* The replica's key is gone with its keyring: the backend still knows the link. */
  else if (spark_acts_check_online (window))
    {
      g_autofree char *path = spark_client_path ("/v1/links/%s", id);

      spark_acts_send (window, "GET", path, NULL, on_fetched, use, NULL);
    }
}

static void
copy_link (GtkWidget *widget, const char *action, GVariant *target)
{
  use_link (SPARK_WINDOW (widget), action, g_variant_get_string (target, NULL), copy);
}

static void
show_link (GtkWidget *widget, const char *action, GVariant *target)
{
  use_link (SPARK_WINDOW (widget), action, g_variant_get_string (target, NULL), show);
}

/* --- withdraw --- */

static void
on_withdrawn (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  spark_acts_toast (window, _ ("Link withdrawn"));
}

static void
on_withdraw_confirmed_cb (SparkConfirm *confirm, SparkLinkItem *link)
{
  g_autofree char *path = spark_client_path ("/v1/links/%s", spark_link_item_get (link)->id);

  spark_confirm_send (confirm, "DELETE", path, NULL, _ ("Withdrawing the link…"), on_withdrawn,
                      NULL, NULL);
}

static void
withdraw_link (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkLinkItem) link
      = replica != NULL ? spark_replica_get_link (replica, g_variant_get_string (target, NULL))
                        : NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;

  if (link == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  if (!spark_acts_check (window, action, spark_link_item_get (link)->id))
    return;
  /* Translators: %s: a brand */
  body = g_strdup_printf (_ ("%s can no longer redeem it. What was redeemed with it before is not "
                             "touched."),
                          spark_link_item_get (link)->brand.name);
  confirm = spark_confirm_new (window, _ ("Withdraw the Link?"), body, _ ("_Withdraw"),
                               ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, spark_link_item_get (link)->id);
  spark_confirm_ask (confirm, G_CALLBACK (on_withdraw_confirmed_cb), g_steal_pointer (&link),
                     g_object_unref);
}

void
spark_window_install_link_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.share-link", "s", share_link);
  gtk_widget_class_install_action (klass, "win.copy-link", "s", copy_link);
  gtk_widget_class_install_action (klass, "win.show-link", "s", show_link);
  gtk_widget_class_install_action (klass, "win.withdraw-link", "s", withdraw_link);
}

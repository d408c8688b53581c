/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-waiting"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-confirm.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-roles.h"
#include "app/spark-waiting-words.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"

/*
 * A revoke that TikTok has not confirmed: what it waits for, and what the creator can do: try again
 * now, ask the brand to stop, turn the video off for all, or say that it has ended where nobody
 * else can tell.
 */

static gboolean
is_of_platform (SparkWindow *window, SparkGrantItem *item, SparkPlatformKind platform)
{
  g_autofree char *account_id = spark_roles_get_account_id (spark_grant_item_get (item)->id);
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, account_id);

  return account != NULL && spark_account_item_get (account)->platform == platform;
}

static gboolean
is_asked (SparkWindow *window, SparkGrantItem *item)
{
  return is_of_platform (window, item, SPARK_PLATFORM_TIKTOK);
}

/* --- the stop request --- */

/* (transfer full): to be sent to the brand as it is */
static char *
write_request (SparkGrantItem *item)
{
  const SparkVideo *video = spark_grant_item_get_video (item);
  g_autofree char *caption = spark_phrase_video (video);

  if (video != NULL && video->share_url != NULL)
    /* Translators: a message that the creator sends to a brand; first a video’s caption, then its
     * address */
    return g_strdup_printf (_ ("Hello, I have ended the permission to use my video “%s” in ads "
                               "(%s). Please stop the ads that use it in TikTok Ads Manager, and "
                               "remove the video from your authorized posts. Thank you!"),
                            caption, video->share_url);
  /* Translators: a message that the creator sends to a brand; %s: a video’s caption */
  return g_strdup_printf (_ ("Hello, I have ended the permission to use my video “%s” in ads. "
                             "Please stop the ads that use it in TikTok Ads Manager, and remove "
                             "the video from your authorized posts. Thank you!"),
                          caption);
}

static void
copy_request (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item
      = spark_acts_get_grant (window, g_variant_get_string (target, NULL));
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  text = write_request (item);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  spark_acts_toast (window, _ ("Request copied. Send it to the brand."));
}

/* --- the last resort --- */

static void
on_turned_off (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  spark_acts_toast (window, _ ("Waiting for TikTok to turn the video off"));
}

static void
on_turn_off_confirmed_cb (SparkConfirm *confirm, char *video_id)
{
  g_autofree char *path = spark_client_path ("/v1/videos/%s/authorization", video_id);

  spark_confirm_send (confirm, "DELETE", path, NULL, _ ("Turning the video off…"), on_turned_off,
                      NULL, NULL);
}

static void
turn_off (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);
  const SparkVideo *video = item != NULL ? spark_grant_item_get_video (item) : NULL;
  g_autofree char *caption = NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;

  /* TikTok would have to do it, as with deleting its code. */
  if (video == NULL || !spark_acts_check_connected (window, video->account_id))
    return;
  caption = spark_phrase_video (video);
  /* Translators: %s: a video’s caption */
  body = g_strdup_printf (_ ("No brand can use “%s” in ads any more."), caption);
  confirm = spark_confirm_new (window, _ ("Turn the Video Off for All?"), body, _ ("_Turn Off"),
                               ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, video->id);
  spark_confirm_add_fact (confirm, "avatar-default-symbolic",
                          _ ("Every brand loses its access to this video, also those you agreed "
                             "with."));
  spark_confirm_add_fact (confirm, "edit-delete-symbolic",
                          _ ("The code and all links to the video end."));
  spark_confirm_add_fact (confirm, "media-playback-start-symbolic",
                          _ ("TikTok refuses while an ad with the video runs. Sparkbox goes on "
                             "trying, and tells you once it is done."));
  spark_confirm_ask (confirm, G_CALLBACK (on_turn_off_confirmed_cb), g_strdup (video->id), g_free);
}

/* --- what the creator alone can tell --- */

static void
on_end_noted (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  /* Translators: %s: name of a brand, or "Someone" */
  g_autofree char *text
      = g_strdup_printf (_ ("Noted: %s’s access has ended"), (const char *)user_data);

  spark_acts_toast (window, text);
}

static void
on_note_end_confirmed_cb (SparkConfirm *confirm, SparkGrantItem *item)
{
  const SparkGrant *grant = spark_grant_item_get (item);
  g_autofree char *path = spark_client_path ("/v1/grants/%s/ended", grant->id);

  spark_confirm_send (confirm, "POST", path, g_bytes_new_static ("{}", 2), _ ("Noting the end…"),
                      on_end_noted, spark_phrase_brand (grant), g_free);
}

static void
note_end (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;

  if (item == NULL)
    return;
  brand = spark_phrase_brand (spark_grant_item_get (item));
  caption = spark_phrase_video (spark_grant_item_get_video (item));
  /* Translators: %s: name of a brand, or "Someone" */
  heading = g_strdup_printf (_ ("Has %s’s Access Ended?"), brand);
  /* Translators: first a brand, then a video’s caption */
  body = g_strdup_printf (_ ("You say that %s can no longer use “%s” in ads on TikTok."), brand,
                          caption);
  confirm = spark_confirm_new (window, heading, body, _ ("_Note the End"), ADW_RESPONSE_SUGGESTED);
  spark_confirm_add_whose (confirm, spark_grant_item_get (item)->id);
  spark_confirm_add_fact (confirm, "dialog-information-symbolic",
                          _ ("Sparkbox cannot see it on TikTok. The history and access records "
                             "say that you noted it."));
  spark_confirm_ask (confirm, G_CALLBACK (on_note_end_confirmed_cb), g_steal_pointer (&item),
                     g_object_unref);
}

/* --- what it waits for --- */

static void
on_tried (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  spark_acts_toast (window, _ ("Asking TikTok again"));
}

static void
on_try_confirmed_cb (SparkConfirm *confirm, SparkGrantItem *item)
{
  SparkWindow *window = spark_confirm_get_window (confirm);
  g_autofree char *path
      = spark_client_path ("/v1/grants/%s/revoke", spark_grant_item_get (item)->id);

  if (window == NULL
      || !spark_acts_check_role (window, "win.revoke", spark_grant_item_get (item)->id))
    {
      gtk_window_destroy (GTK_WINDOW (confirm));
      return;
    }
  spark_confirm_send (confirm, "POST", path, g_bytes_new_static ("{}", 2), _ ("Trying again…"),
                      on_tried, NULL, NULL);
}

/* In the person’s words what the backend knows of why it waits. */
static const char *
describe_problem (const SparkGrant *grant)
{
  if (g_strcmp0 (grant->problem, "ads_running") == 0)
    return _ ("An ad of the brand still runs with the video. TikTok ends nothing while it does.");
  if (g_strcmp0 (grant->problem, "platform_waiting") == 0)
    return _ (
        "No ad of the brand runs with the video. TikTok has not ended the access yet: Sparkbox "
        "goes on asking, and it ends with the code at the latest.");
  if (g_strcmp0 (grant->problem, "too_many_requests") == 0)
    return _ ("TikTok asks to wait a little. Sparkbox goes on by itself.");
  if (g_strcmp0 (grant->problem, "unavailable") == 0)
    return _ ("TikTok could not be reached. Sparkbox goes on trying by itself.");
  if (grant->problem == NULL)
    return _ ("TikTok is being asked.");
  return _ ("Only the brand can stop its ads: its ad account is not connected to Sparkbox.");
}

/* What may be otherwise when TikTok is asked once more. */
static gboolean
passes (const char *problem)
{
  static const char *const passing[] = { "ads_running", "platform_waiting", "unavailable", NULL };

  return problem == NULL || g_strv_contains (passing, problem);
}

/* Trying again also asks for what was wanted of the video's code. */
static gboolean
is_code_tried (SparkWindow *window, const SparkVideo *video)
{
  const char *id = video->authorization.code_id;
  g_autoptr (SparkCodeItem) item
      = id != NULL ? spark_replica_get_code (spark_acts_get_replica (window), id) : NULL;
  const SparkCode *code = item != NULL ? spark_code_item_get (item) : NULL;

  return code != NULL && code->waiting_for != 0 && passes (code->problem);
}

/* Not where the brand alone can stop its ads, and not while TikTok asks to wait. */
static gboolean
can_try (SparkWindow *window, SparkGrantItem *item)
{
  return is_asked (window, item)
         && (passes (spark_grant_item_get (item)->problem)
             || is_code_tried (window, spark_grant_item_get_video (item)));
}

static void
on_act_clicked_cb (GtkWidget *button, GtkWindow *dialog)
{
  GtkWindow *window = gtk_window_get_transient_for (dialog);
  g_autofree char *action = g_strdup (g_object_get_data (G_OBJECT (button), "action"));
  g_autofree char *id = g_strdup (g_object_get_data (G_OBJECT (button), "grant"));

  /* Before another opens: see on_link_made() of SparkLinkDialog. */
  gtk_window_destroy (dialog);
  gtk_widget_activate_action (GTK_WIDGET (window), action, "s", id);
}

static GtkWidget *
add_act (SparkConfirm *confirm, const char *label, const char *action, const char *id)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  GtkLabel *caption = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)));

  gtk_label_set_wrap (caption, TRUE);
  gtk_label_set_justify (caption, GTK_JUSTIFY_CENTER);
  g_object_set_data (G_OBJECT (button), "action", (gpointer)action);
  g_object_set_data_full (G_OBJECT (button), "grant", g_strdup (id), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_act_clicked_cb), confirm);
  spark_confirm_add_widget (confirm, button);
  return button;
}

/* What it waits for can be read, and the brand be asked, without the backend; the rest follows it. */
static void
on_status_cb (SparkConfirm *confirm, GParamSpec *pspec, SparkBackend *backend)
{
  GtkWidget *button = g_object_get_data (G_OBJECT (confirm), "needs-backend");
  gboolean online = spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE
                    || spark_backend_get_status (backend) == SPARK_BACKEND_LOADING;
  g_autoptr (GError) offline = NULL;

  if (!online && spark_backend_get_problem (backend) != NULL)
    offline = g_error_copy (spark_backend_get_problem (backend));
  else if (!online)
    offline = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");
  spark_confirm_set_possible (
      confirm, online && g_object_get_data (G_OBJECT (confirm), "possible") != NULL);
  spark_confirm_set_problem (confirm, offline);
  if (button != NULL)
    gtk_widget_set_sensitive (button, online);
}

/* @button: (nullable): sends something */
static void
follow_backend (SparkConfirm *confirm, SparkBackend *backend, gboolean possible, GtkWidget *button)
{
  g_object_set_data (G_OBJECT (confirm), "possible", GINT_TO_POINTER (possible));
  g_object_set_data (G_OBJECT (confirm), "needs-backend", button);
  g_signal_connect_object (backend, "notify::status", G_CALLBACK (on_status_cb), confirm,
                           G_CONNECT_SWAPPED);
  on_status_cb (confirm, NULL, backend);
}

static char *
describe_open_until (gint64 until)
{
  g_autofree char *day = spark_phrase_day_and_distance (until);

  /* Translators: %s: a day and how far away it is */
  return g_strdup_printf (_ ("Still open on TikTok until %s"), day);
}

/* (transfer full) */
static char *
write_heading (SparkWaiting waiting, const char *brand)
{
  switch (waiting)
    {
    case SPARK_WAITING_TIKTOK:
      return g_strdup (_ ("Waiting for TikTok"));
    case SPARK_WAITING_BRAND:
      /* Translators: %s: name of a brand, or "Someone" */
      return g_strdup_printf (_ ("Ask %s to Remove the Video"), brand);
    case SPARK_WAITING_ADS:
      break;
    }
  /* Translators: %s: name of a brand, or "Someone" */
  return g_strdup_printf (_ ("Waiting for %s’s Ads to Stop"), brand);
}

/* (transfer full); of ads nothing is known where everything is noted by hand. */
static char *
write_body (const char *brand, const char *caption, gboolean tracked)
{
  if (tracked)
    /* Translators: first a brand, then a video’s caption */
    return g_strdup_printf (_ ("%s’s access to “%s” is over for you. Sparkbox cannot see whether "
                               "it has ended on TikTok."),
                            brand, caption);
  /* Translators: first a brand, then a video’s caption */
  return g_strdup_printf (_ ("%s’s access to “%s” is over for you. TikTok has not ended it yet."),
                          brand, caption);
}

static const char *
describe_wait (const SparkGrant *grant, gboolean asked, gboolean tracked)
{
  if (tracked)
    return _ ("The brand ends it by removing the video from its authorized posts, or you by "
              "turning off ad authorization in the TikTok app. At the latest it ends with the "
              "code.");
  return asked ? describe_problem (grant)
               : _ ("Only the brand can stop its ads, and TikTok ends the access with the code.");
}

static void
show_waiting (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item
      = spark_acts_get_grant (window, g_variant_get_string (target, NULL));
  g_autofree char *brand = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *body = NULL;
  const SparkGrant *grant;
  SparkConfirm *confirm;
  GtkWidget *button = NULL;
  gboolean asked, tracked, tries, may;

  if (item == NULL)
    return;
  grant = spark_grant_item_get (item);
  asked = is_asked (window, item);
  tracked = is_of_platform (window, item, SPARK_PLATFORM_TRACKED);
  tries = can_try (window, item);
  may = spark_roles_allow (widget, "win.revoke", grant->id);
  brand = spark_phrase_brand (grant);
  caption = spark_phrase_video (spark_grant_item_get_video (item));
  heading = write_heading (spark_waiting_get (grant, spark_acts_get_replica (window)), brand);
  body = write_body (brand, caption, tracked);
  confirm = spark_confirm_new (window, heading, body, tries ? _ ("_Try Again Now") : NULL,
                               ADW_RESPONSE_DEFAULT);
  spark_confirm_add_act (confirm, _ ("_Copy a Stop Request for the Brand"), "win.copy-stop-request",
                         grant->id);
  spark_confirm_add_whose (confirm, grant->id);
  /* Closing it takes nothing back. */
  adw_message_dialog_set_response_label (ADW_MESSAGE_DIALOG (confirm), "cancel", _ ("_Close"));
  spark_confirm_add_fact (confirm, "dialog-information-symbolic",
                          describe_wait (grant, asked, tracked));
  if (grant->platform_ends_at != 0)
    spark_confirm_add_dated_fact (confirm, "x-office-calendar-symbolic", describe_open_until,
                                  grant->platform_ends_at);
  if (tries && !may)
    {
      g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "");

      spark_confirm_add_fact (confirm, "action-unavailable-symbolic",
                              spark_problem_sentence (error));
    }
  if (asked && spark_roles_allow (widget, "win.turn-off", grant->id))
    button = add_act (confirm, _ ("Turn the Video _Off for All…"), "win.turn-off", grant->id);
  else if (tracked && spark_roles_allow (widget, "win.note-end", grant->id))
    button = add_act (confirm, _ ("It Has _Ended…"), "win.note-end", grant->id);
  follow_backend (confirm, spark_window_get_backend (window), may, button);
  spark_confirm_ask (confirm, G_CALLBACK (on_try_confirmed_cb), g_steal_pointer (&item),
                     g_object_unref);
}

void
spark_window_install_waiting_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.show-waiting", "s", show_waiting);
  gtk_widget_class_install_action (klass, "win.copy-stop-request", "s", copy_request);
  gtk_widget_class_install_action (klass, "win.turn-off", "s", turn_off);
  gtk_widget_class_install_action (klass, "win.note-end", "s", note_end);
}

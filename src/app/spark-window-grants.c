/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-grants"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-ads-words.h"
#include "app/spark-brand-dialog.h"
#include "app/spark-confirm.h"
#include "app/spark-entry-row.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

#define REASON_CHARS 200

static char *
describe_video (SparkGrantItem *item)
{
  return spark_phrase_video (spark_grant_item_get_video (item));
}

static SparkPlatformKind
get_platform (SparkWindow *window, SparkGrantItem *item)
{
  const SparkVideo *video = spark_grant_item_get_video (item);
  g_autoptr (SparkAccountItem) account
      = video != NULL ? spark_acts_get_account (window, video->account_id) : NULL;

  return account != NULL ? spark_account_item_get (account)->platform : SPARK_PLATFORM_TIKTOK;
}

/* revoke */

typedef struct
{
  SparkGrantItem *grant;
  GtkEditable *reason; /* lives in the dialog */
} Revoke;

static void
revoke_free (Revoke *revoke)
{
  g_object_unref (revoke->grant);
  g_free (revoke);
}

static void
on_revoked (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  AdwToast *toast;
  SparkGrant grant;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    g_set_error_literal (&error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                         "The answer is not a grant.");
  if (error != NULL || !spark_grant_read (&grant, json_node_get_object (answer), &error))
    {
      spark_acts_toast_problem (window, error);
      return;
    }
  if (GPOINTER_TO_INT (user_data) == SPARK_PLATFORM_TRACKED
      && grant.platform_ends_at > spark_time_now ())
    {
      g_autofree char *day = spark_phrase_day (grant.platform_ends_at);

      /* Translators: %s: a day */
      text = g_strdup_printf (_ ("Revoke noted. Still open on TikTok until %s"), day);
    }
  else if (grant.state == SPARK_GRANT_STATE_REVOKING)
    {
      g_autofree char *day
          = grant.platform_ends_at != 0 ? spark_phrase_day (grant.platform_ends_at) : NULL;

      if (day != NULL)
        /* Translators: %s: a day */
        text = g_strdup_printf (_ ("Waiting for TikTok: still open there until %s"), day);
      else
        text = g_strdup (_ ("Waiting for TikTok: still open there"));
    }
  else
    text = g_strdup (_ ("Access revoked"));

  toast = spark_acts_toast_new (text);
  adw_toast_set_button_label (toast, _ ("_Give Access Again"));
  adw_toast_set_action_name (toast, "win.undo-revoke");
  adw_toast_set_action_target (toast, "s", grant.id);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  spark_window_add_toast (window, toast);
}

static void
on_revoke_confirmed_cb (SparkConfirm *confirm, Revoke *revoke)
{
  const SparkGrant *grant = spark_grant_item_get (revoke->grant);
  g_autofree char *path = spark_client_path ("/v1/grants/%s/revoke", grant->id);
  g_autofree char *reason = g_strdup (gtk_editable_get_text (revoke->reason));
  SparkPlatformKind platform = get_platform (spark_confirm_get_window (confirm), revoke->grant);

  g_strstrip (reason);
  spark_confirm_send (confirm, "POST", path,
                      *reason != '\0' ? spark_acts_body_string ("reason", reason)
                                      : g_bytes_new_static ("{}", 2),
                      _ ("Revoking access…"), on_revoked, GINT_TO_POINTER (platform), NULL);
}

static char *
describe_open_until (gint64 until)
{
  g_autofree char *day = spark_phrase_day_and_distance (until);

  /* Translators: %s: a day and how far away it is */
  return g_strdup_printf (_ ("On TikTok it may stay open until %s."), day);
}

/* @disconnected: (nullable): what the account without its connection cannot do */
static void
add_consequences (SparkConfirm *confirm, const SparkRevocation *revocation,
                  SparkPlatformKind platform, const char *disconnected)
{
  g_autofree char *ads = spark_ads_describe_end (revocation->ads_active, revocation->certain);

  if (ads != NULL)
    spark_confirm_add_fact (confirm, "media-playback-pause-symbolic", ads);
  if (revocation->certain)
    spark_confirm_add_fact (confirm, "process-stop-symbolic",
                            _ ("It ends at once: no new ad can use the video."));
  else if (platform == SPARK_PLATFORM_TRACKED)
    spark_confirm_add_fact (
        confirm, "process-stop-symbolic",
        _ ("Sparkbox notes it. To end it on TikTok, ask the brand to remove the "
           "video, or turn off ad authorization in the TikTok app."));
  else
    spark_confirm_add_fact (confirm, "process-stop-symbolic",
                            _ ("TikTok is asked to end it. It counts as revoked only when TikTok "
                               "confirms it."));
  if (disconnected != NULL)
    spark_confirm_add_fact (confirm, "network-offline-symbolic", disconnected);
  if (revocation->open_until != 0)
    spark_confirm_add_dated_fact (confirm, "x-office-calendar-symbolic", describe_open_until,
                                  revocation->open_until);
  if (revocation->code_still_works)
    spark_confirm_add_fact (confirm, "dialog-warning-symbolic",
                            platform == SPARK_PLATFORM_TRACKED
                                ? _ ("The video’s code still works for others who have it. Delete "
                                     "it in the TikTok app if it should not.")
                                : _ ("The video’s code still works for others who have it. Replace "
                                     "or delete it if it should not."));
  if (revocation->other_grants > 0)
    {
      g_autofree char *text
          = g_strdup_printf (ngettext ("%'u other brand keeps access.",
                                       "%'u other brands keep access.", revocation->other_grants),
                             revocation->other_grants);

      spark_confirm_add_fact (confirm, "avatar-default-symbolic", text);
    }
  spark_confirm_add_fact (confirm, "emblem-favorite-symbolic",
                          _ ("Views and likes that ads brought stay on your video."));
}

static GtkEditable *
add_reason (SparkConfirm *confirm)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = g_object_new (SPARK_TYPE_ENTRY_ROW, NULL);
  GtkEditable *delegate = gtk_editable_get_delegate (GTK_EDITABLE (row));

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Reason (Optional)"));
  if (GTK_IS_TEXT (delegate))
    gtk_text_set_max_length (GTK_TEXT (delegate), REASON_CHARS);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  spark_confirm_add_widget (confirm, list);
  return GTK_EDITABLE (row);
}

typedef struct
{
  SparkConfirm *confirm;
  SparkGrantItem *grant;
} Preview;

static void
preview_free (Preview *preview)
{
  g_object_unref (preview->confirm);
  g_object_unref (preview->grant);
  g_free (preview);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Preview, preview_free)

static void look_up (SparkConfirm *confirm, SparkGrantItem *item);

static void
on_try_again_cb (GtkWidget *button, SparkGrantItem *item)
{
  SparkConfirm *confirm = SPARK_CONFIRM (gtk_widget_get_root (button));
  SparkWindow *window = spark_confirm_get_window (confirm);
  g_autoptr (SparkGrantItem) kept = g_object_ref (item);

  if (window == NULL || spark_window_get_backend (window) == NULL)
    return;
  spark_confirm_set_problem (confirm, NULL);
  /* It takes the keyboard before the button goes, or Cancel gets that. */
  look_up (confirm, kept);
  gtk_box_remove (GTK_BOX (gtk_widget_get_parent (button)), button);
}

/* Enter once more, meant for Try Again, must neither cancel nor revoke. Whoever went elsewhere
 * meanwhile stays there. */
static void
give_keyboard (SparkConfirm *confirm, gpointer widget)
{
  if (gtk_window_get_focus (GTK_WINDOW (confirm)) == NULL)
    gtk_widget_grab_focus (widget);
}

/* Who is to end an access must not begin anew because a server was busy. */
static void
offer_trying_again (SparkConfirm *confirm, SparkGrantItem *item)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Try Again"));

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_data (button, "clicked", G_CALLBACK (on_try_again_cb), g_object_ref (item),
                         (GClosureNotify)(void (*) (void))g_object_unref, 0);
  spark_confirm_add_remedy (confirm, button);
  give_keyboard (confirm, button);
}

static void
on_preview_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Preview) preview = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  SparkConfirm *confirm = preview->confirm;
  SparkWindow *window = spark_confirm_get_window (confirm);
  g_autofree char *disconnected = NULL;
  const SparkVideo *video;
  SparkRevocation revocation;
  Revoke *revoke;

  if (g_cancellable_is_cancelled (spark_confirm_get_cancellable (confirm)) || window == NULL)
    return;
  spark_confirm_set_busy (confirm, NULL);
  if (error == NULL && (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)))
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No revocation.");
  if (error != NULL || !spark_revocation_read (&revocation, json_node_get_object (answer), &error))
    {
      spark_confirm_set_problem (confirm, error);
      spark_confirm_set_possible (confirm, FALSE);
      if (spark_problem_can_retry (error))
        offer_trying_again (confirm, preview->grant);
      else
        spark_confirm_focus_problem (confirm);
      return;
    }
  video = spark_grant_item_get_video (preview->grant);
  if (video != NULL)
    disconnected = spark_acts_describe_disconnected (window, video->account_id);
  add_consequences (confirm, &revocation, get_platform (window, preview->grant), disconnected);
  revoke = g_new0 (Revoke, 1);
  revoke->grant = g_object_ref (preview->grant);
  revoke->reason = add_reason (confirm);
  give_keyboard (confirm, revoke->reason);
  spark_confirm_set_possible (confirm, TRUE);
  spark_confirm_on_confirmed (confirm, G_CALLBACK (on_revoke_confirmed_cb), revoke,
                              (GDestroyNotify)revoke_free);
}

static void
look_up (SparkConfirm *confirm, SparkGrantItem *item)
{
  SparkBackend *backend = spark_window_get_backend (spark_confirm_get_window (confirm));
  g_autofree char *path
      = spark_client_path ("/v1/grants/%s/revocation", spark_grant_item_get (item)->id);
  Preview *preview = g_new0 (Preview, 1);

  preview->confirm = g_object_ref (confirm);
  preview->grant = g_object_ref (item);
  spark_confirm_set_busy (confirm, _ ("Looking up what this would stop…"));
  spark_client_send_async (spark_backend_get_client (backend), "GET", path, NULL,
                           spark_confirm_get_cancellable (confirm), on_preview_cb, preview);
}

static void
revoke_access (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  const SparkGrant *grant;
  SparkConfirm *confirm;

  if (item == NULL)
    return;
  grant = spark_grant_item_get (item);
  if (!spark_open_access_is_active (grant))
    {
      spark_acts_toast (window, _ ("This access has already ended"));
      return;
    }
  brand = spark_phrase_brand (grant);
  caption = describe_video (item);
  /* Translators: %s: name of a brand, or "Someone" */
  heading = g_strdup_printf (_ ("Revoke %s’s Access?"), brand);
  if (get_platform (window, item) == SPARK_PLATFORM_TRACKED)
    /* Translators: first a brand, then a video’s caption; TikTok still lets the brand */
    body = g_strdup_printf (_ ("You say that %s may no longer use “%s” in ads."), brand, caption);
  else
    /* Translators: first a brand, then a video’s caption */
    body = g_strdup_printf (_ ("%s can no longer use “%s” in ads."), brand, caption);
  confirm
      = spark_confirm_new (window, heading, body, _ ("_Revoke Access"), ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, grant->id);
  spark_confirm_set_possible (confirm, FALSE);
  look_up (confirm, item);
  gtk_window_present (GTK_WINDOW (confirm));
}

/* give again */

static void
say_given_again (SparkWindow *window, const char *brand)
{
  /* Translators: %s: name of a brand, or "Someone" */
  g_autofree char *text = g_strdup_printf (_ ("%s has access again"), brand);

  spark_acts_toast (window, text);
}

static void
on_given_again (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  say_given_again (window, user_data);
}

static void
on_revoke_undone (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  if (error != NULL)
    spark_acts_toast_problem (window, error);
  else
    say_given_again (window, user_data);
}

static void
on_give_again_confirmed_cb (SparkConfirm *confirm, SparkGrantItem *item)
{
  const SparkGrant *grant = spark_grant_item_get (item);
  g_autofree char *path = spark_client_path ("/v1/grants/%s/revocation", grant->id);

  spark_confirm_send (confirm, "DELETE", path, NULL, _ ("Giving access again…"), on_given_again,
                      spark_phrase_brand (grant), g_free);
}

static char *
describe_end (gint64 end)
{
  g_autofree char *day = spark_phrase_day_and_distance (end);

  /* Translators: %s: a day and how far away it is */
  return g_strdup_printf (_ ("It ends %s."), day);
}

static void
give_again (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  const SparkGrant *grant;
  SparkConfirm *confirm;
  gint64 end;

  if (item == NULL)
    return;
  grant = spark_grant_item_get (item);
  brand = spark_phrase_brand (grant);
  caption = describe_video (item);
  end = grant->ends_at != 0 ? grant->ends_at : grant->platform_ends_at;
  /* Translators: %s: name of a brand, or "Someone" */
  heading = g_strdup_printf (_ ("Give %s Access Again?"), brand);
  /* Translators: first a brand, then a video’s caption */
  body = g_strdup_printf (_ ("%s can use “%s” in ads again, on the terms it had."), brand, caption);
  confirm
      = spark_confirm_new (window, heading, body, _ ("_Give Access Again"), ADW_RESPONSE_SUGGESTED);
  spark_confirm_add_whose (confirm, grant->id);
  if (end > spark_time_now ())
    spark_confirm_add_dated_fact (confirm, "x-office-calendar-symbolic", describe_end, end);
  spark_confirm_ask (confirm, G_CALLBACK (on_give_again_confirmed_cb), g_steal_pointer (&item),
                     g_object_unref);
}

static void
undo_revoke (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);
  g_autofree char *path = NULL;

  if (item == NULL)
    return;
  path = spark_client_path ("/v1/grants/%s/revocation", spark_grant_item_get (item)->id);
  spark_acts_send (window, "DELETE", path, NULL, on_revoke_undone,
                   spark_phrase_brand (spark_grant_item_get (item)), g_free);
}

/* who it is */

static void
note_grant (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkVideoItem) video = NULL;

  if (!spark_acts_check (window, action, g_variant_get_string (target, NULL)))
    return;
  video = spark_replica_get_video (replica, g_variant_get_string (target, NULL));
  if (video != NULL)
    gtk_window_present (GTK_WINDOW (spark_brand_dialog_new_note (window, video)));
  else
    spark_acts_toast (window, _ ("It is no longer there"));
}

static void
attribute_grant (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkGrantItem) item = spark_acts_check_grant (window, action, target);

  if (item != NULL)
    gtk_window_present (GTK_WINDOW (spark_brand_dialog_new_attribute (window, item)));
}

static void
show_video (GtkWidget *widget, const char *action, GVariant *target)
{
  spark_window_show_video (SPARK_WINDOW (widget), g_variant_get_string (target, NULL));
}

void
spark_window_install_grant_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.show-video", "s", show_video);
  gtk_widget_class_install_action (klass, "win.revoke", "s", revoke_access);
  gtk_widget_class_install_action (klass, "win.give-again", "s", give_again);
  gtk_widget_class_install_action (klass, "win.undo-revoke", "s", undo_revoke);
  gtk_widget_class_install_action (klass, "win.note-grant", "s", note_grant);
  gtk_widget_class_install_action (klass, "win.attribute-grant", "s", attribute_grant);
}

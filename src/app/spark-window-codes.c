/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-codes"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-add-code-dialog.h"
#include "app/spark-brand-dialog.h"
#include "app/spark-code-help-dialog.h"
#include "app/spark-code-users.h"
#include "app/spark-confirm.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

/* The ids of the videos whose code is being made, so that a second click waits for the first. */
#define GENERATING "spark-generating"

static void
toast_gone (SparkWindow *window)
{
  spark_acts_toast (window, _ ("It is no longer there"));
}

static SparkVideoItem *
get_video (SparkWindow *window, const char *id)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  SparkVideoItem *item = replica != NULL ? spark_replica_get_video (replica, id) : NULL;

  if (item == NULL)
    toast_gone (window);
  return item;
}

static SparkCodeItem *
get_code (SparkWindow *window, const char *id)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  SparkCodeItem *item = replica != NULL && id != NULL ? spark_replica_get_code (replica, id) : NULL;

  if (item == NULL)
    toast_gone (window);
  return item;
}

static SparkPlatformKind
get_platform (SparkWindow *window, const char *account_id)
{
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, account_id);

  return account != NULL ? spark_account_item_get (account)->platform : SPARK_PLATFORM_TIKTOK;
}

static GHashTable *
get_generating (SparkWindow *window)
{
  GHashTable *set = g_object_get_data (G_OBJECT (window), GENERATING);

  if (set == NULL)
    {
      set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (window), GENERATING, set,
                              (GDestroyNotify)g_hash_table_unref);
    }
  return set;
}

/* copy */

static void
on_code_fetched (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  g_autoptr (GError) malformed = NULL;
  SparkCode code;

  if (error == NULL && spark_acts_read_code (answer, &code, &malformed))
    spark_acts_copy (window, &code, get_platform (window, user_data));
  else
    spark_acts_toast_problem (window, error != NULL ? error : malformed);
}

/* The code of @video, (nullable), for @action, which needs nothing but the role; a toast says why
 * there is none. (transfer full) (nullable) */
static SparkCodeItem *
get_code_of (SparkWindow *window, const char *action, SparkVideoItem *video)
{
  const SparkVideo *view = video != NULL ? spark_video_item_get (video) : NULL;

  if (view == NULL || !spark_acts_check_role (window, action, view->id))
    return NULL;
  if (view->authorization.code_id != NULL)
    return get_code (window, view->authorization.code_id);
  spark_acts_toast (window, _ ("This video has no code"));
  return NULL;
}

static void
copy_code (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));
  g_autoptr (SparkCodeItem) item = get_code_of (window, action, video);
  const SparkCode *code;

  if (item == NULL)
    return;
  code = spark_code_item_get (item);
  if (code->code != NULL)
    {
      spark_acts_copy (window, code,
                       get_platform (window, spark_video_item_get (video)->account_id));
      return;
    }
  /* The replica's key is gone with its keyring: the backend still knows the code. */
  if (spark_acts_check_online (window))
    {
      g_autofree char *path = spark_client_path ("/v1/codes/%s", code->id);

      spark_acts_send (window, "GET", path, NULL, on_code_fetched,
                       g_strdup (spark_video_item_get (video)->account_id), g_free);
    }
}

static void
copy_for (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));
  g_autoptr (SparkCodeItem) code = get_code_of (window, action, video);

  if (code == NULL)
    return;
  if (spark_code_item_get (code)->code != NULL)
    gtk_window_present (GTK_WINDOW (spark_brand_dialog_new_copy (window, video, code)));
  else
    spark_acts_toast (window, _ ("The code is not on this computer. Copy it first."));
}

/* generate */

typedef struct
{
  char *video_id;
  char *account_id;
  guint days;
} Generate;

static void
generate_free (Generate *generate)
{
  g_free (generate->video_id);
  g_free (generate->account_id);
  g_free (generate);
}

static void
on_generated (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  Generate *generate = user_data;
  g_autoptr (GError) malformed = NULL;
  SparkCode code;

  g_hash_table_remove (get_generating (window), generate->video_id);
  if (error == NULL && spark_acts_read_code (answer, &code, &malformed))
    {
      spark_terms_set_days (spark_acts_get_replica (window), generate->days);
      spark_acts_copy (window, &code, get_platform (window, generate->account_id));
    }
  else
    spark_acts_toast_problem (window, error != NULL ? error : malformed);
}

static void
generate_now (SparkWindow *window, const SparkVideo *video)
{
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, video->account_id);
  g_autofree char *path = spark_client_path ("/v1/videos/%s/code", video->id);
  Generate *generate;

  if (!spark_acts_check_online (window)
      || !g_hash_table_add (get_generating (window), g_strdup (video->id)))
    return;
  generate = g_new0 (Generate, 1);
  generate->video_id = g_strdup (video->id);
  generate->account_id = g_strdup (video->account_id);
  generate->days = spark_terms_get_days (spark_acts_get_replica (window),
                                         account != NULL ? spark_account_item_get (account) : NULL,
                                         NULL);
  spark_acts_send (window, "POST", path, spark_acts_body_int ("days", generate->days), on_generated,
                   generate, (GDestroyNotify)generate_free);
}

static void
on_consented_cb (SparkConfirm *confirm, SparkVideoItem *video)
{
  SparkWindow *window = spark_confirm_get_window (confirm);

  if (window != NULL && spark_acts_get_replica (window) != NULL)
    {
      spark_terms_set_consent (spark_acts_get_replica (window),
                               spark_video_item_get (video)->account_id);
      generate_now (window, spark_video_item_get (video));
    }
  gtk_window_destroy (GTK_WINDOW (confirm));
}

static void
ask_consent (SparkWindow *window, SparkVideoItem *video)
{
  const SparkVideo *view = spark_video_item_get (video);
  SparkConfirm *confirm = spark_confirm_new (
      window, _ ("Turn On Ad Authorization?"),
      _ ("A Spark code lets brands run your video as an ad. Sparkbox asks this once; after it, one "
         "click generates and copies a code."),
      _ ("_Generate & Copy"), ADW_RESPONSE_SUGGESTED);

  spark_confirm_add_fact (confirm, "avatar-default-symbolic",
                          _ ("Any brand that has the code can use the video until it ends."));
  spark_confirm_add_fact (confirm, "changes-prevent-symbolic",
                          _ ("While it is on, the video stays public and its caption can’t be "
                             "changed."));
  spark_confirm_add_fact (confirm, "emblem-ok-symbolic",
                          _ ("TikTok reviews the video for ads, and its advertising content terms "
                             "apply."));
  if (get_platform (window, view->account_id) == SPARK_PLATFORM_SANDBOX)
    spark_confirm_add_fact (confirm, "dialog-information-symbolic",
                            _ ("This is sample data: nothing is sent to TikTok."));
  spark_confirm_ask (confirm, G_CALLBACK (on_consented_cb), g_object_ref (video), g_object_unref);
}

static void
present_add_code (SparkWindow *window, SparkVideoItem *video)
{
  gtk_window_present (GTK_WINDOW (spark_add_code_dialog_new (window, video)));
}

static void
generate (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));
  const SparkVideo *view;

  if (video == NULL || !spark_acts_check (window, action, spark_video_item_get (video)->id))
    return;
  view = spark_video_item_get (video);
  if (get_platform (window, view->account_id) == SPARK_PLATFORM_TRACKED)
    present_add_code (window, video);
  else if (!spark_acts_check_connected (window, view->account_id))
    return;
  else if (spark_terms_get_consent (spark_acts_get_replica (window), view->account_id))
    generate_now (window, view);
  else
    ask_consent (window, video);
}

static void
generate_terms (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));

  if (video == NULL || !spark_acts_check (window, action, spark_video_item_get (video)->id))
    return;
  if (get_platform (window, spark_video_item_get (video)->account_id) == SPARK_PLATFORM_TRACKED)
    present_add_code (window, video);
  else if (spark_acts_check_connected (window, spark_video_item_get (video)->account_id))
    gtk_window_present (
        GTK_WINDOW (spark_terms_dialog_new (window, SPARK_TERMS_GENERATE, video, NULL)));
}

static void
add_code (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));

  if (video != NULL && spark_acts_check (window, action, spark_video_item_get (video)->id))
    present_add_code (window, video);
}

/* change, extend */

/* @asked: (nullable): the request it answers */
static void
present_terms (SparkWindow *window, const char *action, SparkTermsPurpose purpose,
               const char *code_id, const SparkEvent *asked)
{
  g_autoptr (SparkCodeItem) code = get_code (window, code_id);
  g_autoptr (SparkVideoItem) video = NULL;
  SparkTermsDialog *dialog;

  if (code == NULL)
    return;
  video = get_video (window, spark_code_item_get (code)->video_id);
  if (video == NULL || !spark_acts_check (window, action, code_id)
      || !spark_acts_check_connected (window, spark_video_item_get (video)->account_id))
    return;
  dialog = spark_terms_dialog_new (window, purpose, video, code);
  if (asked != NULL)
    spark_terms_dialog_answer (dialog, asked->grant_id, asked->detail.days);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
change_code (GtkWidget *widget, const char *action, GVariant *target)
{
  present_terms (SPARK_WINDOW (widget), action, SPARK_TERMS_CHANGE,
                 g_variant_get_string (target, NULL), NULL);
}

static void
extend (GtkWidget *widget, const char *action, GVariant *target)
{
  present_terms (SPARK_WINDOW (widget), action, SPARK_TERMS_EXTEND,
                 g_variant_get_string (target, NULL), NULL);
}

/* What a brand asked for is chosen already. */
static void
extend_request (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkEventItem) item
      = replica != NULL ? spark_replica_get_event (replica, g_variant_get_string (target, NULL))
                        : NULL;
  const SparkEvent *asked = item != NULL ? spark_event_item_get (item) : NULL;
  g_autoptr (SparkGrantItem) grant
      = asked != NULL && asked->grant_id != NULL
            ? spark_replica_get_grant (replica, asked->grant_id)
            : NULL;

  if (grant != NULL && spark_open_access_was_ended (spark_grant_item_get (grant)))
    spark_acts_toast (window, _ ("This access has already ended"));
  else if (grant == NULL || !spark_open_access_extends (grant))
    toast_gone (window);
  else
    present_terms (window, action, SPARK_TERMS_EXTEND, spark_grant_item_get (grant)->code_id,
                   asked);
}

/* replace, delete */

static void
on_replaced (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  SparkCode code;

  if (spark_acts_read_code (answer, &code, &error))
    spark_acts_copy (window, &code, get_platform (window, user_data));
  else
    spark_acts_toast_problem (window, error);
}

static void
on_replace_confirmed_cb (SparkConfirm *confirm, SparkCodeItem *code)
{
  SparkWindow *window = spark_confirm_get_window (confirm);
  g_autoptr (SparkVideoItem) video = get_video (window, spark_code_item_get (code)->video_id);
  g_autofree char *path
      = spark_client_path ("/v1/codes/%s/replace", spark_code_item_get (code)->id);

  if (video == NULL)
    return;
  spark_confirm_send (confirm, "POST", path, g_bytes_new_static ("{}", 2),
                      _ ("Replacing the code…"), on_replaced,
                      g_strdup (spark_video_item_get (video)->account_id), g_free);
}

static char *
describe_new_code (gint64 days)
{
  g_autofree char *end = spark_phrase_day_and_distance (spark_time_now () + days * SPARK_DAY_MS);

  return g_strdup_printf (ngettext ("The new code is for %u day again: until %s.",
                                    "The new code is for %u days again: until %s.", (gulong)days),
                          (guint)days, end);
}

static void
replace (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkCodeItem) code = get_code (window, g_variant_get_string (target, NULL));
  g_autoptr (SparkVideoItem) video = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;

  if (code == NULL)
    return;
  video = get_video (window, spark_code_item_get (code)->video_id);
  if (video == NULL || !spark_acts_check (window, action, spark_code_item_get (code)->id)
      || !spark_acts_check_connected (window, spark_video_item_get (video)->account_id))
    return;
  caption = spark_phrase_video (spark_video_item_get (video));
  /* Translators: %s: a video's caption */
  body = g_strdup_printf (_ ("The code of “%s” stops working for anyone who has not used it yet. A "
                             "new one is made and copied."),
                          caption);
  confirm = spark_confirm_new (window, _ ("Replace the Code?"), body, _ ("_Replace & Copy"),
                               ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, spark_code_item_get (code)->id);
  spark_code_users_add_facts (confirm, spark_acts_get_replica (window), spark_code_item_get (code));
  spark_confirm_add_dated_fact (confirm, "x-office-calendar-symbolic", describe_new_code,
                                spark_code_item_get (code)->days);
  spark_confirm_ask (confirm, G_CALLBACK (on_replace_confirmed_cb), g_steal_pointer (&code),
                     g_object_unref);
}

static void
on_deleted (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  spark_acts_toast (window, GPOINTER_TO_INT (user_data) == SPARK_PLATFORM_TIKTOK
                                ? _ ("Waiting for TikTok to delete the code")
                                : _ ("Code deleted"));
}

static void
on_delete_confirmed_cb (SparkConfirm *confirm, SparkCodeItem *code)
{
  SparkWindow *window = spark_confirm_get_window (confirm);
  g_autoptr (SparkVideoItem) video = get_video (window, spark_code_item_get (code)->video_id);
  g_autofree char *path = spark_client_path ("/v1/codes/%s", spark_code_item_get (code)->id);

  if (video != NULL)
    spark_confirm_send (
        confirm, "DELETE", path, NULL, _ ("Deleting the code…"), on_deleted,
        GINT_TO_POINTER (get_platform (window, spark_video_item_get (video)->account_id)), NULL);
}

static void
delete_code (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkCodeItem) code = get_code (window, g_variant_get_string (target, NULL));
  g_autoptr (SparkVideoItem) video = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;
  gboolean tracked;

  if (code == NULL)
    return;
  video = get_video (window, spark_code_item_get (code)->video_id);
  if (video == NULL || !spark_acts_check (window, action, spark_code_item_get (code)->id)
      || !spark_acts_check_connected (window, spark_video_item_get (video)->account_id))
    return;
  tracked
      = get_platform (window, spark_video_item_get (video)->account_id) == SPARK_PLATFORM_TRACKED;
  caption = spark_phrase_video (spark_video_item_get (video));
  if (tracked)
    /* Translators: %s: a video's caption */
    body = g_strdup_printf (_ ("Sparkbox forgets the code of “%s”. On TikTok it goes on working "
                               "until you delete it in the TikTok app."),
                            caption);
  else
    /* Translators: %s: a video's caption */
    body = g_strdup_printf (_ ("Nobody can start using “%s” with this code any more."), caption);
  confirm = spark_confirm_new (window, _ ("Delete the Code?"), body, _ ("_Delete Code"),
                               ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, spark_code_item_get (code)->id);
  spark_code_users_add_facts (confirm, spark_acts_get_replica (window), spark_code_item_get (code));
  if (!tracked)
    {
      spark_confirm_add_fact (confirm, "media-playback-start-symbolic",
                              _ ("Ads that already use the video go on. To end a brand’s access, "
                                 "revoke it."));
      spark_confirm_add_fact (confirm, "edit-undo-symbolic",
                              _ ("It can’t be brought back, but you can generate another."));
    }
  spark_confirm_ask (confirm, G_CALLBACK (on_delete_confirmed_cb), g_steal_pointer (&code),
                     g_object_unref);
}

/* help */

static void
code_help (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkVideoItem) video = get_video (window, g_variant_get_string (target, NULL));

  if (video != NULL)
    gtk_window_present (GTK_WINDOW (spark_code_help_dialog_new (window, video)));
}

void
spark_window_install_code_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.copy-code", "s", copy_code);
  gtk_widget_class_install_action (klass, "win.copy-for", "s", copy_for);
  gtk_widget_class_install_action (klass, "win.generate", "s", generate);
  gtk_widget_class_install_action (klass, "win.generate-terms", "s", generate_terms);
  gtk_widget_class_install_action (klass, "win.add-code", "s", add_code);
  gtk_widget_class_install_action (klass, "win.change-code", "s", change_code);
  gtk_widget_class_install_action (klass, "win.extend", "s", extend);
  gtk_widget_class_install_action (klass, "win.extend-request", "s", extend_request);
  gtk_widget_class_install_action (klass, "win.replace", "s", replace);
  gtk_widget_class_install_action (klass, "win.delete-code", "s", delete_code);
  gtk_widget_class_install_action (klass, "win.code-help", "s", code_help);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"
#include "app/spark-code-card.h"
#include "model/spark-rules.h"

static void
press_row (gpointer root, const char *title)
{
  AdwActionRow *row;

  for (guint i = 0; (row = test_find (root, ADW_TYPE_ACTION_ROW, i)) != NULL; i++)
    if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title) == 0)
      {
        adw_action_row_activate (row);
        return;
      }
  g_assert_not_reached ();
}

static void
compare (SparkWindow *window, const char *pasted, const char *expected)
{
  GtkWindow *dialog = test_get_dialog (window);
  g_autofree char *texts = NULL;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), pasted);
  press_row (dialog, "_Compare With the Clipboard");
  for (gboolean told = FALSE; !told;)
    {
      test_turn ();
      g_clear_pointer (&texts, g_free);
      texts = test_texts (dialog);
      told = strstr (texts, expected) != NULL;
    }
  /* Neither what is right nor what was pasted can be read. */
  g_assert_null (strstr (texts, "#Spark"));
  g_assert_null (strstr (texts, "AAAAAAAA"));
  g_assert_null (strstr (texts, "BBBBBBBB"));
}

static void
press_button (gpointer root, const char *label)
{
  GtkButton *button;

  for (guint i = 0; (button = test_find (root, GTK_TYPE_BUTTON, i)) != NULL; i++)
    if (g_strcmp0 (gtk_button_get_label (button), label) == 0)
      {
        g_signal_emit_by_name (button, "clicked");
        return;
      }
  g_assert_not_reached ();
}

static void
test_help (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkCode other = { .id = "1.8",
                            .video_id = "1.9",
                            .code = OTHER_CODE,
                            .state = SPARK_CODE_STATE_READY,
                            .ends_at = spark_time_now () + SPARK_DAY_MS };
  const SparkLink link = { .id = "1.7",
                           .video_id = "1.1",
                           .brand = { "1.4", "Acme" },
                           .string = TIKTOK_CODE,
                           .state = SPARK_LINK_STATE_OPEN };
  const SparkEvent refused = { .id = "1.20",
                               .type = SPARK_EVENT_REDEMPTION_REFUSED,
                               .at = spark_time_now (),
                               .actor = { SPARK_ACTOR_BRAND, "90", "Nord" },
                               .video_id = "1.1" };

  fake_add_code (replica, &other);
  fake_add_link (replica, &link);
  fake_add_event (replica, &refused);
  test_window_act (window, "win.code-help", "1.1");
  acts_assert_text (test_get_dialog (window), "The code works until");
  acts_assert_text (test_get_dialog (window), "Nothing about the video stands in the way");
  acts_assert_text (test_get_dialog (window), "Nord tried to use it and was refused");
  acts_assert_text (test_get_dialog (window), "On my side all is well");
  compare (window, CODE, "It is the right code");
  compare (window, "", "The clipboard holds no text");
  compare (window, "#SparkboxAAAAAAAAAAAAA", "22 characters of 65");
  compare (window, "#SparkboxAAAAAAAAAAAAA", "The end of the code is missing in what you have.");
  compare (window, OTHER_CODE, "It is the code of “Fresh”");
  compare (window, OTHER_CODE, "What you have is the code of “Fresh”.");
  compare (window, TIKTOK_CODE, "It is the string of a Sparkbox link");
  press_button (test_get_dialog (window), "Copy R_eply");
  acts_assert_toast (window, "Reply copied");
  acts_assert_clipboard (
      window, "About the code for “Morning <b>routine</b>”: What you have is the string of a "
              "Sparkbox link, which TikTok doesn’t know. Please copy the code of this video "
              "from my message.");
  test_window_free (window);
}

/* What the creator knows before the brand is asked anything. */
static void
test_help_facts (void)
{
  static const struct
  {
    SparkBlockers blockers;
    SparkCodeState state;
    const char *fact;
    const char *reply;
  } cases[] = {
    { 0, SPARK_CODE_STATE_EXPIRED, "The code has expired", "Its code has ended." },
    { 0, SPARK_CODE_STATE_DELETED, "The code was deleted", "That code no longer works." },
    { 0, SPARK_CODE_STATE_PENDING, "The code is not ready yet", "in a few minutes" },
    { 0, SPARK_CODE_STATE_FAILED, "The code could not be made", "That code no longer works." },
    { 0, SPARK_CODE_STATE_READY, "where the brand may advertise", "may advertise where I am" },
    { SPARK_BLOCKER_PRIVATE, SPARK_CODE_STATE_READY, "The video is not public", "not public" },
    { SPARK_BLOCKER_DELETED, SPARK_CODE_STATE_READY, "The video was deleted", "no longer on" },
    { SPARK_BLOCKER_REMOVED, SPARK_CODE_STATE_READY, "TikTok removed the video", "no longer on" },
    { SPARK_BLOCKER_SOUND, SPARK_CODE_STATE_READY, "The sound is not cleared", "The sound of" },
    { SPARK_BLOCKER_DUET, SPARK_CODE_STATE_READY, "The video is a duet", "a code from them" },
    { SPARK_BLOCKER_STITCH, SPARK_CODE_STATE_READY, "The video is a stitch", "a code from them" },
    { SPARK_BLOCKER_STORY, SPARK_CODE_STATE_READY, "Stories can’t be used", "It is a story" },
    { SPARK_BLOCKER_UNDER_REVIEW, SPARK_CODE_STATE_READY, "TikTok is reviewing", "reviewing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkWindow *window = acts_set_up ();
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
      const SparkVideo video = { .id = "1.30",
                                 .account_id = "1",
                                 .caption = "It",
                                 .blockers = cases[i].blockers,
                                 .authorization = { .code_id = "1.31" } };
      const SparkCode code = { .id = "1.31",
                               .video_id = "1.30",
                               .code = OTHER_CODE,
                               .state = cases[i].state,
                               .ends_at = spark_time_now () + SPARK_DAY_MS };

      fake_add_video (replica, &video);
      fake_add_code (replica, &code);
      test_window_act (window, "win.code-help", "1.30");
      acts_assert_text (test_get_dialog (window), cases[i].fact);
      acts_assert_text (test_get_dialog (window), cases[i].reply);
      test_window_free (window);
    }
}

/* Whether the card of the video offers it. */
static gboolean
offers_help (SparkContext *context, SparkReplica *replica, const char *video_id)
{
  SparkCodeCard *card = g_object_ref_sink (g_object_new (SPARK_TYPE_CODE_CARD, NULL));
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, video_id);
  const char *code_id = spark_video_item_get (video)->authorization.code_id;
  g_autoptr (SparkCodeItem) code
      = code_id != NULL ? spark_replica_get_code (replica, code_id) : NULL;
  gboolean offers;

  spark_code_card_set (card, context, video, code);
  {
    g_autofree char *texts = test_texts (card);

    offers = strstr (texts, "Code Not _Working?") != NULL;
    g_assert_null (strstr (texts, "_Delete…"));
  }
  g_object_unref (card);
  return offers;
}

/* A brand still tries what has ended. */
static void
test_help_ended (void)
{
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  const SparkVideo fresh = { .id = "1.30", .account_id = "1" };
  const SparkVideo deleted = { .id = "1.40", .account_id = "1" };
  const SparkVideo expired
      = { .id = "1.50",
          .account_id = "1",
          .authorization = { .state = SPARK_AUTHORIZATION_EXPIRED, .code_id = "1.51" } };
  const SparkCode code = { .id = "1.51", .video_id = "1.50", .state = SPARK_CODE_STATE_EXPIRED };
  const SparkEvent event = { .id = "1.41",
                             .video_id = "1.40",
                             .type = SPARK_EVENT_CODE_DELETED,
                             .at = spark_time_now () };

  fake_add_video (replica, &fresh);
  fake_add_video (replica, &deleted);
  fake_add_video (replica, &expired);
  fake_add_code (replica, &code);
  fake_add_event (replica, &event);
  spark_context_set (context, backend, NULL);
  g_assert_false (offers_help (context, replica, "1.30"));
  g_assert_true (offers_help (context, replica, "1.40"));
  g_assert_true (offers_help (context, replica, "1.50"));

  test_window_act (window, "win.code-help", "1.40");
  acts_assert_text (test_get_dialog (window), "The code was deleted");
  g_object_unref (context);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/codes/help", test_help);
  g_test_add_func ("/codes/help-facts", test_help_facts);
  g_test_add_func ("/codes/help-ended", test_help_ended);
  return g_test_run ();
}

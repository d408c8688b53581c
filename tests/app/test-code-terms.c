/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "acts-fixture.h"
#include "app/spark-add-code-dialog.h"
#include "app/spark-batch-dialog.h"
#include "app/spark-code-card.h"
#include "app/spark-confirm.h"
#include "app/spark-date-row.h"
#include "app/spark-format.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-terms.h"
#include "model/spark-rules.h"
#include "app/spark-dialog.h"

/* By @name alone, in place of what stands on it. */
static void
assert_named (gpointer root, const char *label, const char *name)
{
  g_autofree char *other = NULL;
  GtkAccessible *button;

  for (guint i = 0;; i++)
    {
      button = test_find (root, GTK_TYPE_BUTTON, i);
      if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), label) == 0)
        break;
    }
  other = gtk_test_accessible_check_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_assert_cmpstr (other, ==, NULL);
  g_assert_false (gtk_test_accessible_has_relation (button, GTK_ACCESSIBLE_RELATION_LABELLED_BY));
}

static void
test_news (void)
{
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  gint64 yesterday = spark_time_now () - SPARK_DAY_MS;
  g_autofree char *moment = spark_format_as_of (yesterday, spark_time_now ());
  g_autofree char *news = g_strconcat ("News from TikTok as of ", moment, NULL);
  const SparkAccount real = { .id = "1",
                              .name = "Mine",
                              .platform = SPARK_PLATFORM_TIKTOK,
                              .role = SPARK_ROLE_OWNER,
                              .connection = SPARK_CONNECTION_STATE_CONNECTED,
                              .platform_seen_at = yesterday };
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, "1.1");
  g_autoptr (SparkCodeItem) code = spark_replica_get_code (replica, "1.2");
  SparkCodeCard *card = g_object_ref_sink (g_object_new (SPARK_TYPE_CODE_CARD, NULL));
  SparkContext *context = spark_context_new ();
  g_autofree char *before = NULL;

  g_assert_true (g_str_has_prefix (moment, "yesterday, "));
  spark_context_set (context, backend, NULL);
  spark_code_card_set (card, context, video, code);
  before = test_texts (card);
  g_assert_null (strstr (before, "News from TikTok"));
  fake_add_account (replica, &real);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_ACCOUNT);
  spark_code_card_set (card, context, video, code);
  acts_assert_text (card, news);
  g_object_unref (card);
  g_object_unref (context);
  test_window_free (window);
}

static void
test_card_names (void)
{
  const SparkVideo live
      = { .id = "1.1",
          .account_id = "1",
          .caption = "Oven",
          .authorization = { .state = SPARK_AUTHORIZATION_READY, .code_id = "1.2" } };
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkCodeCard *card = g_object_ref_sink (g_object_new (SPARK_TYPE_CODE_CARD, NULL));
  SparkContext *context = spark_context_new ();
  g_autoptr (SparkCodeItem) code = spark_replica_get_code (replica, "1.2");
  g_autoptr (SparkVideoItem) video = NULL;

  fake_add_video (replica, &live);
  video = spark_replica_get_video (replica, "1.1");
  spark_context_set (context, backend, NULL);
  spark_code_card_set (card, context, video, code);
  assert_named (card, "_Copy", "Copy code of Oven");
  g_object_unref (card);
  g_object_unref (context);
  test_window_free (window);
}

/* A code can be cut, as it is masked anyway; what is said in its place is read. */
static void
test_card_without_code (void)
{
  const SparkVideo live
      = { .id = "1.1",
          .account_id = "1",
          .caption = "Oven",
          .authorization = { .state = SPARK_AUTHORIZATION_READY, .code_id = "1.2" } };
  const SparkVideo early
      = { .id = "9.1",
          .account_id = "9",
          .caption = "Early",
          .authorization = { .state = SPARK_AUTHORIZATION_READY, .code_id = "9.2" } };
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkCodeCard *card = g_object_ref_sink (g_object_new (SPARK_TYPE_CODE_CARD, NULL));
  SparkContext *context = spark_context_new ();
  g_autoptr (SparkVideoItem) video = NULL;
  GtkLabel *label = GTK_LABEL (
      gtk_widget_get_template_child (GTK_WIDGET (card), SPARK_TYPE_CODE_CARD, "code_label"));

  fake_add_video (spark_backend_get_replica (backend), &live);
  video = spark_replica_get_video (spark_backend_get_replica (backend), "1.1");
  spark_context_set (context, backend, NULL);
  spark_code_card_set (card, context, video, NULL);
  acts_assert_text (card, "Not on this computer");
  g_assert_true (gtk_label_get_wrap (label));
  g_assert_cmpint (gtk_label_get_ellipsize (label), ==, PANGO_ELLIPSIZE_NONE);

  /* Whose it is comes later: until then nobody is told of a role, and the row still has a name. */
  fake_add_video (spark_backend_get_replica (backend), &early);
  g_clear_object (&video);
  video = spark_replica_get_video (spark_backend_get_replica (backend), "9.1");
  spark_code_card_set (card, context, video, NULL);
  g_assert_cmpstr (gtk_label_get_label (label), ==, "Not on this computer");
  g_object_unref (card);
  g_object_unref (context);
  test_window_free (window);
}

/* As high in the widest window as without a width, or GTK warns once it is asked for a width. */
static void
assert_problem_keeps_to_its_height (SparkDialog *dialog)
{
  GtkWidget *box = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (dialog), SPARK_TYPE_DIALOG, "problem_box"));
  int least, in_widest;

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 1024 * 1024, &in_widest, NULL, NULL, NULL);
  g_assert_cmpint (in_widest, <=, least);
}

static void
test_terms (void)
{
  SparkWindow *window = acts_set_up ();
  SparkDialog *dialog;

  test_window_act (window, "win.generate-terms", "1.9");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 180);
  acts_assert_text (dialog, "in 180 days");

  /* Gone while the dialog was open: it says so itself, not the window behind it. */
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  acts_refuse ("POST /v1/videos/1.9/code", SPARK_ERROR_OFFLINE);
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_cmpstr (spark_dialog_get_problem (dialog), ==, acts_sentence_of (SPARK_ERROR_OFFLINE));
  assert_problem_keeps_to_its_height (dialog);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_ONLINE);

  acts_refuse ("POST /v1/videos/1.9/code", SPARK_ERROR_CODE_EXISTS);
  spark_dialog_submit (dialog);
  g_assert_true (spark_dialog_get_busy (dialog));
  test_wait (!spark_dialog_get_busy (dialog));
  g_assert_cmpstr (spark_dialog_get_problem (dialog), ==,
                   acts_sentence_of (SPARK_ERROR_CODE_EXISTS));

  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_toast (window, "Code copied");
  acts_assert_sent ("POST /v1/videos/1.9/code {\"days\":180}");
  test_wait (!test_has_dialog (window));
  /* The last terms are the next ones. */
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Code copied");
  test_window_free (window);
}

static void
test_change (void)
{
  SparkWindow *window = acts_set_up ();
  SparkDialog *dialog;

  test_window_act (window, "win.change-code", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 7);
  fake_answer ("DELETE /v1/codes/1.2", "");
  acts_refuse ("POST /v1/videos/1.1/code", SPARK_ERROR_TIMED_OUT);
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);

  /* The code is deleted already: only the rest is done again. */
  acts_refuse ("DELETE /v1/codes/1.2", SPARK_ERROR_NOT_FOUND);
  fake_answer ("POST /v1/videos/1.1/code", CODE_JSON (OTHER_CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, OTHER_CODE);
  acts_assert_sent ("POST /v1/videos/1.1/code {\"days\":7}");
  test_window_free (window);
}

/* (nullable): one that can be seen */
static GtkCheckButton *
find_check (SparkDialog *dialog, const char *label)
{
  /* One for each of the two brands. */
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *check = test_find (dialog, GTK_TYPE_CHECK_BUTTON, i);
      g_autofree char *texts = test_texts (check);

      if (gtk_widget_get_visible (check) && strstr (texts, label) != NULL)
        return GTK_CHECK_BUTTON (check);
    }
  return NULL;
}

static void
assert_lines (SparkDialog *dialog, const char *format, guint days, guint more)
{
  gint64 now = spark_time_now ();
  g_autofree char *day = spark_phrase_day (now + days * SPARK_DAY_MS);
  g_autofree char *other = spark_phrase_day (now + more * SPARK_DAY_MS);
  g_auto (GStrv) parts = g_strsplit (format, "$", 3);
  g_autofree char *lines
      = g_strconcat (parts[0], day, parts[1], parts[2] != NULL ? other : NULL, parts[2], NULL);

  acts_assert_text (dialog, lines);
}

/* It is what a screen reader says of the button: the title once, and not after it again. */
static void
assert_name_of_row (SparkDateRow *row, const char *name)
{
  GtkAccessible *button = test_find (row, GTK_TYPE_MENU_BUTTON, 0);
  g_autofree char *misnamed
      = gtk_test_accessible_check_property (button, GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  g_assert_cmpstr (misnamed, ==, NULL);
  g_assert_false (gtk_test_accessible_has_relation (button, GTK_ACCESSIBLE_RELATION_LABELLED_BY));
}

/* To a deal's end: the code as far as it has to, and a brand no further than was agreed. */
static void
test_extend_to_deal (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount real = { .id = "1",
                              .name = "Sample",
                              .platform = SPARK_PLATFORM_TIKTOK,
                              .role = SPARK_ROLE_OWNER,
                              .periods = { 7, 30, 60, 180, 365 },
                              .n_periods = 5 };
  const SparkGrant agreed = { .id = "1.7",
                              .video_id = "1.1",
                              .code_id = "1.2",
                              .brand = { "1.8", "Oak" },
                              .state = SPARK_GRANT_STATE_AUTHORIZED,
                              .ends_at = now + 5 * SPARK_DAY_MS };
  SparkDialog *dialog;
  SparkDateRow *deal;

  fake_add_grant (replica, &agreed);
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  deal = SPARK_DATE_ROW (test_find (dialog, SPARK_TYPE_DATE_ROW, 0));
  g_assert_null (find_check (dialog, "Acme"));
  assert_name_of_row (deal, "Deal Ends: Choose…");
  spark_date_row_set_end (deal, now + 25 * SPARK_DAY_MS);
  assert_lines (dialog, "The deal ends $. TikTok’s next possible end is $.", 25, 27);
  assert_lines (dialog, "Acme: until $\nOak: still until $, as agreed", 27, 5);
  gtk_check_button_set_active (find_check (dialog, "End the access of Acme with the deal"), TRUE);
  gtk_check_button_set_active (find_check (dialog, "Also extend the access of Oak"), TRUE);
  assert_lines (dialog, "Acme: until $, as agreed\nOak: until $, as agreed", 25, 25);
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  {
    g_autofree char *day = spark_phrase_day (now + 25 * SPARK_DAY_MS);
    g_autofree char *toast = g_strdup_printf ("Extended until %s", day);

    acts_assert_toast (window, toast);
  }
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"days\":7,\"grants_end_at\":\"20");
  g_assert_true (strstr (fake_sent (), "\"grants\":[\"1.3\",\"1.7\"]}") != NULL
                 || strstr (fake_sent (), "\"grants\":[\"1.7\",\"1.3\"]}") != NULL);
  test_wait (!test_has_dialog (window));

  /* As far as the code goes already it stays as it is, and what ends with it, too. */
  fake_reset ();
  fake_add_account (replica, &real);
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  deal = SPARK_DATE_ROW (test_find (dialog, SPARK_TYPE_DATE_ROW, 0));
  spark_date_row_set_end (deal, now + 10 * SPARK_DAY_MS);
  assert_lines (dialog, "The deal ends $. The code goes on until $ already, and stays as it is.",
                10, 20);
  g_assert_false (gtk_widget_get_sensitive (test_find (dialog, SPARK_TYPE_PERIOD_CHIPS, 0)));
  g_assert_null (find_check (dialog, "Acme"));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  gtk_check_button_set_active (find_check (dialog, "Also extend the access of Oak"), TRUE);
  assert_lines (dialog, "Acme: until $\nOak: until $, as agreed", 20, 10);
  assert_lines (dialog, "On TikTok access ends with the code, on $. On the day agreed", 20, 0);
  g_assert_true (spark_dialog_get_can_submit (dialog));
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"grants_end_at\":\"20");
  g_assert_nonnull (strstr (fake_sent (), "\"grants\":[\"1.7\"]}"));
  test_wait (!test_has_dialog (window));

  /* No end moves to an earlier day. */
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_date_row_set_end (SPARK_DATE_ROW (test_find (dialog, SPARK_TYPE_DATE_ROW, 0)),
                          now + 3 * SPARK_DAY_MS);
  g_assert_null (find_check (dialog, "Oak"));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  test_window_free (window);
}

static gint64
end_of (int year, int month, int day)
{
  g_autoptr (GDateTime) last = g_date_time_new_local (year, month, day, 23, 59, 59);

  return g_date_time_to_unix (last) * 1000 + 999;
}

static void
press_enter (GtkCalendar *calendar)
{
  g_autoptr (GListModel) all = gtk_widget_observe_controllers (GTK_WIDGET (calendar));

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GtkEventController) one = g_list_model_get_item (all, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (one)
          || gtk_event_controller_get_propagation_phase (one) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (one, "key-pressed", GDK_KEY_Return, 0, 0, &handled);
      g_assert_true (handled);
    }
}

/* Enter, before there was time to lay the calendar out: the day that it has marked. */
static void
test_quick_enter (void)
{
  SparkWindow *window = acts_set_up ();
  SparkDateRow *deal;
  GtkCalendar *calendar;

  test_window_act (window, "win.extend", "1.2");
  deal = test_find (test_get_dialog (window), SPARK_TYPE_DATE_ROW, 0);
  calendar = test_find (deal, GTK_TYPE_CALENDAR, 0);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (deal)));
  spark_date_row_set_end (deal, end_of (2027, 1, 20));
  gtk_menu_button_popup (test_find (deal, GTK_TYPE_MENU_BUTTON, 0));
  gtk_widget_grab_focus (GTK_WIDGET (calendar));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (calendar)), ==, 0);
  press_enter (calendar);
  g_assert_cmpint (spark_date_row_get_end (deal), ==, end_of (2027, 1, 20));
  test_wait (!gtk_widget_get_mapped (GTK_WIDGET (calendar)));
  test_window_free (window);
}

/* From the last of a month to one that has no such day: only looking chooses nothing. */
static void
test_months (void)
{
  SparkWindow *window = acts_set_up ();
  g_autoptr (GDateTime) day = g_date_time_new_local (2027, 2, 27, 12, 0, 0);
  SparkDateRow *deal;
  GtkCalendar *calendar;

  test_window_act (window, "win.extend", "1.2");
  deal = test_find (test_get_dialog (window), SPARK_TYPE_DATE_ROW, 0);
  calendar = test_find (deal, GTK_TYPE_CALENDAR, 0);
  for (guint forth = 0; forth < 2; forth++)
    {
      spark_date_row_set_end (deal, end_of (2027, forth ? 1 : 3, 31));
      gtk_menu_button_popup (test_find (deal, GTK_TYPE_MENU_BUTTON, 0));
      test_wait (gtk_widget_get_mapped (GTK_WIDGET (calendar)));
      g_signal_emit_by_name (test_find (calendar, GTK_TYPE_BUTTON, forth), "clicked");
      {
        g_autoptr (GDateTime) marked = gtk_calendar_get_date (calendar);

        g_assert_cmpint (g_date_time_get_month (marked), ==, 2);
        g_assert_cmpint (g_date_time_get_day_of_month (marked), ==, 28);
      }
      for (guint i = 0; i < 3; i++)
        test_turn ();
      g_assert_cmpint (spark_date_row_get_end (deal), ==, end_of (2027, forth ? 1 : 3, 31));
      g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (calendar)));
      /* What is chosen then is. */
      gtk_calendar_select_day (calendar, day);
      g_assert_cmpint (spark_date_row_get_end (deal), ==, end_of (2027, 2, 27));
      test_wait (!gtk_widget_get_mapped (GTK_WIDGET (calendar)));
    }
  test_window_free (window);
}

/* What the person has to do at TikTok is said where Sparkbox cannot do it, and only there. */
static void
test_extend_elsewhere (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  static const SparkPlatformKind platforms[]
      = { SPARK_PLATFORM_SANDBOX, SPARK_PLATFORM_TRACKED, SPARK_PLATFORM_TIKTOK };
  static const struct
  {
    const char *action, *target;
  } acts[] = { { "win.extend", "'1.2'" }, { "win.batch", "('extend',['1.3'])" } };

  for (guint i = 0; i < G_N_ELEMENTS (platforms) * G_N_ELEMENTS (acts); i++)
    {
      const SparkAccount account
          = { .id = "1", .platform = platforms[i / 2], .role = SPARK_ROLE_OWNER };
      g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_parsed (acts[i % 2].target));
      g_autofree char *texts = NULL;
      GtkWindow *dialog;

      fake_add_account (replica, &account);
      g_assert_true (
          gtk_widget_activate_action_variant (GTK_WIDGET (window), acts[i % 2].action, target));
      dialog = test_get_dialog (window);
      texts = test_texts (dialog);
      g_assert_cmpint (strstr (texts, "extend it in the TikTok app as well.") != NULL, ==,
                       platforms[i / 2] == SPARK_PLATFORM_TRACKED);
      test_close_dialog (window, dialog);
    }
  test_window_free (window);
}

static void
test_extend (void)
{
  SparkWindow *window = acts_set_up ();
  const SparkGrant agreed = { .id = "1.7",
                              .video_id = "1.1",
                              .code_id = "1.2",
                              .brand = { "1.8", "Oak" },
                              .state = SPARK_GRANT_STATE_AUTHORIZED,
                              .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  g_autofree char *texts = NULL;
  SparkDialog *dialog;
  GtkCheckButton *check;

  fake_add_grant (spark_backend_get_replica (spark_window_get_backend (window)), &agreed);
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 60);
  /* Days are added to what is left. */
  acts_assert_text (dialog, "in 80 days");
  texts = test_seen_texts (dialog);
  g_assert_nonnull (strstr (texts, "The period belongs to the video"));
  g_assert_null (strstr (texts, "It starts now"));
  {
    gint64 now = spark_time_now ();
    g_autofree char *longer = spark_phrase_day (now + 80 * SPARK_DAY_MS);
    g_autofree char *same = spark_phrase_day (now + 5 * SPARK_DAY_MS);
    g_autofree char *lines
        = g_strdup_printf ("Acme: until %s\nOak: still until %s, as agreed", longer, same);

    acts_assert_text (dialog, lines);
  }
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_toast (window, "Extended until Tue 8 Jan 2030");
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"days\":60}");
  test_wait (!test_has_dialog (window));

  /* What was agreed moves only where the creator says so. */
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 60);
  check = find_check (dialog, "Also extend the access of Oak");
  g_assert_false (gtk_check_button_get_active (check));
  gtk_check_button_set_active (check, TRUE);
  {
    g_autofree char *longer = spark_phrase_day (spark_time_now () + 80 * SPARK_DAY_MS);
    g_autofree char *lines = g_strdup_printf ("Acme: until %s\nOak: until %s", longer, longer);

    acts_assert_text (dialog, lines);
  }
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"days\":60,\"grants\":[\"1.7\"]}");
  test_window_free (window);
}

/* Where one brand alone has access by the code, its own. */
static void
test_extend_terms_of_brand (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant other = { .id = "1.7",
                             .video_id = "1.1",
                             .code_id = "1.2",
                             .brand = { "1.8", "Oak" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  SparkDialog *dialog;

  spark_terms_set_brand_days (replica, "1.4", 180);
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  acts_assert_text (dialog, "in 200 days");
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 60);
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  test_wait (!test_has_dialog (window));
  g_assert_cmpuint (spark_terms_get_days (replica, NULL, "1.4"), ==, 60);

  fake_add_grant (replica, &other);
  test_window_act (window, "win.extend", "1.2");
  acts_assert_text (test_get_dialog (window), "in 50 days");
  test_window_free (window);
}

/* What a brand asked for is chosen: its period, and its own end of the two that were agreed. */
static void
test_extend_request (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant agreed = { .id = "1.7",
                              .video_id = "1.1",
                              .code_id = "1.2",
                              .brand = { "1.8", "Oak" },
                              .state = SPARK_GRANT_STATE_AUTHORIZED,
                              .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  const SparkEvent asked = { .id = "1.20",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.7",
                             .brand = { "1.8", "Oak" },
                             .detail = { .days = 180 } };
  const SparkEvent other = { .id = "1.21",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.3",
                             .brand = { "1.4", "Acme" },
                             .detail = { .days = 7 } };
  SparkDialog *dialog;

  fake_add_grant (replica, &agreed);
  fake_add_event (replica, &asked);
  fake_add_event (replica, &other);
  test_window_act (window, "win.extend-request", "1.20");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  acts_assert_text (dialog, "in 200 days");
  g_assert_true (
      gtk_check_button_get_active (find_check (dialog, "Also extend the access of Oak")));
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"days\":180,\"grants\":[\"1.7\"]}");
  test_wait (!test_has_dialog (window));

  test_window_act (window, "win.extend-request", "1.21");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  acts_assert_text (dialog, "in 27 days");
  g_assert_false (
      gtk_check_button_get_active (find_check (dialog, "Also extend the access of Oak")));
  spark_dialog_submit (dialog);
  acts_assert_sent ("POST /v1/codes/1.2/extend {\"days\":7}");
  test_window_free (window);
}

/* More time gives nothing back of what was ended, nor of another code; of what expired it does. */
static void
test_extend_request_ended (void)
{
  static const struct
  {
    SparkGrantState state;
    const char *code;
    const char *toast; /* NULL: it opens */
  } cases[] = {
    { SPARK_GRANT_STATE_REVOKING, "1.2", "This access has already ended" },
    { SPARK_GRANT_STATE_REVOKED, "1.2", "This access has already ended" },
    { SPARK_GRANT_STATE_UNBOUND, "1.2", "This access has already ended" },
    { SPARK_GRANT_STATE_FAILED, "1.2", "This access has already ended" },
    { SPARK_GRANT_STATE_AUTHORIZED, "1.29", "It is no longer there" },
    { SPARK_GRANT_STATE_AUTHORIZED, NULL, "It is no longer there" },
    { SPARK_GRANT_STATE_PENDING, "1.2", NULL },
    { SPARK_GRANT_STATE_EXPIRED, "1.2", NULL },
  };
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkEvent asked = { .id = "1.20",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.7",
                             .detail = { .days = 30 } };
  const SparkCode earlier = { .id = "1.29",
                              .video_id = "1.1",
                              .state = SPARK_CODE_STATE_IN_USE,
                              .days = 30,
                              .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };

  fake_add_code (replica, &earlier);
  fake_add_event (replica, &asked);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SparkGrant grant = { .id = "1.7",
                                 .video_id = "1.1",
                                 .code_id = cases[i].code,
                                 .state = cases[i].state,
                                 .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
      g_autofree char *toast = NULL;

      fake_add_grant (replica, &grant);
      test_window_act (window, "win.extend-request", "1.20");
      g_assert_cmpint (test_has_dialog (window), ==, cases[i].toast == NULL);
      if (cases[i].toast != NULL)
        {
          toast = test_window_take_toast (window);
          g_assert_cmpstr (toast, ==, cases[i].toast);
          continue;
        }
      test_close_dialog (window, test_get_dialog (window));
    }
  test_window_free (window);
}

/* What was revoked stays open on TikTok as long as the code, and the dialog says so. */
static void
test_extend_revoking (void)
{
  SparkWindow *window = acts_set_up ();
  const SparkGrant revoking = { .id = "1.7",
                                .video_id = "1.1",
                                .code_id = "1.2",
                                .brand = { "1.8", "Oak" },
                                .state = SPARK_GRANT_STATE_REVOKING,
                                .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  g_autofree char *texts = NULL;
  SparkDialog *dialog;

  fake_add_grant (spark_backend_get_replica (spark_window_get_backend (window)), &revoking);
  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 60);
  assert_lines (dialog,
                "Acme: until $\nOak: being revoked, and open on TikTok until $ at the latest", 80,
                80);
  texts = test_texts (dialog);
  g_assert_null (strstr (texts, "access of Oak"));
  test_window_free (window);
}

/* Where rows are extended that were chosen each, what was agreed with them is meant too. */
static void
test_extend_many (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkGrant agreed = { .id = "1.7",
                              .video_id = "1.1",
                              .code_id = "1.2",
                              .brand = { "1.8", "Oak" },
                              .state = SPARK_GRANT_STATE_AUTHORIZED,
                              .ends_at = now + 5 * SPARK_DAY_MS,
                              .platform_ends_at = now + 20 * SPARK_DAY_MS };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  SparkDialog *dialog;

  g_ptr_array_add (ids, (gpointer) "1.7");
  dialog = SPARK_DIALOG (
      spark_batch_dialog_new (window, SPARK_BATCH_ACT_EXTEND, ids, &(SparkBatchLeftOut){ 0 }));
  g_assert_false (gtk_widget_get_visible (test_find (dialog, GTK_TYPE_CHECK_BUTTON, 0)));
  gtk_window_destroy (GTK_WINDOW (dialog));

  fake_add_grant (replica, &agreed);
  dialog = SPARK_DIALOG (
      spark_batch_dialog_new (window, SPARK_BATCH_ACT_EXTEND, ids, &(SparkBatchLeftOut){ 0 }));
  gtk_window_present (GTK_WINDOW (dialog));
  acts_assert_text (dialog, "Also extend what was agreed to end sooner");
  acts_refuse ("POST /v1/batches", SPARK_ERROR_FORBIDDEN);
  spark_dialog_submit (dialog);
  acts_assert_sent (
      "POST /v1/batches {\"act\":\"extend\",\"days\":30,\"agreed\":true,\"ids\":[\"1.7\"]}");
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_window_free (window);
}

static void
test_add_code (void)
{
  SparkWindow *window = acts_set_up ();
  SparkDialog *dialog;
  GtkEditable *entry;

  /* On a tracked account Sparkbox never makes one. */
  test_window_act (window, "win.generate", "2.1");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  g_assert_true (SPARK_IS_ADD_CODE_DIALOG (dialog));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  entry = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0));
  gtk_editable_set_text (entry, "not a code");
  acts_assert_text (dialog, acts_sentence_of (SPARK_ERROR_INVALID_CODE));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  gtk_editable_set_text (entry, CODE);
  acts_assert_text (dialog, "TikTok does not know it");
  g_assert_false (spark_dialog_get_can_submit (dialog));
  gtk_editable_set_text (entry, "  " TIKTOK_CODE " ");
  g_assert_true (spark_dialog_get_can_submit (dialog));
  fake_answer ("POST /v1/videos/2.1/code", CODE_JSON (TIKTOK_CODE, "ready"));
  spark_dialog_submit (dialog);
  acts_assert_toast (window, "Code added");
  acts_assert_sent ("POST /v1/videos/2.1/code {\"code\":\"" TIKTOK_CODE "\",\"days\":30}");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
test_replace (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_act (window, "win.replace", "1.2");
  acts_assert_text (test_get_dialog (window), "Acme used it, and keeps access.");
  acts_refuse ("POST /v1/codes/1.2/replace", SPARK_ERROR_ADS_RUNNING);
  acts_confirm (window);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))) != NULL);
  g_assert_cmpstr (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))), ==,
                   acts_sentence_of (SPARK_ERROR_ADS_RUNNING));
  fake_answer ("POST /v1/codes/1.2/replace", CODE_JSON (OTHER_CODE, "ready"));
  acts_confirm (window);
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, OTHER_CODE);
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

/* Whoever has no access any more used it all the same: it was given to them. */
static void
test_replace_users (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkGrant grant = { .id = "1.20",
                       .video_id = "1.1",
                       .code_id = "1.2",
                       .brand = { "1.6", "Nord" },
                       .state = SPARK_GRANT_STATE_REVOKED };
  g_autofree char *texts = NULL;

  fake_add_grant (replica, &grant);
  test_window_act (window, "win.replace", "1.2");
  acts_assert_text (test_get_dialog (window), "Acme used it, and keeps access.");
  acts_assert_text (test_get_dialog (window),
                    "Nord used it. This access has ended, or is being revoked.");
  test_close_dialog (window, test_get_dialog (window));

  /* Of nobody it is said that somebody unknown has access. */
  grant.id = "1.3";
  grant.brand = (SparkRef){ "1.4", "Acme" };
  grant.state = SPARK_GRANT_STATE_REVOKING;
  fake_add_grant (replica, &grant);
  test_window_act (window, "win.delete-code", "1.2");
  acts_assert_text (test_get_dialog (window),
                    "These brands used it: Nord, Acme. Their access has ended, or is being revoked.");
  texts = test_texts (test_get_dialog (window));
  g_assert_null (strstr (texts, "keeps access"));
  test_close_dialog (window, test_get_dialog (window));
  test_window_free (window);
}

static void
test_delete (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_act (window, "win.delete-code", "1.2");
  acts_assert_text (test_get_dialog (window), "Ads that already use the video go on.");
  fake_answer ("DELETE /v1/codes/1.2", "");
  acts_confirm (window);
  acts_assert_toast (window, "Code deleted");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/codes/card-names", test_card_names);
  g_test_add_func ("/codes/card-without-code", test_card_without_code);
  g_test_add_func ("/codes/news", test_news);
  g_test_add_func ("/codes/terms", test_terms);
  g_test_add_func ("/codes/change", test_change);
  g_test_add_func ("/codes/quick-enter", test_quick_enter);
  g_test_add_func ("/codes/months", test_months);
  g_test_add_func ("/codes/extend", test_extend);
  g_test_add_func ("/codes/extend-terms-of-brand", test_extend_terms_of_brand);
  g_test_add_func ("/codes/extend-request", test_extend_request);
  g_test_add_func ("/codes/extend-request-ended", test_extend_request_ended);
  g_test_add_func ("/codes/extend-elsewhere", test_extend_elsewhere);
  g_test_add_func ("/codes/extend-to-deal", test_extend_to_deal);
  g_test_add_func ("/codes/extend-revoking", test_extend_revoking);
  g_test_add_func ("/codes/extend-many", test_extend_many);
  g_test_add_func ("/codes/add", test_add_code);
  g_test_add_func ("/codes/replace", test_replace);
  g_test_add_func ("/codes/replace-users", test_replace_users);
  g_test_add_func ("/codes/delete", test_delete);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-access-page.h"
#include "app/spark-add-code-dialog.h"
#include "app/spark-batch-dialog.h"
#include "app/spark-code-help-dialog.h"
#include "app/spark-confirm.h"
#include "app/spark-link-dialog.h"
#include "app/spark-phrases.h"
#include "app/spark-share-dialog.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-text.h"
#include "app/spark-today.h"
#include "app/spark-video-page.h"
#include "app/spark-video-row.h"
#include "fake-backend.h"
#include "model/spark-rules.h"
#include "test-window.h"

#define NOON     (12 * 60 * 60)
#define DAY_S    (24 * 60 * 60)
#define MIDNIGHT (DAY_S - 2)

/* So that it is @local seconds past midnight here. */
static int
find_west (int local)
{
  int utc = (int)(spark_time_now () / 1000 % DAY_S);
  int west = (utc - local + DAY_S) % DAY_S;

  return west > DAY_S / 2 ? west - DAY_S : west;
}

/* @rule: of its summer time; "": it has none */
static void
set_zone (int west, const char *rule)
{
  g_autofree char *zone
      = g_strdup_printf ("TST%s%d:%02d:%02d%s", west < 0 ? "-" : "+", ABS (west) / 3600,
                         ABS (west) / 60 % 60, ABS (west) % 60, rule);

  g_setenv ("TZ", zone, TRUE);
}

/* From now on it is @local seconds past midnight here. */
static void
set_time_of_day (int local)
{
  set_zone (find_west (local), "");
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static void
test_midnight (void)
{
  g_autoptr (SparkToday) today = NULL;
  guint n = 0, number = spark_today_get_number ();

  set_time_of_day (MIDNIGHT);
  today = spark_today_new ();
  g_signal_connect_swapped (today, "turned", G_CALLBACK (count_cb), &n);
  test_wait (n > 0);
  g_assert_cmpuint (spark_today_get_number (), !=, number);
  spark_today_look (today);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_zone (void)
{
  g_autoptr (SparkToday) today = NULL;
  guint n = 0;

  set_time_of_day (NOON);
  today = spark_today_new ();
  g_signal_connect_swapped (today, "turned", G_CALLBACK (count_cb), &n);
  spark_today_look (today);
  g_assert_cmpuint (n, ==, 0);
  /* Days begin at another time, and the timer with them. */
  set_time_of_day (MIDNIGHT);
  spark_today_look (today);
  g_assert_cmpuint (n, ==, 1);
  test_wait (n > 1);
  g_assert_cmpuint (n, ==, 2);
}

/* Where summer time begins at midnight, as in Cairo, that day's first hour is the second. */
static void
test_no_midnight (void)
{
  g_autoptr (SparkToday) today = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  int west = find_west (MIDNIGHT);
  g_autoptr (GDateTime) here = g_date_time_add_seconds (now, -west);
  int month = g_date_time_get_month (here);
  g_autofree char *rule
      = g_strdup_printf ("TDT,M%d.%d.%d/0:00:00,M%d.1.0/0:00:00", month,
                         (g_date_time_get_day_of_month (here) - 1) / 7 + 1,
                         g_date_time_get_day_of_week (here) % 7, (month + 2) % 12 + 1);
  guint n = 0;

  set_zone (west + 60 * 60, rule);
  today = spark_today_new ();
  g_signal_connect_swapped (today, "turned", G_CALLBACK (count_cb), &n);
  test_wait (n > 0);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_day_apart (void)
{
  g_autoptr (SparkToday) today = NULL;
  guint n = 0;

  g_setenv ("TZ", "TST11", TRUE);
  today = spark_today_new ();
  g_signal_connect_swapped (today, "turned", G_CALLBACK (count_cb), &n);
  g_setenv ("TZ", "TST-13", TRUE);
  spark_today_look (today);
  g_assert_cmpuint (n, ==, 1);
}

static void
fill (SparkReplica *replica)
{
  gint64 now = spark_time_now ();
  const SparkAccount account = { .id = "1", .name = "Mira", .brand_url = "https://example.com" };
  const SparkVideo video = { .id = "1.1",
                             .account_id = "1",
                             .caption = "Morning routine",
                             .eligible = TRUE,
                             .authorization = { .state = SPARK_AUTHORIZATION_IN_USE,
                                                .grants = 1,
                                                .ends_at = now + 2 * SPARK_DAY_MS } };
  const SparkGrant grant = { .id = "1.2",
                             .video_id = "1.1",
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = now + 2 * SPARK_DAY_MS };
  const SparkLink link = { .id = "1.3",
                           .video_id = "1.1",
                           .brand = { "1.9", "Acme" },
                           .state = SPARK_LINK_STATE_OPEN,
                           .ends_at = now + 2 * SPARK_DAY_MS };
  const SparkEvent event = { .id = "1.4",
                             .type = SPARK_EVENT_CODE_COPIED,
                             .at = now,
                             .actor = { .kind = SPARK_ACTOR_CREATOR },
                             .video_id = "1.1" };

  fake_add_account (replica, &account);
  fake_add_video (replica, &video);
  fake_add_grant (replica, &grant);
  fake_add_link (replica, &link);
  fake_add_event (replica, &event);
  fake_add_attention (replica, SPARK_ATTENTION_ENDING, "1.1", "1.2", NULL, NULL);
}

static gboolean
says (gpointer widget, const char *part)
{
  g_autofree char *texts = test_texts (widget);

  return strstr (texts, part) != NULL;
}

/* A video’s row tells its texts to screen readers alone. */
static gboolean
row_says (GtkWidget *row, const char *name)
{
  g_autofree char *problem = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (test_find (row, SPARK_TYPE_TEXT, 2)), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return problem == NULL;
}

/* All that is shown of a window left open. */
static void
test_window (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *access = spark_access_page_new ();
  GtkWidget *video_page = g_object_new (SPARK_TYPE_VIDEO_PAGE, NULL);
  SparkWindow *window = test_window_new (box);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkContext *context;
  GtkWidget *row;
  g_autoptr (SparkVideoItem) item = NULL;

  set_time_of_day (NOON);
  fill (replica);
  fake_answer ("GET /v1/videos/1.1/engagement", "{\"items\":[]}");
  context = spark_window_get_context (window);
  /* It was new at another time of day. */
  spark_context_look_at_day (context);
  row = spark_video_row_new (context);
  item = spark_replica_get_video (replica, "1.1");
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  spark_video_page_set_context (SPARK_VIDEO_PAGE (video_page), context);
  spark_video_page_show (SPARK_VIDEO_PAGE (video_page), "1.1");
  gtk_box_append (GTK_BOX (box), access);
  gtk_box_append (GTK_BOX (box), video_page);
  gtk_box_append (GTK_BOX (box), row);
  spark_access_page_set_backend (SPARK_ACCESS_PAGE (access), spark_window_get_backend (window),
                                 NULL);
  test_wait (says (access, ", in 2 days"));
  spark_access_page_show_attention (SPARK_ACCESS_PAGE (access));
  test_wait (says (access, "Acme’s access ends in 2 days"));
  g_assert_true (says (video_page, "Ends in 2 days"));
  g_assert_true (says (video_page, ", in 2 days"));
  g_assert_true (says (video_page, "Today, 1"));
  g_assert_true (row_says (row, "Ends in 2 days"));

  set_time_of_day (MIDNIGHT);
  spark_context_look_at_day (context);
  test_wait (row_says (row, "Ends tomorrow"));
  g_assert_false (says (access, "in 2 days"));
  g_assert_true (says (access, "Acme’s access ends tomorrow"));
  g_assert_true (says (access, ", tomorrow"));
  g_assert_false (says (video_page, "in 2 days"));
  g_assert_true (says (video_page, "Ends tomorrow"));
  g_assert_true (says (video_page, "Yesterday, "));
  test_window_free (window);
}

/* Each tells a day, which is another one here once days begin at another time. */
static void
test_dialogs (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkCode code = { .id = "1.5",
                           .video_id = "1.8",
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .ends_at = now + 2 * SPARK_DAY_MS };
  const SparkVideo with = { .id = "1.8",
                            .account_id = "1",
                            .caption = "Morning routine",
                            .authorization = { .state = SPARK_AUTHORIZATION_READY,
                                               .code_id = "1.5",
                                               .ends_at = now + 2 * SPARK_DAY_MS } };
  const SparkVideo without = { .id = "1.6", .account_id = "1", .caption = "Evening" };
  const SparkEvent refused
      = { .id = "1.7", .type = SPARK_EVENT_REDEMPTION_REFUSED, .at = now, .video_id = "1.8" };
  const SparkLink link = { .id = "1.3",
                           .video_id = "1.8",
                           .brand = { "1.9", "Acme" },
                           .url = "https://example.com/l/1",
                           .ends_at = now + 2 * SPARK_DAY_MS };
  g_autoptr (SparkVideoItem) video = NULL;
  g_autoptr (SparkVideoItem) other = NULL;
  g_autoptr (SparkCodeItem) item = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  SparkConfirm *confirm;
  gpointer dialogs[8] = { 0 };
  char *before[G_N_ELEMENTS (dialogs)];

  g_setenv ("TZ", "TST11", TRUE);
  spark_context_look_at_day (spark_window_get_context (window));
  fill (replica);
  fake_add_code (replica, &code);
  fake_add_video (replica, &with);
  fake_add_video (replica, &without);
  fake_add_event (replica, &refused);
  video = spark_replica_get_video (replica, "1.8");
  other = spark_replica_get_video (replica, "1.6");
  item = spark_replica_get_code (replica, "1.5");
  g_ptr_array_add (ids, (gpointer) "1.6");
  confirm = spark_confirm_new (window, "Replace the Code?", "", NULL, ADW_RESPONSE_DEFAULT);
  spark_confirm_add_dated_fact (confirm, "x-office-calendar-symbolic",
                                spark_phrase_day_and_distance, now);
  dialogs[0] = spark_terms_dialog_new (window, SPARK_TERMS_EXTEND, video, item);
  dialogs[1] = spark_terms_dialog_new (window, SPARK_TERMS_GENERATE, other, NULL);
  dialogs[2] = spark_add_code_dialog_new (window, other);
  dialogs[3]
      = spark_batch_dialog_new (window, SPARK_BATCH_ACT_GENERATE, ids, &(SparkBatchLeftOut){ 0 });
  dialogs[4] = spark_code_help_dialog_new (window, video);
  dialogs[5] = spark_link_dialog_new (window, other);
  dialogs[6] = spark_share_dialog_new (window, &link);
  dialogs[7] = confirm;
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      gtk_window_present (dialogs[i]);
      before[i] = test_texts (dialogs[i]);
    }

  g_setenv ("TZ", "TST-13", TRUE);
  spark_context_look_at_day (spark_window_get_context (window));
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      g_autofree char *after = test_texts (dialogs[i]);

      g_test_message ("%s", G_OBJECT_TYPE_NAME (dialogs[i]));
      g_assert_cmpstr (before[i], !=, after);
      g_free (before[i]);
    }
  test_window_free (window);
}

/* What is shown says its times anew, and by the clock that was chosen last. */
static void
test_clock (void)
{
  GtkWidget *video_page = g_object_new (SPARK_TYPE_VIDEO_PAGE, NULL);
  SparkWindow *window = test_window_new (video_page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkContext *context = spark_window_get_context (window);
  g_autoptr (GSettings) settings = g_settings_new ("org.gnome.desktop.interface");

  set_time_of_day (NOON);
  fill (replica);
  fake_answer ("GET /v1/videos/1.1/engagement", "{\"items\":[]}");
  spark_context_look_at_day (context);
  spark_video_page_set_context (SPARK_VIDEO_PAGE (video_page), context);
  spark_video_page_show (SPARK_VIDEO_PAGE (video_page), "1.1");
  test_wait (says (video_page, "Today, 1"));
  g_assert_false (says (video_page, "PM"));

  g_settings_set_string (settings, "clock-format", "12h");
  test_wait (says (video_page, "\u00a0PM"));
  g_settings_set_string (settings, "clock-format", "24h");
  test_wait (!says (video_page, "PM"));
  g_assert_true (says (video_page, "Today, 1"));
  g_settings_reset (settings, "clock-format");
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();

  g_test_add_func ("/today/midnight", test_midnight);
  g_test_add_func ("/today/zone", test_zone);
  g_test_add_func ("/today/no-midnight", test_no_midnight);
  g_test_add_func ("/today/day-apart", test_day_apart);
  g_test_add_func ("/today/window", test_window);
  g_test_add_func ("/today/dialogs", test_dialogs);
  g_test_add_func ("/today/clock", test_clock);
  return g_test_run ();
}

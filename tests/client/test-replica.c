/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "replica-fixture.h"
#include "replica-sample.h"

static void
test_kinds (void)
{
  SparkReplica *replica = fixture_open ("kinds", 1);
  SparkVideo video = fixture_make_video ("1.1", "Morning", 1700000000000);
  SparkKinds kinds;

  sample_fill ();
  fixture_apply_full (replica, "a", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0xff);
  sample_fill ();
  fixture_apply_full (replica, "b", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0);
  fixture_video ("1", &video);
  fixture_gone ("1", SPARK_KIND_GRANT, "1.4");
  fixture_gone ("1", SPARK_KIND_GRANT, "1.44");
  fixture_apply_full (replica, "c", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, SPARK_KINDS_VIDEO | SPARK_KINDS_GRANT);
  g_assert_null (spark_replica_get_grant (replica, "1.4"));
  fixture_gone ("1", SPARK_KIND_ACCOUNT, "1");
  fixture_apply_full (replica, "d", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds & SPARK_KINDS_VIDEO, !=, 0);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_code (replica, "1.2"));
  fixture_close (replica);
}

static void
test_malformed (void)
{
  SparkReplica *replica = fixture_open ("malformed", 1);
  g_autofree char *cursor = NULL;

  fixture_raw ("17");
  fixture_raw ("{}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"moon\",\"id\":\"1.1\",\"object\":{}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"video\",\"id\":\"1.1\",\"object\":{}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"video\",\"id\":\"1.1\","
               "\"object\":{\"id\":\"1.8\"}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"code\",\"id\":\"1.9\","
               "\"object\":{\"id\":[\"1.9\"]}}");
  sample_fill ();
  fixture_apply_full (replica, "after", 1, 0, NULL, NULL);
  sample_check (replica, TRUE);
  cursor = spark_replica_get_cursor (replica);
  g_assert_cmpstr (cursor, ==, "after");
  fixture_close (replica);
}

static void
add_event (const char *account, const char *id, gint64 at)
{
  const SparkEvent event = { .id = id, .type = SPARK_EVENT_CODE_USED, .at = at };

  fixture_event (account, &event);
}

static void
assert_strv (GStrv strings, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", strings);

  g_assert_cmpstr (joined, ==, expected);
}

static void
on_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_set_told_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
test_events (void)
{
  const char *const told[] = { "1.12", NULL };
  SparkReplica *replica = fixture_open ("events", 1);
  g_auto (GStrv) first = NULL, second = NULL, third = NULL, fourth = NULL, untold = NULL;
  gboolean done = FALSE;

  /* A load tells nothing. */
  fixture_account ("1", "Ada");
  add_event ("1", "1.10", 100);
  fixture_apply_full (replica, "a", 1000, SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS, NULL,
                      &first);
  assert_strv (first, "");
  /* What is new after that is told once, even when it happened before. */
  add_event ("1", "1.11", 50);
  add_event ("1", "1.12", 1100);
  add_event ("1", "1.10", 100);
  fixture_apply_full (replica, "b", 1200, 0, NULL, &second);
  assert_strv (second, "1.11 1.12");
  add_event ("1", "1.12", 1100);
  /* An account that is new brings its history, which may come before itself. */
  add_event ("2", "2.1", 1150);
  fixture_account ("2", "Bea");
  add_event ("2", "2.2", 1299);
  add_event ("2", "2.3", 1300);
  fixture_apply_full (replica, "c", 1300, 0, NULL, &third);
  assert_strv (third, "2.3");
  add_event ("2", "2.4", 1301);
  add_event ("2", "2.5", 1200);
  fixture_apply_full (replica, "d", 1400, 0, NULL, &fourth);
  assert_strv (fourth, "2.4");

  spark_replica_set_told_async (replica, told, NULL, on_told_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  fixture_gone ("2", SPARK_KIND_EVENT, "2.3");
  fixture_apply (replica);
  fixture_close (replica);
  replica = fixture_open ("events", 1);
  untold = spark_replica_get_untold (replica);
  assert_strv (untold, "1.11 2.4");
  fixture_close (replica);
}

/* What happens while the application is closed in the middle of its first load. */
static void
test_first_load (void)
{
  SparkReplica *replica = fixture_open ("first-load", 1);
  g_auto (GStrv) first = NULL, second = NULL, third = NULL;

  fixture_account ("1", "Ada");
  add_event ("1", "1.10", 4000);
  fixture_apply_full (replica, "a", 5000, SPARK_APPLY_LOAD_BEGINS, NULL, &first);
  assert_strv (first, "");
  fixture_close (replica);

  replica = fixture_open ("first-load", 1);
  add_event ("1", "1.11", 4500);
  add_event ("1", "1.12", 7000);
  fixture_apply_full (replica, "b", 9000, SPARK_APPLY_LOAD_ENDS, NULL, &second);
  assert_strv (second, "1.12");
  /* Once it was whole, a load brings nothing new. */
  fixture_account ("1", "Ada");
  add_event ("1", "1.13", 9500);
  fixture_apply_full (replica, "c", 9000, SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS, NULL,
                      &third);
  assert_strv (third, "");
  fixture_close (replica);
}

static void
test_load (void)
{
  SparkReplica *replica = fixture_open ("load", 1);
  SparkVideo video = fixture_make_video ("1.30", "Second", 1700000000000);
  SparkKinds kinds;

  spark_replica_set_setting (replica, "consent", "yes");
  sample_fill ();
  fixture_apply_full (replica, "a", 1, SPARK_APPLY_LOAD_BEGINS, NULL, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_LOADING);
  fixture_close (replica);
  replica = fixture_open ("load", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_LOADING);
  fixture_video ("1", &video);
  fixture_apply_full (replica, "b", 1, SPARK_APPLY_LOAD_ENDS, NULL, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_WHOLE);
  sample_check (replica, TRUE);
  fixture_account ("2", "Bea");
  fixture_apply (replica);

  /* Again from the start: what does not come has gone, but only at the end. */
  fixture_account ("1", "Ada");
  fixture_video ("1", &video);
  fixture_apply_full (replica, "c", 1, SPARK_APPLY_LOAD_BEGINS, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_RELOADING);
  sample_check (replica, TRUE);
  fixture_apply_full (replica, "d", 1, SPARK_APPLY_LOAD_ENDS, &kinds, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_WHOLE);
  g_assert_cmpuint (kinds, ==, 0xff);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_event (replica, "1.6"));
  {
    g_autoptr (SparkVideoItem) kept = spark_replica_get_video (replica, "1.30");
    g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
    g_autofree char *setting = spark_replica_get_setting (replica, "consent");

    g_assert_nonnull (kept);
    g_assert_cmpuint (g_list_model_get_n_items (accounts), ==, 1);
    g_assert_cmpstr (setting, ==, "yes");
  }
  fixture_close (replica);
}

static void
on_queued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_queue_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  ++*(guint *)user_data;
}

static void
on_unqueued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_unqueue_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  ++*(guint *)user_data;
}

static void
test_outbox (void)
{
  SparkReplica *replica = fixture_open ("outbox", 1);
  g_autoptr (SparkOutgoing) first = NULL, second = NULL, third = NULL;
  guint n_done = 0;

  g_assert_null (spark_replica_get_queued (replica));
  for (guint i = 0; i < 1005; i++)
    {
      g_autofree char *path = g_strdup_printf ("/v1/codes/%u/copies", i);

      spark_replica_queue_async (replica, path, "{}", "key", NULL, on_queued_cb, &n_done);
    }
  while (n_done < 1005)
    g_main_context_iteration (NULL, TRUE);
  first = spark_replica_get_queued (replica);
  g_assert_cmpstr (first->path, ==, "/v1/codes/5/copies");
  g_assert_cmpstr (first->key, ==, "key");
  spark_replica_unqueue_async (replica, first->id, NULL, on_unqueued_cb, &n_done);
  while (n_done < 1006)
    g_main_context_iteration (NULL, TRUE);
  second = spark_replica_get_queued (replica);
  g_assert_cmpstr (second->path, ==, "/v1/codes/6/copies");
  fixture_close (replica);
  replica = fixture_open ("outbox", 1);
  third = spark_replica_get_queued (replica);
  g_assert_cmpint (third->id, ==, second->id);
  fixture_close (replica);
}

static void
test_settings (void)
{
  SparkReplica *replica = fixture_open ("settings", 1);
  g_autofree char *at_once = NULL, *later = NULL;

  spark_replica_set_setting (replica, "a", "1");
  spark_replica_set_setting (replica, "b", "2");
  spark_replica_set_setting (replica, "b", NULL);
  at_once = spark_replica_get_setting (replica, "a");
  g_assert_cmpstr (at_once, ==, "1");
  /* Without waiting: what is queued is finished. */
  spark_replica_close (replica);
  fixture_close (replica);
  replica = fixture_open ("settings", 1);
  later = spark_replica_get_setting (replica, "a");
  g_assert_cmpstr (later, ==, "1");
  g_assert_null (spark_replica_get_setting (replica, "b"));
  fixture_close (replica);
}

static void
test_closed (void)
{
  SparkReplica *replica = fixture_open ("closed", 1);
  g_autoptr (SparkVideoList) list = NULL;
  g_autoptr (GError) error = NULL;

  sample_fill ();
  fixture_apply (replica);
  list = spark_video_list_new (replica, "1");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  sample_fill ();
  spark_replica_close (replica);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  error = fixture_apply_refused (replica, NULL);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA);
  g_clear_object (&list);
  fixture_close (replica);
}

static void
test_cancelled (void)
{
  SparkReplica *replica = fixture_open ("cancelled", 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  sample_fill ();
  g_cancellable_cancel (cancellable);
  error = fixture_apply_refused (replica, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_cursor (replica));
  fixture_close (replica);
}

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  guint *n_applied = user_data;

  g_assert_true (spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, &error));
  g_assert_no_error (error);
  (*n_applied)++;
}

static void
apply_caption (SparkReplica *replica, const char *caption, guint *n_applied)
{
  SparkVideo video = fixture_make_video ("v", caption, 1);
  g_autoptr (JsonArray) taken = NULL;

  fixture_video ("1", &video);
  taken = fixture_take ();
  spark_replica_apply_async (replica, taken, caption, 1, 0, NULL, on_applied_cb, n_applied);
}

static gboolean
on_time_cb (gpointer passed)
{
  *(gboolean *)passed = TRUE;
  return G_SOURCE_REMOVE;
}

static void
let_pass (guint ms)
{
  gboolean passed = FALSE;

  g_timeout_add (ms, on_time_cb, &passed);
  while (!passed)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_caption (SparkReplica *replica, const char *caption)
{
  g_autoptr (SparkVideoItem) item = spark_replica_get_video (replica, "v");

  g_assert_cmpstr (spark_video_item_get (item)->caption, ==, caption);
}

static void
on_items_changed_cb (GListModel *list, guint position, guint removed, guint added, GString *seen)
{
  g_autoptr (SparkVideoItem) item = g_list_model_get_item (list, position);

  g_string_append (seen, spark_video_item_get (item)->caption);
}

static void
test_held (void)
{
  SparkReplica *replica = fixture_open ("held", 1);
  SparkVideo video = fixture_make_video ("v", "a", 1);
  g_autoptr (SparkVideoList) list = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  guint n_applied = 0;
  gint64 began;

  spark_replica_release (replica);
  fixture_account ("1", "Ada");
  fixture_video ("1", &video);
  fixture_apply (replica);
  list = spark_video_list_new (replica, "1");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_signal_connect (list, "items-changed", G_CALLBACK (on_items_changed_cb), seen);

  spark_replica_hold (replica);
  spark_replica_hold (replica);
  apply_caption (replica, "b", &n_applied);
  apply_caption (replica, "c", &n_applied);
  let_pass (300);
  assert_caption (replica, "a");
  spark_replica_release (replica);
  assert_caption (replica, "a"); /* not before the release has been dealt with */
  /* Pressed again at once: still as it was. */
  spark_replica_hold (replica);
  let_pass (100);
  g_assert_cmpuint (n_applied, ==, 0);
  g_assert_cmpstr (seen->str, ==, "");
  spark_replica_release (replica);
  while (n_applied < 2)
    g_main_context_iteration (NULL, TRUE);
  assert_caption (replica, "c");
  g_assert_cmpstr (seen->str, ==, "bc");

  /* What is never let go. */
  began = g_get_monotonic_time ();
  spark_replica_hold (replica);
  apply_caption (replica, "d", &n_applied);
  while (n_applied < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 900 * G_TIME_SPAN_MILLISECOND);
  assert_caption (replica, "d");

  /* A replica that is closed meanwhile tells what it has. */
  spark_replica_hold (replica);
  apply_caption (replica, "e", &n_applied);
  let_pass (100);
  g_assert_cmpuint (n_applied, ==, 3);
  g_clear_object (&list);
  spark_replica_close (replica);
  while (n_applied < 4)
    g_main_context_iteration (NULL, TRUE);
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/replica/kinds", test_kinds);
  g_test_add_func ("/replica/malformed", test_malformed);
  g_test_add_func ("/replica/events", test_events);
  g_test_add_func ("/replica/first-load", test_first_load);
  g_test_add_func ("/replica/load", test_load);
  g_test_add_func ("/replica/outbox", test_outbox);
  g_test_add_func ("/replica/settings", test_settings);
  g_test_add_func ("/replica/closed", test_closed);
  g_test_add_func ("/replica/cancelled", test_cancelled);
  g_test_add_func ("/replica/held", test_held);
  result = g_test_run ();
  fixture_remove ();
  return result;
}

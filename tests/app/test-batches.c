/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-access-page.h"
#include "app/spark-batch-dialog.h"
#include "app/spark-dialog.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-pick-row.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

typedef struct
{
  SparkWindow *window;
  SparkReplica *replica;
  SparkAccessPage *page;
  GtkListView *view;
} Fixture;

static void
set_up (Fixture *fixture)
{
  gint64 now = spark_time_now ();
  GtkWidget *page = spark_access_page_new ();
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };
  const SparkVideo other = { .id = "2.1", .account_id = "2", .caption = "Evening" };
  const SparkGrant grants[] = { { .id = "1.2", .video_id = "1.1", .brand = { "1.9", "Acme" } },
                                { .id = "1.3", .video_id = "1.1", .brand = { "1.8", "Nord" } },
                                { .id = "2.4", .video_id = "2.1", .brand = { "2.7", "Oak" } } };

  fixture->window = test_window_new (page);
  fixture->page = SPARK_ACCESS_PAGE (page);
  fixture->replica = spark_backend_get_replica (spark_window_get_backend (fixture->window));
  fake_add_video (fixture->replica, &video);
  fake_add_video (fixture->replica, &other);
  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      SparkGrant grant = grants[i];

      grant.state = SPARK_GRANT_STATE_AUTHORIZED;
      grant.ends_at = now + 5 * SPARK_DAY_MS;
      fake_add_grant (fixture->replica, &grant);
    }
  spark_access_page_set_backend (fixture->page, spark_window_get_backend (fixture->window), NULL);
  fixture->view = test_find (page, GTK_TYPE_LIST_VIEW, 0);
}

static SparkPickBar *
get_bar (Fixture *fixture)
{
  return test_find (fixture->page, SPARK_TYPE_PICK_BAR, 0);
}

/* The @n-th act of the bar: Extend…, Revoke… */
static void
press_act (Fixture *fixture, guint n)
{
  GtkWidget *acts = test_find (get_bar (fixture), ADW_TYPE_SQUEEZER, 0);

  g_signal_emit_by_name (test_find (acts, GTK_TYPE_BUTTON, n), "clicked");
}

static void
test_pick (void)
{
  Fixture fixture;
  GtkSelectionModel *model;

  set_up (&fixture);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  test_wait_for_text (get_bar (&fixture), "Select rows");
  /* Enter on a row selects it now, and again no more. */
  g_signal_emit_by_name (fixture.view, "activate", 0);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  g_assert_null (test_window_get_shown (fixture.window));
  g_signal_emit_by_name (fixture.view, "activate", 1);
  test_wait_for_text (get_bar (&fixture), "2 selected");
  g_signal_emit_by_name (fixture.view, "activate", 1);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  model = gtk_list_view_get_model (fixture.view);
  g_assert_true (gtk_selection_model_is_selected (model, 0));
  g_assert_false (gtk_selection_model_is_selected (model, 1));

  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  g_signal_emit_by_name (fixture.view, "activate", 1);
  g_assert_cmpstr (test_window_get_shown (fixture.window), ==, "1.1");
  test_window_free (fixture.window);
}

static const char *
get_string (gpointer item)
{
  return gtk_string_object_get_string (item);
}

/* Neither what changes in a row that is selected nor the pointer over another row unselects it. */
static void
test_stays_picked (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = gtk_list_view_new (NULL, NULL);
  SparkPickBar *bar = g_object_new (SPARK_TYPE_PICK_BAR, NULL);
  GtkStringList *rows = gtk_string_list_new ((const char *[]){ "1", "2", "3", NULL });
  g_autoptr (GtkNoSelection) plain = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (rows)));
  GtkSelectionModel *picked;

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), TRUE);
  g_object_ref_sink (bar);
  spark_pick_bar_set_view (bar, view, get_string);
  spark_pick_bar_set_model (bar, GTK_SELECTION_MODEL (plain), G_LIST_MODEL (rows));
  g_assert_true (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));
  g_object_set (bar, "active", TRUE, NULL);
  g_assert_false (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));

  picked = gtk_list_view_get_model (GTK_LIST_VIEW (view));
  gtk_selection_model_select_range (picked, 1, 2, TRUE);
  gtk_string_list_splice (rows, 0, 3, (const char *[]){ "0", "1", "2", "3", NULL });
  g_assert_false (gtk_selection_model_is_selected (picked, 1));
  g_assert_true (gtk_selection_model_is_selected (picked, 2));
  g_assert_true (gtk_selection_model_is_selected (picked, 3));
  /* What is gone is forgotten. */
  gtk_string_list_splice (rows, 2, 1, NULL);
  test_wait_for_text (bar, "1 selected");
  gtk_string_list_splice (rows, 1, 1, (const char *[]){ "2", NULL });
  g_assert_false (gtk_selection_model_is_selected (picked, 1));
  g_assert_true (gtk_selection_model_is_selected (picked, 2));

  g_object_set (bar, "active", FALSE, NULL);
  g_assert_true (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (bar);
  g_object_unref (rows);
}

/* What selects a row that is pressed */
static GtkGesture *
find_click (GtkListView *view)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        return GTK_GESTURE (controller);
    }
  return NULL;
}

static void
press_row (Fixture *fixture, const char *signal, guint position)
{
  GtkWidget *row = NULL;
  graphene_rect_t bounds;

  test_wait ((row = spark_pick_row_find (GTK_WIDGET (fixture->view), position)) != NULL
             && gtk_widget_get_height (row) > 0);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (fixture->view), &bounds));
  g_signal_emit_by_name (find_click (fixture->view), signal, 1, (double)bounds.origin.x + 20,
                         (double)bounds.origin.y + 20);
}

static void
assert_says (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_assert_nonnull (strstr (texts, part));
}

static void
assert_says_not (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_assert_null (strstr (texts, part));
}

/* A finger that has come to scroll begins on a row, and is never released there. */
static void
test_pick_by_press (void)
{
  Fixture fixture;

  set_up (&fixture);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  press_row (&fixture, "pressed", 0);
  assert_says (get_bar (&fixture), "Select rows");
  press_row (&fixture, "released", 0);
  assert_says (get_bar (&fixture), "1 selected");
  press_row (&fixture, "pressed", 1);
  press_row (&fixture, "released", 2);
  assert_says (get_bar (&fixture), "1 selected");
  press_row (&fixture, "pressed", 0);
  press_row (&fixture, "released", 0);
  assert_says (get_bar (&fixture), "Select rows");
  test_window_free (fixture.window);
}

/* A view that outlives its bar knows nothing of it any more. */
static void
test_leaves_view (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (gtk_list_view_new (NULL, NULL));
  SparkPickBar *bar = g_object_ref_sink (g_object_new (SPARK_TYPE_PICK_BAR, NULL));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  guint own = g_list_model_get_n_items (controllers);

  spark_pick_bar_set_view (bar, view, get_string);
  g_assert_cmpuint (g_list_model_get_n_items (controllers), ==, own + 2);
  g_assert_finalize_object (bar);
  g_assert_cmpuint (g_list_model_get_n_items (controllers), ==, own);
}

/* Rows come and go while some are selected, under a list that has another model then. */
static void
test_search (void)
{
  Fixture fixture;
  GtkEditable *entry;

  set_up (&fixture);
  entry = GTK_EDITABLE (test_find (fixture.page, GTK_TYPE_SEARCH_ENTRY, 0));
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  test_wait_for_text (get_bar (&fixture), "Select rows");
  g_signal_emit_by_name (fixture.view, "activate", 0);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  gtk_editable_set_text (entry, "Acme");
  g_signal_emit_by_name (entry, "search-changed");
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (fixture.view))) == 1);
  gtk_editable_set_text (entry, "");
  g_signal_emit_by_name (entry, "search-changed");
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (fixture.view))) == 3);
  test_wait_for_text (fixture.page, "Nord");
  test_window_free (fixture.window);
}

static void
set_batch (Fixture *fixture, const char *id, SparkBatchState state, guint done, guint failed)
{
  SparkBatch batch = { .id = id,
                       .act = SPARK_BATCH_ACT_REVOKE,
                       .state = state,
                       .done = done,
                       .failed = failed,
                       .total = 2 };

  fake_add_batch (fixture->replica, &batch);
  g_signal_emit_by_name (spark_window_get_backend (fixture->window), "changed",
                         (guint)SPARK_KINDS_BATCH);
}

#define BATCH(id) BATCH_IN (id, "running")
#define BATCH_IN(id, state)                                                                        \
  "{\"id\":\"" id "\",\"act\":\"revoke\",\"state\":\"" state "\",\"done\":0,\"failed\":0,"         \
  "\"total\":2,\"days\":null,\"added\":0,\"updated\":0,\"skipped\":0,\"problem\":null,"            \
  "\"created_at\":\"2026-03-01T00:00:00Z\"}"

static void
press (GtkWindow *dialog, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkButton *button = test_find (dialog, GTK_TYPE_BUTTON, i);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_button_get_label (button), label) != 0)
        continue;
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (button)));
      g_signal_emit_by_name (button, "clicked");
      return;
    }
}

/* What is said of it. (transfer full) */
static char *
end_with_failure (Fixture *fixture)
{
  char *toast;

  fake_answer ("GET /v1/batches/1.20/results?state=failed&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\","
               "\"made_id\":null}],\"next_cursor\":null}");
  fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
               "{\"items\":[],\"next_cursor\":null}");
  set_batch (fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait ((toast = test_window_take_toast (fixture->window)) != NULL);
  return toast;
}

/* Whoever closes it while it runs is told how it ended, and comes back to what became of each. */
static void
test_left (void)
{
  Fixture fixture;
  GtkWindow *dialog, *left;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *ids[] = { "1.2", "1.3", NULL };

  set_up (&fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
  dialog = left = test_get_dialog (fixture.window);
  g_object_add_weak_pointer (G_OBJECT (left), (gpointer *)&left);
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  test_close_dialog (fixture.window, dialog);
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  g_assert_null (test_window_take_toast (fixture.window));

  first = end_with_failure (&fixture);
  g_assert_cmpstr (first, ==, "Revoke Access\302\240· 1 done, 1 failed");
  /* Once. */
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  g_assert_null (test_window_take_toast (fixture.window));
  g_assert_false (test_has_dialog (fixture.window));
  test_window_press_toast (fixture.window);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "1 done, 1 failed");
  test_wait_for_text (dialog, "Nord");

  /* From there it is tried again, and may be left once more. */
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  test_close_dialog (fixture.window, dialog);
  fake_answer ("GET /v1/batches/1.21/results?state=done&limit=100",
               "{\"items\":[],\"next_cursor\":null}");
  set_batch (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait ((second = test_window_take_toast (fixture.window)) != NULL);
  g_assert_cmpstr (second, ==, "Revoke Access\302\240· 2 done");
  g_assert_nonnull (left);
  test_window_free (fixture.window);
  test_wait (left == NULL);
}

static gboolean
is_toplevel (gpointer dialog)
{
  g_autoptr (GList) all = gtk_window_list_toplevels ();

  return g_list_find (all, dialog) != NULL;
}

/* Its ids are those of other things elsewhere: nothing of it stays, and nothing of it is done
 * there. */
static void
test_left_elsewhere (void)
{
  const char *ids[] = { "1.2", "1.3", NULL };

  for (guint ended = 0; ended < 2; ended++)
    {
      g_autofree char *toast = NULL;
      g_autoptr (SparkBackend) other = NULL;
      Fixture fixture;
      GtkWindow *dialog;

      set_up (&fixture);
      gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
      dialog = test_get_dialog (fixture.window);
      fake_answer ("POST /v1/batches", BATCH ("1.20"));
      spark_dialog_submit (SPARK_DIALOG (dialog));
      test_wait_for_text (dialog, "0 of 2 done");
      test_close_dialog (fixture.window, dialog);
      if (ended)
        toast = end_with_failure (&fixture);
      other = fake_backend_new ();
      g_assert_true (is_toplevel (dialog));
      test_window_set_backend (fixture.window, other);
      g_clear_object (&other);
      g_assert_false (is_toplevel (dialog));
      test_window_free (fixture.window);
    }
}

/* What has ended, or has not begun, leaves nothing behind. */
static void
test_left_nothing (void)
{
  Fixture fixture;
  GtkWindow *dialog;
  const char *ids[] = { "1.2", "1.3", NULL };

  set_up (&fixture);
  for (guint began = 0; began < 2; began++)
    {
      gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
      dialog = test_get_dialog (fixture.window);
      if (began)
        {
          fake_answer ("POST /v1/batches", BATCH ("1.20"));
          spark_dialog_submit (SPARK_DIALOG (dialog));
          test_wait_for_text (dialog, "0 of 2 done");
          fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
                       "{\"items\":[],\"next_cursor\":null}");
          set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
          test_wait_for_text (dialog, "2 done");
        }
      g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *)&dialog);
      gtk_window_close (dialog);
      test_wait (dialog == NULL);
    }
  g_assert_null (test_window_take_toast (fixture.window));
  test_window_free (fixture.window);
}

static void
test_revoke (void)
{
  Fixture fixture;
  GtkWindow *dialog;
  GtkWidget *button;
  GtkSelectionModel *model;

  set_up (&fixture);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  model = gtk_list_view_get_model (fixture.view);
  gtk_selection_model_select_range (model, 0, 2, TRUE);
  press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  /* As where one is revoked: red, and not what Enter does. */
  spark_dialog_focus_action (SPARK_DIALOG (dialog));
  button = gtk_window_get_focus (dialog);
  g_assert_true (gtk_widget_has_css_class (button, "destructive-action"));
  g_assert_false (gtk_widget_has_css_class (button, "suggested-action"));
  g_assert_null (gtk_window_get_default_widget (dialog));

  fake_backend_set_status (spark_window_get_backend (fixture.window), SPARK_BACKEND_OFFLINE);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "The server can’t be reached.");
  fake_backend_set_status (spark_window_get_backend (fixture.window), SPARK_BACKEND_ONLINE);

  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (
      strstr (fake_sent (), "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}"));

  /* It is followed, and what failed is told and can be tried again. */
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  test_wait_for_text (dialog, "1 of 2 done");
  fake_answer ("GET /v1/batches/1.20/results?state=failed&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\","
               "\"made_id\":null}],\"next_cursor\":null}");
  fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
               "{\"items\":[{\"id\":\"1.2\",\"state\":\"done\",\"problem\":null,"
               "\"made_id\":null}],\"next_cursor\":null}");
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "1 done, 1 failed");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_wait_for_text (dialog, "Acme: Morning routine");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (dialog)), <=, 520);

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/batches {\"failed_of\":\"1.20\"}"));

  /* Enough of it: the rest is left as it is. */
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  press (dialog, "_Stop");
  test_wait_for_text (dialog, "Stopped: 0 of 2 done");
  fake_answer ("GET /v1/batches/1.21/results?state=done&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"done\",\"problem\":null,"
               "\"made_id\":null}],\"next_cursor\":null}");
  set_batch (&fixture, "1.21", SPARK_BATCH_STATE_STOPPED, 1, 0);
  test_wait_for_text (dialog, "Stopped: 1 of 2 done");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_window_free (fixture.window);
}

static void
wait_for_no_text (gpointer root, const char *part)
{
  for (;;)
    {
      g_autofree char *texts = test_seen_texts (root);

      if (strstr (texts, part) == NULL)
        return;
      test_turn ();
    }
}

#define RESULT(id, state)                                                                          \
  "{\"items\":[{\"id\":\"" id "\",\"state\":\"" state "\",\"problem\":null,\"made_id\":null}],"    \
  "\"next_cursor\":null}"
#define FAILED_RESULTS(batch) "GET /v1/batches/" batch "/results?state=failed&limit=100"
#define DONE_RESULTS(batch)   "GET /v1/batches/" batch "/results?state=done&limit=100"

static guint
count_sent (const char *part)
{
  guint n = 0;

  for (const char *at = fake_sent (); (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

static void
add_accounts (Fixture *fixture, SparkRole second)
{
  SparkAccount account = { .platform = SPARK_PLATFORM_SANDBOX };

  for (guint i = 0; i < 2; i++)
    {
      account.id = i == 0 ? "1" : "2";
      account.name = i == 0 ? "Ada" : "Ben";
      account.role = i == 0 ? SPARK_ROLE_OWNER : second;
      fake_add_account (fixture->replica, &account);
    }
  g_signal_emit_by_name (spark_window_get_backend (fixture->window), "changed",
                         (guint)SPARK_KINDS_ACCOUNT);
}

/* All three rows, which are of two accounts. @second: the role at the second one */
static GtkWindow *
revoke_of_two (Fixture *fixture, SparkRole second)
{
  set_up (fixture);
  add_accounts (fixture, second);
  g_object_set (get_bar (fixture), "active", TRUE, NULL);
  gtk_selection_model_select_all (gtk_list_view_get_model (fixture->view));
  press_act (fixture, 1);
  return test_get_dialog (fixture->window);
}

/* The first is answered @first, and what is asked after it as was set meanwhile. */
static void
submit_both (GtkWindow *dialog, const char *first, const char *second)
{
  fake_answer ("POST /v1/batches", first);
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", second);
  fake_release ();
}

/* Each account has a batch of its own, and the dialog tells of all as of one. */
static void
test_accounts (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  test_wait_for_text (dialog, "Ends access in 3 cases.");
  test_wait_for_text (dialog, "They belong to 2 accounts.");
  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait_for_text (dialog, "0 of 4 done");
  test_wait (count_sent ("POST /v1/batches") == 2);
  g_assert_nonnull (strstr (fake_sent (),
                            "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}\n"
                            "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"2.4\"]}"));

  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 of 4 done");
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("1.3", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  set_batch (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 1 failed");
  test_wait_for_text (dialog, "Oak: Evening");
  test_wait_for_text (dialog, "Ben\302\240\302\267 The server had a problem");
  test_wait_for_text (dialog, "Acme: Morning routine");

  /* Only what failed, where it did. */
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/batches {\"failed_of\":\"2.20\"}"));
  g_assert_null (strstr (fake_sent (), "{\"failed_of\":\"1.20\"}"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  press (dialog, "_Stop");
  test_wait_for_text (dialog, "Stopped: 0 of 2 done");
  test_window_free (fixture.window);
}

/* What one account refuses is told, and the others begin; it can be tried again. Nobody may know
 * the account any more. */
static void
test_account_refused (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);
  const SparkAccount nameless = { .id = "2", .role = SPARK_ROLE_REVOKE };

  fake_add_account (fixture.replica, &nameless);
  g_signal_emit_by_name (spark_window_get_backend (fixture.window), "changed",
                         (guint)SPARK_KINDS_ACCOUNT);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "Your invitation does not allow this.");
  test_wait (count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));

  /* Nobody answers the second. */
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_release ();
  test_wait_for_text (dialog, "0 of 3 done, 1 failed");
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 done, 1 failed");
  test_wait_for_text (dialog, "Ben");
  test_wait_for_text (dialog, "The server can’t be reached.");

  /* In vain again: it is still there to be tried. */
  press (dialog, "_Try Failed Again");
  test_wait (count_sent ("POST /v1/batches") == 5
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer ("POST /v1/batches", BATCH ("2.20"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  test_window_free (fixture.window);
}

/* A batch that came to an end before its own says why, beside what became of them all. */
static void
test_batch_failed (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);
  const SparkBatch failed = { .id = "2.20",
                              .act = SPARK_BATCH_ACT_REVOKE,
                              .state = SPARK_BATCH_STATE_FAILED,
                              .done = 1,
                              .failed = 1,
                              .total = 2,
                              .problem = "unavailable" };

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (count_sent ("POST /v1/batches") == 2);
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_add_batch (fixture.replica, &failed);
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  test_wait_for_text (dialog, "1 of 4 done, 1 failed");
  test_wait_for_text (dialog, "\nBen: The server is not ready.");
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 of 4 done, 1 failed");
  test_wait_for_text (dialog, "\nBen: The server is not ready.");
  test_wait_for_text (dialog, "Oak: Evening");

  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  wait_for_no_text (dialog, "Ben: The server is not ready.");
  test_window_free (fixture.window);
}

/* One row stands for all that an account refuses, and the next account's are told beside it. */
static void
test_many_refused (void)
{
  Fixture fixture;
  GtkWindow *dialog;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) chosen = NULL;

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_REVOKE);
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *id = g_strdup_printf ("2.%u", 100 + i);
      SparkGrant grant = { .id = id, .video_id = "2.1", .state = SPARK_GRANT_STATE_AUTHORIZED };

      fake_add_grant (fixture.replica, &grant);
      g_strv_builder_add (ids, id);
    }
  g_strv_builder_add (ids, "1.2");
  chosen = g_strv_builder_end (ids);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", chosen);
  dialog = test_get_dialog (fixture.window);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  fake_release ();
  test_wait_for_text (dialog, "120 failed");
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.2", "failed"));
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 1, 1);
  test_wait_for_text (dialog, "Acme: Morning routine");
  test_window_free (fixture.window);
}

/* Enter or Space once more */
static gboolean
can_close (GtkWindow *dialog)
{
  return gtk_widget_is_sensitive (test_find_button (dialog, "_Close"));
}

/* Neither what would be pressed nor Escape, which asks the same, closes it while it stops. */
static void
assert_stays (Fixture *fixture, GtkWindow *dialog)
{
  GtkWidget *focus = gtk_window_get_focus (dialog);

  g_assert_false (can_close (dialog));
  g_assert_nonnull (focus);
  g_assert_false (GTK_IS_BUTTON (focus));
  gtk_window_close (dialog);
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_true (test_has_dialog (fixture->window));
  g_assert_true (gtk_window_get_focus (dialog) == focus);
}

/* The keyboard is where it is to be used next. */
static void
assert_focus (GtkWindow *dialog, const char *label)
{
  g_assert_true (can_close (dialog));
  g_assert_true (gtk_window_get_focus (dialog) == test_find_button (dialog, label));
}

/* Whoever may stop one batch may, though another's account has taken that away meanwhile. */
static void
test_stop_refused (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_refuse ("DELETE /v1/batches/1.20",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  fake_answer ("DELETE /v1/batches/2.20", BATCH_IN ("2.20", "stopped"));
  press (dialog, "_Stop");
  test_wait (count_sent ("DELETE /v1/batches/1.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  assert_says (dialog, "It goes on");
  assert_focus (dialog, "_Stop");
  press (dialog, "_Stop");
  test_wait (count_sent ("DELETE /v1/batches/2.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));

  /* Then the first once more. */
  fake_answer ("DELETE /v1/batches/1.20", BATCH_IN ("1.20", "stopped"));
  fake_hold ();
  press (dialog, "_Stop");
  assert_says (dialog, "Stopping…");
  assert_says_not (dialog, "It goes on");
  assert_stays (&fixture, dialog);
  fake_release ();
  test_wait_for_text (dialog, "Stopped: 0 of 4 done");
  assert_focus (dialog, "_Close");
  assert_says_not (dialog, "Stopping…");
  test_window_free (fixture.window);
}

static gboolean
is_stop_sensitive (GtkWindow *dialog)
{
  return gtk_widget_is_sensitive (test_find_button (dialog, "_Stop"));
}

/* One row of each of three accounts */
static GtkWindow *
revoke_of_three (Fixture *fixture)
{
  const SparkAccount third = { .id = "3", .name = "Cleo", .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "3.1", .account_id = "3" };
  const SparkGrant grant
      = { .id = "3.2", .video_id = "3.1", .state = SPARK_GRANT_STATE_AUTHORIZED };
  const char *ids[] = { "1.2", "2.4", "3.2", NULL };

  set_up (fixture);
  add_accounts (fixture, SPARK_ROLE_REVOKE);
  fake_add_account (fixture->replica, &third);
  fake_add_video (fixture->replica, &video);
  fake_add_grant (fixture->replica, &grant);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", "revoke", ids);
  return test_get_dialog (fixture->window);
}

/* While they begin: what has not begun does not, and what begins is stopped. */
static void
test_stop_beginning (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_three (&fixture);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  fake_hold ();
  test_wait (count_sent ("POST /v1/batches") == 2);
  g_assert_true (is_stop_sensitive (dialog));
  fake_answer ("DELETE /v1/batches/1.20", BATCH_IN ("1.20", "stopped"));
  fake_answer ("DELETE /v1/batches/2.20", BATCH_IN ("2.20", "stopped"));
  press (dialog, "_Stop");
  g_assert_false (is_stop_sensitive (dialog));
  assert_says (dialog, "Stopping…");
  assert_stays (&fixture, dialog);
  fake_release ();
  test_wait (count_sent ("DELETE /v1/batches/2.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  assert_says (dialog, "Stopped: 0 of 5 done");
  assert_focus (dialog, "_Close");
  g_assert_cmpuint (count_sent ("DELETE /v1/batches/1.20"), ==, 1);
  g_assert_cmpuint (count_sent ("POST /v1/batches"), ==, 2);
  test_window_free (fixture.window);
}

/* Of what is tried again as well: what is not, has failed as before. */
static void
test_stop_trying_again (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (count_sent ("POST /v1/batches") == 2);
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.4", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  set_batch (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "2 done, 2 failed");
  test_wait_for_text (dialog, "Oak: Evening");

  /* Before the first has begun there is nothing to stop: only the dialog can be closed. */
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  fake_hold ();
  press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release ();
  fake_hold ();
  test_wait (count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  press (dialog, "_Stop");
  fake_release ();
  test_wait (count_sent ("DELETE /v1/batches/2.21") == 1);
  test_wait_for_text (dialog, "Stopped: 0 of 4 done");
  test_window_free (fixture.window);
}

/* What is left of that has failed as before: nothing else of its batch is told with the others. */
static void
test_leave_trying_again (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_three (&fixture);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  fake_hold ();
  test_wait (count_sent ("POST /v1/batches") == 2);
  fake_answer ("POST /v1/batches", BATCH ("3.20"));
  fake_release ();
  test_wait (count_sent ("POST /v1/batches") == 3
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.3", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.2", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.5", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_answer (DONE_RESULTS ("3.20"), RESULT ("3.3", "done"));
  fake_answer (FAILED_RESULTS ("3.20"), RESULT ("3.2", "failed"));
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  set_batch (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  set_batch (&fixture, "3.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 3 failed");

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  fake_hold ();
  press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release ();
  fake_hold ();
  test_wait (count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  press (dialog, "_Stop");
  fake_release ();
  test_wait (count_sent ("DELETE /v1/batches/2.21") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  assert_says (dialog, "Stopped: 0 of 5 done, 1 failed, 4 not begun");

  fake_answer ("POST /v1/batches", BATCH ("3.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_cmpuint (count_sent ("{\"failed_of\":\"3.20\"}"), ==, 1);
  g_assert_cmpuint (count_sent ("POST /v1/batches"), ==, 6);
  test_window_free (fixture.window);
}

/* What became of a batch that was tried again is of no account any more, though it comes only once
 * others have begun. */
static void
test_results_late (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.4", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_hold ();
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  set_batch (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  g_assert_cmpuint (count_sent (FAILED_RESULTS ("2.20")), ==, 1);
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release_last ();
  test_wait (count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_release ();
  test_wait (!spark_dialog_get_busy (SPARK_DIALOG (dialog)));

  fake_answer (DONE_RESULTS ("1.21"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.21"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.21"), RESULT ("1.2", "done"));
  set_batch (&fixture, "2.21", SPARK_BATCH_STATE_DONE, 2, 0);
  set_batch (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 1 failed");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_wait_for_text (dialog, "Acme: Morning routine");
  wait_for_no_text (dialog, "Oak: Evening");
  test_window_free (fixture.window);
}

/* Where the role is not enough, the rest is done, and it says so before. */
static void
test_account_left_out (void)
{
  Fixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_VIEW);

  test_wait_for_text (dialog, "Ends access in 2 cases.");
  test_wait_for_text (dialog, "1 more that you selected is left out");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_cmpuint (count_sent ("POST /v1/batches"), ==, 1);
  test_window_free (fixture.window);
}

/* In the menu that takes the place of the acts where they have no room */
static int
count_menu (GtkWidget *acts)
{
  GtkMenuButton *button = test_find (acts, GTK_TYPE_MENU_BUTTON, 0);
  int n;

  gtk_menu_button_popup (button);
  n = g_menu_model_get_n_items (gtk_menu_button_get_menu_model (button));
  gtk_menu_button_popdown (button);
  return n;
}

/* What the role allows with none of the rows that are selected is not offered for them. */
static void
test_offers_allowed (void)
{
  Fixture fixture;
  GtkSelectionModel *model;
  GtkWidget *acts;

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_GENERATE);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  model = gtk_list_view_get_model (fixture.view);
  acts = test_find (get_bar (&fixture), ADW_TYPE_SQUEEZER, 0);
  g_assert_cmpint (count_menu (acts), ==, 2);

  /* The third is the other account's, where nothing may be revoked. */
  gtk_selection_model_select_item (model, 2, TRUE);
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 0)));
  g_assert_false (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 1);
  gtk_selection_model_select_item (model, 0, FALSE);
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 2);

  add_accounts (&fixture, SPARK_ROLE_VIEW);
  gtk_selection_model_select_item (model, 2, TRUE);
  g_assert_false (gtk_widget_get_visible (acts));

  /* The role changes while it is selected. */
  add_accounts (&fixture, SPARK_ROLE_REVOKE);
  g_assert_true (gtk_widget_get_visible (acts));
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 2);
  add_accounts (&fixture, SPARK_ROLE_GENERATE);
  g_assert_false (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 1);
  add_accounts (&fixture, SPARK_ROLE_VIEW);
  g_assert_false (gtk_widget_get_visible (acts));

  /* Another account is shown, where nothing is selected yet. */
  test_window_set_account_id (fixture.window, "1");
  spark_access_page_set_backend (fixture.page, spark_window_get_backend (fixture.window), "1");
  g_assert_true (spark_pick_bar_is_active (get_bar (&fixture)));
  g_assert_true (gtk_widget_get_visible (acts));
  g_assert_cmpint (count_menu (acts), ==, 2);
  test_window_free (fixture.window);
}

static void
assert_says_of_batch (Fixture *fixture, const char *act, const char *const *ids,
                      const char *const *parts)
{
  GtkWindow *dialog;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", act, ids);
  dialog = test_get_dialog (fixture->window);
  for (guint i = 0; parts[i] != NULL; i++)
    test_wait_for_text (dialog, parts[i]);
  test_close_dialog (fixture->window, dialog);
}

/* Until all was looked at it says of ads what holds always: no longer, where none run. */
static void
assert_says_no_ads (Fixture *fixture, const char *const *ids, const char *part)
{
  GtkWindow *dialog;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", "revoke", ids);
  dialog = test_get_dialog (fixture->window);
  test_wait_for_text (dialog, part);
  wait_for_no_text (dialog, "Ads that run on it");
  assert_says (dialog, part);
  assert_says_not (dialog, "running");
  test_close_dialog (fixture->window, dialog);
}

/* What Sparkbox does in one account it only notes in another: what holds is said for each, and with
 * names only where there are both. */
static void
test_kinds_of_accounts (void)
{
  Fixture fixture;
  const SparkAccount tracked
      = { .id = "2", .name = "Ben", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const char *videos[] = { "1.1", "2.1", NULL };

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_OWNER);
  fake_add_account (fixture.replica, &tracked);
  assert_says_no_ads (&fixture, videos,
                      "\nAda: The codes themselves still work for others who have them. Views and "
                      "likes that ads brought stay.\nBen: Sparkbox notes it. To end it");
  assert_says_of_batch (&fixture, "extend", videos,
                        (const char *[]){ "The period belongs to the video",
                                          "\nBen: Sparkbox only notes it: extend", NULL });
  assert_says_of_batch (&fixture, "generate", videos,
                        (const char *[]){ "Generating turns on ad authorization",
                                          "\nBen: Sparkbox cannot do this for you", NULL });
  assert_says_no_ads (&fixture, videos + 1, "\nSparkbox notes it. To end it");
  assert_says_of_batch (&fixture, "extend", videos + 1,
                        (const char *[]){ "\nSparkbox only notes it: extend", NULL });
  test_window_free (fixture.window);
}

/* The brands' ad accounts may be asked all the same: the dialog says so before. */
static void
test_revoke_not_connected (void)
{
  Fixture fixture;
  SparkAccount account = { .id = "1",
                           .name = "Mine",
                           .platform = SPARK_PLATFORM_TIKTOK,
                           .role = SPARK_ROLE_OWNER,
                           .connection = SPARK_CONNECTION_STATE_CONNECTED };
  GtkWindow *dialog;
  g_autofree char *connected = NULL;

  set_up (&fixture);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  gtk_selection_model_select_range (gtk_list_view_get_model (fixture.view), 0, 2, TRUE);
  fake_add_account (fixture.replica, &account);
  press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  connected = test_texts (dialog);
  g_assert_null (strstr (connected, "connected"));
  test_close_dialog (fixture.window, dialog);

  account.connection = SPARK_CONNECTION_STATE_LOST;
  fake_add_account (fixture.replica, &account);
  press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "TikTok no longer lets Sparkbox in for Mine.");
  test_wait_for_text (dialog, "Until it is connected again, Sparkbox ends access only");
  test_window_free (fixture.window);
}

/* What became of each can be asked for until it comes, by the person and when the server is back.
 */
static void
test_results_again (void)
{
  Fixture fixture;
  GtkWindow *dialog;
  SparkBackend *backend;

  set_up (&fixture);
  backend = spark_window_get_backend (fixture.window);
  g_object_set (get_bar (&fixture), "active", TRUE, NULL);
  gtk_selection_model_select_range (gtk_list_view_get_model (fixture.view), 0, 2, TRUE);
  press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");

  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_refuse (DONE_RESULTS ("1.20"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  set_batch (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "Results Not Loaded");
  test_wait_for_text (dialog, "The server had a problem of its own.");
  test_wait_for_text (dialog, "Nord: Morning routine");

  /* Once more in vain. */
  fake_refuse (DONE_RESULTS ("1.20"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  press (dialog, "_Try Again");
  test_wait_for_text (dialog, "The server can’t be reached.");

  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  press (dialog, "_Try Again");
  test_wait_for_text (dialog, "Acme: Morning routine");
  wait_for_no_text (dialog, "Results Not Loaded");
  /* What was there was not asked for again. */
  g_assert_cmpuint (count_sent (FAILED_RESULTS ("1.20")), ==, 1);
  g_assert_cmpuint (count_sent (DONE_RESULTS ("1.20")), ==, 3);

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  fake_refuse (FAILED_RESULTS ("1.21"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_answer (DONE_RESULTS ("1.21"), RESULT ("1.2", "done"));
  fake_backend_set_status (backend, SPARK_BACKEND_OFFLINE);
  set_batch (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "The server can’t be reached.");
  fake_answer (FAILED_RESULTS ("1.21"), RESULT ("1.3", "failed"));
  fake_backend_set_status (backend, SPARK_BACKEND_ONLINE);
  g_signal_emit_by_name (backend, "notify::status", NULL);
  test_wait_for_text (dialog, "Nord: Morning routine");
  wait_for_no_text (dialog, "Results Not Loaded");
  test_window_free (fixture.window);
}

/* Of videos that are selected every access ends that is open; where none is, it says so. */
static void
test_revoke_videos (void)
{
  Fixture fixture;
  const SparkVideo unused = { .id = "1.5", .account_id = "1", .caption = "Unused" };
  SparkGrant ended = { .id = "1.6", .video_id = "1.1", .state = SPARK_GRANT_STATE_REVOKED };
  const char *used[] = { "1.1", "1.5", NULL };
  g_autofree char *toast = NULL;
  GtkWindow *dialog;

  set_up (&fixture);
  fake_add_video (fixture.replica, &unused);
  fake_add_grant (fixture.replica, &ended);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", used + 1);
  toast = test_window_take_toast (fixture.window);
  g_assert_cmpstr (toast, ==, "No brand has access to what is selected");
  g_assert_false (test_has_dialog (fixture.window));

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", used);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (
      strstr (fake_sent (), "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}"));
  test_window_free (fixture.window);
}

/* Nothing to end at one account, and another that does not let one: that is what it says. */
static void
test_videos_left_out (void)
{
  Fixture fixture;
  const SparkVideo unused = { .id = "1.5", .account_id = "1", .caption = "Unused" };
  const char *chosen[] = { "1.5", "2.1", NULL };
  g_autofree char *toast = NULL;

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_VIEW);
  fake_add_video (fixture.replica, &unused);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", chosen);
  toast = test_window_take_toast (fixture.window);
  g_assert_nonnull (toast);
  g_assert_false (test_has_dialog (fixture.window));
  test_window_free (fixture.window);
}

static void
add_grant (Fixture *fixture, const char *id, const char *video, const char *code, int ads)
{
  const SparkGrant grant = { .id = id,
                             .video_id = video,
                             .code_id = code,
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = spark_time_now () + 5 * SPARK_DAY_MS,
                             .platform_ends_at = spark_time_now () + 5 * SPARK_DAY_MS,
                             .ads_active = ads };

  fake_add_grant (fixture->replica, &grant);
}

/* How many ads stop is told as far as it is known, and nothing of it where none run. */
static void
test_revoke_ads (void)
{
  Fixture fixture;
  const SparkAccount real = { .id = "2",
                              .name = "Ben",
                              .platform = SPARK_PLATFORM_TIKTOK,
                              .role = SPARK_ROLE_OWNER,
                              .connection = SPARK_CONNECTION_STATE_CONNECTED };
  const char *all[] = { "1.2", "1.3", "2.4", NULL };
  const char *own[] = { "1.2", "1.3", NULL };
  GtkWindow *dialog;

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_OWNER);
  fake_add_account (fixture.replica, &real);
  assert_says_no_ads (&fixture, all, "\nThe codes themselves still work");
  add_grant (&fixture, "1.2", "1.1", NULL, 2);
  add_grant (&fixture, "1.3", "1.1", NULL, 3);
  assert_says_of_batch (
      &fixture, "revoke", all,
      (const char *[]){ "\n5 ads that are running are paused. The codes themselves", NULL });
  add_grant (&fixture, "2.4", "2.1", NULL, 1);
  assert_says_of_batch (
      &fixture, "revoke", all,
      (const char *[]){ "\n5 ads that are running are paused. 1 ad is running and may go on until "
                        "the brand stops it. The codes themselves",
                        NULL });
  assert_says_of_batch (&fixture, "revoke", all + 2,
                        (const char *[]){ "\n1 ad is running and may go on", NULL });
  add_grant (&fixture, "2.4", "2.1", NULL, -1);
  assert_says_of_batch (
      &fixture, "revoke", all + 2,
      (const char *[]){ "\nAds that run on it are stopped as far as TikTok allows. The codes",
                        NULL });
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", all);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "5 ads that are running are paused. Ads that run on it");
  test_close_dialog (fixture.window, dialog);
  /* In the sandbox it is known of all that have an ad account. */
  add_grant (&fixture, "1.3", "1.1", NULL, -1);
  assert_says_of_batch (
      &fixture, "revoke", own,
      (const char *[]){ "\n2 ads that are running are paused. The codes themselves", NULL });
  test_window_free (fixture.window);
}

/* What it cannot know yet, or not at all, is not said to be nothing. */
static void
test_revoke_ads_unknown (void)
{
  Fixture fixture;
  const SparkBatchLeftOut none = { 0 };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GtkWindow *dialog;

  set_up (&fixture);
  add_accounts (&fixture, SPARK_ROLE_OWNER);
  add_grant (&fixture, "1.2", "1.1", NULL, 2);
  g_ptr_array_add (ids, (gpointer) "1.2");
  dialog = GTK_WINDOW (spark_batch_dialog_new (fixture.window, SPARK_BATCH_ACT_REVOKE, ids, &none));
  gtk_window_present (dialog);
  /* Nothing was looked at yet. */
  assert_says (dialog, "\nAds that run on it are stopped as far as TikTok allows. The codes");
  test_wait_for_text (dialog, "\n2 ads that are running are paused. The codes");
  test_close_dialog (fixture.window, dialog);

  g_ptr_array_add (ids, (gpointer) "1.77");
  dialog = GTK_WINDOW (spark_batch_dialog_new (fixture.window, SPARK_BATCH_ACT_REVOKE, ids, &none));
  gtk_window_present (dialog);
  test_wait_for_text (dialog,
                      "\n2 ads that are running are paused. Ads that run on it are stopped");
  test_window_free (fixture.window);
}

/* What is over gets no longer, and what is being taken away would only stay open: neither is meant.
 */
static void
test_extend_ended (void)
{
  Fixture fixture;
  const SparkGrant ended[] = {
    { .id = "1.5", .state = SPARK_GRANT_STATE_REVOKED, .ends_at = spark_time_now () + 100000 },
    { .id = "1.6", .state = SPARK_GRANT_STATE_REVOKING, .ends_at = spark_time_now () + 100000 },
    { .id = "1.7", .state = SPARK_GRANT_STATE_UNBOUND, .ends_at = spark_time_now () + 100000 },
    { .id = "1.8", .state = SPARK_GRANT_STATE_EXPIRED, .ends_at = spark_time_now () - 1000 },
    /* Nobody said yet that it has ended. */
    { .id = "1.10", .state = SPARK_GRANT_STATE_AUTHORIZED, .ends_at = spark_time_now () - 1000 },
  };
  const char *ids[] = { "1.2", "1.5", "1.6", "1.7", "1.8", "1.10", NULL };
  g_autofree char *toast = NULL;
  GtkWindow *dialog;

  set_up (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ended); i++)
    {
      SparkGrant grant = ended[i];

      grant.video_id = "1.1";
      fake_add_grant (fixture.replica, &grant);
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", ids + 1);
  toast = test_window_take_toast (fixture.window);
  g_assert_cmpstr (toast, ==, "All selected access has ended, or is being revoked");
  g_assert_false (test_has_dialog (fixture.window));

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", ids);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Extends the access of 1 brand to a video.");
  assert_says (dialog, "5 more that you selected are left out: their access has ended, or is being "
                       "revoked.");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "\"ids\":[\"1.2\"]}"));
  test_window_free (fixture.window);
}

static void
wait_for_end (GtkWindow *dialog, int first, int last, guint days)
{
  gint64 now = spark_time_now ();
  g_autofree char *first_day = spark_phrase_day (now + first * SPARK_DAY_MS);
  g_autofree char *last_day = spark_phrase_day (now + last * SPARK_DAY_MS);
  g_autofree char *text = first != last
                              ? g_strdup_printf ("Between %s and %s", first_day, last_day)
                              : spark_phrase_full_day_and_distance (now + first * SPARK_DAY_MS);

  spark_period_chips_choose (test_find (dialog, SPARK_TYPE_PERIOD_CHIPS, 0), days);
  test_wait_for_text (dialog, text);
}

/* Until when access is open then is told before, and who else has it by the same codes. */
static void
test_extend_ends (void)
{
  Fixture fixture;
  SparkVideo video = {
    .id = "1.1", .account_id = "1", .caption = "Morning routine", .authorization = { .grants = 4 }
  };
  const SparkVideo other
      = { .id = "1.5", .account_id = "1", .authorization = { .code_id = "1.31", .grants = 1 } };
  const SparkCode code = { .id = "1.31",
                           .video_id = "1.5",
                           .state = SPARK_CODE_STATE_IN_USE,
                           .ends_at = spark_time_now () + 20 * SPARK_DAY_MS };
  SparkGrant agreed = { .id = "1.11",
                        .video_id = "1.1",
                        .code_id = "1.30",
                        .state = SPARK_GRANT_STATE_AUTHORIZED,
                        .ends_at = spark_time_now () + SPARK_DAY_MS,
                        .platform_ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  const char *one[] = { "1.2", NULL };
  const char *two[] = { "1.2", "1.6", NULL };
  const char *same[] = { "1.2", "1.3", NULL };
  const char *videos[] = { "1.5", NULL };
  SparkGrant pending = { .id = "1.12",
                         .video_id = "1.5",
                         .code_id = "1.31",
                         .state = SPARK_GRANT_STATE_PENDING,
                         .ends_at = code.ends_at,
                         .platform_ends_at = code.ends_at };
  const char *waiting[] = { "1.12", NULL };
  GtkWindow *dialog;

  set_up (&fixture);
  fake_add_video (fixture.replica, &video);
  fake_add_video (fixture.replica, &other);
  fake_add_code (fixture.replica, &code);
  add_grant (&fixture, "1.2", "1.1", "1.30", 0);
  add_grant (&fixture, "1.3", "1.1", "1.30", 0);
  add_grant (&fixture, "1.4", "1.1", "1.29", 0);
  add_grant (&fixture, "1.6", "1.5", "1.31", 0);
  fake_add_grant (fixture.replica, &agreed);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", two);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 50, 30);
  assert_says (dialog, "The same codes give access in 1 more case, which is extended with them.");
  wait_for_end (dialog, 12, 27, 7);
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", one);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 35, 30);
  assert_says (dialog, "The same codes give access in 1 more case, which is extended with them.");
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", same);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 35, 30);
  assert_says_not (dialog, "The same codes give access");
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", videos);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 50, 50, 30);
  assert_says_not (dialog, "The same codes give access");
  test_close_dialog (fixture.window, dialog);

  /* What the platform has yet to let in is not of those that the video counts. */
  agreed = (SparkGrant){ .id = "1.6",
                         .video_id = "1.5",
                         .code_id = "1.31",
                         .state = SPARK_GRANT_STATE_AUTHORIZED,
                         .ends_at = code.ends_at,
                         .platform_ends_at = code.ends_at };
  fake_add_grant (fixture.replica, &agreed);
  fake_add_grant (fixture.replica, &pending);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", waiting);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 50, 50, 30);
  assert_says (dialog, "The same codes give access in 1 more case, which is extended with them.");
  test_window_free (fixture.window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches/pick", test_pick);
  g_test_add_func ("/batches/stays-picked", test_stays_picked);
  g_test_add_func ("/batches/pick-by-press", test_pick_by_press);
  g_test_add_func ("/batches/leaves-view", test_leaves_view);
  g_test_add_func ("/batches/accounts", test_accounts);
  g_test_add_func ("/batches/account-refused", test_account_refused);
  g_test_add_func ("/batches/batch-failed", test_batch_failed);
  g_test_add_func ("/batches/many-refused", test_many_refused);
  g_test_add_func ("/batches/stop-refused", test_stop_refused);
  g_test_add_func ("/batches/stop-beginning", test_stop_beginning);
  g_test_add_func ("/batches/stop-trying-again", test_stop_trying_again);
  g_test_add_func ("/batches/leave-trying-again", test_leave_trying_again);
  g_test_add_func ("/batches/results-late", test_results_late);
  g_test_add_func ("/batches/videos-left-out", test_videos_left_out);
  g_test_add_func ("/batches/account-left-out", test_account_left_out);
  g_test_add_func ("/batches/offers-allowed", test_offers_allowed);
  g_test_add_func ("/batches/kinds-of-accounts", test_kinds_of_accounts);
  g_test_add_func ("/batches/search", test_search);
  g_test_add_func ("/batches/revoke", test_revoke);
  g_test_add_func ("/batches/revoke-not-connected", test_revoke_not_connected);
  g_test_add_func ("/batches/results-again", test_results_again);
  g_test_add_func ("/batches/left", test_left);
  g_test_add_func ("/batches/left/nothing", test_left_nothing);
  g_test_add_func ("/batches/left/elsewhere", test_left_elsewhere);
  g_test_add_func ("/batches/revoke-videos", test_revoke_videos);
  g_test_add_func ("/batches/revoke-ads", test_revoke_ads);
  g_test_add_func ("/batches/revoke-ads-unknown", test_revoke_ads_unknown);
  g_test_add_func ("/batches/extend-ended", test_extend_ended);
  g_test_add_func ("/batches/extend-ends", test_extend_ends);
  return g_test_run ();
}

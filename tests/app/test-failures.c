/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-status.h"
#include "app/spark-terms.h"
#include "client/spark-client-private.h"
#include "failing-calls.h"
#include "failing-ways.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

/*
 * Every request of the window and its dialogs meets every failure there is: each code of
 * openapi.yaml, and an answer that does not come, does not end or makes no sense. Each time a
 * sentence for it can be read, and the same act works as soon as the failure ends. The list of
 * requests is held against the sources, so that a new one cannot be forgotten here.
 */

FailingServer *failing_server;
static const char *top;

/* what the tests of the acts link as doubles */

SparkClient *
fake_client_new (void)
{
  return spark_client_new (failing_server_get_url (failing_server), "token");
}

void
fake_client_reset (void)
{
}

static SparkClient *
get_client (SparkWindow *window)
{
  return spark_backend_get_client (spark_window_get_backend (window));
}

static SparkWindow *
set_up (gboolean with_tracked)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 end = spark_time_now () + 20 * SPARK_DAY_MS;
  const SparkAccount sandbox = { .id = "1",
                                 .platform = SPARK_PLATFORM_SANDBOX,
                                 .role = SPARK_ROLE_OWNER,
                                 .brand_url = "https://spark.example",
                                 .periods = { 7, 30, 60, 180, 365 },
                                 .n_periods = 5 };
  const SparkAccount tracked
      = { .id = "2", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const SparkAccount tiktok
      = { .id = "3", .name = "Real", .platform = SPARK_PLATFORM_TIKTOK, .role = SPARK_ROLE_OWNER };
  const SparkVideo videos[] = {
    { .id = "1.1", .account_id = "1", .caption = "Routine", .authorization = { .code_id = "1.2" } },
    { .id = "1.6", .account_id = "1", .caption = "No key", .authorization = { .code_id = "1.7" } },
    { .id = "1.9", .account_id = "1", .caption = "Fresh" },
    { .id = "2.1", .account_id = "2", .caption = "Mine" },
    { .id = "3.1", .account_id = "3", .caption = "Real" },
  };
  const SparkCode codes[] = {
    { .id = "1.2",
      .video_id = "1.1",
      .code = CODE,
      .state = SPARK_CODE_STATE_READY,
      .days = 30,
      .copied_for = { "1.4", "Acme" },
      .ends_at = end },
    { .id = "1.7", .video_id = "1.6", .state = SPARK_CODE_STATE_READY, .ends_at = end },
  };
  const SparkGrant grants[] = {
    { .id = "1.3",
      .video_id = "1.1",
      .code_id = "1.2",
      .brand = { "1.4", "Acme" },
      .state = SPARK_GRANT_STATE_AUTHORIZED,
      .ends_at = end },
    { .id = "1.5",
      .video_id = "1.1",
      .brand = { "1.6", "Nord" },
      .state = SPARK_GRANT_STATE_REVOKED,
      .ends_at = end },
    { .id = "2.2",
      .video_id = "2.1",
      .brand = { "2.4", "Glow" },
      .state = SPARK_GRANT_STATE_REVOKING,
      .ends_at = end },
    { .id = "3.2",
      .video_id = "3.1",
      .brand = { "3.4", "Glow" },
      .state = SPARK_GRANT_STATE_REVOKING,
      .ends_at = end },
  };
  const SparkLink link = { .id = "1.30",
                           .video_id = "1.1",
                           .brand = { "1.4", "Acme" },
                           .state = SPARK_LINK_STATE_OPEN,
                           .ends_at = end };
  const SparkBrand brand = { .id = "1.4", .account_id = "1", .name = "Acme", .grants_active = 1 };

  fake_add_account (replica, &sandbox);
  fake_add_account (replica, &tiktok);
  if (with_tracked)
    fake_add_account (replica, &tracked);
  for (guint i = 0; i < G_N_ELEMENTS (videos); i++)
    fake_add_video (replica, &videos[i]);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    fake_add_code (replica, &codes[i]);
  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    fake_add_grant (replica, &grants[i]);
  fake_add_brand (replica, &brand);
  fake_add_link (replica, &link);
  spark_terms_set_consent (replica, "1");
  test_window_set_account_id (window, "1");
  return window;
}

/* acting and looking */

static void
act (SparkWindow *window, const Call *call)
{
  g_autoptr (GVariant) target = NULL;

  if (call->target != NULL)
    target = g_variant_ref_sink (g_variant_new_parsed (call->target));
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), call->action, target));
}

static void
trigger (SparkWindow *window, const Call *call)
{
  if (call->trigger != NULL)
    {
      call->trigger (window);
      return;
    }
  if (call->place == OPENING || call->place == TOAST)
    failing_close_dialogs (window);
  if (call->place == TOAST || !test_has_dialog (window))
    {
      act (window, call);
      if (call->place == TOAST)
        return;
      if (call->prepare != NULL)
        call->prepare (window, test_get_dialog (window));
    }
  if (call->place == FORM)
    {
      SparkDialog *dialog = SPARK_DIALOG (test_get_dialog (window));

      test_wait (!spark_dialog_get_busy (dialog));
      g_assert_true (spark_dialog_get_can_submit (dialog));
      spark_dialog_submit (dialog);
    }
  else if (call->place == CONFIRM)
    {
      GtkWindow *dialog = test_get_dialog (window);

      test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
      adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
    }
}

/* A backend whose health cannot be asked is none: the address is to be checked. */
static gboolean
says_stranger (SparkWindow *window, const Call *call)
{
  g_autoptr (GError) stranger = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX, "");

  return g_str_equal (call->literal, "/healthz")
         && failing_says (window, spark_problem_sentence (stranger));
}

/* Where a person joins there is no connection yet that could come back by itself. */
static const char *
get_sentence (const Call *call, const GError *error)
{
  if (g_strcmp0 (call->action, "win.join") == 0
      && g_error_matches (error, SPARK_ERROR, SPARK_ERROR_OFFLINE))
    return "The server can’t be reached. Check the address and your connection, then try again.";
  return spark_problem_sentence (error);
}

static void
expect (SparkWindow *window, const Call *call, const GError *error)
{
  const char *sentence = get_sentence (call, error);

  /* On a busy machine the time may be over before the request is there. */
  if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TIMED_OUT))
    test_wait (failing_server_count (failing_server) > 0);
  if (call->place == DONE)
    {
      gboolean gone = error->code == SPARK_ERROR_UNAUTHORIZED || error->code == SPARK_ERROR_NOT_FOUND;

      if (!gone)
        test_wait (failing_says (window, UNTOLD));
      for (guint i = 0; i < 3; i++)
        test_turn ();
      g_assert_true (failing_says (window, UNTOLD) == !gone);
      return;
    }
  if (call->place == SILENT
      || (call->may_lack && g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND)))
    {
      GtkWidget *child
          = adw_toast_overlay_get_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0));

      for (guint i = 0; i < 3; i++)
        test_turn ();
      g_assert_false (gtk_widget_get_visible (child));
      return;
    }
  if (call->place == TOAST)
    {
      g_autofree char *title = g_markup_escape_text (spark_problem_title (error), -1);
      g_autofree char *toast = NULL;

      for (;;)
        {
          test_wait ((toast = test_window_take_toast (window)) != NULL);
          if (g_str_equal (toast, title))
            break;
          g_clear_pointer (&toast, g_free);
        }
      test_window_press_toast (window);
    }
  test_wait (failing_says (window, sentence) || says_stranger (window, call));
}

/* The failure is over: the same act does what it should. */
static void
expect_good (SparkWindow *window, const Call *call)
{
  g_autofree char *toast = NULL;

  test_wait (failing_server_count (failing_server) > 0);
  switch (call->place)
    {
    case FORM:
    case CONFIRM:
      /* A batch is followed where it was begun. */
      if (g_str_equal (call->answer, BATCH_JSON) && call->place == FORM)
        test_wait (failing_says (window, "0 of 2 done"));
      else
        test_wait (!test_has_dialog (window));
      break;
    case OPENING:
      test_wait (failing_says (window, "3 other brands keep access."));
      break;
    case TOAST:
      test_wait ((toast = test_window_take_toast (window)) != NULL);
      break;
    case TEXT:
      test_wait (failing_says (window, call->good));
      break;
    case DONE:
      for (guint i = 0; i < 3; i++)
        test_turn ();
      g_assert_false (failing_says (window, UNTOLD));
      break;
    case SILENT:
      test_wait (gtk_widget_get_visible (
          adw_toast_overlay_get_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0))));
      break;
    }
}

typedef struct
{
  SparkWindow *window;
  const Call *call;
} Walk;

static void
meet (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);
  gboolean waits = how == FAILING_SILENT || how == FAILING_SLOW;

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  /* Long enough for what answers, and not waited for where nothing will. */
  spark_client_set_timeout (get_client (walk->window), waits ? 100 : 20000);
  failing_server_fail (failing_server, walk->call->request, how, status, code);
  trigger (walk->window, walk->call);
  expect (walk->window, walk->call, error);
}

static void
meet_problem (guint status, const char *code, gpointer data)
{
  meet (data, FAILING_PROBLEM, status, code);
}

/* The dialog that joins has a client of its own, with its own patience. */
static gboolean
is_patient (const Call *call)
{
  return call->action != NULL && g_str_equal (call->action, "win.join");
}

static void
test_call (gconstpointer data)
{
  const Call *call = data;
  Walk walk = { set_up (!g_str_equal (call->file, "spark-tracked.c")), call };

  for (guint i = 0; i < n_failing_calls; i++)
    if (failing_calls[i].answer != NULL)
      failing_server_answer (failing_server, failing_calls[i].request, failing_calls[i].answer);
  /* What follows when it went well. */
  failing_server_answer (failing_server, "POST /v1/videos/1.1/code", CODE_JSON);
  failing_server_answer (failing_server, "POST /v1/videos/1.9/links", LINK_JSON ("null"));
  g_assert_cmpuint (failing_each_problem (top, meet_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    if (!is_patient (call) || (how != FAILING_SILENT && how != FAILING_SLOW))
      meet (&walk, how, 0, NULL);

  if (call->answer != NULL)
    {
      failing_server_answer (failing_server, call->request, call->answer);
      failing_server_fail (failing_server, call->request, FAILING_NOT, 0, NULL);
      spark_client_set_timeout (get_client (walk.window), 20000);
      g_free (test_window_take_toast (walk.window));
      trigger (walk.window, call);
      expect_good (walk.window, call);
    }
  failing_close_dialogs (walk.window);
  test_window_free (walk.window);
}

/* What the first load and the feed may meet stands above the pages, with a way on. */
static void
look_at_banner (guint code_status, const char *code, gpointer data)
{
  g_autoptr (GError) error = failing_make_error (FAILING_PROBLEM, code_status, code);
  g_auto (SparkStatus) status = { 0 };

  spark_status_describe (NULL, error, TRUE, &status);
  g_assert_cmpstr (status.sentence, ==, spark_problem_sentence (error));
  g_assert_nonnull (status.title);
  g_assert_nonnull (status.button);
  g_assert_nonnull (status.action);
}

static void
test_banner (void)
{
  g_assert_cmpuint (failing_each_problem (top, look_at_banner, NULL), >=, 35);
}

/* Every path that stands in the sources is in one of the lists above, as often as it stands there.
 */
static void
count_paths (const char *folder, GHashTable *paths)
{
  g_autofree char *path = g_build_filename (top, "src", folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GRegex) regex = g_regex_new ("\"(/v1/[^\"]*|/healthz)\"", 0, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      if (!g_str_has_suffix (name, ".c"))
        continue;
      g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
      for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL))
        {
          g_autofree char *literal = g_match_info_fetch (match, 1);
          char *key = g_strdup_printf ("%s %s", name, literal);

          g_hash_table_insert (
              paths, key, GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (paths, key)) + 1));
        }
    }
}

static void
known (GHashTable *paths, const char *file, const char *literal)
{
  char *key = g_strdup_printf ("%s %s", file, literal);
  gpointer n;

  if (!g_hash_table_lookup_extended (paths, key, NULL, &n))
    g_error ("%s is no longer in the sources: take it out of the list", key);
  g_hash_table_insert (paths, key, GINT_TO_POINTER (GPOINTER_TO_INT (n) - 1));
}

static void
test_none_forgotten (void)
{
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, n;

  count_paths ("app", paths);
  count_paths ("client", paths);
  for (guint i = 0; i < n_failing_calls; i++)
    known (paths, failing_calls[i].file, failing_calls[i].literal);
  for (guint i = 0; i < n_failing_elsewhere; i++)
    if (failing_elsewhere[i].literal != NULL)
      known (paths, failing_elsewhere[i].file, failing_elsewhere[i].literal);
  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &key, &n))
    if (GPOINTER_TO_INT (n) > 0)
      g_error ("Nobody says what happens when this fails: %s", (char *)key);
}

/* Whether "GET /v1/codes/1.2" is "GET /v1/codes/{id}". */
static gboolean
is_request_of (const char *request, const char *operation)
{
  g_auto (GStrv) parts = g_strsplit (request, "/", -1);
  g_auto (GStrv) pattern = g_strsplit (operation, "/", -1);
  guint n = g_strv_length (parts);

  if (n != g_strv_length (pattern))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (*pattern[i] != '{' && !g_str_equal (parts[i], pattern[i]))
      return FALSE;
  return TRUE;
}

static guint
count_requests (const char *operation)
{
  guint n = 0;

  for (guint i = 0; i < n_failing_calls; i++)
    n += is_request_of (failing_calls[i].request, operation);
  for (guint i = 0; i < n_failing_elsewhere; i++)
    n += is_request_of (failing_elsewhere[i].request, operation);
  return n;
}

static gboolean
is_unused (const char *operation)
{
  for (guint i = 0; i < n_failing_unused; i++)
    if (g_str_equal (failing_unused[i].operation, operation))
      return TRUE;
  return FALSE;
}

/* "METHOD /path" of each operation that creators' applications have. */
static GStrv
list_operations (void)
{
  g_autoptr (GStrvBuilder) operations = g_strv_builder_new ();
  g_autofree char *file = g_build_filename (top, "data", "openapi.yaml", NULL);
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && !g_str_equal (lines[i], "components:"); i++)
    {
      g_autofree char *method = NULL;
      g_autofree char *operation = NULL;

      if (g_str_has_prefix (lines[i], "  /"))
        {
          g_free (path);
          path = g_strndup (lines[i] + 2, strlen (lines[i] + 2) - 1);
        }
      else if (path != NULL && g_regex_match_simple ("^    (get|post|patch|delete):$", lines[i], 0, 0))
        {
          g_autofree char *lower = g_strndup (lines[i] + 4, strlen (lines[i] + 4) - 1);

          method = g_ascii_strup (lower, -1);
          operation = g_strconcat (method, " ", path, NULL);
          g_strv_builder_add (operations, operation);
        }
    }
  return g_strv_builder_end (operations);
}

/* Each operation fails in one of the lists, or is known not to be asked for. */
static void
test_every_operation (void)
{
  g_auto (GStrv) operations = list_operations ();

  g_assert_cmpuint (g_strv_length (operations), >=, 50);
  for (guint i = 0; operations[i] != NULL; i++)
    {
      guint n = count_requests (operations[i]);

      if (n == 0 && !is_unused (operations[i]))
        g_error ("Nobody says what happens when this fails: %s", operations[i]);
      if (n > 0 && is_unused (operations[i]))
        g_error ("This is asked for, and is listed as not: %s", operations[i]);
    }
  for (guint i = 0; i < n_failing_calls; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; operations[j] != NULL && !found; j++)
        found = is_request_of (failing_calls[i].request, operations[j]);
      if (!found)
        g_error ("openapi.yaml does not know %s", failing_calls[i].request);
    }
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_assert_cmpint (argc, ==, 2);
  top = argv[1];
  failing_server = failing_server_new ();

  g_test_add_func ("/failures/none-forgotten", test_none_forgotten);
  g_test_add_func ("/failures/every-operation", test_every_operation);
  g_test_add_func ("/failures/banner", test_banner);
  for (guint i = 0; i < n_failing_calls; i++)
    {
      g_autofree char *path
          = g_strdup_printf ("/failures/%u%s", i, strchr (failing_calls[i].request, '/'));

      g_test_add_data_func (path, &failing_calls[i], test_call);
    }
  status = g_test_run ();
  failing_server_free (failing_server);
  return status;
}

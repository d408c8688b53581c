/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-devices-group.h"
#include "app/spark-dialog.h"
#include "app/spark-import-dialog.h"
#include "app/spark-preferences.h"
#include "app/spark-problem.h"
#include "app/spark-status.h"
#include "app/spark-terms.h"
#include "app/spark-views-plot.h"
#include "client/spark-client-private.h"
#include "failing-server.h"
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

#define CODE        "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define TIKTOK_CODE "#aB3/xAAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9Q="
#define LINK        "https://www.tiktok.com/@mia/video/7100000000000000001"
#define CODE_JSON                                                                                  \
  "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":\"" CODE "\",\"state\":\"ready\",\"days\":30,"    \
  "\"starts_at\":\"2026-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","                   \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define GRANT_JSON                                                                                 \
  "{\"id\":\"1.3\",\"video_id\":\"1.1\",\"code_id\":\"1.2\",\"brand\":{\"id\":\"1.4\",\"name\":"   \
  "\"Acme\"},\"source\":\"redeemed\",\"state\":\"revoked\","                                       \
  "\"platform_ends_at\":\"2030-01-08T12:00:00Z\"}"
#define VIDEO_JSON                                                                                 \
  "{\"id\":\"2.9\",\"account_id\":\"2\",\"item_id\":\"7100000000000000001\","                      \
  "\"visibility\":\"public\",\"eligible\":true,\"blockers\":[],\"engagement\":{},"                 \
  "\"authorization\":{\"state\":\"off\",\"grants\":0,\"links\":0}}"
#define ACCOUNT_JSON                                                                               \
  "{\"id\":\"2\",\"name\":\"@mia\",\"platform\":\"tracked\",\"role\":\"owner\",\"periods\":[7,30]" \
  "}"
#define REVOCATION_JSON                                                                            \
  "{\"grant_id\":\"1.3\",\"certain\":true,\"code_still_works\":true,\"ads_active\":2,"             \
  "\"other_grants\":3,\"open_until\":null}"
#define BATCH_JSON                                                                                 \
  "{\"id\":\"1.20\",\"act\":\"revoke\",\"state\":\"running\",\"done\":0,\"failed\":0,\"total\":2," \
  "\"days\":null,\"added\":0,\"updated\":0,\"skipped\":0,\"problem\":null,"                        \
  "\"created_at\":\"2026-03-01T00:00:00Z\"}"
#define LINK_JSON(url)                                                                             \
  "{\"id\":\"1.30\",\"video_id\":\"1.1\",\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},"            \
  "\"string\":\"" CODE "\",\"url\":" url ",\"state\":\"open\",\"ends_at\":"                        \
  "\"2030-01-08T12:00:00Z\",\"note\":null,\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define DEVICES_JSON                                                                               \
  "{\"items\":[{\"id\":\"s1\",\"device\":\"desk\",\"current\":true},{\"id\":\"s2\",\"device\":"    \
  "\"laptop\",\"current\":false}],\"next_cursor\":null}"

/* How its failure comes before a person. */
typedef enum
{
  FORM,    /* in a SparkDialog, which stays open */
  CONFIRM, /* in a SparkConfirm, which stays open */
  OPENING, /* in a question, which asks while it opens */
  TOAST,   /* in a toast, whose button opens the sentence */
  TEXT,    /* in the page */
  SILENT,  /* not at all: nobody asked for it, and what it would show is absent */
} Place;

typedef struct Call Call;
struct Call
{
  const char *file;    /* of src/app or src/client */
  const char *literal; /* the path as it stands there */
  const char *request;
  Place place;
  const char *action;
  const char *target; /* GVariant text; NULL: none */
  const char *answer; /* NULL: what follows is another program’s, and not followed here */
  void (*prepare) (SparkWindow *window, gpointer dialog);
  void (*trigger) (SparkWindow *window); /* instead of action */
};

static FailingServer *server;
static const char *top;

static void
type (gpointer dialog, guint entry, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, entry)), text);
}

static void
type_link (SparkWindow *window, gpointer dialog)
{
  type (dialog, 0, LINK);
}

static void
type_code (SparkWindow *window, gpointer dialog)
{
  type (dialog, 0, TIKTOK_CODE);
}

static void
type_brand (SparkWindow *window, gpointer dialog)
{
  type (dialog, 0, "Glow & Co");
}

static void
type_fee (SparkWindow *window, gpointer dialog)
{
  type (dialog, 1, "99.99");
  type (dialog, 2, "USD");
}

static void
type_invitation (SparkWindow *window, gpointer dialog)
{
  g_autofree char *text = g_strconcat (failing_server_get_url (server), "/#tok_secret", NULL);

  type (dialog, 0, text);
}

static void
import_file (SparkWindow *window)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "failures.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, "{}", -1, NULL));
  if (!test_has_dialog (window))
    test_window_act (window, "win.import", NULL);
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (test_get_dialog (window)), file);
}

/* A page's own requests: it is made anew each time, as going there does. */

static void
set_child (SparkWindow *window, GtkWidget *child)
{
  adw_toast_overlay_set_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0), child);
}

static void
show_devices (SparkWindow *window)
{
  GtkWidget *group = g_object_new (SPARK_TYPE_DEVICES_GROUP, NULL);

  set_child (window, group);
  spark_devices_group_set_backend (SPARK_DEVICES_GROUP (group), spark_window_get_backend (window));
}

static void
close_dialogs (SparkWindow *window)
{
  while (test_has_dialog (window))
    {
      gtk_window_destroy (test_get_dialog (window));
      test_turn ();
    }
}

static gboolean
says (SparkWindow *window, const char *sentence)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (windows, i);
      g_autofree char *texts = gtk_widget_get_mapped (toplevel) ? test_texts (toplevel) : NULL;

      if (texts != NULL && strstr (texts, sentence) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Signing out another device, in the preferences. */
static void
sign_out (SparkWindow *window)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  GtkWindow *preferences;
  GtkButton *button = NULL;
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  guint patience = client->timeout_ms;

  close_dialogs (window);
  spark_client_set_timeout (client, 20000);
  preferences = GTK_WINDOW (spark_preferences_new (window, settings));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), "servers");
  gtk_window_present (preferences);
  test_wait (says (window, "laptop"));
  spark_client_set_timeout (client, patience);
  for (guint i = 0; button == NULL; i++)
    {
      GtkButton *other = test_find (preferences, GTK_TYPE_BUTTON, i);

      if (g_strcmp0 (gtk_button_get_label (other), "Sign Out") == 0)
        button = other;
    }
  g_signal_emit_by_name (button, "clicked");
}

static void
show_plot (SparkWindow *window)
{
  GtkWidget *plot = g_object_new (SPARK_TYPE_VIEWS_PLOT, NULL);

  set_child (window, plot);
  spark_views_plot_set_video (SPARK_VIEWS_PLOT (plot),
                              spark_backend_get_client (spark_window_get_backend (window)), "1.1");
}

/* A batch of which one failed: the dialog asks which. */
static void
show_failed (SparkWindow *window)
{
  g_autoptr (GVariant) target = NULL;
  SparkBackend *backend = spark_window_get_backend (window);
  const SparkBatch done = { .id = "1.20",
                            .act = SPARK_BATCH_ACT_REVOKE,
                            .state = SPARK_BATCH_STATE_DONE,
                            .done = 2,
                            .failed = 1,
                            .total = 2 };
  SparkBatch running = done;
  guint patience = spark_backend_get_client (backend)->timeout_ms;

  running.state = SPARK_BATCH_STATE_RUNNING;
  running.done = running.failed = 0;
  fake_add_batch (spark_backend_get_replica (backend), &running);
  close_dialogs (window);
  spark_client_set_timeout (spark_backend_get_client (backend), 20000);
  target = g_variant_ref_sink (g_variant_new_parsed ("('revoke',['1.3'])"));
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.batch", target));
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (window)));
  test_wait (says (window, "0 of 2 done"));
  spark_client_set_timeout (spark_backend_get_client (backend), patience);
  fake_add_batch (spark_backend_get_replica (backend), &done);
  g_signal_emit_by_name (backend, "changed", (guint)SPARK_KINDS_BATCH);
}

static const Call calls[] = {
  { "spark-paste-dialog.c", "/v1/videos", "POST /v1/videos", FORM, "win.paste-link", NULL,
    VIDEO_JSON, type_link },
  { "spark-add-code-dialog.c", "/v1/videos/%s/code", "POST /v1/videos/2.1/code", FORM,
    "win.add-code", "'2.1'", CODE_JSON, type_code },
  { "spark-terms-dialog.c", "/v1/videos/%s/code", "POST /v1/videos/1.9/code", FORM,
    "win.generate-terms", "'1.9'", CODE_JSON },
  { "spark-terms-dialog.c", "/v1/codes/%s", "DELETE /v1/codes/1.2", FORM, "win.change-code",
    "'1.2'", "" },
  { "spark-terms-dialog.c", "/v1/codes/%s/extend", "POST /v1/codes/1.2/extend", FORM, "win.extend",
    "'1.2'", CODE_JSON },
  { "spark-brand-dialog.c", "/v1/videos/%s/grants", "POST /v1/videos/1.1/grants", FORM,
    "win.note-grant", "'1.1'", GRANT_JSON, type_brand },
  { "spark-brand-dialog.c", "/v1/grants/%s", "PATCH /v1/grants/1.3", FORM, "win.attribute-grant",
    "'1.3'", GRANT_JSON, type_brand },
  { "spark-brand-edit-dialog.c", "/v1/brands/%s", "PATCH /v1/brands/1.4", FORM, "win.edit-brand",
    "'1.4'", "{}", type_fee },
  { "spark-batch-dialog.c", "/v1/batches", "POST /v1/batches", FORM, "win.batch",
    "('revoke',['1.3'])", BATCH_JSON },
  { "spark-link-dialog.c", "/v1/videos/%s/links", "POST /v1/videos/1.1/links", FORM,
    "win.share-link", "'1.1'", LINK_JSON ("null"), type_brand },
  { "spark-link-dialog.c", "/v1/videos/%s/code", "POST /v1/videos/1.9/code", FORM, "win.share-link",
    "'1.9'", CODE_JSON, type_brand },
  { "spark-client.c", "/healthz", "GET /healthz", FORM, "win.join", NULL,
    "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\",\"api\":1}", type_invitation },
  { "spark-join-dialog.c", "/v1/accounts", "GET /v1/accounts", FORM, "win.join", NULL,
    "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}", type_invitation },
  { "spark-tracked.c", "/v1/accounts", "POST /v1/accounts", FORM, "win.paste-link", NULL,
    ACCOUNT_JSON, type_link },
  { "spark-import-dialog.c", "/v1/accounts/%s/import", "POST /v1/accounts/2/import", TEXT,
    "win.import", NULL, BATCH_JSON, NULL, import_file },

  { "spark-batch-dialog.c", "/v1/batches/%s/results", "GET /v1/batches/1.20/results", TEXT, NULL,
    NULL,
    "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\",\"made_id\":null}],"
    "\"next_cursor\":null}",
    NULL, show_failed },

  { "spark-window-codes.c", "/v1/codes/%s/replace", "POST /v1/codes/1.2/replace", CONFIRM,
    "win.replace", "'1.2'", CODE_JSON },
  { "spark-window-codes.c", "/v1/codes/%s", "DELETE /v1/codes/1.2", CONFIRM, "win.delete-code",
    "'1.2'", "" },
  { "spark-window-links.c", "/v1/links/%s", "DELETE /v1/links/1.30", CONFIRM, "win.withdraw-link",
    "'1.30'", "" },
  { "spark-window-links.c", "/v1/links/%s", "GET /v1/links/1.30", TOAST, "win.copy-link", "'1.30'",
    LINK_JSON ("\"https://spark.example/l/x\"") },
  { "spark-window-grants.c", "/v1/grants/%s/revoke", "POST /v1/grants/1.3/revoke", CONFIRM,
    "win.revoke", "'1.3'", GRANT_JSON },
  { "spark-window-grants.c", "/v1/grants/%s/revocation", "GET /v1/grants/1.3/revocation", OPENING,
    "win.revoke", "'1.3'", REVOCATION_JSON },
  { "spark-window-grants.c", "/v1/grants/%s/revocation", "DELETE /v1/grants/1.5/revocation",
    CONFIRM, "win.give-again", "'1.5'", "" },
  { "spark-window-brands.c", "/v1/brands/%s/advertisers/%s/%s",
    "POST /v1/brands/1.4/advertisers/7001/refuse", CONFIRM, "win.refuse-advertiser",
    "('1.4','7001')", "{}" },
  { "spark-window-brands.c", "/v1/batches", "POST /v1/batches", CONFIRM, "win.revoke-brand",
    "'1.4'", BATCH_JSON },

  { "spark-window-codes.c", "/v1/codes/%s", "GET /v1/codes/1.7", TOAST, "win.copy-code", "'1.6'",
    CODE_JSON },
  { "spark-window-codes.c", "/v1/videos/%s/code", "POST /v1/videos/1.9/code", TOAST, "win.generate",
    "'1.9'", CODE_JSON },
  { "spark-window-grants.c", "/v1/grants/%s/revocation", "DELETE /v1/grants/1.5/revocation", TOAST,
    "win.undo-revoke", "'1.5'", "" },
  { "spark-window-brands.c", "/v1/brands/%s/advertisers/%s/%s",
    "POST /v1/brands/1.4/advertisers/7001/confirm", TOAST, "win.confirm-advertiser",
    "('1.4','7001')", "{}" },
  { "spark-window-attention.c", "/v1/grants/%s", "PATCH /v1/grants/1.3", TOAST, "win.confirm-brand",
    "'1.3'", GRANT_JSON },
  { "spark-window-attention.c", "/v1/videos/%s/grants", "POST /v1/videos/1.1/grants", TOAST,
    "win.confirm-brand", "'1.2'", GRANT_JSON },
  { "spark-window-first-run.c", "/v1/sample", "POST /v1/sample", TOAST, "win.sample", NULL,
    ACCOUNT_JSON },

  { "spark-window-waiting.c", "/v1/videos/%s/authorization", "DELETE /v1/videos/1.1/authorization",
    CONFIRM, "win.turn-off", "'1.3'", "" },
  { "spark-window-waiting.c", "/v1/grants/%s/revoke", "POST /v1/grants/3.2/revoke", CONFIRM,
    "win.show-waiting", "'3.2'", GRANT_JSON },
  { "spark-window-connect.c", "/v1/accounts/%s/connect", "DELETE /v1/accounts/3/connect", CONFIRM,
    "win.disconnect-account", "'3'", "" },
  { "spark-window-connect.c", "/v1/accounts/%s/connect", "POST /v1/accounts/3/connect", TOAST,
    "win.connect-account", "'3'", NULL },
  { "spark-window-connect.c", "/v1/connect", "POST /v1/connect", TOAST, "win.connect-tiktok", NULL,
    NULL },
  { "spark-record-dialog.c", "/v1/accounts/%s/record", "GET /v1/accounts/1/record", FORM,
    "win.record-brand", "'1.4'", NULL },
  { "spark-window-calendar.c", "/v1/accounts/%s/calendar.ics", "GET /v1/accounts/1/calendar.ics",
    TOAST, "win.save-calendar", NULL, NULL },
  { "spark-window-calendar.c", "/v1/accounts/%s/calendar-address",
    "POST /v1/accounts/1/calendar-address", TOAST, "win.copy-calendar-address", NULL,
    "{\"path\":\"/v1/calendars/x/ends.ics\"}" },
  { "spark-window-calendar.c", "/v1/accounts/%s/calendar-address",
    "POST /v1/accounts/1/calendar-address", CONFIRM, "win.replace-calendar-address", NULL,
    "{\"path\":\"/v1/calendars/x/ends.ics\"}" },
  { "spark-devices-group.c", "/v1/sign-ins", "GET /v1/sign-ins", SILENT, NULL, NULL, DEVICES_JSON,
    NULL, show_devices },
  { "spark-devices-group.c", "/v1/sign-ins/%s", "DELETE /v1/sign-ins/s2", TEXT, NULL, NULL, "",
    NULL, sign_out },
  { "spark-views-plot.c", "/v1/videos/%s/engagement", "GET /v1/videos/1.1/engagement", SILENT, NULL,
    NULL,
    "{\"items\":[{\"date\":\"2020-03-01\",\"views\":1000,\"paid\":{}},{\"date\":\"2020-03-02\","
    "\"views\":2000,\"paid\":{}}],\"next_cursor\":null}",
    NULL, show_plot },
};

/* Requests whose failures are shown by what other tests look at. */
static const struct
{
  const char *file;
  const char *literal;
  const char *where;
} elsewhere[] = {
  { "spark-backend-load.c", "/v1/changes?limit=%d%s", "the banner: /failures/banner" },
  { "spark-backend-load.c", "/v1/changes?limit=%d", "the banner: /failures/banner" },
  { "spark-context.c", "/v1/connect", "asked in passing: what it would offer is absent" },
  { "spark-client.c", "/v1/feed", "the banner: /failures/banner" },
  { "spark-window-acts.c", "/v1/codes/%s/copies", "kept and sent later: test-backend" },
  { "spark-batch-dialog.c", "/v1/batches", "Try Failed Again sends as the form does" },
  { "spark-servers-group.c", "/v1/sign-ins/%s", "told in passing: what counts is forgotten here" },
  { "spark-record-dialog.c", "/v1/accounts/%s/record", "a form; what it saves: journey-videos" },
  { "spark-older-events.c", "/v1/events?limit=", "Activity offers to try again, whatever it was" },
};

/* what the tests of the acts link as doubles */

SparkClient *
fake_client_new (void)
{
  return spark_client_new (failing_server_get_url (server), "token");
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
  const SparkAccount tracked = { .id = "2", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED };
  const SparkAccount tiktok = { .id = "3", .name = "Real", .platform = SPARK_PLATFORM_TIKTOK };
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
    close_dialogs (window);
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
         && says (window, spark_problem_sentence (stranger));
}

static void
expect (SparkWindow *window, const Call *call, const GError *error)
{
  const char *sentence = spark_problem_sentence (error);

  /* On a busy machine the time may be over before the request is there. */
  if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TIMED_OUT))
    test_wait (failing_server_count (server) > 0);
  if (call->place == SILENT)
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
  test_wait (says (window, sentence) || says_stranger (window, call));
}

/* The failure is over: the same act does what it should. */
static void
expect_good (SparkWindow *window, const Call *call)
{
  g_autofree char *toast = NULL;

  test_wait (failing_server_count (server) > 0);
  switch (call->place)
    {
    case FORM:
    case CONFIRM:
      /* A batch is followed where it was begun. */
      if (g_str_equal (call->answer, BATCH_JSON) && call->place == FORM)
        test_wait (says (window, "0 of 2 done"));
      else
        test_wait (!test_has_dialog (window));
      break;
    case OPENING:
      test_wait (says (window, "3 other brands keep access."));
      break;
    case TOAST:
      test_wait ((toast = test_window_take_toast (window)) != NULL);
      break;
    case TEXT:
      test_wait (says (window, call->trigger == import_file ? "Reading your data"
                               : call->trigger == sign_out  ? "Signed out there"
                                                            : "Acme: Routine"));
      break;
    case SILENT:
      test_wait (gtk_widget_get_visible (
          adw_toast_overlay_get_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0))));
      break;
    }
}

static GError *
make_error (Failing how, guint status, const char *code)
{
  static const SparkError errors[N_FAILING] = {
    [FAILING_SILENT] = SPARK_ERROR_TIMED_OUT,
    [FAILING_SLOW] = SPARK_ERROR_TIMED_OUT,
    [FAILING_CLOSED] = SPARK_ERROR_OFFLINE,
    [FAILING_CUT] = SPARK_ERROR_OFFLINE,
    [FAILING_MALFORMED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_NESTED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_LIST] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_OVERSIZED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_HTML] = SPARK_ERROR_NOT_SPARKBOX,
    [FAILING_MOVED] = SPARK_ERROR_NOT_SPARKBOX,
    [FAILING_GATEWAY] = SPARK_ERROR_UNAVAILABLE,
  };
  g_autofree char *json = NULL;
  g_autoptr (GBytes) body = NULL;

  if (how != FAILING_PROBLEM)
    return g_error_new_literal (SPARK_ERROR, errors[how], "");
  json = g_strdup_printf ("{\"code\":\"%s\"}", code);
  body = g_bytes_new (json, strlen (json));
  return spark_error_from_problem (status, body);
}

/* @found is called with each code of openapi.yaml and its status. */
static guint
each_problem (void (*found) (guint status, const char *code, gpointer data), gpointer data)
{
  g_autofree char *path = g_build_filename (top, "data", "openapi.yaml", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GRegex) regex = g_regex_new ("\\{const: ([a-z_]+), x-status: (\\d+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *code = g_match_info_fetch (match, 1);
      g_autofree char *status = g_match_info_fetch (match, 2);

      found ((guint)g_ascii_strtoull (status, NULL, 10), code, data);
      n++;
    }
  return n;
}

typedef struct
{
  SparkWindow *window;
  const Call *call;
} Walk;

static void
meet (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = make_error (how, status, code);
  gboolean waits = how == FAILING_SILENT || how == FAILING_SLOW;

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  /* Long enough for what answers, and not waited for where nothing will. */
  spark_client_set_timeout (get_client (walk->window), waits ? 100 : 20000);
  failing_server_fail (server, walk->call->request, how, status, code);
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

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (calls[i].answer != NULL)
      failing_server_answer (server, calls[i].request, calls[i].answer);
  /* What follows when it went well. */
  failing_server_answer (server, "POST /v1/videos/1.1/code", CODE_JSON);
  failing_server_answer (server, "POST /v1/videos/1.9/links", LINK_JSON ("null"));
  g_assert_cmpuint (each_problem (meet_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    if (!is_patient (call) || (how != FAILING_SILENT && how != FAILING_SLOW))
      meet (&walk, how, 0, NULL);

  if (call->answer != NULL)
    {
      failing_server_answer (server, call->request, call->answer);
      failing_server_fail (server, call->request, FAILING_NOT, 0, NULL);
      spark_client_set_timeout (get_client (walk.window), 20000);
      g_free (test_window_take_toast (walk.window));
      trigger (walk.window, call);
      expect_good (walk.window, call);
    }
  close_dialogs (walk.window);
  test_window_free (walk.window);
}

/* What the first load and the feed may meet stands above the pages, with a way on. */
static void
look_at_banner (guint code_status, const char *code, gpointer data)
{
  g_autoptr (GError) error = make_error (FAILING_PROBLEM, code_status, code);
  SparkStatus status;

  spark_status_describe (NULL, error, &status);
  g_assert_cmpstr (status.sentence, ==, spark_problem_sentence (error));
  g_assert_nonnull (status.title);
  g_assert_nonnull (status.button);
  g_assert_nonnull (status.action);
}

static void
test_banner (void)
{
  g_assert_cmpuint (each_problem (look_at_banner, NULL), >=, 35);
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
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    known (paths, calls[i].file, calls[i].literal);
  for (guint i = 0; i < G_N_ELEMENTS (elsewhere); i++)
    known (paths, elsewhere[i].file, elsewhere[i].literal);
  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &key, &n))
    if (GPOINTER_TO_INT (n) > 0)
      g_error ("Nobody says what happens when this fails: %s", (char *)key);
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_assert_cmpint (argc, ==, 2);
  top = argv[1];
  server = failing_server_new ();

  g_test_add_func ("/failures/none-forgotten", test_none_forgotten);
  g_test_add_func ("/failures/banner", test_banner);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *path = g_strdup_printf ("/failures/%u%s", i, strchr (calls[i].request, '/'));

      g_test_add_data_func (path, &calls[i], test_call);
    }
  status = g_test_run ();
  failing_server_free (server);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "app/spark-context.h"
#include "app/spark-devices-group.h"
#include "app/spark-dialog.h"
#include "app/spark-import-dialog.h"
#include "app/spark-preferences.h"
#include "app/spark-sign-ins.h"
#include "app/spark-views-plot.h"
#include "client/spark-client-private.h"
#include "failing-calls.h"
#include "fake-backend.h"

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
  g_autofree char *text
      = g_strconcat (failing_server_get_url (failing_server), "/#tok_secret", NULL);

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

void
failing_close_dialogs (SparkWindow *window)
{
  while (test_has_dialog (window))
    {
      gtk_window_destroy (test_get_dialog (window));
      test_turn ();
    }
}

gboolean
failing_says (SparkWindow *window, const char *sentence)
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
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  guint patience = client->timeout_ms;

  failing_close_dialogs (window);
  spark_client_set_timeout (client, 20000);
  preferences = GTK_WINDOW (spark_preferences_new (window, settings));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), "servers");
  gtk_window_present (preferences);
  test_wait (failing_says (window, "laptop"));
  spark_client_set_timeout (client, patience);
  test_press (preferences, "Sign Out");
}

/* Signing out of this computer, which is told to the server in passing. */
static void
sign_out_here (SparkWindow *window)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  GtkWindow *preferences;
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  guint patience = client->timeout_ms;

  failing_close_dialogs (window);
  spark_sign_ins_add (settings, spark_client_get_url (client), "1", NULL);
  spark_client_set_timeout (client, 20000);
  preferences = GTK_WINDOW (spark_preferences_new (window, settings));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), "servers");
  gtk_window_present (preferences);
  test_wait (failing_says (window, "laptop"));
  spark_client_set_timeout (client, patience);
  test_press (preferences, "Sign Out…");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
  test_wait (!spark_sign_ins_contains (settings, spark_client_get_url (client), "1"));
}

static void
show_plot (SparkWindow *window)
{
  GtkWidget *plot = g_object_new (SPARK_TYPE_VIEWS_PLOT, NULL);

  set_child (window, plot);
  spark_views_plot_set_video (SPARK_VIEWS_PLOT (plot),
                              spark_backend_get_client (spark_window_get_backend (window)), "1.1");
}

static void
save_calendar_of_all (SparkWindow *window)
{
  failing_close_dialogs (window);
  test_window_set_account_id (window, NULL);
  test_window_act (window, "win.save-calendar", NULL);
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
  failing_close_dialogs (window);
  spark_client_set_timeout (spark_backend_get_client (backend), 20000);
  target = g_variant_ref_sink (g_variant_new_parsed ("('revoke',['1.3'])"));
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.batch", target));
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (window)));
  test_wait (failing_says (window, "0 of 2 done"));
  spark_client_set_timeout (spark_backend_get_client (backend), patience);
  fake_add_batch (spark_backend_get_replica (backend), &done);
  g_signal_emit_by_name (backend, "changed", (guint)SPARK_KINDS_BATCH);
}

/* A batch goes on while the request to stop it fails. */
static void
stop_batch (SparkWindow *window)
{
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_parsed ("('revoke',['1.3'])"));
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  guint patience = client->timeout_ms;

  failing_close_dialogs (window);
  spark_client_set_timeout (client, 20000);
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.batch", target));
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (window)));
  test_wait (failing_says (window, "0 of 2 done"));
  test_wait (!spark_dialog_get_busy (SPARK_DIALOG (test_get_dialog (window))));
  spark_client_set_timeout (client, patience);
  test_press (test_get_dialog (window), "_Stop");
}

static void
stop_import (SparkWindow *window)
{
  SparkClient *client = spark_backend_get_client (spark_window_get_backend (window));
  guint patience = client->timeout_ms;

  failing_close_dialogs (window);
  spark_client_set_timeout (client, 20000);
  import_file (window);
  test_wait (failing_says (window, "Reading your data"));
  spark_client_set_timeout (client, patience);
  test_press (test_get_dialog (window), "_Stop");
}

/* What failed is tried again, by another batch; the one before it went well. */
static void
try_again (SparkWindow *window)
{
  failing_server_pause (failing_server, TRUE);
  show_failed (window);
  test_wait (failing_says (window, "Acme: Routine"));
  failing_server_pause (failing_server, FALSE);
  test_press (test_get_dialog (window), "_Try Failed Again");
}

static void
on_offer_cb (SparkContext *context, GtkWidget *child)
{
  gtk_widget_set_visible (child, spark_context_get_connects (context));
}

/* What the first page offers hangs on whether this backend connects accounts. */
static void
ask_for_offer (SparkWindow *window)
{
  GtkWidget *child = gtk_label_new ("Connect TikTok");
  SparkContext *context = spark_context_new ();

  gtk_widget_hide (child);
  g_signal_connect_object (context, "changed", G_CALLBACK (on_offer_cb), child, 0);
  g_object_set_data_full (G_OBJECT (child), "context", context, g_object_unref);
  set_child (window, child);
  spark_context_set (context, spark_window_get_backend (window), NULL);
}

const Call failing_calls[] = {
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
  { "spark-client-fetch.c", "/healthz", "GET /healthz", FORM, "win.join", NULL,
    "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\",\"api\":1}", type_invitation },
  { "spark-join-dialog.c", "/v1/accounts", "GET /v1/accounts", FORM, "win.join", NULL,
    "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}", type_invitation },
  { "spark-tracked.c", "/v1/accounts", "POST /v1/accounts", FORM, "win.paste-link", NULL,
    ACCOUNT_JSON, type_link },
  { "spark-import-dialog.c", "/v1/accounts/%s/import", "POST /v1/accounts/2/import", TEXT,
    "win.import", NULL, BATCH_JSON, NULL, import_file, "Reading your data" },

  { "spark-batch-results.c", "/v1/batches/%s/results", "GET /v1/batches/1.20/results", TEXT, NULL,
    NULL,
    "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\",\"made_id\":null}],"
    "\"next_cursor\":null}",
    NULL, show_failed, "Acme: Routine" },

  { "spark-batch-dialog.c", "/v1/batches", "POST /v1/batches", TEXT, NULL, NULL, BATCH_JSON, NULL,
    try_again, "Acme: Routine" },
  { "spark-batch-dialog.c", "/v1/batches/%s", "DELETE /v1/batches/1.20", TEXT, NULL, NULL,
    STOPPED_JSON, NULL, stop_batch, "Stopped: 0 of 2 done" },
  { "spark-import-dialog.c", "/v1/batches/%s", "DELETE /v1/batches/1.20", TEXT, NULL, NULL,
    STOPPED_JSON, NULL, stop_import, "Import Stopped" },
  { "spark-context.c", "/v1/connect", "GET /v1/connect", SILENT, NULL, NULL, "{\"tiktok\":true}",
    NULL, ask_for_offer },

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
  { "spark-batch-dialog.c", "/v1/batches", "POST /v1/batches", FORM, "win.revoke-brand", "'1.4'",
    BATCH_JSON },

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
  { "spark-window-waiting.c", "/v1/grants/%s/ended", "POST /v1/grants/2.2/ended", CONFIRM,
    "win.note-end", "'2.2'", GRANT_JSON },
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
  { "spark-window-calendar.c", "/v1/calendar.ics", "GET /v1/calendar.ics", TOAST, NULL, NULL, NULL,
    NULL, save_calendar_of_all },
  { "spark-window-calendar.c", "/v1/accounts/%s/calendar-address",
    "POST /v1/accounts/1/calendar-address", TOAST, "win.copy-calendar-address", NULL,
    "{\"path\":\"/v1/calendars/x/ends.ics\"}" },
  { "spark-window-calendar.c", "/v1/accounts/%s/calendar-address",
    "POST /v1/accounts/1/calendar-address", CONFIRM, "win.replace-calendar-address", NULL,
    "{\"path\":\"/v1/calendars/x/ends.ics\"}" },
  { "spark-devices-group.c", "/v1/sign-ins", "GET /v1/sign-ins", TEXT, NULL, NULL, DEVICES_JSON,
    NULL, show_devices, "laptop", TRUE },
  { "spark-devices-group.c", "/v1/sign-ins/%s", "DELETE /v1/sign-ins/s2", TEXT, NULL, NULL, "",
    NULL, sign_out, "Signed out there" },
  { "spark-servers-group.c", "/v1/sign-ins/%s", "DELETE /v1/sign-ins/s1", DONE, NULL, NULL, "",
    NULL, sign_out_here },
  { "spark-views-plot.c", "/v1/videos/%s/engagement", "GET /v1/videos/1.1/engagement", TEXT, NULL,
    NULL,
    "{\"items\":[{\"date\":\"2020-03-01\",\"views\":1000,\"paid\":{}},{\"date\":\"2020-03-02\","
    "\"views\":2000,\"paid\":{}}],\"next_cursor\":null}",
    NULL, show_plot, "Mon 2 Mar 2020" },
};
const gsize n_failing_calls = G_N_ELEMENTS (failing_calls);

const Elsewhere failing_elsewhere[] = {
  { "spark-backend-load.c", "/v1/changes?limit=%d%s", "GET /v1/changes", "app-failures-loop" },
  { "spark-backend-load.c", "/v1/changes?limit=%d", "GET /v1/changes", "app-failures-loop" },
  { "spark-client-fetch.c", "/v1/feed", "GET /v1/feed", "app-failures-loop" },
  { "spark-window-acts.c", "/v1/codes/%s/copies", "POST /v1/codes/1.2/copies",
    "app-failures-loop" },
  { "spark-older-events.c", "/v1/events?limit=", "GET /v1/events", "app-failures-loop" },
  { "spark-export-older.c", "/v1/events?limit=100", "GET /v1/events", "app-failures-loop" },
  /* the same form and function; what it saves: journey-videos */
  { "spark-record-dialog.c", "/v1/accounts/%s/record", "GET /v1/accounts/1/record",
    "app-failures: with win.record-brand" },
  { "spark-covers.c", NULL, "GET /v1/videos/1.1/cover", "app-failures-loop" },
  { "spark-avatar.c", NULL, "GET /v1/accounts/1/avatar", "app-failures-loop" },
};
const gsize n_failing_elsewhere = G_N_ELEMENTS (failing_elsewhere);

const Unused failing_unused[] = {
  { "GET /v1/accounts/{id}", "comes with the changes" },
  { "GET /v1/videos", "comes with the changes" },
  { "GET /v1/videos/{id}", "comes with the changes" },
  { "GET /v1/codes", "comes with the changes" },
  { "GET /v1/links", "comes with the changes" },
  { "GET /v1/grants", "comes with the changes" },
  { "GET /v1/grants/{id}", "comes with the changes" },
  { "GET /v1/brands", "comes with the changes" },
  { "GET /v1/brands/{id}", "comes with the changes" },
  { "GET /v1/batches/{id}", "comes with the changes" },
  { "POST /v1/brands", "a brand is named where it is given something" },
  { "DELETE /v1/accounts/{id}", "for tools: it would take all with it" },
  { "DELETE /v1/accounts/{id}/calendar-address", "it is replaced instead" },
  { "GET /v1/calendars/{secret}/ends.ics", "for calendars" },
  { "GET /.well-known/sparkbox-signing-key", "for sparkboxd verify" },
};
const gsize n_failing_unused = G_N_ELEMENTS (failing_unused);

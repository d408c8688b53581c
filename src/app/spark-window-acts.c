/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/spark-clipboard.h"
#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-roles.h"
#include "app/spark-terms.h"
#include "app/spark-waiting-copy.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

/* A code that TikTok makes later than this is copied by hand. */
#define COPIED_WITHIN_MS (2 * 60 * 1000)

typedef struct
{
  SparkWindow *window; /* NULL once it was destroyed */
  GWeakRef backend;
  AdwToast *told; /* that it is under way; NULL: nothing tells */
  SparkActAnswer answer;
  gpointer user_data;
  GDestroyNotify destroy;
  gulong destroyed_id;
} Sent;

static void
sent_free (Sent *sent)
{
  if (sent->window != NULL)
    g_signal_handler_disconnect (sent->window, sent->destroyed_id);
  if (sent->destroy != NULL)
    sent->destroy (sent->user_data);
  g_weak_ref_clear (&sent->backend);
  g_clear_object (&sent->told);
  g_free (sent);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

void
spark_window_install_acts (GtkWidgetClass *klass)
{
  spark_window_install_code_acts (klass);
  spark_window_install_grant_acts (klass);
  spark_window_install_waiting_acts (klass);
  spark_window_install_attention_acts (klass);
  spark_window_install_batch_acts (klass);
  spark_window_install_brand_acts (klass);
  spark_window_install_link_acts (klass);
  spark_window_install_first_run_acts (klass);
  spark_window_install_export_acts (klass);
  spark_window_install_calendar_acts (klass);
  spark_window_install_renewal_acts (klass);
  spark_window_install_connect_acts (klass);
}

SparkReplica *
spark_acts_get_replica (SparkWindow *window)
{
  SparkBackend *backend = spark_window_get_backend (window);

  return backend != NULL ? spark_backend_get_replica (backend) : NULL;
}

static void
on_details_clicked_cb (AdwToast *toast, SparkWindow *window)
{
  AdwMessageDialog *dialog = spark_message_dialog_new (
      GTK_WINDOW (window), g_object_get_data (G_OBJECT (toast), "title"),
      g_object_get_data (G_OBJECT (toast), "sentence"));

  adw_message_dialog_add_response (dialog, "close", _ ("_Close"));
  adw_message_dialog_set_default_response (dialog, "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

AdwToast *
spark_acts_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  return adw_toast_new (markup);
}

void
spark_acts_toast (SparkWindow *window, const char *text)
{
  spark_window_add_toast (window, spark_acts_toast_new (text));
}

static void
toast_with_details (SparkWindow *window, const char *title, const char *sentence)
{
  AdwToast *toast = spark_acts_toast_new (title);

  g_object_set_data_full (G_OBJECT (toast), "title", g_strdup (title), g_free);
  g_object_set_data_full (G_OBJECT (toast), "sentence", g_strdup (sentence), g_free);
  adw_toast_set_button_label (toast, _ ("_Details"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_details_clicked_cb), window, 0);
  spark_window_add_toast (window, toast);
}

void
spark_acts_toast_problem (SparkWindow *window, const GError *error)
{
  if (!spark_problem_is_cancelled (error))
    toast_with_details (window, spark_problem_title (error), spark_problem_sentence (error));
}

static const char *
describe_offline (SparkWindow *window)
{
  if (spark_roles_allow (GTK_WIDGET (window), "win.copy-code", NULL))
    return _ ("The server can’t be reached. You can read everything and copy your codes; the rest "
              "works again as soon as Sparkbox is connected, which it does by itself.");
  return _ ("The server can’t be reached. You can read everything; the rest works again as soon as "
            "Sparkbox is connected, which it does by itself.");
}

gboolean
spark_acts_check_online (SparkWindow *window)
{
  SparkBackend *backend = spark_window_get_backend (window);

  if (backend == NULL)
    {
      spark_acts_toast (window, _ ("Sparkbox is still starting"));
      return FALSE;
    }
  switch (spark_backend_get_status (backend))
    {
    case SPARK_BACKEND_ONLINE:
    case SPARK_BACKEND_LOADING:
      return TRUE;
    case SPARK_BACKEND_CONNECTING:
      spark_acts_toast (window, _ ("Still connecting. Try again in a moment."));
      return FALSE;
    case SPARK_BACKEND_OFFLINE:
      if (spark_backend_get_problem (backend) != NULL)
        spark_acts_toast_problem (window, spark_backend_get_problem (backend));
      else
        toast_with_details (window, _ ("Not possible while offline"), describe_offline (window));
      return FALSE;
    case SPARK_BACKEND_FAILED:
      if (spark_backend_get_problem (backend) != NULL)
        spark_acts_toast_problem (window, spark_backend_get_problem (backend));
      else
        spark_acts_toast (window, _ ("Sparkbox is not connected"));
      return FALSE;
    }
  return FALSE;
}

static void
on_window_destroyed_cb (SparkWindow *window, Sent *sent)
{
  g_signal_handler_disconnect (window, sent->destroyed_id);
  sent->window = NULL;
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Sent) sent = user_data;
  g_autoptr (SparkBackend) backend = g_weak_ref_get (&sent->backend);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (sent->window == NULL)
    return;
  if (sent->told != NULL)
    spark_window_dismiss_toast (sent->window, sent->told);
  if (backend == NULL || backend != spark_window_get_backend (sent->window))
    {
      g_clear_pointer (&answer, json_node_unref);
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
    }
  if (sent->answer != NULL)
    sent->answer (sent->window, answer, error, sent->user_data);
  else if (error != NULL)
    spark_acts_toast_problem (sent->window, error);
}

/* Takes @body and @told. */
static void
send_told (SparkWindow *window, const char *method, const char *path, GBytes *body, AdwToast *told,
           GCancellable *cancellable, SparkActAnswer answer, gpointer user_data,
           GDestroyNotify destroy)
{
  g_autoptr (GBytes) owned_body = body;
  SparkBackend *backend = spark_window_get_backend (window);
  Sent *sent = g_new0 (Sent, 1);

  sent->window = window;
  sent->told = told;
  g_weak_ref_init (&sent->backend, backend);
  sent->answer = answer;
  sent->user_data = user_data;
  sent->destroy = destroy;
  sent->destroyed_id
      = g_signal_connect (window, "destroy", G_CALLBACK (on_window_destroyed_cb), sent);
  spark_client_send_async (spark_backend_get_client (backend), method, path, owned_body,
                           cancellable, on_answer_cb, sent);
}

void
spark_acts_send (SparkWindow *window, const char *method, const char *path, GBytes *body,
                 SparkActAnswer answer, gpointer user_data, GDestroyNotify destroy)
{
  send_told (window, method, path, body, NULL, NULL, answer, user_data, destroy);
}

void
spark_acts_send_told (SparkWindow *window, const char *method, const char *path, GBytes *body,
                      const char *caption, GCancellable *cancellable, SparkActAnswer answer,
                      gpointer user_data, GDestroyNotify destroy)
{
  AdwToast *toast = spark_acts_toast_new (caption);

  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, _ ("_Cancel"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (g_cancellable_cancel), cancellable,
                           G_CONNECT_SWAPPED);
  spark_window_add_toast (window, g_object_ref (toast));
  send_told (window, method, path, body, toast, cancellable, answer, user_data, destroy);
}

GBytes *
spark_acts_body_string (const char *name, const char *value)
{
  g_auto (SparkJsonWriter) writer = { 0 };

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, name, value);
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}

gboolean
spark_acts_read_batch (JsonNode *answer, SparkBatch *batch, GError **error)
{
  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer))
    return spark_batch_read (batch, json_node_get_object (answer), error);
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No batch.");
  return FALSE;
}

GBytes *
spark_acts_body_int (const char *name, gint64 value)
{
  g_auto (SparkJsonWriter) writer = { 0 };

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_int (&writer, name, value);
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}

gboolean
spark_acts_check_role (SparkWindow *window, const char *action, const char *id)
{
  g_autoptr (GError) error = NULL;

  if (spark_roles_allow (GTK_WIDGET (window), action, id))
    return TRUE;
  error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "");
  spark_acts_toast_problem (window, error);
  return FALSE;
}

gboolean
spark_acts_check (SparkWindow *window, const char *action, const char *id)
{
  return spark_acts_check_online (window) && spark_acts_check_role (window, action, id);
}

SparkGrantItem *
spark_acts_get_grant (SparkWindow *window, const char *id)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  SparkGrantItem *item = replica != NULL ? spark_replica_get_grant (replica, id) : NULL;

  if (item == NULL)
    spark_acts_toast (window, _ ("It is no longer there"));
  return item;
}

SparkGrantItem *
spark_acts_check_grant (SparkWindow *window, const char *action, GVariant *target)
{
  const char *id = g_variant_get_string (target, NULL);
  g_autoptr (SparkGrantItem) item = spark_acts_get_grant (window, id);

  return item != NULL && spark_acts_check (window, action, id) ? g_steal_pointer (&item) : NULL;
}

SparkAccountItem *
spark_acts_get_account (SparkWindow *window, const char *account_id)
{
  SparkReplica *replica = spark_acts_get_replica (window);

  return replica != NULL && account_id != NULL ? spark_replica_get_account (replica, account_id)
                                               : NULL;
}

gboolean
spark_acts_read_code (JsonNode *answer, SparkCode *code, GError **error)
{
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                           "The answer is not a code.");
      return FALSE;
    }
  if (!spark_code_read (code, json_node_get_object (answer), error))
    return FALSE;
  if (code->code == NULL && code->waiting_for == 0)
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                           "This sign-in sees no codes.");
      return FALSE;
    }
  return TRUE;
}

void
spark_acts_put_into_clipboard (SparkWindow *window, const char *text)
{
  spark_clipboard_copy_secret (gtk_widget_get_clipboard (GTK_WIDGET (window)), text);
}

/* Only a note of when it was copied, and for whom: nobody waits for it. */
static void
note_copy (SparkWindow *window, const SparkCode *code, SparkBrandPicker *brand)
{
  SparkBackend *backend = spark_window_get_backend (window);
  g_autofree char *path = spark_client_path ("/v1/codes/%s/copies", code->id);
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  if (backend == NULL)
    return;
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  if (brand != NULL)
    spark_brand_picker_write (brand, &writer, "brand");
  /* It may be a while before it is sent. */
  if (spark_backend_get_status (backend) != SPARK_BACKEND_ONLINE)
    spark_json_time (&writer, "at", spark_time_now ());
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  spark_backend_post_later (backend, path, text);
}

/* There is none yet, or another comes in its place: what is there now would only disappoint. */
static gboolean
is_waiting (const SparkCode *code)
{
  return code->code == NULL || code->waiting_for == SPARK_TASK_ACT_REPLACE + 1;
}

void
spark_acts_copy (SparkWindow *window, const SparkCode *code, SparkPlatformKind platform)
{
  AdwToast *toast;

  if (is_waiting (code))
    {
      spark_waiting_copy_begin (window, code, platform, COPIED_WITHIN_MS);
      return;
    }
  toast = spark_acts_toast_new (_ ("Code copied"));
  spark_acts_put_into_clipboard (window, code->code);
  if (code->state == SPARK_CODE_STATE_READY && platform == SPARK_PLATFORM_SANDBOX
      && spark_roles_allow (GTK_WIDGET (window), "win.change-code", code->id))
    {
      adw_toast_set_button_label (toast, _ ("C_hange…"));
      adw_toast_set_action_name (toast, "win.change-code");
      adw_toast_set_action_target (toast, "s", code->id);
    }
  else
    {
      adw_toast_set_button_label (toast, _ ("For _Whom?"));
      adw_toast_set_action_name (toast, "win.copy-for");
      adw_toast_set_action_target (toast, "s", code->video_id);
    }
  spark_window_add_toast (window, toast);
  note_copy (window, code, NULL);
}

void
spark_acts_copy_for (SparkWindow *window, const SparkCode *code, SparkBrandPicker *brand)
{
  g_autoptr (SparkBrandItem) known = NULL;
  g_autofree char *text = NULL;

  if (is_waiting (code))
    {
      spark_acts_toast (window,
                        _ ("Waiting for TikTok to make the code. Copy it once it is there."));
      return;
    }
  spark_acts_put_into_clipboard (window, code->code);
  /* Translators: %s: a brand */
  text = g_strdup_printf (_ ("Code copied for %s"), spark_brand_picker_get_name (brand));
  spark_acts_toast (window, text);
  note_copy (window, code, brand);
  known = spark_brand_picker_get_brand (brand);
  /* One that was copied for it before may have been extended to days that nobody chose. */
  if (known != NULL && spark_terms_permit (NULL, code->days)
      && g_strcmp0 (code->copied_for.id, spark_brand_item_get (known)->id) != 0)
    spark_terms_set_brand_days (spark_acts_get_replica (window), spark_brand_item_get (known)->id,
                                code->days);
}

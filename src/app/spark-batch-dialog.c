/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-dialog.h"
#include "app/spark-entry-row.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-terms.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-acts-private.h"
#include "spark-enum-types.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

#define REASON_CHARS 500
#define N_RESULTS    100 /* that are shown of those that failed, and of those that are done */

/* What became of the objects: of those that failed, or of those that are done. */
typedef struct
{
  /* template widgets */
  AdwPreferencesGroup *group;
  GtkListBox *list;
  GtkLabel *more_label;

  SparkBatchRowState state; /* of them all */
  guint n;                  /* that were asked for last */
  gboolean missing;         /* they were asked for, and did not come */
} Results;

struct _SparkBatchDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkStack *stack;
  GtkLabel *intro_label;
  GtkLabel *connection_label;
  AdwPreferencesGroup *period_group;
  SparkPeriodChips *chips;
  AdwPreferencesGroup *end_group;
  AdwActionRow *end_row;
  AdwPreferencesGroup *reason_group;
  AdwEntryRow *reason_row;
  GtkCheckButton *agreed_check;
  GtkLabel *consequence_label;
  GtkLabel *progress_label;
  GtkWidget *goes_on_label;
  GtkWidget *stop_button;
  GtkProgressBar *progress_bar;
  GtkWidget *missing_group; /* says why results are missing */
  Results failed;
  Results done;
  GtkButton *retry_button;

  /* owned */
  GPtrArray *ids;
  char *batch_id;

  SparkBatchAct act;
};

G_DEFINE_FINAL_TYPE (SparkBatchDialog, spark_batch_dialog, SPARK_TYPE_DIALOG)

static SparkReplica *
get_replica (SparkBatchDialog *self)
{
  return spark_acts_get_replica (spark_dialog_get_window (SPARK_DIALOG (self)));
}

/* what became of each */

static char *
describe_object (SparkBatchDialog *self, const char *id)
{
  SparkReplica *replica = get_replica (self);
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, id);
  g_autoptr (SparkGrantItem) grant = video == NULL ? spark_replica_get_grant (replica, id) : NULL;
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;

  if (video != NULL)
    return spark_phrase_video (spark_video_item_get (video));
  if (grant == NULL)
    return g_strdup (_ ("It is no longer there"));
  brand = spark_phrase_brand (spark_grant_item_get (grant));
  caption = spark_phrase_video (spark_grant_item_get_video (grant));
  /* Translators: first a brand, then a video’s caption */
  return g_strdup_printf (C_ ("brand and video", "%s: %s"), brand, caption);
}

static const char *
describe_problem (const char *nick)
{
  int code;
  g_autoptr (GError) error = NULL;

  if (nick == NULL || !spark_enum_from_string (SPARK_TYPE_ERROR, nick, &code))
    code = SPARK_ERROR_INTERNAL;
  error = g_error_new_literal (SPARK_ERROR, code, nick != NULL ? nick : "");
  return spark_problem_sentence (error);
}

static void
add_result (SparkBatchDialog *self, GtkListBox *list, const SparkBatchResult *result)
{
  g_autofree char *title = describe_object (self, result->id);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (result->state == SPARK_BATCH_ROW_STATE_FAILED)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), describe_problem (result->problem));
  gtk_list_box_append (list, row);
}

static void
show_results (SparkBatchDialog *self, Results *results, SparkClient *client, GAsyncResult *answered)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (client, answered, &error);
  JsonObject *object
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  JsonNode *items = object != NULL ? json_object_get_member (object, "items") : NULL;
  JsonArray *array
      = items != NULL && JSON_NODE_HOLDS_ARRAY (items) ? json_node_get_array (items) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;
  GtkWidget *row;

  if (g_cancellable_is_cancelled (spark_dialog_get_cancellable (SPARK_DIALOG (self))))
    return;
  if (error == NULL && array == NULL)
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No results.");
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (results->list))) != NULL)
    gtk_list_box_remove (results->list, row);
  for (guint i = 0; i < n && error == NULL; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      SparkBatchResult result;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No result.");
      else if (spark_batch_result_read (&result, json_node_get_object (node), &error))
        add_result (self, results->list, &result);
    }
  gtk_widget_set_visible (GTK_WIDGET (results->group), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (results->more_label), results->n > n);
  results->missing = error != NULL;
  if (error != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->missing_group),
                                           spark_problem_sentence (error));
  gtk_widget_set_visible (self->missing_group, self->failed.missing || self->done.missing);
}

static void
on_failed_cb (GObject *source, GAsyncResult *answered, gpointer user_data)
{
  g_autoptr (SparkBatchDialog) self = user_data;

  show_results (self, &self->failed, SPARK_CLIENT (source), answered);
}

static void
on_done_cb (GObject *source, GAsyncResult *answered, gpointer user_data)
{
  g_autoptr (SparkBatchDialog) self = user_data;

  show_results (self, &self->done, SPARK_CLIENT (source), answered);
}

static void
ask_for_results (SparkBatchDialog *self, Results *results)
{
  g_autofree char *path = spark_client_path ("/v1/batches/%s/results", self->batch_id);
  g_autofree char *whole = g_strdup_printf (
      "%s?state=%s&limit=%u", path,
      spark_enum_to_string (SPARK_TYPE_BATCH_ROW_STATE, (int)results->state), N_RESULTS);

  results->missing = FALSE;
  spark_client_send_async (
      spark_backend_get_client (spark_dialog_get_backend (SPARK_DIALOG (self))), "GET", whole, NULL,
      spark_dialog_get_cancellable (SPARK_DIALOG (self)),
      results == &self->failed ? on_failed_cb : on_done_cb, g_object_ref (self));
}

/* @n: how many there are */
static void
load_results (SparkBatchDialog *self, Results *results, guint n)
{
  if (results->n == n)
    return;
  results->n = n;
  ask_for_results (self, results);
}

static void
on_load_again_cb (SparkBatchDialog *self)
{
  gtk_widget_set_visible (self->missing_group, FALSE);
  if (self->failed.missing)
    ask_for_results (self, &self->failed);
  if (self->done.missing)
    ask_for_results (self, &self->done);
}

static void
on_status_cb (SparkBatchDialog *self, GParamSpec *pspec, SparkBackend *backend)
{
  if (spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE)
    on_load_again_cb (self);
}

/* how far it is */

static void
show_progress (SparkBatchDialog *self, const SparkBatch *batch)
{
  g_autofree char *failed = NULL;
  g_autofree char *text = NULL;
  gboolean running = batch->state == SPARK_BATCH_STATE_RUNNING;
  guint done = batch->done - MIN (batch->done, batch->failed);

  if (batch->failed > 0)
    failed = g_strdup_printf (ngettext ("%'u failed", "%'u failed", batch->failed), batch->failed);
  if (running)
    /* Translators: how many are done of how many */
    text = g_strdup_printf (_ ("%'u of %'u done"), done, batch->total);
  else if (batch->state == SPARK_BATCH_STATE_STOPPED)
    /* Translators: how many are done of how many */
    text = g_strdup_printf (_ ("Stopped: %'u of %'u done"), done, batch->total);
  else
    text = g_strdup_printf (ngettext ("%'u done", "%'u done", done), done);
  if (failed != NULL)
    {
      /* Translators: both are numbers of things: "12 done, 2 failed" */
      g_autofree char *both = g_strdup_printf (C_ ("numbers", "%s, %s"), text, failed);

      gtk_label_set_label (self->progress_label, both);
    }
  else
    gtk_label_set_label (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 batch->state != SPARK_BATCH_STATE_DONE && batch->total > 0
                                     ? (double)MIN (batch->done, batch->total) / batch->total
                                     : 1);
  gtk_widget_set_visible (self->goes_on_label, running);
  gtk_widget_set_visible (self->stop_button, running);
  gtk_widget_set_visible (GTK_WIDGET (self->retry_button), !running && batch->failed > 0);
  if (!running && batch->state == SPARK_BATCH_STATE_FAILED)
    gtk_label_set_label (self->progress_label, describe_problem (batch->problem));
  if (!running)
    {
      load_results (self, &self->failed, batch->failed);
      load_results (self, &self->done, done);
    }
}

static void
update_progress (SparkBatchDialog *self)
{
  g_autoptr (SparkBatchItem) item = NULL;

  if (self->batch_id == NULL)
    return;
  item = spark_replica_get_batch (get_replica (self), self->batch_id);
  if (item != NULL)
    show_progress (self, spark_batch_item_get (item));
}

static void
on_backend_changed_cb (SparkBatchDialog *self, guint kinds)
{
  if (kinds & SPARK_KINDS_BATCH)
    update_progress (self);
}

static void
on_started (SparkDialog *dialog, JsonNode *answer)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  g_autoptr (GError) error = NULL;
  SparkBatch batch;

  if (!spark_acts_read_batch (answer, &batch, &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  if (self->act != SPARK_BATCH_ACT_REVOKE && self->batch_id == NULL)
    spark_terms_set_days (get_replica (self), spark_period_chips_get_days (self->chips));
  g_free (self->batch_id);
  self->batch_id = g_strdup (batch.id);
  self->failed.n = self->done.n = 0;
  self->failed.missing = self->done.missing = FALSE;
  gtk_widget_set_visible (self->missing_group, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->failed.group), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->done.group), FALSE);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  spark_dialog_set_action_label (dialog, NULL);
  show_progress (self, &batch);
  update_progress (self);
  spark_dialog_fit (dialog);
}

static void
on_stopped (SparkDialog *dialog, JsonNode *answer)
{
  g_autoptr (GError) error = NULL;
  SparkBatch batch;

  if (spark_acts_read_batch (answer, &batch, &error))
    show_progress (SPARK_BATCH_DIALOG (dialog), &batch);
  else
    spark_dialog_set_problem (dialog, error);
}

static void
on_stop_cb (SparkBatchDialog *self)
{
  g_autofree char *path = spark_client_path ("/v1/batches/%s", self->batch_id);

  spark_dialog_send (SPARK_DIALOG (self), "DELETE", path, NULL, on_stopped);
}

/* the terms */

static void
write_ids (SparkBatchDialog *self, SparkJsonWriter *writer)
{
  spark_json_begin_array (writer, "ids");
  for (guint i = 0; i < self->ids->len; i++)
    spark_json_string (writer, NULL, g_ptr_array_index (self->ids, i));
  spark_json_end_array (writer);
}

static void
spark_batch_dialog_submit (SparkDialog *dialog)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  g_auto (SparkJsonWriter) writer = { 0 };

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "act", spark_enum_to_string (SPARK_TYPE_BATCH_ACT, self->act));
  if (self->act == SPARK_BATCH_ACT_REVOKE)
    {
      g_autofree char *reason = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason_row)));

      if (*g_strstrip (reason) != '\0')
        spark_json_string (&writer, "reason", reason);
    }
  else
    spark_json_int (&writer, "days", spark_period_chips_get_days (self->chips));
  if (gtk_widget_get_visible (GTK_WIDGET (self->agreed_check)))
    spark_json_bool (&writer, "agreed", gtk_check_button_get_active (self->agreed_check));
  write_ids (self, &writer);
  spark_json_end_object (&writer);
  spark_dialog_send (dialog, "POST", "/v1/batches", spark_json_writer_steal (&writer), on_started);
}

static void
on_retry_cb (SparkBatchDialog *self)
{
  spark_dialog_send (SPARK_DIALOG (self), "POST", "/v1/batches",
                     spark_acts_body_string ("failed_of", self->batch_id), on_started);
}

static void
on_days_cb (SparkBatchDialog *self)
{
  gint64 end = spark_time_now () + spark_period_chips_get_days (self->chips) * SPARK_DAY_MS;
  g_autofree char *text = spark_phrase_full_day_and_distance (end);

  adw_action_row_set_subtitle (self->end_row, text);
}

static void
spark_batch_dialog_finalize (GObject *object)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (object);

  g_free (self->batch_id);
  g_clear_pointer (&self->ids, g_ptr_array_unref);

  G_OBJECT_CLASS (spark_batch_dialog_parent_class)->finalize (object);
}

static void
spark_batch_dialog_class_init (SparkBatchDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_batch_dialog_finalize;
  SPARK_DIALOG_CLASS (klass)->submit = spark_batch_dialog_submit;

  g_type_ensure (SPARK_TYPE_PERIOD_CHIPS);
  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-batch-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, intro_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, connection_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, period_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, chips);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, end_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, reason_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, reason_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, agreed_check);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, consequence_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, goes_on_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, stop_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, missing_group);
  gtk_widget_class_bind_template_child_full (widget_class, "failed_group", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, failed.group));
  gtk_widget_class_bind_template_child_full (widget_class, "failed_list", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, failed.list));
  gtk_widget_class_bind_template_child_full (widget_class, "failed_more_label", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, failed.more_label));
  gtk_widget_class_bind_template_child_full (widget_class, "done_group", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, done.group));
  gtk_widget_class_bind_template_child_full (widget_class, "done_list", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, done.list));
  gtk_widget_class_bind_template_child_full (widget_class, "done_more_label", FALSE,
                                             G_STRUCT_OFFSET (SparkBatchDialog, done.more_label));
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, retry_button);
  gtk_widget_class_bind_template_callback (widget_class, on_days_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_load_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_cb);
}

static void
spark_batch_dialog_init (SparkBatchDialog *self)
{
  GtkEditable *delegate;

  self->failed.state = SPARK_BATCH_ROW_STATE_FAILED;
  self->done.state = SPARK_BATCH_ROW_STATE_DONE;
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
  delegate = gtk_editable_get_delegate (GTK_EDITABLE (self->reason_row));
  if (GTK_IS_TEXT (delegate))
    gtk_text_set_max_length (GTK_TEXT (delegate), REASON_CHARS);
}

/* Whether any of what was chosen was agreed to end before its code. */
static gboolean
has_agreed (SparkBatchDialog *self)
{
  gboolean agreed = FALSE;

  for (guint i = 0; i < self->ids->len && !agreed; i++)
    {
      g_autoptr (SparkGrantItem) item
          = spark_replica_get_grant (get_replica (self), g_ptr_array_index (self->ids, i));
      const SparkGrant *grant = item != NULL ? spark_grant_item_get (item) : NULL;

      agreed = grant != NULL && grant->ends_at != 0 && grant->ends_at < grant->platform_ends_at;
    }
  return agreed;
}

static void
set_words (SparkBatchDialog *self, const SparkAccount *account)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  guint n = self->ids->len;
  gboolean tracked = account != NULL && account->platform == SPARK_PLATFORM_TRACKED;
  g_autofree char *intro = NULL;
  g_autofree char *consequence = NULL;

  switch (self->act)
    {
    case SPARK_BATCH_ACT_GENERATE:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Generate Codes"));
      spark_dialog_set_action_label (dialog, _ ("_Generate"));
      intro = g_strdup_printf (
          ngettext ("Makes a code for %'u video.", "Makes a code for each of %'u videos.", n), n);
      gtk_label_set_label (
          self->consequence_label,
          _ ("Generating turns on ad authorization: brands you give a code to can run that video "
             "as a Spark Ad, and while it is on you can’t make the video private or edit its "
             "caption. Videos that have a code already are left as they are."));
      break;
    case SPARK_BATCH_ACT_EXTEND:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Extend Authorizations"));
      spark_dialog_set_action_label (dialog, _ ("_Extend"));
      adw_preferences_group_set_title (self->period_group, _ ("Add"));
      intro = g_strdup_printf (
          ngettext ("Adds days to the code of %'u row.", "Adds days to the codes of %'u rows.", n),
          n);
      consequence = spark_terms_describe_extension (
          account,
          _ ("The period belongs to the video: what is longer for one brand is longer for every "
             "brand that uses it. A video that several rows stand for is extended once."));
      gtk_label_set_label (self->consequence_label, consequence);
      break;
    case SPARK_BATCH_ACT_REVOKE:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Revoke Access"));
      spark_dialog_set_action_label (dialog, _ ("_Revoke"));
      intro = g_strdup_printf (
          ngettext ("Ends the access of %'u brand to a video.", "Ends access in %'u cases.", n), n);
      gtk_label_set_label (
          self->consequence_label,
          tracked ? _ ("Sparkbox notes it. To end it on TikTok, ask the brand to remove the video, "
                       "or turn off ad authorization in the TikTok app.")
                  : _ ("Ads that run on it are stopped as far as TikTok allows. The codes "
                       "themselves still work for others who have them. Views and likes that ads "
                       "brought stay."));
      break;
    case SPARK_BATCH_ACT_IMPORT:
    case SPARK_BATCH_ACT_DELETE:
    default:
      g_return_if_reached ();
    }
  gtk_label_set_label (self->intro_label, intro);
  gtk_widget_set_visible (GTK_WIDGET (self->period_group), self->act != SPARK_BATCH_ACT_REVOKE);
  gtk_widget_set_visible (GTK_WIDGET (self->end_group), self->act == SPARK_BATCH_ACT_GENERATE);
  gtk_widget_set_visible (GTK_WIDGET (self->reason_group), self->act == SPARK_BATCH_ACT_REVOKE);
  gtk_widget_set_visible (GTK_WIDGET (self->agreed_check),
                          self->act == SPARK_BATCH_ACT_EXTEND && has_agreed (self));
}

SparkBatchDialog *
spark_batch_dialog_new (SparkWindow *window, SparkBatchAct act, const char *account_id,
                        GPtrArray *ids)
{
  SparkBatchDialog *self = g_object_new (SPARK_TYPE_BATCH_DIALOG, NULL);
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, account_id);
  const SparkAccount *view = account != NULL ? spark_account_item_get (account) : NULL;
  g_autofree char *disconnected = spark_acts_describe_disconnected (window, account_id);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->act = act;
  gtk_label_set_label (self->connection_label, disconnected != NULL ? disconnected : "");
  gtk_widget_set_visible (GTK_WIDGET (self->connection_label), disconnected != NULL);
  self->ids = g_ptr_array_ref (ids);
  spark_period_chips_fill (self->chips, view);
  spark_period_chips_choose (self->chips, spark_terms_get_days (get_replica (self), view));
  set_words (self, view);
  gtk_widget_grab_focus (act == SPARK_BATCH_ACT_REVOKE ? GTK_WIDGET (self->reason_row)
                                                       : GTK_WIDGET (self->chips));
  g_signal_connect_object (spark_window_get_backend (window), "changed",
                           G_CALLBACK (on_backend_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (spark_window_get_backend (window), "notify::status",
                           G_CALLBACK (on_status_cb), self, G_CONNECT_SWAPPED);
  return self;
}

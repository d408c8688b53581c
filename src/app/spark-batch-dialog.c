/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-dialog.h"
#include "app/spark-batch-part.h"
#include "app/spark-batch-results.h"
#include "app/spark-batch-terms.h"
#include "app/spark-batch-words.h"
#include "app/spark-problem.h"
#include "app/spark-phrases.h"
#include "app/spark-unmapped.h"
#include "app/spark-whose.h"
#include "app/spark-window-acts-private.h"

/* How long a toast stays that says that all went well. */
#define DONE_SECONDS 20

struct _SparkBatchDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkStack *stack;
  SparkBatchTerms *terms;
  GtkLabel *progress_label;
  GtkLabel *failures_label;
  GtkLabel *goes_on_label;
  GtkWidget *stop_button;
  GtkProgressBar *progress_bar;
  GtkWidget *missing_group; /* says why results are missing */
  SparkBatchResults failed;
  SparkBatchResults done;
  GtkButton *retry_button;

  /* owned */
  GPtrArray *parts; /* of SparkBatchPart */
  GError *refusal;  /* of the last that did not begin */

  /* borrowed */
  SparkBatchPart *starting; /* that was asked to begin */

  SparkBatchAct act;
  gboolean told;  /* how it ended, since it was left */
  gboolean left;  /* was closed while it ran: hidden until the results are asked for, or dropped */
  gboolean began; /* any of those that are to begin now */
  gboolean stopping; /* all of them: what begins is to stop, and what did not is not to */
};

G_DEFINE_FINAL_TYPE (SparkBatchDialog, spark_batch_dialog, SPARK_TYPE_DIALOG)

static SparkReplica *
get_replica (SparkBatchDialog *self)
{
  return spark_acts_get_replica (spark_dialog_get_window (SPARK_DIALOG (self)));
}

/* what became of each */

static void
show_missing (SparkDialog *dialog)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  const GError *missing = NULL;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      for (guint n = 0; n < SPARK_BATCH_PART_STATES; n++)
        if (part->missing[n] != NULL)
          missing = part->missing[n];
    }
  if (missing != NULL)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->missing_group),
                                           spark_problem_sentence (missing));
  gtk_widget_set_visible (self->missing_group, missing != NULL);
}

static void show_progress (SparkBatchDialog *self);

/* Which of those that failed need nothing is only known by then. */
static void
show_results (SparkDialog *dialog)
{
  show_missing (dialog);
  show_progress (SPARK_BATCH_DIALOG (dialog));
}

static void
on_load_again_cb (SparkBatchDialog *self)
{
  spark_batch_results_load_missing (&self->failed);
  spark_batch_results_load_missing (&self->done);
  show_missing (SPARK_DIALOG (self));
}

static void
on_status_cb (SparkBatchDialog *self, GParamSpec *pspec, SparkBackend *backend)
{
  if (spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE)
    on_load_again_cb (self);
}

/* how far it is */

/* Whether any of them waits for its turn to begin. */
static SparkBatchPart *
get_next (SparkBatchDialog *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (part->is_next)
        return part;
    }
  return NULL;
}

/* What is being stopped does not go on, and the window stays until then. */
static void
show_what_follows (SparkBatchDialog *self)
{
  gboolean stopping = self->stopping && spark_dialog_get_busy (SPARK_DIALOG (self));
  SparkBatch batch;

  spark_batch_parts_sum (self->parts, &batch);
  gtk_label_set_label (self->goes_on_label,
                       stopping ? _ ("Stopping…") : _ ("It goes on even if you close this window."));
  /* All is pale already while something is sent. */
  gtk_widget_set_css_classes (GTK_WIDGET (self->goes_on_label),
                              (const char *[]){ stopping ? NULL : "dim-label", NULL });
  gtk_widget_set_visible (GTK_WIDGET (self->goes_on_label),
                          batch.state == SPARK_BATCH_STATE_RUNNING
                              && (stopping || get_next (self) == NULL));
}

/* left, and told of where the person is */

static void
on_show_results_cb (SparkBatchDialog *self)
{
  self->left = FALSE;
  gtk_window_present (GTK_WINDOW (self));
}

/* Ids of one backend are those of other things at another. */
static void
on_other_backend_cb (SparkWindow *window, GParamSpec *pspec, AdwToast *toast)
{
  spark_window_dismiss_toast (window, toast);
}

/* Nobody asked for the results, and nothing leads to them any more. */
static void
on_toast_gone_cb (gpointer dialog)
{
  g_autoptr (SparkBatchDialog) self = dialog;

  if (self->left)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
tell_end (SparkBatchDialog *self, const SparkBatch *batch, const char *progress)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (window == NULL || self->told)
    return;
  self->told = TRUE;
  text = spark_phrase_facts_of (gtk_window_get_title (GTK_WINDOW (self)), progress);
  toast = spark_acts_toast_new (text);
  adw_toast_set_button_label (toast, _ ("Show _Results"));
  /* Whoever left it may be busy elsewhere. */
  adw_toast_set_timeout (
      toast, batch->state == SPARK_BATCH_STATE_DONE && batch->failed == 0 ? DONE_SECONDS : 0);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (on_show_results_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "notify::backend", G_CALLBACK (on_other_backend_cb), toast, 0);
  g_object_set_data_full (G_OBJECT (toast), "dialog", g_object_ref (self), on_toast_gone_cb);
  spark_window_add_toast (window, toast);
}

static void
show_progress (SparkBatchDialog *self)
{
  SparkBatch batch;
  g_autofree char *text = NULL;
  g_autofree char *failures = NULL;
  gboolean running;

  spark_batch_parts_sum (self->parts, &batch);
  running = batch.state == SPARK_BATCH_STATE_RUNNING;
  text = spark_batch_describe_progress (&batch);
  gtk_label_set_label (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 batch.state != SPARK_BATCH_STATE_DONE && batch.total > 0
                                     ? (double)MIN (batch.done, batch.total) / batch.total
                                     : 1);
  show_what_follows (self);
  gtk_widget_set_visible (self->stop_button, running && (self->began || self->starting == NULL));
  gtk_widget_set_visible (GTK_WIDGET (self->retry_button), !running && batch.failed > 0);
  failures = spark_batch_describe_failures (self->parts);
  gtk_label_set_label (self->failures_label, failures);
  gtk_widget_set_visible (GTK_WIDGET (self->failures_label), *failures != '\0');
  if (running)
    return;
  spark_batch_results_load (&self->failed);
  spark_batch_results_load (&self->done);
  /* Which of those that failed need nothing is not known before. */
  if (self->left && self->failed.n_under_way == 0)
    tell_end (self, &batch, text);
}

static void
update_progress (SparkBatchDialog *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);
      g_autoptr (SparkBatchItem) item = NULL;

      if (part->batch_id == NULL)
        continue;
      item = spark_replica_get_batch (get_replica (self), part->batch_id);
      if (item != NULL)
        spark_batch_part_take (part, spark_batch_item_get (item));
      any |= item != NULL && part->is_shown;
    }
  if (any)
    show_progress (self);
}

static void
on_backend_changed_cb (SparkBatchDialog *self, guint kinds)
{
  if (kinds & SPARK_KINDS_BATCH)
    update_progress (self);
}

static void start_next (SparkBatchDialog *self);

/* The first that begins: what was before it, if anything, is no longer shown. */
static void
begin_progress (SparkBatchDialog *self)
{
  if (self->act != SPARK_BATCH_ACT_REVOKE && spark_dialog_get_can_submit (SPARK_DIALOG (self)))
    spark_batch_terms_remember (self->terms, get_replica (self));
  self->began = TRUE;
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      part->is_shown = part->is_next || part->refusal != NULL;
      spark_batch_part_clear_results (part);
    }
  gtk_widget_set_visible (self->missing_group, FALSE);
  spark_batch_results_clear (&self->failed);
  spark_batch_results_clear (&self->done);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  spark_dialog_set_action_label (SPARK_DIALOG (self), NULL);
}

static void
refuse (SparkBatchDialog *self, SparkBatchPart *part, const GError *error)
{
  part->is_next = FALSE;
  g_clear_error (&part->refusal);
  part->refusal = g_error_copy (error);
  g_clear_error (&self->refusal);
  self->refusal = g_error_copy (error);
}

static void
on_started (SparkDialog *dialog, JsonNode *answer)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  SparkBatchPart *part = g_steal_pointer (&self->starting);
  g_autoptr (GError) error = NULL;
  SparkBatch batch;

  if (!spark_acts_read_batch (answer, &batch, &error))
    {
      refuse (self, part, error);
      start_next (self);
      return;
    }
  if (!self->began)
    begin_progress (self);
  part->is_next = FALSE;
  spark_batch_part_take (part, &batch);
  start_next (self);
}

/* What did not stop keeps the keyboard, else Close would get it. */
static void
stay_at_stop (SparkBatchDialog *self)
{
  if (self->stopping)
    gtk_widget_grab_focus (self->stop_button);
}

/* What one account refuses the next may allow; what nobody answers need not be asked of all. */
static gboolean
spark_batch_dialog_refused (SparkDialog *dialog, const GError *error)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  SparkBatchPart *part = g_steal_pointer (&self->starting);

  if (part == NULL)
    {
      stay_at_stop (self);
      return FALSE;
    }
  refuse (self, part, error);
  while (spark_problem_can_retry (error) && (part = get_next (self)) != NULL)
    refuse (self, part, error);
  start_next (self);
  return TRUE;
}

/* Nothing began: all is as it was before. */
static void
begin_nothing (SparkBatchDialog *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (part->batch_id != NULL || !part->is_shown)
        g_clear_error (&part->refusal);
    }
  show_progress (self);
  spark_dialog_set_problem (SPARK_DIALOG (self), self->refusal);
}

static gboolean stop_next (SparkBatchDialog *self);

/* What is looked at meanwhile may turn out to need nothing any more. */
static SparkBatchPart *
get_next_with_rows (SparkBatchDialog *self, GPtrArray **ids)
{
  SparkBatchPart *part;

  while ((part = get_next (self)) != NULL)
    {
      *ids = part->batch_id != NULL ? spark_batch_part_get_again (part) : part->ids;
      if (*ids == NULL || (*ids)->len > 0)
        break;
      part->is_next = FALSE;
    }
  return part;
}

/* One after the other: together they would be more requests than a server takes at a time. */
static void
start_next (SparkBatchDialog *self)
{
  GPtrArray *ids = NULL;
  SparkBatchPart *part = get_next_with_rows (self, &ids);

  if (part == NULL && !self->began)
    {
      begin_nothing (self);
      return;
    }
  if (self->began)
    {
      show_progress (self);
      update_progress (self);
      spark_dialog_fit (SPARK_DIALOG (self));
    }
  if (part == NULL)
    {
      if (self->stopping)
        stop_next (self);
      return;
    }
  self->starting = part;
  /* What turned out to have a code is not asked for again. */
  spark_dialog_send (SPARK_DIALOG (self), "POST", "/v1/batches",
                     ids != NULL ? spark_batch_terms_write (self->terms, ids)
                                 : spark_acts_body_string ("failed_of", part->batch_id),
                     on_started);
}

static void
start (SparkBatchDialog *self)
{
  self->began = FALSE;
  self->stopping = FALSE;
  g_clear_error (&self->refusal);
  start_next (self);
}

static void
on_stopped (SparkDialog *dialog, JsonNode *answer)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);
  g_autoptr (GError) error = NULL;
  SparkBatch batch;
  SparkBatchPart *part;

  if (!spark_acts_read_batch (answer, &batch, &error))
    {
      stay_at_stop (self);
      spark_dialog_set_problem (dialog, error);
      return;
    }
  part = spark_batch_parts_find (self->parts, batch.id);
  if (part != NULL)
    spark_batch_part_take (part, &batch);
  show_progress (self);
  stop_next (self);
}

/* FALSE: all of them were told. */
static gboolean
stop_next (SparkBatchDialog *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);
      g_autofree char *path = NULL;

      if (!part->is_shown || part->refusal != NULL || part->stopping
          || part->state != SPARK_BATCH_STATE_RUNNING)
        continue;
      part->stopping = TRUE;
      path = spark_client_path ("/v1/batches/%s", part->batch_id);
      spark_dialog_send (SPARK_DIALOG (self), "DELETE", path, NULL, on_stopped);
      return TRUE;
    }
  return FALSE;
}

/* Those that wait for their turn to begin, while one does. */
static void
leave_waiting (SparkBatchDialog *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (part != self->starting && part->is_next)
        spark_batch_part_leave (part);
    }
  show_progress (self);
}

/* One stop is enough. */
static void
on_busy_cb (SparkBatchDialog *self)
{
  gtk_widget_set_sensitive (self->stop_button, !spark_dialog_get_busy (SPARK_DIALOG (self))
                                                   || (self->starting != NULL && !self->stopping));
  show_what_follows (self);
}

static void
on_stop_cb (SparkBatchDialog *self)
{
  self->stopping = TRUE;
  if (self->starting != NULL)
    {
      /* It is stopped as soon as it is known which it is. */
      leave_waiting (self);
      on_busy_cb (self);
    }
  /* One that refuses keeps nobody from stopping the others. */
  else if (!stop_next (self))
    {
      for (guint i = 0; i < self->parts->len; i++)
        ((SparkBatchPart *)g_ptr_array_index (self->parts, i))->stopping = FALSE;
      stop_next (self);
    }
  /* Closed, nothing more would stop. */
  spark_dialog_stay (SPARK_DIALOG (self));
}

static void
spark_batch_dialog_submit (SparkDialog *dialog)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (dialog);

  for (guint i = 0; i < self->parts->len; i++)
    ((SparkBatchPart *)g_ptr_array_index (self->parts, i))->is_next = TRUE;
  start (self);
}

static void
on_retry_cb (SparkBatchDialog *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      part->is_next = part->is_shown
                      && spark_batch_part_count (part, SPARK_BATCH_ROW_STATE_FAILED)
                             > spark_batch_part_count_with_code (part);
      g_clear_error (&part->refusal);
    }
  start (self);
}

static gboolean
is_running (SparkBatchDialog *self)
{
  SparkBatch batch;

  spark_batch_parts_sum (self->parts, &batch);
  return batch.state == SPARK_BATCH_STATE_RUNNING;
}

/* What has begun goes on, and so does what tells of it; what has not does not begin any more. */
static gboolean
spark_batch_dialog_close_request (GtkWindow *window)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (window);

  if (GTK_WINDOW_CLASS (spark_batch_dialog_parent_class)->close_request (window))
    return TRUE;
  if (!is_running (self))
    return FALSE;
  self->left = TRUE;
  self->told = FALSE;
  gtk_widget_hide (GTK_WIDGET (window));
  leave_waiting (self);
  return TRUE;
}

static void
spark_batch_dialog_finalize (GObject *object)
{
  SparkBatchDialog *self = SPARK_BATCH_DIALOG (object);

  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_error (&self->refusal);

  G_OBJECT_CLASS (spark_batch_dialog_parent_class)->finalize (object);
}

static void
spark_batch_dialog_turn_day (SparkDialog *dialog)
{
  spark_batch_terms_turn_day (SPARK_BATCH_DIALOG (dialog)->terms);
}

static void
spark_batch_dialog_class_init (SparkBatchDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_batch_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = spark_batch_dialog_close_request;
  SPARK_DIALOG_CLASS (klass)->submit = spark_batch_dialog_submit;
  SPARK_DIALOG_CLASS (klass)->refused = spark_batch_dialog_refused;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_batch_dialog_turn_day;

  g_type_ensure (SPARK_TYPE_BATCH_TERMS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-batch-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, terms);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchDialog, failures_label);
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
  gtk_widget_class_bind_template_callback (widget_class, on_load_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_cb);
}

static void
spark_batch_dialog_init (SparkBatchDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "notify::busy", G_CALLBACK (on_busy_cb), NULL);
  spark_unmapped_hide_pages (self->stack);
}

static void
set_title (SparkBatchDialog *self)
{
  SparkDialog *dialog = SPARK_DIALOG (self);

  switch (self->act)
    {
    case SPARK_BATCH_ACT_GENERATE:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Generate Codes"));
      spark_dialog_set_action_label (dialog, _ ("_Generate"));
      break;
    case SPARK_BATCH_ACT_EXTEND:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Extend Authorizations"));
      spark_dialog_set_action_label (dialog, _ ("_Extend"));
      break;
    case SPARK_BATCH_ACT_REVOKE:
      gtk_window_set_title (GTK_WINDOW (self), _ ("Revoke Access"));
      spark_dialog_set_action_label (dialog, _ ("_Revoke"));
      spark_dialog_set_destructive (dialog);
      break;
    case SPARK_BATCH_ACT_IMPORT:
    case SPARK_BATCH_ACT_DELETE:
    default:
      g_return_if_reached ();
    }
}

SparkBatchDialog *
spark_batch_dialog_new (SparkWindow *window, SparkBatchAct act, GPtrArray *ids,
                        const SparkBatchLeftOut *left_out)
{
  SparkBatchDialog *self = g_object_new (SPARK_TYPE_BATCH_DIALOG, NULL);
  g_autofree char *chosen = NULL;
  const char *sentence;
  GtkWidget *field;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->act = act;
  self->parts = spark_batch_parts_new (ids);
  spark_batch_results_init (&self->failed, SPARK_BATCH_ROW_STATE_FAILED, SPARK_DIALOG (self),
                            self->parts, show_results);
  self->failed.looks_at_all = act == SPARK_BATCH_ACT_GENERATE;
  spark_batch_results_init (&self->done, SPARK_BATCH_ROW_STATE_DONE, SPARK_DIALOG (self),
                            self->parts, show_results);
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      part->name = spark_whose (GTK_WIDGET (window), part->account_id);
    }
  chosen = spark_batch_describe_chosen (self->parts, left_out);
  set_title (self);
  spark_batch_terms_set (self->terms, window, act, self->parts, chosen);
  spark_batch_terms_focus (self->terms);
  field = spark_batch_terms_find_obstacle (self->terms, &sentence);
  if (field != NULL)
    spark_dialog_set_obstacle (SPARK_DIALOG (self), field, sentence);
  /* Also where it is hidden: what it would try again is of this backend. */
  g_signal_connect_object (window, "notify::backend", G_CALLBACK (gtk_window_destroy), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (spark_window_get_backend (window), "changed",
                           G_CALLBACK (on_backend_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (spark_window_get_backend (window), "notify::status",
                           G_CALLBACK (on_status_cb), self, G_CONNECT_SWAPPED);
  return self;
}

SparkBatchDialog *
spark_batch_dialog_new_of_brand (SparkWindow *window, const SparkBrand *brand, GPtrArray *ids)
{
  SparkBatchDialog *self
      = spark_batch_dialog_new (window, SPARK_BATCH_ACT_REVOKE, ids, &(SparkBatchLeftOut){ 0 });
  g_autofree char *sentence = spark_batch_describe_brand (window, brand, ids);

  spark_batch_terms_say (self->terms, sentence, _ ("Other brands keep access."));
  return self;
}

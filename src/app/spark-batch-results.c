/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-results"

#include "config.h"

#include "app/spark-batch-results.h"
#include "app/spark-batch-row.h"
#include "model/spark-error.h"
#include "model/spark-json.h"
#include "spark-enum-types.h"

#define N_RESULTS 100 /* that are shown */
/* Parts of one list that are asked for at a time: both lists leave connections to what is pressed
 * meanwhile. */
#define MAX_UNDER_WAY 3

/* How many rows of the list it takes. @covered: increased by what they stand for */
static guint
add_results (SparkBatchResults *self, SparkBatchPart *part, guint room, guint *covered)
{
  SparkWindow *window = spark_dialog_get_window (self->dialog);
  JsonArray *array = part->results[self->state];
  guint n = array != NULL ? MIN (json_array_get_length (array), room) : 0;

  if (part->refusal != NULL)
    {
      if (self->state != SPARK_BATCH_ROW_STATE_FAILED || room == 0)
        return 0;
      gtk_list_box_append (self->list, spark_batch_row_new_refused (part));
      *covered += spark_batch_part_count (part, self->state);
      return 1;
    }
  *covered += n;
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      g_autoptr (GError) error = NULL;
      SparkBatchResult result;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No result.");
      else if (spark_batch_result_read (&result, json_node_get_object (node), &error))
        gtk_list_box_append (self->list, spark_batch_row_new (window, &result));
      if (error != NULL)
        {
          if (part->missing[self->state] == NULL)
            part->missing[self->state] = g_steal_pointer (&error);
          return n;
        }
    }
  return n;
}

static void
show_results (SparkBatchResults *self)
{
  GtkWidget *row;
  guint n = 0;
  guint covered = 0;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (part->is_shown)
        n += add_results (self, part, N_RESULTS - n, &covered);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->group), n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more_label), self->n > covered);
  self->tell (self->dialog);
}

typedef struct
{
  SparkBatchResults *results;
  SparkDialog *dialog; /* owned: the results are its own */
  char *batch_id;
  guint number;  /* of what was asked */
  gboolean more; /* than are shown */
} Asked;

static void ask (SparkBatchResults *self, SparkBatchPart *part);
static void ask_waiting (SparkBatchResults *self);

static gboolean
take_page (SparkBatchResults *self, SparkBatchPart *part, JsonNode *answer, gboolean more,
           GError **error)
{
  JsonObject *page
      = answer != NULL && JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  JsonArray *items = NULL;
  const char *next = NULL;

  if (page == NULL || !spark_json_find_array (page, "items", &items, NULL) || items == NULL
      || !spark_json_find_string (page, "next_cursor", &next, NULL))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No results.");
      return FALSE;
    }
  if (!more)
    spark_batch_part_take_results (part, self->state, items);
  if (self->looks_at_all)
    spark_batch_part_look_at_failed (part, items, next);
  return TRUE;
}

static void
on_results_cb (GObject *source, GAsyncResult *answered, gpointer user_data)
{
  Asked *asked = user_data;
  SparkBatchResults *self = asked->results;
  g_autoptr (SparkDialog) dialog = asked->dialog;
  g_autofree char *batch_id = asked->batch_id;
  guint number = asked->number;
  gboolean more = asked->more;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), answered, &error);
  SparkBatchPart *part;

  g_free (asked);
  if (g_cancellable_is_cancelled (spark_dialog_get_cancellable (dialog)))
    return;
  self->n_under_way--;
  part = spark_batch_parts_find (self->parts, batch_id);
  /* What was asked for anew is still to come. */
  if (part == NULL || number != part->asked[self->state])
    {
      ask_waiting (self);
      return;
    }
  g_clear_error (&part->missing[self->state]);
  if (!more)
    g_clear_pointer (&part->results[self->state], json_array_unref);
  if (error == NULL && take_page (self, part, answer, more, &error) && self->looks_at_all
      && part->cursor != NULL)
    ask (self, part);
  part->missing[self->state] = g_steal_pointer (&error);
  ask_waiting (self);
  if (more)
    self->tell (self->dialog);
  else
    show_results (self);
}

/* For the first of them, or for what comes next of what is looked at */
static void
ask (SparkBatchResults *self, SparkBatchPart *part)
{
  const char *cursor = self->looks_at_all ? part->cursor : NULL;
  g_autofree char *path = spark_client_path ("/v1/batches/%s/results", part->batch_id);
  g_autoptr (GString) whole = g_string_new (path);
  Asked *asked = g_new0 (Asked, 1);

  g_string_append_printf (whole, "?state=%s&limit=%u",
                          spark_enum_to_string (SPARK_TYPE_BATCH_ROW_STATE, (int)self->state),
                          N_RESULTS);
  if (cursor != NULL)
    {
      g_string_append (whole, "&cursor=");
      g_string_append_uri_escaped (whole, cursor, NULL, FALSE);
    }
  asked->dialog = g_object_ref (self->dialog);
  asked->results = self;
  asked->batch_id = g_strdup (part->batch_id);
  asked->number = ++part->asked[self->state];
  asked->more = cursor != NULL;
  self->n_under_way++;
  spark_client_send_async (spark_backend_get_client (spark_dialog_get_backend (self->dialog)),
                           "GET", whole->str, NULL, spark_dialog_get_cancellable (self->dialog),
                           on_results_cb, asked);
}

static void
ask_waiting (SparkBatchResults *self)
{
  for (guint i = 0; i < self->parts->len && self->n_under_way < MAX_UNDER_WAY; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (!part->waits[self->state])
        continue;
      part->waits[self->state] = FALSE;
      ask (self, part);
    }
}

/* What was asked for before, and is still to come, is of no account any more. */
static void
ask_in_turn (SparkBatchResults *self, SparkBatchPart *part)
{
  part->asked[self->state]++;
  part->waits[self->state] = TRUE;
}

static void
ask_no_more (SparkBatchResults *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    ((SparkBatchPart *)g_ptr_array_index (self->parts, i))->waits[self->state] = FALSE;
}

void
spark_batch_results_load (SparkBatchResults *self)
{
  guint n = 0;
  guint before = self->n;
  gboolean asked = FALSE;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      n += part->is_shown ? spark_batch_part_count (part, self->state) : 0;
    }
  if (n == before)
    return;
  self->n = n;
  n = 0;
  ask_no_more (self);
  for (guint i = 0; i < self->parts->len && (n < N_RESULTS || self->looks_at_all); i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);
      guint here = part->is_shown ? spark_batch_part_count (part, self->state) : 0;

      /* All that is refused is one row. */
      n += part->refusal != NULL ? MIN (here, 1) : here;
      if (here == 0 || part->refusal != NULL)
        continue;
      if (self->looks_at_all)
        g_clear_pointer (&part->cursor, g_free);
      ask_in_turn (self, part);
      asked = TRUE;
    }
  ask_waiting (self);
  if (!asked)
    show_results (self);
}

void
spark_batch_results_load_missing (SparkBatchResults *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (self->parts, i);

      if (part->missing[self->state] == NULL)
        continue;
      g_clear_error (&part->missing[self->state]);
      ask_in_turn (self, part);
    }
  ask_waiting (self);
}

void
spark_batch_results_clear (SparkBatchResults *self)
{
  self->n = 0;
  ask_no_more (self);
  gtk_widget_set_visible (GTK_WIDGET (self->group), FALSE);
}

void
spark_batch_results_init (SparkBatchResults *self, SparkBatchRowState state, SparkDialog *dialog,
                          GPtrArray *parts, void (*tell) (SparkDialog *dialog))
{
  self->state = state;
  self->dialog = dialog;
  self->parts = parts;
  self->tell = tell;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-record-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-date-row.h"
#include "app/spark-phrases.h"
#include "app/spark-record-dialog.h"
#include "app/spark-save.h"
#include "model/spark-error.h"
#include "model/spark-json.h"

/* Of one brand, to choose from. */
#define MAX_GRANTS 200

struct _SparkRecordDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwComboRow *what_row;
  AdwComboRow *form_row;
  SparkDateRow *from_row;
  SparkDateRow *to_row;

  /* owned */
  char *account_id;    /* NULL: the one that is chosen */
  char *brand_id;      /* NULL: of the whole account */
  GPtrArray *accounts; /* their ids, of what can be chosen */
  GPtrArray *grants;   /* the id of each choice; NULL: all of the brand */
};

G_DEFINE_FINAL_TYPE (SparkRecordDialog, spark_record_dialog, SPARK_TYPE_DIALOG)

static gboolean
is_pdf (SparkRecordDialog *self)
{
  return adw_combo_row_get_selected (self->form_row) == 0;
}

/* When the day of the row begins, in ms; 0: none is chosen. */
static gint64
get_begin (SparkDateRow *row)
{
  gint64 end = spark_date_row_get_end (row);
  g_autoptr (GDateTime) last = end != 0 ? g_date_time_new_from_unix_local (end / 1000) : NULL;
  g_autoptr (GDateTime) begin = NULL;

  if (last == NULL)
    return 0;
  begin = g_date_time_new_local (g_date_time_get_year (last), g_date_time_get_month (last),
                                 g_date_time_get_day_of_month (last), 0, 0, 0);
  return g_date_time_to_unix (begin) * 1000;
}

static void
append_time (GString *path, const char *name, gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  if (text != NULL)
    g_string_append_printf (path, "&%s=%s", name, text);
}

static void
append_id (GString *path, const char *name, const char *id)
{
  g_string_append_printf (path, "&%s=", name);
  g_string_append_uri_escaped (path, id, NULL, FALSE);
}

/* (transfer full) (nullable): what the file beside the record holds; NULL: it is not signed */
static GBytes *
make_signature (JsonObject *answer, GError **error)
{
  g_autoptr (GString) text = g_string_new ("sparkbox-signature 1\n");
  const char *key = NULL, *signature = NULL;
  JsonObject *object = NULL;

  if (!spark_json_find_object (answer, "signature", &object, error) || object == NULL
      || !spark_json_get_string (object, "key", &key, error)
      || !spark_json_get_string (object, "signature", &signature, error))
    return NULL;
  g_string_append_printf (text, "key: %s\nsignature: %s\n", key, signature);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

static void
on_made (SparkDialog *dialog, JsonNode *answer)
{
  SparkRecordDialog *self = SPARK_RECORD_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *name = g_date_time_format (now, is_pdf (self) ? "access-record-%Y-%m-%d.pdf"
                                                                 : "access-record-%Y-%m-%d.csv");
  const char *text = NULL;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No record.");
  else if (spark_json_get_string (json_node_get_object (answer), "content", &text, &error))
    {
      gsize length;
      guchar *bytes = g_base64_decode (text, &length);

      content = g_bytes_new_take (bytes, length);
      signature = make_signature (json_node_get_object (answer), &error);
    }
  if (error != NULL)
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  /* First, so that the keyboard does not leave the next one for the window behind both. */
  gtk_window_close (GTK_WINDOW (dialog));
  spark_save_as (window, name, content, signature,
                 signature != NULL ? _ ("Record saved, with its signature beside it")
                                   : _ ("Record saved"));
}

static void
spark_record_dialog_submit (SparkDialog *dialog)
{
  SparkRecordDialog *self = SPARK_RECORD_DIALOG (dialog);
  guint chosen = adw_combo_row_get_selected (self->what_row);
  const char *account_id
      = self->account_id != NULL ? self->account_id : g_ptr_array_index (self->accounts, chosen);
  const char *grant_id
      = chosen < self->grants->len ? g_ptr_array_index (self->grants, chosen) : NULL;
  g_autofree char *start = spark_client_path ("/v1/accounts/%s/record", account_id);
  g_autoptr (GString) path = g_string_new (start);

  g_string_append (path, is_pdf (self) ? "?format=pdf" : "?format=csv");
  if (grant_id != NULL)
    append_id (path, "grant", grant_id);
  else if (self->brand_id != NULL)
    append_id (path, "brand", self->brand_id);
  append_time (path, "from", get_begin (self->from_row));
  append_time (path, "to", spark_date_row_get_end (self->to_row));
  spark_dialog_send (dialog, "GET", path->str, NULL, on_made);
}

static void
on_day_cb (SparkRecordDialog *self)
{
  gint64 from = get_begin (self->from_row);
  gint64 to = spark_date_row_get_end (self->to_row);

  if (to == 0 || from < to)
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
  else
    spark_dialog_set_obstacle (SPARK_DIALOG (self), GTK_WIDGET (self->to_row),
                               _ ("The last day is before the first."));
}

static void
spark_record_dialog_finalize (GObject *object)
{
  SparkRecordDialog *self = SPARK_RECORD_DIALOG (object);

  g_free (self->account_id);
  g_free (self->brand_id);
  g_ptr_array_unref (self->accounts);
  g_ptr_array_unref (self->grants);

  G_OBJECT_CLASS (spark_record_dialog_parent_class)->finalize (object);
}

static void
spark_record_dialog_class_init (SparkRecordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_record_dialog_finalize;
  SPARK_DIALOG_CLASS (klass)->submit = spark_record_dialog_submit;

  g_type_ensure (SPARK_TYPE_DATE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-record-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkRecordDialog, what_row);
  gtk_widget_class_bind_template_child (widget_class, SparkRecordDialog, form_row);
  gtk_widget_class_bind_template_child (widget_class, SparkRecordDialog, from_row);
  gtk_widget_class_bind_template_child (widget_class, SparkRecordDialog, to_row);
  gtk_widget_class_bind_template_callback (widget_class, on_day_cb);
}

static void
spark_record_dialog_init (SparkRecordDialog *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_free);
  self->grants = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_grant (SparkRecordDialog *self, SparkGrantItem *item, GtkStringList *choices)
{
  const SparkVideo *video = spark_grant_item_get_video (item);
  g_autofree char *caption = video != NULL ? spark_phrase_video (video) : NULL;

  g_ptr_array_add (self->grants, g_strdup (spark_grant_item_get (item)->id));
  gtk_string_list_append (choices, caption != NULL ? caption : _ ("Video not here yet"));
}

static void
add_grants (SparkRecordDialog *self, SparkReplica *replica, GtkStringList *choices)
{
  g_autoptr (SparkGrantList) list = spark_grant_list_new (replica, self->account_id, NULL);

  spark_grant_list_set_brand (list, self->brand_id);
  for (guint i = 0; i < MIN (g_list_model_get_n_items (G_LIST_MODEL (list)), MAX_GRANTS); i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      add_grant (self, item, choices);
    }
}

/* It may be behind those of its brand that are offered. */
static void
choose_grant (SparkRecordDialog *self, SparkGrantItem *item, GtkStringList *choices)
{
  const char *id = spark_grant_item_get (item)->id;

  for (guint i = 0; i < self->grants->len; i++)
    if (g_strcmp0 (g_ptr_array_index (self->grants, i), id) == 0)
      {
        adw_combo_row_set_selected (self->what_row, i);
        return;
      }
  add_grant (self, item, choices);
  adw_combo_row_set_selected (self->what_row, self->grants->len - 1);
}

/* A record is of one account. */
static void
add_accounts (SparkRecordDialog *self, SparkContext *context, GtkStringList *choices)
{
  GListModel *accounts = spark_context_get_accounts (context);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);
      g_autofree char *name = spark_context_name_account (context, account);

      g_ptr_array_add (self->accounts, g_strdup (account->id));
      gtk_string_list_append (choices, name);
    }
}

static SparkRecordDialog *
create (SparkWindow *window, const SparkAccount *account, SparkBrandItem *brand,
        SparkGrantItem *grant)
{
  SparkRecordDialog *self = g_object_new (SPARK_TYPE_RECORD_DIALOG, NULL);
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->account_id = account != NULL ? g_strdup (account->id) : NULL;
  if (brand != NULL)
    {
      /* Translators: %s: name of a brand */
      g_autofree char *all
          = g_strdup_printf (_ ("All access of %s"), spark_brand_item_get (brand)->name);

      self->brand_id = g_strdup (spark_brand_item_get (brand)->id);
      g_ptr_array_add (self->grants, NULL);
      gtk_string_list_append (choices, all);
      add_grants (self, spark_backend_get_replica (spark_window_get_backend (window)), choices);
    }
  else if (account != NULL && grant == NULL)
    gtk_string_list_append (choices, account->name);
  else if (account == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->what_row), _ ("Account"));
      add_accounts (self, spark_window_get_context (window), choices);
    }
  adw_combo_row_set_model (self->what_row, G_LIST_MODEL (choices));
  if (grant != NULL)
    choose_grant (self, grant, choices);
  on_day_cb (self);
  return self;
}

SparkRecordDialog *
spark_record_dialog_new (SparkWindow *window, const SparkAccount *account, SparkBrandItem *brand)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (window), NULL);

  return create (window, account, brand, NULL);
}

SparkRecordDialog *
spark_record_dialog_new_of_grant (SparkWindow *window, const SparkAccount *account,
                                  SparkBrandItem *brand, SparkGrantItem *grant)
{
  g_return_val_if_fail (SPARK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (account != NULL, NULL);

  return create (window, account, brand, grant);
}

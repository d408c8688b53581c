/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-brand-edit-dialog"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/spark-brand-edit-dialog.h"
#include "app/spark-date-row.h"
#include "app/spark-entry-row.h"
#include "app/spark-window-acts-private.h"

#define CURRENCY "EUR"
#define MAX_FEE  1e12

struct _SparkBrandEditDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwEntryRow *name_row;
  AdwEntryRow *fee_row;
  AdwEntryRow *currency_row;
  GtkSwitch *paid_switch;
  SparkDateRow *end_row;
  GtkTextBuffer *notes_buffer;

  /* owned */
  char *brand_id;
};

G_DEFINE_FINAL_TYPE (SparkBrandEditDialog, spark_brand_edit_dialog, SPARK_TYPE_DIALOG)

static const char *
get_text (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

/* In hundredths, as the person writes numbers or with a point; -1: none. FALSE: it is no amount. */
static gboolean
read_fee (SparkBrandEditDialog *self, gint64 *fee)
{
  g_autofree char *text = g_strstrip (g_strdup (get_text (self->fee_row)));
  char *end;
  double amount;

  *fee = -1;
  if (*text == '\0')
    return TRUE;
  amount = g_strtod (text, &end);
  if (*end != '\0' || !(amount >= 0 && amount <= MAX_FEE))
    return FALSE;
  *fee = (gint64)(amount * 100 + 0.5);
  return TRUE;
}

static gboolean
is_currency (const char *text)
{
  return strlen (text) == 3 && g_ascii_isupper (text[0]) && g_ascii_isupper (text[1])
         && g_ascii_isupper (text[2]);
}

static void
on_changed_cb (SparkBrandEditDialog *self)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  gint64 fee;

  if (!read_fee (self, &fee))
    spark_dialog_set_obstacle (dialog, GTK_WIDGET (self->fee_row),
                               _ ("The fee is no amount. Write it in digits, such as 1500."));
  else if (fee >= 0 && !is_currency (get_text (self->currency_row)))
    spark_dialog_set_obstacle (
        dialog, GTK_WIDGET (self->currency_row),
        _ ("The currency of the fee is three capital letters, such as EUR."));
  else if (*get_text (self->name_row) == '\0')
    spark_dialog_set_missing (dialog, GTK_WIDGET (self->name_row),
                              _ ("Enter the name of the brand."));
  else
    spark_dialog_clear_obstacle (dialog);
}

static void
on_activated_cb (SparkBrandEditDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

static void
on_saved (SparkDialog *dialog, JsonNode *answer)
{
  spark_acts_toast (spark_dialog_get_window (dialog), _ ("Saved"));
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
spark_brand_edit_dialog_submit (SparkDialog *dialog)
{
  SparkBrandEditDialog *self = SPARK_BRAND_EDIT_DIALOG (dialog);
  g_autofree char *path = spark_client_path ("/v1/brands/%s", self->brand_id);
  g_autofree char *notes = NULL;
  g_auto (SparkJsonWriter) writer = { 0 };
  GtkTextIter start, end;
  gint64 fee;

  if (!read_fee (self, &fee))
    return;
  gtk_text_buffer_get_bounds (self->notes_buffer, &start, &end);
  notes = gtk_text_buffer_get_text (self->notes_buffer, &start, &end, FALSE);
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "name", get_text (self->name_row));
  spark_json_string (&writer, "notes", notes);
  spark_json_begin_object (&writer, "deal");
  if (fee >= 0)
    {
      spark_json_int (&writer, "fee", fee);
      spark_json_string (&writer, "currency", get_text (self->currency_row));
    }
  else
    {
      spark_json_null (&writer, "fee");
      spark_json_null (&writer, "currency");
    }
  spark_json_bool (&writer, "paid", gtk_switch_get_active (self->paid_switch));
  spark_json_time (&writer, "ends_at", spark_date_row_get_end (self->end_row));
  spark_json_end_object (&writer);
  spark_json_end_object (&writer);
  spark_dialog_send (dialog, "PATCH", path, spark_json_writer_steal (&writer), on_saved);
}

static void
spark_brand_edit_dialog_finalize (GObject *object)
{
  g_free (SPARK_BRAND_EDIT_DIALOG (object)->brand_id);
  G_OBJECT_CLASS (spark_brand_edit_dialog_parent_class)->finalize (object);
}

static void
spark_brand_edit_dialog_class_init (SparkBrandEditDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_brand_edit_dialog_finalize;
  SPARK_DIALOG_CLASS (klass)->submit = spark_brand_edit_dialog_submit;

  g_type_ensure (SPARK_TYPE_DATE_ROW);
  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-brand-edit-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, fee_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, currency_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, paid_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandEditDialog, notes_buffer);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activated_cb);
}

static void
spark_brand_edit_dialog_init (SparkBrandEditDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SparkBrandEditDialog *
spark_brand_edit_dialog_new (SparkWindow *window, SparkBrandItem *item)
{
  SparkBrandEditDialog *self = g_object_new (SPARK_TYPE_BRAND_EDIT_DIALOG, NULL);
  const SparkBrand *brand = spark_brand_item_get (item);
  const SparkDeal *deal = brand->deal;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->brand_id = g_strdup (brand->id);
  gtk_editable_set_text (GTK_EDITABLE (self->currency_row),
                         deal != NULL && deal->currency != NULL ? deal->currency : CURRENCY);
  if (deal != NULL && deal->fee >= 0)
    {
      g_autofree char *fee = g_strdup_printf ("%.2f", (double)deal->fee / 100);

      gtk_editable_set_text (GTK_EDITABLE (self->fee_row), fee);
    }
  gtk_switch_set_active (self->paid_switch, deal != NULL && deal->paid);
  spark_date_row_set_end (self->end_row, deal != NULL ? deal->ends_at : 0);
  gtk_text_buffer_set_text (self->notes_buffer, brand->notes != NULL ? brand->notes : "", -1);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), brand->name);
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-brand-picker"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-brand-picker.h"
#include "app/spark-entry-row.h"
#include "model/spark-fold.h"
#include "model/spark-rules.h"

#define MAX_ROWS 5

struct _SparkBrandPicker
{
  AdwBin parent_instance;

  /* template widgets */
  AdwEntryRow *name_row;
  GtkListBox *list;

  /* owned */
  GListModel *brands;
};

G_DEFINE_FINAL_TYPE (SparkBrandPicker, spark_brand_picker, ADW_TYPE_BIN)

enum
{
  CHANGED,
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
add_row (SparkBrandPicker *self, const SparkBrand *brand)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), brand->name);
  if (brand->videos > 0)
    {
      g_autofree char *subtitle
          = g_strdup_printf (ngettext ("%'u video", "%'u videos", brand->videos), brand->videos);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
    }
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "name", g_strdup (brand->name), g_free);
  gtk_list_box_append (self->list, row);
}

/* How somebody else may write it: without accents and spaces. (transfer full) */
static char *
blur (const char *name)
{
  g_autofree char *words = spark_fold (name);
  g_auto (GStrv) split = g_strsplit (words, " ", -1);

  return g_strjoinv ("", split);
}

/* Those that are written nearly so, else those that have what is typed in them, or all its words.
 */
static void
add_rows (SparkBrandPicker *self, gboolean near, guint *n_rows)
{
  const char *typed = spark_brand_picker_get_name (self);
  g_autofree char *same = spark_brand_name_fold (typed);
  g_autofree char *blurred = blur (typed);
  g_auto (GStrv) query = spark_fold_query (typed);

  for (guint i = 0;
       self->brands != NULL && i < g_list_model_get_n_items (self->brands) && *n_rows < MAX_ROWS;
       i++)
    {
      g_autoptr (SparkBrandItem) item = g_list_model_get_item (self->brands, i);
      const SparkBrand *brand = spark_brand_item_get (item);
      g_autofree char *words = spark_fold (brand->name);
      g_autofree char *nearly = blur (brand->name);
      g_autofree char *name = NULL;

      if (g_str_equal (nearly, blurred) != near
          || (strstr (nearly, blurred) == NULL
              && !spark_fold_match (words, (const char *const *)query)))
        continue;
      name = spark_brand_name_fold (brand->name);
      if (g_str_equal (name, same))
        continue;
      add_row (self, brand);
      (*n_rows)++;
    }
}

static void
refill (SparkBrandPicker *self)
{
  GtkWidget *child;
  guint n_rows = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  if (spark_brand_picker_is_chosen (self))
    add_rows (self, TRUE, &n_rows);
  add_rows (self, FALSE, &n_rows);
  gtk_widget_set_visible (GTK_WIDGET (self->list), n_rows > 0);
}

static void
on_name_changed_cb (SparkBrandPicker *self)
{
  refill (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_name_activated_cb (SparkBrandPicker *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
on_row_activated_cb (SparkBrandPicker *self, GtkListBoxRow *row)
{
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (row), "name"));

  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  gtk_editable_set_position (GTK_EDITABLE (self->name_row), -1);
}

static void
spark_brand_picker_dispose (GObject *object)
{
  g_clear_object (&SPARK_BRAND_PICKER (object)->brands);
  G_OBJECT_CLASS (spark_brand_picker_parent_class)->dispose (object);
}

static void
spark_brand_picker_class_init (SparkBrandPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_brand_picker_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-brand-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPicker, name_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPicker, list);
  gtk_widget_class_bind_template_callback (widget_class, on_name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_name_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated_cb);
}

static void
spark_brand_picker_init (SparkBrandPicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  refill (self);
}

void
spark_brand_picker_set_account (SparkBrandPicker *self, SparkReplica *replica,
                                const char *account_id)
{
  g_return_if_fail (SPARK_IS_BRAND_PICKER (self));

  g_clear_object (&self->brands);
  if (replica != NULL)
    self->brands = spark_replica_list_brands (replica, account_id);
  refill (self);
}

gboolean
spark_brand_picker_is_chosen (SparkBrandPicker *self)
{
  g_autofree char *name = g_strdup (spark_brand_picker_get_name (self));

  return *g_strstrip (name) != '\0';
}

GtkWidget *
spark_brand_picker_get_field (SparkBrandPicker *self)
{
  return GTK_WIDGET (self->name_row);
}

const char *
spark_brand_picker_get_name (SparkBrandPicker *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->name_row));
}

SparkBrandItem *
spark_brand_picker_get_brand (SparkBrandPicker *self)
{
  /* As the backend does it. */
  g_autofree char *wanted = spark_brand_name_fold (spark_brand_picker_get_name (self));

  if (self->brands == NULL || *wanted == '\0')
    return NULL;
  for (guint i = 0; i < g_list_model_get_n_items (self->brands); i++)
    {
      g_autoptr (SparkBrandItem) item = g_list_model_get_item (self->brands, i);
      g_autofree char *name = spark_brand_name_fold (spark_brand_item_get (item)->name);

      if (g_str_equal (name, wanted))
        return g_steal_pointer (&item);
    }
  return NULL;
}

void
spark_brand_picker_write (SparkBrandPicker *self, SparkJsonWriter *writer, const char *name)
{
  g_autoptr (SparkBrandItem) known = spark_brand_picker_get_brand (self);

  if (known != NULL)
    {
      spark_json_string (writer, name, spark_brand_item_get (known)->id);
    }
  else
    {
      g_autofree char *typed = g_strdup (spark_brand_picker_get_name (self));

      spark_json_begin_object (writer, name);
      spark_json_string (writer, "name", g_strstrip (typed));
      spark_json_end_object (writer);
    }
}

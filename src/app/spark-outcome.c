/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-outcome"

#include "config.h"

#include "app/spark-outcome.h"

#define ICON_SIZE 64

struct _SparkOutcome
{
  GtkBox parent_instance;

  /* children */
  GtkWidget *image;
  GtkWidget *title;
  GtkWidget *sentence;
};

G_DEFINE_FINAL_TYPE (SparkOutcome, spark_outcome, GTK_TYPE_BOX)

static void
spark_outcome_class_init (SparkOutcomeClass *klass)
{
}

static GtkWidget *
add_label (SparkOutcome *self, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (self), label);
  return label;
}

static void
spark_outcome_init (SparkOutcome *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (GTK_WIDGET (self), 18);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 18);
  self->image = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->image), ICON_SIZE);
  gtk_widget_add_css_class (self->image, "dim-label");
  gtk_box_append (GTK_BOX (self), self->image);
  self->title = add_label (self, "title-2");
  self->sentence = add_label (self, "body");
}

void
spark_outcome_set (SparkOutcome *self, const char *icon_name, const char *title,
                   const char *sentence)
{
  g_return_if_fail (SPARK_IS_OUTCOME (self));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), icon_name);
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
}

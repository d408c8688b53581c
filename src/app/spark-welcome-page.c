/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-welcome-page"

#include "config.h"

#include "app/spark-welcome-page.h"

struct _SparkWelcomePage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkWidget *connect_row;
};

G_DEFINE_FINAL_TYPE (SparkWelcomePage, spark_welcome_page, ADW_TYPE_BIN)

static void
spark_welcome_page_class_init (SparkWelcomePageClass *klass)
{
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               RESOURCE_PATH "/spark-welcome-page.ui");
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (klass), SparkWelcomePage, connect_row);
}

static void
spark_welcome_page_init (SparkWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
spark_welcome_page_new (void)
{
  return g_object_new (SPARK_TYPE_WELCOME_PAGE, NULL);
}

void
spark_welcome_page_set_connects (SparkWelcomePage *self, gboolean connects)
{
  g_return_if_fail (SPARK_IS_WELCOME_PAGE (self));

  gtk_widget_set_visible (self->connect_row, connects);
}

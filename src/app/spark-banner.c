/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-banner"

#include "config.h"

#include "app/spark-banner.h"
#include "app/spark-unmapped.h"
#include "app/spark-wrap.h"

struct _SparkBanner
{
  GtkWidget parent_instance;

  /* template widgets */
  GtkRevealer *revealer;
  GtkLabel *label;
  GtkButton *button;
};

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_BUTTON_LABEL,
  PROP_REVEALED,
  N_PROPS
};

enum
{
  BUTTON_CLICKED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkBanner, spark_banner, GTK_TYPE_WIDGET)

static void
on_clicked_cb (SparkBanner *self)
{
  g_signal_emit (self, signals[BUTTON_CLICKED], 0);
}

/* Its words would be laid out to find that it has no height. */
static void
update_visible (SparkBanner *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->revealer),
                          gtk_revealer_get_reveal_child (self->revealer)
                              || gtk_revealer_get_child_revealed (self->revealer));
}

static void
spark_banner_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  if (child != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (spark_banner_parent_class)->dispose (object);
}

static void
spark_banner_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkBanner *self = SPARK_BANNER (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, gtk_label_get_label (self->label));
      break;
    case PROP_BUTTON_LABEL:
      g_value_set_string (value, gtk_button_get_label (self->button));
      break;
    case PROP_REVEALED:
      g_value_set_boolean (value, spark_banner_get_revealed (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_banner_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkBanner *self = SPARK_BANNER (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      spark_banner_set_title (self, g_value_get_string (value));
      break;
    case PROP_BUTTON_LABEL:
      spark_banner_set_button_label (self, g_value_get_string (value));
      break;
    case PROP_REVEALED:
      spark_banner_set_revealed (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_banner_class_init (SparkBannerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_banner_dispose;
  object_class->get_property = spark_banner_get_property;
  object_class->set_property = spark_banner_set_property;

  properties[PROP_TITLE]
      = g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUTTON_LABEL] = g_param_spec_string ("button-label", NULL, NULL, NULL,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REVEALED] = g_param_spec_boolean ("revealed", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[BUTTON_CLICKED] = g_signal_new ("button-clicked", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "banner");
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-banner.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBanner, revealer);
  gtk_widget_class_bind_template_child (widget_class, SparkBanner, label);
  gtk_widget_class_bind_template_child (widget_class, SparkBanner, button);
  gtk_widget_class_bind_template_callback (widget_class, on_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_visible);
}

static void
spark_banner_init (SparkBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide (gtk_revealer_get_child (self->revealer));
  update_visible (self);
}

void
spark_banner_set_title (SparkBanner *self, const char *title)
{
  g_return_if_fail (SPARK_IS_BANNER (self));

  gtk_label_set_label (self->label, title != NULL ? title : "");
}

void
spark_banner_set_button_label (SparkBanner *self, const char *label)
{
  g_return_if_fail (SPARK_IS_BANNER (self));

  gtk_button_set_label (self->button, label != NULL ? label : "");
  gtk_widget_set_visible (GTK_WIDGET (self->button), label != NULL);
}

gboolean
spark_banner_get_revealed (SparkBanner *self)
{
  g_return_val_if_fail (SPARK_IS_BANNER (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

void
spark_banner_set_revealed (SparkBanner *self, gboolean revealed)
{
  g_return_if_fail (SPARK_IS_BANNER (self));

  /* What is not seen does not move. */
  if (revealed)
    gtk_widget_set_visible (GTK_WIDGET (self->revealer), TRUE);
  gtk_revealer_set_reveal_child (self->revealer, revealed);
}

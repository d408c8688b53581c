/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-act-button"

#include "config.h"

#include "app/spark-act-button.h"
#include "app/spark-window.h"

struct _SparkActButton
{
  GtkButton parent_instance;

  /* borrowed */
  SparkWindow *window; /* NULL: in none */

  /* owned */
  char *action;
  GVariant *target;

  gulong stopped_id;
};

enum
{
  PROP_0,
  PROP_ACTION_NAME,
  PROP_ACTION_TARGET
};

static void spark_act_button_init_actionable (GtkActionableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkActButton, spark_act_button, GTK_TYPE_BUTTON,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACTIONABLE,
                                                      spark_act_button_init_actionable))

static void
update (SparkActButton *self)
{
  if (self->action != NULL)
    gtk_widget_set_sensitive (GTK_WIDGET (self),
                              self->window != NULL
                                  && !spark_window_stops_act (self->window, self->action));
}

/* the act */

static const char *
get_action_name (GtkActionable *actionable)
{
  return SPARK_ACT_BUTTON (actionable)->action;
}

static void
set_action_name (GtkActionable *actionable, const char *action)
{
  SparkActButton *self = SPARK_ACT_BUTTON (actionable);

  if (g_strcmp0 (self->action, action) == 0)
    return;
  g_free (self->action);
  self->action = g_strdup (action);
  update (self);
  g_object_notify (G_OBJECT (self), "action-name");
}

static GVariant *
get_action_target (GtkActionable *actionable)
{
  return SPARK_ACT_BUTTON (actionable)->target;
}

static void
set_action_target (GtkActionable *actionable, GVariant *target)
{
  SparkActButton *self = SPARK_ACT_BUTTON (actionable);

  if (target == self->target)
    return;
  g_clear_pointer (&self->target, g_variant_unref);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  g_object_notify (G_OBJECT (self), "action-target");
}

static void
spark_act_button_init_actionable (GtkActionableInterface *iface)
{
  iface->get_action_name = get_action_name;
  iface->set_action_name = set_action_name;
  iface->get_action_target_value = get_action_target;
  iface->set_action_target_value = set_action_target;
}

static void
spark_act_button_clicked (GtkButton *button)
{
  SparkActButton *self = SPARK_ACT_BUTTON (button);
  /* What it does may give the row, and the button with it, to another. */
  g_autofree char *action = g_strdup (self->action);
  g_autoptr (GVariant) target = self->target != NULL ? g_variant_ref (self->target) : NULL;

  if (action != NULL)
    gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target);
}

/* the window */

static void
leave_window (SparkActButton *self)
{
  if (self->window != NULL)
    g_clear_signal_handler (&self->stopped_id, self->window);
  self->window = NULL;
}

static void
spark_act_button_root (GtkWidget *widget)
{
  SparkActButton *self = SPARK_ACT_BUTTON (widget);
  GtkRoot *root;

  GTK_WIDGET_CLASS (spark_act_button_parent_class)->root (widget);
  root = gtk_widget_get_root (widget);
  if (SPARK_IS_WINDOW (root))
    {
      self->window = SPARK_WINDOW (root);
      self->stopped_id = g_signal_connect_swapped (root, "notify::acts-stopped",
                                                   G_CALLBACK (update), self);
    }
  update (self);
}

static void
spark_act_button_unroot (GtkWidget *widget)
{
  leave_window (SPARK_ACT_BUTTON (widget));
  GTK_WIDGET_CLASS (spark_act_button_parent_class)->unroot (widget);
}

/* the object */

static void
spark_act_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkActButton *self = SPARK_ACT_BUTTON (object);

  switch (prop_id)
    {
    case PROP_ACTION_NAME:
      g_value_set_string (value, self->action);
      break;
    case PROP_ACTION_TARGET:
      g_value_set_variant (value, self->target);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_act_button_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTION_NAME:
      set_action_name (GTK_ACTIONABLE (object), g_value_get_string (value));
      break;
    case PROP_ACTION_TARGET:
      set_action_target (GTK_ACTIONABLE (object), g_value_get_variant (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_act_button_dispose (GObject *object)
{
  leave_window (SPARK_ACT_BUTTON (object));

  G_OBJECT_CLASS (spark_act_button_parent_class)->dispose (object);
}

static void
spark_act_button_finalize (GObject *object)
{
  SparkActButton *self = SPARK_ACT_BUTTON (object);

  g_free (self->action);
  g_clear_pointer (&self->target, g_variant_unref);

  G_OBJECT_CLASS (spark_act_button_parent_class)->finalize (object);
}

static void
spark_act_button_class_init (SparkActButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = spark_act_button_get_property;
  object_class->set_property = spark_act_button_set_property;
  object_class->dispose = spark_act_button_dispose;
  object_class->finalize = spark_act_button_finalize;
  widget_class->root = spark_act_button_root;
  widget_class->unroot = spark_act_button_unroot;
  GTK_BUTTON_CLASS (klass)->clicked = spark_act_button_clicked;
  g_object_class_override_property (object_class, PROP_ACTION_NAME, "action-name");
  g_object_class_override_property (object_class, PROP_ACTION_TARGET, "action-target");
}

static void
spark_act_button_init (SparkActButton *self)
{
}

GtkWidget *
spark_act_button_new (void)
{
  return g_object_new (SPARK_TYPE_ACT_BUTTON, NULL);
}

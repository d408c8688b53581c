/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-dialog-private.h"
#include "app/spark-dialog-size.h"
#include "app/spark-obstacle.h"
#include "app/spark-press.h"
#include "app/spark-problem.h"
#include "app/spark-scroll-bin.h"
#include "app/spark-unmapped.h"
#include "app/spark-wrap.h"

typedef struct
{
  /* template widgets */
  AdwHeaderBar *header_bar;
  GtkWidget *action_button;
  GtkWidget *action_stack;
  GtkLabel *action_caption;
  GtkWidget *close_button;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  AdwBin *body_bin;
  AdwBin *footer_bin;
  GtkWidget *spinner;
  AdwSqueezer *title_squeezer;
  GtkWidget *title_label;
  GtkWidget *scroll_bin;

  /* borrowed */
  SparkWindow *window;
  GtkWidget *focus; /* before it became busy */

  /* owned */
  GCancellable *cancellable;
  GtkFileChooserNative *chooser; /* while the person chooses a file */
  GHashTable *keys;              /* of each POST that failed: its Idempotency-Key */

  SparkDialogChosen chosen;
  SparkObstacle obstacle;
  SparkDialogSize size;
  guint title_id;
  unsigned hindered : 1;
  unsigned busy : 1;
  unsigned stays : 1; /* while it is busy */
} SparkDialogPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (SparkDialog, spark_dialog, ADW_TYPE_WINDOW)

enum
{
  PROP_BODY = 1,
  PROP_FOOTER,
  PROP_ACTION_LABEL,
  PROP_CAN_SUBMIT,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

#define PRIVATE(self) ((SparkDialogPrivate *)spark_dialog_get_instance_private (self))

static void
spark_dialog_update (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  gtk_widget_set_sensitive (priv->action_button, !priv->hindered || priv->busy);
  gtk_widget_set_sensitive (GTK_WIDGET (priv->body_bin), !priv->busy);
  gtk_stack_set_visible_child (GTK_STACK (priv->action_stack),
                               priv->busy ? priv->spinner : GTK_WIDGET (priv->action_caption));
  gtk_spinner_set_spinning (GTK_SPINNER (priv->spinner), priv->busy);
  gtk_accessible_update_state (GTK_ACCESSIBLE (priv->action_button), GTK_ACCESSIBLE_STATE_BUSY,
                               priv->busy, -1);
}

static void
on_action_clicked_cb (SparkDialog *self)
{
  spark_dialog_submit (self);
}

static gboolean
move_title_cb (gpointer user_data)
{
  SparkDialogPrivate *priv = PRIVATE (SPARK_DIALOG (user_data));
  gboolean below = !gtk_widget_get_visible (GTK_WIDGET (priv->header_bar))
                   || adw_squeezer_get_visible_child (priv->title_squeezer) == NULL;

  priv->title_id = 0;
  if (below != gtk_widget_get_visible (priv->title_label))
    {
      gtk_widget_set_visible (priv->title_label, below);
      spark_dialog_fit (SPARK_DIALOG (user_data));
    }
  return G_SOURCE_REMOVE;
}

/* It is told while sizes are handed out, when nothing may ask for another. */
static void
on_title_squeezed_cb (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (priv->title_id == 0)
    priv->title_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, move_title_cb, self, NULL);
}

static gboolean
on_escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

static GtkWidget *
find_field (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (GTK_IS_TEXT (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_field (child);
  return found;
}

/* The keyboard begins where something is to be written, else at what is to be done: the first of
 * all, Cancel, would swallow what a person types. */
static void
spark_dialog_show (GtkWidget *widget)
{
  SparkDialogPrivate *priv = PRIVATE (SPARK_DIALOG (widget));

  if (gtk_window_get_focus (GTK_WINDOW (widget)) == NULL)
    {
      GtkWidget *field = find_field (GTK_WIDGET (priv->body_bin));

      if (field != NULL)
        gtk_widget_grab_focus (field);
      else if (gtk_widget_get_visible (priv->action_button)
               && gtk_widget_get_sensitive (priv->action_button))
        gtk_widget_grab_focus (priv->action_button);
    }
  GTK_WIDGET_CLASS (spark_dialog_parent_class)->show (widget);
}

static gboolean
spark_dialog_close_request (GtkWindow *window)
{
  if (PRIVATE (SPARK_DIALOG (window))->stays)
    return TRUE;
  return GTK_WINDOW_CLASS (spark_dialog_parent_class)->close_request (window);
}

/* Destroyed, perhaps together with its window, while a request still holds it: it must not end
 * after the window it points to. */
static void
spark_dialog_unrealize (GtkWidget *widget)
{
  g_cancellable_cancel (PRIVATE (SPARK_DIALOG (widget))->cancellable);
  GTK_WIDGET_CLASS (spark_dialog_parent_class)->unrealize (widget);
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
}

static void
end_choice (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (priv->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (priv->chooser));
  g_clear_object (&priv->chooser);
}

static void
spark_dialog_dispose (GObject *object)
{
  SparkDialogPrivate *priv = PRIVATE (SPARK_DIALOG (object));

  g_cancellable_cancel (priv->cancellable);
  end_choice (SPARK_DIALOG (object));
  g_clear_handle_id (&priv->title_id, g_source_remove);
  spark_dialog_size_clear (&priv->size);
  g_clear_weak_pointer (&priv->window);
  g_clear_weak_pointer (&priv->focus);

  G_OBJECT_CLASS (spark_dialog_parent_class)->dispose (object);
}

/* Whoever waits for an answer holds the dialog, and sees by its cancellable that it has closed. */
static void
spark_dialog_finalize (GObject *object)
{
  SparkDialogPrivate *priv = PRIVATE (SPARK_DIALOG (object));

  spark_obstacle_clear (&priv->obstacle);
  g_object_unref (priv->cancellable);
  g_hash_table_unref (priv->keys);
  G_OBJECT_CLASS (spark_dialog_parent_class)->finalize (object);
}

static void
spark_dialog_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkDialogPrivate *priv = PRIVATE (SPARK_DIALOG (object));

  switch (prop_id)
    {
    case PROP_BODY:
      g_value_set_object (value, adw_bin_get_child (priv->body_bin));
      break;
    case PROP_FOOTER:
      g_value_set_object (value, adw_bin_get_child (priv->footer_bin));
      break;
    case PROP_ACTION_LABEL:
      g_value_set_string (value, gtk_label_get_label (priv->action_caption));
      break;
    case PROP_CAN_SUBMIT:
      g_value_set_boolean (value, spark_dialog_get_can_submit (SPARK_DIALOG (object)));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, priv->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_dialog_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkDialog *self = SPARK_DIALOG (object);

  switch (prop_id)
    {
    case PROP_BODY:
      adw_bin_set_child (PRIVATE (self)->body_bin, g_value_get_object (value));
      break;
    case PROP_FOOTER:
      adw_bin_set_child (PRIVATE (self)->footer_bin, g_value_get_object (value));
      g_object_bind_property (g_value_get_object (value), "visible", PRIVATE (self)->footer_bin,
                              "visible", G_BINDING_SYNC_CREATE);
      break;
    case PROP_ACTION_LABEL:
      spark_dialog_set_action_label (self, g_value_get_string (value));
      break;
    case PROP_CAN_SUBMIT:
    case PROP_BUSY:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_dialog_class_init (SparkDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_dialog_dispose;
  object_class->finalize = spark_dialog_finalize;
  object_class->get_property = spark_dialog_get_property;
  object_class->set_property = spark_dialog_set_property;
  widget_class->show = spark_dialog_show;
  widget_class->unrealize = spark_dialog_unrealize;
  GTK_WINDOW_CLASS (klass)->close_request = spark_dialog_close_request;

  properties[PROP_BODY] = g_param_spec_object ("body", NULL, NULL, GTK_TYPE_WIDGET,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FOOTER] = g_param_spec_object ("footer", NULL, NULL, GTK_TYPE_WIDGET,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACTION_LABEL] = g_param_spec_string ("action-label", NULL, NULL, NULL,
                                                       G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_SUBMIT]
      = g_param_spec_boolean ("can-submit", NULL, NULL, FALSE,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY]
      = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_SCROLL_BIN);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-dialog.ui");
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, header_bar);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, action_button);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, action_stack);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, action_caption);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, close_button);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, problem_box);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, problem_label);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, body_bin);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, footer_bin);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, spinner);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, title_squeezer);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, title_label);
  gtk_widget_class_bind_template_child_private (widget_class, SparkDialog, scroll_bin);
  gtk_widget_class_bind_template_callback (widget_class, on_action_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_title_squeezed_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape_cb, NULL);
}

/* A header bar has a half for each at the most, and the title's share of it; and no second line. */
static void
give_room_to_buttons (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);
  GtkWidget *bar = g_object_new (SPARK_TYPE_WRAP, "css-name", "headerbar", "spacing", 6, NULL);
  GtkWidget *handle = g_object_new (GTK_TYPE_WINDOW_HANDLE, "child", bar, NULL);

  adw_header_bar_remove (priv->header_bar, priv->close_button);
  adw_header_bar_remove (priv->header_bar, priv->action_button);
  gtk_widget_set_parent (priv->close_button, bar);
  gtk_widget_set_parent (priv->action_button, bar);
  gtk_widget_set_hexpand (priv->action_button, TRUE);
  gtk_widget_set_halign (priv->action_button, GTK_ALIGN_END);
  gtk_box_prepend (GTK_BOX (gtk_widget_get_parent (GTK_WIDGET (priv->header_bar))), handle);
  gtk_widget_set_visible (GTK_WIDGET (priv->header_bar), FALSE);
  gtk_widget_set_visible (priv->title_label, TRUE);
}

static void
widen (SparkDialog *self)
{
  gboolean large = spark_dialog_size_widen (&PRIVATE (self)->size);

  gtk_label_set_wrap (PRIVATE (self)->action_caption, large);
  if (!large)
    return;
  gtk_widget_add_css_class (GTK_WIDGET (self), "large-letters");
  give_room_to_buttons (self);
}

static GtkWidget *
get_scrolled (SparkDialog *self)
{
  return gtk_widget_get_first_child (PRIVATE (self)->scroll_bin);
}

static void
spark_dialog_init (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  priv->cancellable = g_cancellable_new ();
  priv->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_obstacle_init (&priv->obstacle, priv->action_button);
  spark_unmapped_hide_pages (priv->action_stack);
  spark_unmapped_hide_pages (priv->title_squeezer);
  /* The keyboard comes to what scrolls when the act's own button goes. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (get_scrolled (self)),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, priv->title_label, NULL, -1);
  spark_dialog_size_init (&priv->size, GTK_WINDOW (self));
  spark_dialog_set_action_label (self, NULL);
  widen (self);
}

static void
on_new_day_cb (SparkDialog *self)
{
  /* What waits for an answer holds a dialog that is gone. */
  if (PRIVATE (self)->window != NULL)
    SPARK_DIALOG_GET_CLASS (self)->turn_day (self);
}

void
spark_dialog_set_window (SparkDialog *self, SparkWindow *window)
{
  g_return_if_fail (SPARK_IS_DIALOG (self));

  g_set_weak_pointer (&PRIVATE (self)->window, window);
  gtk_window_set_transient_for (GTK_WINDOW (self), GTK_WINDOW (window));
  spark_press_hold (GTK_WIDGET (self), spark_window_get_context (window));
  if (SPARK_DIALOG_GET_CLASS (self)->turn_day != NULL)
    g_signal_connect_object (spark_window_get_context (window), "new-day",
                             G_CALLBACK (on_new_day_cb), self, G_CONNECT_SWAPPED);
}

SparkWindow *
spark_dialog_get_window (SparkDialog *self)
{
  return PRIVATE (self)->window;
}

SparkBackend *
spark_dialog_get_backend (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  return priv->window != NULL ? spark_window_get_backend (priv->window) : NULL;
}

GCancellable *
spark_dialog_get_cancellable (SparkDialog *self)
{
  return PRIVATE (self)->cancellable;
}

GHashTable *
spark_dialog_get_keys (SparkDialog *self)
{
  return PRIVATE (self)->keys;
}

void
spark_dialog_set_destructive (SparkDialog *self)
{
  GtkWidget *button = PRIVATE (self)->action_button;

  gtk_widget_remove_css_class (button, "suggested-action");
  gtk_widget_add_css_class (button, "destructive-action");
  gtk_window_set_default_widget (GTK_WINDOW (self), NULL);
}

void
spark_dialog_set_action_label (SparkDialog *self, const char *label)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  gtk_label_set_label (priv->action_caption, label != NULL ? label : "");
  gtk_widget_set_visible (priv->action_button, label != NULL);
  gtk_button_set_label (GTK_BUTTON (priv->close_button),
                        label != NULL ? _ ("_Cancel") : _ ("_Close"));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_SUBMIT]);
}

gboolean
spark_dialog_get_can_submit (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  return !priv->hindered && gtk_widget_get_visible (priv->action_button);
}

static void
hinder (SparkDialog *self, GtkWidget *field, const char *sentence, gboolean missing)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  spark_obstacle_set (&priv->obstacle, field, sentence, missing);
  if (priv->hindered != (sentence != NULL))
    {
      priv->hindered = sentence != NULL;
      spark_dialog_update (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_SUBMIT]);
    }
  spark_dialog_fit (self);
}

void
spark_dialog_set_obstacle (SparkDialog *self, GtkWidget *field, const char *sentence)
{
  g_return_if_fail (SPARK_IS_DIALOG (self));
  g_return_if_fail (GTK_IS_WIDGET (field));
  g_return_if_fail (sentence != NULL);

  hinder (self, field, sentence, FALSE);
}

void
spark_dialog_set_missing (SparkDialog *self, GtkWidget *field, const char *sentence)
{
  g_return_if_fail (SPARK_IS_DIALOG (self));
  g_return_if_fail (GTK_IS_WIDGET (field));
  g_return_if_fail (sentence != NULL);

  hinder (self, field, sentence, TRUE);
}

void
spark_dialog_clear_obstacle (SparkDialog *self)
{
  g_return_if_fail (SPARK_IS_DIALOG (self));

  hinder (self, NULL, NULL, FALSE);
}

void
spark_dialog_set_busy (SparkDialog *self, gboolean busy)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (priv->busy == !!busy)
    return;
  priv->busy = !!busy;
  /* A field that becomes insensitive would lose the focus to nobody. Enter once more, at what
   * already works, does nothing; at Cancel it would end what was just begun. */
  if (busy)
    {
      g_set_weak_pointer (&priv->focus, gtk_window_get_focus (GTK_WINDOW (self)));
      gtk_widget_set_sensitive (priv->action_button, TRUE);
      spark_dialog_focus_action (self);
    }
  spark_dialog_update (self);
  /* It may be on a page that is no longer shown. */
  if (!busy && priv->focus != NULL && gtk_widget_get_mapped (priv->focus))
    gtk_widget_grab_focus (priv->focus);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

gboolean
spark_dialog_get_busy (SparkDialog *self)
{
  return PRIVATE (self)->busy;
}

/* Nothing that can be pressed has the keyboard meanwhile. */
void
spark_dialog_stay (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  g_return_if_fail (SPARK_IS_DIALOG (self));

  if (!priv->busy || priv->stays)
    return;
  priv->stays = TRUE;
  gtk_widget_grab_focus (get_scrolled (self));
  gtk_widget_set_sensitive (priv->close_button, FALSE);
}

void
spark_dialog_end_stay (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (!priv->stays || priv->busy)
    return;
  priv->stays = FALSE;
  gtk_widget_set_sensitive (priv->close_button, TRUE);
  if (gtk_window_get_focus (GTK_WINDOW (self)) == get_scrolled (self))
    spark_dialog_focus_action (self);
}

void
spark_dialog_focus_action (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  gtk_widget_grab_focus (gtk_widget_get_visible (priv->action_button) ? priv->action_button
                                                                      : priv->close_button);
}

void
spark_dialog_submit (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (priv->hindered && !priv->busy)
    {
      spark_obstacle_show (&priv->obstacle);
      spark_dialog_fit (self);
      return;
    }
  if (!spark_dialog_get_can_submit (self) || priv->busy
      || SPARK_DIALOG_GET_CLASS (self)->submit == NULL)
    return;
  spark_dialog_set_problem (self, NULL);
  SPARK_DIALOG_GET_CLASS (self)->submit (self);
}

void
spark_dialog_set_problem (SparkDialog *self, const GError *error)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  if (error != NULL && spark_problem_is_cancelled (error))
    return;
  if (error != NULL)
    {
      spark_dialog_say_problem (self, spark_problem_sentence (error));
      return;
    }
  gtk_widget_set_visible (priv->problem_box, FALSE);
  spark_dialog_fit (self);
}

void
spark_dialog_say_problem (SparkDialog *self, const char *sentence)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  gtk_label_set_label (priv->problem_label, sentence);
  gtk_widget_set_visible (priv->problem_box, TRUE);
  spark_dialog_fit (self);
}

void
spark_dialog_fit (SparkDialog *self)
{
  spark_dialog_size_fit (&PRIVATE (self)->size);
}

const char *
spark_dialog_get_problem (SparkDialog *self)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  return gtk_widget_get_visible (priv->problem_box) ? gtk_label_get_label (priv->problem_label)
                                                    : NULL;
}

static void
on_chosen_cb (SparkDialog *self, int response)
{
  SparkDialogPrivate *priv = PRIVATE (self);
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (priv->chooser));
  end_choice (self);
  if (file != NULL)
    priv->chosen (self, file);
}

void
spark_dialog_choose_file (SparkDialog *self, GtkFileChooserNative *chooser,
                          SparkDialogChosen chosen)
{
  SparkDialogPrivate *priv = PRIVATE (self);

  g_return_if_fail (SPARK_IS_DIALOG (self));
  g_return_if_fail (GTK_IS_FILE_CHOOSER_NATIVE (chooser));
  g_return_if_fail (chosen != NULL);

  if (priv->chooser != NULL)
    {
      gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (chooser));
      g_object_unref (chooser);
      return;
    }
  priv->chooser = chooser;
  priv->chosen = chosen;
  g_signal_connect_object (chooser, "response", G_CALLBACK (on_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

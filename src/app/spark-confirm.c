/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-confirm"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-confirm.h"
#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-scroll-bin.h"
#include "app/spark-whose.h"
#include "model/spark-error.h"

/* Keeps the dialog as narrow as its buttons and heading want it. */
#define FACT_CHARS 36

struct _SparkConfirm
{
  AdwMessageDialog parent_instance;

  /* built widgets */
  GtkWidget *scroll_bin;
  GtkBox *box;
  GtkWidget *busy_box; /* keeps the keyboard of what cannot have it meanwhile */
  GtkSpinner *spinner;
  GtkLabel *busy_label;
  GtkLabel *problem_label;

  /* borrowed */
  SparkWindow *window;
  GtkWidget *focus; /* what had the keyboard before it was busy */

  /* owned */
  GCancellable *cancellable;
  char *action; /* of the act that was added; NULL: none was */
  char *target;

  guint close_id;
  unsigned possible : 1;
};

G_DEFINE_FINAL_TYPE (SparkConfirm, spark_confirm, ADW_TYPE_MESSAGE_DIALOG)

enum
{
  CONFIRMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  SparkConfirm *confirm;
  SparkConfirmAnswer answer;
  gpointer user_data;
  GDestroyNotify destroy;
} Sent;

static void
sent_free (Sent *sent)
{
  if (sent->destroy != NULL)
    sent->destroy (sent->user_data);
  g_object_unref (sent->confirm);
  g_free (sent);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sent, sent_free)

static gboolean
close_cb (gpointer user_data)
{
  SparkConfirm *self = user_data;

  self->close_id = 0;
  gtk_window_destroy (GTK_WINDOW (self));
  return G_SOURCE_REMOVE;
}

/* A message dialog closes itself before it tells which button it was. So closing waits for a turn
 * of the main loop, and the verb's response takes it back. */
static gboolean
spark_confirm_close_request (GtkWindow *window)
{
  SparkConfirm *self = SPARK_CONFIRM (window);

  if (self->close_id == 0)
    self->close_id = g_idle_add_full (G_PRIORITY_HIGH, close_cb, self, NULL);
  return TRUE;
}

static void
spark_confirm_response (AdwMessageDialog *dialog, const char *response)
{
  SparkConfirm *self = SPARK_CONFIRM (dialog);

  if (g_str_equal (response, "confirm"))
    {
      g_clear_handle_id (&self->close_id, g_source_remove);
      spark_confirm_set_problem (self, NULL);
      g_signal_emit (self, signals[CONFIRMED], 0);
    }
  else if (g_str_equal (response, "act") && self->window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self->window), self->action, "s", self->target);
}

/* Destroyed, perhaps together with its window, while a request still holds it: it must not end
 * after the window it points to. */
static void
spark_confirm_unrealize (GtkWidget *widget)
{
  g_cancellable_cancel (SPARK_CONFIRM (widget)->cancellable);
  GTK_WIDGET_CLASS (spark_confirm_parent_class)->unrealize (widget);
  gtk_window_set_transient_for (GTK_WINDOW (widget), NULL);
}

static void
spark_confirm_dispose (GObject *object)
{
  SparkConfirm *self = SPARK_CONFIRM (object);

  g_clear_handle_id (&self->close_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_weak_pointer (&self->window);
  g_clear_weak_pointer (&self->focus);

  G_OBJECT_CLASS (spark_confirm_parent_class)->dispose (object);
}

static void
spark_confirm_finalize (GObject *object)
{
  SparkConfirm *self = SPARK_CONFIRM (object);

  g_clear_object (&self->cancellable);
  g_free (self->action);
  g_free (self->target);
  G_OBJECT_CLASS (spark_confirm_parent_class)->finalize (object);
}

static void
spark_confirm_class_init (SparkConfirmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = spark_confirm_dispose;
  object_class->finalize = spark_confirm_finalize;
  GTK_WIDGET_CLASS (klass)->unrealize = spark_confirm_unrealize;
  GTK_WINDOW_CLASS (klass)->close_request = spark_confirm_close_request;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = spark_confirm_response;

  signals[CONFIRMED] = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
spark_confirm_init (SparkConfirm *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->possible = TRUE;
  self->scroll_bin = spark_scroll_bin_new ();
  self->cancellable = g_cancellable_new ();
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 12));
  /* Room for the shadow of a row, which scrolling would cut; in high contrast it is its border. */
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->box), 3);
  gtk_widget_set_margin_start (GTK_WIDGET (self->box), 1);
  gtk_widget_set_margin_end (GTK_WIDGET (self->box), 1);
  self->spinner = GTK_SPINNER (gtk_spinner_new ());
  self->busy_label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->busy_label, TRUE);
  self->busy_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_halign (self->busy_box, GTK_ALIGN_CENTER);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->busy_box),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, self->busy_label, NULL, -1);
  gtk_box_append (GTK_BOX (self->busy_box), GTK_WIDGET (self->spinner));
  gtk_box_append (GTK_BOX (self->busy_box), GTK_WIDGET (self->busy_label));
  gtk_widget_set_visible (self->busy_box, FALSE);

  self->problem_label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                      "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "xalign",
                                      0.0, "visible", FALSE, "max-width-chars", FACT_CHARS, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->problem_label), "spark-problem");

  spark_scroll_bin_set_child (SPARK_SCROLL_BIN (self->scroll_bin), GTK_WIDGET (self->box));
  gtk_widget_set_visible (self->scroll_bin, FALSE);
  gtk_box_append (GTK_BOX (outer), self->scroll_bin);
  gtk_box_append (GTK_BOX (outer), self->busy_box);
  gtk_box_append (GTK_BOX (outer), GTK_WIDGET (self->problem_label));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (self), outer);
}

static gboolean
is_destructive (SparkConfirm *self)
{
  return adw_message_dialog_get_response_appearance (ADW_MESSAGE_DIALOG (self), "confirm")
         == ADW_RESPONSE_DESTRUCTIVE;
}

SparkConfirm *
spark_confirm_new (SparkWindow *window, const char *heading, const char *body, const char *verb,
                   AdwResponseAppearance appearance)
{
  SparkConfirm *self = g_object_new (SPARK_TYPE_CONFIRM, "transient-for", window, "heading",
                                     heading, "body", body, NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);

  g_set_weak_pointer (&self->window, window);
  adw_message_dialog_add_response (dialog, "cancel", verb != NULL ? _ ("_Cancel") : _ ("_Close"));
  if (verb != NULL)
    {
      adw_message_dialog_add_response (dialog, "confirm", verb);
      adw_message_dialog_set_response_appearance (dialog, "confirm", appearance);
    }
  adw_message_dialog_set_default_response (
      dialog, verb == NULL || is_destructive (self) ? "cancel" : "confirm");
  adw_message_dialog_set_close_response (dialog, "cancel");
  spark_message_dialog_mend (dialog);
  return self;
}

void
spark_confirm_add_whose (SparkConfirm *self, const char *id)
{
  SparkWindow *window = spark_confirm_get_window (self);
  g_autofree char *whose = window != NULL ? spark_whose (GTK_WIDGET (window), id) : NULL;
  g_autofree char *text = NULL;

  if (whose == NULL)
    return;
  /* Translators: %s: name of an account, or "All Accounts" */
  text = g_strdup_printf (_ ("Account: %s"), whose);
  spark_confirm_add_fact (self, "system-users-symbolic", text);
}

void
spark_confirm_add_widget (SparkConfirm *self, GtkWidget *widget)
{
  g_return_if_fail (SPARK_IS_CONFIRM (self));

  gtk_box_append (self->box, widget);
  gtk_widget_set_visible (self->scroll_bin, TRUE);
}

void
spark_confirm_add_act (SparkConfirm *self, const char *label, const char *action, const char *id)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);

  g_return_if_fail (SPARK_IS_CONFIRM (self));
  g_return_if_fail (self->action == NULL);

  self->action = g_strdup (action);
  self->target = g_strdup (id);
  adw_message_dialog_add_response (dialog, "act", label);
  adw_message_dialog_set_response_appearance (dialog, "act", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "act");
}

void
spark_confirm_add_remedy (SparkConfirm *self, GtkWidget *widget)
{
  gtk_box_append (GTK_BOX (gtk_widget_get_parent (GTK_WIDGET (self->problem_label))), widget);
}

static GtkLabel *
add_fact (SparkConfirm *self, const char *icon_name, const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon
      = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                      "icon-name", icon_name, "valign", GTK_ALIGN_START, NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "wrap-mode",
                                   PANGO_WRAP_WORD_CHAR, "xalign", 0.0, "hexpand", TRUE,
                                   "max-width-chars", FACT_CHARS, NULL);

  gtk_widget_add_css_class (icon, "dim-label");
  gtk_widget_add_css_class (icon, "spark-fact");
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), label);
  spark_confirm_add_widget (self, row);
  return GTK_LABEL (label);
}

void
spark_confirm_add_fact (SparkConfirm *self, const char *icon_name, const char *text)
{
  g_return_if_fail (SPARK_IS_CONFIRM (self));

  add_fact (self, icon_name, text);
}

typedef struct
{
  char *(*describe) (gint64 value);
  gint64 value;
} Dated;

static void
tell_dated (GtkLabel *label)
{
  const Dated *dated = g_object_get_data (G_OBJECT (label), "dated");
  g_autofree char *text = dated->describe (dated->value);

  gtk_label_set_label (label, text);
}

void
spark_confirm_add_dated_fact (SparkConfirm *self, const char *icon_name,
                              char *(*describe) (gint64 value), gint64 value)
{
  const Dated dated = { describe, value };
  GtkLabel *label;

  g_return_if_fail (SPARK_IS_CONFIRM (self));
  g_return_if_fail (self->window != NULL);

  label = add_fact (self, icon_name, NULL);
  g_object_set_data_full (G_OBJECT (label), "dated", g_memdup2 (&dated, sizeof dated), g_free);
  tell_dated (label);
  g_signal_connect_object (spark_window_get_context (self->window), "new-day",
                           G_CALLBACK (tell_dated), label, G_CONNECT_SWAPPED);
}

static void
spark_confirm_update (SparkConfirm *self)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  gboolean busy = gtk_widget_get_visible (self->busy_box);

  gtk_widget_set_sensitive (GTK_WIDGET (self->box), !busy);
  if (self->action != NULL)
    adw_message_dialog_set_response_enabled (dialog, "act", !busy);
  if (!adw_message_dialog_has_response (dialog, "confirm"))
    return;
  adw_message_dialog_set_response_enabled (dialog, "confirm", self->possible && !busy);
  if (self->action != NULL)
    return;
  /* Enter once more must not cancel what the first one began. */
  adw_message_dialog_set_default_response (
      dialog, !busy && self->possible && is_destructive (self) ? "cancel" : "confirm");
}

void
spark_confirm_set_busy (SparkConfirm *self, const char *caption)
{
  GtkWidget *focus;

  g_return_if_fail (SPARK_IS_CONFIRM (self));

  focus = gtk_window_get_focus (GTK_WINDOW (self));
  if (caption != NULL && !gtk_widget_get_visible (self->busy_box))
    g_set_weak_pointer (&self->focus, focus);
  gtk_label_set_label (self->busy_label, caption != NULL ? caption : "");
  /* GTK would give the keyboard to Cancel. */
  if (caption == NULL && focus == self->busy_box)
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
  gtk_widget_set_visible (self->busy_box, caption != NULL);
  gtk_spinner_set_spinning (self->spinner, caption != NULL);
  gtk_widget_set_focusable (self->busy_box, caption != NULL && focus != NULL);
  if (gtk_widget_get_focusable (self->busy_box))
    gtk_widget_grab_focus (self->busy_box);
  spark_confirm_update (self);
  if (caption == NULL && self->focus != NULL)
    gtk_widget_grab_focus (self->focus);
}

void
spark_confirm_set_possible (SparkConfirm *self, gboolean possible)
{
  self->possible = !!possible;
  spark_confirm_update (self);
}

void
spark_confirm_set_problem (SparkConfirm *self, const GError *error)
{
  if (error != NULL && spark_problem_is_cancelled (error))
    return;
  if (error != NULL)
    gtk_label_set_label (self->problem_label, spark_problem_sentence (error));
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), error != NULL);
}

void
spark_confirm_focus_problem (SparkConfirm *self)
{
  GtkWidget *box;

  g_return_if_fail (SPARK_IS_CONFIRM (self));

  if (gtk_window_get_focus (GTK_WINDOW (self)) != NULL)
    return;
  box = gtk_widget_get_parent (GTK_WIDGET (self->problem_label));
  /* A label takes the keyboard only where it can be selected. */
  gtk_accessible_update_relation (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  self->problem_label, NULL, -1);
  gtk_widget_set_focusable (box, TRUE);
  gtk_widget_grab_focus (box);
}

const char *
spark_confirm_get_problem (SparkConfirm *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->problem_label))
             ? gtk_label_get_label (self->problem_label)
             : NULL;
}

GCancellable *
spark_confirm_get_cancellable (SparkConfirm *self)
{
  return self->cancellable;
}

SparkWindow *
spark_confirm_get_window (SparkConfirm *self)
{
  return self->window;
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Sent) sent = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  SparkConfirm *self = sent->confirm;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  spark_confirm_set_busy (self, NULL);
  if (error != NULL)
    {
      spark_confirm_set_problem (self, error);
      return;
    }
  if (sent->answer != NULL && self->window != NULL)
    sent->answer (self->window, answer, sent->user_data);
  gtk_window_destroy (GTK_WINDOW (self));
}

void
spark_confirm_send (SparkConfirm *self, const char *method, const char *path, GBytes *body,
                    const char *caption, SparkConfirmAnswer answer, gpointer user_data,
                    GDestroyNotify destroy)
{
  g_autoptr (GBytes) owned_body = body;
  g_autoptr (Sent) sent = g_new0 (Sent, 1);
  SparkBackend *backend = self->window != NULL ? spark_window_get_backend (self->window) : NULL;

  sent->confirm = g_object_ref (self);
  sent->answer = answer;
  sent->user_data = user_data;
  sent->destroy = destroy;
  spark_confirm_set_problem (self, NULL);
  if (backend == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");

      spark_confirm_set_problem (self, error);
      return;
    }
  spark_confirm_set_busy (self, caption);
  spark_client_send_async (spark_backend_get_client (backend), method, path, owned_body,
                           self->cancellable, on_answer_cb, g_steal_pointer (&sent));
}

void
spark_confirm_on_confirmed (SparkConfirm *self, GCallback confirmed, gpointer user_data,
                            GDestroyNotify destroy)
{
  g_return_if_fail (SPARK_IS_CONFIRM (self));

  g_signal_connect_data (self, "confirmed", confirmed, user_data,
                         (GClosureNotify)(void (*) (void))destroy, 0);
}

void
spark_confirm_ask (SparkConfirm *self, GCallback confirmed, gpointer user_data,
                   GDestroyNotify destroy)
{
  spark_confirm_on_confirmed (self, confirmed, user_data, destroy);
  gtk_window_present (GTK_WINDOW (self));
}

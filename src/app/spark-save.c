/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-save"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-save.h"
#include "app/spark-window-acts-private.h"

#define KEPT "spark-save-kept"

/* What was made. Whatever tells that it is not saved keeps it for another try. */
typedef struct
{
  char *name;
  GBytes *content;
  GBytes *signature; /* NULL: none */
  char *done;
} Kept;

typedef struct
{
  SparkWindow *window; /* borrowed until `closed` */
  GtkFileChooserNative *chooser;
  GCancellable *closed;
  GFile *file;
  Kept *kept;
  gboolean signing; /* the content is written */
  gulong destroy_id;
} Save;

static void ask (SparkWindow *window, Kept *kept);

static void
kept_clear (Kept *kept)
{
  g_free (kept->name);
  g_bytes_unref (kept->content);
  g_clear_pointer (&kept->signature, g_bytes_unref);
  g_free (kept->done);
}

static void
kept_unref (gpointer kept)
{
  g_rc_box_release_full (kept, (GDestroyNotify)kept_clear);
}

static void
save_free (Save *self)
{
  if (!g_cancellable_is_cancelled (self->closed))
    g_signal_handler_disconnect (self->window, self->destroy_id);
  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  g_object_unref (self->closed);
  g_clear_object (&self->file);
  kept_unref (self->kept);
  g_free (self);
}

/* --- not saved --- */

static void
ask_again (SparkWindow *window, gpointer teller)
{
  ask (window, g_rc_box_acquire (g_object_get_data (teller, KEPT)));
}

static void
on_button_clicked_cb (AdwToast *toast, SparkWindow *window)
{
  ask_again (window, toast);
}

static void
on_problem_response_cb (AdwMessageDialog *dialog, const char *response, SparkWindow *window)
{
  ask_again (window, dialog);
}

/* @signal of @teller asks once more. */
static void
keep_by (Save *self, gpointer teller, const char *signal, GCallback callback)
{
  g_object_set_data_full (teller, KEPT, g_rc_box_acquire (self->kept), kept_unref);
  g_signal_connect_object (teller, signal, callback, self->window, 0);
}

static void
tell_cancelled (Save *self)
{
  AdwToast *toast = spark_acts_toast_new (_ ("Not saved yet"));

  adw_toast_set_button_label (toast, _ ("Save _As…"));
  /* As long as it is there, so is what was made. */
  adw_toast_set_timeout (toast, 0);
  keep_by (self, toast, "button-clicked", G_CALLBACK (on_button_clicked_cb));
  spark_window_add_toast (self->window, toast);
}

static void
tell_problem (Save *self, const GError *error)
{
  const char *sentence = self->signing
                             ? _ ("The file is saved, but its signature could not be saved beside "
                                  "it. Save both in another folder.")
                             : spark_problem_sentence (error);
  AdwMessageDialog *dialog
      = spark_message_dialog_new (GTK_WINDOW (self->window), spark_problem_title (error), sentence);

  adw_message_dialog_add_responses (dialog, "close", _ ("_Close"), "save", _ ("Save _As…"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, "save");
  adw_message_dialog_set_close_response (dialog, "close");
  keep_by (self, dialog, "response::save", G_CALLBACK (on_problem_response_cb));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- saving --- */

static void on_written_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
write_bytes (Save *self, GFile *file, GBytes *bytes)
{
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION,
                                       self->closed, on_written_cb, self);
}

static void
on_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Save *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = g_file_replace_contents_finish (G_FILE (source), result, NULL, &error);

  if (ok && self->kept->signature != NULL && !self->signing)
    {
      g_autofree char *uri = g_file_get_uri (self->file);
      g_autofree char *beside = g_strconcat (uri, ".sig", NULL);
      g_autoptr (GFile) file = g_file_new_for_uri (beside);

      self->signing = TRUE;
      write_bytes (self, file, self->kept->signature);
      return;
    }
  if (!g_cancellable_is_cancelled (self->closed))
    {
      if (ok)
        spark_acts_toast (self->window, self->kept->done);
      else
        tell_problem (self, error);
    }
  save_free (self);
}

static void
on_response_cb (Save *self, int response)
{
  if (response == GTK_RESPONSE_ACCEPT)
    self->file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  if (self->file == NULL)
    {
      tell_cancelled (self);
      save_free (self);
      return;
    }
  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (self->chooser));
  write_bytes (self, self->file, self->kept->content);
}

static void
on_destroy_cb (Save *self)
{
  g_cancellable_cancel (self->closed);
  /* While something is written its callback frees; else nobody is left to answer. */
  if (self->file == NULL)
    save_free (self);
}

/* Takes @kept. */
static void
ask (SparkWindow *window, Kept *kept)
{
  Save *self = g_new0 (Save, 1);

  self->window = window;
  self->closed = g_cancellable_new ();
  self->kept = kept;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Save As"), GTK_WINDOW (window), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), kept->name);
  self->destroy_id = g_signal_connect_swapped (window, "destroy", G_CALLBACK (on_destroy_cb), self);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (on_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
spark_save_as (SparkWindow *window, const char *name, GBytes *content, GBytes *signature,
               const char *done)
{
  Kept *kept;

  g_return_if_fail (SPARK_IS_WINDOW (window));
  g_return_if_fail (name != NULL && content != NULL && done != NULL);

  kept = g_rc_box_new0 (Kept);
  kept->name = g_strdup (name);
  kept->content = g_bytes_ref (content);
  kept->signature = signature != NULL ? g_bytes_ref (signature) : NULL;
  kept->done = g_strdup (done);
  ask (window, kept);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-save"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-save.h"
#include "app/spark-window-acts-private.h"

typedef struct
{
  SparkWindow *window; /* borrowed until `closed` */
  GtkFileChooserNative *chooser;
  GCancellable *closed;
  GFile *file;
  GBytes *content;
  GBytes *signature;
  char *done;
  gulong destroy_id;
} Save;

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
  g_bytes_unref (self->content);
  g_clear_pointer (&self->signature, g_bytes_unref);
  g_free (self->done);
  g_free (self);
}

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

  if (ok && self->signature != NULL)
    {
      g_autoptr (GBytes) signature = g_steal_pointer (&self->signature);
      g_autofree char *uri = g_file_get_uri (self->file);
      g_autofree char *beside = g_strconcat (uri, ".sig", NULL);
      g_autoptr (GFile) file = g_file_new_for_uri (beside);

      write_bytes (self, file, signature);
      return;
    }
  if (!g_cancellable_is_cancelled (self->closed))
    {
      if (ok)
        spark_acts_toast (self->window, self->done);
      else
        spark_acts_toast_problem (self->window, error);
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
      save_free (self);
      return;
    }
  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (self->chooser));
  write_bytes (self, self->file, self->content);
}

static void
on_destroy_cb (Save *self)
{
  g_cancellable_cancel (self->closed);
  /* While something is written its callback frees; else nobody is left to answer. */
  if (self->file == NULL)
    save_free (self);
}

void
spark_save_as (SparkWindow *window, const char *name, GBytes *content, GBytes *signature,
               const char *done)
{
  Save *self;

  g_return_if_fail (SPARK_IS_WINDOW (window));
  g_return_if_fail (name != NULL && content != NULL && done != NULL);

  self = g_new0 (Save, 1);
  self->window = window;
  self->closed = g_cancellable_new ();
  self->content = g_bytes_ref (content);
  self->signature = signature != NULL ? g_bytes_ref (signature) : NULL;
  self->done = g_strdup (done);
  self->chooser = gtk_file_chooser_native_new (
      _ ("Save As"), GTK_WINDOW (window), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  self->destroy_id = g_signal_connect_swapped (window, "destroy", G_CALLBACK (on_destroy_cb), self);
  g_signal_connect_swapped (self->chooser, "response", G_CALLBACK (on_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-dialog-paste.h"

typedef struct
{
  SparkDialog *dialog;
  GtkEditable *entry;
  gboolean (*accept) (const char *);
} Paste;

static void
paste_free (Paste *paste)
{
  g_object_unref (paste->dialog);
  g_object_unref (paste->entry);
  g_free (paste);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

static void
on_pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Paste) paste = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text == NULL || g_cancellable_is_cancelled (spark_dialog_get_cancellable (paste->dialog))
      || (paste->accept != NULL
          && (*gtk_editable_get_text (paste->entry) != '\0' || !paste->accept (text))))
    return;
  gtk_editable_set_text (paste->entry, g_strstrip (text));
  gtk_editable_set_position (paste->entry, -1);
}

void
spark_dialog_paste (SparkDialog *self, GtkEditable *entry, gboolean (*accept) (const char *))
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  Paste *paste;

  if (!gdk_content_formats_contain_gtype (formats, G_TYPE_STRING)
      && !gdk_content_formats_contain_mime_type (formats, "text/plain;charset=utf-8"))
    return;
  paste = g_new0 (Paste, 1);
  paste->dialog = g_object_ref (self);
  paste->entry = g_object_ref (entry);
  paste->accept = accept;
  gdk_clipboard_read_text_async (clipboard, spark_dialog_get_cancellable (self), on_pasted_cb,
                                 paste);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-paste"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/spark-window-acts-private.h"
#include "app/spark-window-paste.h"
#include "model/spark-rules.h"

#define MAX_LENGTH 4096

static void
find (SparkWindow *window, const char *text)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autofree char *item_id = spark_video_link_parse (text, NULL, NULL);
  g_autofree char *code = spark_code_normalize (text, NULL);
  g_autoptr (SparkVideoItem) video = NULL;

  if (replica == NULL)
    return;
  if (item_id != NULL)
    {
      video = spark_replica_find_video (replica, item_id);
      /* The dialog takes the link from the clipboard by itself. */
      if (video == NULL)
        gtk_widget_activate_action (GTK_WIDGET (window), "win.paste-link", NULL);
    }
  else if (code != NULL)
    {
      video = spark_replica_find_code (replica, code);
      if (video == NULL)
        spark_acts_toast (window, _ ("None of your videos has this code"));
    }
  else
    spark_acts_toast (window, _ ("The clipboard holds neither a video link nor a code"));
  if (video != NULL)
    spark_window_show_video (window, spark_video_item_get (video)->id);
}

static void
on_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkWindow) window = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  /* The window may have been closed meanwhile. */
  if (gtk_widget_in_destruction (GTK_WIDGET (window))
      || !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return;
  if (text != NULL && strlen (text) <= MAX_LENGTH)
    find (window, text);
  else
    spark_acts_toast (window, _ ("The clipboard holds neither a video link nor a code"));
}

static void
paste (GtkWidget *widget, const char *action, GVariant *target)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);

  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING))
    gdk_clipboard_read_text_async (clipboard, NULL, on_text_cb, g_object_ref (widget));
  else
    spark_acts_toast (SPARK_WINDOW (widget),
                      _ ("The clipboard holds neither a video link nor a code"));
}

static void
find_text (GtkWidget *widget, const char *action, GVariant *target)
{
  find (SPARK_WINDOW (widget), g_variant_get_string (target, NULL));
}

/* What is typed comes letter by letter, what is pasted at once. */
static void
on_insert_cb (GtkEditable *delegate, const char *text, int length, int *position)
{
  g_autofree char *inserted = g_strndup (text, length >= 0 ? (gsize)length : strlen (text));
  g_autofree char *item_id = spark_video_link_parse (inserted, NULL, NULL);
  g_autofree char *code = spark_code_normalize (inserted, NULL);

  if (item_id == NULL && code == NULL)
    return;
  g_signal_stop_emission_by_name (delegate, "insert-text");
  gtk_widget_activate_action (GTK_WIDGET (delegate), "win.find-text", "s", inserted);
}

void
spark_paste_watch (GtkSearchEntry *entry)
{
  g_return_if_fail (GTK_IS_SEARCH_ENTRY (entry));

  g_signal_connect (gtk_editable_get_delegate (GTK_EDITABLE (entry)), "insert-text",
                    G_CALLBACK (on_insert_cb), NULL);
}

void
spark_window_install_paste (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.find-text", "s", find_text);
  gtk_widget_class_install_action (klass, "win.paste", NULL, paste);
}

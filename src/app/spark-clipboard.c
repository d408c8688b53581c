/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-clipboard"

#include "config.h"

#include <libsecret/secret.h>

#include "app/spark-clipboard.h"

/* A code that is to leave the clipboard; lives on the clipboard. */
typedef struct
{
  GdkClipboard *clipboard;
  GdkContentProvider *content; /* what we put there */
  char *code;
  guint timeout_id;
} Waiting;

static GQuark
waiting_quark (void)
{
  return g_quark_from_static_string ("spark-clipboard-waiting");
}

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_clear_handle_id (&waiting->timeout_id, g_source_remove);
  g_clear_object (&waiting->content);
  secret_password_free (waiting->code);
  g_free (waiting);
}

/* To something empty: what nobody offers any more, GNOME’s window manager goes on offering as it was
 * last. */
static void
clear (GdkClipboard *clipboard)
{
  gdk_clipboard_set_text (clipboard, "");
  g_object_set_qdata (G_OBJECT (clipboard), waiting_quark (), NULL);
}

static void
on_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GdkClipboard *clipboard = GDK_CLIPBOARD (source);
  g_autofree char *text = gdk_clipboard_read_text_finish (clipboard, result, NULL);
  Waiting *waiting = g_object_get_qdata (source, waiting_quark ());

  /* Another code may have been copied meanwhile: it has a time of its own. */
  if (waiting == NULL || waiting->timeout_id != 0)
    return;
  if (g_strcmp0 (text, waiting->code) == 0)
    clear (clipboard);
  else
    g_object_set_qdata (source, waiting_quark (), NULL);
}

static gboolean
on_time_cb (gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->timeout_id = 0;
  if (gdk_clipboard_get_content (waiting->clipboard) == waiting->content)
    clear (waiting->clipboard);
  else if (gdk_clipboard_is_local (waiting->clipboard))
    g_object_set_qdata (G_OBJECT (waiting->clipboard), waiting_quark (), NULL);
  else
    /* A clipboard manager may have taken the same text over. */
    gdk_clipboard_read_text_async (waiting->clipboard, NULL, on_text_cb, NULL);
  return G_SOURCE_REMOVE;
}

void
spark_clipboard_copy_code (GdkClipboard *clipboard, const char *code, guint clear_after_ms)
{
  Waiting *waiting;

  gdk_clipboard_set_text (clipboard, code);
  g_object_set_qdata (G_OBJECT (clipboard), waiting_quark (), NULL);
  if (clear_after_ms == 0)
    return;
  waiting = g_new0 (Waiting, 1);
  waiting->clipboard = clipboard;
  waiting->content = g_object_ref (gdk_clipboard_get_content (clipboard));
  waiting->code = g_strdup (code);
  waiting->timeout_id = g_timeout_add (clear_after_ms, on_time_cb, waiting);
  g_object_set_qdata_full (G_OBJECT (clipboard), waiting_quark (), waiting, waiting_free);
}

void
spark_clipboard_copy_secret (GdkClipboard *clipboard, const char *text)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  spark_clipboard_copy_code (clipboard, text,
                             (guint)g_settings_get_enum (settings, "clear-clipboard") * 60000);
}

void
spark_clipboard_end (GdkClipboard *clipboard)
{
  Waiting *waiting = g_object_get_qdata (G_OBJECT (clipboard), waiting_quark ());

  if (waiting != NULL && gdk_clipboard_get_content (clipboard) == waiting->content)
    clear (clipboard);
}

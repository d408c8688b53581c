/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-waiting-copy"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-waiting-copy.h"
#include "app/spark-window-acts-private.h"

/* Lives on the window. */
typedef struct
{
  SparkWindow *window; /* borrowed */

  /* owned */
  SparkBackend *backend;
  GdkClipboard *clipboard;
  char *video_id;
  char *code_id;
  gulong changed_id;
  gulong clipboard_id;
  guint timeout_id;

  SparkPlatformKind platform;
  gboolean replaces; /* another comes in its place */
  gboolean used;     /* something else is in the clipboard */
} Waiting;

static GQuark
waiting_quark (void)
{
  return g_quark_from_static_string ("spark-waiting-copy");
}

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_signal_handler_disconnect (waiting->backend, waiting->changed_id);
  g_signal_handler_disconnect (waiting->clipboard, waiting->clipboard_id);
  g_clear_handle_id (&waiting->timeout_id, g_source_remove);
  g_object_unref (waiting->backend);
  g_object_unref (waiting->clipboard);
  g_free (waiting->video_id);
  g_free (waiting->code_id);
  g_free (waiting);
}

static void
end (Waiting *waiting)
{
  g_object_set_qdata (G_OBJECT (waiting->window), waiting_quark (), NULL);
}

/* The code that is waited for, as far as it is known here: (transfer full) (nullable) */
static SparkCodeItem *
find_code (Waiting *waiting)
{
  SparkReplica *replica = spark_backend_get_replica (waiting->backend);
  g_autoptr (SparkVideoItem) video = NULL;
  const char *id;

  if (!waiting->replaces)
    return spark_replica_get_code (replica, waiting->code_id);
  video = spark_replica_get_video (replica, waiting->video_id);
  id = video != NULL ? spark_video_item_get (video)->authorization.code_id : NULL;
  return id != NULL && g_strcmp0 (id, waiting->code_id) != 0 ? spark_replica_get_code (replica, id)
                                                             : NULL;
}

static void
tell (Waiting *waiting)
{
  AdwToast *toast = spark_acts_toast_new (_ ("TikTok has made the code"));

  adw_toast_set_button_label (toast, _ ("_Copy"));
  adw_toast_set_action_name (toast, "win.copy-code");
  adw_toast_set_action_target (toast, "s", waiting->video_id);
  spark_window_add_toast (waiting->window, toast);
}

static void
on_changed_cb (Waiting *waiting, guint kinds)
{
  g_autoptr (SparkCodeItem) item = NULL;
  const SparkCode *code;

  if (!(kinds & (SPARK_KINDS_CODE | SPARK_KINDS_VIDEO)))
    return;
  item = find_code (waiting);
  code = item != NULL ? spark_code_item_get (item) : NULL;
  if (code == NULL || code->state == SPARK_CODE_STATE_PENDING)
    return;
  /* It is over before the code is copied, which may begin to wait for another. */
  g_object_steal_qdata (G_OBJECT (waiting->window), waiting_quark ());
  /* Without the key of the copy on this computer it has to be asked for. */
  if (code->state == SPARK_CODE_STATE_READY && (waiting->used || code->code == NULL))
    tell (waiting);
  else if (code->state == SPARK_CODE_STATE_READY)
    {
      g_signal_handler_block (waiting->clipboard, waiting->clipboard_id);
      spark_acts_copy (waiting->window, code, waiting->platform);
    }
  waiting_free (waiting);
}

static void
on_clipboard_cb (Waiting *waiting)
{
  waiting->used = TRUE;
}

static gboolean
on_time_cb (gpointer data)
{
  Waiting *waiting = data;

  waiting->timeout_id = 0;
  spark_acts_toast (waiting->window,
                    _ ("Waiting for TikTok to make the code. Copy it once it is there."));
  end (waiting);
  return G_SOURCE_REMOVE;
}

void
spark_waiting_copy_begin (SparkWindow *window, const SparkCode *code, SparkPlatformKind platform,
                          guint wait_ms)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->window = window;
  waiting->backend = g_object_ref (spark_window_get_backend (window));
  waiting->clipboard = g_object_ref (gtk_widget_get_clipboard (GTK_WIDGET (window)));
  waiting->video_id = g_strdup (code->video_id);
  waiting->code_id = g_strdup (code->id);
  waiting->platform = platform;
  waiting->replaces = code->code != NULL;
  waiting->changed_id
      = g_signal_connect_swapped (waiting->backend, "changed", G_CALLBACK (on_changed_cb), waiting);
  waiting->clipboard_id = g_signal_connect_swapped (waiting->clipboard, "changed",
                                                    G_CALLBACK (on_clipboard_cb), waiting);
  waiting->timeout_id = g_timeout_add (wait_ms, on_time_cb, waiting);
  g_object_set_qdata_full (G_OBJECT (window), waiting_quark (), waiting, waiting_free);
  spark_acts_toast (window, _ ("Waiting for TikTok to make the code. It is then copied."));
  /* It may have come before the answer that says it is waited for. */
  on_changed_cb (waiting, SPARK_KINDS_CODE);
}

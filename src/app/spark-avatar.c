/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-avatar"

#include "config.h"

#include "app/spark-avatar.h"

typedef struct
{
  SparkCovers *covers;
  SparkClient *client;
  char *path;
  gboolean fetch;
  GCancellable *cancellable;
} Source;

static void
source_free (Source *source)
{
  g_cancellable_cancel (source->cancellable);
  g_object_unref (source->cancellable);
  g_object_unref (source->client);
  g_object_unref (source->covers);
  g_free (source->path);
  g_free (source);
}

static GQuark
source_quark (void)
{
  return g_quark_from_static_string ("spark-avatar-source");
}

static void on_retry_cb (AdwAvatar *avatar);

static void
on_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AdwAvatar) avatar = user_data;
  g_autoptr (GdkTexture) texture = spark_covers_load_finish (SPARK_COVERS (object), result, NULL);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  if (texture != NULL)
    adw_avatar_set_custom_image (avatar, GDK_PAINTABLE (texture));
  else
    g_signal_connect_object (object, "retry", G_CALLBACK (on_retry_cb), avatar, G_CONNECT_SWAPPED);
}

static void
forget_retry (AdwAvatar *avatar, Source *source)
{
  g_signal_handlers_disconnect_by_func (source->covers, on_retry_cb, avatar);
}

static void
load (AdwAvatar *avatar, Source *source)
{
  int size = adw_avatar_get_size (avatar) * gtk_widget_get_scale_factor (GTK_WIDGET (avatar));
  g_autoptr (GdkTexture) texture
      = spark_covers_peek (source->covers, source->client, source->path, size, size, 0);

  forget_retry (avatar, source);
  adw_avatar_set_custom_image (avatar, texture != NULL ? GDK_PAINTABLE (texture) : NULL);
  if (texture == NULL)
    spark_covers_load_async (source->covers, source->client, source->path, source->fetch, size,
                             size, 0, source->cancellable, on_loaded_cb, g_object_ref (avatar));
}

static void
on_retry_cb (AdwAvatar *avatar)
{
  load (avatar, g_object_get_qdata (G_OBJECT (avatar), source_quark ()));
}

void
spark_avatar_set_source (AdwAvatar *avatar, SparkCovers *covers, SparkClient *client,
                         const char *path, gboolean fetch)
{
  Source *old = g_object_get_qdata (G_OBJECT (avatar), source_quark ());
  Source *source;

  g_return_if_fail (ADW_IS_AVATAR (avatar));

  /* A picture elsewhere than on the backend is not asked for: that would tell others who looks. */
  if (client == NULL || path == NULL || *path != '/')
    {
      if (old != NULL)
        forget_retry (avatar, old);
      g_object_set_qdata (G_OBJECT (avatar), source_quark (), NULL);
      adw_avatar_set_custom_image (avatar, NULL);
      return;
    }
  if (old != NULL && old->client == client && g_str_equal (old->path, path)
      && (old->fetch || !fetch))
    return;
  source = g_new0 (Source, 1);
  source->covers = g_object_ref (covers);
  source->client = g_object_ref (client);
  source->path = g_strdup (path);
  source->fetch = fetch;
  source->cancellable = g_cancellable_new ();
  g_object_set_qdata_full (G_OBJECT (avatar), source_quark (), source, (GDestroyNotify)source_free);
  load (avatar, source);
}

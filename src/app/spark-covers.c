/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-covers"

#include "config.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "app/spark-covers.h"
#include "app/spark-picture.h"
#include "model/spark-error.h"

#define MAX_RUNNING      4
#define MAX_MEMORY_BYTES (32 * 1024 * 1024)
#define MAX_DISK_BYTES   (G_GINT64_CONSTANT (64) * 1024 * 1024)
#define MAX_FILE_BYTES   (4 * 1024 * 1024)
#define MAX_AGE_S        (30 * 24 * 60 * 60)
/* What may be written before the disk is looked at again: never more than this beyond the bound. */
#define PRUNE_BYTES (MAX_DISK_BYTES / 8)
/* How exactly it is known when a file was used last. */
#define USED_S (24 * 60 * 60)
/* The backend is asked only for what is looked at, not for what is scrolled past. */
#define LOOK_MS 150

typedef struct
{
  char *key;
  GdkTexture *texture;
  gsize size;
} Entry;

typedef struct
{
  SparkClient *client;
  char *path;
  char *key;
  char *file;
  GBytes *bytes;
  int width;
  int height;
  int radius;
  gboolean fetch;
  gboolean looked; /* at, long enough for asking the backend */
} Load;

struct _SparkCovers
{
  GObject parent_instance;

  /* owned */
  char *directory;
  GHashTable *entries; /* key → link in recent */
  GQueue recent;       /* of Entry, the last used first */
  GQueue waiting;      /* of GTask */
  gsize size;
  gint64 written; /* bytes, since the disk was looked at */
  guint running;
};

enum
{
  MISSED,
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkCovers, spark_covers, G_TYPE_OBJECT)

static void pump (SparkCovers *self);

static void
entry_free (Entry *entry)
{
  g_free (entry->key);
  g_object_unref (entry->texture);
  g_free (entry);
}

static void
load_free (Load *load)
{
  g_object_unref (load->client);
  g_free (load->path);
  g_free (load->key);
  g_free (load->file);
  g_clear_pointer (&load->bytes, g_bytes_unref);
  g_free (load);
}

static char *
make_key (SparkClient *client, const char *path, int width, int height, int radius)
{
  return g_strdup_printf ("%s\n%s\n%dx%d %d", spark_client_get_url (client), path, width, height,
                          radius);
}

static char *
make_file (SparkCovers *self, SparkClient *client, const char *path)
{
  g_autofree char *whole = g_strconcat (spark_client_get_url (client), "\n", path, NULL);
  g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);

  return g_build_filename (self->directory, name, NULL);
}

/* memory */

static void
drop_last (SparkCovers *self)
{
  Entry *entry = g_queue_pop_tail (&self->recent);

  g_hash_table_remove (self->entries, entry->key);
  self->size -= entry->size;
  entry_free (entry);
}

static void
remember (SparkCovers *self, const char *key, GdkTexture *texture)
{
  Entry *entry;

  if (g_hash_table_contains (self->entries, key))
    return;
  entry = g_new0 (Entry, 1);
  entry->key = g_strdup (key);
  entry->texture = g_object_ref (texture);
  entry->size
      = (gsize)gdk_texture_get_width (texture) * (gsize)gdk_texture_get_height (texture) * 4;
  g_queue_push_head (&self->recent, entry);
  g_hash_table_insert (self->entries, entry->key, self->recent.head);
  self->size += entry->size;
  while (self->size > MAX_MEMORY_BYTES)
    drop_last (self);
}

/* disk; on other threads */

typedef struct
{
  char *path;
  gint64 size;
  gint64 used_at;
} CacheFile;

static void
cache_file_free (CacheFile *file)
{
  g_free (file->path);
  g_free (file);
}

static int
compare_last_used_first (gconstpointer a, gconstpointer b)
{
  const CacheFile *const *first = a;
  const CacheFile *const *second = b;

  return (*first)->used_at < (*second)->used_at   ? 1
         : (*first)->used_at > (*second)->used_at ? -1
                                                  : 0;
}

static void
prune_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *directory = data;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)cache_file_free);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gint64 total = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      GStatBuf status;
      CacheFile *file;

      if (g_stat (path, &status) != 0)
        continue;
      file = g_new0 (CacheFile, 1);
      file->path = g_steal_pointer (&path);
      file->size = status.st_size;
      file->used_at = status.st_mtime;
      g_ptr_array_add (files, file);
    }
  g_ptr_array_sort (files, compare_last_used_first);
  for (guint i = 0; i < files->len; i++)
    {
      CacheFile *file = g_ptr_array_index (files, i);

      total += file->size;
      if (total > MAX_DISK_BYTES || now - file->used_at > MAX_AGE_S)
        g_unlink (file->path);
    }
  g_task_return_boolean (task, TRUE);
}

static void
prune (SparkCovers *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->written = 0;
  g_task_set_task_data (task, g_strdup (self->directory), g_free);
  g_task_set_priority (task, G_PRIORITY_LOW);
  g_task_run_in_thread (task, prune_in_thread);
}

static GBytes *
read_file (const char *path)
{
  GStatBuf status;
  char *contents;
  gsize length;

  if (g_stat (path, &status) != 0 || status.st_size > MAX_FILE_BYTES
      || !g_file_get_contents (path, &contents, &length, NULL))
    return NULL;
  /* The last used are kept. */
  if (g_get_real_time () / G_USEC_PER_SEC - status.st_mtime > USED_S)
    g_utime (path, NULL);
  return g_bytes_new_take (contents, length);
}

static void
decode_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  g_autoptr (GBytes) bytes
      = load->bytes != NULL ? g_bytes_ref (load->bytes) : read_file (load->file);
  g_autoptr (GError) error = NULL;
  GdkTexture *texture;

  if (bytes == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "Not on this computer.");
      return;
    }
  texture = spark_picture_decode (bytes, load->width, load->height, load->radius, &error);
  if (texture == NULL)
    {
      g_unlink (load->file);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* Not being able to keep it only means to fetch it again. */
  if (load->bytes != NULL)
    g_file_set_contents_full (load->file, g_bytes_get_data (bytes, NULL),
                              (gssize)g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_NONE, 0600,
                              NULL);
  g_task_return_pointer (task, texture, g_object_unref);
}

/* one load: memory, then disk, then the backend */

static void
end_load (SparkCovers *self, GTask *task, GdkTexture *texture, GError *error)
{
  Load *load = g_task_get_task_data (task);

  self->running--;
  if (load->bytes != NULL)
    self->written += (gint64)g_bytes_get_size (load->bytes);
  if (self->written > PRUNE_BYTES)
    prune (self);
  if (texture != NULL)
    {
      remember (self, load->key, texture);
      g_task_return_pointer (task, g_object_ref (texture), g_object_unref);
    }
  else
    {
      if (load->looked && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
          && !g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        g_signal_emit (self, signals[MISSED], 0, error);
      g_task_return_error (task, error);
    }
  pump (self);
}

static void decode (GTask *task);

static void
on_fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  load->bytes = spark_client_fetch_finish (SPARK_CLIENT (source), result, &error);
  if (load->bytes == NULL)
    end_load (g_task_get_source_object (task), task, NULL, g_steal_pointer (&error));
  else
    decode (g_steal_pointer (&task));
}

static void
fetch (GTask *task)
{
  Load *load = g_task_get_task_data (task);

  spark_client_fetch_async (load->client, load->path, "image/", g_task_get_cancellable (task),
                            on_fetched_cb, task);
}

static gboolean
on_looked_cb (gpointer user_data)
{
  GTask *task = user_data;

  if (!g_task_return_error_if_cancelled (task))
    {
      Load *load = g_task_get_task_data (task);
      SparkCovers *self = g_task_get_source_object (task);

      load->looked = TRUE;
      g_queue_push_tail (&self->waiting, g_object_ref (task));
      pump (self);
    }
  return G_SOURCE_REMOVE;
}

static void
look (GTask *task)
{
  g_autoptr (GSource) source = g_timeout_source_new (LOOK_MS);

  g_task_attach_source (task, source, on_looked_cb);
}

static void
on_decoded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (texture == NULL && load->bytes == NULL && load->fetch
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      SparkCovers *self = g_task_get_source_object (task);

      self->running--;
      look (task);
      pump (self);
    }
  else
    end_load (g_task_get_source_object (task), task, texture, g_steal_pointer (&error));
}

static void
decode (GTask *task)
{
  g_autoptr (GTask) work = g_task_new (NULL, g_task_get_cancellable (task), on_decoded_cb, task);

  /* The load outlives this: it is the data of a task that this one's callback owns. */
  g_task_set_task_data (work, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (work, decode_in_thread);
}

static void
pump (SparkCovers *self)
{
  while (self->running < MAX_RUNNING && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (GTask) task = g_queue_pop_head (&self->waiting);

      if (g_task_return_error_if_cancelled (task))
        continue;
      self->running++;
      if (((Load *)g_task_get_task_data (task))->looked)
        fetch (g_steal_pointer (&task));
      else
        decode (g_steal_pointer (&task));
    }
}

static void
spark_covers_finalize (GObject *object)
{
  SparkCovers *self = SPARK_COVERS (object);

  /* Every load holds a reference, so none is waiting any more. */
  g_assert (g_queue_is_empty (&self->waiting));
  while (!g_queue_is_empty (&self->recent))
    drop_last (self);
  g_hash_table_unref (self->entries);
  g_free (self->directory);

  G_OBJECT_CLASS (spark_covers_parent_class)->finalize (object);
}

static void
spark_covers_class_init (SparkCoversClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_covers_finalize;

  signals[MISSED] = g_signal_new ("missed", SPARK_TYPE_COVERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[RETRY] = g_signal_new ("retry", SPARK_TYPE_COVERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
spark_covers_init (SparkCovers *self)
{
  self->directory = g_build_filename (g_get_user_cache_dir (), "sparkbox", "covers", NULL);
  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->recent);
  g_queue_init (&self->waiting);
  if (g_mkdir_with_parents (self->directory, 0700) == 0)
    prune (self);
}

SparkCovers *
spark_covers_new (void)
{
  return g_object_new (SPARK_TYPE_COVERS, NULL);
}

GdkTexture *
spark_covers_peek (SparkCovers *self, SparkClient *client, const char *path, int width, int height,
                   int radius)
{
  g_autofree char *key = make_key (client, path, width, height, radius);
  GList *link;

  g_return_val_if_fail (SPARK_IS_COVERS (self), NULL);

  link = g_hash_table_lookup (self->entries, key);
  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->recent, link);
  g_queue_push_head_link (&self->recent, link);
  return g_object_ref (((Entry *)link->data)->texture);
}

void
spark_covers_load_async (SparkCovers *self, SparkClient *client, const char *path, gboolean fetch,
                         int width, int height, int radius, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (SPARK_IS_COVERS (self));
  g_return_if_fail (SPARK_IS_CLIENT (client));
  g_return_if_fail (width > 0 && height > 0);

  load = g_new0 (Load, 1);
  load->client = g_object_ref (client);
  load->path = g_strdup (path);
  load->key = make_key (client, path, width, height, radius);
  load->file = make_file (self, client, path);
  load->width = width;
  load->height = height;
  load->radius = radius;
  load->fetch = fetch;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_covers_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify)load_free);
  g_queue_push_tail (&self->waiting, g_steal_pointer (&task));
  pump (self);
}

GdkTexture *
spark_covers_load_finish (SparkCovers *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_covers_retry (SparkCovers *self)
{
  g_return_if_fail (SPARK_IS_COVERS (self));

  g_signal_emit (self, signals[RETRY], 0);
}

gsize
spark_covers_get_size (SparkCovers *self)
{
  g_return_val_if_fail (SPARK_IS_COVERS (self), 0);

  return self->size;
}

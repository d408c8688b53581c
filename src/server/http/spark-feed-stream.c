/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/http/spark-http-private.h"

/* What is told at once where it is not in chunks; those are made in the connection's own memory. */
#define BLOCK_BYTES 1024
/* What an idle stream keeps to be filled. */
#define BUFFER_BYTES 512

/* With the stream's lock held. */
static void
resume (SparkFeedStream *self)
{
  if (!self->suspended)
    return;
  self->suspended = FALSE;
  MHD_resume_connection (self->connection);
  spark_loop_wake (self->loop);
}

void
spark_feed_stream_wake (SparkFeedStream *self)
{
  pthread_mutex_lock (&self->lock);
  self->woken = TRUE;
  resume (self);
  pthread_mutex_unlock (&self->lock);
}

/* A first load may be large, and what comes later is not: memory is worth having back, many times.
 */
static void
empty (SparkFeedStream *self)
{
  if (self->buffer->allocated_len > BUFFER_BYTES)
    {
      g_string_free (self->buffer, TRUE);
      self->buffer = g_string_new (NULL);
    }
  g_string_truncate (self->buffer, 0);
  self->sent = 0;
  spark_untaken_remove (self->http, self->peer, self->untaken);
  self->untaken = 0;
}

/* Feeds that were opened, or told of something, at one time are not all pinged at one time. */
static void
set_ping (SparkFeedStream *self)
{
  double seconds = self->http->options.ping_seconds * g_random_double_range (0.75, 1);

  atomic_store (&self->ping_at, g_get_monotonic_time () + (gint64)(seconds * G_USEC_PER_SEC));
}

/* Whether the other side has closed it: asked of the socket itself, for who told may have meant one
 * that had this place in memory before. */
static gboolean
is_closed (SparkFeedStream *self)
{
  struct pollfd fd = { self->socket, POLLRDHUP, 0 };

  return poll (&fd, 1, 0) == 1;
}

/* Fills the buffer. FALSE: the stream is over. */
static gboolean
refill (SparkFeedStream *self)
{
  gboolean ping, hung_up;

  empty (self);
  pthread_mutex_lock (&self->lock);
  self->woken = FALSE;
  ping = self->ping_due;
  self->ping_due = FALSE;
  hung_up = self->hung_up;
  pthread_mutex_unlock (&self->lock);
  if ((hung_up && is_closed (self)) || atomic_load (&self->http->stopping)
      || (self->peer != NULL && spark_untaken_is_full (self->http, self->peer))
      || !self->fill (self, self->buffer, self->data))
    return FALSE;
  if (ping && self->buffer->len == 0)
    g_string_append (self->buffer, ": ping\n\n");
  if (self->peer != NULL)
    self->untaken = spark_untaken_add (self->http, self->peer, self->buffer->len);
  return TRUE;
}

static gsize
page_bytes (void)
{
  return (gsize)sysconf (_SC_PAGESIZE);
}

/* Of those that are wholly in @block, or behind it. */
static char *
first_page (char *block)
{
  gsize page = page_bytes ();

  return block + (page - GPOINTER_TO_SIZE (block) % page) % page;
}

/* @block is what its request has left of the connection's memory, and what is in it means nothing
 * until it is filled: as long as there is nothing to tell, whole pages of it are the system's. */
static void
give_back (SparkFeedStream *self, char *block, gsize size)
{
  char *start = first_page (block);
  char *end = block + size;

  end -= GPOINTER_TO_SIZE (end) % page_bytes ();
  if (!self->given_back && start < end)
    madvise (start, (gsize)(end - start), MADV_DONTNEED);
  self->given_back = TRUE;
}

static ssize_t
on_read (void *cls, uint64_t position, char *block, size_t size)
{
  SparkFeedStream *self = cls;
  gsize left;

  for (;;)
    {
      left = self->buffer->len - self->sent;
      if (left > 0)
        break;
      if (!refill (self))
        return MHD_CONTENT_READER_END_OF_STREAM;
      if (self->buffer->len > 0)
        continue;
      give_back (self, block, size);
      pthread_mutex_lock (&self->lock);
      if (self->woken)
        {
          /* Somebody wrote while we looked: look again. */
          pthread_mutex_unlock (&self->lock);
          continue;
        }
      self->suspended = TRUE;
      MHD_suspend_connection (self->connection);
      pthread_mutex_unlock (&self->lock);
      return 0;
    }
  left = MIN (left, size);
  memcpy (block, self->buffer->str + self->sent, left);
  self->sent += left;
  if (block + left > first_page (block))
    self->given_back = FALSE;
  set_ping (self);
  return (ssize_t)left;
}

static void
on_free (void *cls)
{
  SparkFeedStream *self = cls;
  SparkHttp *http = self->http;

  if (self->destroy != NULL)
    self->destroy (self->data);
  spark_watcher_remove (http, self->socket);
  pthread_mutex_lock (&http->lock);
  g_hash_table_remove (http->streams, self);
  pthread_cond_broadcast (&http->idle);
  pthread_mutex_unlock (&http->lock);
  spark_untaken_remove (http, self->peer, self->untaken);
  g_free (self->peer);
  g_string_free (self->buffer, TRUE);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

SparkFeedStream *
spark_request_respond_feed (SparkRequest *request, SparkFeedFill fill, gpointer data,
                            GDestroyNotify destroy)
{
  SparkFeedStream *self = g_new0 (SparkFeedStream, 1);
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  gsize block_bytes;

  self->http = request->listener->http;
  self->loop = request->loop;
  self->connection = request->connection;
  self->fill = fill;
  self->data = data;
  self->destroy = destroy;
  if (!spark_request_is_unix (request))
    self->peer = g_strdup (spark_request_peer (request));
  self->buffer = g_string_new (NULL);
  self->socket = info->connect_fd;
  set_ping (self);
  pthread_mutex_init (&self->lock, NULL);

  pthread_mutex_lock (&self->http->lock);
  g_hash_table_add (self->http->streams, self);
  pthread_mutex_unlock (&self->http->lock);
  spark_watcher_add (self->http, self->socket, self);
  block_bytes = strcmp (request->version, MHD_HTTP_VERSION_1_0) == 0 ? BLOCK_BYTES : 1;
  request->feed
      = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, block_bytes, on_read, self, on_free);
  MHD_add_response_header (request->feed, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  /* nginx in front would keep what is told until it has some pages of it. */
  spark_request_add_header (request, "X-Accel-Buffering", "no");
  spark_request_respond (request, MHD_HTTP_OK, "text/event-stream", NULL);
  return self;
}

void
spark_feed_stream_end_all (SparkHttp *http)
{
  GHashTableIter iter;
  gpointer stream;

  g_hash_table_iter_init (&iter, http->streams);
  while (g_hash_table_iter_next (&iter, &stream, NULL))
    spark_feed_stream_wake (stream);
}

void
spark_feed_stream_hang_up (SparkHttp *http, SparkFeedStream *stream)
{
  /* It may have ended meanwhile. */
  if (!g_hash_table_contains (http->streams, stream))
    return;
  pthread_mutex_lock (&stream->lock);
  stream->hung_up = TRUE;
  stream->woken = TRUE;
  resume (stream);
  pthread_mutex_unlock (&stream->lock);
}

void
spark_feed_stream_ping_quiet (SparkHttp *http)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, http->streams);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      SparkFeedStream *stream = key;

      if (atomic_load (&stream->ping_at) > now)
        continue;
      pthread_mutex_lock (&stream->lock);
      stream->ping_due = TRUE;
      stream->woken = TRUE;
      resume (stream);
      pthread_mutex_unlock (&stream->lock);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <string.h>

#include "server/api/spark-api-private.h"

#define DEFAULT_LIMIT 200
#define MAX_LIMIT     500
/* Changes in one burst of a feed, so that a slow reader holds no more than these in memory. */
#define BURST 200

/*
 * Wakes the feeds whose accounts have changed. A wake-up carries nothing: what is new is read from
 * the database by the feed's own cursor, so a wake-up too many costs a look, and one too few is
 * made good by the next ping.
 */
struct _SparkFeedHub
{
  SparkApi *api;
  pthread_mutex_t lock;   /* for what follows, and the callers of feeds */
  GHashTable *by_account; /* of an account (gint64 *) to the Feeds that cover it (GSList) */
  GSList *of_all;         /* Feeds that cover every account */
  SparkApiWake wake;      /* guarded too */
  gpointer wake_data;
};

typedef struct
{
  SparkFeedHub *hub;
  SparkFeedStream *stream;
  SparkCaller caller;
  SparkCursor cursor;
  gboolean ready; /* has caught up once */
} Feed;

/* The next with the hub's lock held. */

static void
put (Feed *feed)
{
  SparkFeedHub *hub = feed->hub;

  if (feed->caller.all)
    hub->of_all = g_slist_prepend (hub->of_all, feed);
  for (gsize i = 0; !feed->caller.all && i < feed->caller.n_accounts; i++)
    {
      gint64 account = feed->caller.accounts[i];
      GSList *feeds = g_hash_table_lookup (hub->by_account, &account);

      g_hash_table_insert (hub->by_account, g_memdup2 (&account, sizeof account),
                           g_slist_prepend (feeds, feed));
    }
}

static void
take_out (Feed *feed)
{
  SparkFeedHub *hub = feed->hub;

  hub->of_all = g_slist_remove (hub->of_all, feed);
  for (gsize i = 0; i < feed->caller.n_accounts; i++)
    {
      gint64 account = feed->caller.accounts[i];
      GSList *feeds = g_slist_remove (g_hash_table_lookup (hub->by_account, &account), feed);

      if (feeds == NULL)
        g_hash_table_remove (hub->by_account, &account);
      else
        g_hash_table_insert (hub->by_account, g_memdup2 (&account, sizeof account), feeds);
    }
}

static void
wake_each (const GSList *feeds)
{
  for (; feeds != NULL; feeds = feeds->next)
    if (((Feed *)feeds->data)->stream != NULL)
      spark_feed_stream_wake (((Feed *)feeds->data)->stream);
}

static void
on_changed (const gint64 *accounts, gsize n_accounts, gpointer data)
{
  SparkFeedHub *hub = data;
  GHashTableIter iter;
  gpointer feeds;

  pthread_mutex_lock (&hub->lock);
  wake_each (hub->of_all);
  /* Most changes concern few of many. */
  for (gsize i = 0; accounts != NULL && i < n_accounts; i++)
    wake_each (g_hash_table_lookup (hub->by_account, &accounts[i]));
  g_hash_table_iter_init (&iter, hub->by_account);
  while (accounts == NULL && g_hash_table_iter_next (&iter, NULL, &feeds))
    wake_each (feeds);
  /* What was written may be to be done at TikTok. */
  if (hub->wake != NULL)
    hub->wake (hub->wake_data);
  pthread_mutex_unlock (&hub->lock);
}

SparkFeedHub *
spark_feed_hub_new (SparkApi *api)
{
  SparkFeedHub *hub = g_new0 (SparkFeedHub, 1);

  hub->api = api;
  hub->by_account = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  pthread_mutex_init (&hub->lock, NULL);
  spark_store_set_changed (api->store, on_changed, hub);
  return hub;
}

void
spark_feed_hub_set_wake (SparkFeedHub *hub, SparkApiWake wake, gpointer data)
{
  pthread_mutex_lock (&hub->lock);
  hub->wake = wake;
  hub->wake_data = data;
  pthread_mutex_unlock (&hub->lock);
}

void
spark_feed_hub_wake (SparkFeedHub *hub)
{
  pthread_mutex_lock (&hub->lock);
  if (hub->wake != NULL)
    hub->wake (hub->wake_data);
  pthread_mutex_unlock (&hub->lock);
}

void
spark_feed_hub_free (SparkFeedHub *hub)
{
  spark_store_set_changed (hub->api->store, NULL, NULL);
  g_hash_table_unref (hub->by_account);
  pthread_mutex_destroy (&hub->lock);
  g_free (hub);
}

static void
feed_free (gpointer data)
{
  Feed *feed = data;

  pthread_mutex_lock (&feed->hub->lock);
  take_out (feed);
  pthread_mutex_unlock (&feed->hub->lock);
  spark_caller_clear (&feed->caller);
  spark_cursor_clear (&feed->cursor);
  g_free (feed);
}

static void
append_burst (Feed *feed, GPtrArray *changes, gboolean more, GString *out)
{
  g_autofree char *cursor = spark_cursor_format (&feed->cursor, feed->hub->api->store);

  for (guint i = 0; i < changes->len; i++)
    {
      /* The id is only on the last: a burst is taken whole or not at all. */
      if (i + 1 == changes->len)
        g_string_append_printf (out, "id: %s\n", cursor);
      g_string_append_printf (out, "event: change\ndata: %s\n\n", (char *)changes->pdata[i]);
    }
  /* All of it was left out. Something must be sent, or nobody would ask for the rest. */
  if (changes->len == 0 && more)
    g_string_append (out, ":\n\n");
  else if (!feed->ready && !more && changes->len == 0)
    {
      feed->ready = TRUE;
      g_string_append_printf (out, "id: %s\nevent: ready\ndata: {}\n\n", cursor);
    }
}

/* A feed ends with its token, and may always just what that may. */
static gboolean
look_at_token (Feed *feed, SparkTx *tx, GError **error)
{
  SparkCredential credential;
  gboolean moves;

  if (feed->caller.all)
    return TRUE;
  if (!spark_read_token_again (tx, &feed->caller.token, &credential, error))
    return FALSE;
  moves = credential.scope.n_accounts != feed->caller.n_accounts
          || (feed->caller.n_accounts > 0
              && memcmp (credential.scope.accounts, feed->caller.accounts,
                         feed->caller.n_accounts * sizeof *feed->caller.accounts)
                     != 0);
  pthread_mutex_lock (&feed->hub->lock);
  if (moves)
    take_out (feed);
  spark_caller_update (&feed->caller, &credential);
  if (moves)
    put (feed);
  pthread_mutex_unlock (&feed->hub->lock);
  return TRUE;
}

static gboolean
fill (SparkFeedStream *stream, GString *out, gpointer data)
{
  Feed *feed = data;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  gint64 remaining = 0;
  gboolean ok;
  SparkTx *tx = spark_store_read_begin (feed->hub->api->store, &error);

  if (tx == NULL)
    return FALSE;
  ok = look_at_token (feed, tx, &error)
       && spark_changes_collect (feed->hub->api, tx, &feed->caller, &feed->cursor, BURST, changes,
                                 &remaining, &error);
  spark_store_read_end (tx);
  if (ok)
    append_burst (feed, changes, remaining > 0, out);
  return ok;
}

static void
get_feed (SparkRequest *request, gpointer data)
{
  SparkApi *api = data;
  const char *after = spark_request_header (request, "Last-Event-ID");
  Feed *feed = g_new0 (Feed, 1);
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  if (after == NULL)
    after = spark_request_query (request, "after");
  feed->hub = api->hub;
  tx = spark_store_read_begin (api->store, &error);
  if (tx != NULL)
    {
      if (spark_access_authenticate (tx, request, &feed->caller, &error)
          && spark_cursor_parse (&feed->cursor, after, api->store, &error))
        /* A position that is not this database's is told before the stream begins. */
        spark_cursor_check (&feed->cursor, tx, &feed->caller, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    {
      feed_free (feed);
      spark_api_refuse (request, error);
      return;
    }
  pthread_mutex_lock (&api->hub->lock);
  put (feed);
  feed->stream = spark_request_respond_feed (request, fill, feed, feed_free);
  pthread_mutex_unlock (&api->hub->lock);
}

static gboolean
read_changes (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
              SparkJsonWriter *writer, GError **error)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_free);
  g_auto (SparkCursor) cursor = { 0 };
  g_autofree char *position = NULL;
  const char *limit = spark_request_query (request, "limit");
  gint64 number = DEFAULT_LIMIT;
  gint64 remaining;

  if (limit != NULL && !g_ascii_string_to_signed (limit, 10, 1, MAX_LIMIT, &number, NULL))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The limit is a number from 1 to %d.", MAX_LIMIT);
      return FALSE;
    }
  if (!spark_cursor_parse (&cursor, spark_request_query (request, "after"), api->store, error)
      || !spark_changes_collect (api, tx, caller, &cursor, (guint)number, changes, &remaining,
                                 error))
    return FALSE;
  position = spark_cursor_format (&cursor, api->store);
  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  for (guint i = 0; i < changes->len; i++)
    spark_json_raw (writer, NULL, changes->pdata[i]);
  spark_json_end_array (writer);
  spark_json_string (writer, "cursor", position);
  spark_json_bool (writer, "has_more", remaining > 0);
  spark_json_int (writer, "remaining", remaining);
  spark_json_end_object (writer);
  return TRUE;
}

static void
get_changes (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_changes);
}

const SparkRoute spark_api_change_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/changes", get_changes, 0, FALSE },
  { SPARK_FACE_CREATORS, "GET", "/v1/feed", get_feed, 0, FALSE },
};
const gsize spark_api_n_change_routes = G_N_ELEMENTS (spark_api_change_routes);

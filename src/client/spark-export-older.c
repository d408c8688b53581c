/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-export"

#include "config.h"

#include "client/spark-event-reach.h"
#include "client/spark-export-private.h"
#include "client/spark-replica-bodies.h"
#include "model/spark-error.h"
#include "model/spark-event-page.h"
#include "model/spark-rules.h"

/* More than any account has: a backend that never ends does not fill the disk. */
#define MAX_PAGES 100000
/* With more, all that happened in their accounts is asked for, and looked through here. */
#define MAX_VIDEOS 20
/* Of the progress, at least: as little as the replica may have. */
#define MIN_STEPS 100

/* How soon a cancelled question is left. */
#define LOOK_US (G_USEC_PER_SEC / 10)

/* What is asked for, page after page. */
typedef struct
{
  char *account_id;
  char *video_id;    /* NULL: all of the account */
  gint64 before;     /* where the replica begins; 0: it has nothing */
  gint64 created_at; /* of the account; 0: not known */
} Older;

static void
older_clear (gpointer data)
{
  Older *older = data;

  g_free (older->account_id);
  g_free (older->video_id);
}

/* --- what there is to ask for --- */

static void
add_older (SparkExportRun *run, const SparkAccount *account, const SparkEventReach *reach,
           const char *video_id)
{
  Older older = { .account_id = g_strdup (account->id),
                  .video_id = g_strdup (video_id),
                  .before = reach->oldest,
                  .created_at = account->created_at };

  g_array_append_val (run->older, older);
}

static void
add_videos (SparkExportRun *run, const SparkAccount *account, const SparkEventReach *reach)
{
  /* Whose it is is in the id of a video, which need not be here yet. */
  g_autofree char *begin = g_strconcat (account->id, ".", NULL);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, run->videos);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (g_str_has_prefix (id, begin))
      add_older (run, account, reach, id);
}

static gboolean
note_account (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt, GVariant *body)
{
  SparkAccount account;
  SparkEventReach reach;

  if (!spark_event_reach_find (run->db, sqlite3_column_int64 (stmt, 0), &reach, &run->error))
    return FALSE;
  spark_account_unpack (&account, body);
  if (reach.whole)
    return TRUE;
  if (run->videos != NULL && g_hash_table_size (run->videos) <= MAX_VIDEOS)
    add_videos (run, &account, &reach);
  else
    add_older (run, &account, &reach, NULL);
  return run->error == NULL;
}

/* Of the progress, for each; half of all together. */
static int
get_steps (const SparkExportRun *run)
{
  return MAX (MIN_STEPS, run->n_rows / (int)MAX (run->older->len, 1));
}

gboolean
spark_export_find_older (SparkExportRun *run)
{
  SparkExport *self = run->export;

  run->older = g_array_new (FALSE, FALSE, sizeof (Older));
  g_array_set_clear_func (run->older, older_clear);
  if (!spark_export_scan (run, "export_accounts", SPARK_KIND_ACCOUNT, note_account))
    return FALSE;
  g_atomic_int_set (&self->partial, self->client == NULL && run->older->len > 0);
  if (self->client == NULL)
    g_array_set_size (run->older, 0);
  g_atomic_int_set (&self->total, run->n_rows + get_steps (run) * (int)run->older->len);
  return TRUE;
}

/* --- asking --- */

/* The client belongs to another thread: this one waits for it, but not for a thread that has ended.
 * Of both. */
typedef struct
{
  SparkClient *client;
  GCancellable *cancellable;
  char *path;

  GMutex lock; /* for the following */
  GCond answered;
  JsonNode *answer;
  GError *error;
  gboolean done;
} Question;

static void
question_clear (gpointer data)
{
  Question *question = data;

  g_object_unref (question->client);
  g_clear_object (&question->cancellable);
  g_free (question->path);
  g_mutex_clear (&question->lock);
  g_cond_clear (&question->answered);
  g_clear_pointer (&question->answer, json_node_unref);
  g_clear_error (&question->error);
}

static void
question_unref (gpointer question)
{
  g_atomic_rc_box_release_full (question, question_clear);
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;

  g_mutex_lock (&question->lock);
  question->answer = spark_client_send_finish (SPARK_CLIENT (source), result, &question->error);
  question->done = TRUE;
  g_cond_signal (&question->answered);
  g_mutex_unlock (&question->lock);
  question_unref (question);
}

static gboolean
on_ask_cb (gpointer data)
{
  Question *question = data;

  spark_client_send_async (question->client, "GET", question->path, NULL, question->cancellable,
                           on_answer_cb, g_atomic_rc_box_acquire (question));
  return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable) */
static JsonNode *
ask (SparkExportRun *run, const char *path, GError **error)
{
  Question *question = g_atomic_rc_box_new0 (Question);
  g_autoptr (GSource) source = g_idle_source_new ();
  JsonNode *answer;

  question->client = g_object_ref (run->export->client);
  g_set_object (&question->cancellable, run->cancellable);
  question->path = g_strdup (path);
  g_mutex_init (&question->lock);
  g_cond_init (&question->answered);
  /* g_main_context_invoke() would ask on this thread while the other is between two turns. */
  g_source_set_callback (source, on_ask_cb, g_atomic_rc_box_acquire (question), question_unref);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_attach (source, run->context);
  g_mutex_lock (&question->lock);
  while (!question->done && !g_cancellable_is_cancelled (run->cancellable))
    g_cond_wait_until (&question->answered, &question->lock, g_get_monotonic_time () + LOOK_US);
  answer = g_steal_pointer (&question->answer);
  if (question->error != NULL)
    g_propagate_error (error, g_steal_pointer (&question->error));
  else if (!question->done)
    g_cancellable_set_error_if_cancelled (run->cancellable, error);
  g_mutex_unlock (&question->lock);
  question_unref (question);
  return answer;
}

/* (transfer full) */
static char *
build_path (const Older *older, const char *cursor)
{
  GString *path = g_string_new ("/v1/events?limit=100");
  g_autofree char *before = older->before != 0 ? spark_time_format (older->before) : NULL;

  spark_event_page_append (path, "account", older->account_id);
  spark_event_page_append (path, "video", older->video_id);
  spark_event_page_append (path, "before", before);
  spark_event_page_append (path, "cursor", cursor);
  return g_string_free (path, FALSE);
}

/* --- writing --- */

/* Time passes evenly, for want of anything better. */
static void
tell_progress (SparkExportRun *run, const Older *older, guint position, gint64 at)
{
  double whole = (double)(older->before - older->created_at);
  double done = whole > 0 ? CLAMP ((double)(older->before - at) / whole, 0, 1) : 0;

  g_atomic_int_set (&run->export->done,
                    run->n_rows + (int)(get_steps (run) * ((double)position + done)));
}

/* An event that cannot be read is left out, not the page. */
static gboolean
write_items (SparkExportRun *run, const Older *older, guint position, JsonArray *items)
{
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      SparkEvent event;

      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !spark_event_read (&event, json_node_get_object (node), NULL))
        continue;
      if (!spark_export_write_event (run, &event))
        return FALSE;
      tell_progress (run, older, position, event.at);
    }
  return TRUE;
}

static gboolean
refuse_page (SparkExportRun *run)
{
  g_set_error_literal (&run->error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                       "The backend’s events cannot be read.");
  return FALSE;
}

/* @cursor: (inout): NULL after the last one */
static gboolean
write_page (SparkExportRun *run, const Older *older, guint position, char **cursor)
{
  g_autofree char *path = build_path (older, *cursor);
  g_autofree char *old = g_steal_pointer (cursor);
  g_autoptr (JsonNode) answer = ask (run, path, &run->error);
  JsonArray *items = NULL;
  const char *next = NULL;

  if (run->error != NULL)
    return FALSE;
  if (!spark_event_page_read (answer, old, &items, &next, &run->error))
    return FALSE;
  *cursor = g_strdup (next);
  return write_items (run, older, position, items);
}

static gboolean
write_pages (SparkExportRun *run, const Older *older, guint position)
{
  g_autofree char *cursor = NULL;
  gboolean ok = write_page (run, older, position, &cursor);

  for (guint n = 1; ok && cursor != NULL; n++)
    ok = n < MAX_PAGES ? write_page (run, older, position, &cursor) : refuse_page (run);
  return ok;
}

gboolean
spark_export_write_older (SparkExportRun *run)
{
  for (guint i = 0; i < run->older->len; i++)
    {
      if (!write_pages (run, &g_array_index (run->older, Older, i), i))
        return FALSE;
      g_atomic_int_set (&run->export->done, run->n_rows + get_steps (run) * (int)(i + 1));
    }
  return TRUE;
}

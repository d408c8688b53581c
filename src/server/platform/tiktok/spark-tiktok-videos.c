/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok-private.h"
#include "server/platform/tiktok/spark-tiktok-report.h"
#include "server/platform/tiktok/spark-tiktok-turn.h"
#include "server/platform/tiktok/spark-tiktok-videos.h"

#define PAGE 20
/* How often the newest are looked at, and how often all. */
#define NEWEST_MS (G_GINT64_CONSTANT (5) * 60 * 1000)
#define ALL_MS    (G_GINT64_CONSTANT (6) * 3600 * 1000)
/* Between two pages of one account: well below what TikTok allows an endpoint. */
#define PAGE_MS    2000
#define PROFILE_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)
/* After trouble that does not say how long it will be. */
#define AGAIN_MS (60 * 1000)
#define ACCOUNTS 50
/* Covers that fail in one page before the rest waits for the next pass. */
#define MAX_FAILURES 3

typedef struct
{
  gint64 account;
  char *id; /* of the account */
  SparkConnectionDue due;
  JsonObject *page;     /* borrowed */
  gboolean all;         /* this page belongs to a pass over all of them */
  gboolean first;       /* what is listed now was there before the account was connected */
  GPtrArray *missing;   /* item ids that are known here, and should have been on this page */
  GPtrArray *coverless; /* ids of videos and, behind each, where the cover is */
  guint added;
  gint64 next;
  gint64 cursor;
} Turn;

static void
turn_clear (Turn *turn)
{
  g_free (turn->id);
  g_clear_pointer (&turn->missing, g_ptr_array_unref);
  g_clear_pointer (&turn->coverless, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Turn, turn_clear)

static const SparkActor tiktok = { SPARK_ACTOR_SYSTEM, NULL, "TikTok" };

static JsonObject *
list_params (void)
{
  static const char *const fields[]
      = { "item_id", "caption",  "share_url", "thumbnail_url", "create_time",
          "likes",   "comments", "shares",    "video_views",   "video_duration" };
  JsonObject *params = json_object_new ();
  JsonArray *array = json_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    json_array_add_string_element (array, fields[i]);
  json_object_set_array_member (params, "fields", array);
  return params;
}

static gboolean
is_item_id (const char *id)
{
  gsize length = id != NULL ? strlen (id) : 0;

  return length > 0 && length <= 32 && strspn (id, "0123456789") == length;
}

/* The address that TikTok gives, without whatever else it carries. */
static char *
read_link (JsonObject *post, const char *item_id)
{
  const char *link = spark_tiktok_get_text (post, "share_url");
  g_autofree char *handle = NULL;
  g_autofree char *linked = spark_video_link_parse (link, &handle, NULL);

  return spark_video_link_make (item_id, g_strcmp0 (linked, item_id) == 0 ? handle : NULL);
}

/* FALSE: it is no post that can be kept; the others of the page are. @link: (transfer full) */
static gboolean
read_facts (JsonNode *node, SparkVideoFacts *facts, char **link, const char **cover)
{
  JsonObject *post;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  post = json_node_get_object (node);
  *facts = (SparkVideoFacts){
    .item_id = spark_tiktok_get_text (post, "item_id"),
    .caption = spark_tiktok_get_text (post, "caption"),
    .published_at = spark_tiktok_get_int (post, "create_time", 0) * 1000,
    .duration_s = spark_tiktok_get_int (post, "video_duration", -1),
    .visibility = SPARK_VISIBILITY_UNKNOWN,
    .total
    = { spark_tiktok_get_int (post, "video_views", -1), spark_tiktok_get_int (post, "likes", -1),
        spark_tiktok_get_int (post, "comments", -1), spark_tiktok_get_int (post, "shares", -1) },
  };
  if (facts->published_at < 0 || facts->published_at > G_GINT64_CONSTANT (1) << 53)
    facts->published_at = 0;
  *cover = spark_tiktok_get_text (post, "thumbnail_url");
  if (!is_item_id (facts->item_id))
    return FALSE;
  *link = read_link (post, facts->item_id);
  facts->share_url = *link;
  return TRUE;
}

static gboolean
keep_post (SparkTx *tx, Turn *turn, JsonNode *node, gint64 *oldest, GHashTable *listed,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = NULL;
  g_autofree char *link = NULL;
  SparkVideoFacts facts;
  SparkVideo video;
  SparkUpsert upsert;
  const char *cover;

  if (!read_facts (node, &facts, &link, &cover))
    return TRUE;
  g_hash_table_add (listed, (gpointer)facts.item_id);
  if (facts.published_at > 0)
    *oldest = MIN (*oldest, facts.published_at);
  /* TikTok does not say who may see a post; but one that was gone and is listed again is back. */
  if (spark_read_video_of_item (tx, turn->account, facts.item_id, &video, &local))
    {
      if (video.visibility == SPARK_VISIBILITY_PRIVATE
          || video.visibility == SPARK_VISIBILITY_DELETED)
        facts.visibility = SPARK_VISIBILITY_PUBLIC;
      facts.blockers = 0;
      facts.blockers_known = facts.visibility == SPARK_VISIBILITY_PUBLIC;
    }
  else if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!spark_ledger_upsert_video (tx, &tiktok, turn->id, &facts, turn->first, &id, &upsert, error))
    return FALSE;
  turn->added += upsert == SPARK_UPSERT_ADDED;
  if (cover != NULL && (local != NULL || video.cover_url == NULL))
    {
      g_ptr_array_add (turn->coverless, g_steal_pointer (&id));
      g_ptr_array_add (turn->coverless, g_strdup (cover));
    }
  return TRUE;
}

typedef struct
{
  Turn *turn;
  GHashTable *listed;
  gint64 oldest;
} Compare;

static gboolean
note_missing (const SparkVideo *video, gpointer data)
{
  Compare *compare = data;

  if (video->published_at < compare->oldest)
    return FALSE;
  if (video->visibility != SPARK_VISIBILITY_DELETED && video->visibility != SPARK_VISIBILITY_PRIVATE
      && !g_hash_table_contains (compare->listed, video->item_id))
    g_ptr_array_add (compare->turn->missing, g_strdup (video->item_id));
  return compare->turn->missing->len < PAGE;
}

static void
plan_next (Turn *turn, gint64 now)
{
  JsonNode *more = json_object_get_member (turn->page, "has_more");
  gint64 cursor = spark_tiktok_get_int (turn->page, "cursor", 0);
  gboolean goes_on = more != NULL && JSON_NODE_HOLDS_VALUE (more)
                     && json_node_get_value_type (more) == G_TYPE_BOOLEAN
                     && json_node_get_boolean (more);

  /* A cursor that does not move on would go round for ever. */
  if (goes_on && cursor > 0 && (turn->due.cursor == 0 || cursor < turn->due.cursor)
      && (turn->all || (turn->added > 0 && turn->added >= PAGE)))
    {
      turn->cursor = cursor;
      turn->next = now + PAGE_MS;
    }
  else
    {
      turn->cursor = 0;
      turn->next = now + NEWEST_MS;
    }
}

static gboolean
run_page (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;
  JsonArray *posts = spark_tiktok_get_array (turn->page, "videos");
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 now = spark_tx_now (tx), oldest = G_MAXINT64;
  Compare compare = { turn, listed, 0 };

  g_ptr_array_set_size (turn->missing, 0);
  g_ptr_array_set_size (turn->coverless, 0);
  turn->added = 0;
  if (!spark_ledger_platform_seen (tx, turn->account, now, error))
    return FALSE;
  for (guint i = 0; posts != NULL && i < MIN (json_array_get_length (posts), 100); i++)
    if (!keep_post (tx, turn, json_array_get_element (posts, i), &oldest, listed, error))
      return FALSE;
  plan_next (turn, now);
  /* What lies between this page's ends is on it, or is not shown any more; behind the last page
   * there is nothing at all. */
  compare.oldest = turn->cursor != 0 || !turn->all ? oldest : 1;
  if (!spark_read_videos_before (tx, turn->account, turn->due.cursor != 0 ? turn->due.cursor : now,
                                 10 * PAGE, note_missing, &compare, error))
    return FALSE;
  return spark_ledger_videos_looked_at (tx, turn->account, turn->next, turn->cursor,
                                        turn->all && turn->cursor == 0, error);
}

/* --- what is not shown any more --- */

typedef struct
{
  const char *account;
  const char *item_id;
  SparkVisibility visibility;
} Gone;

static gboolean
run_gone (SparkTx *tx, gpointer data, GError **error)
{
  Gone *gone = data;
  const SparkVideoFacts facts = {
    .item_id = gone->item_id,
    .duration_s = -1,
    .visibility = gone->visibility,
    .total = { -1, -1, -1, -1 },
  };
  SparkUpsert upsert;

  return spark_ledger_upsert_video (tx, &tiktok, gone->account, &facts, TRUE, NULL, &upsert, error);
}

/* FALSE: it is no list that says what is not on it. */
static gboolean
is_page (JsonObject *page)
{
  JsonArray *posts = spark_tiktok_get_array (page, "videos");
  JsonNode *more = json_object_get_member (page, "has_more");

  return posts != NULL
         && (json_array_get_length (posts) > 0
             || (more != NULL && JSON_NODE_HOLDS_VALUE (more)
                 && json_node_get_value_type (more) == G_TYPE_BOOLEAN));
}

static JsonObject *
ask_by_id (SparkTiktok *self, Turn *turn, GError **error)
{
  g_autoptr (JsonObject) params = list_params ();
  JsonObject *filters = json_object_new ();
  JsonArray *ids = json_array_new ();

  for (guint i = 0; i < turn->missing->len; i++)
    json_array_add_string_element (ids, turn->missing->pdata[i]);
  json_object_set_array_member (filters, "video_ids", ids);
  json_object_set_object_member (params, "filters", filters);
  json_object_set_int_member (params, "max_count", PAGE);
  return spark_tiktok_as_creator (self, turn->account, "GET", "business/video/list/", params,
                                  error);
}

/* Not to be listed is not to be gone: each is asked for by its id, and only what TikTok then does
 * not know is taken for deleted; what it knows and does not show, for private. */
static void
check_missing (SparkTiktok *self, Turn *turn)
{
  g_autoptr (JsonObject) data = ask_by_id (self, turn, NULL);
  JsonArray *posts = data != NULL ? spark_tiktok_get_array (data, "videos") : NULL;
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);

  if (data == NULL || !is_page (data))
    return;
  for (guint i = 0; i < json_array_get_length (posts); i++)
    {
      JsonNode *node = json_array_get_element (posts, i);
      const char *id = JSON_NODE_HOLDS_OBJECT (node)
                           ? spark_tiktok_get_text (json_node_get_object (node), "item_id")
                           : NULL;

      if (id != NULL)
        g_hash_table_add (there, (gpointer)id);
    }
  for (guint i = 0; i < turn->missing->len; i++)
    {
      g_autoptr (JsonObject) params = json_object_new ();
      g_autoptr (JsonObject) status = NULL;
      g_autoptr (GError) error = NULL;
      Gone gone = { turn->id, turn->missing->pdata[i], SPARK_VISIBILITY_PRIVATE };

      if (g_hash_table_contains (there, gone.item_id))
        continue;
      json_object_set_string_member (params, "item_id", gone.item_id);
      status = spark_tiktok_as_creator (self, turn->account, "GET",
                                        "business/post/authorize/status/", params, &error);
      if (g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_MISSING))
        gone.visibility = SPARK_VISIBILITY_DELETED;
      else if (status == NULL
               && !g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_REFUSED))
        return;
      spark_store_write (self->store, run_gone, &gone, NULL);
    }
}

/* --- covers --- */

typedef struct
{
  const char *id;
  const char *type;
  GBytes *picture;
} Cover;

static gboolean
run_cover (SparkTx *tx, gpointer data, GError **error)
{
  Cover *cover = data;

  return spark_ledger_keep_cover (tx, cover->id, cover->type, cover->picture, error);
}

static void
fetch_covers (SparkTiktok *self, Turn *turn)
{
  guint failures = 0;

  for (guint i = 0; i + 1 < turn->coverless->len && failures < MAX_FAILURES
                    && !g_cancellable_is_cancelled (self->cancellable);
       i += 2)
    {
      Cover cover = { .id = turn->coverless->pdata[i] };

      cover.picture = spark_tiktok_fetch_picture (self, turn->coverless->pdata[i + 1], &cover.type);
      if (cover.picture == NULL)
        failures++;
      else
        spark_store_write (self->store, run_cover, &cover, NULL);
      g_clear_pointer (&cover.picture, g_bytes_unref);
    }
}

/* --- an account's turn --- */

static gboolean
run_later (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;

  return spark_ledger_videos_looked_at (tx, turn->account, turn->next, turn->due.cursor, FALSE,
                                        error);
}

static gboolean
run_profile_later (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;

  return spark_ledger_profile_looked_at (tx, turn->account, turn->next, error);
}

static gint64
when_again (SparkTiktok *self, const GError *error)
{
  return spark_tiktok_now (self) + MAX (spark_tiktok_error_get_wait (error), AGAIN_MS / 30)
         + (spark_tiktok_error_is_passing (error) ? 0 : AGAIN_MS);
}

static void
look_at_videos (SparkTiktok *self, Turn *turn)
{
  g_autoptr (JsonObject) params = list_params ();
  g_autoptr (JsonObject) page = NULL;
  g_autoptr (GError) error = NULL;
  gint64 last = turn->due.videos_at - NEWEST_MS, now = spark_tiktok_now (self);

  turn->first = !turn->due.whole;
  turn->all = turn->first || turn->due.cursor != 0 || last / ALL_MS != now / ALL_MS;
  json_object_set_int_member (params, "max_count", PAGE);
  if (turn->due.cursor > 0)
    json_object_set_int_member (params, "cursor", turn->due.cursor);
  page = spark_tiktok_as_creator (self, turn->account, "GET", "business/video/list/", params,
                                  &error);
  if (page != NULL && !is_page (page))
    {
      g_clear_pointer (&page, json_object_unref);
      error = spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, 0,
                                      "TikTok’s answer has no list of videos in it.");
    }
  if (page == NULL)
    {
      g_debug ("The videos of account %s could not be read: %s", turn->id, error->message);
      turn->next = when_again (self, error);
      spark_store_write (self->store, run_later, turn, NULL);
      return;
    }
  turn->page = page;
  turn->missing = g_ptr_array_new_with_free_func (g_free);
  turn->coverless = g_ptr_array_new_with_free_func (g_free);
  if (!spark_store_write (self->store, run_page, turn, &error))
    {
      /* The account was deleted meanwhile. */
      if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        spark_error_log (G_LOG_DOMAIN, "A page of videos could not be kept", error);
      return;
    }
  if (turn->missing->len > 0)
    check_missing (self, turn);
  fetch_covers (self, turn);
  turn->page = NULL;
}

typedef struct
{
  gint64 account;
  const char *name;
  const char *handle;
} Rename;

static gboolean
run_rename (SparkTx *tx, gpointer data, GError **error)
{
  Rename *rename = data;

  return spark_ledger_rename_account (tx, rename->account, rename->name, rename->handle, error);
}

typedef struct
{
  gint64 account;
  const char *path;
  const char *type;
  GBytes *picture;
} Avatar;

static gboolean
run_avatar (SparkTx *tx, gpointer data, GError **error)
{
  Avatar *avatar = data;

  return spark_ledger_keep_avatar (tx, avatar->account, avatar->path, avatar->type, avatar->picture,
                                   error);
}

/* The address is signed anew each time, and served from wherever: the picture is told by its path.
 */
static void
fetch_avatar (SparkTiktok *self, gint64 account, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (GBytes) picture = NULL;
  Avatar avatar = { .account = account };
  SparkTx *tx = uri != NULL ? spark_store_read_begin (self->store, NULL) : NULL;
  gboolean kept;

  if (tx == NULL)
    return;
  avatar.path = g_uri_get_path (uri);
  kept = spark_read_avatar_is_of (tx, account, avatar.path);
  spark_store_read_end (tx);
  if (kept)
    return;
  picture = spark_tiktok_fetch_picture (self, url, &avatar.type);
  avatar.picture = picture;
  if (picture != NULL)
    spark_store_write (self->store, run_avatar, &avatar, NULL);
}

static void
look_at_profile (SparkTiktok *self, Turn *turn)
{
  g_autoptr (JsonObject) params = json_object_new ();
  g_autoptr (JsonObject) profile = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *fields = json_array_new ();
  const char *avatar;
  Rename rename = { turn->account, NULL, NULL };

  json_array_add_string_element (fields, "display_name");
  json_array_add_string_element (fields, "username");
  json_array_add_string_element (fields, "profile_image");
  json_object_set_array_member (params, "fields", fields);
  profile = spark_tiktok_as_creator (self, turn->account, "GET", "business/get/", params, &error);
  turn->next = profile != NULL ? spark_tiktok_now (self) + NEWEST_MS : when_again (self, error);
  if (profile != NULL)
    {
      rename.name = spark_tiktok_get_text (profile, "display_name");
      rename.handle = spark_tiktok_get_text (profile, "username");
      if (rename.name != NULL && spark_store_write (self->store, run_rename, &rename, NULL))
        turn->next = spark_tiktok_now (self) + PROFILE_MS;
      avatar = spark_tiktok_get_text (profile, "profile_image");
      if (avatar != NULL && *avatar != '\0')
        fetch_avatar (self, turn->account, avatar);
    }
  spark_store_write (self->store, run_profile_later, turn, NULL);
}

static GArray *
read_due (SparkTiktok *self, gint64 *next)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  GArray *due = NULL;

  if (tx == NULL)
    return NULL;
  due = spark_read_connections_due (tx, ACCOUNTS, next, NULL);
  spark_store_read_end (tx);
  return due;
}

/* Another node may have been faster. */
static gboolean
is_still_due (SparkTiktok *self, Turn *turn)
{
  gint64 next;
  g_autoptr (GArray) due = read_due (self, &next);

  for (guint i = 0; due != NULL && i < due->len; i++)
    if (g_array_index (due, SparkConnectionDue, i).account == turn->account)
      {
        turn->due = g_array_index (due, SparkConnectionDue, i);
        return TRUE;
      }
  return FALSE;
}

static void
look_at_account (SparkTiktok *self, gint64 account)
{
  g_auto (Turn) turn = { .account = account };
  gint64 now = spark_tiktok_now (self);

  if (!is_still_due (self, &turn))
    return;
  turn.id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  if (turn.due.profile_at <= now)
    look_at_profile (self, &turn);
  if (turn.due.videos_at <= now)
    look_at_videos (self, &turn);
}

void
spark_tiktok_videos_run_due (SparkTiktok *self, gint64 *next)
{
  gint64 own = 0;
  g_autoptr (GArray) due = read_due (self, &own);
  g_autoptr (GArray) left = NULL;

  for (guint i = 0; due != NULL && i < due->len && !g_cancellable_is_cancelled (self->cancellable);
       i++)
    {
      gint64 account = g_array_index (due, SparkConnectionDue, i).account;
      g_autofree char *subject = g_strdup_printf ("videos %" G_GINT64_FORMAT, account);

      if (!spark_tiktok_turn_take (self, subject, next))
        continue;
      look_at_account (self, account);
      spark_tiktok_turn_end (self, subject, spark_tiktok_now (self), &own);
    }
  left = read_due (self, &own);
  if (left != NULL && own > 0)
    *next = MIN (*next, own);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-facts"

#include "config.h"

#include "app/spark-batch-facts.h"
#include "app/spark-window-acts-private.h"
#include "client/spark-grant-list.h"

#define SLICE_US 4000 /* at a time: less than a quarter of a frame */

typedef struct
{
  char *id;
  char *video_id;
  gint64 ends_at;
  guint n_chosen;  /* accesses of those that the video counts */
  guint n_granted; /* accesses to the video, as it says itself; 0: all are meant */
} Code;

struct _SparkBatchLook
{
  SparkBatchFacts facts;

  /* owned */
  SparkReplica *replica;
  GPtrArray *parts;
  GArray *platforms;  /* of SparkPlatformKind, of each part */
  GHashTable *chosen; /* ids */
  GHashTable *by_id;  /* (element-type utf8 Code), borrowed from codes */
  GPtrArray *codes;   /* of Code */

  GFunc done;
  gpointer user_data;
  SparkBatchAct act;
  guint source;
  guint part; /* the next row to be looked at */
  guint row;
  guint code; /* the next code, once all rows were */
};

static void
code_free (Code *code)
{
  g_free (code->id);
  g_free (code->video_id);
  g_free (code);
}

static Code *
add_code (SparkBatchLook *self, const char *id, const SparkVideo *video, gint64 ends_at,
          guint n_granted)
{
  Code *code = g_hash_table_lookup (self->by_id, id);

  if (code != NULL)
    return code;
  code = g_new0 (Code, 1);
  code->id = g_strdup (id);
  code->video_id = g_strdup (video->id);
  code->ends_at = ends_at;
  code->n_granted = n_granted;
  g_hash_table_insert (self->by_id, code->id, code);
  g_ptr_array_add (self->codes, code);
  return code;
}

/* @grant: (nullable): it is not in the replica */
static void
look_at_ads (SparkBatchLook *self, const SparkGrant *grant)
{
  SparkPlatformKind platform = g_array_index (self->platforms, SparkPlatformKind, self->part);

  /* What is only noted stops nothing; in the sandbox none runs unless it is known. */
  if (platform == SPARK_PLATFORM_TRACKED
      || (platform == SPARK_PLATFORM_SANDBOX && grant != NULL && grant->ads_active < 0))
    return;
  if (grant == NULL || grant->ads_active < 0)
    self->facts.ads_unknown = TRUE;
  else if (platform == SPARK_PLATFORM_SANDBOX)
    self->facts.ads_paused += (guint)grant->ads_active;
  else
    self->facts.ads_asked += (guint)grant->ads_active;
}

static void
look_at_row (SparkBatchLook *self, const char *id)
{
  g_autoptr (SparkGrantItem) grant_item = spark_replica_get_grant (self->replica, id);
  g_autoptr (SparkVideoItem) video_item = NULL;
  const SparkGrant *grant = grant_item != NULL ? spark_grant_item_get (grant_item) : NULL;
  const SparkVideo *video;
  Code *code;

  if (self->act == SPARK_BATCH_ACT_REVOKE)
    {
      look_at_ads (self, grant);
      return;
    }
  if (grant != NULL)
    {
      video = spark_grant_item_get_video (grant_item);
      if (video == NULL || grant->code_id == NULL)
        return;
      g_hash_table_add (self->chosen, (gpointer)id);
      code = add_code (self, grant->code_id, video, grant->platform_ends_at,
                       video->authorization.grants);
      code->n_chosen += grant->state == SPARK_GRANT_STATE_AUTHORIZED;
      return;
    }
  video_item = spark_replica_get_video (self->replica, id);
  video = video_item != NULL ? spark_video_item_get (video_item) : NULL;
  /* All that use it are meant. */
  if (video != NULL && video->authorization.code_id != NULL)
    add_code (self, video->authorization.code_id, video, video->authorization.ends_at, 0);
}

static void
count_others (SparkBatchLook *self, const Code *code)
{
  g_autoptr (SparkGrantList) grants = spark_grant_list_new (self->replica, NULL, code->video_id);

  spark_grant_list_set_filter (grants, SPARK_ACCESS_ACTIVE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (grants)); i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      /* What was agreed to end before stays as it is. */
      self->facts.n_others += g_strcmp0 (grant->code_id, code->id) == 0
                              && grant->state == SPARK_GRANT_STATE_AUTHORIZED
                              && (grant->ends_at == 0 || grant->ends_at >= code->ends_at)
                              && !g_hash_table_contains (self->chosen, grant->id);
    }
}

static void
look_at_code (SparkBatchLook *self, Code *code)
{
  g_autoptr (SparkCodeItem) item = spark_replica_get_code (self->replica, code->id);

  if (item != NULL)
    code->ends_at = spark_code_item_get (item)->ends_at;
  if (code->ends_at != 0)
    {
      if (self->facts.first_end == 0 || code->ends_at < self->facts.first_end)
        self->facts.first_end = code->ends_at;
      self->facts.last_end = MAX (self->facts.last_end, code->ends_at);
    }
  if (code->n_granted > code->n_chosen)
    count_others (self, code);
}

/* FALSE: there is nothing left to look at. */
static gboolean
look_on (SparkBatchLook *self)
{
  while (self->part < self->parts->len)
    {
      const SparkBatchPart *part = g_ptr_array_index (self->parts, self->part);

      if (self->row < part->ids->len)
        {
          look_at_row (self, g_ptr_array_index (part->ids, self->row++));
          return TRUE;
        }
      self->part++;
      self->row = 0;
    }
  if (self->code == self->codes->len)
    return FALSE;
  look_at_code (self, g_ptr_array_index (self->codes, self->code++));
  return TRUE;
}

static gboolean
on_idle_cb (gpointer data)
{
  SparkBatchLook *self = data;
  gint64 until = g_get_monotonic_time () + SLICE_US;

  do
    if (!look_on (self))
      {
        self->source = 0;
        self->facts.complete = TRUE;
        self->done (self, self->user_data);
        return G_SOURCE_REMOVE;
      }
  while (g_get_monotonic_time () < until);
  return G_SOURCE_CONTINUE;
}

SparkBatchLook *
spark_batch_look_new (SparkWindow *window, SparkBatchAct act, GPtrArray *parts, GFunc done,
                      gpointer user_data)
{
  SparkBatchLook *self = g_new0 (SparkBatchLook, 1);

  self->replica = g_object_ref (spark_acts_get_replica (window));
  self->parts = g_ptr_array_ref (parts);
  self->platforms = g_array_new (FALSE, FALSE, sizeof (SparkPlatformKind));
  self->chosen = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->codes = g_ptr_array_new_with_free_func ((GDestroyNotify)code_free);
  self->act = act;
  self->done = done;
  self->user_data = user_data;
  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);
      g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, part->account_id);
      SparkPlatformKind platform
          = account != NULL ? spark_account_item_get (account)->platform : SPARK_PLATFORM_TIKTOK;

      g_array_append_val (self->platforms, platform);
    }
  self->source = g_idle_add (on_idle_cb, self);
  return self;
}

void
spark_batch_look_free (SparkBatchLook *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_ptr_array_unref (self->codes);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->chosen);
  g_array_unref (self->platforms);
  g_ptr_array_unref (self->parts);
  g_object_unref (self->replica);
  g_free (self);
}

const SparkBatchFacts *
spark_batch_look_get_facts (SparkBatchLook *self)
{
  return &self->facts;
}

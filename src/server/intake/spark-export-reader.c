/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/intake/spark-export-reader.h"

/* A value longer than this is no fact about a video. */
#define MAX_FACT 8192

typedef enum
{
  DATE,
  LINK,
  LIKES,
  TITLE,
  WHO_CAN_VIEW,
  N_FIELDS,
} Field;

static const char *const field_names[N_FIELDS] = { "date", "link", "likes", "title", "whocanview" };

struct _SparkExportReader
{
  yajl_handle yajl;
  SparkExportVideo video;
  gpointer data;

  gboolean begun; /* the first byte that is not a space has been seen */
  gboolean ended; /* the callback said so */
  gboolean too_deep;
  gsize since; /* bytes since something was understood */
  guint depth;
  guint skipped;

  /* The keys that lead here, one a level; an array's elements have its key. */
  GPtrArray *path;
  guint list_depth; /* of the list of videos one is in; 0: in none */
  char *fields[N_FIELDS];
  int field; /* the one whose value comes next; -1: none of interest */
};

/* --- what a video's fields say --- */

/* "2024-03-01 18:20:11", UTC, said or not */
static gint64
parse_date (const char *text)
{
  int year, month, day, hour, minute, second, length = 0;
  g_autoptr (GDateTime) time = NULL;

  if (text == NULL
      || sscanf (text, "%4d-%2d-%2d%*1[ T]%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                 &second, &length)
             != 6
      || (text[length] != '\0' && strcmp (text + length, " UTC") != 0 && text[length] != 'Z'))
    return 0;
  time = g_date_time_new_utc (year, month, day, hour, minute, second);
  return time != NULL && g_date_time_to_unix (time) > 0 ? g_date_time_to_unix (time) * 1000 : 0;
}

static gint64
parse_count (const char *text)
{
  gint64 count;

  if (text == NULL || !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64 / 2, &count, NULL))
    return -1;
  return count;
}

static void
parse_audience (const char *text, SparkVideoFacts *facts)
{
  g_autofree char *folded = text != NULL ? g_ascii_strdown (text, -1) : NULL;

  if (folded == NULL)
    return;
  facts->visibility = SPARK_VISIBILITY_UNKNOWN;
  if (strcmp (folded, "public") == 0 || strcmp (folded, "everyone") == 0)
    facts->visibility = SPARK_VISIBILITY_PUBLIC;
  else if (strcmp (folded, "friends") == 0)
    facts->visibility = SPARK_VISIBILITY_FRIENDS;
  else if (strcmp (folded, "private") == 0 || strcmp (folded, "only me") == 0
           || strcmp (folded, "self") == 0)
    facts->visibility = SPARK_VISIBILITY_PRIVATE;
  if (facts->visibility == SPARK_VISIBILITY_UNKNOWN)
    return;
  facts->blockers_known = TRUE;
  if (facts->visibility != SPARK_VISIBILITY_PUBLIC)
    facts->blockers = SPARK_BLOCKER_PRIVATE;
}

static gboolean
emit (SparkExportReader *self)
{
  g_autofree char *item_id = NULL;
  g_autofree char *handle = NULL;
  g_autofree char *shared = NULL;
  const char *link = self->fields[LINK];
  const char *title = self->fields[TITLE];
  SparkVideoFacts facts
      = { .duration_s = -1, .visibility = SPARK_VISIBILITY_UNKNOWN, .total = { -1, -1, -1, -1 } };

  item_id = link != NULL ? spark_video_link_parse (link, &handle, NULL) : NULL;
  if (item_id == NULL)
    {
      self->skipped++;
      return TRUE;
    }
  facts.item_id = item_id;
  /* Never what the file says itself: others open it, and calendars show it. */
  shared = spark_video_link_make (item_id, handle);
  facts.share_url = shared;
  facts.caption = title != NULL && *title != '\0' ? title : NULL;
  facts.published_at = parse_date (self->fields[DATE]);
  facts.total.likes = parse_count (self->fields[LIKES]);
  parse_audience (self->fields[WHO_CAN_VIEW], &facts);
  self->ended = !self->video (&facts, self->data);
  return !self->ended;
}

/* --- where one is --- */

static gboolean
at (SparkExportReader *self, const char *const *keys, guint n)
{
  if (self->path->len < n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (self->path->pdata[i], keys[i]) != 0)
      return FALSE;
  return self->path->len == n;
}

static gboolean
is_list (SparkExportReader *self)
{
  static const char *const posts[] = { "post", "posts", "videolist" };
  static const char *const videos[] = { "video", "videos", "videolist" };
  static const char *const activity[] = { "activity", "video", "videos", "videolist" };

  return at (self, posts, 3) || at (self, videos, 3) || at (self, activity, 4);
}

static gboolean
enter (SparkExportReader *self)
{
  self->since = 0;
  self->field = -1;
  self->too_deep = ++self->depth > SPARK_EXPORT_MAX_DEPTH;
  return !self->too_deep;
}

static int
on_start_map (void *data)
{
  SparkExportReader *self = data;

  if (!enter (self))
    return 0;
  g_ptr_array_add (self->path, NULL); /* the place of its keys */
  if (self->list_depth != 0 && self->depth == self->list_depth + 1)
    for (int i = 0; i < N_FIELDS; i++)
      g_clear_pointer (&self->fields[i], g_free);
  return 1;
}

static int
on_key (void *data, const unsigned char *key, size_t length)
{
  SparkExportReader *self = data;
  char **last = (char **)&self->path->pdata[self->path->len - 1];

  self->since = 0;
  g_free (*last);
  *last = length <= MAX_FACT ? g_ascii_strdown ((const char *)key, length) : NULL;
  self->field = -1;
  if (self->list_depth != 0 && self->depth == self->list_depth + 1)
    for (int i = 0; i < N_FIELDS; i++)
      if (g_strcmp0 (*last, field_names[i]) == 0)
        self->field = i;
  return 1;
}

static int
on_end_map (void *data)
{
  SparkExportReader *self = data;

  self->since = 0;
  self->depth--;
  g_ptr_array_set_size (self->path, self->path->len - 1);
  return self->list_depth == 0 || self->depth != self->list_depth || emit (self);
}

static int
on_start_array (void *data)
{
  SparkExportReader *self = data;

  if (!enter (self))
    return 0;
  if (self->list_depth == 0 && is_list (self))
    self->list_depth = self->depth;
  else if (self->list_depth != 0 && self->depth == self->list_depth + 1)
    self->skipped++;
  return 1;
}

static int
on_end_array (void *data)
{
  SparkExportReader *self = data;

  self->since = 0;
  if (self->depth == self->list_depth)
    self->list_depth = 0;
  self->depth--;
  return 1;
}

static int
on_value (void *data, const char *text, size_t length)
{
  SparkExportReader *self = data;

  self->since = 0;
  if (self->list_depth != 0 && self->depth == self->list_depth)
    self->skipped++;
  else if (self->field >= 0 && text != NULL && length <= MAX_FACT)
    {
      g_free (self->fields[self->field]);
      self->fields[self->field] = g_utf8_make_valid (text, length);
      self->field = -1;
    }
  return 1;
}

static int
on_string (void *data, const unsigned char *text, size_t length)
{
  return on_value (data, (const char *)text, length);
}

static int
on_boolean (void *data, int value)
{
  return on_value (data, NULL, 0);
}

static int
on_null (void *data)
{
  return on_value (data, NULL, 0);
}

static yajl_callbacks callbacks = {
  .yajl_null = on_null,
  .yajl_boolean = on_boolean,
  .yajl_number = on_value,
  .yajl_string = on_string,
  .yajl_start_map = on_start_map,
  .yajl_map_key = on_key,
  .yajl_end_map = on_end_map,
  .yajl_start_array = on_start_array,
  .yajl_end_array = on_end_array,
};

/* --- the whole --- */

SparkExportReader *
spark_export_reader_new (SparkExportVideo video, gpointer data)
{
  SparkExportReader *self = g_new0 (SparkExportReader, 1);

  self->video = video;
  self->data = data;
  self->field = -1;
  self->path = g_ptr_array_new_with_free_func (g_free);
  self->yajl = yajl_alloc (&callbacks, NULL, self);
  /* One bad byte in a caption is no reason to refuse the rest; facts are made valid one by one. */
  yajl_config (self->yajl, yajl_dont_validate_strings, 1);
  return self;
}

void
spark_export_reader_free (SparkExportReader *self)
{
  for (int i = 0; i < N_FIELDS; i++)
    g_free (self->fields[i]);
  g_ptr_array_unref (self->path);
  yajl_free (self->yajl);
  g_free (self);
}

static gboolean
malformed (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
               "This is not a data export that can be read. Choose the file that TikTok gave you, "
               "unchanged: user_data_tiktok.json, or the .zip that holds it.");
  return FALSE;
}

static gboolean
check (SparkExportReader *self, yajl_status status, GError **error)
{
  if (status == yajl_status_ok)
    return TRUE;
  return self->ended ? FALSE : malformed (error);
}

/* The export's other form is a text a person reads; it begins with a word. */
static gboolean
check_beginning (SparkExportReader *self, const guint8 **bytes, gsize *length, GError **error)
{
  static const guint8 mark[] = { 0xef, 0xbb, 0xbf };

  if (*length >= sizeof mark && memcmp (*bytes, mark, sizeof mark) == 0)
    {
      *bytes += sizeof mark;
      *length -= sizeof mark;
    }
  while (*length > 0 && g_ascii_isspace (**bytes))
    {
      (*bytes)++;
      (*length)--;
    }
  if (*length == 0)
    return TRUE;
  self->begun = TRUE;
  if (**bytes == '{' || **bytes == '[')
    return TRUE;
  if (memchr (*bytes, '\0', *length) != NULL || **bytes < ' ')
    return malformed (error);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_IS_TXT,
               "This export is in the TXT form, which cannot be read. In TikTok, request your data "
               "again and choose JSON as the file format.");
  return FALSE;
}

gboolean
spark_export_reader_feed (SparkExportReader *self, const guint8 *bytes, gsize length,
                          GError **error)
{
  if (!self->begun && !check_beginning (self, &bytes, &length, error))
    return FALSE;
  if (!self->begun)
    return TRUE;
  /* In small pieces, so that a value without an end is noticed before it fills the memory. */
  while (length > 0)
    {
      gsize piece = MIN (length, SPARK_EXPORT_MAX_VALUE / 16);

      if (!check (self, yajl_parse (self->yajl, bytes, piece), error))
        return FALSE;
      self->since += piece;
      if (self->since > SPARK_EXPORT_MAX_VALUE)
        return malformed (error);
      bytes += piece;
      length -= piece;
    }
  return TRUE;
}

gboolean
spark_export_reader_end (SparkExportReader *self, GError **error)
{
  if (!self->begun)
    return malformed (error);
  return check (self, yajl_complete_parse (self->yajl), error);
}

guint
spark_export_reader_skipped (SparkExportReader *self)
{
  return self->skipped;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "server/platform/tiktok/spark-tiktok-budget.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define DAY    (24 * 60 * MINUTE)

/* What TikTok suspends for: the next second is free again, after a minute's limit it takes five
 * minutes. Where it does not say which it was, we begin short and double. */
#define OVER_SECOND (SECOND + SECOND / 2)
#define OVER_MINUTE (5 * MINUTE)
#define FIRST_WAIT  (5 * SECOND)

/* Beyond this many, those that count nothing any more are forgotten. */
#define MANY 4096

typedef struct
{
  GArray *times; /* gint64: of what was asked within the last minute, ascending */
  gint64 until;  /* nothing before */
  guint refused; /* how often one after the other */
} Line;

struct _SparkTiktokBudget
{
  GMutex mutex; /* guards all below */
  GHashTable *lines;
};

static void
line_free (Line *line)
{
  g_array_unref (line->times);
  g_free (line);
}

SparkTiktokBudget *
spark_tiktok_budget_new (void)
{
  SparkTiktokBudget *self = g_new0 (SparkTiktokBudget, 1);

  g_mutex_init (&self->mutex);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)line_free);
  return self;
}

void
spark_tiktok_budget_free (SparkTiktokBudget *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->lines);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

static gboolean
is_of_accounts (const char *path)
{
  return g_str_has_prefix (path, "business/") || g_str_has_prefix (path, "tt_user/");
}

static void
drop_old (Line *line, gint64 now)
{
  guint n = 0;

  while (n < line->times->len && g_array_index (line->times, gint64, n) <= now - MINUTE)
    n++;
  if (n > 0)
    g_array_remove_range (line->times, 0, n);
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer data)
{
  Line *line = value;
  gint64 now = *(gint64 *)data;

  drop_old (line, now);
  return line->times->len == 0 && line->until <= now;
}

static Line *
get_line (SparkTiktokBudget *self, const char *kind, const char *subject, const char *path,
          gint64 now)
{
  g_autofree char *key
      = g_strjoin ("\n", kind, subject != NULL ? subject : "", path != NULL ? path : "", NULL);
  Line *line = g_hash_table_lookup (self->lines, key);

  if (line == NULL)
    {
      line = g_new0 (Line, 1);
      line->times = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_hash_table_insert (self->lines, g_steal_pointer (&key), line);
    }
  drop_old (line, now);
  return line;
}

/* What a request is counted for: the app, and, of TikTok's accounts, the account's endpoint; what
 * is only ever suspended is a line too. */
typedef struct
{
  Line *app;
  Line *subject;
  Line *endpoint;
  gboolean accounts;
} Lines;

static Lines
get_lines (SparkTiktokBudget *self, const char *subject, const char *path, gint64 now)
{
  gboolean accounts = is_of_accounts (path);
  const char *family = accounts ? "accounts" : "marketing";

  if (g_hash_table_size (self->lines) > MANY)
    g_hash_table_foreach_remove (self->lines, is_idle, &now);
  return (Lines){ get_line (self, family, NULL, NULL, now),
                  get_line (self, family, subject, NULL, now),
                  get_line (self, family, subject, path, now), accounts };
}

/* How long until fewer than @most of the line lie within @span. */
static gint64
wait_for_room (Line *line, guint most, gint64 span, gint64 now)
{
  gint64 oldest;

  if (line->times->len < most)
    return 0;
  oldest = g_array_index (line->times, gint64, line->times->len - most);
  return MAX (oldest + span - now, 0);
}

static gint64
wait_for (const Lines *lines, const char *subject, gint64 now)
{
  gint64 wait = MAX (lines->app->until, MAX (lines->subject->until, lines->endpoint->until)) - now;

  wait = MAX (wait, wait_for_room (lines->app, SPARK_TIKTOK_APP_PER_MINUTE, MINUTE, now));
  if (!lines->accounts)
    wait = MAX (wait, wait_for_room (lines->app, SPARK_TIKTOK_APP_PER_SECOND, SECOND, now));
  else if (subject != NULL)
    wait = MAX (wait,
                wait_for_room (lines->endpoint, SPARK_TIKTOK_ENDPOINT_PER_MINUTE, MINUTE, now));
  return MAX (wait, 0);
}

gint64
spark_tiktok_budget_take (SparkTiktokBudget *self, const char *subject, const char *path,
                          gint64 now)
{
  Lines lines;
  gint64 wait;

  g_mutex_lock (&self->mutex);
  lines = get_lines (self, subject, path, now);
  wait = wait_for (&lines, subject, now);
  if (wait == 0)
    {
      g_array_append_val (lines.app->times, now);
      g_array_append_val (lines.endpoint->times, now);
    }
  g_mutex_unlock (&self->mutex);
  return wait;
}

static guint
room (Line *line, guint most, gint64 span, gint64 now)
{
  guint n = 0;

  for (guint i = line->times->len; i > 0; i--)
    if (g_array_index (line->times, gint64, i - 1) > now - span)
      n++;
  return most > n ? most - n : 0;
}

guint
spark_tiktok_budget_left (SparkTiktokBudget *self, const char *subject, const char *path,
                          gint64 now)
{
  Lines lines;
  guint left = 0;

  g_mutex_lock (&self->mutex);
  lines = get_lines (self, subject, path, now);
  if (wait_for (&lines, subject, now) == 0)
    {
      left = room (lines.app, SPARK_TIKTOK_APP_PER_MINUTE, MINUTE, now);
      if (!lines.accounts)
        left = MIN (left, room (lines.app, SPARK_TIKTOK_APP_PER_SECOND, SECOND, now));
      else if (subject != NULL)
        left = MIN (left, room (lines.endpoint, SPARK_TIKTOK_ENDPOINT_PER_MINUTE, MINUTE, now));
    }
  g_mutex_unlock (&self->mutex);
  return left;
}

static gboolean
says (const char *words, const char *what)
{
  return words != NULL && strstr (words, what) != NULL;
}

static gint64
suspension (const Line *line, const char *words, gint64 utc)
{
  if (says (words, "QPD"))
    return DAY - utc % DAY;
  if (says (words, "QPM"))
    return OVER_MINUTE;
  if (says (words, "QPS") && line->refused < 3)
    return OVER_SECOND;
  return MIN (FIRST_WAIT << MIN (line->refused, 10), OVER_MINUTE);
}

gint64
spark_tiktok_budget_throttled (SparkTiktokBudget *self, const char *subject, const char *path,
                               gint64 code, const char *words, gint64 now, gint64 utc)
{
  Lines lines;
  Line *line;
  gint64 wait;

  g_mutex_lock (&self->mutex);
  lines = get_lines (self, subject, path, now);
  line = code == 40133 && subject != NULL ? lines.subject : lines.app;
  wait = suspension (line, words, utc);
  line->refused++;
  line->until = MAX (line->until, now + wait);
  g_mutex_unlock (&self->mutex);
  return wait;
}

void
spark_tiktok_budget_answered (SparkTiktokBudget *self, const char *subject, const char *path)
{
  const char *family = is_of_accounts (path) ? "accounts" : "marketing";

  g_mutex_lock (&self->mutex);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *key
          = g_strjoin ("\n", family, i == 1 && subject != NULL ? subject : "", "", NULL);
      Line *line = g_hash_table_lookup (self->lines, key);

      if (line != NULL)
        line->refused = 0;
    }
  g_mutex_unlock (&self->mutex);
}

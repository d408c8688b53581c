/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "server/platform/tiktok/spark-tiktok-budget.h"
#include "server/store/spark-tx.h"

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
/* Nodes' clocks may differ by this much. What lies further ahead was written before a clock was put
 * back, and says nothing. */
#define SKEW MINUTE

typedef struct
{
  GArray *times;  /* gint64: of what was asked within the last minute, ascending */
  gint64 until;   /* nothing before */
  gint64 said_at; /* when TikTok said so */
  guint refused;  /* how often one after the other */
  gboolean changed;
} Line;

struct _SparkTiktokBudget
{
  SparkStore *store; /* borrowed; NULL: nobody else counts */

  pthread_mutex_t mutex; /* guards all below */
  GHashTable *lines;
  gboolean refused; /* some line of the database may be, since it was last read */
};

static void
line_free (Line *line)
{
  g_array_unref (line->times);
  g_free (line);
}

SparkTiktokBudget *
spark_tiktok_budget_new (SparkStore *store)
{
  SparkTiktokBudget *self = g_new0 (SparkTiktokBudget, 1);

  self->store = store;
  pthread_mutex_init (&self->mutex, NULL);
  self->lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)line_free);
  return self;
}

void
spark_tiktok_budget_free (SparkTiktokBudget *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->lines);
  pthread_mutex_destroy (&self->mutex);
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

static char *
make_key (const char *kind, const char *subject, const char *path)
{
  return g_strjoin ("\n", kind, subject != NULL ? subject : "", path != NULL ? path : "", NULL);
}

static Line *
get_line (SparkTiktokBudget *self, const char *kind, const char *subject, const char *path,
          gint64 now)
{
  g_autofree char *key = make_key (kind, subject, path);
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

static guint
share (SparkTiktokUse use, guint most)
{
  switch (use)
    {
    case SPARK_TIKTOK_USE_STRANGERS:
      return most - most / 2;
    case SPARK_TIKTOK_USE_END:
      return most;
    case SPARK_TIKTOK_USE_ORDINARY:
    default:
      return most - most / 10;
    }
}

static gint64
wait_for (const Lines *lines, SparkTiktokUse use, const char *subject, gint64 now)
{
  gint64 wait = MAX (lines->app->until, MAX (lines->subject->until, lines->endpoint->until)) - now;

  if (!lines->accounts)
    {
      wait = MAX (
          wait, wait_for_room (lines->app, share (use, SPARK_TIKTOK_APP_PER_MINUTE), MINUTE, now));
      wait = MAX (
          wait, wait_for_room (lines->app, share (use, SPARK_TIKTOK_APP_PER_SECOND), SECOND, now));
      return MAX (wait, 0);
    }
  wait = MAX (wait, wait_for_room (lines->app, SPARK_TIKTOK_APP_PER_MINUTE, MINUTE, now));
  if (subject != NULL)
    wait = MAX (wait,
                wait_for_room (lines->endpoint, SPARK_TIKTOK_ENDPOINT_PER_MINUTE, MINUTE, now));
  return MAX (wait, 0);
}

/* --- shared by the nodes of a database --- */

typedef struct _Act Act;
struct _Act
{
  SparkTiktokBudget *self;
  SparkTiktokUse use; /* taken */
  const char *subject;
  const char *path;
  gint64 now;
  void (*run) (Act *act, Lines *lines);

  gint64 code;       /* throttled */
  const char *words; /* throttled */
  gint64 utc;        /* throttled */
  gint64 wait;       /* (out) */
};

/* What the database calls a line: it need not know whose it is. */
static char *
name_line (const char *kind, const char *subject, const char *path)
{
  g_autofree char *key = make_key (kind, subject, path);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

static void
read_line (SparkStatement *row, Line *line, gint64 now)
{
  gsize length;
  const char *times = spark_statement_blob (row, 4, &length);

  line->said_at = spark_statement_int (row, 2);
  line->until = line->said_at > now + SKEW ? 0 : spark_statement_int (row, 1);
  line->refused = (guint)spark_statement_int (row, 3);
  g_array_set_size (line->times, 0);
  for (gsize i = 0; times != NULL && i + sizeof (gint64) <= length; i += sizeof (gint64))
    {
      gint64 time;

      memcpy (&time, times + i, sizeof time);
      time = GINT64_FROM_BE (time);
      if (time <= now + SKEW)
        g_array_append_val (line->times, time);
    }
  /* Another node's clock may be a little ahead. */
  g_array_sort (line->times, compare_times);
}

static gboolean
write_line (SparkTx *tx, const char *name, Line *line, GError **error)
{
  g_autofree gint64 *times = g_new (gint64, line->times->len + 1);

  if (!line->changed)
    return TRUE;
  for (guint i = 0; i < line->times->len; i++)
    times[i] = GINT64_TO_BE (g_array_index (line->times, gint64, i));
  return spark_tx_exec (tx, error, "budget_put", "siiiib", name, spark_tx_now (tx), line->until,
                        line->said_at, (gint64)line->refused, times,
                        line->times->len * sizeof (gint64));
}

static gboolean
run_shared (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = data;
  const char *family = is_of_accounts (act->path) ? "accounts" : "marketing";
  g_autofree char *app = name_line (family, NULL, NULL);
  g_autofree char *subject = name_line (family, act->subject, NULL);
  g_autofree char *endpoint = name_line (family, act->subject, act->path);
  g_autoptr (GError) local = NULL;
  SparkStatement *row;
  Lines lines;

  act->now = act->utc = spark_tx_now (tx);
  g_hash_table_remove_all (act->self->lines);
  lines = get_lines (act->self, act->subject, act->path, act->now);
  row = spark_tx_select (tx, &local, "budget_lines", "sss", app, subject, endpoint);
  while (row != NULL && spark_statement_step (row, &local))
    {
      const char *name = spark_statement_text (row, 0);

      read_line (row,
                 strcmp (name, app) == 0       ? lines.app
                 : strcmp (name, subject) == 0 ? lines.subject
                                               : lines.endpoint,
                 act->now);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  lines = get_lines (act->self, act->subject, act->path, act->now);
  act->self->refused |= lines.app->refused > 0 || lines.subject->refused > 0;
  act->run (act, &lines);
  return write_line (tx, app, lines.app, error)
         && (lines.subject == lines.app || write_line (tx, subject, lines.subject, error))
         && write_line (tx, endpoint, lines.endpoint, error);
}

/* FALSE: the database does not write, so nobody knows what may be asked. */
static gboolean
act_on (Act *act)
{
  SparkTiktokBudget *self = act->self;
  gboolean ok = TRUE;

  pthread_mutex_lock (&self->mutex);
  if (self->store != NULL)
    ok = spark_store_write (self->store, run_shared, act, NULL);
  else
    {
      Lines lines = get_lines (self, act->subject, act->path, act->now);

      act->run (act, &lines);
    }
  pthread_mutex_unlock (&self->mutex);
  return ok;
}

static gboolean
run_tidy (SparkTx *tx, gpointer data, GError **error)
{
  return spark_tx_exec (tx, error, "budget_tidy", "i", spark_tx_now (tx) - DAY);
}

void
spark_tiktok_budget_tidy (SparkTiktokBudget *self)
{
  g_autoptr (GError) error = NULL;

  if (self->store != NULL && !spark_store_write (self->store, run_tidy, NULL, &error))
    g_message ("What was asked of TikTok before is forgotten later: %s", error->message);
}

/* --- what may be asked --- */

static void
take (Act *act, Lines *lines)
{
  act->wait = wait_for (lines, act->use, act->subject, act->now);
  if (act->wait > 0)
    return;
  g_array_append_val (lines->app->times, act->now);
  lines->app->changed = TRUE;
  g_array_append_val (lines->endpoint->times, act->now);
  lines->endpoint->changed = TRUE;
}

gint64
spark_tiktok_budget_take (SparkTiktokBudget *self, SparkTiktokUse use, const char *subject,
                          const char *path, gint64 now)
{
  Act act = { .self = self, .use = use, .subject = subject, .path = path, .now = now, .run = take };

  return act_on (&act) ? act.wait : FIRST_WAIT;
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

static void
suspend (Act *act, Lines *lines)
{
  Line *line = act->code == 40133 && act->subject != NULL ? lines->subject : lines->app;

  act->wait = suspension (line, act->words, act->utc);
  line->refused++;
  line->said_at = act->now;
  line->until = MAX (line->until, act->now + act->wait);
  line->changed = TRUE;
  act->self->refused = TRUE;
}

gint64
spark_tiktok_budget_throttled (SparkTiktokBudget *self, const char *subject, const char *path,
                               gint64 code, const char *words, gint64 now, gint64 utc)
{
  Act act = { .self = self,
              .subject = subject,
              .path = path,
              .now = now,
              .run = suspend,
              .code = code,
              .words = words,
              .utc = utc };

  return act_on (&act) ? act.wait : FIRST_WAIT;
}

static void
forgive (Act *act, Lines *lines)
{
  lines->app->changed |= lines->app->refused > 0;
  lines->app->refused = 0;
  lines->subject->changed |= lines->subject->refused > 0;
  lines->subject->refused = 0;
}

void
spark_tiktok_budget_answered (SparkTiktokBudget *self, const char *subject, const char *path)
{
  Act act = { .self = self, .subject = subject, .path = path, .run = forgive };
  gboolean refused;

  /* Nearly always nothing was refused before, and nothing is written. */
  pthread_mutex_lock (&self->mutex);
  refused = self->refused;
  self->refused = FALSE;
  pthread_mutex_unlock (&self->mutex);
  if (refused)
    act_on (&act);
}

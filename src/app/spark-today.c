/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-today"

#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "app/spark-today.h"
#include "model/spark-rules.h"

struct _SparkToday
{
  GObject parent_instance;

  /* owned */
  GDateTime *morning; /* today's first moment here */
  int timer;          /* -1: there is none */
  guint timer_id;
};

enum
{
  TURNED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];
static guint number;

G_DEFINE_FINAL_TYPE (SparkToday, spark_today, G_TYPE_OBJECT)

/* (transfer full) */
static GDateTime *
begin_day (GDateTime *time)
{
  return g_date_time_new_local (g_date_time_get_year (time), g_date_time_get_month (time),
                                g_date_time_get_day_of_month (time), 0, 0, 0);
}

static GDateTime *
get_morning (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (spark_time_now () / 1000);

  return begin_day (now);
}

/* After a day without a midnight, for which clocks go from midnight to one o'clock, a day later is
 * too late; of two midnights the first is meant. */
static gint64
find_midnight (GDateTime *morning)
{
  g_autoptr (GDateTime) later = g_date_time_add_days (morning, 1);
  g_autoptr (GDateTime) begins = begin_day (later);

  return MIN (g_date_time_to_unix (later), g_date_time_to_unix (begins));
}

/* By the clock on the wall, which goes on while the computer sleeps. The timer ends at once when
 * that clock is set: FALSE, if it was since it was read. */
static gboolean
wait_for_midnight (SparkToday *self)
{
  const struct itimerspec end = { .it_value = { .tv_sec = find_midnight (self->morning) } };

  return timerfd_settime (self->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &end, NULL) == 0
         || errno != ECANCELED;
}

static void
read_clock (SparkToday *self)
{
  do
    {
      g_clear_pointer (&self->morning, g_date_time_unref);
      self->morning = get_morning ();
    }
  while (!wait_for_midnight (self));
}

static gboolean
on_timer_cb (int fd, GIOCondition condition, gpointer user_data)
{
  guint64 ends;

  /* How it ended is all the same. */
  if (read (fd, &ends, sizeof ends) < 0 && errno == EINTR)
    return G_SOURCE_CONTINUE;
  spark_today_look (user_data);
  return G_SOURCE_CONTINUE;
}

static void
spark_today_finalize (GObject *object)
{
  SparkToday *self = SPARK_TODAY (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->timer >= 0)
    close (self->timer);
  g_date_time_unref (self->morning);

  G_OBJECT_CLASS (spark_today_parent_class)->finalize (object);
}

static void
spark_today_class_init (SparkTodayClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_today_finalize;

  signals[TURNED] = g_signal_new ("turned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
spark_today_init (SparkToday *self)
{
  self->timer = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->timer >= 0)
    self->timer_id = g_unix_fd_add (self->timer, G_IO_IN, on_timer_cb, self);
  else
    g_warning ("What is told by the day may be old: %s", g_strerror (errno));
  read_clock (self);
}

SparkToday *
spark_today_new (void)
{
  return g_object_new (SPARK_TYPE_TODAY, NULL);
}

void
spark_today_look (SparkToday *self)
{
  g_autoptr (GDateTime) before = NULL;

  g_return_if_fail (SPARK_IS_TODAY (self));

  before = g_steal_pointer (&self->morning);
  read_clock (self);
  /* Two zones can be a whole day apart. */
  if (g_date_time_equal (before, self->morning)
      && g_date_time_get_utc_offset (before) == g_date_time_get_utc_offset (self->morning))
    return;
  number++;
  g_signal_emit (self, signals[TURNED], 0);
}

guint
spark_today_get_number (void)
{
  return number;
}

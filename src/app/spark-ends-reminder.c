/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ends-reminder"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-ends-reminder.h"
#include "app/spark-notified.h"
#include "app/spark-phrases.h"
#include "app/spark-sign-ins.h"
#include "model/spark-rules.h"

#define NOTIFICATION_NAME "ends"
#define LOOK_S            3600
#define MAX_ENDS          1000
/* In the replica's settings: up to when ends were looked at, and the day of the last notification.
 */
#define SEEN "ends-seen"
#define DAY  "ends-day"

struct _SparkEndsReminder
{
  GObject parent_instance;

  /* owned */
  SparkBackend *backend;
  GSettings *settings;
  SparkNotified *notified;
  guint look_id;
};

G_DEFINE_FINAL_TYPE (SparkEndsReminder, spark_ends_reminder, G_TYPE_OBJECT)

typedef struct
{
  guint n;
  gboolean is_new;       /* one of them came closer than it was told before */
  gint64 last;           /* the latest end */
  SparkGrantItem *first; /* the soonest; NULL: there is none */
} Ends;

static int
compare_days (gconstpointer a, gconstpointer b)
{
  guint one = *(const guint *)a, other = *(const guint *)b;

  return one < other ? 1 : one > other ? -1 : 0;
}

guint
spark_ends_days_read (GVariant *setting, guint *days)
{
  gsize n_values = g_variant_n_children (setting);
  guint n = 0;

  for (gsize i = 0; i < n_values && n < SPARK_ENDS_DAYS_MAX; i++)
    {
      guint day;

      g_variant_get_child (setting, i, "u", &day);
      if (day >= 1 && day <= SPARK_ENDS_DAYS_FURTHEST)
        days[n++] = day;
    }
  qsort (days, n, sizeof *days, compare_days);
  return n;
}

static void
find_ends (SparkEndsReminder *self, gint64 seen, gint64 now, Ends *ends)
{
  g_autoptr (SparkGrantList) grants
      = spark_grant_list_new (spark_backend_get_replica (self->backend), NULL, NULL);
  g_autoptr (GVariant) setting = g_settings_get_value (self->settings, "ends-days");
  guint days[SPARK_ENDS_DAYS_MAX];
  guint n_days = spark_ends_days_read (setting, days);
  guint furthest = n_days > 0 ? days[0] : 0;
  guint n_grants;

  spark_grant_list_set_filter (grants, SPARK_ACCESS_ACTIVE);
  n_grants = MIN (g_list_model_get_n_items (G_LIST_MODEL (grants)), MAX_ENDS);
  for (guint i = 0; i < n_grants; i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);
      gint64 end = grant->ends_at;

      /* What is being ended anyway asks for nothing more. */
      if (end <= now || grant->state == SPARK_GRANT_STATE_REVOKING)
        continue;
      /* Soonest first, an open end last. */
      if (end > now + furthest * SPARK_DAY_MS)
        break;
      for (guint j = 0; j < n_days; j++)
        {
          gint64 due = end - days[j] * SPARK_DAY_MS;

          ends->is_new |= due > seen && due <= now;
        }
      ends->n++;
      ends->last = MAX (ends->last, end);
      if (ends->first == NULL)
        ends->first = g_object_ref (item);
    }
}

static char *
describe_many (guint n, gint64 left)
{
  static const guint steps[] = { 3, 7, 14, 30, SPARK_ENDS_DAYS_FURTHEST };
  guint step = 0;

  if (left <= SPARK_DAY_MS)
    return g_strdup_printf (ngettext ("%'u authorization ends within a day",
                                      "%'u authorizations end within a day", n),
                            n);
  while (step < G_N_ELEMENTS (steps) - 1 && left > steps[step] * SPARK_DAY_MS)
    step++;
  return g_strdup_printf (ngettext ("%'u authorization ends in the next %'u days",
                                    "%'u authorizations end in the next %'u days", n),
                          n, steps[step]);
}

static void
tell (SparkEndsReminder *self, const Ends *ends, gint64 now)
{
  const SparkGrant *first = spark_grant_item_get (ends->first);
  g_autofree char *brand = spark_phrase_brand (first);
  g_autofree char *caption = spark_phrase_video (spark_grant_item_get_video (ends->first));
  g_autofree char *day = spark_phrase_day_and_distance (first->ends_at);
  g_autofree char *target = spark_sign_in_target (spark_backend_get_id (self->backend), "");
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (ends->n == 1)
    {
      /* Translators: first a brand, then a video’s caption */
      title = g_strdup_printf (_ ("%s’s access to “%s” ends"), brand, caption);
      body = g_strdup (day);
    }
  else
    {
      title = describe_many (ends->n, ends->last - now);
      /* Translators: the soonest of several: a brand, a video’s caption, a day and its distance */
      body = g_strdup_printf (_ ("First %s, “%s”: %s"), brand, caption, day);
    }
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-access", "s", target);
  g_notification_add_button_with_target (notification, _ ("View"), "app.show-access", "s", target);
  spark_notified_send (self->notified, NOTIFICATION_NAME, notification, NULL);
}

void
spark_ends_reminder_look (SparkEndsReminder *self, gint64 now)
{
  SparkReplica *replica;
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *seen = NULL;
  g_autofree char *last_day = NULL;
  g_autofree char *today = NULL;
  g_autofree char *text = NULL;
  Ends ends = { 0 };

  g_return_if_fail (SPARK_IS_ENDS_REMINDER (self));

  if (!g_settings_get_boolean (self->settings, "notify-ends"))
    {
      spark_notified_withdraw (self->notified, NOTIFICATION_NAME);
      return;
    }
  replica = spark_backend_get_replica (self->backend);
  seen = spark_replica_get_setting (replica, SEEN);
  last_day = spark_replica_get_setting (replica, DAY);
  moment = g_date_time_new_from_unix_local (now / 1000);
  today = g_date_time_format (moment, "%Y-%m-%d");
  text = g_strdup_printf ("%" G_GINT64_FORMAT, now);

  find_ends (self, seen != NULL ? g_ascii_strtoll (seen, NULL, 10) : now, now, &ends);
  if (ends.first == NULL)
    spark_notified_withdraw (self->notified, NOTIFICATION_NAME);
  /* What comes closer on a day that had its notification waits for the next one. */
  if (ends.is_new && g_strcmp0 (last_day, today) == 0)
    {
      g_clear_object (&ends.first);
      return;
    }
  if (ends.is_new)
    {
      tell (self, &ends, now);
      spark_replica_set_setting (replica, DAY, today);
    }
  spark_replica_set_setting (replica, SEEN, text);
  g_clear_object (&ends.first);
}

static void
on_status_cb (SparkEndsReminder *self)
{
  if (spark_backend_get_status (self->backend) == SPARK_BACKEND_ONLINE)
    spark_ends_reminder_look (self, spark_time_now ());
}

static gboolean
on_hour_cb (gpointer user_data)
{
  SparkEndsReminder *self = user_data;

  /* A copy that is not whole yet knows too little. */
  if (spark_backend_get_status (self->backend) != SPARK_BACKEND_LOADING)
    spark_ends_reminder_look (self, spark_time_now ());
  return G_SOURCE_CONTINUE;
}

static void
spark_ends_reminder_dispose (GObject *object)
{
  SparkEndsReminder *self = SPARK_ENDS_REMINDER (object);

  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_pointer (&self->notified, spark_notified_free);
  g_clear_object (&self->backend);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (spark_ends_reminder_parent_class)->dispose (object);
}

static void
spark_ends_reminder_class_init (SparkEndsReminderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_ends_reminder_dispose;
}

static void
spark_ends_reminder_init (SparkEndsReminder *self)
{
}

SparkEndsReminder *
spark_ends_reminder_new (GApplication *application, SparkBackend *backend, GSettings *settings)
{
  SparkEndsReminder *self = g_object_new (SPARK_TYPE_ENDS_REMINDER, NULL);

  self->notified = spark_notified_new (application, settings, spark_backend_get_id (backend));
  self->backend = g_object_ref (backend);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (backend, "notify::status", G_CALLBACK (on_status_cb), self,
                           G_CONNECT_SWAPPED);
  self->look_id = g_timeout_add_seconds (LOOK_S, on_hour_cb, self);
  return self;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-ends-reminder.h"
#include "model/spark-rules.h"
#include "notifier-fixture.h"

/* When the ends of access are told ahead. */

/* Each end is told 14 and 3 days ahead, in one notification a day. */
static void
test_ends (NotifierFixture *fixture, gconstpointer data)
{
  g_autoptr (SparkEndsReminder) reminder
      = spark_ends_reminder_new (fixture->application, fixture->backend, fixture->settings);
  /* Noon: what follows within hours is the same day. */
  gint64 now = spark_time_now () / SPARK_DAY_MS * SPARK_DAY_MS + SPARK_DAY_MS / 2;
  SparkGrant grants[3] = { 0 };
  static const char *const ids[] = { "1.31", "1.32", "1.33" };
  static const guint days[] = { 10, 15, 16 };

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      grants[i].id = ids[i];
      grants[i].video_id = "1.1";
      grants[i].brand = (SparkRef){ "1.4", "Acme" };
      grants[i].state = SPARK_GRANT_STATE_AUTHORIZED;
      grants[i].ends_at = now + days[i] * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grants[i]);
    }
  /* What is there at first, and what came no closer, says nothing. */
  spark_ends_reminder_look (reminder, now);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS / 4);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 0);

  /* Days were slept through: one notification for all. */
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1),
                                   "3 authorizations end in the next 14 days|First Acme, "
                                   "“Morning routine”: "));
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS + 1000);

  /* Switched off nothing is told; on again, it is told late rather than never. */
  g_settings_set_boolean (fixture->settings, "notify-ends", FALSE);
  spark_ends_reminder_look (reminder, now + 8 * SPARK_DAY_MS);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
  g_settings_reset (fixture->settings, "notify-ends");
  spark_ends_reminder_look (reminder, now + 8 * SPARK_DAY_MS + 1000);
  notifier_wait_for (fixture, 2);

  /* The second one comes to 3 days on the day of a notification, and is told the next day. */
  spark_ends_reminder_look (reminder, now + 13 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 3),
                                   "2 authorizations end in the next 3 days|"));
  spark_replica_set_setting (spark_backend_get_replica (fixture->backend), "ends-seen", "0");
  spark_ends_reminder_look (reminder, now + 13 * SPARK_DAY_MS + 1000);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 3);
  spark_ends_reminder_look (reminder, now + 15 * SPARK_DAY_MS - 1000);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 4),
                                   "2 authorizations end in the next 3 days|"));
}

/* As many days ahead as the person chose; what is being revoked ends by itself. */
static void
test_ends_days (NotifierFixture *fixture, gconstpointer data)
{
  g_autoptr (SparkEndsReminder) reminder
      = spark_ends_reminder_new (fixture->application, fixture->backend, fixture->settings);
  gint64 now = spark_time_now () / SPARK_DAY_MS * SPARK_DAY_MS + SPARK_DAY_MS / 2;
  static const char *const ids[] = { "1.31", "1.32", "1.33" };
  SparkGrant grant
      = { .video_id = "1.1", .brand = { "1.4", "Acme" }, .state = SPARK_GRANT_STATE_AUTHORIZED };
  g_autoptr (GVariant) setting = NULL;
  guint days[SPARK_ENDS_DAYS_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + (8 + i) * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  g_settings_set_value (fixture->settings, "ends-days",
                        g_variant_new_parsed ("[@u 1, 0, 61, 7, 4294967295]"));
  setting = g_settings_get_value (fixture->settings, "ends-days");
  g_assert_cmpuint (spark_ends_days_read (setting, days), ==, 2);
  g_assert_cmpuint (days[0], ==, 7);
  g_assert_cmpuint (days[1], ==, 1);
  spark_ends_reminder_look (reminder, now);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS - 1000);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 0);
  spark_ends_reminder_look (reminder, now + SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1),
                                   "Acme’s access to “Morning routine” ends|"));
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 1),
                                   "|default,,app.show-access::private-,View"));
  notifier_let_be_known ();

  /* The first and the second are being revoked: the third alone is told of. */
  grant.state = SPARK_GRANT_STATE_REVOKING;
  for (guint i = 0; i < 2; i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + (8 + i) * SPARK_DAY_MS;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  spark_ends_reminder_look (reminder, now + 2 * SPARK_DAY_MS);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
  g_assert_cmpuint (notifier_desktop.closed, ==, 1);
  spark_ends_reminder_look (reminder, now + 3 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 2),
                                   "Acme’s access to “Morning routine” ends|"));

  /* Within a day: several at once. */
  grant.state = SPARK_GRANT_STATE_AUTHORIZED;
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      grant.id = ids[i];
      grant.ends_at = now + 10 * SPARK_DAY_MS + i;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  spark_ends_reminder_look (reminder, now + 9 * SPARK_DAY_MS + 1000);
  g_assert_true (
      g_str_has_prefix (notifier_wait_for (fixture, 3), "3 authorizations end within a day|"));

  /* Much farther ahead, if that was chosen. */
  grant.ends_at = now + 50 * SPARK_DAY_MS;
  for (guint i = 0; i < 2; i++)
    {
      grant.id = ids[i];
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  g_settings_set_value (fixture->settings, "ends-days", g_variant_new_parsed ("[@u 3, 30]"));
  spark_ends_reminder_look (reminder, now + 20 * SPARK_DAY_MS);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 4),
                                   "2 authorizations end in the next 30 days|"));
  g_settings_reset (fixture->settings, "ends-days");
}

int
main (int argc, char **argv)
{
  notifier_begin (&argc, &argv);

  NOTIFIER_TEST ("/notifier/ends", test_ends);
  NOTIFIER_TEST ("/notifier/ends-days", test_ends_days);
  return notifier_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-notified.h"
#include "app/spark-sign-ins.h"
#include "model/spark-rules.h"
#include "notifier-fixture.h"

/* What is withdrawn: what no longer holds, was answered, dismissed, or is of another sign-in. */

/* What was answered by the time it is told of is not told. */
static void
test_answered (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent together[] = {
    { .id = "1.10",
      .type = SPARK_EVENT_ADVERTISER_NEW,
      .video_id = "1.1",
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7001", "Acme US" } } },
    { .id = "1.11",
      .type = SPARK_EVENT_ADVERTISER_NEW,
      .video_id = "1.1",
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7002", "Acme EU" } } },
    { .id = "1.12",
      .type = SPARK_EVENT_EXTENSION_REQUESTED,
      .video_id = "1.1",
      .grant_id = "1.2",
      .brand = { "1.4", "Acme" },
      .detail = { .days = 30 } },
    { .id = "1.13",
      .type = SPARK_EVENT_ADVERTISER_CONFIRMED,
      .brand = { "1.4", "Acme" },
      .detail = { .advertiser = { "7001", "Acme US" } } },
    { .id = "1.14", .type = SPARK_EVENT_GRANT_EXTENDED, .video_id = "1.1", .grant_id = "1.2" },
    { .id = "1.15",
      .type = SPARK_EVENT_GRANT_AUTHORIZED,
      .video_id = "1.1",
      .grant_id = "1.9",
      .brand = { "1.4", "Acme" } },
    { .id = "1.16", .type = SPARK_EVENT_GRANT_UNBOUND, .video_id = "1.1", .grant_id = "1.9" },
  };

  notifier_happen_together (fixture, together, G_N_ELEMENTS (together));
  g_assert_nonnull (strstr (notifier_wait_for (fixture, 1), "Acme EU (7002)"));
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
}

/* A request is over with the access, and answered with more time: of its own, or of its code. */
static void
test_request_stale (NotifierFixture *fixture, gconstpointer data)
{
  static const SparkEventType types[]
      = { SPARK_EVENT_GRANT_REVOKED, SPARK_EVENT_GRANT_REVOKING,  SPARK_EVENT_GRANT_UNBOUND,
          SPARK_EVENT_GRANT_EXPIRED, SPARK_EVENT_GRANT_END_NOTED, SPARK_EVENT_GRANT_EXTENDED,
          SPARK_EVENT_CODE_EXTENDED };
  gint64 ends_at = spark_time_now () + 60 * SPARK_DAY_MS;
  const SparkGrant grants[] = {
    { .id = "1.51", .video_id = "1.1", .code_id = "1.3", .ends_at = ends_at },
    { .id = "1.52", .video_id = "1.1", .code_id = "1.3", .ends_at = ends_at - 30 * SPARK_DAY_MS },
    { .id = "1.53", .video_id = "1.1", .code_id = "1.6", .ends_at = ends_at },
  };

  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      SparkGrant grant = grants[i];

      grant.state = SPARK_GRANT_STATE_AUTHORIZED;
      fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
    }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const SparkEvent asked = { .id = "1.13",
                                 .type = SPARK_EVENT_EXTENSION_REQUESTED,
                                 .video_id = "1.1",
                                 .grant_id = "1.51",
                                 .detail = { .days = 30 } };
      const SparkEvent over = { .id = "1.14",
                                .type = types[i],
                                .video_id = "1.1",
                                .code_id = "1.3",
                                .grant_id = types[i] != SPARK_EVENT_CODE_EXTENDED ? "1.51" : NULL,
                                .detail = { .ends_at = ends_at } };

      notifier_happen (fixture, &asked);
      notifier_wait_for (fixture, i + 1);
      notifier_let_be_known ();
      notifier_happen (fixture, &over);
      test_wait (notifier_desktop.closed == i + 1);
      notifier_let_be_known ();
      g_assert_cmpuint (notifier_desktop.closed, ==, i + 1);
    }
}

/* What was agreed to end before the code stays as it is, and so does what another code gave. */
static void
test_request_stays (NotifierFixture *fixture, gconstpointer data)
{
  gint64 ends_at = spark_time_now () + 60 * SPARK_DAY_MS;
  SparkGrant grant = { .id = "1.51",
                       .video_id = "1.1",
                       .code_id = "1.3",
                       .state = SPARK_GRANT_STATE_AUTHORIZED,
                       .ends_at = ends_at - 30 * SPARK_DAY_MS };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.51",
                             .detail = { .days = 30 } };
  SparkEvent extended = { .id = "1.14",
                          .type = SPARK_EVENT_CODE_EXTENDED,
                          .video_id = "1.1",
                          .code_id = "1.3",
                          .detail = { .ends_at = ends_at } };

  fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
  notifier_happen (fixture, &asked);
  notifier_wait_for (fixture, 1);
  notifier_let_be_known ();
  notifier_happen (fixture, &extended);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 0);

  grant.ends_at = ends_at;
  fake_add_grant (spark_backend_get_replica (fixture->backend), &grant);
  extended.code_id = "1.6";
  notifier_happen (fixture, &extended);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 0);
  extended.code_id = "1.3";
  notifier_happen (fixture, &extended);
  test_wait (notifier_desktop.closed == 1);
}

/* Two servers count their ids up alike: what one tells of must not be taken for the other's. */
static void
test_two_sign_ins (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent use = notifier_use_by ("1.20", "Acme");
  const SparkEvent more = notifier_use_by ("1.21", "Nord");
  const SparkEvent over
      = { .id = "1.30", .type = SPARK_EVENT_GRANT_UNBOUND, .video_id = "1.1", .grant_id = "1.20" };
  g_autofree char *sign_in = spark_sign_in_id ("https://other.example", "1");
  g_autofree char *acts = g_strdup_printf (
      "app.show-video::%s-1.1,View,app.revoke::%s-1.20,Revoke…", sign_in, sign_in);
  g_autoptr (SparkClient) client = fake_client_new ();
  g_autoptr (SparkBackend) backend = spark_backend_new (sign_in, client, NULL, NULL);
  NotifierFixture other = *fixture;

  other.backend = backend;
  other.notifier = spark_notifier_new (other.application, backend, other.settings);
  notifier_happen (fixture, &use);
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 1),
                                   ",app.show-video::private-1.1,View,"
                                   "app.revoke::private-1.20,Revoke…"));
  notifier_let_be_known ();

  /* The other one is chosen: what is shown goes, and what the first still has to tell stays away.
   */
  spark_sign_ins_add (fixture->settings, "https://other.example", "1", "Mia");
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  test_wait (notifier_desktop.closed == 1);
  notifier_happen (fixture, &more);
  notifier_restart (fixture);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);

  notifier_happen (&other, &use);
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 2), acts));
  notifier_let_be_known ();
  notifier_happen (fixture, &over);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 1);

  /* What is of the one in use stays, until it is over there. */
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 1);
  notifier_happen (&other, &over);
  test_wait (notifier_desktop.closed == 2);
  g_assert_cmpuint (notifier_desktop.which, ==, ONE << 1 | ONE << 2);

  /* Left: the first one is in use again, and what the other told of goes. */
  notifier_happen (&other, &more);
  notifier_wait_for (fixture, 3);
  notifier_let_be_known ();
  g_assert_finalize_object (g_steal_pointer (&other.notifier));
  spark_sign_ins_remove (fixture->settings, "https://other.example", "1");
  spark_notified_withdraw_others (fixture->application, fixture->settings);
  test_wait (notifier_desktop.closed == 3);
}

/* What was dismissed in the window goes, and many with the last of them, also after a restart. */
static void
test_dismissed (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent refused = { .id = "1.10",
                               .type = SPARK_EVENT_REDEMPTION_REFUSED,
                               .video_id = "1.1",
                               .detail = { .count = 1 } };
  const SparkEvent asked = { .id = "1.11",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .detail = { .days = 30 } };
  static const char *const ids[] = { "1.40", "1.41", "1.42", "1.43" };
  static const char *const one[] = { "1.10", NULL };
  static const char *const request[] = { "1.11", "1.99", NULL };
  static const char *const first[] = { "1.40", "1.41", NULL };
  static const char *const rest[] = { "1.43", "1.42", NULL };
  SparkReplica *replica = spark_backend_get_replica (fixture->backend);
  SparkEvent many[G_N_ELEMENTS (ids)];

  notifier_happen (fixture, &refused);
  notifier_happen (fixture, &asked);
  notifier_wait_for (fixture, 2);
  notifier_let_be_known ();
  spark_replica_dismiss_events (replica, one);
  test_wait (notifier_desktop.closed == 1);
  spark_replica_dismiss_events (replica, request);
  test_wait (notifier_desktop.closed == 2);

  notifier_restart (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      many[i] = refused;
      many[i].id = ids[i];
    }
  notifier_happen_together (fixture, many, G_N_ELEMENTS (many));
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 3), "4 attempts were refused|"));
  notifier_let_be_known ();
  spark_replica_dismiss_events (replica, first);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 2);
  notifier_restart (fixture);
  spark_replica_dismiss_events (replica, rest);
  test_wait (notifier_desktop.closed == 3);
  g_assert_cmpuint (notifier_desktop.which, ==, ONE << 1 | ONE << 2 | ONE << 3);
}

static SparkEvent
leave (const char *grant_id)
{
  return (SparkEvent){
    .id = "1.50", .type = SPARK_EVENT_GRANT_UNBOUND, .video_id = "1.1", .grant_id = grant_id
  };
}

/* Many told as one go with the last of them, or once the page they lead to was seen. */
static void
test_many_stale (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent uses[] = { notifier_use_by ("1.20", "Acme"), notifier_use_by ("1.21", "Nord"),
                              notifier_use_by ("1.22", "Glow"), notifier_use_by ("1.23", "Lumen") };
  const SparkEvent again = notifier_use_by ("1.24", "Fjell");

  notifier_happen_together (fixture, uses, G_N_ELEMENTS (uses));
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1), "4 brands used your codes|"));
  notifier_let_be_known ();
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      SparkEvent over = leave (uses[i].grant_id);

      notifier_let_be_known ();
      g_assert_cmpuint (notifier_desktop.closed, ==, 0);
      notifier_happen (fixture, &over);
    }
  test_wait (notifier_desktop.closed == 1);

  notifier_restart (fixture);
  notifier_happen_together (fixture, uses, G_N_ELEMENTS (uses));
  notifier_wait_for (fixture, 2);
  notifier_let_be_known ();
  spark_notifier_see_access (fixture->notifier);
  test_wait (notifier_desktop.closed == 2);
  /* What was seen is not counted again. */
  notifier_happen (fixture, &again);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 3), "Fjell used the code for "));
}

/* As much as may be shown is known: what is too old for that is taken away. */
static void
test_bound (NotifierFixture *fixture, gconstpointer data)
{
  g_autoptr (SparkNotified) notified
      = spark_notified_new (fixture->application, fixture->settings, SPARK_SIGN_IN_PRIVATE);
  g_autoptr (GNotification) notification = g_notification_new ("One");
  g_autoptr (GVariant) kept = NULL;
  g_autoptr (GVariant) list = NULL;

  for (guint i = 0; i < 103; i++)
    {
      g_autofree char *name = g_strdup_printf ("one-%u", i);

      spark_notified_send (notified, name, notification, NULL);
      if (i == 2)
        {
          notifier_wait_for (fixture, 3);
          notifier_let_be_known ();
        }
    }
  test_wait (notifier_desktop.closed == 3);
  kept = g_settings_get_value (fixture->settings, "notified");
  g_variant_get (kept, "(s@a(sas))", NULL, &list);
  g_assert_cmpuint (g_variant_n_children (list), ==, 100);
}

int
main (int argc, char **argv)
{
  notifier_begin (&argc, &argv);

  NOTIFIER_TEST ("/notifier/answered", test_answered);
  NOTIFIER_TEST ("/notifier/request-stale", test_request_stale);
  NOTIFIER_TEST ("/notifier/request-stays", test_request_stays);
  NOTIFIER_TEST ("/notifier/two-sign-ins", test_two_sign_ins);
  NOTIFIER_TEST ("/notifier/dismissed", test_dismissed);
  NOTIFIER_TEST ("/notifier/many-stale", test_many_stale);
  NOTIFIER_TEST ("/notifier/bound", test_bound);
  return notifier_run ();
}

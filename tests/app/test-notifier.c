/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "notifier-fixture.h"

/* What is told, and with which acts. */

static void
test_brand_used (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent used[] = {
    { .id = "1.10", .type = SPARK_EVENT_CODE_USED, .at = 5, .video_id = "1.1", .code_id = "1.3" },
    { .id = "1.11",
      .type = SPARK_EVENT_GRANT_AUTHORIZED,
      .at = 5,
      .video_id = "1.1",
      .code_id = "1.3",
      .grant_id = "1.2",
      .actor = { SPARK_ACTOR_BRAND, "9", "Acme EU" },
      .brand = { "1.4", "Acme" } }
  };
  const SparkEvent revoked
      = { .id = "1.12", .type = SPARK_EVENT_GRANT_REVOKED, .video_id = "1.1", .grant_id = "1.2" };

  /* One use makes two events, and is told once. */
  notifier_happen_together (fixture, used, G_N_ELEMENTS (used));
  g_assert_cmpstr (
      notifier_wait_for (fixture, 1), ==,
      "Acme used the code for “Morning routine”||default,,app.show-video::private-1.1,View,"
      "app.revoke::private-1.2,Revoke…");
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);

  /* What no longer holds is withdrawn; the creator's own act tells nothing new. */
  notifier_happen (fixture, &revoked);
  test_wait (notifier_desktop.closed == 1);
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
}

static void
test_someone_used (NotifierFixture *fixture, gconstpointer data)
{
  const SparkCode code = {
    .id = "1.3", .video_id = "1.1", .code = "#SparkboxSecret", .copied_for = { "1.4", "Acme" }
  };
  const SparkEvent event
      = { .id = "1.10", .type = SPARK_EVENT_CODE_USED, .video_id = "1.1", .code_id = "1.3" };
  const SparkEvent noted = { .id = "1.11",
                             .type = SPARK_EVENT_GRANT_NOTED,
                             .video_id = "1.1",
                             .code_id = "1.3",
                             .grant_id = "1.2" };
  const char *shown;

  fake_add_code (spark_backend_get_replica (fixture->backend), &code);
  notifier_happen (fixture, &event);
  shown = notifier_wait_for (fixture, 1);
  g_assert_true (g_str_has_prefix (shown, "Someone used the code for “Morning routine”|TikTok "
                                          "doesn’t say who. You gave it to Acme.|"));
  g_assert_null (strstr (shown, "#"));
  g_assert_null (strstr (shown, "Revoke"));
  /* Only the creator can say who; there is no grant yet, so that the code stands for it. */
  g_assert_nonnull (strstr (shown, "app.confirm-brand::private-1.3,It Was Acme"));
  g_assert_nonnull (strstr (shown, "app.note-grant::private-1.1,Someone Else…"));
  notifier_let_be_known ();
  /* It was said, maybe on another computer. */
  notifier_happen (fixture, &noted);
  test_wait (notifier_desktop.closed == 1);
}

/* What was used before the account was connected is no news; what is used then is. */
static void
test_used_earlier (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent events[] = { { .id = "1.10",
                                  .type = SPARK_EVENT_CODE_USED,
                                  .video_id = "1.1",
                                  .code_id = "1.3",
                                  .detail.earlier = TRUE },
                                { .id = "1.11",
                                  .type = SPARK_EVENT_CODE_USED,
                                  .video_id = "1.1",
                                  .code_id = "1.4",
                                  .detail.earlier = TRUE } };
  const SparkEvent since
      = { .id = "1.12", .type = SPARK_EVENT_CODE_USED, .video_id = "1.1", .code_id = "1.5" };

  notifier_happen_together (fixture, events, G_N_ELEMENTS (events));
  notifier_happen (fixture, &since);
  notifier_wait_for (fixture, 1);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1), "Someone used the code"));
}

/* TikTok lists the post in nobody's ad account that is known, and nobody was said to get it. */
static void
test_someone_unknown (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent event = { .id = "1.10",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .video_id = "1.1",
                             .code_id = "1.3",
                             .grant_id = "1.2" };
  const SparkEvent said = {
    .id = "1.11", .type = SPARK_EVENT_GRANT_ATTRIBUTED, .video_id = "1.1", .grant_id = "1.2"
  };

  notifier_happen (fixture, &event);
  g_assert_cmpstr (
      notifier_wait_for (fixture, 1), ==,
      "Someone used the code for “Morning routine”|TikTok doesn’t say who.|"
      "default,,app.attribute-grant::private-1.2,Say Who…,app.revoke::private-1.2,Revoke…");
  notifier_let_be_known ();
  notifier_happen (fixture, &said);
  test_wait (notifier_desktop.closed == 1);
}

/* No button for what the role does not allow. */
static void
test_roles (NotifierFixture *fixture, gconstpointer data)
{
  const SparkAccount accounts[] = { { .id = "1", .name = "@mia", .role = SPARK_ROLE_VIEW },
                                    { .id = "2", .name = "@lou", .role = SPARK_ROLE_GENERATE } };
  const SparkEvent view = {
    .id = "1.10", .type = SPARK_EVENT_GRANT_AUTHORIZED, .video_id = "1.1", .grant_id = "1.2"
  };
  const SparkEvent generate = {
    .id = "2.10", .type = SPARK_EVENT_GRANT_AUTHORIZED, .video_id = "2.1", .grant_id = "2.2"
  };

  const SparkEvent requests[] = {
    { .id = "2.11",
      .type = SPARK_EVENT_ADVERTISER_NEW,
      .video_id = "2.1",
      .grant_id = "2.2",
      .brand = { "2.4", "Acme" },
      .detail = { .advertiser = { "7001", "Acme US" } } },
    { .id = "1.12", .type = SPARK_EVENT_ADVERTISER_NEW, .video_id = "1.1", .grant_id = "1.2" }
  };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" },
                             .detail = { .days = 30 } };

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (spark_backend_get_replica (fixture->backend), &accounts[i]);
  notifier_happen (fixture, &view);
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 1), "|default,"));
  notifier_happen (fixture, &generate);
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 2),
                                   "|default,,app.attribute-grant::private-2.2,Say Who…"));
  /* Nor are they told to do it: others may. */
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      notifier_happen (fixture, &requests[i]);
      g_assert_nonnull (
          strstr (notifier_wait_for (fixture, 3 + i), "ask whoever invited you to revoke"));
      g_assert_null (strstr (notifier_wait_for (fixture, 3 + i), "Revoke"));
    }
  notifier_happen (fixture, &asked);
  g_assert_null (strstr (notifier_wait_for (fixture, 5), "Extend"));
}

static void
test_burst (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent uses[] = { notifier_use_by ("1.20", "Acme"), notifier_use_by ("1.21", "Nord"),
                              notifier_use_by ("1.22", "Glow"), notifier_use_by ("1.23", "Lumen"),
                              notifier_use_by ("1.24", "Fjell") };
  const SparkEvent later[] = { notifier_use_by ("1.25", "Sol"), notifier_use_by ("1.26", "Luna") };

  notifier_happen_together (fixture, uses, G_N_ELEMENTS (uses));
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1), "5 brands used your codes|"));
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);

  /* What follows closely is counted with them, in the same notification. */
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    notifier_happen (fixture, &later[i]);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 2), "7 brands used your codes|"));
}

/* The first leaves at once, whatever may follow; those that follow wait for each other. */
static void
test_first_of_burst (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent first = notifier_use_by ("1.20", "Acme");
  const SparkEvent following[]
      = { notifier_use_by ("1.21", "Nord"), notifier_use_by ("1.22", "Glow"),
          notifier_use_by ("1.23", "Lumen"), notifier_use_by ("1.24", "Fjell") };

  notifier_happen (fixture, &first);
  for (guint i = 0; i < G_N_ELEMENTS (following); i++)
    notifier_happen (fixture, &following[i]);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 1), "Acme used the code for "));
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 2), "4 brands used your codes|"));
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 2);
}

/* Of each kind many at once are told as one, and a kind does not hide another. */
static void
test_bursts_of_others (NotifierFixture *fixture, gconstpointer data)
{
  static const char *const ids[] = { "1.40", "1.41", "1.42", "1.43" };
  static const char *const titles[]
      = { "4 attempts were refused|", "4 revokes are confirmed|", "Brands ask you for 4 things|" };
  static const SparkEventType types[]
      = { SPARK_EVENT_REDEMPTION_REFUSED, SPARK_EVENT_GRANT_REVOKED, SPARK_EVENT_ADVERTISER_NEW };

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      SparkEvent events[G_N_ELEMENTS (ids)];

      for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
        events[i] = (SparkEvent){ .id = ids[i],
                                  .type = types[t],
                                  .video_id = "1.1",
                                  .grant_id = ids[i],
                                  .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL } };
      notifier_happen_together (fixture, events, G_N_ELEMENTS (events));
      g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, t + 1), titles[t]));
      g_assert_cmpuint (notifier_desktop.shown->len, ==, t + 1);
    }
}

static void
test_refused (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent first = { .id = "1.10",
                             .type = SPARK_EVENT_REDEMPTION_REFUSED,
                             .video_id = "1.1",
                             .link_id = "1.5",
                             .actor = { SPARK_ACTOR_BRAND, "9", "Nord" },
                             .brand = { "1.6", "Nord" },
                             .detail = { .reason = "link_for_other_brand", .count = 1 } };
  const SparkLink link = { .id = "1.5", .video_id = "1.1", .brand = { "1.4", "Acme" } };
  SparkEvent again = first;

  fake_add_link (spark_backend_get_replica (fixture->backend), &link);

  notifier_happen (fixture, &first);
  g_assert_true (
      g_str_has_prefix (notifier_wait_for (fixture, 1), "Nord tried Acme’s link. Refused.|"));
  again.id = "1.11";
  again.detail.count = 7;
  notifier_happen (fixture, &again);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 1);
}

static void
test_others (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent account = { .id = "1.10",
                               .type = SPARK_EVENT_ADVERTISER_NEW,
                               .video_id = "1.1",
                               .grant_id = "1.2",
                               .brand = { "1.4", "Acme" },
                               .detail = { .advertiser = { "7001", "Acme US" } } };
  const SparkEvent confirmed = { .id = "1.11",
                                 .type = SPARK_EVENT_GRANT_REVOKED,
                                 .video_id = "1.1",
                                 .grant_id = "1.2",
                                 .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL },
                                 .brand = { "1.4", "Acme" } };
  const SparkEvent asked = { .id = "1.13",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" },
                             .detail = { .days = 30 } };
  const SparkEvent extended
      = { .id = "1.14", .type = SPARK_EVENT_GRANT_EXTENDED, .video_id = "1.1", .grant_id = "1.2" };
  const SparkEvent own = { .id = "1.12", .type = SPARK_EVENT_CODE_GENERATED, .video_id = "1.1" };
  const SparkEvent other = { .id = "1.15",
                             .type = SPARK_EVENT_ADVERTISER_CONFIRMED,
                             .brand = { "1.4", "Acme" },
                             .detail = { .advertiser = { "7002", "Acme EU" } } };
  const SparkEvent known = { .id = "1.16",
                             .type = SPARK_EVENT_ADVERTISER_REFUSED,
                             .brand = { "1.4", "Acme" },
                             .detail = { .advertiser = { "7001", "Acme US" } } };
  static const char *const gone[] = { "1.99", NULL };

  notifier_happen (fixture, &own);
  notifier_happen (fixture, &account);
  g_assert_true (
      g_str_has_prefix (notifier_wait_for (fixture, 1),
                        "New ad account for Acme|Acme US (7001) has access now. Revoke it"));
  notifier_happen (fixture, &confirmed);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 2),
                                   "Acme can no longer use “Morning routine”|"));
  notifier_happen (fixture, &asked);
  g_assert_true (g_str_has_prefix (notifier_wait_for (fixture, 3),
                                   "Acme asks you to extend “Morning routine”|By 30 days."));
  g_assert_true (g_str_has_suffix (notifier_wait_for (fixture, 3),
                                   ",app.extend-request::private-1.13,Extend…"));
  notifier_let_be_known ();
  notifier_happen (fixture, &extended);
  test_wait (notifier_desktop.closed == 1);
  g_assert_cmpuint (notifier_desktop.which, ==, ONE << 3);
  notifier_happen (fixture, &other);
  notifier_let_be_known ();
  g_assert_cmpuint (notifier_desktop.closed, ==, 1);
  notifier_happen (fixture, &known);
  test_wait (notifier_desktop.closed == 2);
  g_assert_cmpuint (notifier_desktop.which, ==, ONE << 3 | ONE << 1);
  /* An event that is gone, or never was here, says nothing. */
  g_signal_emit_by_name (fixture->backend, "events", gone);
  g_assert_cmpuint (notifier_desktop.shown->len, ==, 3);
}

/* Each kind is told or not as the person chose, and what is stale is withdrawn all the same. */
static void
test_switches (NotifierFixture *fixture, gconstpointer data)
{
  const struct
  {
    const char *key;
    SparkEvent event;
  } kinds[] = {
    { "notify-used",
      { .id = "1.20",
        .type = SPARK_EVENT_GRANT_AUTHORIZED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .brand = { "1.4", "Acme" } } },
    { "notify-refused",
      { .id = "1.21",
        .type = SPARK_EVENT_REDEMPTION_REFUSED,
        .video_id = "1.1",
        .detail = { .count = 1 } } },
    { "notify-revoked",
      { .id = "1.22",
        .type = SPARK_EVENT_GRANT_REVOKED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .actor = { SPARK_ACTOR_SYSTEM, NULL, NULL } } },
    { "notify-requests",
      { .id = "1.23", .type = SPARK_EVENT_ADVERTISER_NEW, .video_id = "1.1", .grant_id = "1.2" } },
    { "notify-requests",
      { .id = "1.24",
        .type = SPARK_EVENT_EXTENSION_REQUESTED,
        .video_id = "1.1",
        .grant_id = "1.2",
        .detail = { .days = 7 } } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_settings_set_boolean (fixture->settings, kinds[i].key, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    notifier_happen (fixture, &kinds[i].event);
  /* A use would come at the end of a burst: the notifier tells it when it goes. */
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_settings_reset (fixture->settings, kinds[i].key);
      notifier_happen (fixture, &kinds[i].event);
      notifier_wait_for (fixture, i + 1);
      g_assert_cmpuint (notifier_desktop.shown->len, ==, i + 1);
      g_settings_set_boolean (fixture->settings, kinds[i].key, FALSE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_settings_reset (fixture->settings, kinds[i].key);
}

static void
test_told_at_the_end (NotifierFixture *fixture, gconstpointer data)
{
  const SparkEvent event = { .id = "1.11",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .video_id = "1.1",
                             .grant_id = "1.2",
                             .brand = { "1.4", "Acme" } };

  notifier_happen (fixture, &event);
  g_assert_finalize_object (g_steal_pointer (&fixture->notifier));
  notifier_wait_for (fixture, 1);
  fixture->notifier
      = spark_notifier_new (fixture->application, fixture->backend, fixture->settings);
}

int
main (int argc, char **argv)
{
  notifier_begin (&argc, &argv);

  NOTIFIER_TEST ("/notifier/brand-used", test_brand_used);
  NOTIFIER_TEST ("/notifier/someone-used", test_someone_used);
  NOTIFIER_TEST ("/notifier/used-earlier", test_used_earlier);
  NOTIFIER_TEST ("/notifier/someone-unknown", test_someone_unknown);
  NOTIFIER_TEST ("/notifier/roles", test_roles);
  NOTIFIER_TEST ("/notifier/burst", test_burst);
  NOTIFIER_TEST ("/notifier/first-of-burst", test_first_of_burst);
  NOTIFIER_TEST ("/notifier/bursts-of-others", test_bursts_of_others);
  NOTIFIER_TEST ("/notifier/refused", test_refused);
  NOTIFIER_TEST ("/notifier/others", test_others);
  NOTIFIER_TEST ("/notifier/switches", test_switches);
  NOTIFIER_TEST ("/notifier/told-at-the-end", test_told_at_the_end);
  return notifier_run ();
}

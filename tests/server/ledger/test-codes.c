/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "ledger-acts.h"

#define REAL_CODE "#Ab3dEf6hIj9kLmNoPqRsTuVwXyZ0123456789abcdefGHIJKLmnopqrstuvwxyz="

static void
test_periods (Fixture *self, gconstpointer data)
{
  static const guint refused[] = { 0, 1, 8, 29, 31, 366, G_MAXUINT };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (act_generate (self, self->video, refused[i], &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
    }
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_GENERATED), ==, 0);
  for (const guint *days = spark_periods; *days != 0; days++)
    {
      g_autofree char *item = g_strdup_printf ("71234567890123%05u", *days);
      g_autofree char *video = fixture_add_video (self, self->account, item);
      g_autofree char *code = act_generate (self, video, *days, NULL);

      g_assert_cmpint (fixture_code_ends_at (self, code), ==, self->now + *days * SPARK_DAY_MS);
    }
}

static void
test_shape (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *new_code = act_replace (self, code, NULL);
  g_autofree char *new_string = fixture_code_string (self, new_code);

  g_assert_cmpuint (strlen (string), ==, SPARK_CODE_LENGTH);
  g_assert_true (spark_code_is_sparkbox (string));
  g_assert_cmpstr (string, !=, new_string);
  g_assert_true (spark_code_is_sparkbox (new_string));
}

static void
test_one_at_a_time (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 7, NULL);
  g_autofree char *next = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (act_generate (self, self->video, 30, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS);
  g_clear_error (&error);

  /* Ended, though nobody has swept yet: it makes room, and its end is told. */
  self->now += 7 * SPARK_DAY_MS;
  next = act_generate (self, self->video, 30, NULL);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_EXPIRED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_EXPIRED), ==, 1);
  fixture_expire (self);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_EXPIRED), ==, 1);

  /* An old one cannot come back beside it. */
  act_extend (self, code, 30, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_EXPIRED);
  g_assert_cmpint (fixture_authorization (self, self->video).state, ==, SPARK_AUTHORIZATION_READY);
}

static void
test_not_eligible (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *private_video = NULL;
  g_autoptr (GError) error = NULL;
  SparkVideoFacts facts = { .item_id = "7123456789012345678",
                            .duration_s = -1,
                            .visibility = SPARK_VISIBILITY_PRIVATE,
                            .total = { -1, -1, -1, -1 } };

  g_free (act_upsert_video (self, self->account, &facts, NULL, NULL));
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
  g_clear_error (&error);

  facts.item_id = "7123456789012345000";
  private_video = act_upsert_video (self, self->account, &facts, NULL, NULL);
  g_assert_null (act_generate (self, private_video, 30, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
  g_clear_error (&error);

  facts.item_id = "7123456789012345678";
  facts.visibility = SPARK_VISIBILITY_PUBLIC;
  g_free (act_upsert_video (self, self->account, &facts, NULL, NULL));
  g_free (fixture_redeem (self, acme, string, NULL));
}

static void
test_extend (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *link
      = act_create_link (self, self->video, brand, self->now + 10 * SPARK_DAY_MS, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *agreed = fixture_redeem (self, nord, link_string, NULL);
  gint64 start = self->now;
  g_autoptr (GError) error = NULL;

  act_extend (self, code, 12, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  g_clear_error (&error);

  /* Days are added to the end, not to now. A grant that ends with the code goes on with it; one
   * agreed to end earlier does not. */
  self->now += 5 * SPARK_DAY_MS;
  act_extend (self, code, 7, NULL);
  g_assert_cmpint (fixture_code_ends_at (self, code), ==, start + 37 * SPARK_DAY_MS);
  g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, start + 37 * SPARK_DAY_MS);
  g_assert_cmpint (fixture_grant_ends_at (self, agreed), ==, start + 10 * SPARK_DAY_MS);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_IN_USE);

  /* Ended: the days count from now. What had ended with it stays ended, swept or not. */
  self->now = start + 40 * SPARK_DAY_MS;
  act_extend (self, code, 30, NULL);
  g_assert_cmpint (fixture_code_ends_at (self, code), ==, self->now + 30 * SPARK_DAY_MS);
  fixture_expire (self);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_EXPIRED);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_IN_USE);

  act_delete_code (self, code, NULL);
  act_extend (self, code, 30, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
}

static void
test_replace (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  gint64 ends_at = fixture_code_ends_at (self, code);
  g_autofree char *next = NULL;
  g_autofree char *next_string = NULL;
  g_autofree char *other = NULL;
  g_autofree char *brand = fixture_add_brand (self, self->account, "Linked");
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *linked = fixture_add_advertiser (self, "Linked");
  g_autoptr (GError) error = NULL;

  self->now += 3 * SPARK_DAY_MS;
  next = act_replace (self, code, NULL);
  next_string = fixture_code_string (self, next);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpint (fixture_code_ends_at (self, next), ==, ends_at);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_null (fixture_redeem (self, nord, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_DELETED);
  g_clear_error (&error);
  other = fixture_redeem (self, nord, next_string, NULL);
  /* A link stands on the video's code, whichever that is. */
  g_free (fixture_redeem (self, linked, link_string, NULL));

  g_assert_null (act_replace (self, code, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_REPLACED), ==, 1);
}

static void
test_delete (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *next = NULL;
  g_autofree char *gone = NULL;

  act_delete_code (self, code, NULL);
  act_delete_code (self, code, NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_DELETED), ==, 1);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (fixture_authorization (self, self->video).state, ==, SPARK_AUTHORIZATION_OFF);
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 1);
  /* A deleted code is shown to nobody any more. */
  gone = fixture_code_string (self, code);
  g_assert_null (gone);
  next = act_generate (self, self->video, 7, NULL);
}

static void
test_turn_off (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *event = NULL;
  g_autoptr (GError) error = NULL;

  act_turn_off (self, self->video, NULL);
  g_assert_cmpint (fixture_code_state (self, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpint (fixture_link_state (self, link), ==, SPARK_LINK_STATE_WITHDRAWN);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_posts (self, acme), ==, 0);
  g_assert_cmpuint (fixture_authorization (self, self->video).links, ==, 0);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AUTHORIZATION_OFF), ==, 1);
  event = fixture_newest_event (self, SPARK_EVENT_LINK_WITHDRAWN);
  g_assert_cmpstr (event, ==, "creator: Nord, no reason, 0, 0");
  g_assert_null (fixture_redeem (self, nord, link_string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_LINK_WITHDRAWN);
  act_turn_off (self, self->video, NULL);
}

static void
test_copied (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *event = NULL;
  g_autoptr (GError) error = NULL;

  act_copied (self, code, brand, self->now - 1000, NULL);
  event = fixture_newest_event (self, SPARK_EVENT_CODE_COPIED);
  g_assert_cmpstr (event, ==, "creator: Nord, no reason, 0, 0");
  act_copied (self, code, "1.9999", 0, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_CODE_COPIED), ==, 1);
}

/* On a tracked account codes come from TikTok, and nothing is offered that TikTok would refuse. */
static void
test_tracked (Fixture *self, gconstpointer data)
{
  g_autofree char *account = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_autofree char *video = fixture_add_video (self, account, "7123456789012345678");
  g_autofree char *second = fixture_add_video (self, account, "7123456789012345679");
  g_autofree char *minted = NULL;
  g_autofree char *minted_string = NULL;
  g_autofree char *code = NULL;
  g_autofree char *next = NULL;
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *brand = fixture_add_brand (self, account, "Acme");
  g_autoptr (GError) error = NULL;

#define REFUSED(expression, code)                                                                  \
  G_STMT_START                                                                                     \
  {                                                                                                \
    expression;                                                                                    \
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_##code);                                       \
    g_clear_error (&error);                                                                        \
  }                                                                                                \
  G_STMT_END

  REFUSED (act_generate (self, video, 30, &error), PLATFORM_CANNOT);
  REFUSED (act_add_code (self, video, "hello", 30, 0, &error), INVALID_CODE);
  minted = act_generate (self, self->video, 30, NULL);
  minted_string = fixture_code_string (self, minted);
  REFUSED (act_add_code (self, video, minted_string, 30, 0, &error), INVALID_CODE);
  REFUSED (act_add_code (self, video, REAL_CODE, 31, 0, &error), INVALID_PERIOD);
  REFUSED (act_add_code (self, video, REAL_CODE, 0, self->now, &error), INVALID_PERIOD);
  REFUSED (act_add_code (self, video, REAL_CODE, 0, self->now + 4000 * SPARK_DAY_MS, &error),
           INVALID_PERIOD);
  REFUSED (act_add_code (self, self->video, REAL_CODE, 30, 0, &error), PLATFORM_CANNOT);

  code = act_add_code (self, video, "  " REAL_CODE "\n", 0, self->now + 12 * SPARK_DAY_MS, NULL);
  g_assert_cmpint (fixture_code_ends_at (self, code), ==, self->now + 12 * SPARK_DAY_MS);
  next = fixture_code_string (self, code);
  g_assert_cmpstr (next, ==, REAL_CODE);
  g_clear_pointer (&next, g_free);
  REFUSED (act_add_code (self, second, REAL_CODE, 30, 0, &error), CODE_EXISTS);
  REFUSED (act_replace (self, code, &error), PLATFORM_CANNOT);
  REFUSED (act_create_link (self, video, brand, 0, &error), PLATFORM_CANNOT);
  /* TikTok's own codes are redeemed at TikTok. Nobody learns here that one exists. */
  REFUSED (fixture_redeem (self, acme, REAL_CODE, &error), CODE_UNKNOWN);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 0);

  act_extend (self, code, 7, NULL);
  g_assert_cmpint (fixture_code_ends_at (self, code), ==, self->now + 19 * SPARK_DAY_MS);
  act_delete_code (self, code, NULL);
  next = act_add_code (self, video, REAL_CODE, 30, 0, NULL);
}

/* An act on what is not there, or is no id, says so and writes nothing. */
static void
test_not_found (Fixture *self, gconstpointer data)
{
  static const char *const ids[]
      = { "1.9999", "77.1", "", "1", "1.", ".1", "1.0", "-1.5", "1.99999999999999999999", "a.b" };

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;

      REFUSED (act_generate (self, ids[i], 30, &error), NOT_FOUND);
      REFUSED (act_extend (self, ids[i], 30, &error), NOT_FOUND);
      REFUSED (act_replace (self, ids[i], &error), NOT_FOUND);
      REFUSED (act_delete_code (self, ids[i], &error), NOT_FOUND);
      REFUSED (act_turn_off (self, ids[i], &error), NOT_FOUND);
      REFUSED (act_withdraw (self, ids[i], &error), NOT_FOUND);
      REFUSED (act_revoke (self, ids[i], NULL, &error), NOT_FOUND);
      REFUSED (act_give_again (self, ids[i], &error), NOT_FOUND);
      REFUSED (act_attribute (self, ids[i], ids[i], &error), NOT_FOUND);
      REFUSED (act_note_grant (self, ids[i], NULL, "Acme", 0, &error), NOT_FOUND);
      REFUSED (act_rename_brand (self, ids[i], "Acme", &error), NOT_FOUND);
    }
}

#define ADD(path, func)                                                                            \
  g_test_add ("/codes/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("periods", test_periods);
  ADD ("shape", test_shape);
  ADD ("one-at-a-time", test_one_at_a_time);
  ADD ("not-eligible", test_not_eligible);
  ADD ("extend", test_extend);
  ADD ("replace", test_replace);
  ADD ("delete", test_delete);
  ADD ("turn-off", test_turn_off);
  ADD ("copied", test_copied);
  ADD ("tracked", test_tracked);
  ADD ("not-found", test_not_found);
  return g_test_run ();
}

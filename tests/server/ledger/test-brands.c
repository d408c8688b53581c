/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-connections.h"

#define HOUR_MS (60 * 60 * 1000)

/* --- brands and their ad accounts --- */

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autofree char *acme = act_add_brand (self, self->account, "  Acme ", NULL);
  g_autofree char *nord = act_add_brand (self, self->account, "Nord", NULL);
  g_autofree char *long_name = g_strnfill (201, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_null (act_add_brand (self, self->account, "ACME", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, "", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, long_name, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  act_rename_brand (self, nord, "acme", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  act_rename_brand (self, acme, "ACME", NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_BRAND_CHANGED), ==, 1);
}

/* One brand, however it was typed, and whatever its ad account calls itself. */
static void
test_same_name (Fixture *self, gconstpointer data)
{
  static const char *const same[]
      = { "acme co", "ACME  Co", " Acme\u00a0Co ", "Acme\tCo", "ＡＣＭＥ Co" };
  g_autofree char *brand = act_add_brand (self, self->account, "Acme Co", NULL);
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, " ACME  CO");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);
  g_autofree char *accents = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "Acme Co");
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_assert_null (act_add_brand (self, self->account, same[i], &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
      g_clear_error (&error);
    }
  accents = act_add_brand (self, self->account, "Acmé Co", NULL);
  g_assert_nonnull (accents);
  act_rename_brand (self, accents, "acme   co", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  g_clear_error (&error);
  g_assert_null (act_add_brand (self, self->account, "\u200d", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

static gboolean
name_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_rename_account (tx, *(gint64 *)data, "Léna Rue", "lena.travels", error);
}

static gboolean
name_zoe (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_rename_account (tx, *(gint64 *)data, "Zoë Rue", "zoe.travels", error);
}

static gboolean
count_event (const SparkEvent *event, gpointer n)
{
  (*(guint *)n)++;
  return TRUE;
}

/* account: 0: all */
static guint
count_found (Fixture *self, gint64 account, const char *search)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 100 };
  guint n = 0;

  g_assert_true (spark_read_events (
      tx,
      &(SparkObjectQuery){
          .scope.all = TRUE, .account = account, .state = -1, .type = -1, .search = search },
      &page, count_event, &n, NULL));
  spark_store_read_end (tx);
  g_assert_null (page.next);
  return n;
}

/* Of several accounts one is found by its name, with all that happened to it. */
static void
test_creator_searched (Fixture *self, gconstpointer data)
{
  static const char *const found[] = { "lÉna", "LENA.tra", "@lena.travels", "a rue" };
  static const char *const not_found[] = { "@", "lena rue travels" };
  g_autofree char *other = NULL;
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  g_assert_true (fixture_run (self, name_account, &account, NULL));
  g_assert_cmpuint (count_found (self, 0, found[0]), ==, 0);
  other = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_free (fixture_add_video (self, other, "7123456789012345679"));
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_assert_cmpuint (count_found (self, 0, found[i]), ==, count_found (self, account, NULL));
      g_assert_cmpuint (count_found (self, account, found[i]), ==, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (not_found); i++)
    g_assert_cmpuint (count_found (self, 0, not_found[i]), ==, 0);
  g_assert_cmpuint (count_found (self, 0, NULL), >, count_found (self, account, NULL));
}

/* With words of what happened, and without its accents, as in the application's own copy. */
static void
test_creator_and_words_searched (Fixture *self, gconstpointer data)
{
  static const char *const found[] = { "zoe acme",        "acme ZOE",         "zoë rue acme c",
                                       "Rue Acme Coffee", "acme zoe.travels", "@ZOE.travels acme" };
  static const char *const whole[] = { "zoe", "rue zoe", "zoe  ru", "@zoe.travels" };
  static const char *const not_found[]
      = { "zo acme", "acme zoe x", "acme x zoe", "zoe nothing", "zoe travels acme rue" };
  g_autofree char *brand = act_add_brand (self, self->account, "Acme Coffee", NULL);
  g_autofree char *other = fixture_add_account (self, SPARK_PLATFORM_TRACKED);
  g_autofree char *others = act_add_brand (self, other, "Acme Coffee", NULL);
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);
  guint n;

  g_free (fixture_add_video (self, self->account, "7123456789012345671"));
  g_assert_true (fixture_run (self, name_zoe, &account, NULL));
  n = count_found (self, account, "acme");
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (count_found (self, account, NULL), >, n);
  g_assert_cmpuint (count_found (self, 0, "acme"), >, n);
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_cmpuint (count_found (self, 0, found[i]), ==, n);
  for (gsize i = 0; i < G_N_ELEMENTS (whole); i++)
    g_assert_cmpuint (count_found (self, 0, whole[i]), ==, count_found (self, account, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (not_found); i++)
    g_assert_cmpuint (count_found (self, 0, not_found[i]), ==, 0);
  /* Where one account alone is listed, its name narrows nothing. */
  g_assert_cmpuint (count_found (self, account, "zoe acme"), ==, 0);
}

/* Its history is found by its name, however that is typed, as the brand itself is. */
static void
test_brand_searched (Fixture *self, gconstpointer data)
{
  static const char *const found[]
      = { "Noël\u2122  Co", "NOE\u0308L\u2122", "noëltm\u00a0c", " ｎｏëｌ " };
  g_autofree char *brand = act_add_brand (self, self->account, "Noël\u2122  Co", NULL);
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *advertiser = fixture_add_advertiser (self, "noëltm co");
  g_autofree char *grant = fixture_redeem (self, advertiser, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);

  g_assert_cmpstr (name, ==, "Noël\u2122  Co");
  for (gsize i = 0; i < G_N_ELEMENTS (found); i++)
    g_assert_cmpuint (count_found (self, 0, found[i]), >, 0);
  g_assert_cmpuint (count_found (self, 0, "\u200d"), ==, 0);
  g_assert_cmpuint (count_found (self, 0, "noël tm co"), ==, 0);
}

/* A brand is known by its contact: an ad account of its name becomes its own, provisionally. */
static void
test_confirm_and_refuse (Fixture *self, gconstpointer data)
{
  g_autofree char *brand = act_add_brand (self, self->account, "Acme", NULL);
  g_autofree char *nord = act_add_brand (self, self->account, "Nord", NULL);
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "ACME");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *name = fixture_grant_brand (self, grant);
  g_autofree char *event = fixture_newest_event (self, SPARK_EVENT_ADVERTISER_NEW);
  g_autofree char *again = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (name, ==, "Acme");
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 0");
  act_confirm (self, nord, acme, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  act_confirm (self, brand, acme, NULL);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);

  act_refuse (self, brand, acme, NULL);
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_null (fixture_redeem (self, acme, string, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_ADVERTISER_REFUSED), ==, 1);

  again = act_give_again (self, grant, NULL);
  after = fixture_redeem (self, acme, string, NULL);
  g_assert_cmpstr (again, ==, after);
}

/* --- refused attempts (rule 8) --- */

static void
test_refusals_are_counted (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  act_delete_code (self, code, NULL);
  for (int i = 0; i < 5; i++)
    g_assert_null (fixture_redeem (self, nord, string, NULL));
  first = fixture_newest_event (self, SPARK_EVENT_REDEMPTION_REFUSED);
  g_assert_cmpstr (first, ==, "brand: nobody, code_deleted, 5, 0");
  /* Another reason, and another brand, are other events. */
  act_revoke (self, grant, NULL, NULL);
  g_assert_null (fixture_redeem (self, acme, string, NULL));
  second = fixture_newest_event (self, SPARK_EVENT_REDEMPTION_REFUSED);
  g_assert_cmpstr (second, ==, "brand: Acme, access_revoked, 1, 0");
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 2);

  /* The sweep forgets only what is older than an hour. */
  self->now += HOUR_MS - 1;
  fixture_expire (self);
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 2);
  self->now += HOUR_MS;
  fixture_expire (self);
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 3);
  /* A clock that was set back does not fold a year of attempts into one. */
  self->now -= 400 * SPARK_DAY_MS;
  g_assert_null (fixture_redeem (self, nord, string, NULL));
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_REDEMPTION_REFUSED), ==, 4);
}

/* An act that fails has written nothing: no event, no number, no half of it. */
static void
test_all_or_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autoptr (GError) error = NULL;
  SparkTx *tx;
  gint64 before, after;

  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &before, NULL));
  spark_store_read_end (tx);
  g_assert_null (act_generate (self, self->video, 30, &error));
  g_clear_error (&error);
  /* The brand is made on the way, and goes with the rest. */
  g_assert_null (act_note_grant (self, self->video, NULL, "Made", self->now - 1, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD);
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &after, NULL));
  spark_store_read_end (tx);
  g_assert_cmpint (before, ==, after);
  g_free (act_add_brand (self, self->account, "Made", NULL));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/brands/names", test_names);
  ADD ("/brands/same-name", test_same_name);
  ADD ("/brands/confirm-and-refuse", test_confirm_and_refuse);
  ADD ("/events/creator-searched", test_creator_searched);
  ADD ("/events/creator-and-words-searched", test_creator_and_words_searched);
  ADD ("/events/brand-searched", test_brand_searched);
  ADD ("/events/refusals-are-counted", test_refusals_are_counted);
  ADD ("/events/all-or-nothing", test_all_or_nothing);
  return g_test_run ();
}

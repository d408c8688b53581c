/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server/ledger/spark-ledger-check.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok-authorization.h"
#include "server/platform/tiktok/spark-tiktok-brands.h"
#include "server/platform/tiktok/spark-tiktok-oauth.h"
#include "server/platform/tiktok/spark-tiktok-videos.h"
#include "world.h"

#define MINUTE_MS   (60 * 1000)
#define QUARTER_MS  (15 * MINUTE_MS)
#define MANY_ROUNDS 30

static gint64
read_tiktoks_clock (gpointer data)
{
  return ((World *)data)->base.now + ((World *)data)->skew;
}

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  World *self = data;
  const SparkConsent consent = { .kind = SPARK_CONSENT_KIND_CREATOR,
                                 .account = self->number,
                                 .asker = (char *)SPARK_CREDENTIAL_OWNER };
  const SparkConnection connection = { .open_id = (char *)"creator",
                                       .scope = (char *)"biz.spark.auth",
                                       .access = (char *)"act.a-token-of-the-creator",
                                       .refresh = (char *)"rft.a-token-of-the-creator",
                                       .access_ends_at = G_MAXINT64 / 4,
                                       .refresh_ends_at = G_MAXINT64 / 4 };
  gint64 account;

  if (!spark_ledger_connect (tx, &consent, &connection, "Lena", "lena.films", &account, error))
    return FALSE;
  g_assert_cmpint (account, ==, self->number);
  return TRUE;
}

static gboolean
run_connect_brands (SparkTx *tx, gpointer data, GError **error)
{
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    if (!spark_ledger_connect_advertiser (tx, double_brand (i), i == 0 ? "Acme Ads" : "Nord Ads",
                                          "a-token-of-the-brand", error))
      return FALSE;
  return TRUE;
}

static void
connect_brands (World *self)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_connect_brands, self, &error);
  g_assert_no_error (error);
}

void
world_connect (World *self)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_connect, self, &error);
  g_assert_no_error (error);
  connect_brands (self);
}

static void
begin (World *self)
{
  self->budget = spark_tiktok_budget_new (self->base.store);
  self->connector = (SparkTiktok){
    .settings = &self->settings,
    .store = self->base.store,
    .budget = self->budget,
    .client = spark_tiktok_client_new (self->settings.api_url, self->budget),
  };
  spark_tiktok_client_set_timeout (self->connector.client, self->timeout_ms);
}

static void
end (World *self)
{
  spark_tiktok_client_free (self->connector.client);
  spark_tiktok_budget_free (self->budget);
}

World *
world_new (guint timeout_ms)
{
  World *self = g_new0 (World, 1);

  fixture_set_up (&self->base, NULL);
  self->tiktok = double_new (read_tiktoks_clock, self);
  self->account = fixture_add_account (&self->base, SPARK_PLATFORM_TRACKED);
  self->number = g_ascii_strtoll (self->account, NULL, 10);
  world_connect (self);
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    {
      g_autofree char *item = double_item (i);

      self->videos[i] = fixture_add_video (&self->base, self->account, item);
    }
  self->settings = (SparkTiktokSettings){ .app_id = (char *)"1", .secret = (char *)"a-secret" };
  self->settings.api_url = g_strdup (double_url (self->tiktok));
  self->timeout_ms = timeout_ms;
  begin (self);
  return self;
}

void
world_restart (World *self)
{
  end (self);
  fixture_reopen (&self->base);
  begin (self);
}

void
world_free (World *self)
{
  end (self);
  double_free (self->tiktok);
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    g_free (self->videos[i]);
  g_free (self->account);
  g_free (self->settings.api_url);
  fixture_tear_down (&self->base, NULL);
  g_free (self);
}

gboolean
world_is_idle (World *self)
{
  gint64 now = self->base.now;
  gboolean due = FALSE;
  SparkTx *tx;

  self->base.now += 2 * SPARK_DAY_MS;
  tx = spark_store_read_begin (self->base.store, NULL);
  g_assert_true (spark_read_tasks_due (tx, &due, NULL));
  spark_store_read_end (tx);
  self->base.now = now;
  return !due;
}

void
world_work (World *self, guint rounds)
{
  for (guint i = 0; i < rounds && !world_is_idle (self); i++)
    {
      gint64 next = G_MAXINT64;

      spark_tiktok_work_due (&self->connector, &next);
      self->base.now += QUARTER_MS;
      if (self->brands_return)
        connect_brands (self);
    }
}

void
world_tick (World *self, guint minutes)
{
  for (guint i = 0; i < minutes; i++)
    {
      gint64 next = G_MAXINT64;

      spark_tiktok_revoke_due (&self->connector, &next);
      spark_tiktok_videos_run_due (&self->connector, &next);
      self->base.now += MINUTE_MS;
    }
}

static gboolean
look_at_post (World *self, guint post, GError **error)
{
  g_autofree char *item = double_item (post);
  gint64 account, video;

  g_assert_true (spark_id_parse (self->videos[post], &account, &video));
  return spark_tiktok_look_at_code (&self->connector, account, video, item, error);
}

static gboolean
look_at_brand (World *self, guint brand, GError **error)
{
  return spark_tiktok_look_at_brand (&self->connector, double_brand (brand), error);
}

void
world_try_look (World *self)
{
  for (guint i = 0; i < DOUBLE_POSTS; i++, self->base.now += 1000)
    look_at_post (self, i, NULL);
  for (guint i = 0; i < DOUBLE_BRANDS; i++, self->base.now += 1000)
    look_at_brand (self, i, NULL);
}

static void
look (World *self, gboolean (*look_at) (World *self, guint which, GError **error), guint which)
{
  g_autoptr (GError) error = NULL;

  self->base.now += 1000;
  for (guint n = 0; n < 20; n++, self->base.now += QUARTER_MS)
    {
      g_clear_error (&error);
      if (look_at (self, which, &error))
        return;
    }
  g_assert_no_error (error);
}

void
world_look (World *self)
{
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    look (self, look_at_post, i);
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    look (self, look_at_brand, i);
}

char *
world_make_code (World *self)
{
  g_free (act_generate (&self->base, self->videos[0], 30, NULL));
  world_work (self, MANY_ROUNDS);
  return world_code (self, 0);
}

char *
world_give_access (World *self)
{
  g_autofree char *code = world_make_code (self);
  g_autofree char *brand = fixture_add_brand (&self->base, self->account, "Acme");
  g_autofree char *link = act_create_link (&self->base, self->videos[0], brand, 0, NULL);
  g_autofree char *string = fixture_link_string (&self->base, link);
  char *grant = fixture_redeem (&self->base, double_brand (0), string, NULL);

  g_assert_nonnull (grant);
  world_work (self, MANY_ROUNDS);
  return grant;
}

/* --- the audit --- */

static void
on_found (const char *rule, const char *id, gpointer data)
{
  g_error ("%s: %s", rule, id);
}

static gboolean
run_check (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_check (tx, on_found, NULL, error);
}

typedef struct
{
  const char *video;
  guint live[DOUBLE_BRANDS];
} Count;

static gboolean
count_grant (const SparkGrant *grant, gpointer data)
{
  Count *count = data;

  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    count->live[i] += g_strcmp0 (grant->video_id, count->video) == 0
                      && g_strcmp0 (grant->advertiser.id, double_brand (i)) == 0
                      && (grant->state == SPARK_GRANT_STATE_AUTHORIZED
                          || grant->state == SPARK_GRANT_STATE_REVOKING);
  return TRUE;
}

static Count
count_live (World *self, guint post)
{
  const gint64 accounts[] = { self->number };
  const SparkObjectQuery query
      = { .scope = { .accounts = accounts, .n_accounts = 1 }, .state = -1, .type = -1 };
  Count count = { .video = self->videos[post] };
  SparkPage page = { .limit = 1000 };
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);

  g_assert_true (spark_read_grants (tx, &query, &page, count_grant, &count, NULL));
  spark_store_read_end (tx);
  g_free (page.next);
  return count;
}

char *
world_code (World *self, guint post)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  SparkVideo video;
  char *id;

  g_assert_true (spark_read_video (tx, self->videos[post], &video, NULL));
  id = g_strdup (video.authorization.code_id);
  spark_store_read_end (tx);
  return id;
}

static void
audit_post (World *self, guint post)
{
  DoublePost real = double_post (self->tiktok, post);
  g_autofree char *code = world_code (self, post);
  SparkCodeState state
      = code != NULL ? fixture_code_state (&self->base, code) : SPARK_CODE_STATE_DELETED;
  gboolean exists = state == SPARK_CODE_STATE_READY || state == SPARK_CODE_STATE_IN_USE
                    || state == SPARK_CODE_STATE_EXPIRED;
  Count count = count_live (self, post);

  g_assert_cmpint (state, !=, SPARK_CODE_STATE_PENDING);
  g_assert_cmpint (exists, ==, real.exists);
  if (exists)
    {
      g_autofree char *string = fixture_code_string (&self->base, code);

      g_assert_cmpstr (string, ==, real.code);
      g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, real.ends_at);
      if (real.used && state != SPARK_CODE_STATE_EXPIRED)
        g_assert_cmpint (state, ==, SPARK_CODE_STATE_IN_USE);
    }
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    g_assert_cmpuint (count.live[i], ==, double_is_bound (self->tiktok, i, post) ? 1 : 0);
}

void
world_audit (World *self)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_check, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    audit_post (self, i);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/ledger/spark-ledger-connections.h"
#include "server/platform/tiktok/spark-tiktok-oauth.h"
#include "world.h"

/*
 * What the connector does besides codes and accesses, and every fault of each call: consents, their
 * tokens, and what the creator has posted.
 */
#define TOKEN       "tt_user/oauth2/token/"
#define REFRESH     "tt_user/oauth2/refresh_token/"
#define REVOKE      "tt_user/oauth2/revoke/"
#define PROFILE     "business/get/"
#define VIDEOS      "business/video/list/"
#define STATUS      "business/post/authorize/status/"
#define BRAND_TOKEN "oauth2/access_token/"
#define BRAND_NAMES "oauth2/advertiser/get/"
#define BRAND_END   "oauth2/revoke_token/"

/* Where an answer is kept back, and where none is: a busy machine makes no fault of its own. */
#define TIMEOUT_MS 250
#define PATIENT_MS 30000
#define HALF_HOUR  30

/* --- what is written down --- */

static SparkConnectionState
creator_state (World *self)
{
  g_auto (SparkConnection) connection = { 0 };
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);

  g_assert_true (spark_read_connection (tx, self->number, &connection, NULL));
  spark_store_read_end (tx);
  g_assert_cmpint (connection.access != NULL, ==, connection.state != SPARK_CONNECTION_STATE_ENDED);
  return connection.state;
}

static SparkConnectionState
brand_state (World *self, guint brand)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  SparkConnectionState state;

  g_assert_true (spark_read_advertiser_connection (tx, double_brand (brand), &state, NULL));
  spark_store_read_end (tx);
  return state;
}

static gboolean
run_disconnect (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_disconnect (tx, &creator, ((World *)data)->account, error);
}

static gboolean
run_disconnect_first (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_disconnect_advertiser (tx, double_brand (0), error);
}

static gboolean
run_disconnect_second (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_disconnect_advertiser (tx, double_brand (1), error);
}

/* With the token that a refused consent is given. */
static gboolean
run_connect_refused (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_connect_advertiser (tx, double_brand (0), "Acme", "refused", error);
}

/* The access token is over; the refresh token is not. */
static gboolean
run_age (SparkTx *tx, gpointer data, GError **error)
{
  World *self = data;
  const SparkConnection tokens = { .access = (char *)"act.a-token-of-the-creator",
                                   .refresh = (char *)"rft.a-token-of-the-creator",
                                   .access_ends_at = self->base.now,
                                   .refresh_ends_at = G_MAXINT64 / 4 };

  return spark_ledger_keep_tokens (tx, self->number, &tokens, error);
}

static void
run (World *self, SparkStoreFunc func)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, func, self, &error);
  g_assert_no_error (error);
}

/* A person comes back from TikTok. FALSE: they are told why it came to nothing. */
static gboolean
come_back (World *self, SparkConsentKind kind)
{
  const SparkConsent consent = { .kind = kind, .asker = (char *)SPARK_CREDENTIAL_OWNER };
  g_autofree char *code = double_new_auth_code (self->tiktok);
  g_autofree char *invitation = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = spark_tiktok_accept (&self->connector, &consent, code, &invitation, &error);

  g_assert_cmpint (ok, ==, error == NULL);
  g_assert_true (ok || *error->message != '\0');
  g_assert_cmpint (invitation != NULL, ==, ok && kind == SPARK_CONSENT_KIND_BRAND);
  return ok;
}

/* --- what is done; each leaves the world as it then must be, whatever went wrong --- */

/* One request goes wrong, and whoever sees why begins again: then there is one connection. */
static void
connect (World *self, const char *path, Fault fault)
{
  run (self, run_disconnect);
  world_tick (self, 2);
  g_assert_cmpint (creator_state (self), ==, SPARK_CONNECTION_STATE_ENDED);
  double_fail (self->tiktok, path, fault, 1);
  if (!come_back (self, SPARK_CONSENT_KIND_CREATOR))
    {
      g_assert_cmpint (creator_state (self), ==, SPARK_CONNECTION_STATE_ENDED);
      self->base.now += 10 * 60 * 1000;
      g_assert_true (come_back (self, SPARK_CONSENT_KIND_CREATOR));
    }
  g_assert_cmpint (creator_state (self), ==, SPARK_CONNECTION_STATE_CONNECTED);
}

static void
refresh (World *self, const char *path, Fault fault)
{
  g_autofree char *code = NULL;

  run (self, run_age);
  double_fail (self->tiktok, path, fault, 1);
  g_free (act_generate (&self->base, self->videos[0], 30, NULL));
  world_work (self, HALF_HOUR);
  /* TikTok says that the consent is gone: it is asked for again. */
  g_assert_cmpint (creator_state (self), ==,
                   fault == FAULT_TOKEN_REVOKED ? SPARK_CONNECTION_STATE_LOST
                                                : SPARK_CONNECTION_STATE_CONNECTED);
  if (fault == FAULT_TOKEN_REVOKED)
    {
      world_connect (self);
      world_work (self, HALF_HOUR);
    }
  code = world_code (self, 0);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  g_assert_cmpuint (double_done (self->tiktok, "business/post/authorize/setting/"), ==, 1);
}

static void
disconnect (World *self, const char *path, Fault fault)
{
  double_fail (self->tiktok, path, fault, 1);
  run (self, run_disconnect);
  g_assert_cmpint (creator_state (self), ==, SPARK_CONNECTION_STATE_ENDING);
  world_tick (self, HALF_HOUR);
  g_assert_cmpint (creator_state (self), ==, SPARK_CONNECTION_STATE_ENDED);
  /* Where TikTok says that there is nothing to revoke any more, it is believed. */
  g_assert_cmpint (double_has_consent (self->tiktok, FALSE), ==, fault == FAULT_TOKEN_REVOKED);
  world_connect (self);
}

static void
connect_brand (World *self, const char *path, Fault fault)
{
  run (self, run_disconnect_first);
  run (self, run_disconnect_second);
  world_tick (self, 2);
  double_fail (self->tiktok, path, fault, 1);
  if (!come_back (self, SPARK_CONSENT_KIND_BRAND))
    {
      g_assert_cmpint (brand_state (self, 0), ==, SPARK_CONNECTION_STATE_NONE);
      self->base.now += 10 * 60 * 1000;
      g_assert_true (come_back (self, SPARK_CONSENT_KIND_BRAND));
    }
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    g_assert_cmpint (brand_state (self, i), ==, SPARK_CONNECTION_STATE_CONNECTED);
}

/* Both ad accounts have the token of one consent: it goes with the second. */
static void
disconnect_brand (World *self, const char *path, Fault fault)
{
  run (self, run_disconnect_first);
  world_tick (self, 2);
  g_assert_cmpint (brand_state (self, 0), ==, SPARK_CONNECTION_STATE_NONE);
  g_assert_cmpint (brand_state (self, 1), ==, SPARK_CONNECTION_STATE_CONNECTED);
  g_assert_cmpuint (double_asked (self->tiktok, BRAND_END), ==, 0);

  double_fail (self->tiktok, path, fault, 1);
  run (self, run_disconnect_second);
  world_tick (self, HALF_HOUR);
  g_assert_cmpint (brand_state (self, 1), ==, SPARK_CONNECTION_STATE_NONE);
  g_assert_cmpint (double_has_consent (self->tiktok, TRUE), ==, fault == FAULT_TOKEN_REVOKED);
  world_connect (self);
}

/* Said twice, also after a refresh, it is so: the creator connects again. */
static void
tick_and_return (World *self, Fault fault)
{
  /* The last post is shown all along: at no time may it be said to be gone. */
  for (guint i = 0; i < HALF_HOUR; i++)
    {
      SparkVisibility visibility;

      world_tick (self, 1);
      visibility = fixture_video (&self->base, self->videos[2]).visibility;
      g_assert_cmpint (visibility, !=, SPARK_VISIBILITY_PRIVATE);
      g_assert_cmpint (visibility, !=, SPARK_VISIBILITY_DELETED);
    }
  g_assert_cmpint (creator_state (self), ==,
                   fault == FAULT_TOKEN_REVOKED ? SPARK_CONNECTION_STATE_LOST
                                                : SPARK_CONNECTION_STATE_CONNECTED);
  world_connect (self);
  world_tick (self, HALF_HOUR);
}

static char *
get_name (World *self)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  SparkAccount account;
  char *name;

  g_assert_true (spark_read_account (tx, self->number, &account, NULL));
  name = g_strdup (account.name);
  spark_store_read_end (tx);
  return name;
}

static void
load (World *self, const char *path, Fault fault)
{
  guint before = fixture_count_events (&self->base, SPARK_EVENT_VIDEO_ADDED);
  g_autofree char *name = NULL;

  double_fail (self->tiktok, path, fault, 2);
  tick_and_return (self, fault);
  name = get_name (self);
  g_assert_cmpstr (name, ==, DOUBLE_NAME);
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    {
      SparkVideo video = fixture_video (&self->base, self->videos[i]);

      g_assert_cmpint (video.total.views, ==, 1000 + i);
      g_assert_cmpint (video.visibility, !=, SPARK_VISIBILITY_PRIVATE);
      g_assert_cmpint (video.visibility, !=, SPARK_VISIBILITY_DELETED);
    }
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_VIDEO_ADDED), ==, before);
}

static void
assert_shown (World *self, guint post, SparkVisibility visibility)
{
  g_assert_cmpint (fixture_video (&self->base, self->videos[post]).visibility, ==, visibility);
}

/* What TikTok does not list is deleted when TikTok does not know it, and private when it does. */
static void
hide (World *self, const char *path, Fault fault)
{
  SparkVisibility shown;

  world_tick (self, 10);
  shown = fixture_video (&self->base, self->videos[2]).visibility;
  double_set_shown (self->tiktok, 0, TRUE, FALSE);
  double_set_shown (self->tiktok, 1, FALSE, TRUE);
  /* It is time to read the whole list again. */
  self->base.now += SPARK_DAY_MS / 3;
  double_fail (self->tiktok, path, fault, 2);
  tick_and_return (self, fault);
  assert_shown (self, 0, SPARK_VISIBILITY_DELETED);
  assert_shown (self, 1, SPARK_VISIBILITY_PRIVATE);
  assert_shown (self, 2, shown);
  double_set_shown (self->tiktok, 0, FALSE, FALSE);
  double_set_shown (self->tiktok, 1, FALSE, FALSE);
  world_tick (self, 10);
  assert_shown (self, 0, SPARK_VISIBILITY_PUBLIC);
  assert_shown (self, 1, SPARK_VISIBILITY_PUBLIC);
}

/* What has a code answers otherwise. */
static void
hide_with_code (World *self, const char *path, Fault fault)
{
  g_free (act_generate (&self->base, self->videos[1], 30, NULL));
  world_work (self, HALF_HOUR);
  hide (self, path, fault);
}

static const struct
{
  const char *name;
  void (*run) (World *self, const char *path, Fault fault);
  const char *paths[4];
} acts[] = {
  { "connect", connect, { TOKEN, PROFILE } },
  { "refresh", refresh, { REFRESH } },
  { "disconnect", disconnect, { REVOKE } },
  { "connect-brand", connect_brand, { BRAND_TOKEN, BRAND_NAMES } },
  { "disconnect-brand", disconnect_brand, { BRAND_END } },
  { "load", load, { VIDEOS, PROFILE } },
  { "hide", hide, { VIDEOS, STATUS } },
  { "hide-with-code", hide_with_code, { VIDEOS, STATUS } },
};

typedef struct
{
  guint act;
  const char *path;
} Case;

static void
test_faults (gconstpointer data)
{
  const Case *which = data;

  for (Fault fault = FAULT_NONE; fault < N_FAULTS; fault++)
    {
      World *self;

      g_test_message ("%s", fault_names[fault]);
      self = world_new (fault_is_silent (fault) ? TIMEOUT_MS : PATIENT_MS);
      acts[which->act].run (self, which->path, fault);
      double_fail (self->tiktok, which->path, FAULT_NONE, 0);
      world_connect (self);
      world_look (self);
      world_audit (self);
      world_free (self);
    }
}

/* --- what is refused after TikTok gave its tokens --- */

#define TOKENS_OF(who, scope)                                                                      \
  "{\"access_token\": \"act.refused\", \"refresh_token\": \"rft.refused\", \"open_id\": \"" who    \
  "\", \"scope\": \"" scope "\", \"expires_in\": 86400, \"refresh_token_expires_in\": 86400}"

static const struct
{
  const char *about;
  SparkConsentKind kind;
  const char *tokens;
  gboolean in_place; /* for the account that was connected before */
  gboolean person;   /* somebody who has no seat at it */
  gboolean connected;
  guint told; /* how often TikTok is told to end them */
} refusals[] = {
  { "somebody else", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("other", "biz.spark.auth"), TRUE, FALSE,
    TRUE, 1 },
  { "without the permission", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("other", "video.list"), FALSE,
    FALSE, TRUE, 1 },
  { "without it, disconnected", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("creator", "video.list"),
    FALSE, FALSE, FALSE, 1 },
  /* It is the consent of whoever connected the account. */
  { "without it, connected", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("creator", "video.list"), FALSE,
    FALSE, TRUE, 0 },
  { "connected by another", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("creator", "biz.spark.auth"),
    FALSE, TRUE, TRUE, 0 },
  { "removed meanwhile", SPARK_CONSENT_KIND_CREATOR, TOKENS_OF ("other", "biz.spark.auth"), FALSE,
    TRUE, TRUE, 1 },
  { "no ad account", SPARK_CONSENT_KIND_BRAND,
    "{\"access_token\": \"refused\", \"advertiser_ids\": []}", FALSE, FALSE, TRUE, 1 },
  { "ad accounts that are none", SPARK_CONSENT_KIND_BRAND,
    "{\"access_token\": \"refused\", \"advertiser_ids\": [\"none\"]}", FALSE, FALSE, TRUE, 1 },
  { "no ad account, connected with the token", SPARK_CONSENT_KIND_BRAND,
    "{\"access_token\": \"refused\", \"advertiser_ids\": []}", FALSE, FALSE, TRUE, 0 },
};

static void
test_refused (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gboolean brand = refusals[i].kind == SPARK_CONSENT_KIND_BRAND;
  const char *end = brand ? BRAND_END : REVOKE;

  for (guint fails = 0; fails < 2; fails++)
    {
      World *self = world_new (PATIENT_MS);
      const SparkConsent consent = { .kind = refusals[i].kind,
                                     .account = refusals[i].in_place ? self->number : 0,
                                     .asker = (char *)SPARK_CREDENTIAL_OWNER,
                                     .person = (char *)(refusals[i].person ? "nobody" : NULL) };
      g_autofree char *code = double_new_auth_code (self->tiktok);
      g_autofree char *invitation = NULL;
      g_autoptr (GError) error = NULL;
      guint before;

      if (!refusals[i].connected)
        {
          run (self, run_disconnect);
          world_tick (self, 2);
        }
      if (brand && refusals[i].told == 0)
        run (self, run_connect_refused);
      before = double_asked (self->tiktok, end);
      double_record (self->tiktok, brand ? BRAND_TOKEN : TOKEN, refusals[i].tokens);
      if (brand)
        double_record (self->tiktok, BRAND_NAMES, "{}");
      if (fails == 1)
        double_fail (self->tiktok, end, FAULT_TROUBLE_BEFORE, 1);
      g_assert_false (spark_tiktok_accept (&self->connector, &consent, code, &invitation, &error));
      /* Whoever waits is told why, and not how that went. */
      g_assert_cmpint (error->domain, ==, SPARK_ERROR);
      g_assert_cmpint (error->code, !=, SPARK_ERROR_INTERNAL);
      g_assert_cmpuint (double_asked (self->tiktok, end) - before, ==, refusals[i].told);
      g_assert_cmpint (creator_state (self), ==,
                       refusals[i].connected ? SPARK_CONNECTION_STATE_CONNECTED
                                             : SPARK_CONNECTION_STATE_ENDED);
      world_free (self);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint act = 0; act < G_N_ELEMENTS (acts); act++)
    for (const char *const *path = acts[act].paths; *path != NULL; path++)
      {
        g_autofree char *what = g_strdelimit (g_strdup (*path), "/", '-');
        g_autofree char *name
            = g_strdup_printf ("/tiktok/connection-faults/%s/%s", acts[act].name, what);
        Case *which = g_new (Case, 1);

        *which = (Case){ act, *path };
        g_test_add_data_func_full (name, which, test_faults, g_free);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *what = g_strdelimit (g_strdup (refusals[i].about), " ,", '-');
      g_autofree char *name = g_strconcat ("/tiktok/connection-faults/refused/", what, NULL);

      g_test_add_data_func (name, GSIZE_TO_POINTER (i), test_refused);
    }
  return g_test_run ();
}

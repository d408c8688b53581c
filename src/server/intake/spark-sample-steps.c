/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include "server/intake/spark-delivery.h"
#include "server/intake/spark-sample-private.h"
#include "server/store/spark-store-read.h"

#define SEED    1
#define HOUR_MS G_GINT64_CONSTANT (3600000)
/* No ad is older. */
#define FIRST_STEP_DAYS 281
/* Nobody has answered yet whose ad account is no older. */
#define NEW_DAYS 1

typedef enum
{
  GENERATE, /* @days */
  GENERATE_FAILED,
  GENERATE_PENDING,
  COPY,
  EXTEND, /* @days */
  REPLACE,
  DELETE_CODE,
  TURN_OFF,
  LINK, /* ends after @days */
  WITHDRAW,
  REDEEM,
  REDEEM_LINK,
  CONFIRM,
  NOTE,
  REVOKE,
  GIVE_AGAIN,
  UNBIND,
  DEAL, /* ends in @days */
  GRANT_PENDING,
  GRANT_FAILED,
  GRANT_SEEN,
  GRANT_REVOKING,
  AD, /* a Spark Ad with a budget of @days a day */
} Act;

/* Something that happened to one video, @ago days before now. */
typedef struct
{
  double ago;
  Act act;
  guint video; /* 0 is the newest */
  guint brand;
  guint days;
} Step;

/* Oldest first. With 300 videos each is after its video's publication. */
static const Step steps[] = {
  { 290, GENERATE, 100, 0, 60 },
  { 289.8, COPY, 100, 0, 0 },
  { 288, REDEEM, 100, 0, 0 },
  { 287.5, CONFIRM, 100, 0, 0 },
  { 280, AD, 100, 0, 9 },
  { 255, GENERATE, 90, 0, 30 },
  { 250, DELETE_CODE, 90, 0, 0 },
  { 150, GENERATE, 60, 1, 30 },
  { 148, REDEEM, 60, 1, 0 },
  { 147.5, CONFIRM, 60, 1, 0 },
  { 147, EXTEND, 60, 1, 180 },
  { 146, AD, 60, 1, 7 },
  { 140, GENERATE, 55, 2, 60 },
  { 139, REDEEM, 55, 2, 0 },
  { 138.5, CONFIRM, 55, 2, 0 },
  { 120.5, REVOKE, 55, 2, 0 },
  { 120, GENERATE, 50, 3, 30 },
  { 118, REDEEM, 50, 3, 0 },
  { 117, CONFIRM, 50, 3, 0 },
  { 110, GENERATE, 45, 4, 60 },
  { 108, REDEEM, 45, 4, 0 },
  { 107, CONFIRM, 45, 4, 0 },
  { 106, AD, 45, 4, 12 },
  { 100, UNBIND, 50, 3, 0 },
  { 95, GENERATE, 40, 5, 30 },
  { 90, REVOKE, 45, 4, 0 },
  { 88, GIVE_AGAIN, 45, 4, 0 },
  { 80, REPLACE, 40, 5, 0 },
  { 79, REDEEM, 40, 5, 0 },
  { 78, CONFIRM, 40, 5, 0 },
  { 40, GENERATE, 28, 8, 60 },
  { 40, LINK, 28, 8, 30 },
  { 35, GENERATE, 25, 9, 60 },
  { 34, LINK, 25, 9, 40 },
  { 33, GENERATE, 22, 10, 60 },
  { 32, LINK, 22, 10, 45 },
  { 30, REDEEM_LINK, 25, 9, 0 },
  { 30, GENERATE, 20, 11, 180 },
  { 29, CONFIRM, 25, 9, 0 },
  { 28, AD, 25, 9, 8 },
  { 27.6, GENERATE, 30, 7, 30 },
  { 27, REDEEM, 30, 7, 0 },
  { 26.5, CONFIRM, 30, 7, 0 },
  { 26, AD, 30, 7, 11 },
  { 25, WITHDRAW, 22, 10, 0 },
  { 24.6, GENERATE, 35, 0, 30 },
  { 24, REDEEM, 35, 0, 0 },
  { 23, AD, 35, 0, 14 },
  { 20.2, REDEEM, 35, 6, 0 },
  { 20, GENERATE, 15, 2, 60 },
  { 20, CONFIRM, 35, 6, 0 },
  { 20, GENERATE, 12, 0, 30 },
  { 19, AD, 35, 6, 6 },
  { 18, REDEEM, 15, 2, 0 },
  { 15, GENERATE, 16, 3, 30 },
  { 12, GRANT_FAILED, 15, 4, 0 },
  { 12, GENERATE, 14, 8, 7 },
  { 11, REDEEM, 14, 8, 0 },
  { 10.5, CONFIRM, 14, 8, 0 },
  { 10, TURN_OFF, 12, 0, 0 },
  { 10, GRANT_SEEN, 15, 5, 0 },
  { 9, GENERATE_FAILED, 17, 0, 30 },
  { 8, NOTE, 15, 10, 0 },
  { 8, GENERATE, 8, 9, 60 },
  { 7.9, COPY, 8, 9, 0 },
  { 7, GENERATE, 6, 1, 30 },
  { 6.9, COPY, 6, 1, 0 },
  { 6, REDEEM, 6, 1, 0 },
  { 6, GENERATE, 10, 10, 30 },
  { 5.9, COPY, 10, 10, 0 },
  { 5.5, AD, 6, 1, 7 },
  { 5, DEAL, 35, 0, 60 },
  { 4.5, DEAL, 30, 7, 20 },
  { 4, GRANT_REVOKING, 15, 6, 0 },
  { 3.2, REDEEM_LINK, 25, 1, 0 },
  { 3, REDEEM, 8, 9, 0 },
  { 3, GENERATE, 4, 0, 30 },
  { 2.8, GENERATE, 3, 0, 365 },
  { 2, LINK, 20, 11, 60 },
  { 2, REDEEM, 3, 0, 0 },
  { 2, GENERATE, 2, 4, 30 },
  { 1.9, COPY, 2, 4, 0 },
  { 1.7, AD, 3, 0, 20 },
  { 1.5, REDEEM, 2, 4, 0 },
  { 1, REDEEM, 6, 3, 0 },
  { 0.8, GENERATE, 1, 0, 30 },
  { 0.5, REDEEM, 2, 11, 0 },
  { 0.02, GENERATE_PENDING, 18, 0, 30 },
  { 0.01, GRANT_PENDING, 16, 3, 0 },
};

static void
replace (char **slot, char *value)
{
  g_free (*slot);
  *slot = value;
}

static gboolean
brand_id (SparkSample *sample, guint brand, char **id, GError **error)
{
  gint64 account;

  return spark_ledger_account_number (sample->tx, sample->account, &account, error)
         && spark_ledger_find_brand (sample->tx, &spark_sample_creator, account,
                                     spark_sample_brand_name (brand), id, error);
}

/* By a video that a shorter sample lacks. Who was there before was answered then. */
static gboolean
is_known (const SparkSample *sample, const Step *step)
{
  gboolean known = FALSE;

  for (const Step *before = steps; before < step; before++)
    if (before->brand == step->brand)
      {
        if ((before->act == REDEEM || before->act == REDEEM_LINK) && before->video < sample->n)
          return FALSE;
        known = known || (before->act == CONFIRM && before->video >= sample->n);
      }
  return known && step->ago > NEW_DAYS;
}

static gboolean
confirm (SparkSample *sample, const Step *step, GError **error)
{
  g_autofree char *brand = NULL;

  return brand_id (sample, step->brand, &brand, error)
         && spark_ledger_confirm_advertiser (sample->tx, &spark_sample_creator, brand,
                                             sample->advertisers[step->brand], error);
}

static gboolean
redeem (SparkSample *sample, const Step *step, GError **error)
{
  g_auto (SparkRedemption) redemption = { 0 };
  g_autoptr (GError) refusal = NULL;
  const char *string;
  SparkCode code;
  SparkLink link;

  if (step->act == REDEEM)
    {
      if (!spark_read_code (sample->tx, sample->codes[step->video], TRUE, &code, error))
        return FALSE;
      string = code.code;
    }
  else
    {
      if (!spark_read_link (sample->tx, sample->links[step->video], TRUE, &link, error))
        return FALSE;
      string = link.string;
    }
  if (!spark_ledger_redeem (sample->tx, sample->advertisers[step->brand], string, &redemption,
                            &refusal, error))
    return FALSE;
  if (redemption.grant_id == NULL)
    return TRUE;
  replace (&sample->grants[step->video], g_steal_pointer (&redemption.grant_id));
  return !is_known (sample, step) || confirm (sample, step, error);
}

static gboolean
with_brand (SparkSample *sample, const Step *step, GError **error)
{
  g_autofree char *brand = NULL;
  gint64 now = spark_tx_now (sample->tx);
  gint64 ends_at = now + step->days * SPARK_DAY_MS;
  guint video = step->video;
  char *id = NULL;

  if (!brand_id (sample, step->brand, &brand, error))
    return FALSE;
  switch ((int)step->act)
    {
    case COPY:
      return spark_ledger_copied (sample->tx, &spark_sample_creator, sample->codes[video], brand,
                                  now, error);
    case LINK:
      if (!spark_ledger_create_link (sample->tx, &spark_sample_creator, sample->videos[video],
                                     brand, ends_at, NULL, &id, error))
        return FALSE;
      replace (&sample->links[video], id);
      return TRUE;
    case NOTE:
      if (!spark_ledger_note_grant (sample->tx, &spark_sample_creator, sample->videos[video], brand,
                                    NULL, 0, &id, error))
        return FALSE;
      g_free (id);
      return TRUE;
    case DEAL:
    default:
      return spark_ledger_update_brand (sample->tx, &spark_sample_creator, brand, NULL, NULL,
                                        &(SparkDeal){ 120000, "EUR", FALSE, ends_at }, error);
    }
}

/* States that only a platform of others can bring about: written as it would. */
static gboolean
foreign_grant (SparkSample *sample, const Step *step, GError **error)
{
  g_autofree char *brand = NULL;
  SparkCodeRow code;
  SparkGrantRow grant = { 0 };
  SparkEventType type = SPARK_EVENT_GRANT_AUTHORIZED;
  gint64 account, number;
  gboolean changed;

  if (!brand_id (sample, step->brand, &brand, error)
      || !spark_code_row_load (sample->tx, sample->codes[step->video], &code, error)
      || !spark_id_parse (brand, &account, &number))
    return FALSE;
  grant = (SparkGrantRow){ .account = account,
                           .video = code.video,
                           .code = code.id,
                           .brand = number,
                           .source = SPARK_GRANT_SOURCE_SEEN,
                           .state = SPARK_GRANT_STATE_AUTHORIZED,
                           .redeemed_at = spark_tx_now (sample->tx),
                           .ends_at = code.ends_at,
                           .platform_ends_at = code.ends_at };
  if (step->act == GRANT_PENDING)
    grant.state = SPARK_GRANT_STATE_PENDING;
  else if (step->act == GRANT_FAILED)
    grant.state = SPARK_GRANT_STATE_FAILED;
  else if (step->act == GRANT_REVOKING)
    grant.state = SPARK_GRANT_STATE_REVOKING;
  /* No grant comes as one that fails or is revoked: it has changed since. */
  changed = grant.state == SPARK_GRANT_STATE_FAILED || grant.state == SPARK_GRANT_STATE_REVOKING;
  if (!spark_ledger_insert_grant (sample->tx, &grant, error)
      || (changed && !spark_tx_touch (sample->tx, account, SPARK_KIND_GRANT, grant.id, error))
      || !spark_ledger_summarize (sample->tx, account, grant.video, error))
    return FALSE;
  return grant.state != SPARK_GRANT_STATE_AUTHORIZED
         || spark_ledger_event (sample->tx, account, &spark_ledger_system,
                                &(SparkEventRow){ .type = type,
                                                  .video = grant.video,
                                                  .code = grant.code,
                                                  .grant = grant.id,
                                                  .brand = grant.brand,
                                                  .ends_at = grant.ends_at },
                                NULL, error);
}

static gboolean
generate (SparkSample *sample, const Step *step, GError **error)
{
  char *id = NULL;
  gint64 account, number;
  SparkCodeState state;

  if (!spark_ledger_generate (sample->tx, &spark_sample_creator, sample->videos[step->video],
                              step->days, &id, error))
    return FALSE;
  replace (&sample->codes[step->video], id);
  if (step->act == GENERATE)
    return TRUE;
  state = step->act == GENERATE_FAILED ? SPARK_CODE_STATE_FAILED : SPARK_CODE_STATE_PENDING;
  return spark_id_parse (id, &account, &number)
         && spark_ledger_end_code (sample->tx, account, number, state, error)
         && spark_id_parse (sample->videos[step->video], &account, &number)
         && spark_ledger_summarize (sample->tx, account, number, error);
}

static gboolean
unbind (SparkSample *sample, const Step *step, GError **error)
{
  SparkVideo video;

  return spark_read_video (sample->tx, sample->videos[step->video], &video, error)
         && spark_ledger_unbind (sample->tx, sample->advertisers[step->brand], video.item_id,
                                 error);
}

static gboolean
make_ad (SparkSample *sample, const Step *step, GError **error)
{
  char *advertiser = sample->advertisers[step->brand];
  gint64 now = spark_tx_now (sample->tx), account;
  g_autofree char *name = g_strdup_printf ("Sample %u", step->video);
  SparkAdKey ad = { advertiser, 0 };
  gint64 campaign, adgroup;
  SparkVideo video;

  if (!spark_ledger_account_number (sample->tx, sample->account, &account, error)
      || !spark_read_video (sample->tx, sample->videos[step->video], &video, error)
      || !spark_ledger_add_campaign (
          sample->tx, advertiser,
          &(SparkCampaignDraft){ .name = name,
                                 .details = "{\"objective_type\":\"VIDEO_VIEWS\","
                                            "\"budget_mode\":\"BUDGET_MODE_INFINITE\"}" },
          &campaign, error)
      || !spark_ledger_add_adgroup (
          sample->tx, advertiser,
          &(SparkAdGroupDraft){ .campaign = campaign,
                                .name = name,
                                .budget = (gint64)step->days * 100,
                                .daily = TRUE,
                                .starts_at = now,
                                .details = "{\"budget_mode\":\"BUDGET_MODE_DAY\"}" },
          &adgroup, error)
      || !spark_ledger_add_ad (
          sample->tx, advertiser,
          &(SparkAdDraft){ .adgroup = adgroup,
                           .name = name,
                           .item_id = video.item_id,
                           .identity_id = spark_read_identity_id (sample->tx, account, advertiser),
                           .details
                           = "{\"identity_type\":\"AUTH_CODE\",\"ad_format\":\"SINGLE_VIDEO\"}" },
          &ad.id, error))
    return FALSE;
  g_array_append_val (sample->ads, ad);
  return TRUE;
}

static gboolean
take (SparkSample *sample, const Step *step, GError **error)
{
  guint video = step->video;
  char *id = NULL;

  switch (step->act)
    {
    case GENERATE:
    case GENERATE_FAILED:
    case GENERATE_PENDING:
      return generate (sample, step, error);
    case COPY:
    case LINK:
    case NOTE:
    case DEAL:
      return with_brand (sample, step, error);
    case EXTEND:
      return spark_ledger_extend (sample->tx, &spark_sample_creator, sample->codes[video],
                                  step->days, error);
    case REPLACE:
      if (!spark_ledger_replace (sample->tx, &spark_sample_creator, sample->codes[video], &id,
                                 error))
        return FALSE;
      replace (&sample->codes[video], id);
      return TRUE;
    case DELETE_CODE:
      return spark_ledger_delete_code (sample->tx, &spark_sample_creator, sample->codes[video],
                                       error);
    case TURN_OFF:
      return spark_ledger_turn_off (sample->tx, &spark_sample_creator, sample->videos[video],
                                    error);
    case WITHDRAW:
      return spark_ledger_withdraw_link (sample->tx, &spark_sample_creator, sample->links[video],
                                         error);
    case REDEEM:
    case REDEEM_LINK:
      return redeem (sample, step, error);
    case CONFIRM:
      return confirm (sample, step, error);
    case REVOKE:
      return spark_ledger_revoke (sample->tx, &spark_sample_creator, sample->grants[video],
                                  "The campaign ended early.", error);
    case GIVE_AGAIN:
      if (!spark_ledger_give_again (sample->tx, &spark_sample_creator, sample->grants[video], &id,
                                    error))
        return FALSE;
      replace (&sample->grants[video], id);
      return TRUE;
    case UNBIND:
      return unbind (sample, step, error);
    case AD:
      return make_ad (sample, step, error);
    case GRANT_PENDING:
    case GRANT_FAILED:
    case GRANT_SEEN:
    case GRANT_REVOKING:
    default:
      return foreign_grant (sample, step, error);
    }
}

/* What had ended by then. */
static gboolean
expire (SparkSample *sample, GError **error)
{
  gboolean more = TRUE;

  while (more)
    if (!spark_ledger_expire_account (sample->tx, sample->account, 100, &more, error))
      return FALSE;
  return TRUE;
}

/* What the ads brought on one more day, until @until at most; they end with what they stand on. */
static gboolean
deliver_day (SparkSample *sample, gint64 until, GError **error)
{
  gint64 last = MIN (sample->delivered_until + 24, until) - 1;

  spark_tx_set_now (sample->tx, last * HOUR_MS);
  if (sample->ads->len > 0 && !expire (sample, error))
    return FALSE;
  for (guint i = 0; i < sample->ads->len; i++)
    {
      const SparkAdKey *ad = &g_array_index (sample->ads, SparkAdKey, i);
      gint64 views;

      if (!spark_delivery_run (sample->tx, SEED, ad->advertiser, ad->id, i, sample->delivered_until,
                               last, &views, error))
        return FALSE;
    }
  sample->delivered_until = last + 1;
  return TRUE;
}

/* --- in portions, each of which may have to be taken again --- */

static guint
n_used (const SparkSample *sample)
{
  guint used = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    used = MAX (used, steps[i].video + 1);
  return MIN (used, sample->n);
}

static void
copy (char **to, char *const *from, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (to[i], from[i]) != 0)
      replace (&to[i], g_strdup (from[i]));
}

void
spark_sample_keep_steps (SparkSample *sample)
{
  SparkSampleSteps *kept = &sample->kept;

  if (kept->ids == NULL)
    kept->ids = g_new0 (char *, 3 * n_used (sample));
  kept->n = n_used (sample);
  kept->step = sample->step;
  kept->delivered_until = sample->delivered_until;
  kept->n_ads = sample->ads->len;
  copy (kept->ids, sample->codes, kept->n);
  copy (kept->ids + kept->n, sample->links, kept->n);
  copy (kept->ids + 2 * kept->n, sample->grants, kept->n);
}

static void
go_back (SparkSample *sample)
{
  const SparkSampleSteps *kept = &sample->kept;

  sample->step = kept->step;
  sample->delivered_until = kept->delivered_until;
  g_array_set_size (sample->ads, kept->n_ads);
  copy (sample->codes, kept->ids, kept->n);
  copy (sample->links, kept->ids + kept->n, kept->n);
  copy (sample->grants, kept->ids + 2 * kept->n, kept->n);
  sample->steps_taken = FALSE;
}

gboolean
spark_sample_begin_steps (SparkSample *sample, GError **error)
{
  for (guint i = 0; i < SPARK_SAMPLE_BRANDS; i++)
    {
      g_clear_pointer (&sample->advertisers[i], g_free);
      if (!spark_ledger_add_advertiser (sample->tx, spark_sample_brand_name (i),
                                        &sample->advertisers[i], error))
        return FALSE;
    }
  sample->delivered_until = (sample->now - FIRST_STEP_DAYS * SPARK_DAY_MS) / HOUR_MS;
  return TRUE;
}

/* A day of the ads, or what happened then. */
static gboolean
go_on (SparkSample *sample, GError **error)
{
  gint64 until;
  double ago;

  while (sample->step < G_N_ELEMENTS (steps) && steps[sample->step].video >= sample->n)
    sample->step++;
  ago = sample->step < G_N_ELEMENTS (steps) ? steps[sample->step].ago : 0;
  until = (sample->now - (gint64)(ago * SPARK_DAY_MS)) / HOUR_MS;
  if (sample->delivered_until < until)
    return deliver_day (sample, until, error);
  spark_sample_travel (sample, ago);
  if (!expire (sample, error))
    return FALSE;
  sample->steps_taken = sample->step == G_N_ELEMENTS (steps);
  return sample->steps_taken || take (sample, &steps[sample->step++], error);
}

gboolean
spark_sample_take_steps (SparkSample *sample, GError **error)
{
  gint64 until = g_get_monotonic_time () + SPARK_PORTION_US;

  go_back (sample);
  for (guint i = 0; i < sample->pace.rows && !sample->steps_taken; i++)
    {
      if (!go_on (sample, error))
        return FALSE;
      /* A day of all ads is as much as many other steps. */
      if (g_get_monotonic_time () >= until)
        break;
    }
  return TRUE;
}

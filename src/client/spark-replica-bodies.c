/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-replica-bodies.h"

#define ACCOUNT_TYPE "(smsmsmsiiaumsxixxx)"
#define VIDEO_TYPE   "(smsmsmsmsmsxxibu(xxxx)(xxxx)(ixmsuu))"
#define CODE_TYPE    "(ssiuxxmsx(msms)xxums)"
#define LINK_TYPE    "(ss(msms)ixmsx)"
#define GRANT_TYPE   "(ssmsms(msms)(msms)iixxxi(xxxx)xms)"
#define BRAND_TYPE   "(smssasasm(xmsbx)msuui(xxxx)x)"
#define EVENT_TYPE   "(six(imsmsmsb)msmsmsms(msms)(ms(msms)iuxmsb))"
#define BATCH_TYPE   "(siiuuuuuuumsx)"

const GVariantType *
spark_body_type (SparkKind kind)
{
  static const char *const types[] = {
    [SPARK_KIND_ACCOUNT] = ACCOUNT_TYPE, [SPARK_KIND_VIDEO] = VIDEO_TYPE,
    [SPARK_KIND_CODE] = CODE_TYPE,       [SPARK_KIND_LINK] = LINK_TYPE,
    [SPARK_KIND_GRANT] = GRANT_TYPE,     [SPARK_KIND_BRAND] = BRAND_TYPE,
    [SPARK_KIND_EVENT] = EVENT_TYPE,     [SPARK_KIND_BATCH] = BATCH_TYPE,
  };

  return G_VARIANT_TYPE (types[kind]);
}

GVariant *
spark_account_pack (const SparkAccount *account)
{
  GVariantBuilder periods;

  g_variant_builder_init (&periods, G_VARIANT_TYPE ("au"));
  for (guint i = 0; i < account->n_periods; i++)
    g_variant_builder_add (&periods, "u", account->periods[i]);
  return g_variant_new (ACCOUNT_TYPE, account->id, account->name, account->handle,
                        account->avatar_url, (int)account->platform, (int)account->role, &periods,
                        account->brand_url, account->platform_seen_at, (int)account->connection,
                        account->connection_ends_at, account->unasked, account->created_at);
}

void
spark_account_unpack (SparkAccount *account, GVariant *body)
{
  g_autoptr (GVariantIter) periods = NULL;
  int platform, role, connection;
  guint days;

  *account = (SparkAccount){ 0 };
  g_variant_get (body, "(&sm&sm&sm&siiaum&sxixxx)", &account->id, &account->name, &account->handle,
                 &account->avatar_url, &platform, &role, &periods, &account->brand_url,
                 &account->platform_seen_at, &connection, &account->connection_ends_at,
                 &account->unasked, &account->created_at);
  account->platform = platform;
  account->role = role;
  account->connection = connection;
  while (account->n_periods < SPARK_MAX_PERIODS && g_variant_iter_next (periods, "u", &days))
    account->periods[account->n_periods++] = days;
}

GVariant *
spark_video_pack (const SparkVideo *video)
{
  const SparkEngagement *total = &video->total, *paid = &video->paid;
  const SparkAuthorization *authorization = &video->authorization;

  return g_variant_new (VIDEO_TYPE, video->id, video->account_id, video->item_id, video->caption,
                        video->cover_url, video->share_url, video->published_at, video->duration_s,
                        (int)video->visibility, video->eligible, (guint)video->blockers,
                        total->views, total->likes, total->comments, total->shares, paid->views,
                        paid->likes, paid->comments, paid->shares, (int)authorization->state,
                        authorization->ends_at, authorization->code_id, authorization->grants,
                        authorization->links);
}

void
spark_video_unpack (SparkVideo *video, GVariant *body)
{
  SparkEngagement *total = &video->total, *paid = &video->paid;
  SparkAuthorization *authorization = &video->authorization;
  int visibility, state;
  guint blockers;

  g_variant_get (body, "(&sm&sm&sm&sm&sm&sxxibu(xxxx)(xxxx)(ixm&suu))", &video->id,
                 &video->account_id, &video->item_id, &video->caption, &video->cover_url,
                 &video->share_url, &video->published_at, &video->duration_s, &visibility,
                 &video->eligible, &blockers, &total->views, &total->likes, &total->comments,
                 &total->shares, &paid->views, &paid->likes, &paid->comments, &paid->shares, &state,
                 &authorization->ends_at, &authorization->code_id, &authorization->grants,
                 &authorization->links);
  video->visibility = visibility;
  video->blockers = blockers;
  authorization->state = state;
}

GVariant *
spark_code_pack (const SparkCode *code)
{
  return g_variant_new (CODE_TYPE, code->id, code->video_id, (int)code->state, code->days,
                        code->starts_at, code->ends_at, code->note, code->copied_at,
                        code->copied_for.id, code->copied_for.name, code->used_at, code->created_at,
                        code->waiting_for, code->problem);
}

void
spark_code_unpack (SparkCode *code, GVariant *body)
{
  int state;

  *code = (SparkCode){ 0 };
  g_variant_get (body, "(&s&siuxxm&sx(m&sm&s)xxum&s)", &code->id, &code->video_id, &state,
                 &code->days, &code->starts_at, &code->ends_at, &code->note, &code->copied_at,
                 &code->copied_for.id, &code->copied_for.name, &code->used_at, &code->created_at,
                 &code->waiting_for, &code->problem);
  code->state = state;
}

GVariant *
spark_link_pack (const SparkLink *link)
{
  return g_variant_new (LINK_TYPE, link->id, link->video_id, link->brand.id, link->brand.name,
                        (int)link->state, link->ends_at, link->note, link->created_at);
}

void
spark_link_unpack (SparkLink *link, GVariant *body)
{
  int state;

  *link = (SparkLink){ 0 };
  g_variant_get (body, "(&s&s(m&sm&s)ixm&sx)", &link->id, &link->video_id, &link->brand.id,
                 &link->brand.name, &state, &link->ends_at, &link->note, &link->created_at);
  link->state = state;
}

GVariant *
spark_grant_pack (const SparkGrant *grant)
{
  return g_variant_new (GRANT_TYPE, grant->id, grant->video_id, grant->code_id, grant->link_id,
                        grant->brand.id, grant->brand.name, grant->advertiser.id,
                        grant->advertiser.name, (int)grant->source, (int)grant->state,
                        grant->redeemed_at, grant->ends_at, grant->platform_ends_at,
                        grant->ads_active, grant->paid.views, grant->paid.likes,
                        grant->paid.comments, grant->paid.shares, grant->revoked_at,
                        grant->problem);
}

void
spark_grant_unpack (SparkGrant *grant, GVariant *body)
{
  int source, state;

  *grant = (SparkGrant){ 0 };
  g_variant_get (body, "(&s&sm&sm&s(m&sm&s)(m&sm&s)iixxxi(xxxx)xm&s)", &grant->id, &grant->video_id,
                 &grant->code_id, &grant->link_id, &grant->brand.id, &grant->brand.name,
                 &grant->advertiser.id, &grant->advertiser.name, &source, &state,
                 &grant->redeemed_at, &grant->ends_at, &grant->platform_ends_at, &grant->ads_active,
                 &grant->paid.views, &grant->paid.likes, &grant->paid.comments,
                 &grant->paid.shares, &grant->revoked_at, &grant->problem);
  grant->source = source;
  grant->state = state;
}

static GVariant *
pack_strings (const char *const *strings)
{
  static const char *const none[] = { NULL };

  return g_variant_new_strv (strings != NULL ? strings : none, -1);
}

GVariant *
spark_brand_pack (const SparkBrand *brand)
{
  const SparkDeal *deal = brand->deal;
  GVariant *packed = NULL;

  if (deal != NULL)
    packed = g_variant_new ("(xmsbx)", deal->fee, deal->currency, deal->paid, deal->ends_at);
  return g_variant_new ("(smss@as@as@m(xmsbx)msuui(xxxx)x)", brand->id, brand->account_id, brand->name,
                        pack_strings (brand->advertiser_ids),
                        pack_strings (brand->new_advertiser_ids),
                        g_variant_new_maybe (G_VARIANT_TYPE ("(xmsbx)"), packed), brand->notes,
                        brand->grants_active, brand->videos, brand->ads_active,
                        brand->paid.views, brand->paid.likes, brand->paid.comments,
                        brand->paid.shares, brand->last_activity_at);
}

static const char *const *
unpack_strings (GVariant *packed, GPtrArray **storage)
{
  gsize n_strings;
  g_autofree const char **strings = g_variant_get_strv (packed, &n_strings);

  *storage = g_ptr_array_new ();
  for (gsize i = 0; i <= n_strings; i++)
    g_ptr_array_add (*storage, (gpointer)strings[i]);
  return (const char *const *)(*storage)->pdata;
}

void
spark_brand_unpack (SparkBrand *brand, SparkBrandStorage *storage, GVariant *body)
{
  g_autoptr (GVariant) advertisers = NULL, new_advertisers = NULL, deal = NULL;

  *brand = (SparkBrand){ 0 };
  *storage = (SparkBrandStorage){ 0 };
  g_variant_get (body, "(&sm&s&s@as@as@m(xmsbx)m&suui(xxxx)x)", &brand->id, &brand->account_id,
                 &brand->name, &advertisers, &new_advertisers, &deal, &brand->notes,
                 &brand->grants_active, &brand->videos, &brand->ads_active, &brand->paid.views,
                 &brand->paid.likes, &brand->paid.comments, &brand->paid.shares,
                 &brand->last_activity_at);
  brand->advertiser_ids = unpack_strings (advertisers, &storage->advertiser_ids);
  brand->new_advertiser_ids = unpack_strings (new_advertisers, &storage->new_advertiser_ids);
  if (g_variant_n_children (deal) > 0)
    {
      g_autoptr (GVariant) inside = g_variant_get_maybe (deal);

      g_variant_get (inside, "(xm&sbx)", &storage->deal.fee, &storage->deal.currency,
                     &storage->deal.paid, &storage->deal.ends_at);
      brand->deal = &storage->deal;
    }
}

GVariant *
spark_event_pack (const SparkEvent *event)
{
  const SparkEventDetail *detail = &event->detail;

  return g_variant_new (EVENT_TYPE, event->id, (int)event->type, event->at, (int)event->actor.kind,
                        event->actor.id, event->actor.name, event->actor.from, event->actor.you,
                        event->video_id, event->code_id, event->link_id, event->grant_id,
                        event->brand.id, event->brand.name, detail->reason, detail->advertiser.id,
                        detail->advertiser.name, detail->count, detail->days, detail->ends_at,
                        detail->note, detail->earlier);
}

void
spark_event_unpack (SparkEvent *event, GVariant *body)
{
  SparkEventDetail *detail = &event->detail;
  int type, kind;

  g_variant_get (body, "(&six(im&sm&sm&sb)m&sm&sm&sm&s(m&sm&s)(m&s(m&sm&s)iuxm&sb))", &event->id,
                 &type, &event->at, &kind, &event->actor.id, &event->actor.name, &event->actor.from,
                 &event->actor.you, &event->video_id, &event->code_id, &event->link_id,
                 &event->grant_id, &event->brand.id, &event->brand.name, &detail->reason,
                 &detail->advertiser.id, &detail->advertiser.name, &detail->count, &detail->days,
                 &detail->ends_at, &detail->note, &detail->earlier);
  event->type = type;
  event->actor.kind = kind;
}

GVariant *
spark_batch_pack (const SparkBatch *batch)
{
  return g_variant_new (BATCH_TYPE, batch->id, (int)batch->act, (int)batch->state, batch->done,
                        batch->failed, batch->total, batch->days, batch->added, batch->updated,
                        batch->skipped, batch->problem, batch->created_at);
}

void
spark_batch_unpack (SparkBatch *batch, GVariant *body)
{
  int act, state;

  g_variant_get (body, "(&siiuuuuuuum&sx)", &batch->id, &act, &state, &batch->done, &batch->failed,
                 &batch->total, &batch->days, &batch->added, &batch->updated, &batch->skipped,
                 &batch->problem, &batch->created_at);
  batch->act = act;
  batch->state = state;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-enums.h"
#include "model/spark-json.h"
#include "model/spark-json-writer.h"

G_BEGIN_DECLS

/*
 * The objects of /v1 as plain structs: views. A view owns nothing. Its strings belong to whoever
 * filled it (a database row being stepped, a parsed JSON document) and are valid as long as that
 * is; so both sides read and write an object without a copy. Whoever keeps one copies what it
 * keeps.
 *
 * Times are milliseconds since 1970 in UTC; 0 means "none" or "not known".
 * Counts of engagement are -1 when not known, and then absent in JSON, never 0.
 * Ids are opaque strings; those of an account's objects have the form ACCOUNT.N.
 * Each *_write writes one JSON object as a value; each *_read fills the view from @object, which
 * must outlive it, and fails with SPARK_ERROR_MALFORMED_ANSWER naming the member that is missing or
 * of the wrong type. Unknown members are ignored; unknown spellings of an enumeration are an error
 * only where the object would be meaningless without it.
 */

#define SPARK_MAX_PERIODS 8

typedef struct
{
  const char *id;
  const char *name;
} SparkRef; /* id NULL: none */

typedef struct
{
  const char *id;
  const char *name;
  const char *handle;     /* the creator's user name without @; NULL: not known */
  const char *avatar_url; /* a path on the backend, another for each picture; NULL: none */
  SparkPlatformKind platform;
  SparkRole role;                   /* of the credential that asked */
  guint periods[SPARK_MAX_PERIODS]; /* days */
  guint n_periods;
  const char *brand_url; /* where brands reach this backend; NULL: they cannot */
  gint64 platform_seen_at;
  SparkConnectionState connection;
  gint64 unasked;            /* videos the platform was never asked about since it is connected */
  gint64 connection_ends_at; /* the creator has to consent again by then; 0: not known */
  gint64 created_at;
} SparkAccount;

typedef struct
{
  gint64 views;
  gint64 likes;
  gint64 comments;
  gint64 shares;
} SparkEngagement;

/* What a video had at the end of a day. */
typedef struct
{
  gint64 day; /* since 1970 */
  SparkEngagement total;
  SparkEngagement paid;
} SparkEngagementDay;

typedef struct
{
  SparkAuthorizationState state;
  gint64 ends_at;      /* of the current code; 0: none */
  const char *code_id; /* current code; NULL: none */
  guint grants;        /* authorized or revoking */
  guint links;         /* open */
} SparkAuthorization;

typedef struct
{
  const char *id;
  const char *account_id;
  const char *item_id;
  const char *caption;
  const char *cover_url; /* absolute, or a path on the backend; NULL: none */
  const char *share_url;
  gint64 published_at;
  gint64 duration_s; /* -1: not known */
  SparkVisibility visibility;
  gboolean eligible;
  SparkBlockers blockers;
  SparkEngagement total;
  SparkEngagement paid;
  SparkAuthorization authorization;
} SparkVideo;

typedef struct
{
  const char *id;
  const char *video_id;
  const char *code; /* NULL for the role view, and for a code that is deleted */
  SparkCodeState state;
  guint days;
  gint64 starts_at;
  gint64 ends_at;
  const char *note;
  gint64 copied_at;
  SparkRef copied_for;
  gint64 used_at;
  gint64 created_at;
  guint waiting_for;   /* what the platform has yet to do with it: a SparkTaskAct + 1; 0: nothing */
  const char *problem; /* a SparkError nick: why it has not yet; NULL: none known */
} SparkCode;

typedef struct
{
  const char *id;
  const char *video_id;
  SparkRef brand;
  const char *string; /* NULL for the role view */
  const char *url;
  SparkLinkState state;
  gint64 ends_at;
  const char *note;
  gint64 created_at;
} SparkLink;

typedef struct
{
  const char *id;
  const char *video_id;
  const char *code_id;
  const char *link_id;
  SparkRef brand;
  SparkRef advertiser;
  SparkGrantSource source;
  SparkGrantState state;
  gint64 redeemed_at;
  gint64 ends_at;          /* as agreed */
  gint64 platform_ends_at; /* the end of the code */
  int ads_active;          /* running or in review; -1: not known */
  SparkEngagement paid;    /* what its ads won for the video */
  gint64 revoked_at;
  const char *problem; /* a SparkError nick: why it is still pending or revoking; NULL: none known */
} SparkGrant;

typedef struct
{
  gint64 fee;           /* in hundredths of the currency's unit; -1: none */
  const char *currency; /* ISO 4217 */
  gboolean paid;
  gint64 ends_at;
} SparkDeal;

typedef struct
{
  const char *id;
  const char *account_id;
  const char *name;
  const char *const *advertiser_ids; /* NULL-terminated; NULL: none */
  const char *const
      *new_advertiser_ids; /* attached provisionally; the creator confirms or refuses */
  const SparkDeal *deal;   /* NULL: none */
  const char *notes;
  guint grants_active;
  guint videos;
  int ads_active;       /* over its grants; -1: not known */
  SparkEngagement paid; /* over its grants */
  gint64 last_activity_at;
} SparkBrand;

/* Which members an event's `detail` has depends on its type; NULL, 0 and -1 are absent. */
typedef struct
{
  const char *reason; /* a SparkError nick, or the creator's words for a revoke */
  SparkRef advertiser;
  int count; /* of refused attempts, of imported videos; 0: absent */
  guint days;
  gint64 ends_at;
  const char *note;
  gboolean earlier; /* it may have happened long before, and was only found then */
} SparkEventDetail;

typedef struct
{
  const char *id;
  SparkEventType type;
  gint64 at;
  struct
  {
    SparkActorKind kind;
    const char *id;
    const char *name;
    const char *from; /* the device or app that was used */
    gboolean you;     /* whoever reads it did it */
  } actor;
  const char *video_id;
  const char *code_id;
  const char *link_id;
  const char *grant_id;
  SparkRef brand;
  SparkEventDetail detail;
} SparkEvent;

typedef struct
{
  const char *id;
  SparkBatchAct act;
  SparkBatchState state;
  guint done;   /* rows that were worked through, those that failed included */
  guint failed; /* of these */
  guint total;  /* 0: not known */
  guint days;   /* generate, extend; 0: none */
  guint added;
  guint updated;
  guint skipped;
  const char *problem; /* a SparkError nick when failed */
  gint64 created_at;
} SparkBatch;

/* What became of one object of a batch. */
typedef struct
{
  const char *id; /* as it was given */
  SparkBatchRowState state;
  const char *problem; /* a SparkError nick; NULL: none */
  const char *made_id; /* the code or grant that was made or changed; NULL: none */
} SparkBatchResult;

typedef struct
{
  const char *account_id;
  gint64 seq;
  SparkKind kind;
  const char *id;
  JsonObject *object; /* NULL: gone. Only set by spark_change_read */
} SparkChange;

/* What a revoke would stop and what not. */
typedef struct
{
  const char *grant_id;
  gboolean certain;          /* the platform ends it at once (sandbox) */
  gboolean code_still_works; /* whoever has the code can redeem it until it ends or is deleted */
  int ads_active;            /* -1: not known */
  guint other_grants;        /* other brands that keep access to this video */
  gint64 open_until;         /* when it stays open on the platform: until then; 0: it does not */
} SparkRevocation;

void spark_account_write (const SparkAccount *account, SparkJsonWriter *writer);
gboolean spark_account_read (SparkAccount *account, JsonObject *object, GError **error);
void spark_video_write (const SparkVideo *video, SparkJsonWriter *writer);
gboolean spark_video_read (SparkVideo *video, JsonObject *object, GError **error);
void spark_engagement_day_write (const SparkEngagementDay *day, SparkJsonWriter *writer);
gboolean spark_engagement_day_read (SparkEngagementDay *day, JsonObject *object, GError **error);
void spark_code_write (const SparkCode *code, SparkJsonWriter *writer);
gboolean spark_code_read (SparkCode *code, JsonObject *object, GError **error);
void spark_link_write (const SparkLink *link, SparkJsonWriter *writer);
gboolean spark_link_read (SparkLink *link, JsonObject *object, GError **error);
void spark_grant_write (const SparkGrant *grant, SparkJsonWriter *writer);
gboolean spark_grant_read (SparkGrant *grant, JsonObject *object, GError **error);
void spark_event_write (const SparkEvent *event, SparkJsonWriter *writer);
gboolean spark_event_read (SparkEvent *event, JsonObject *object, GError **error);
void spark_batch_write (const SparkBatch *batch, SparkJsonWriter *writer);
gboolean spark_batch_read (SparkBatch *batch, JsonObject *object, GError **error);
void spark_batch_result_write (const SparkBatchResult *result, SparkJsonWriter *writer);
gboolean spark_batch_result_read (SparkBatchResult *result, JsonObject *object, GError **error);
void spark_revocation_write (const SparkRevocation *revocation, SparkJsonWriter *writer);
gboolean spark_revocation_read (SparkRevocation *revocation, JsonObject *object, GError **error);
gboolean spark_change_read (SparkChange *change, JsonObject *object, GError **error);

void spark_brand_write (const SparkBrand *brand, SparkJsonWriter *writer);

/**
 * spark_brand_read:
 * @storage: (out caller-allocates): holds the arrays and the deal of the view; clear it with
 *   spark_brand_storage_clear() when done
 */
typedef struct
{
  GPtrArray *advertiser_ids;
  GPtrArray *new_advertiser_ids;
  SparkDeal deal;
} SparkBrandStorage;
gboolean spark_brand_read (SparkBrand *brand, SparkBrandStorage *storage, JsonObject *object,
                           GError **error);
void spark_brand_storage_clear (SparkBrandStorage *storage);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkBrandStorage, spark_brand_storage_clear)

G_END_DECLS

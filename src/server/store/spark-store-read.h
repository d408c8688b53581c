/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * Reading objects. Every *_get fails with SPARK_ERROR_NOT_FOUND. Views handed to a callback are
 * valid during the call only; those that *_get fills are valid until the next call on the same @tx.
 * Nothing here checks who asks: that is done before, in one place (api/spark-access.h).
 */

typedef gboolean (*SparkAccountFunc) (const SparkAccount *account, gpointer data);
typedef gboolean (*SparkVideoFunc) (const SparkVideo *video, gpointer data);
typedef gboolean (*SparkCodeFunc) (const SparkCode *code, gpointer data);
typedef gboolean (*SparkLinkFunc) (const SparkLink *link, gpointer data);
typedef gboolean (*SparkGrantFunc) (const SparkGrant *grant, gpointer data);
typedef gboolean (*SparkBrandFunc) (const SparkBrand *brand, gpointer data);
typedef gboolean (*SparkEventFunc) (const SparkEvent *event, gpointer data);

/* So many accounts one person may have seats at, and one token may cover. They fit into a position
 * of the changes, and that into the head of a request. */
#define SPARK_SCOPE_MAX 1000

/* Which accounts a credential covers; `all` for the owner at a private backend's socket. */
typedef struct
{
  gboolean all;
  const gint64 *accounts; /* ascending */
  gsize n_accounts;
} SparkScope;

/*
 * A page of a list. @after is the position the last page ended on (NULL: the first), opaque to
 * callers; after the call @next is where the next page begins, or NULL at the end.
 * (transfer full) for @next.
 */
typedef struct
{
  const char *after;
  guint limit;
  char *next;
} SparkPage;

typedef enum
{
  SPARK_VIDEO_SORT_NEWEST,
  SPARK_VIDEO_SORT_OLDEST,
  SPARK_VIDEO_SORT_VIEWS,
  SPARK_VIDEO_SORT_ENDS,
} SparkVideoSort;

typedef struct
{
  SparkScope scope;
  gint64 account;     /* 0: all of the scope */
  int state;          /* SparkAuthorizationState; -1: any */
  const char *search; /* words in the caption and its brands' names; NULL: none */
  SparkVideoSort sort;
} SparkVideoQuery;

typedef struct
{
  SparkScope scope;
  gint64 account;       /* 0: all */
  const char *video_id; /* NULL: any */
  int state;            /* of codes, links or grants; -1: any */
  const char *brand_id;
  gint64 ends_before; /* 0: any */
  int type;           /* of events; -1: any */
  gint64 before;      /* of events: when they happened; 0: any */
  const char *search; /* of events: words of the video, the brand, a note, or of several accounts
                         one's name; NULL: none */
} SparkObjectQuery;

gboolean spark_read_accounts (SparkTx *tx, const SparkScope *scope, SparkAccountFunc func,
                              gpointer data, GError **error);
gboolean spark_read_account (SparkTx *tx, gint64 account, SparkAccount *view, GError **error);
/* Those that nobody sees, for they are being made or removed, of gint64; NULL: error. */
GArray *spark_read_closed_accounts (SparkTx *tx, GError **error);
/* Its picture, when one was fetched. @type: (out): of @tx. (transfer full) (nullable) */
GBytes *spark_read_avatar (SparkTx *tx, gint64 account, const char **type);
/* What the video had at the end of each day on which something was told, in order, at most @limit.
 * Days since 1970, both included. */
typedef gboolean (*SparkEngagementDayFunc) (const SparkEngagementDay *day, gpointer data);
gboolean spark_read_engagement_days (SparkTx *tx, const char *video_id, gint64 from, gint64 to,
                                     guint limit, SparkEngagementDayFunc func, gpointer data,
                                     GError **error);
gboolean spark_read_videos (SparkTx *tx, const SparkVideoQuery *query, SparkPage *page,
                            SparkVideoFunc func, gpointer data, GError **error);
gboolean spark_read_video (SparkTx *tx, const char *id, SparkVideo *view, GError **error);
/* The video of an account that the platform calls @item_id; NOT_FOUND. */
gboolean spark_read_video_of_item (SparkTx *tx, gint64 account, const char *item_id,
                                   SparkVideo *view, GError **error);
/* Its picture, when one was fetched. @type: (out): of @tx. (transfer full) (nullable) */
GBytes *spark_read_cover (SparkTx *tx, const char *video_id, const char **type);
/* Published before @before, newest first, at most @limit. */
gboolean spark_read_videos_before (SparkTx *tx, gint64 account, gint64 before, guint limit,
                                   SparkVideoFunc func, gpointer data, GError **error);
/* The same of a list that is read by pages whose cursor is a time (ms): of several that were
 * published at once, none is left out where a page ends among them. Times of videos are whole
 * seconds, so that there is room behind each for a thousand. */
gboolean spark_read_videos_from (SparkTx *tx, gint64 account, gint64 cursor, guint limit,
                                 SparkVideoFunc func, gpointer data, GError **error);
/* Where such a list goes on behind a video. */
gboolean spark_read_video_cursor (SparkTx *tx, const char *id, gint64 published_at, gint64 *cursor,
                                  GError **error);
/* How many ads run with it now; whether any ever won something for it. */
gboolean spark_read_video_ads (SparkTx *tx, const char *id, guint *active, gboolean *used,
                               GError **error);
typedef struct
{
  gint64 videos;
  gint64 likes;
  gint64 follows; /* won by ads */
} SparkAccountTotals;
gboolean spark_read_account_totals (SparkTx *tx, gint64 account, SparkAccountTotals *totals,
                                    GError **error);
/* @reveal: decrypt the string; without it `code` and `string` are NULL */
gboolean spark_read_codes (SparkTx *tx, const SparkObjectQuery *query, gboolean reveal,
                           SparkPage *page, SparkCodeFunc func, gpointer data, GError **error);
gboolean spark_read_code (SparkTx *tx, const char *id, gboolean reveal, SparkCode *view,
                          GError **error);
gboolean spark_read_links (SparkTx *tx, const SparkObjectQuery *query, gboolean reveal,
                           SparkPage *page, SparkLinkFunc func, gpointer data, GError **error);
gboolean spark_read_link (SparkTx *tx, const char *id, gboolean reveal, SparkLink *view,
                          GError **error);
gboolean spark_read_grants (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page,
                            SparkGrantFunc func, gpointer data, GError **error);
gboolean spark_read_grant (SparkTx *tx, const char *id, SparkGrant *view, GError **error);
gboolean spark_read_brands (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page,
                            SparkBrandFunc func, gpointer data, GError **error);
gboolean spark_read_brand (SparkTx *tx, const char *id, SparkBrand *view, GError **error);
gboolean spark_read_events (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page,
                            SparkEventFunc func, gpointer data, GError **error);
gboolean spark_read_event (SparkTx *tx, const char *id, SparkEvent *view, GError **error);

typedef struct
{
  const char *id;
  const char *video_id; /* NULL: a brand's deal */
  const char *brand;    /* its name; NULL: of none */
  gint64 ends_at;
} SparkEnd;
typedef gboolean (*SparkEndFunc) (const SparkEnd *end, gpointer data);
/* What ends after @after of one account, the soonest first, at most @limit: of grants those that
 * are authorized, of codes those that nobody used, of brands their deals. */
gboolean spark_read_ends (SparkTx *tx, gint64 account, SparkKind kind, gint64 after, guint limit,
                          SparkEndFunc func, gpointer data, GError **error);
/* As the database has it. */
gboolean spark_batch_act_parse (const char *text, SparkBatchAct *act);
gboolean spark_read_batch (SparkTx *tx, const char *id, SparkBatch *view, GError **error);

typedef gboolean (*SparkBatchResultFunc) (const SparkBatchResult *result, gpointer data);
/* The rows of a batch in their order. @state: SparkBatchRowState; -1: any */
gboolean spark_read_batch_results (SparkTx *tx, const char *id, int state, SparkPage *page,
                                   SparkBatchResultFunc func, gpointer data, GError **error);

/* Batches that run, those that were worked at longest ago first. */
typedef struct
{
  gint64 account;
  gint64 id;
  SparkBatchAct act;
  gint64 updated_at;
} SparkRunningBatch;
/* (transfer full): of SparkRunningBatch, at most @limit */
GArray *spark_read_running_batches (SparkTx *tx, guint limit, GError **error);

/* What is still to be done. */
typedef struct
{
  gint64 line;
  gint64 subject; /* the number of an object of the account */
} SparkBatchRow;
/* (transfer full): of SparkBatchRow, at most @limit */
GArray *spark_read_batch_rows (SparkTx *tx, gint64 account, gint64 batch, guint limit,
                               GError **error);

/* One change: who it is about; the object itself is read by its id (NOT_FOUND: it is gone). */
typedef struct
{
  gint64 account;
  gint64 seq;
  SparkKind kind;
  const char *id;
} SparkChangeRow;
typedef gboolean (*SparkChangeFunc) (const SparkChangeRow *change, gpointer data);

/* Changes of one account with seq > @after, in order, at most @limit. */
gboolean spark_read_changes (SparkTx *tx, gint64 account, gint64 after, guint limit,
                             SparkChangeFunc func, gpointer data, GError **error);
/* Where the changes of an account are. */
typedef struct
{
  gint64 account;
  gint64 seq;
} SparkPosition;
/* Where those accounts of a scope stand that are there: of SparkPosition, ascending. NULL: error.
 * (transfer full) */
GArray *spark_read_counters (SparkTx *tx, const SparkScope *scope, GError **error);
/* The account's counter: the seq of its last change. */
gboolean spark_read_counter (SparkTx *tx, gint64 account, gint64 *seq, GError **error);
/* Another after every change of what the account has, also one that the feed has yet to tell. */
typedef struct
{
  gint64 counter;
  gint64 last_id;
} SparkVersion;
/* 0 of both: there is no such account. */
gboolean spark_read_version (SparkTx *tx, gint64 account, SparkVersion *version, GError **error);

/* --- credentials --- */

/* What a token is looked up by; it does not give the token away. */
typedef struct
{
  guint8 hash[32];
  gboolean of_sign_in;
} SparkTokenKey;

typedef struct
{
  const char *id;         /* of the token, or of the sign-in */
  const char *name;       /* the person's, or what the token was called; NULL: nothing */
  const char *device;     /* of a sign-in, where it said */
  const char *person;     /* who signed in; NULL: a token made at the terminal */
  SparkScope scope;       /* at most SPARK_SCOPE_MAX accounts */
  const SparkRole *roles; /* one for each account of the scope */
  gint64 expires_at;      /* 0: never */
  SparkTokenKey token;
} SparkCredential;

typedef struct
{
  const char *id;
  const char *name;
  const char *password; /* its Argon2id hash */
} SparkPerson;

/* By the name the person signs in with, in any case. NOT_FOUND. Valid as long as the transaction.
 */
gboolean spark_read_person (SparkTx *tx, const char *name, SparkPerson *view, GError **error);

/* One device a person signed in on. */
typedef struct
{
  const char *id;
  const char *device; /* NULL: it did not say */
  gint64 created_at;
  gint64 used_at;
} SparkSignIn;
typedef gboolean (*SparkSignInFunc) (const SparkSignIn *sign_in, gpointer data);

/* Used last first. */
gboolean spark_read_sign_ins (SparkTx *tx, const char *person, SparkSignInFunc func, gpointer data,
                              GError **error);

/* For the person at the terminal; tokens themselves are not kept. @name: (nullable) */
typedef gboolean (*SparkTokenFunc) (const char *id, const char *name, gpointer data);
gboolean spark_read_tokens (SparkTx *tx, SparkTokenFunc func, gpointer data, GError **error);

/* Likewise: every person, by name, once for each of their seats. @account: 0 where there is none;
 * @role: of SparkRole */
typedef gboolean (*SparkSeatFunc) (const char *name, gint64 account, int role, gpointer data);
gboolean spark_read_seats (SparkTx *tx, SparkSeatFunc func, gpointer data, GError **error);

/* Looks a bearer token up by its hash. SPARK_ERROR_UNAUTHORIZED. Valid until the next call of these
 * two on @tx, or its end. */
gboolean spark_read_token (SparkTx *tx, const char *token, SparkCredential *view, GError **error);

/* The same for one that was let in before and may have ended since. */
gboolean spark_read_token_again (SparkTx *tx, const SparkTokenKey *key, SparkCredential *view,
                                 GError **error);

/* --- brands' side --- */

typedef struct
{
  const char *id; /* advertiser id, decimal digits */
  const char *name;
} SparkAdvertiser;

typedef gboolean (*SparkAdvertiserFunc) (const SparkAdvertiser *advertiser, gpointer data);
gboolean spark_read_advertisers (SparkTx *tx, SparkAdvertiserFunc func, gpointer data,
                                 GError **error);
/* A code or link somebody has, looked up by its keyed fingerprint, with its video: what a brand may
 * see before redeeming. SPARK_ERROR_CODE_UNKNOWN. */
typedef struct
{
  gint64 account;
  gboolean is_link;
  SparkCode code; /* of a link: the code it stands on */
  SparkLink link;
  SparkVideo video;
  SparkPlatformKind platform;
  const char *account_name;
  const char *handle;
} SparkRedeemable;
gboolean spark_read_redeemable (SparkTx *tx, const char *string, SparkRedeemable *view,
                                GError **error);

/* What an ad account knows a creator's account by: stable, and tells nothing else about it. Lives
 * as long as @tx. */
const char *spark_read_identity_id (SparkTx *tx, gint64 account, const char *advertiser_id);

/* The creators of the sandbox whose posts an ad account has in its list. */
typedef struct
{
  gint64 account;
  const char *name;
  const char *handle;
  const char *identity_id;
} SparkCreatorIdentity;
typedef gboolean (*SparkCreatorIdentityFunc) (const SparkCreatorIdentity *identity, gpointer data);
gboolean spark_read_identities (SparkTx *tx, const char *advertiser_id,
                                SparkCreatorIdentityFunc func, gpointer data, GError **error);

/* The posts of sandbox accounts that an ad account is or was authorized for, each once with its newest grant, newest first,
 * pages counted from 1. */
typedef struct
{
  SparkGrant grant;
  SparkCode code; /* with its string only where this ad account redeemed exactly that one */
  gint64 code_starts_at;
  SparkVideo video;
  const char *account_name;
  const char *handle;
  const char *identity_id; /* stable for this account and ad account */
} SparkAuthorizedPost;
typedef gboolean (*SparkAuthorizedPostFunc) (const SparkAuthorizedPost *post, gpointer data);
/* @account: 0 for all; @keyword: (nullable): of the caption, or an item id */
gboolean spark_read_authorized_posts (SparkTx *tx, const char *advertiser_id, gint64 account,
                                      const char *keyword, guint page, guint page_size,
                                      guint *total, SparkAuthorizedPostFunc func, gpointer data,
                                      GError **error);
/* One of them. NOT_FOUND. */
gboolean spark_read_authorized_post (SparkTx *tx, const char *advertiser_id, gint64 account,
                                     const char *item_id, SparkAuthorizedPost *post,
                                     GError **error);

/* --- the brand's page --- */

/* The ad accounts that a brand's sign-in covers, oldest first. SPARK_ERROR_UNAUTHORIZED. */
gboolean spark_read_brand_session (SparkTx *tx, const char *token, SparkAdvertiserFunc func,
                                   gpointer data, GError **error);

/* Everything an ad account redeemed and has not unbound, in any state, newest first, pages counted
 * from 1. */
typedef struct
{
  SparkGrant grant;
  SparkVideo video;
  const char *account_name;
  const char *handle;
  SparkPlatformKind platform;
  gint64 extension_asked_at;
} SparkBrandPost;
typedef gboolean (*SparkBrandPostFunc) (const SparkBrandPost *post, gpointer data);
gboolean spark_read_brand_posts (SparkTx *tx, const char *advertiser_id, guint page,
                                 guint page_size, guint *total, SparkBrandPostFunc func,
                                 gpointer data, GError **error);

/**
 * spark_tx_seal:
 * @purpose: what it is for: opened only for the same
 * @until: when it can no longer be opened
 *
 * Packs a text so that whoever holds it can neither read nor change it: to be handed back later.
 *
 * Returns: (transfer full): characters that stand as they are in an address
 */
char *spark_tx_seal (SparkTx *tx, const char *purpose, const char *text, gint64 until);
/* Returns: (transfer full) (nullable): NULL when it was not sealed here for @purpose, or is too old
 */
char *spark_tx_unseal (SparkTx *tx, const char *purpose, const char *sealed);

#define SPARK_SEAL_COVER  "cover"
#define SPARK_SEAL_AVATAR "avatar"

/**
 * spark_tx_cover_path:
 * @life_ms: for how long it leads there
 *
 * Where whoever was shown @video finds its picture on the face for brands: nobody can make such a
 * path for another video, and what is served there is drawn here, in one size.
 *
 * Returns: (transfer full) (nullable): "/cover/…"; NULL: there is no picture
 */
char *spark_tx_cover_path (SparkTx *tx, const SparkVideo *video, gint64 life_ms);

G_END_DECLS

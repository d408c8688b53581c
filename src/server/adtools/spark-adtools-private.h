/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "model/spark-json-writer.h"
#include "model/spark-json.h"
#include "server/adtools/spark-adtools.h"
#include "server/adtools/spark-bearers.h"
#include "server/adtools/spark-delay.h"
#include "server/adtools/spark-fields.h"
#include "server/adtools/spark-limits.h"
#include "server/html/spark-template.h"
#include "server/http/spark-throttle.h"
#include "server/ledger/spark-ledger-ads.h"
#include "server/ledger/spark-ledger-apps.h"
#include "server/store/spark-sandbox-settings.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

struct _SparkAdtools
{
  SparkStore *store;       /* borrowed */
  SparkThrottle *redeeming; /* by app or ad account */
  SparkThrottle *guessing; /* what wrong secrets are told, and consents; by peer */
  SparkLimiter *limiter;
  SparkLimiter *peers; /* who has no credential: anybody, from however many addresses */
  SparkBearers *bearers;
  SparkDelay *delay;
  SparkTemplates *pages;
  GPtrArray *bindings; /* what the routes point at */
};

#define SPARK_OPEN_API "/open_api/v1.3/"

/* TikTok's codes (its appendix "Return codes"). Every answer is HTTP 200 whatever the code. */
typedef enum
{
  SPARK_RETURN_OK = 0,
  SPARK_RETURN_PARTIAL = 20001,
  SPARK_RETURN_NO_PERMISSION = 40001,
  SPARK_RETURN_INVALID_PARAMETER = 40002,
  SPARK_RETURN_NOT_FOUND = 40007,
  SPARK_RETURN_TOO_MANY_IDS = 40011,
  SPARK_RETURN_THROTTLED = 40100,
  SPARK_RETURN_WRONG_APP = 40101,
  SPARK_RETURN_TOKEN_EXPIRED = 40102,
  SPARK_RETURN_REFRESH_EXPIRED = 40103,
  SPARK_RETURN_TOKEN_MISSING = 40104,
  SPARK_RETURN_TOKEN_WRONG = 40105,
  SPARK_RETURN_TOKEN_NOT_FOR = 40106,
  SPARK_RETURN_WRONG_REFRESH = 40107,
  SPARK_RETURN_WRONG_GRANT_TYPE = 40108,
  SPARK_RETURN_CODE_ENDED = 40110,
  SPARK_RETURN_APP_MISMATCH = 40113,
  SPARK_RETURN_WRONG_METHOD = 40117,
  SPARK_RETURN_ADVERTISER_THROTTLED = 40133,
  SPARK_RETURN_AD_LIMIT = 40502,
  SPARK_RETURN_SYSTEM_ERROR = 50000,
} SparkReturn;

/* The codes above as an error domain of this folder. */
#define SPARK_RETURN_ERROR (spark_return_error_quark ())
GQuark spark_return_error_quark (void);

/* Writes the whole envelope; @error is of SPARK_RETURN_ERROR, or is translated. @data: (nullable):
 * the members of `data`, as JSON text of an object */
GBytes *spark_envelope (SparkRequest *request, SparkReturn code, const char *message,
                        const char *data);
GBytes *spark_envelope_of_error (SparkRequest *request, const GError *error);
void spark_envelope_respond (SparkRequest *request, GBytes *body);
/* TikTok's code and words for an error of any domain. (transfer full) for @message */
SparkReturn spark_envelope_translate (const GError *error, char **message);
/* "YYYY-MM-DD HH:MM:SS", UTC; 0: null */
void spark_envelope_time (SparkJsonWriter *writer, const char *name, gint64 ms);
void spark_envelope_id (SparkJsonWriter *writer, const char *name, gint64 id);

/* --- calls --- */

/* Whose token an endpoint wants. */
typedef enum
{
  SPARK_AUTH_NONE,
  SPARK_AUTH_TOKEN,      /* one over ad accounts; the endpoint says which it is about */
  SPARK_AUTH_ADVERTISER, /* the same, over the ad account of the member advertiser_id */
  SPARK_AUTH_CREATOR,    /* an account holder's, for the member business_id */
} SparkAuth;

typedef struct _SparkCall SparkCall;
typedef struct _SparkEndpoint SparkEndpoint;

/*
 * Does it and writes the members of `data`. A POST runs in a writing transaction, a GET in a
 * snapshot. A refusal that must be kept leaves TRUE and sets call->refusal.
 */
typedef gboolean (*SparkRun) (SparkTx *tx, SparkCall *call, GError **error);

struct _SparkEndpoint
{
  const char *method;
  const char *path; /* behind SPARK_OPEN_API */
  SparkAuth auth;
  const SparkField *fields;
  SparkRun run;
  const char *scope;  /* of SPARK_AUTH_CREATOR; NULL: any */
  SparkLimits limits; /* of its own, by app; none: those of the level alone */
  /* Says what run() is about to read first: spark_tx_expect(). NULL: nothing */
  void (*expect) (SparkTx *tx, SparkCall *call);
  /* Asks before all else for what run() most likely decides on, once. FALSE with @error: it has to
   * be waited for. NULL: that is not known before */
  SparkRun begin;
};

struct _SparkCall
{
  SparkAdtools *adtools;         /* borrowed */
  SparkRequest *request;         /* borrowed */
  const SparkEndpoint *endpoint; /* borrowed */
  JsonNode *root;
  JsonObject *params; /* of root; checked */
  SparkSettings settings;
  SparkTx *tx;            /* borrowed; only within run() */
  const char *advertiser; /* of params */
  GArray *advertisers;    /* of SparkTokenAdvertiser; only within run() of a SPARK_AUTH_TOKEN */
  guint8 hash[SPARK_FINGERPRINT_BYTES]; /* of a token over ad accounts */
  SparkBearer *bearer;    /* of such a one */
  char *app;              /* that the token was given to; NULL: made at the terminal */
  SparkAppLevel level;    /* of that */
  gint64 account;         /* the creator's */
  char *holder;           /* whoever let the app in there; NULL: at the terminal */
  SparkJsonWriter data;
  SparkReturn code;
  char *message; /* NULL: "OK" */
  GError *refusal;
  char *string;   /* what is redeemed; NULL: not known yet */
  gboolean begun; /* run() was asked for */
  gboolean waiting;
  GBytes *answer;
};

/* A call ends as a partial success: @id failed with @error. */
void spark_call_partly (SparkCall *call, gint64 id, const GError *error);

/* --- what several families share --- */

/* What is written is as much as an answer may have: whoever asks pays little for it, and may take
 * their time to read it. */
gboolean spark_call_is_full (SparkCall *call);
/* INVALID_PARAMETER when it was full before all was written. */
gboolean spark_call_check_size (SparkCall *call, GError **error);
/* The member `fields` names what is wanted; absent: everything. */
gboolean spark_call_wants (SparkCall *call, const char *name);
/* page and page_size of the call. */
typedef struct
{
  guint page;
  guint size;
  guint total;
} SparkPageInfo;
void spark_page_init (SparkPageInfo *page, SparkCall *call, guint default_size);
/* Counts one more; TRUE when it is on the page. */
gboolean spark_page_take (SparkPageInfo *page);
void spark_page_write (const SparkPageInfo *page, SparkJsonWriter *writer);

/*
 * Members of an object of campaigns, ad groups and ads: written by a function, or, without one, as
 * they were given when it was made; null when they were not.
 */
typedef struct
{
  const char *name;
  void (*write) (SparkJsonWriter *writer, const char *name, gconstpointer view);
} SparkMember;
void spark_members_write (SparkCall *call, const SparkMember *members, gconstpointer view,
                          const char *details);
/* INVALID_PARAMETER for a member in `fields` that is not there. */
gboolean spark_members_check (SparkCall *call, const SparkMember *members, GError **error);
const char *spark_operation_name (SparkOperation operation);
extern const char *const spark_operation_names[];
SparkOperation spark_operation_of (SparkCall *call, const char *name);
/* The run() of the three status/update: @ids: the member that lists them; @list: of the answer, or
 * NULL; @id: the name in it */
gboolean spark_run_status_update (SparkTx *tx, SparkCall *call, SparkAdLevel level, const char *ids,
                                  const char *list, const char *id, GError **error);
/* A filter in the call's `filtering`: absent, or an array that has @id. */
gboolean spark_filter_id (JsonObject *filtering, const char *name, gint64 id);
/* primary_status, secondary_status of `filtering` */
gboolean spark_filter_status (JsonObject *filtering, const char *secondary, gboolean deleted);
/* The filter @name matches a part of @text, as TikTok's do. */
gboolean spark_filter_text (JsonObject *filtering, const char *name, const char *text);
/* `creation_filter_start_time` and `creation_filter_end_time` */
gboolean spark_filter_created (JsonObject *filtering, gint64 created_at);

/* The answer of campaign/get, adgroup/get and ad/get, while it is written. */
typedef struct
{
  SparkCall *call;
  JsonObject *filtering; /* of the call, or NULL; borrowed */
  gint64 now;            /* ms */
  SparkPageInfo page;
} SparkListing;
/* Begins the list; INVALID_PARAMETER for a member in `fields` that @members has not. */
gboolean spark_listing_begin (SparkListing *listing, SparkTx *tx, SparkCall *call,
                              const SparkMember *members, GError **error);
/* Counts one more; TRUE when it is to be written. */
gboolean spark_listing_take (SparkListing *listing);
/* Ends the list, and says which page it is. FALSE: see spark_call_check_size(). */
gboolean spark_listing_end (SparkListing *listing, GError **error);

gint64 spark_hundredths (JsonObject *params, const char *name);
/* Only BUDGET_MODE_INFINITE goes without a budget. */
gboolean spark_budget_check (JsonObject *params, GError **error);
void spark_write_money (SparkJsonWriter *writer, const char *name, gint64 hundredths);

/* What an ad's or a post's answer says of a video. */
const char *spark_item_status (SparkVisibility visibility);
/* Where its picture is, for an hour, as at TikTok; "": there is none. (transfer full) */
char *spark_poster_url (SparkCall *call, const SparkVideo *video);
/* Where the picture of the call's account is, signed for an hour, as at TikTok. (transfer full) */
char *spark_avatar_url (SparkCall *call);
void spark_write_video_info (SparkJsonWriter *writer, SparkCall *call, const SparkVideo *video,
                             gboolean playable);
void spark_write_auth_info (SparkJsonWriter *writer, const SparkAuthorizedPost *post);
const char *spark_ad_secondary_status (const SparkAd *ad);

/* --- families; each ends with a path of NULL --- */
extern const SparkEndpoint spark_oauth_endpoints[];
extern const SparkEndpoint spark_advertiser_endpoints[];
extern const SparkEndpoint spark_tt_video_endpoints[];
extern const SparkEndpoint spark_identity_endpoints[];
extern const SparkEndpoint spark_campaign_endpoints[];
extern const SparkEndpoint spark_adgroup_endpoints[];
extern const SparkEndpoint spark_ad_endpoints[];
extern const SparkEndpoint spark_report_endpoints[];
extern const SparkEndpoint spark_tt_user_endpoints[];
extern const SparkEndpoint spark_business_endpoints[];

/* Every field table begins with it where an ad account is meant. */
#define SPARK_FIELD_ADVERTISER                                                                     \
  {                                                                                                \
    "advertiser_id", SPARK_FIELD_ID, TRUE                                                          \
  }
#define SPARK_FIELD_PAGING(most_size)                                                              \
  { "page", SPARK_FIELD_INT, FALSE, 1, 100000 },                                                   \
  {                                                                                                \
    "page_size", SPARK_FIELD_INT, FALSE, 1, (most_size)                                            \
  }

/* Handles the request by @endpoint. */
void spark_call_begin (SparkRequest *request, SparkAdtools *adtools, const SparkEndpoint *endpoint);

/* The consent pages (portal/auth, v2/auth/authorize). */
void spark_consent_add_routes (SparkAdtools *adtools, SparkHttp *http);

G_END_DECLS

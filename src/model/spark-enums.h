/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Every enumeration that crosses the wire. The nick of a value (snake_case) is its spelling in /v1;
 * data/openapi.yaml lists the same spellings and a test compares the two.
 */

typedef enum
{
  SPARK_PLATFORM_SANDBOX,
  SPARK_PLATFORM_TRACKED,
  SPARK_PLATFORM_TIKTOK,
} SparkPlatformKind;

/* What a credential may do. Each role includes the ones before it; `view` sees no code strings. */
typedef enum
{
  SPARK_ROLE_VIEW,
  SPARK_ROLE_GENERATE,
  SPARK_ROLE_REVOKE,
  SPARK_ROLE_OWNER,
} SparkRole;

typedef enum
{
  SPARK_CODE_STATE_PENDING,
  SPARK_CODE_STATE_READY,
  SPARK_CODE_STATE_IN_USE, /*< nick=in_use >*/
  SPARK_CODE_STATE_EXPIRED,
  SPARK_CODE_STATE_DELETED,
  SPARK_CODE_STATE_FAILED,
} SparkCodeState;

typedef enum
{
  SPARK_LINK_STATE_OPEN,
  SPARK_LINK_STATE_REDEEMING,
  SPARK_LINK_STATE_REDEEMED,
  SPARK_LINK_STATE_EXPIRED,
  SPARK_LINK_STATE_WITHDRAWN,
} SparkLinkState;

typedef enum
{
  SPARK_GRANT_STATE_PENDING,
  SPARK_GRANT_STATE_AUTHORIZED,
  SPARK_GRANT_STATE_EXPIRED,
  SPARK_GRANT_STATE_REVOKING,
  SPARK_GRANT_STATE_REVOKED,
  SPARK_GRANT_STATE_UNBOUND,
  SPARK_GRANT_STATE_FAILED,
} SparkGrantState;

typedef enum
{
  SPARK_GRANT_SOURCE_REDEEMED, /* the brand redeemed it through Sparkbox */
  SPARK_GRANT_SOURCE_SEEN,     /* the platform lists the post in the brand's connected ad account */
  SPARK_GRANT_SOURCE_NOTED,    /* the creator said who it was */
} SparkGrantSource;

/* The state of a whole video's ad authorization, summed up from its current code. */
typedef enum
{
  SPARK_AUTHORIZATION_OFF,
  SPARK_AUTHORIZATION_PENDING,
  SPARK_AUTHORIZATION_READY,
  SPARK_AUTHORIZATION_IN_USE, /*< nick=in_use >*/
  SPARK_AUTHORIZATION_EXPIRED,
} SparkAuthorizationState;

typedef enum
{
  SPARK_VISIBILITY_PUBLIC,
  SPARK_VISIBILITY_FRIENDS,
  SPARK_VISIBILITY_PRIVATE,
  SPARK_VISIBILITY_DELETED,
  SPARK_VISIBILITY_UNKNOWN,
} SparkVisibility;

/* What would stop a Spark Ad from this video. */
typedef enum /*< flags >*/
{
  SPARK_BLOCKER_PRIVATE = 1 << 0, /* only the creator or friends see it */
  SPARK_BLOCKER_DELETED = 1 << 1,
  SPARK_BLOCKER_SOUND = 1 << 2,  /* the sound is not cleared for advertising */
  SPARK_BLOCKER_DUET = 1 << 3,   /* needs the other creator's code too */
  SPARK_BLOCKER_STITCH = 1 << 4, /* needs the other creator's code too */
  SPARK_BLOCKER_STORY = 1 << 5,
  SPARK_BLOCKER_UNDER_REVIEW = 1 << 6, /*< nick=under_review >*/
  SPARK_BLOCKER_REMOVED = 1 << 7,      /* by moderators */
} SparkBlockers;

typedef enum
{
  SPARK_ACTOR_CREATOR,
  SPARK_ACTOR_BRAND,
  SPARK_ACTOR_SYSTEM,
} SparkActorKind;

/* What a platform is asked for. It is so only when the platform says so. */
typedef enum
{
  SPARK_TASK_ACT_GENERATE,
  SPARK_TASK_ACT_EXTEND,
  SPARK_TASK_ACT_DELETE,
  SPARK_TASK_ACT_REPLACE,
  SPARK_TASK_ACT_TURN_OFF, /*< nick=turn_off >*/
  SPARK_TASK_ACT_REVOKE,   /* of a grant, as from here on */
  SPARK_TASK_ACT_REDEEM,
} SparkTaskAct;

/* Whether the backend may act for the creator at TikTok. */
typedef enum
{
  SPARK_CONNECTION_STATE_NONE, /* never was: an account of another platform */
  SPARK_CONNECTION_STATE_CONNECTED,
  SPARK_CONNECTION_STATE_LOST,   /* TikTok no longer takes the consent */
  SPARK_CONNECTION_STATE_ENDING, /* by the creator; TikTok is yet to be told */
  SPARK_CONNECTION_STATE_ENDED,
} SparkConnectionState;

/* What a change or an id can be about. */
typedef enum
{
  SPARK_KIND_ACCOUNT,
  SPARK_KIND_VIDEO,
  SPARK_KIND_CODE,
  SPARK_KIND_LINK,
  SPARK_KIND_GRANT,
  SPARK_KIND_BRAND,
  SPARK_KIND_EVENT,
  SPARK_KIND_BATCH,
} SparkKind;

typedef enum
{
  SPARK_EVENT_ACCOUNT_ADDED,        /*< nick=account_added >*/
  SPARK_EVENT_VIDEO_ADDED,          /*< nick=video_added >*/
  SPARK_EVENT_VIDEOS_IMPORTED,      /*< nick=videos_imported >*/
  SPARK_EVENT_CODE_GENERATED,       /*< nick=code_generated >*/
  SPARK_EVENT_CODE_ADDED,           /*< nick=code_added >*/
  SPARK_EVENT_CODE_COPIED,          /*< nick=code_copied >*/
  SPARK_EVENT_CODE_USED,            /*< nick=code_used >*/
  SPARK_EVENT_CODE_EXTENDED,        /*< nick=code_extended >*/
  SPARK_EVENT_CODE_REPLACED,        /*< nick=code_replaced >*/
  SPARK_EVENT_CODE_DELETED,         /*< nick=code_deleted >*/
  SPARK_EVENT_CODE_EXPIRED,         /*< nick=code_expired >*/
  SPARK_EVENT_AUTHORIZATION_OFF,    /*< nick=authorization_off >*/
  SPARK_EVENT_LINK_CREATED,         /*< nick=link_created >*/
  SPARK_EVENT_LINK_WITHDRAWN,       /*< nick=link_withdrawn >*/
  SPARK_EVENT_LINK_EXPIRED,         /*< nick=link_expired >*/
  SPARK_EVENT_GRANT_AUTHORIZED,     /*< nick=grant_authorized >*/
  SPARK_EVENT_GRANT_NOTED,          /*< nick=grant_noted >*/
  SPARK_EVENT_GRANT_ATTRIBUTED,     /*< nick=grant_attributed >*/
  SPARK_EVENT_GRANT_EXPIRED,        /*< nick=grant_expired >*/
  SPARK_EVENT_GRANT_REVOKING,       /*< nick=grant_revoking >*/
  SPARK_EVENT_GRANT_REVOKED,        /*< nick=grant_revoked >*/
  SPARK_EVENT_GRANT_GIVEN_AGAIN,    /*< nick=grant_given_again >*/
  SPARK_EVENT_GRANT_UNBOUND,        /*< nick=grant_unbound >*/
  SPARK_EVENT_REDEMPTION_REFUSED,   /*< nick=redemption_refused >*/
  SPARK_EVENT_ADVERTISER_NEW,       /*< nick=advertiser_new >*/
  SPARK_EVENT_ADVERTISER_CONFIRMED, /*< nick=advertiser_confirmed >*/
  SPARK_EVENT_ADVERTISER_REFUSED,   /*< nick=advertiser_refused >*/
  SPARK_EVENT_BRAND_ADDED,          /*< nick=brand_added >*/
  SPARK_EVENT_BRAND_CHANGED,        /*< nick=brand_changed >*/
  SPARK_EVENT_EXTENSION_REQUESTED,  /*< nick=extension_requested >*/
  SPARK_EVENT_AD_STARTED,           /*< nick=ad_started >*/
  SPARK_EVENT_AD_STOPPED,           /*< nick=ad_stopped >*/
  SPARK_EVENT_PLATFORM_REFUSED,     /*< nick=platform_refused >*/
  SPARK_EVENT_ACCOUNT_CONNECTED,    /*< nick=account_connected >*/
  SPARK_EVENT_ACCOUNT_DISCONNECTED, /*< nick=account_disconnected >*/
  SPARK_EVENT_CONNECTION_LOST,      /*< nick=connection_lost >*/
  SPARK_EVENT_GRANT_EXTENDED,       /*< nick=grant_extended >*/
  SPARK_EVENT_GRANT_END_NOTED,      /*< nick=grant_end_noted >*/
} SparkEventType;

typedef enum
{
  SPARK_BATCH_ACT_IMPORT, /* of a data export; it has no rows */
  SPARK_BATCH_ACT_GENERATE,
  SPARK_BATCH_ACT_EXTEND,
  SPARK_BATCH_ACT_REVOKE,
  SPARK_BATCH_ACT_DELETE,
} SparkBatchAct;

/* Of one row of a batch. */
typedef enum
{
  SPARK_BATCH_ROW_STATE_WAITING,
  SPARK_BATCH_ROW_STATE_DONE,
  SPARK_BATCH_ROW_STATE_FAILED,
} SparkBatchRowState;

typedef enum
{
  SPARK_BATCH_STATE_RUNNING,
  SPARK_BATCH_STATE_DONE,
  SPARK_BATCH_STATE_FAILED,
  SPARK_BATCH_STATE_STOPPED,
} SparkBatchState;

/**
 * spark_enum_to_string:
 * @type: the GType of one of the enumerations above (SPARK_TYPE_CODE_STATE, …)
 * @value: one of its values
 *
 * Returns: (transfer none): the spelling used in /v1; "" for a value that is not of the type
 */
const char *spark_enum_to_string (GType type, int value);

/**
 * spark_enum_from_string:
 * @value: (out): untouched when the string is not a known spelling
 *
 * Returns: whether @string is a spelling of @type
 */
gboolean spark_enum_from_string (GType type, const char *string, int *value);

G_END_DECLS

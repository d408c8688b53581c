/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SPARK_ERROR (spark_error_quark ())
GQuark spark_error_quark (void);

/*
 * One error domain for the whole product. The first part is what /v1 answers as
 * application/problem+json (RFC 9457): the nick is the stable `code`. The second part only arises
 * on the way to another server, nearly all of it in the application on the way to a backend. Messages are whole English sentences that say what
 * to do; they never contain a code or a token.
 */
typedef enum
{
  /* from /v1 */
  SPARK_ERROR_INVALID_REQUEST,        /*< nick=invalid_request >*/        /* 400 */
  SPARK_ERROR_UNAUTHORIZED,           /*< nick=unauthorized >*/           /* 401 */
  SPARK_ERROR_FORBIDDEN,              /*< nick=forbidden >*/              /* 403 the role does not allow it */
  SPARK_ERROR_NOT_FOUND,              /*< nick=not_found >*/              /* 404 also: not yours */
  SPARK_ERROR_METHOD_NOT_ALLOWED,     /*< nick=method_not_allowed >*/     /* 405 */
  SPARK_ERROR_CODE_EXISTS,            /*< nick=code_exists >*/            /* 409 the video has a live code */
  SPARK_ERROR_CODE_EXPIRED,           /*< nick=code_expired >*/           /* 409 */
  SPARK_ERROR_CODE_DELETED,           /*< nick=code_deleted >*/           /* 409 */
  SPARK_ERROR_CODE_UNKNOWN,           /*< nick=code_unknown >*/           /* 404 no such code or link (redeem) */
  SPARK_ERROR_CODE_MISSING,           /*< nick=code_missing >*/           /* 409 the video has no live code */
  SPARK_ERROR_LINK_EXPIRED,           /*< nick=link_expired >*/           /* 409 */
  SPARK_ERROR_LINK_WITHDRAWN,         /*< nick=link_withdrawn >*/         /* 409 */
  SPARK_ERROR_LINK_USED,              /*< nick=link_used >*/              /* 409 another ad account was first */
  SPARK_ERROR_LINK_FOR_OTHER_BRAND,   /*< nick=link_for_other_brand >*/   /* 409 */
  SPARK_ERROR_ACCESS_REVOKED,         /*< nick=access_revoked >*/         /* 409 */
  SPARK_ERROR_VIDEO_NOT_ELIGIBLE,     /*< nick=video_not_eligible >*/     /* 409 */
  SPARK_ERROR_ADS_RUNNING,            /*< nick=ads_running >*/            /* 409 */
  SPARK_ERROR_PLATFORM_CANNOT,        /*< nick=platform_cannot >*/        /* 409 this platform does not allow the act */
  SPARK_ERROR_PLATFORM_WAITING,       /*< nick=platform_waiting >*/       /* 409 the platform has yet to do the act before */
  SPARK_ERROR_NOT_CONNECTED,          /*< nick=not_connected >*/          /* 409 the account's connection to TikTok has ended */
  SPARK_ERROR_BRANDS_CANNOT_REACH,    /*< nick=brands_cannot_reach >*/    /* 409 a private backend has no links */
  SPARK_ERROR_GRANT_ENDED,            /*< nick=grant_ended >*/            /* 409 nothing left to revoke */
  SPARK_ERROR_GRANT_NOT_REVOKED,      /*< nick=grant_not_revoked >*/      /* 409 nothing to give again */
  SPARK_ERROR_BRAND_EXISTS,           /*< nick=brand_exists >*/           /* 409 */
  SPARK_ERROR_IDEMPOTENCY_RUNNING,    /*< nick=idempotency_running >*/    /* 409 the first request still runs */
  SPARK_ERROR_RESYNC,                 /*< nick=resync >*/                 /* 410 unknown epoch or position ahead */
  SPARK_ERROR_TOO_LARGE,              /*< nick=too_large >*/              /* 413 */
  SPARK_ERROR_UNSUPPORTED_MEDIA,      /*< nick=unsupported_media >*/      /* 415 */
  SPARK_ERROR_IDEMPOTENCY_MISMATCH,   /*< nick=idempotency_mismatch >*/   /* 422 same key, other body */
  SPARK_ERROR_INVALID_PERIOD,         /*< nick=invalid_period >*/         /* 422 */
  SPARK_ERROR_INVALID_CODE,           /*< nick=invalid_code >*/           /* 422 not the shape of a Spark code */
  SPARK_ERROR_INVALID_LINK,           /*< nick=invalid_link >*/           /* 422 not a TikTok video link */
  SPARK_ERROR_IMPORT_IS_TXT,          /*< nick=import_is_txt >*/          /* 422 */
  SPARK_ERROR_IMPORT_MALFORMED,       /*< nick=import_malformed >*/       /* 422 */
  SPARK_ERROR_TOO_MANY_REQUESTS,      /*< nick=too_many_requests >*/      /* 429 */
  SPARK_ERROR_INTERNAL,               /*< nick=internal >*/               /* 500 */
  SPARK_ERROR_UNAVAILABLE,            /*< nick=unavailable >*/            /* 503 */

  /* in the application only */
  SPARK_ERROR_OFFLINE,                /* the backend cannot be reached */
  SPARK_ERROR_TIMED_OUT,
  SPARK_ERROR_TLS,                    /* certificate not trusted */
  SPARK_ERROR_NOT_SPARKBOX,           /* something else answers at this address */
  SPARK_ERROR_SERVER_TOO_OLD,
  SPARK_ERROR_MALFORMED_ANSWER,
  SPARK_ERROR_KEYRING_LOCKED,
  SPARK_ERROR_KEYRING_MISSING,
  SPARK_ERROR_INVITATION_MALFORMED,
  SPARK_ERROR_REPLICA,                /* the local copy cannot be read or written */
  SPARK_ERROR_BACKEND_FAILED,         /* the private backend did not start */
  SPARK_ERROR_OTHER_SERVER,           /* the browser signed in elsewhere */
  SPARK_ERROR_MAIL_FAILED,            /* the desktop did not begin a letter */
} SparkError;

/**
 * spark_error_http_status:
 *
 * Returns: the HTTP status of a /v1 error; 0 for one that only arises in the application
 */
guint spark_error_http_status (SparkError code);

/**
 * spark_error_title:
 *
 * Returns: (transfer none): a short English title, the `title` of the problem document
 */
const char *spark_error_title (SparkError code);

/**
 * spark_error_from_problem:
 * @body: (nullable): the bytes of a problem document, not trusted
 *
 * Always gives an error of SPARK_ERROR: an unknown or missing `code` falls back on @http_status.
 *
 * Returns: (transfer full): the error
 */
GError *spark_error_from_problem (guint http_status, GBytes *body);

/**
 * spark_error_to_problem:
 * @request_id: (nullable): what the request is called in the logs
 * @error: of any domain; one that is not SPARK_ERROR becomes `internal` with no details
 * @status: (out): the HTTP status to answer with
 *
 * Returns: (transfer full): the bytes of an application/problem+json document
 */
GBytes *spark_error_to_problem (const GError *error, const char *request_id, guint *status);

/**
 * spark_error_log:
 * @domain: G_LOG_DOMAIN
 * @what: what came of it, as the beginning of a sentence that @error ends
 *
 * Tells the log of what failed for a reason outside of the program: the database is away, the disk is
 * full, a file or an address is not what it should be. That is no defect, so it is no warning: it has a
 * code by which it is found, the field SPARK_PROBLEM. (What the ledger refuses for any other reason is
 * a defect, and a warning.) Any thread.
 */
void spark_error_log (const char *domain, const char *what, const GError *error);

G_END_DECLS

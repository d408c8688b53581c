/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What TikTok's answers ask us to do. Messages are whole English sentences with TikTok's own words
 * in them; they never contain a token, a secret or a code. Cancelling is G_IO_ERROR_CANCELLED, and
 * what the database fails with stays SPARK_ERROR.
 */
#define SPARK_TIKTOK_ERROR (spark_tiktok_error_quark ())

typedef enum
{
  SPARK_TIKTOK_ERROR_REFRESH,   /* the access token is too old: refresh it, ask again */
  SPARK_TIKTOK_ERROR_RECONNECT, /* the consent is gone: its giver must connect again */
  SPARK_TIKTOK_ERROR_WAIT,    /* nothing was done; ask again after spark_tiktok_error_get_wait() */
  SPARK_TIKTOK_ERROR_REFUSED, /* nothing was done, and never will be: tell TikTok's words */
  SPARK_TIKTOK_ERROR_DENIED,  /* the same, for want of a permission */
  SPARK_TIKTOK_ERROR_MISSING, /* the same, for there is no such thing */
  SPARK_TIKTOK_ERROR_UNCERTAIN,   /* it was sent and may have been done: read back, never repeat */
  SPARK_TIKTOK_ERROR_UNREACHABLE, /* nothing was done: try again later */
  SPARK_TIKTOK_ERROR_MISCONFIGURED, /* whoever runs this backend has to see to it */
  SPARK_TIKTOK_ERROR_UNKNOWN,       /* refused with a code we do not know: tell TikTok's words */
} SparkTiktokError;

GQuark spark_tiktok_error_quark (void);

/* What more such an error carries. */
typedef struct
{
  gint64 wait_ms;   /* after which asking again makes sense; 0: it does not say */
  gint64 code;      /* TikTok's; 0: there was none */
  char *request_id; /* TikTok's; NULL: there was none */
} SparkTiktokErrorDetail;

/* @error: of SPARK_TIKTOK_ERROR. Returns: (transfer none) */
const SparkTiktokErrorDetail *spark_tiktok_error_get_detail (const GError *error);
/* The same for any error: 0 for those of other domains. */
gint64 spark_tiktok_error_get_wait (const GError *error);

/* @error: of SPARK_TIKTOK_ERROR: it is known better how long to wait. */
void spark_tiktok_error_set_wait (GError *error, gint64 wait_ms);

/**
 * spark_tiktok_error_new:
 * @wait_ms: 0: not known
 *
 * Returns: (transfer full): an error of our own, with no answer of TikTok behind it
 */
GError *spark_tiktok_error_new (SparkTiktokError kind, gint64 wait_ms, const char *message);

/**
 * spark_tiktok_error_from_answer:
 * @code: of the envelope, neither 0 nor 20001
 * @words: (nullable): TikTok's own, which nobody but TikTok answers for; secrets cut out already
 * @request_id: (nullable)
 * @writes: it was asked to change something, so trouble of its own leaves open whether it did
 *
 * Returns: (transfer full): the error
 */
GError *spark_tiktok_error_from_answer (gint64 code, const char *words, const char *request_id,
                                        gboolean writes);

/* Whether the request may be asked again just as it was, later: WAIT, UNREACHABLE or REFRESH. */
gboolean spark_tiktok_error_is_passing (const GError *error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "model/spark-json-writer.h"
#include "model/spark-json.h"
#include "server/adtools/spark-adtools.h"
#include "server/http/spark-throttle.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

struct _SparkAdtools
{
  SparkStore *store; /* borrowed */
  SparkThrottle *throttle;
};

/* TikTok's codes (its appendix "Return codes"). Every answer is HTTP 200 whatever the code. */
typedef enum
{
  SPARK_RETURN_OK = 0,
  SPARK_RETURN_NO_PERMISSION = 40001,
  SPARK_RETURN_INVALID_PARAMETER = 40002,
  SPARK_RETURN_NOT_FOUND = 40007,
  SPARK_RETURN_THROTTLED = 40100,
  SPARK_RETURN_TOKEN_MISSING = 40104,
  SPARK_RETURN_TOKEN_WRONG = 40105,
  SPARK_RETURN_WRONG_METHOD = 40117,
  SPARK_RETURN_SYSTEM_ERROR = 50000,
} SparkReturn;

/* The codes above as an error domain of this folder. */
#define SPARK_RETURN_ERROR (spark_return_error_quark ())
GQuark spark_return_error_quark (void);

/* Answers with `data` {}; @error is of SPARK_RETURN_ERROR, or of SPARK_ERROR, which is translated.
 */
void spark_envelope_refuse (SparkRequest *request, const GError *error);
/* The envelope around what is written between the two. */
void spark_envelope_begin (SparkRequest *request, SparkJsonWriter *writer);
void spark_envelope_respond (SparkRequest *request, SparkJsonWriter *writer);
/* `request_id`: the second of the request and hexadecimal digits. (transfer full) */
char *spark_envelope_request_id (SparkRequest *request);
/* "YYYY-MM-DD HH:MM:SS", UTC */
void spark_envelope_time (SparkJsonWriter *writer, const char *name, gint64 ms);

/*
 * Who asks: the ad account of the Access-Token, which must be the one the request names. Valid as
 * long as @tx.
 */
gboolean spark_adtools_authenticate (SparkAdtools *adtools, SparkTx *tx, SparkRequest *request,
                                     const char *advertiser_id, SparkAdvertiser *advertiser,
                                     GError **error);
/* TRUE, or INVALID_PARAMETER that names what is missing. */
gboolean spark_adtools_require (const char *name, const char *value, GError **error);

extern const SparkRoute spark_adtools_video_routes[];
extern const gsize spark_adtools_n_video_routes;

G_END_DECLS

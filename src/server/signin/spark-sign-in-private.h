/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "server/html/spark-template.h"
#include "server/http/spark-throttle.h"
#include "server/ledger/spark-ledger-people.h"
#include "server/signin/spark-password.h"
#include "server/signin/spark-sign-in.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/* The one application there is; it keeps no secret (RFC 8252, 8.4). */
#define SPARK_CLIENT_ID "sparkbox"
/* The longest form that is read. */
#define SPARK_FORM_MAX 8192

struct _SparkSignInFace
{
  SparkStore *store; /* borrowed */
  SparkTemplates *templates;
  SparkPasswords *passwords;
  SparkThrottle *by_peer; /* addresses */
  SparkThrottle *by_pair; /* names people sign in with, each from one address */
  SparkThrottle *by_name; /* the names, from wherever */
  SparkThrottle *slowed;  /* pairs, while many try the name */
  SparkThrottle *tokens;  /* addresses that exchange and end tokens: each is the writer's work */
};

extern const SparkRoute spark_sign_in_token_routes[];
extern const gsize spark_sign_in_n_token_routes;
extern const SparkRoute spark_sign_in_page_routes[];
extern const gsize spark_sign_in_n_page_routes;

G_END_DECLS

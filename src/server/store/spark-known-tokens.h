/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/*
 * What a reader found of tokens, by their hashes, for as long as nobody commits anything. Whoever
 * has it forgets it as soon as that is not known, and looks at the time each time.
 */
typedef struct _SparkKnownTokens SparkKnownTokens;

SparkKnownTokens *spark_known_tokens_new (void);
void spark_known_tokens_free (SparkKnownTokens *self);
void spark_known_tokens_forget (SparkKnownTokens *self);

/* (nullable): valid until all are forgotten */
const SparkCredential *spark_known_tokens_find (SparkKnownTokens *self, const SparkTokenKey *key);
/* Copies it; none more where there are very many. */
void spark_known_tokens_put (SparkKnownTokens *self, const SparkCredential *credential);

G_END_DECLS

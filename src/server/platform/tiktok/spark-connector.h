/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-connections.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * Everything that is done at TikTok for the accounts of a backend, on two threads of its own: one
 * works at what is due, one after the other, the other answers browsers that come back from TikTok,
 * who must not wait for the first.
 */
typedef struct _SparkConnector SparkConnector;

/* @settings: copied. Begins at once. */
SparkConnector *spark_connector_new (SparkStore *store, const SparkTiktokSettings *settings);
/* Ends what is under way at TikTok, and waits for both threads; browsers that wait are answered,
 * and those that come later refused. */
void spark_connector_stop (SparkConnector *self);
/* Stops it when it has not been. */
void spark_connector_free (SparkConnector *self);

/* There may be something to do. Any thread. */
void spark_connector_wake (SparkConnector *self);

/**
 * SparkConnectorAccepted:
 * @error: (nullable): of SPARK_TIKTOK_ERROR or SPARK_ERROR
 * @invitation: (nullable): of a brand: what signs it in for the first ad account it connected
 *
 * Called once, on the connector's thread.
 */
typedef void (*SparkConnectorAccepted) (const GError *error, const char *invitation, gpointer data);

/* As many browsers wait to be answered as can be: do not take the consent of another one yet. */
gboolean spark_connector_is_busy (SparkConnector *self, SparkConsentKind kind);
/* Turns the code of a consent that was taken into a connection. @consent: (transfer full) */
void spark_connector_accept (SparkConnector *self, SparkConsent *consent, const char *code,
                             SparkConnectorAccepted accepted, gpointer data);

/* Where browsers come back to: …/connect/callback. (transfer none) */
const char *spark_connector_redirect_url (SparkConnector *self);
/* Where the browser is sent, up to the state; see spark_tiktok_consent_prefix(). (transfer full) */
char *spark_connector_consent_prefix (SparkConnector *self, SparkConsentKind kind);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/api/spark-api.h"
#include "server/connect/spark-connect.h"

G_BEGIN_DECLS

/* What a running server has to do with TikTok: its settings, the connector, the page browsers come
 * back to, and, where the server cannot be reached by a browser, a listener for that page alone,
 * for as long as somebody connects. */

typedef struct
{
  char *app_id;
  char *secret_file;
  char *redirect_url;
  char *auth_url;
  char *api_url;
} SparkTiktokOptions;
void spark_tiktok_options_clear (SparkTiktokOptions *options);

/* The names of the settings, as options and in a configuration file; ended by NULL. */
extern const char *const spark_tiktok_option_names[];
/* The member that a setting is. */
char **spark_tiktok_options_find (SparkTiktokOptions *options, const char *name);

/**
 * spark_tiktok_options_load:
 * @settings: (out) (transfer full): NULL: there is no app id, and nothing can be connected
 *
 * Checks the settings and reads the secret, from its file or from
 * $CREDENTIALS_DIRECTORY/tiktok-secret. INVALID_REQUEST with words for the person at the terminal.
 */
gboolean spark_tiktok_options_load (const SparkTiktokOptions *options,
                                    SparkTiktokSettings **settings, GError **error);
void spark_tiktok_settings_free (SparkTiktokSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkTiktokSettings, spark_tiktok_settings_free)

typedef struct _SparkTiktokService SparkTiktokService;

/* @settings: (nullable): NULL gives NULL. Adds its routes to @http and tells @api. */
SparkTiktokService *spark_tiktok_service_new (SparkStore *store,
                                              const SparkTiktokSettings *settings, SparkApi *api,
                                              SparkHttp *http);
/* Before the server is asked anything. @urls: of char *, where it listens */
void spark_tiktok_service_start (SparkTiktokService *self, GPtrArray *urls);
/* Before @http is stopped: ends what is under way at TikTok, so that whoever waits is answered. */
void spark_tiktok_service_stop (SparkTiktokService *self);
/* After. */
void spark_tiktok_service_free (SparkTiktokService *self);

G_END_DECLS

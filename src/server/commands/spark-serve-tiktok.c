/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "server/commands/spark-serve-tiktok.h"
#include "server/store/spark-secrets.h"

#define AUTH_URL "https://www.tiktok.com"
/* A secret is a line of some dozens of characters. */
#define MAX_SECRET 1024

const char *const spark_tiktok_option_names[]
    = { "tiktok-app-id",   "tiktok-secret-file", "tiktok-redirect-url",
        "tiktok-auth-url", "tiktok-api-url",     NULL };

char **
spark_tiktok_options_find (SparkTiktokOptions *options, const char *name)
{
  char **members[] = { &options->app_id, &options->secret_file, &options->redirect_url,
                       &options->auth_url, &options->api_url };

  for (gsize i = 0; spark_tiktok_option_names[i] != NULL; i++)
    if (strcmp (spark_tiktok_option_names[i], name) == 0)
      return members[i];
  return NULL;
}

void
spark_tiktok_options_clear (SparkTiktokOptions *options)
{
  for (gsize i = 0; spark_tiktok_option_names[i] != NULL; i++)
    g_clear_pointer (spark_tiktok_options_find (options, spark_tiktok_option_names[i]), g_free);
}

void
spark_tiktok_settings_free (SparkTiktokSettings *settings)
{
  if (settings == NULL)
    return;
  if (settings->secret != NULL)
    explicit_bzero (settings->secret, strlen (settings->secret));
  g_free (settings->app_id);
  g_free (settings->secret);
  g_free (settings->redirect_url);
  g_free (settings->auth_url);
  g_free (settings->api_url);
  g_free (settings);
}

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error,
                     g_error_new_valist (SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, format, args));
  va_end (args);
  return FALSE;
}

static char *
read_secret (const SparkTiktokOptions *options, GError **error)
{
  const char *directory = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree char *path = NULL;
  char *secret = NULL;
  struct stat info;

  if (options->secret_file != NULL)
    path = g_strdup (options->secret_file);
  else if (directory != NULL)
    path = g_build_filename (directory, "tiktok-secret", NULL);
  if (path == NULL)
    {
      fail (error,
            "The app's secret is missing: --tiktok-secret-file FILE, or the systemd credential "
            "tiktok-secret.");
      return NULL;
    }
  if (stat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_size > MAX_SECRET
      || !g_file_get_contents (path, &secret, NULL, NULL))
    {
      fail (error, "The file with the app's secret cannot be read: %s.", path);
      return NULL;
    }
  if (!spark_secrets_is_private (&info))
    fail (error, "Others can read the app's secret. Run: chmod 600 %s", path);
  else if (*g_strstrip (secret) == '\0')
    fail (error, "The file with the app's secret is empty: %s.", path);
  else
    return secret;
  g_free (secret);
  return NULL;
}

static gboolean
is_here (const char *host)
{
  return strcmp (host, "localhost") == 0 || g_str_has_prefix (host, "127.")
         || strcmp (host, "::1") == 0;
}

/* An address on the way to which nobody can listen, with a path or without. */
static gboolean
check_url (const char *name, const char *url, gboolean path, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  gboolean secure;

  if (host == NULL || *host == '\0' || g_uri_get_query (uri) != NULL
      || g_uri_get_fragment (uri) != NULL || g_uri_get_userinfo (uri) != NULL
      || (path ? !g_str_has_suffix (g_uri_get_path (uri), "/connect/callback")
               : *g_uri_get_path (uri) != '\0'))
    return path ? fail (error,
                        "--%s is an address such as "
                        "https://sparkbox.example.com/connect/callback.",
                        name)
                : fail (error,
                        "--%s is an address such as https://business-api.tiktok.com, without a "
                        "path.",
                        name);
  secure = strcmp (g_uri_get_scheme (uri), "https") == 0;
  if (!secure && (strcmp (g_uri_get_scheme (uri), "http") != 0 || !is_here (host)))
    return fail (error, "--%s must begin with https://, unless it is on this computer.", name);
  return TRUE;
}

/* What stands there without an app's id does nothing, and somebody believes it does. */
static gboolean
check_none (const SparkTiktokOptions *options, GError **error)
{
  SparkTiktokOptions *all = (SparkTiktokOptions *)options;

  for (const char *const *name = spark_tiktok_option_names; *name != NULL; name++)
    if (*spark_tiktok_options_find (all, *name) != NULL)
      return fail (error, "Without --tiktok-app-id there is no --%s.", *name);
  return TRUE;
}

gboolean
spark_tiktok_options_load (const SparkTiktokOptions *options, SparkTiktokSettings **settings,
                           GError **error)
{
  const char *auth_url = options->auth_url != NULL ? options->auth_url : AUTH_URL;
  const char *api_url = options->api_url != NULL ? options->api_url : SPARK_TIKTOK_API_URL;
  g_autofree char *secret = NULL;

  *settings = NULL;
  if (options->app_id == NULL)
    return check_none (options, error);
  if (*options->app_id == '\0')
    return fail (error, "--tiktok-app-id is empty.");
  if (options->redirect_url == NULL)
    return fail (error,
                 "With --tiktok-app-id goes --tiktok-redirect-url, as it is registered at TikTok.");
  if (!check_url ("tiktok-redirect-url", options->redirect_url, TRUE, error)
      || !check_url ("tiktok-auth-url", auth_url, FALSE, error)
      || !check_url ("tiktok-api-url", api_url, FALSE, error))
    return FALSE;
  secret = read_secret (options, error);
  if (secret == NULL)
    return FALSE;
  *settings = g_new0 (SparkTiktokSettings, 1);
  **settings = (SparkTiktokSettings){
    g_strdup (options->app_id), g_steal_pointer (&secret), g_strdup (options->redirect_url),
    g_strdup (auth_url),        g_strdup (api_url),
  };
  return TRUE;
}

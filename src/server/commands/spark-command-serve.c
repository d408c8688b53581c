/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "model/spark-error.h"
#include "server/adtools/spark-adtools.h"
#include "server/api/spark-api.h"
#include "server/commands/spark-clock.h"
#include "server/commands/spark-command.h"
#include "server/commands/spark-log.h"
#include "server/commands/spark-serve-tiktok.h"
#include "server/http/spark-throttle.h"
#include "server/http/spark-tls.h"
#include "server/ledger/spark-ledger-ads.h"
#include "server/portal/spark-portal.h"
#include "server/signin/spark-sign-in.h"

#define GROUP "sparkboxd"
/* HTTP workers: one a processor, and never alone. */
#define THREADS      CLAMP (g_get_num_processors (), 2, 16)
#define PING_SECONDS 20
#define HEAD_SECONDS 60
/* How late the end of a grant may be told; redeeming looks at the clock itself. */
#define EXPIRE_SECONDS 20
#define EXPIRE_LIMIT   100

typedef struct
{
  SparkCommandLine line;
  char **listen;
  char **listen_brands;
  char *brand_url;
  char **hosts;
  char **trusted_proxies;
  char **listen_metrics;
  char *log_format;
  gboolean log_requests;
  SparkProxies *proxies;
  int per_address;
  int per_second;
  char *tls_certificate;
  char *tls_key;
  int feed_ping;
  int head_timeout;
  SparkTiktokOptions tiktok;
  SparkTiktokSettings *tiktok_settings;
  char *config;
} Serve;

static void
serve_clear (Serve *self)
{
  spark_command_line_clear (&self->line);
  g_strfreev (self->listen);
  g_strfreev (self->listen_brands);
  g_free (self->brand_url);
  g_strfreev (self->hosts);
  g_strfreev (self->trusted_proxies);
  g_strfreev (self->listen_metrics);
  g_free (self->log_format);
  g_clear_pointer (&self->proxies, spark_proxies_free);
  g_free (self->tls_certificate);
  g_free (self->tls_key);
  spark_tiktok_options_clear (&self->tiktok);
  g_clear_pointer (&self->tiktok_settings, spark_tiktok_settings_free);
  g_free (self->config);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Serve, serve_clear)

static void
read_string (GKeyFile *file, const char *name, char **value)
{
  if (*value == NULL)
    *value = g_key_file_get_string (file, GROUP, name, NULL);
}

static gboolean
read_number (GKeyFile *file, const char *name, int *value, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (*value != 0 || !g_key_file_has_key (file, GROUP, name, NULL))
    return TRUE;
  *value = g_key_file_get_integer (file, GROUP, name, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_switch (GKeyFile *file, const char *name, gboolean *value, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (*value || !g_key_file_has_key (file, GROUP, name, NULL))
    return TRUE;
  *value = g_key_file_get_boolean (file, GROUP, name, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
read_list (GKeyFile *file, const char *name, char ***value)
{
  if (*value == NULL)
    *value = g_key_file_get_string_list (file, GROUP, name, NULL, NULL);
}

/* What the command line says goes before what the file says. */
static gboolean
read_config (Serve *self, GError **error)
{
  static const char *const known[] = { "database",
                                       "key",
                                       "listen",
                                       "listen-brands",
                                       "brand-url",
                                       "host",
                                       "trusted-proxy",
                                       "tls-key",
                                       "tls-certificate",
                                       "feed-ping",
                                       "head-timeout",
                                       "connections-per-address",
                                       "listen-metrics",
                                       "log-format",
                                       "log-requests",
                                       "requests-per-second",
                                       NULL };
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) keys = NULL;

  if (self->config == NULL)
    return TRUE;
  if (g_key_file_load_from_file (file, self->config, G_KEY_FILE_NONE, &local))
    keys = g_key_file_get_keys (file, GROUP, NULL, &local);
  if (keys == NULL)
    {
      g_set_error (error, local->domain, local->code, "%s: %s%s", self->config, local->message,
                   local->domain == G_KEY_FILE_ERROR ? " The settings stand below a line [" GROUP
                                                       "], each as NAME=VALUE."
                                                     : "");
      return FALSE;
    }
  for (char **key = keys; *key != NULL; key++)
    if (!g_strv_contains (known, *key) && !g_strv_contains (spark_tiktok_option_names, *key))
      {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
                     "%s: there is no setting “%s”.", self->config, *key);
        return FALSE;
      }
  read_string (file, "database", &self->line.database);
  read_string (file, "key", &self->line.key);
  read_string (file, "brand-url", &self->brand_url);
  read_string (file, "tls-certificate", &self->tls_certificate);
  read_string (file, "tls-key", &self->tls_key);
  for (const char *const *name = spark_tiktok_option_names; *name != NULL; name++)
    read_string (file, *name, spark_tiktok_options_find (&self->tiktok, *name));
  read_list (file, "listen", &self->listen);
  read_list (file, "listen-brands", &self->listen_brands);
  read_list (file, "listen-metrics", &self->listen_metrics);
  read_string (file, "log-format", &self->log_format);
  read_list (file, "host", &self->hosts);
  read_list (file, "trusted-proxy", &self->trusted_proxies);
  if (read_switch (file, "log-requests", &self->log_requests, error)
      && read_number (file, "feed-ping", &self->feed_ping, error)
      && read_number (file, "head-timeout", &self->head_timeout, error)
      && read_number (file, "connections-per-address", &self->per_address, error)
      && read_number (file, "requests-per-second", &self->per_second, error))
    return TRUE;
  g_prefix_error (error, "%s: ", self->config);
  return FALSE;
}

static gboolean
has_any (char **addresses)
{
  return addresses != NULL && *addresses != NULL;
}

static gboolean
listen_all (SparkHttp *http, char **addresses, SparkFace only, GPtrArray *urls, GError **error)
{
  for (char **address = addresses; address != NULL && *address != NULL; address++)
    {
      SparkFace faces = SPARK_FACE_HEALTH;
      char *url;

      if (only != 0)
        faces |= only;
      else if (g_str_has_prefix (*address, "unix:"))
        faces |= SPARK_FACE_CREATORS;
      else
        faces |= SPARK_FACE_CREATORS | SPARK_FACE_BRANDS;
      if (!spark_http_listen (http, *address, faces, &url, error))
        return FALSE;
      g_ptr_array_add (urls, url);
    }
  return TRUE;
}

static gboolean
is_loopback (const char *url)
{
  const char *host = strstr (url, "://");

  return host != NULL
         && (g_str_has_prefix (host, "://127.") || g_str_has_prefix (host, "://localhost:")
             || g_str_has_prefix (host, "://[::1]:"));
}

/* Where a browser on this computer finds the brands' face. (nullable) */
static const char *
find_loopback (GPtrArray *brand_urls, GPtrArray *urls)
{
  for (guint i = 0; i < brand_urls->len + urls->len; i++)
    {
      const char *url
          = i < brand_urls->len ? brand_urls->pdata[i] : urls->pdata[i - brand_urls->len];

      if (is_loopback (url))
        return url;
    }
  return NULL;
}

/* What brands are told must be an address a browser opens; the paths are put behind it. */
static gboolean
check_brand_url (Serve *self, GError **error)
{
  g_autoptr (GUri) uri = NULL;

  if (self->brand_url == NULL)
    return TRUE;
  while (g_str_has_suffix (self->brand_url, "/"))
    self->brand_url[strlen (self->brand_url) - 1] = '\0';
  uri = g_uri_parse (self->brand_url, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && (strcmp (g_uri_get_scheme (uri), "https") == 0
          || strcmp (g_uri_get_scheme (uri), "http") == 0)
      && *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL
      && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "The brand-url is an address such as https://sparkbox.example.com, without a path.");
  return FALSE;
}

static gboolean
run_expire (SparkTx *tx, gpointer more, GError **error)
{
  return spark_ledger_expire (tx, EXPIRE_LIMIT, more, error);
}

static gboolean
run_resume (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_resume_ads (tx, error);
}

/* TRUE: there is more to be done. */
static gboolean
expire (SparkStore *store)
{
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;

  if (!spark_store_write_portion (store, run_expire, &more, &error))
    {
      spark_error_log (G_LOG_DOMAIN, "What has ended could not be written down", error);
      return FALSE;
    }
  if (!more && !spark_store_write (store, run_resume, NULL, &error))
    spark_error_log (G_LOG_DOMAIN, "Some ads have yet to follow their campaigns", error);
  return more;
}

/* A certificate that cannot be read is told of, and the one before goes on. */
static void
reload (Serve *self)
{
  g_autoptr (GError) error = NULL;

  if (self->tls_certificate != NULL
      && !spark_tls_load (self->tls_certificate, self->tls_key, &error))
    spark_error_log (G_LOG_DOMAIN, "The certificate was not renewed", error);
}

typedef struct
{
  const char *url;
  SparkLedgerPosition position;
  SparkLedgerPosition next; /* when it is durable */
  gboolean more;
} Move;

static gboolean
run_move (SparkTx *tx, gpointer data, GError **error)
{
  Move *move = data;

  move->next = move->position;
  return spark_ledger_move (tx, move->url, &move->next, EXPIRE_LIMIT, &move->more, error);
}

/* Those who keep a copy of what they were told hear of another address as of any other change. */
static gboolean
tell_address (SparkStore *store, const char *url)
{
  g_autoptr (GError) error = NULL;
  Move move = { .url = url, .more = TRUE };

  for (; move.more; move.position = move.next)
    if (!spark_store_write (store, run_move, &move, &error))
      {
        spark_error_log (G_LOG_DOMAIN, "Nobody is told yet of this server's address", error);
        return FALSE;
      }
  return TRUE;
}

/* 0: nothing is there yet, or it cannot be asked. */
static gint64
get_newest (SparkStore *store)
{
  SparkTx *tx = spark_store_read_begin (store, NULL);
  gint64 newest = 0;

  if (tx == NULL)
    return 0;
  spark_ledger_newest (tx, &newest, NULL);
  spark_store_read_end (tx);
  return newest;
}

/* @url: where brands find this backend, or NULL */
static void
wait_for_end (Serve *self, SparkStore *store, SparkClockWatch *clock, const char *url,
              const sigset_t *signals)
{
  const struct timespec interval = { EXPIRE_SECONDS, 0 }, none = { 0, 0 };
  gboolean told = FALSE, more;
  int number;

  do
    {
      told = told || tell_address (store, url);
      more = spark_clock_is_steady (clock) && expire (store);
      number = sigtimedwait (signals, NULL, more ? &none : &interval);
      if (number == SIGHUP)
        reload (self);
    }
  while (number == SIGHUP || (number < 0 && (errno == EAGAIN || errno == EINTR)));
}

/* Serving goes on without, where the folder of the key cannot be written. */
static SparkSigning *
load_signing (const SparkCommandLine *line)
{
  g_autofree char *path = spark_signing_path (line->database, line->key);
  g_autoptr (GError) error = NULL;
  SparkSigning *signing = spark_signing_load (path, TRUE, &error);

  if (signing == NULL)
    g_printerr ("Access records are not signed: %s\n", error->message);
  return signing;
}

/* --- rates, counted together with the other servers of the database --- */

static char *
tell_rates (gsize most, gpointer data)
{
  return spark_throttles_tell (most);
}

static void
hear_rates (const char *words, gpointer data)
{
  spark_throttles_hear (words, g_get_monotonic_time ());
}

static void
wake_talk (gpointer store)
{
  spark_store_talk (store);
}

static void
share_rates (SparkStore *store)
{
  const SparkStoreTalk talk = { tell_rates, hear_rates };

  if (spark_store_set_talk (store, &talk, NULL))
    spark_throttles_share (spark_store_salt (store), wake_talk, store);
}

static void
unshare_rates (SparkStore *store)
{
  spark_store_set_talk (store, NULL, NULL);
  spark_throttles_unshare ();
}

static void
rest (gpointer store)
{
  spark_store_rest (store);
}

static int
serve (Serve *self, SparkStore *store, SparkClockWatch *clock, const sigset_t *signals)
{
  SparkApi *api = spark_api_new (store, self->brand_url);
  SparkAdtools *adtools = spark_adtools_new (store);
  SparkPortal *portal = spark_portal_new (store);
  SparkSignInFace *sign_in = spark_sign_in_face_new (store);
  SparkHttp *http = spark_http_new (&(SparkHttpOptions){ .threads = THREADS,
                                                         .ping_seconds = self->feed_ping,
                                                         .head_seconds = self->head_timeout,
                                                         .tls = self->tls_certificate != NULL,
                                                         .log_requests = self->log_requests,
                                                         .per_address = (guint)self->per_address,
                                                         .per_second = (guint)self->per_second,
                                                         .public_url = self->brand_url,
                                                         .hosts = (const char *const *)self->hosts,
                                                         .proxies = self->proxies,
                                                         .rest = rest,
                                                         .rest_data = store });
  SparkTiktokService *tiktok = spark_tiktok_service_new (store, self->tiktok_settings, api, http);
  g_autoptr (GPtrArray) brand_urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) metrics_urls = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const char *loopback;
  int status = SPARK_EXIT_DONE;

  spark_store_set_gather (store, spark_http_gather);
  spark_api_set_signing (api, load_signing (&self->line));
  spark_api_add_routes (api, http);
  spark_adtools_add_routes (adtools, http);
  if (tiktok != NULL)
    spark_portal_set_connects (portal);
  spark_portal_add_routes (portal, http);
  spark_sign_in_face_add_routes (sign_in, http);
  spark_http_add_metrics (http);
  if (listen_all (http, self->listen_brands, SPARK_FACE_BRANDS, brand_urls, &error)
      && listen_all (http, self->listen_metrics, SPARK_FACE_METRICS, metrics_urls, &error))
    listen_all (http, self->listen, 0, urls, &error);
  loopback = find_loopback (brand_urls, urls);
  spark_api_set_sandbox_url (api, loopback);
  if (error == NULL)
    {
      g_autoptr (GPtrArray) all = g_ptr_array_new ();

      g_ptr_array_extend (all, urls, NULL, NULL);
      g_ptr_array_extend (all, brand_urls, NULL, NULL);
      spark_tiktok_service_start (tiktok, all);
    }
  /* Nobody is answered before all is known that an answer may tell. */
  if (error == NULL && spark_http_start (http, &error))
    {
      for (guint i = 0; i < urls->len; i++)
        printf ("listening on %s\n", (char *)urls->pdata[i]);
      for (guint i = 0; i < brand_urls->len; i++)
        printf ("listening on %s for brands\n", (char *)brand_urls->pdata[i]);
      for (guint i = 0; i < metrics_urls->len; i++)
        printf ("listening on %s for metrics\n", (char *)metrics_urls->pdata[i]);
      fflush (stdout);
      wait_for_end (self, store, clock, self->brand_url != NULL ? self->brand_url : loopback,
                    signals);
    }
  else
    status = spark_command_fail (error);
  spark_tiktok_service_stop (tiktok);
  spark_http_stop (http);
  spark_tiktok_service_free (tiktok);
  spark_api_free (api);
  spark_adtools_free (adtools);
  spark_portal_free (portal);
  spark_sign_in_face_free (sign_in);
  spark_tls_unload ();
  return status;
}

static int
run (Serve *self, SparkStore *store, const sigset_t *signals)
{
  SparkClockWatch clock = { 0 };
  int status;

  /* Before anything works that goes on where it was ended, and records the time of now. */
  spark_clock_begin (&clock, get_newest (store));
  /* Before there is anything that counts. */
  share_rates (store);
  status = serve (self, store, &clock, signals);
  unshare_rates (store);
  return status;
}

/* Every client of a feed holds a socket: as many as the system lets this process have. */
static void
raise_open_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

int
spark_command_serve (char **argv)
{
  g_auto (Serve) self = { 0 };
  const GOptionEntry entries[] = {
    { "listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.listen,
      "Where to listen; may be given several times", "HOST:PORT|unix:PATH" },
    { "listen-brands", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.listen_brands,
      "Where to listen for brands alone", "HOST:PORT" },
    { "brand-url", 0, 0, G_OPTION_ARG_STRING, &self.brand_url,
      "Where brands reach this backend from outside", "URL" },
    { "listen-metrics", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.listen_metrics,
      "Where to listen for who reads /metrics alone; whoever reaches it may read", "HOST:PORT" },
    { "log-format", 0, 0, G_OPTION_ARG_STRING, &self.log_format,
      "How to log to stderr: text (the default), json, or journal", "FORMAT" },
    { "log-requests", 0, 0, G_OPTION_ARG_NONE, &self.log_requests,
      "Log a line a request: its id, route, status, time, and who asked", NULL },
    { "host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.hosts,
      "Another name this server is reached by, such as that for creators where --brand-url is "
      "another; "
      "may be given several times",
      "NAME[:PORT]" },
    { "trusted-proxy", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.trusted_proxies,
      "Believe this web server in front when it says who asked (Forwarded, X-Forwarded-For); may "
      "be given several times",
      "ADDRESS[/BITS]" },
    { "connections-per-address", 0, 0, G_OPTION_ARG_INT, &self.per_address,
      "How many connections one address may have (1000, this computer any number)", "NUMBER" },
    { "requests-per-second", 0, 0, G_OPTION_ARG_INT, &self.per_second,
      "How often one token may ask for long (100), ten times that all from one address", "NUMBER" },
    { "tls-certificate", 0, 0, G_OPTION_ARG_FILENAME, &self.tls_certificate,
      "The certificate chain in PEM, for TLS on all TCP listeners; read again on SIGHUP", "FILE" },
    { "tls-key", 0, 0, G_OPTION_ARG_FILENAME, &self.tls_key, "Its private key in PEM", "FILE" },
    { "feed-ping", 0, 0, G_OPTION_ARG_INT, &self.feed_ping,
      "How long a feed may be quiet before it is pinged (20)", "SECONDS" },
    { "head-timeout", 0, 0, G_OPTION_ARG_INT, &self.head_timeout,
      "How long the head of a request may take (60)", "SECONDS" },
    { "tiktok-app-id", 0, 0, G_OPTION_ARG_STRING, &self.tiktok.app_id,
      "The app id that TikTok gave you; with it accounts can be connected", "ID" },
    { "tiktok-secret-file", 0, 0, G_OPTION_ARG_FILENAME, &self.tiktok.secret_file,
      "A file with the app's secret; else the systemd credential tiktok-secret", "FILE" },
    { "tiktok-redirect-url", 0, 0, G_OPTION_ARG_STRING, &self.tiktok.redirect_url,
      "Where TikTok sends browsers back to, as registered there: …/connect/callback", "URL" },
    { "tiktok-auth-url", 0, 0, G_OPTION_ARG_STRING, &self.tiktok.auth_url,
      "Where people consent (https://www.tiktok.com)", "URL" },
    { "tiktok-api-url", 0, 0, G_OPTION_ARG_STRING, &self.tiktok.api_url,
      "Where TikTok is asked (https://business-api.tiktok.com)", "URL" },
    { "config", 0, 0, G_OPTION_ARG_FILENAME, &self.config,
      "A file with these settings under [sparkboxd]", "FILE" },
    { NULL },
  };
  g_autoptr (SparkStore) store = NULL;
  g_autoptr (GError) error = NULL;
  sigset_t signals;

  if (!spark_command_parse (&self.line, "serve", "Serves creators and brands until it is ended.",
                            entries, 0, 0, argv))
    return SPARK_EXIT_USAGE;
  if (!read_config (&self, &error) || !check_brand_url (&self, &error))
    return spark_command_fail (error);
  if (!spark_tiktok_options_load (&self.tiktok, &self.tiktok_settings, &error))
    return spark_command_fail (error);
  if (self.feed_ping == 0)
    self.feed_ping = PING_SECONDS;
  if (self.head_timeout == 0)
    self.head_timeout = HEAD_SECONDS;
  if (self.feed_ping < 0 || self.head_timeout < 0 || self.per_address < 0 || self.per_second < 0)
    {
      g_printerr ("--feed-ping, --head-timeout, --connections-per-address and "
                  "--requests-per-second are more than none.\n");
      return SPARK_EXIT_USAGE;
    }
  if (!spark_log_set_format (self.log_format != NULL ? self.log_format : "text"))
    {
      g_printerr ("--log-format is text, json or journal.\n");
      return SPARK_EXIT_USAGE;
    }
  self.proxies = spark_proxies_new ((const char *const *)self.trusted_proxies, &error);
  if (self.proxies == NULL)
    return spark_command_fail (error);
  if ((self.tls_certificate == NULL) != (self.tls_key == NULL))
    {
      g_printerr ("--tls-certificate and --tls-key go together.\n");
      return SPARK_EXIT_USAGE;
    }
  if (self.tls_certificate != NULL && !spark_tls_load (self.tls_certificate, self.tls_key, &error))
    return spark_command_fail (error);
  if (!has_any (self.listen) && !has_any (self.listen_brands))
    {
      g_printerr ("Say where to listen: --listen HOST:PORT or --listen unix:PATH\n");
      return SPARK_EXIT_USAGE;
    }

  /* Before there are threads: all inherit it, and the signals wait for wait_for_end(). */
  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGINT);
  sigaddset (&signals, SIGHUP);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  signal (SIGPIPE, SIG_IGN);
  /* A file at its largest is a write that fails, like a full disk. */
  signal (SIGXFSZ, SIG_IGN);
  raise_open_files ();

  self.line.begins = TRUE;
  store = spark_command_open (&self.line);
  return store != NULL ? run (&self, store, &signals) : SPARK_EXIT_FAILED;
}

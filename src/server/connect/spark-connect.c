/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-connect"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/connect/spark-connect.h"
#include "server/html/spark-template.h"
#include "server/http/spark-throttle.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-tx.h"
#include "spark-connect-resources.h"

#define N_(text) text

#define RESOURCES RESOURCE_PATH "/connect"
#define MAX_CODE  2048
#define MAX_FORM  (3 * MAX_CODE + 1024)
/* Of one address: a person comes back once. */
#define RATE  0.5
#define BURST 20
/* Codes that brands' browsers bring, of one address and of all: each costs a request to TikTok, and
 * anybody can make one up. */
#define CODES_RATE  0.1
#define CODES_BURST 5
#define ALL_RATE    1
#define ALL_BURST   10
#define AGAIN       "10" /* s */
#define POLICY                                                                                     \
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; "                    \
  "frame-ancestors 'none'"

struct _SparkConnectFace
{
  SparkStore *store;         /* borrowed */
  SparkConnector *connector; /* borrowed */
  SparkTemplates *templates;
  SparkThrottle *looks;
  SparkThrottle *codes;
  SparkThrottle *all_codes;
};

/* One browser that came back. */
typedef struct
{
  SparkConnectFace *face; /* borrowed */
  SparkRequest *request;
  const SparkLanguage *language;
  SparkConsent consent;
  char *state; /* owned; what the browser brought: NULL where it did not */
  char *code;  /* owned; likewise */
  char *mark;  /* owned; likewise: of the browser that set out */
  char *whose; /* owned; NULL: of whoever uses this computer */
  char *back;
  gboolean asks; /* whoever sits there has not been asked yet */
  gboolean counted;
  gboolean waits; /* it came too often, or too many wait: the consent is as it was */
} Return;

static void
return_free (Return *self)
{
  spark_consent_clear (&self->consent);
  g_free (self->state);
  if (self->code != NULL)
    explicit_bzero (self->code, strlen (self->code));
  g_free (self->code);
  g_free (self->mark);
  g_free (self->whose);
  g_free (self->back);
  g_free (self);
}

/* --- answering --- */

/* @page: (transfer full) */
static void
respond_page (Return *self, guint status, const char *name, JsonObject *page)
{
  g_autoptr (GBytes) body = NULL;
  SparkRequest *request = self->request;

  json_object_set_string_member (page, "lang", spark_language_tag (self->language));
  json_object_set_string_member (page, "dir",
                                 spark_language_is_rtl (self->language) ? "rtl" : "ltr");
  body = spark_templates_render (self->face->templates, "frame", name, page, self->language);
  json_object_unref (page);
  return_free (self);
  spark_request_add_page_headers (request, POLICY);
  spark_request_add_header (request, "Vary", "Accept-Language");
  spark_request_respond (request, status, "text/html; charset=utf-8", body);
}

/* @details: (nullable): English, of whoever refused */
static void
respond (Return *self, guint status, const char *title, const char *text, const char *details)
{
  JsonObject *page = json_object_new ();

  json_object_set_string_member (page, "title", spark_language_get (self->language, title));
  json_object_set_string_member (page, "text", spark_language_get (self->language, text));
  json_object_set_string_member (page, "details", details != NULL ? details : "");
  respond_page (self, status, "connected", page);
}

/*
 * The address that leads to TikTok can be sent to somebody else, whose account would then be
 * connected to the Sparkbox of whoever sent it. So the browser that comes back is told whose it is.
 * What it answers with is the code, which that browser alone has.
 */
static void
respond_question (Return *self)
{
  JsonObject *page = json_object_new ();

  json_object_set_string_member (page, "title",
                                 spark_language_get (self->language, N_ ("Connect TikTok?")));
  json_object_set_string_member (page, "whose", self->whose != NULL ? self->whose : "");
  json_object_set_string_member (page, "state", self->state);
  json_object_set_string_member (page, "code", self->code);
  respond_page (self, 200, "question", page);
}

static void
respond_done (Return *self)
{
  SparkRequest *request = self->request;

  /* Only ever a path of this backend, which it chose itself. */
  if (self->back != NULL && self->back[0] == '/' && self->back[1] != '/')
    {
      spark_request_add_header (request, "Location", self->back);
      spark_request_add_page_headers (request, POLICY);
      return_free (self);
      spark_request_respond (request, 303, NULL, NULL);
      return;
    }
  respond (self, 200, N_ ("Connected to TikTok"),
           N_ ("You can close this window and go on in Sparkbox. Your videos are on their way."),
           NULL);
}

static void
respond_refused (Return *self, const char *details)
{
  respond (self, 400, N_ ("TikTok is not connected"),
           N_ ("Nothing was changed. Begin again in Sparkbox: Connect TikTok."), details);
}

/* @invitation: (nullable): signs a brand in for the ad account it connected, once */
static void
on_accepted (const GError *error, const char *invitation, gpointer data)
{
  Return *self = data;

  if (error != NULL)
    {
      respond_refused (self, error->message);
      return;
    }
  g_free (self->back);
  /* In the fragment it is in no log, and the page fills it in. */
  self->back = invitation != NULL ? g_strconcat ("/i#", invitation, NULL) : NULL;
  respond_done (self);
}

/* --- whose browser it is --- */

#define MARK_CHARS (2 * SPARK_FINGERPRINT_BYTES)

static gboolean
is_secure (SparkConnectFace *face)
{
  return g_str_has_prefix (spark_connector_redirect_url (face->connector), "https:");
}

/* The prefix has browsers hold the cookie to https, this host and its whole site. */
static const char *
mark_name (SparkConnectFace *face)
{
  return is_secure (face) ? "__Host-sparkbox-connect" : "sparkbox-connect";
}

/* What the browser that set out with @state keeps. */
static void
make_mark (const char *state, char mark[MARK_CHARS + 1])
{
  g_autofree char *text = g_strconcat ("browser ", state, NULL);
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  spark_secrets_hash (text, hash);
  sodium_bin2hex (mark, MARK_CHARS + 1, hash, sizeof hash);
}

static void
set_mark (Return *self, const char *state)
{
  char mark[MARK_CHARS + 1];
  g_autofree char *cookie = NULL;

  make_mark (state, mark);
  cookie = g_strdup_printf ("%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%d",
                            mark_name (self->face), mark, is_secure (self->face) ? "; Secure" : "",
                            (int)(SPARK_CONSENT_LIFE_MS / 1000));
  spark_request_add_header (self->request, "Set-Cookie", cookie);
}

/* An address to come back to can be sent to somebody else, who would then be signed in for the ad
 * account of whoever sent it. */
static gboolean
set_out_here (Return *self)
{
  char own[MARK_CHARS + 1];

  make_mark (self->state, own);
  return self->mark != NULL && strlen (self->mark) == MARK_CHARS
         && sodium_memcmp (self->mark, own, MARK_CHARS) == 0;
}

/* --- the browser comes back --- */

/* A transaction may run more than once. */
static gboolean
has_turn (Return *self)
{
  gint64 now = g_get_monotonic_time ();

  if (!self->counted && self->code != NULL && self->consent.kind == SPARK_CONSENT_KIND_BRAND)
    self->waits = !spark_throttle_take (self->face->codes, spark_request_peer (self->request), now)
                  || !spark_throttle_take (self->face->all_codes, "all", now);
  self->counted = TRUE;
  self->waits |= spark_connector_is_busy (self->face->connector, self->consent.kind);
  return !self->waits;
}

static gboolean
run_take (SparkTx *tx, gpointer data, GError **error)
{
  Return *self = data;

  g_clear_pointer (&self->whose, g_free);
  if (!spark_read_consent (tx, self->state, &self->consent, &self->whose, error))
    return FALSE;
  if (self->consent.kind == SPARK_CONSENT_KIND_BRAND && !set_out_here (self))
    return spark_tx_absent (NULL, error);
  /* A brand signs in with what it is given here, in the browser that set out. */
  self->asks &= self->code != NULL && self->consent.kind == SPARK_CONSENT_KIND_CREATOR;
  return self->asks || !has_turn (self)
         || spark_ledger_take_consent (tx, self->state, &self->consent, error);
}

static void
on_taken (gpointer data, const GError *error)
{
  Return *self = data;

  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    respond (self, 400, N_ ("This page is too old"),
             N_ ("It works once, for a quarter of an hour. Begin again in Sparkbox: Connect "
                 "TikTok."),
             NULL);
  else if (error != NULL)
    respond_refused (self, error->message);
  else if (self->asks)
    respond_question (self);
  else if (self->waits)
    {
      spark_request_add_header (self->request, "Retry-After", AGAIN);
      respond (self, 503, N_ ("Too many requests"), N_ ("Wait a little and load this page again."),
               NULL);
    }
  else if (self->code == NULL)
    respond (self, 400, N_ ("TikTok is not connected"),
             N_ ("You did not allow it, so nothing was changed. You can begin again in Sparkbox: "
                 "Connect TikTok."),
             NULL);
  else
    spark_connector_accept (self->face->connector, &self->consent, self->code, on_accepted, self);
}

/* What can be one; TikTok calls it otherwise for a brand. */
static char *
copy_code (const char *code, const char *auth_code)
{
  const char *one = code != NULL ? code : auth_code;

  return one != NULL && *one != '\0' && strnlen (one, MAX_CODE + 1) <= MAX_CODE ? g_strdup (one)
                                                                                : NULL;
}

/* NULL: it came too often, and was told so. */
static Return *
return_new (SparkConnectFace *face, SparkRequest *request)
{
  Return *self = g_new0 (Return, 1);

  self->face = face;
  self->request = request;
  self->language = spark_language_choose (spark_request_header (request, "Accept-Language"));
  if (!spark_throttle_take (face->looks, spark_request_peer (request), g_get_monotonic_time ()))
    {
      respond (self, 429, N_ ("Too many requests"), N_ ("Wait a little and load this page again."),
               NULL);
      return NULL;
    }
  return self;
}

static void
get_callback (SparkRequest *request, gpointer data)
{
  Return *self = return_new (data, request);

  if (self == NULL)
    return;
  self->state = g_strdup (spark_request_query (request, "state"));
  self->code = copy_code (spark_request_query (request, "code"),
                          spark_request_query (request, "auth_code"));
  self->asks = TRUE;
  self->mark = g_strdup (spark_request_cookie (request, mark_name (self->face)));
  spark_request_wait (request);
  spark_store_submit (self->face->store, run_take, on_taken, self);
}

static void
post_callback (SparkRequest *request, gpointer data)
{
  Return *self = return_new (data, request);
  g_autoptr (GHashTable) form = NULL;

  if (self == NULL)
    return;
  form = spark_request_form (request);
  if (form != NULL)
    {
      self->state = g_strdup (g_hash_table_lookup (form, "state"));
      if (g_strcmp0 (g_hash_table_lookup (form, "answer"), "yes") == 0)
        self->code = copy_code (g_hash_table_lookup (form, "code"), NULL);
    }
  self->mark = g_strdup (spark_request_cookie (request, mark_name (self->face)));
  spark_request_wait (request);
  spark_store_submit (self->face->store, run_take, on_taken, self);
}

/* --- a brand's browser sets out --- */

static gboolean
run_begin (SparkTx *tx, gpointer data, GError **error)
{
  Return *self = data;
  g_autofree char *asker = g_strconcat ("browser ", spark_request_peer (self->request), NULL);
  const SparkConsent consent = { .kind = SPARK_CONSENT_KIND_BRAND, .asker = asker };
  g_autofree char *id = NULL;

  g_clear_pointer (&self->back, g_free);
  if (!spark_ledger_begin_consent (tx, &consent, &id, error))
    return FALSE;
  self->back = spark_read_consent_state (tx, id, asker, error);
  return self->back != NULL;
}

static void
on_begun (gpointer data, const GError *error)
{
  Return *self = data;
  SparkRequest *request = self->request;
  g_autofree char *prefix = NULL;
  g_autofree char *url = NULL;

  if (error != NULL)
    {
      respond_refused (self, error->message);
      return;
    }
  prefix = spark_connector_consent_prefix (self->face->connector, SPARK_CONSENT_KIND_BRAND);
  url = g_strconcat (prefix, self->back, NULL);
  set_mark (self, self->back);
  return_free (self);
  spark_request_add_header (request, "Location", url);
  spark_request_add_page_headers (request, POLICY);
  spark_request_respond (request, 303, NULL, NULL);
}

/* (transfer full) (nullable): NULL: it set out from the name it will come back to, which alone gets
 * the cookie. Asked once: a proxy may call this server as it likes. */
static char *
find_other_name (SparkConnectFace *face, SparkRequest *request)
{
  const char *host = spark_request_header (request, "Host");
  g_autoptr (GUri) back
      = g_uri_parse (spark_connector_redirect_url (face->connector), G_URI_FLAGS_ENCODED, NULL);
  g_autofree char *there = NULL;
  const char *authority;

  if (back == NULL || host == NULL || spark_request_query (request, "here") != NULL)
    return NULL;
  there = g_uri_join (G_URI_FLAGS_ENCODED, g_uri_get_scheme (back), NULL, g_uri_get_host (back),
                      g_uri_get_port (back), "", NULL, NULL);
  authority = strstr (there, "://") + 3;
  if (g_ascii_strcasecmp (authority, host) == 0)
    return NULL;
  return g_strconcat (there, "/connect/ads?here=1", NULL);
}

static void
get_ads (SparkRequest *request, gpointer data)
{
  Return *self = return_new (data, request);
  g_autofree char *other = NULL;

  if (self == NULL)
    return;
  other = find_other_name (data, request);
  if (other != NULL)
    {
      return_free (self);
      spark_request_add_header (request, "Location", other);
      spark_request_respond (request, 303, NULL, NULL);
      return;
    }
  spark_request_wait (request);
  spark_store_submit (self->face->store, run_begin, on_begun, self);
}

static void
get_style (SparkRequest *request, gpointer data)
{
  g_autoptr (GBytes) style = g_resource_lookup_data (
      spark_connect_get_resource (), RESOURCES "/page.css", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  spark_request_respond (request, 200, "text/css; charset=utf-8", style);
}

static const SparkRoute routes[] = {
  { SPARK_FACE_BRANDS | SPARK_FACE_CREATORS, "GET", "/connect/callback", get_callback, 0, FALSE },
  { SPARK_FACE_BRANDS | SPARK_FACE_CREATORS, "POST", "/connect/callback", post_callback, MAX_FORM,
    FALSE },
  { SPARK_FACE_BRANDS, "GET", "/connect/ads", get_ads, 0, FALSE },
  { SPARK_FACE_BRANDS | SPARK_FACE_CREATORS, "GET", "/connect/page.css", get_style, 0, FALSE },
};

SparkConnectFace *
spark_connect_face_new (SparkStore *store, SparkConnector *connector)
{
  SparkConnectFace *self = g_new0 (SparkConnectFace, 1);

  spark_languages_load ();
  self->store = store;
  self->connector = connector;
  self->templates = spark_templates_load (spark_connect_get_resource (), RESOURCES "/pages/");
  self->looks = spark_throttle_new ("connect", RATE, BURST);
  self->codes = spark_throttle_new ("connect-codes", CODES_RATE, CODES_BURST);
  self->all_codes = spark_throttle_new ("connect-all", ALL_RATE, ALL_BURST);
  return self;
}

void
spark_connect_face_add_routes (SparkConnectFace *self, SparkHttp *http)
{
  spark_http_add_routes (http, routes, G_N_ELEMENTS (routes), self);
}

void
spark_connect_face_free (SparkConnectFace *self)
{
  if (self == NULL)
    return;
  spark_templates_free (self->templates);
  spark_throttle_free (self->looks);
  spark_throttle_free (self->codes);
  spark_throttle_free (self->all_codes);
  g_free (self);
}

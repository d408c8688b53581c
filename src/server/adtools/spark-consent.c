/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "server/adtools/spark-adtools-private.h"
#include "server/html/spark-template.h"
#include "spark-adtools-resources.h"

/*
 * The page on which a person lets an app in, and the way back to the app with a code: as at TikTok,
 * for accounts of the sandbox. Who a person is, they show with the token of their ad account, or of
 * their creator's account.
 */

#define MAX_BODY  16384
#define MAX_FIELD 2048
#define PAGE      "/io/github/sparkbox/Sparkbox/adtools/pages/consent.html"

typedef struct
{
  const char *path;
  const char *app;      /* the parameter that names it */
  const char *code;     /* the one that brings the code back */
  gboolean for_creator; /* of one account; else of ad accounts */
} Kind;

static const Kind kinds[] = {
  { "/portal/auth", "app_id", "auth_code", FALSE },
  { "/v2/auth/authorize", "client_key", "code", TRUE },
  { "/v2/auth/authorize/", "client_key", "code", TRUE },
};

/* What a request for the page was given, by name; from the query, or from the form. */
static const char *const carried[] = { "app_id", "client_key",    "redirect_uri",      "state",
                                       "scope",  "response_type", "disable_auto_auth", NULL };

typedef struct
{
  SparkAdtools *adtools;
  SparkRequest *request;
  const Kind *kind;
  GHashTable *given;
  char *app;
  char *app_name;
  char *redirect_uri;
  char *code;
  const char *wrong;  /* untranslated */
  const char *advice; /* untranslated; what to do about a refusal */
} Consent;

static void
consent_free (Consent *consent)
{
  g_hash_table_unref (consent->given);
  g_free (consent->app);
  g_free (consent->app_name);
  g_free (consent->redirect_uri);
  g_free (consent->code);
  g_free (consent);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Consent, consent_free)

static const char *
given (Consent *consent, const char *name)
{
  const char *value = g_hash_table_lookup (consent->given, name);

  return value != NULL && strnlen (value, MAX_FIELD + 1) <= MAX_FIELD ? value : "";
}

/* --- what is said --- */

/* What the person can do about a refusal, whatever the ledger's own words, which are for programs.
 */
static const char *
describe (Consent *consent, const GError *error)
{
  const int code = error->domain == SPARK_ERROR       ? (int)error->code
                   : error->domain == SPARK_APP_ERROR ? SPARK_ERROR_UNAUTHORIZED
                                                      : -1;

  switch (code)
    {
    case SPARK_ERROR_UNAUTHORIZED:
      return N_ ("This access token is not valid here, or was ended. Make a new one.");
    case SPARK_ERROR_FORBIDDEN:
      return N_ ("Only the account’s owner lets an app in.");
    case SPARK_ERROR_INVALID_REQUEST:
      return consent->kind->for_creator
                 ? N_ ("Give the number of an account that the token covers.")
                 : N_ ("The token must cover one ad account or more, and not too many for an app.");
    case SPARK_ERROR_PLATFORM_CANNOT:
      return N_ ("Only accounts of the sandbox can be authorized here.");
    case SPARK_ERROR_NOT_FOUND:
      return N_ ("The account was removed. Give a token of another one.");
    default:
      return N_ (
          "Sparkbox does not work at the moment. Nothing was changed. Try again in a minute.");
    }
}

/* --- the page --- */

/* The browser may go on to the app's own address only; it was checked when it was registered. */
static char *
make_policy (Consent *consent)
{
  g_autoptr (GUri) uri = consent->redirect_uri != NULL
                             ? g_uri_parse (consent->redirect_uri, G_URI_FLAGS_NONE, NULL)
                             : NULL;
  g_autofree char *origin = NULL;

  if (uri != NULL && g_uri_get_port (uri) > 0)
    origin = g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), g_uri_get_host (uri),
                              g_uri_get_port (uri));
  else if (uri != NULL)
    origin = g_strdup_printf ("%s://%s", g_uri_get_scheme (uri), g_uri_get_host (uri));
  return g_strdup_printf ("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
                          "frame-ancestors 'none'; form-action 'self' %s",
                          origin != NULL ? origin : "");
}

static void
fill (Consent *consent, JsonObject *data, const SparkLanguage *language)
{
  gboolean creator = consent->kind->for_creator;
  g_autofree char *title = g_strdup_printf (
      "%s: %s", spark_language_get (language, N_ ("Authorize an app")), consent->app_name);
  JsonArray *hidden = json_array_new ();

  json_object_set_string_member (data, "title", title);
  json_object_set_string_member (
      data, "lead",
      spark_language_get (
          language,
          creator ? N_ ("The app may make, extend and end the codes of your videos, and see them.")
                  : N_ ("The app may redeem codes for your ad accounts, and make and stop ads.")));
  json_object_set_string_member (
      data, "token_label",
      spark_language_get (language, creator ? N_ ("Access token of the creator’s account")
                                            : N_ ("Access token of the ad account")));
  json_object_set_string_member (
      data, "token_help",
      spark_language_get (language, creator
                                        ? N_ ("As “sparkboxd token create ACCOUNT” prints it.")
                                        : N_ ("As “sparkboxd advertiser token ID” prints it.")));
  json_object_set_string_member (data, "scope", given (consent, "scope"));
  json_object_set_string_member (data, "action", consent->kind->path);
  json_object_set_boolean_member (data, "asks_account", creator);
  for (const char *const *name = carried; *name != NULL; name++)
    {
      JsonObject *field = json_object_new ();

      json_object_set_string_member (field, "name", *name);
      json_object_set_string_member (field, "value", given (consent, *name));
      json_array_add_object_element (hidden, field);
    }
  json_object_set_array_member (data, "hidden", hidden);
  if (consent->wrong != NULL)
    json_object_set_string_member (data, "wrong", spark_language_get (language, consent->wrong));
}

/* @problem: (nullable): untranslated */
static void
respond_page (Consent *consent, guint status, const char *problem)
{
  const SparkLanguage *language
      = spark_language_choose (spark_request_header (consent->request, "Accept-Language"));
  g_autoptr (JsonObject) data = json_object_new ();
  g_autoptr (GBytes) page = NULL;
  g_autofree char *policy = make_policy (consent);

  json_object_set_string_member (data, "lang", spark_language_tag (language));
  json_object_set_string_member (data, "dir", spark_language_is_rtl (language) ? "rtl" : "ltr");
  if (problem != NULL)
    json_object_set_string_member (data, "problem", spark_language_get (language, problem));
  else
    fill (consent, data, language);
  if (consent->advice != NULL)
    json_object_set_string_member (data, "advice", spark_language_get (language, consent->advice));
  page = spark_templates_render (consent->adtools->pages, NULL, "consent", data, language);
  spark_request_add_header (consent->request, "Content-Security-Policy", policy);
  spark_request_add_header (consent->request, "Referrer-Policy", "no-referrer");
  spark_request_add_header (consent->request, "X-Frame-Options", "DENY");
  spark_request_respond (consent->request, status, "text/html; charset=utf-8", page);
}

/* Back to the app, with the code or without. */
static void
respond_redirect (Consent *consent)
{
  g_autoptr (GString) address = g_string_new (consent->redirect_uri);
  const char *state = given (consent, "state");

  g_string_append_c (address, strchr (consent->redirect_uri, '?') != NULL ? '&' : '?');
  if (consent->code != NULL)
    {
      g_string_append_printf (address, "%s=", consent->kind->code);
      g_string_append_uri_escaped (address, consent->code, NULL, FALSE);
      if (consent->kind->for_creator)
        {
          g_string_append (address, "&scopes=");
          g_string_append_uri_escaped (address, given (consent, "scope"), NULL, FALSE);
        }
    }
  else
    g_string_append (address,
                     "error=access_denied&error_description=The%20user%20denied%20the%20request");
  g_string_append (address, "&state=");
  g_string_append_uri_escaped (address, state, NULL, FALSE);
  spark_request_add_header (consent->request, "Location", address->str);
  spark_request_add_header (consent->request, "Referrer-Policy", "no-referrer");
  spark_request_respond (consent->request, 303, NULL, NULL);
}

/* --- who asks, and for what --- */

static void
refuse_app (Consent *consent, const char *problem)
{
  consent->advice
      = N_ ("Nothing was authorized. Whoever made the app that sent you here can put it "
            "right: “sparkboxd sandbox app list” shows the apps that are known.");
  respond_page (consent, 400, problem);
}

/* FALSE: the page has been answered. Nobody is sent to an address that the app did not register. */
static gboolean
find_app (Consent *consent, SparkTx *tx)
{
  const char *wanted = given (consent, "redirect_uri");
  SparkApp app;

  if (!spark_read_app (tx, given (consent, consent->kind->app), &app, NULL))
    {
      refuse_app (consent, N_ ("There is no such app in this sandbox."));
      return FALSE;
    }
  if (app.redirect_uri == NULL || strcmp (app.redirect_uri, wanted) != 0)
    {
      refuse_app (consent, N_ ("The app’s address is not the one that it was registered with "
                               "(redirect_uri)."));
      return FALSE;
    }
  if (consent->kind->for_creator
      && (strcmp (given (consent, "response_type"), "code") != 0
          || *given (consent, "scope") == '\0'))
    {
      refuse_app (consent,
                  N_ ("The app did not say what it asks for (response_type=code, scope)."));
      return FALSE;
    }
  consent->app = g_strdup (app.id);
  consent->app_name = g_strdup (app.name);
  consent->redirect_uri = g_strdup (app.redirect_uri);
  return TRUE;
}

static gboolean
consent_advertisers (Consent *consent, SparkTx *tx, GError **error)
{
  g_autoptr (GArray) advertisers = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  const char *app;

  advertisers = spark_read_token_advertisers (tx, given (consent, "token"), &app, error);
  if (advertisers == NULL)
    return FALSE;
  for (guint i = 0; i < advertisers->len; i++)
    g_ptr_array_add (ids, (gpointer)g_array_index (advertisers, SparkTokenAdvertiser, i).id);
  g_ptr_array_add (ids, NULL);
  return spark_ledger_consent_advertisers (tx, consent->app, (const char *const *)ids->pdata,
                                           &consent->code, error);
}

static gboolean
consent_account (Consent *consent, SparkTx *tx, GError **error)
{
  const char *account = given (consent, "account");
  g_autofree char *only = NULL;
  SparkCredential credential;
  SparkAppOwner owner;
  gint64 number = 0;
  gsize i = 0;

  if (!spark_read_token (tx, given (consent, "token"), &credential, error))
    return FALSE;
  if (*account == '\0' && credential.scope.n_accounts == 1)
    account = only = g_strdup_printf ("%" G_GINT64_FORMAT, credential.scope.accounts[0]);
  g_ascii_string_to_signed (account, 10, 1, G_MAXINT64, &number, NULL);
  while (i < credential.scope.n_accounts && credential.scope.accounts[i] != number)
    i++;
  if (i == credential.scope.n_accounts)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "The token does not cover it.");
      return FALSE;
    }
  if (credential.roles[i] < SPARK_ROLE_OWNER)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "The token is not its owner's.");
      return FALSE;
    }
  owner = credential.person != NULL ? (SparkAppOwner){ .person = credential.person }
                                    : (SparkAppOwner){ .token = credential.id };
  return spark_ledger_consent_account (tx, consent->app, account, given (consent, "scope"),
                                       consent->redirect_uri, &owner, &consent->code, error);
}

static gboolean
run_consent (SparkTx *tx, gpointer data, GError **error)
{
  Consent *consent = data;

  g_clear_pointer (&consent->code, g_free);
  return consent->kind->for_creator ? consent_account (consent, tx, error)
                                    : consent_advertisers (consent, tx, error);
}

static void
done (gpointer data, const GError *error)
{
  g_autoptr (Consent) consent = data;

  if (error == NULL)
    {
      respond_redirect (consent);
      return;
    }
  consent->wrong = describe (consent, error);
  respond_page (consent, 400, NULL);
}

/* --- requests --- */

static const Kind *
kind_of (SparkRequest *request)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (spark_request_path (request), kinds[i].path) == 0)
      return &kinds[i];
  return &kinds[0];
}

static Consent *
consent_new (SparkAdtools *adtools, SparkRequest *request)
{
  Consent *consent = g_new0 (Consent, 1);

  consent->adtools = adtools;
  consent->request = request;
  consent->kind = kind_of (request);
  return consent;
}

static gboolean
enter (Consent *consent)
{
  SparkTx *tx = spark_store_read_begin (consent->adtools->store, NULL);
  gboolean ok = FALSE;

  if (tx == NULL)
    {
      respond_page (consent, 503,
                    N_ ("Sparkbox does not work at the moment. Nothing was changed. Try again in a "
                        "minute."));
      return FALSE;
    }
  ok = find_app (consent, tx);
  spark_store_read_end (tx);
  return ok;
}

static void
show (SparkRequest *request, gpointer data)
{
  g_autoptr (Consent) consent = consent_new (data, request);

  consent->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (const char *const *name = carried; *name != NULL; name++)
    if (spark_request_query (request, *name) != NULL)
      g_hash_table_insert (consent->given, g_strdup (*name),
                           g_strdup (spark_request_query (request, *name)));
  if (enter (consent))
    respond_page (consent, 200, NULL);
}

static void
answer (SparkRequest *request, gpointer data)
{
  g_autoptr (Consent) consent = consent_new (data, request);

  consent->given = spark_request_form (request);
  if (consent->given == NULL)
    {
      consent->given = g_hash_table_new (g_str_hash, g_str_equal);
      respond_page (consent, 400, N_ ("The form was not understood. Open the page again."));
      return;
    }
  if (!enter (consent))
    return;
  if (strcmp (given (consent, "answer"), "yes") != 0)
    {
      respond_redirect (consent);
      return;
    }
  if (!spark_throttle_take (consent->adtools->guessing, spark_request_peer (request),
                            g_get_monotonic_time ()))
    {
      respond_page (consent, 429, N_ ("Too many tries. Wait a moment."));
      return;
    }
  spark_request_wait (request);
  spark_store_submit (consent->adtools->store, run_consent, done, consent);
  g_steal_pointer (&consent);
}

static const SparkRoute routes[] = {
  { SPARK_FACE_BRANDS, "GET", "/portal/auth", show, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/portal/auth", answer, MAX_BODY, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/v2/auth/authorize", show, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/v2/auth/authorize", answer, MAX_BODY, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/v2/auth/authorize/", show, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/v2/auth/authorize/", answer, MAX_BODY, FALSE },
};

void
spark_consent_add_routes (SparkAdtools *adtools, SparkHttp *http)
{
  g_autoptr (GBytes) page = g_resource_lookup_data (spark_adtools_get_resource (), PAGE,
                                                    G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert (page != NULL);
  adtools->pages = spark_templates_new ();
  /* The page is part of the program: a mistake in it is one of the program. */
  if (!spark_templates_add (adtools->pages, "consent", g_bytes_get_data (page, NULL), &error)
      || !spark_templates_check (adtools->pages, &error))
    g_error ("%s", error->message);
  spark_http_add_routes (http, routes, G_N_ELEMENTS (routes), adtools);
}

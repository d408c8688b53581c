/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-in"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/signin/spark-sign-in-private.h"
#include "server/store/spark-secrets.h"

#define N_(text) text

#define MAX_REDIRECT 200
#define MAX_STATE    500
/* Base64url of 32 bytes. */
#define CHALLENGE_LENGTH 43

#define POLICY                                                                                     \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "     \
  "frame-ancestors 'none'; form-action 'self'"

/* One person's attempt, from the form to the way back to the application. */
typedef struct
{
  SparkSignInFace *face; /* borrowed */
  SparkRequest *request;
  const SparkLanguage *language;

  /* what the application asked for */
  char *redirect_uri;
  gboolean loopback; /* redirect_uri was found to be one that is allowed */
  char *state;
  char *challenge;
  char *device;

  /* what the person filled in */
  char *name;
  char *password;
  char *invitation;
  gboolean joining;

  char *person;
  char *hash; /* of a new password */
  char *code;
} Attempt;

static void
attempt_free (Attempt *self)
{
  if (self->password != NULL)
    explicit_bzero (self->password, strlen (self->password));
  g_free (self->redirect_uri);
  g_free (self->state);
  g_free (self->challenge);
  g_free (self->device);
  g_free (self->name);
  g_free (self->password);
  g_free (self->invitation);
  g_free (self->person);
  g_free (self->hash);
  g_free (self->code);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

/* --- answering --- */

/* The answer to the form goes to the application, on the person's own computer. A policy has no
 * words for an IPv6 address, only for all of http. */
static char *
make_policy (const char *redirect_uri)
{
  g_autoptr (GUri) uri
      = redirect_uri != NULL ? g_uri_parse (redirect_uri, G_URI_FLAGS_NONE, NULL) : NULL;

  if (uri == NULL)
    return g_strdup (POLICY);
  if (strcmp (g_uri_get_host (uri), "::1") == 0)
    return g_strdup (POLICY " http:");
  return g_strdup_printf (POLICY " http://127.0.0.1:%d", g_uri_get_port (uri));
}

static void
add_headers (Attempt *self)
{
  g_autofree char *policy = make_policy (self->loopback ? self->redirect_uri : NULL);

  spark_request_add_page_headers (self->request, policy);
  spark_request_add_header (self->request, "Vary", "Accept-Language");
}

static void
respond (Attempt *self, guint status, const char *name, const char *title, JsonObject *page)
{
  g_autoptr (GBytes) body = NULL;

  json_object_set_string_member (page, "lang", spark_language_tag (self->language));
  json_object_set_string_member (page, "dir",
                                 spark_language_is_rtl (self->language) ? "rtl" : "ltr");
  json_object_set_string_member (page, "title", spark_language_get (self->language, title));
  body = spark_templates_render (self->face->templates, "frame", name, page, self->language);
  json_object_unref (page);
  add_headers (self);
  if (status == 429 || status == 503)
    spark_request_add_header (self->request, "Retry-After", "30");
  spark_request_respond (self->request, status, "text/html; charset=utf-8", body);
}

/* What cannot go back to the application, because it is not known to be one. */
static void
respond_problem (Attempt *self, const char *text)
{
  JsonObject *page = json_object_new ();

  json_object_set_string_member (page, "text", spark_language_get (self->language, text));
  respond (self, 400, "problem", N_ ("This sign-in cannot go on"), page);
}

static void
add_hidden (JsonArray *hidden, const char *name, const char *value)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "value", value);
  json_array_add_object_element (hidden, object);
}

/* What is wrong, and the field that it is mended in; NULL: none. */
typedef struct
{
  const char *text;
  const char *field;
} Fault;

static const char *const fields[] = { "name", "password", "invitation" };

/* Only who has an invitation comes to hear whether there is somebody of the name. */
static const Fault taken
    = { N_ ("Somebody has this name already. If it is you, sign in with your password: the "
            "invitation is added to what you have. If not, choose another name."),
        "password" };
static const Fault not_right
    = { N_ ("The name or the password is not right. If you are new, choose “join”."), "password" };
static const Fault busy = { N_ ("The server cannot do this now. Try again in a moment."), NULL };

/* @fault: (nullable): what was wrong with the last attempt */
static void
respond_form (Attempt *self, guint status, const Fault *fault)
{
  g_autofree char *server = spark_request_origin (self->request);
  JsonObject *page = json_object_new ();
  JsonArray *hidden = json_array_new ();

  add_hidden (hidden, "client_id", SPARK_CLIENT_ID);
  add_hidden (hidden, "response_type", "code");
  add_hidden (hidden, "redirect_uri", self->redirect_uri);
  add_hidden (hidden, "state", self->state);
  add_hidden (hidden, "code_challenge", self->challenge);
  add_hidden (hidden, "code_challenge_method", "S256");
  add_hidden (hidden, "device", self->device);
  json_object_set_array_member (page, "hidden", hidden);
  json_object_set_string_member (page, "name", self->name != NULL ? self->name : "");
  json_object_set_string_member (page, "invitation",
                                 self->invitation != NULL ? self->invitation : "");
  json_object_set_string_member (page, "device",
                                 *self->device != '\0'
                                     ? self->device
                                     : spark_language_get (self->language, N_ ("your computer")));
  json_object_set_string_member (page, "server", strstr (server, "://") + 3);
  json_object_set_string_member (
      page, "problem", fault != NULL ? spark_language_get (self->language, fault->text) : "");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *member = g_strconcat ("mend_", fields[i], NULL);

      json_object_set_boolean_member (page, member,
                                      fault != NULL && g_strcmp0 (fault->field, fields[i]) == 0);
    }
  respond (self, status, "sign-in", N_ ("Sign in to Sparkbox"), page);
}

/* RFC 6749, 4.1.2; RFC 9207 */
static void
redirect (Attempt *self, const char *name, const char *value)
{
  g_autofree char *issuer = spark_request_issuer (self->request);
  g_autoptr (GString) location = g_string_new (self->redirect_uri);

  g_string_append_c (location, strchr (self->redirect_uri, '?') != NULL ? '&' : '?');
  g_string_append_printf (location, "%s=", name);
  g_string_append_uri_escaped (location, value, NULL, FALSE);
  g_string_append (location, "&state=");
  g_string_append_uri_escaped (location, self->state, NULL, FALSE);
  g_string_append (location, "&iss=");
  g_string_append_uri_escaped (location, issuer, NULL, FALSE);
  add_headers (self);
  spark_request_add_header (self->request, "Location", location->str);
  spark_request_respond (self->request, 303, NULL, NULL);
}

/* --- what was asked --- */

typedef const char *(*Lookup) (gpointer source, const char *name);

static const char *
look_in_query (gpointer source, const char *name)
{
  const char *value = spark_request_query (source, name);

  return value != NULL ? value : "";
}

static const char *
look_in_form (gpointer source, const char *name)
{
  const char *value = g_hash_table_lookup (source, name);

  return value != NULL ? value : "";
}

/* It goes into a header as it is. */
static gboolean
is_address (const char *text)
{
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]) || strchr ("\"<>\\", text[i]) != NULL)
      return FALSE;
  return length <= MAX_REDIRECT;
}

/* Only a loopback address is an application on the person's own computer (RFC 8252, 7.3). */
static gboolean
is_loopback (const char *text)
{
  g_autoptr (GUri) uri = NULL;
  const char *host;

  if (!is_address (text))
    return FALSE;
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || strcmp (g_uri_get_scheme (uri), "http") != 0
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || g_uri_get_port (uri) <= 0)
    return FALSE;
  host = g_uri_get_host (uri);
  return g_strcmp0 (host, "127.0.0.1") == 0 || g_strcmp0 (host, "::1") == 0;
}

static gboolean
is_challenge (const char *text)
{
  return strlen (text) == CHALLENGE_LENGTH
         && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                == CHALLENGE_LENGTH;
}

/* FALSE: it has been answered. */
static gboolean
read_request (Attempt *self, Lookup look, gpointer source)
{
  const char *state = look (source, "state");
  const char *device = look (source, "device");

  self->redirect_uri = g_strdup (look (source, "redirect_uri"));
  self->state = g_strndup (state, MAX_STATE);
  self->challenge = g_strdup (look (source, "code_challenge"));
  self->device = g_strdup (spark_name_is_clear (device) ? device : "");
  self->loopback = is_loopback (self->redirect_uri);
  if (strcmp (look (source, "client_id"), SPARK_CLIENT_ID) != 0 || !self->loopback)
    {
      respond_problem (self, N_ ("The address that opened this page is not one of Sparkbox’s. "
                                 "Begin again in the application."));
      return FALSE;
    }
  if (strlen (state) > MAX_STATE || !is_challenge (self->challenge)
      || strcmp (look (source, "code_challenge_method"), "S256") != 0)
    {
      redirect (self, "error", "invalid_request");
      return FALSE;
    }
  if (strcmp (look (source, "response_type"), "code") != 0)
    {
      redirect (self, "error", "unsupported_response_type");
      return FALSE;
    }
  return TRUE;
}

static Attempt *
begin (SparkRequest *request, SparkSignInFace *face)
{
  Attempt *self = g_new0 (Attempt, 1);

  self->face = face;
  self->request = request;
  self->language = spark_language_choose (spark_request_header (request, "Accept-Language"));
  return self;
}

static void
get_authorize (SparkRequest *request, gpointer data)
{
  g_autoptr (Attempt) self = begin (request, data);

  if (read_request (self, look_in_query, request))
    respond_form (self, 200, NULL);
}

/* --- the attempt --- */

static gboolean
run (SparkTx *tx, gpointer data, GError **error)
{
  Attempt *self = data;

  g_clear_pointer (&self->code, g_free);
  if (self->joining)
    {
      g_clear_pointer (&self->person, g_free);
      if (!spark_ledger_join (tx, self->invitation, self->name, self->hash, &self->person, error))
        return FALSE;
    }
  else if (*self->invitation != '\0'
           && !spark_ledger_add_seats (tx, self->invitation, self->person, error))
    return FALSE;
  return spark_ledger_sign_in (tx, self->person, *self->device != '\0' ? self->device : NULL,
                               self->challenge, self->redirect_uri, &self->code, error);
}

static const Fault *
describe (const GError *error)
{
  static const Fault used
      = { N_ ("This invitation was used already, or it has ended. If you have just joined with "
              "it, take it out here and sign in with your name and password. If not, ask for a "
              "new one."),
          "invitation" };
  static const Fault too_many = { N_ ("You would have more accounts than one person can have. Join "
                                      "with another name for these."),
                                  "name" };
  static const Fault no_name = { N_ ("This cannot be a name. Choose another."), "name" };

  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED))
    return &taken;
  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    return &used;
  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE))
    return &too_many;
  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST))
    return &no_name;
  return &busy;
}

static void
done (gpointer data, const GError *error)
{
  g_autoptr (Attempt) self = data;

  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN))
    respond_form (self, 403, &not_right);
  else if (error != NULL)
    {
      gboolean theirs = g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND)
                        || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE)
                        || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST)
                        || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);

      respond_form (self, theirs ? 422 : 503, describe (error));
    }
  else
    redirect (self, "code", self->code);
}

static void
on_password (gboolean matches, const char *hash, gpointer data)
{
  Attempt *self = data;

  if (self->joining ? hash != NULL : matches && self->person != NULL)
    {
      self->hash = g_strdup (hash);
      spark_store_submit (self->face->store, run, done, self);
      return;
    }
  if (self->joining)
    respond_form (self, 503, &busy);
  else
    respond_form (self, 403, &not_right);
  attempt_free (self);
}

/* @hash: (out) (transfer full): of the person's password; NULL: nobody has this name. FALSE: it
 * cannot be looked up. */
static gboolean
find_person (Attempt *self, char **hash)
{
  SparkTx *tx = spark_store_read_begin (self->face->store, NULL);
  g_autoptr (GError) error = NULL;
  SparkPerson person;

  if (tx == NULL)
    return FALSE;
  if (spark_read_person (tx, self->name, &person, &error))
    {
      self->person = g_strdup (person.id);
      *hash = g_strdup (person.password);
    }
  spark_store_read_end (tx);
  return error == NULL || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
}

/* What the person must mend; NULL: nothing. */
static const Fault *
find_fault (Attempt *self)
{
  static const Fault no_name = { N_ ("Fill in your name."), "name" };
  static const Fault short_password = { N_ ("A password has at least 8 characters."), "password" };
  static const Fault no_invitation = { N_ ("To join, paste your invitation."), "invitation" };

  if (*self->name == '\0')
    return &no_name;
  if (g_utf8_strlen (self->password, -1) < SPARK_PASSWORD_MIN
      || strlen (self->password) > SPARK_PASSWORD_MAX)
    return &short_password;
  if (self->joining && *self->invitation == '\0')
    return &no_invitation;
  return NULL;
}

/* What strangers try with a name must not shut out whose name it is: all they try together only
 * leaves fewer attempts to each address, and never none. */
static gboolean
take (Attempt *self)
{
  const char *peer = spark_request_peer (self->request);
  g_autofree char *folded = spark_name_fold (self->name);
  g_autofree char *pair = g_strconcat (peer, "\n", folded, NULL);
  gint64 now = g_get_monotonic_time ();

  return spark_throttle_take (self->face->by_peer, peer, now)
         && spark_throttle_take (self->face->by_pair, pair, now)
         && (spark_throttle_take (self->face->by_name, folded, now)
             || spark_throttle_take (self->face->slowed, pair, now));
}

/* An invitation may be pasted as the whole address it came in. */
static char *
read_invitation (const char *text)
{
  const char *token = strstr (text, SPARK_INVITATION_PREFIX);

  return g_strstrip (g_strdup (token != NULL ? token : text));
}

static void
post_authorize (SparkRequest *request, gpointer data)
{
  g_autoptr (Attempt) self = begin (request, data);
  g_autoptr (GHashTable) form = spark_request_form (request);
  g_autofree char *hash = NULL;
  static const Fault too_often
      = { N_ ("Too many attempts. Wait half a minute and try again."), NULL };
  const char *act;
  const Fault *fault;
  gboolean pushed;

  if (form == NULL)
    {
      respond_problem (self, N_ ("The form did not arrive whole. Begin again in the application."));
      return;
    }
  if (!read_request (self, look_in_form, form))
    return;
  act = look_in_form (form, "act");
  if (strcmp (act, "cancel") == 0)
    {
      redirect (self, "error", "access_denied");
      return;
    }
  self->name = g_strstrip (g_strdup (look_in_form (form, "name")));
  self->password = g_strdup (look_in_form (form, "password"));
  self->invitation = read_invitation (look_in_form (form, "invitation"));
  self->joining = strcmp (act, "join") == 0;
  fault = find_fault (self);
  if (fault != NULL)
    {
      respond_form (self, 422, fault);
      return;
    }
  if (!take (self))
    {
      respond_form (self, 429, &too_often);
      return;
    }
  spark_request_wait (request);
  pushed = self->joining
               ? spark_passwords_make (self->face->passwords, self->password, on_password, self)
               : find_person (self, &hash)
                     && spark_passwords_check (self->face->passwords, self->password, hash,
                                               on_password, self);
  if (!pushed)
    respond_form (self, 503, &busy);
  else
    self = NULL;
}

const SparkRoute spark_sign_in_page_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/oauth/authorize", get_authorize, 0, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/oauth/authorize", post_authorize, SPARK_FORM_MAX, FALSE },
};
const gsize spark_sign_in_n_page_routes = G_N_ELEMENTS (spark_sign_in_page_routes);

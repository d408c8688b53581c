/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-quark.h"
#include "server/ledger/spark-ledger-apps.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-sandbox-settings.h"

#define MAX_NAME           200
#define MAX_URI            512
#define MAX_ADVERTISERS    100
#define SECOND_MS          G_GINT64_CONSTANT (1000)
#define ADVERTISER_CODE_MS (60 * 60 * SECOND_MS)
#define ACCOUNT_CODE_MS    (10 * 60 * SECOND_MS)

enum
{
  KIND_ADVERTISERS,
  KIND_ACCOUNT,
};

enum
{
  TOKEN_ACCESS,
  TOKEN_REFRESH,
};

SPARK_DEFINE_QUARK ("spark-app-error-quark", spark_app_error)

static gboolean
fail (GError **error, SparkAppError code)
{
  static const char *const messages[] = {
    [SPARK_APP_ERROR_WRONG_APP] = "The app id or secret is incorrect.",
    [SPARK_APP_ERROR_WRONG_CODE] = "The auth_code is incorrect.",
    [SPARK_APP_ERROR_CODE_ENDED] = "The auth_code has been used, cancelled or expired.",
    [SPARK_APP_ERROR_WRONG_TOKEN] = "Access token is incorrect or has been revoked.",
    [SPARK_APP_ERROR_TOKEN_EXPIRED] = "The access token has expired. Refresh it.",
    [SPARK_APP_ERROR_WRONG_REFRESH] = "The refresh token is incorrect.",
    [SPARK_APP_ERROR_REFRESH_EXPIRED] = "The refresh token has expired. Authorize again.",
  };

  g_set_error_literal (error, SPARK_APP_ERROR, (int)code, messages[code]);
  return FALSE;
}

/* What the database failed with goes first. */
static gboolean
fail_or (GError *local, GError **error, SparkAppError code)
{
  if (local == NULL)
    return fail (error, code);
  g_propagate_error (error, local);
  return FALSE;
}

/* --- apps --- */

static gboolean
check_uri (const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  /* What is not in an address could end a header or a policy that names it. */
  if (uri != NULL && strlen (text) < MAX_URI && strpbrk (text, " ;,'\"<>\\\r\n\t") == NULL
      && (g_strcmp0 (g_uri_get_scheme (uri), "https") == 0
          || g_strcmp0 (g_uri_get_scheme (uri), "http") == 0)
      && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && g_uri_get_fragment (uri) == NULL && g_uri_get_userinfo (uri) == NULL)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "The redirect address begins with http:// or https:// and has no fragment.");
  return FALSE;
}

static char *
make_secret (guint8 *hash)
{
  char *secret = spark_secrets_make_token ("");

  spark_secrets_hash (secret, hash);
  return secret;
}

gboolean
spark_ledger_add_app (SparkTx *tx, const char *name, const char *redirect_uri, SparkAppLevel level,
                      char **id, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (name));
  g_autofree char *made = NULL;
  g_autofree char *secret = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  if (*trimmed == '\0' || g_utf8_strlen (trimmed, -1) > MAX_NAME)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Give the app a name of at most %d characters.", MAX_NAME);
      return FALSE;
    }
  if (redirect_uri != NULL && !check_uri (redirect_uri, error))
    return FALSE;
  made = g_strdup_printf ("7%09u%09u", randombytes_uniform (1000000000),
                          randombytes_uniform (1000000000));
  /* Nobody has seen this one: the app has no secret until it is given one. */
  secret = make_secret (hash);
  if (!spark_tx_exec (tx, error, "app_insert", "ssbsii", made, trimmed, hash, sizeof hash,
                      redirect_uri, (gint64)level, spark_tx_now (tx)))
    return FALSE;
  *id = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_renew_app_secret (SparkTx *tx, const char *id, char **secret, GError **error)
{
  g_autofree char *made = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkApp app;

  if (!spark_read_app (tx, id, &app, error))
    return FALSE;
  made = make_secret (hash);
  if (!spark_tx_exec (tx, error, "app_set_secret", "sb", id, hash, sizeof hash))
    return FALSE;
  *secret = g_steal_pointer (&made);
  return TRUE;
}

/* @secret: (nullable): not looked at */
static gboolean
read_app (SparkTx *tx, const char *id, const char *secret, SparkApp *view, gboolean *right,
          GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "app_get", "s", id != NULL ? id : "");
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  const void *kept;
  gsize length;

  if (row == NULL)
    return FALSE;
  *view = (SparkApp){
    .id = spark_tx_keep (tx, id),
    .name = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .redirect_uri = spark_tx_keep (tx, spark_statement_text (row, 2)),
    .level = spark_statement_int (row, 3),
  };
  if (secret != NULL)
    {
      spark_secrets_hash (secret, hash);
      kept = spark_statement_blob (row, 1, &length);
      *right = length == sizeof hash && sodium_memcmp (kept, hash, sizeof hash) == 0;
    }
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_app (SparkTx *tx, const char *id, SparkApp *view, GError **error)
{
  gboolean right;

  return read_app (tx, id, NULL, view, &right, error) || spark_ledger_not_found (error);
}

gboolean
spark_read_app_with_secret (SparkTx *tx, const char *id, const char *secret, SparkApp *view,
                            GError **error)
{
  GError *local = NULL;
  gboolean right = FALSE;

  if (!read_app (tx, id, secret != NULL ? secret : "", view, &right, &local))
    return fail_or (local, error, SPARK_APP_ERROR_WRONG_APP);
  return right || fail (error, SPARK_APP_ERROR_WRONG_APP);
}

gboolean
spark_read_apps (SparkTx *tx, SparkAppFunc func, gpointer data, GError **error)
{
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "apps_list", "");

  while (row != NULL && spark_statement_step (row, &local))
    if (!func (spark_statement_text (row, 0), spark_statement_text (row, 1), data))
      break;
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* --- codes --- */

static gboolean
insert_code (SparkTx *tx, const char *app, int kind, const char *subjects, const char *scope,
             const char *redirect_uri, const SparkAppOwner *owner, gint64 life, char **code,
             GError **error)
{
  g_autofree char *made = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkApp view;

  if (!spark_read_app (tx, app, &view, error))
    return FALSE;
  made = make_secret (hash);
  if (!spark_tx_exec (tx, error, "app_code_insert", "bsisssiss", hash, sizeof hash, app,
                      (gint64)kind, subjects, scope, redirect_uri, spark_tx_now (tx) + life,
                      owner != NULL ? owner->person : NULL, owner != NULL ? owner->token : NULL))
    return FALSE;
  *code = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_consent_advertisers (SparkTx *tx, const char *app, const char *const *advertisers,
                                  char **code, GError **error)
{
  g_autofree char *subjects = g_strjoinv (",", (char **)advertisers);
  guint n = g_strv_length ((char **)advertisers);

  if (n == 0 || n > MAX_ADVERTISERS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "Choose 1 to %d ad accounts.",
                   MAX_ADVERTISERS);
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      SparkStatement *row = spark_tx_row (tx, error, "advertiser_name", "s", advertisers[i]);

      if (row == NULL)
        return spark_ledger_not_found (error);
      spark_statement_reset (row);
    }
  return insert_code (tx, app, KIND_ADVERTISERS, subjects, NULL, NULL, NULL, ADVERTISER_CODE_MS,
                      code, error);
}

gboolean
spark_ledger_consent_account (SparkTx *tx, const char *app, const char *account_id,
                              const char *scope, const char *redirect_uri,
                              const SparkAppOwner *owner, char **code, GError **error)
{
  const SparkPlatform *platform;
  g_autofree char *subject = NULL;
  gint64 account;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !spark_ledger_platform (tx, account, &platform, error))
    return FALSE;
  if (!platform->redeems_here)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Only accounts of the sandbox can be authorized here.");
      return FALSE;
    }
  /* Without zeros that were typed before it: by this the code is found when the seat goes. */
  subject = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  return insert_code (tx, app, KIND_ACCOUNT, subject, scope, redirect_uri, owner, ACCOUNT_CODE_MS,
                      code, error);
}

typedef struct
{
  char *subjects;
  char *scope;
  char *person; /* the owner's */
  char *token;
} Consent;

static void
consent_clear (Consent *consent)
{
  g_free (consent->subjects);
  g_free (consent->scope);
  g_free (consent->person);
  g_free (consent->token);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Consent, consent_clear)

/* Uses a code up. @redirect_uri: (nullable): what it must have been asked with */
static gboolean
use_code (SparkTx *tx, const char *app, int kind, const char *code, const char *redirect_uri,
          Consent *consent, GError **error)
{
  GError *local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;
  gboolean ours, ended;

  spark_secrets_hash (code, hash);
  row = spark_tx_row (tx, &local, "app_code_get", "b", hash, sizeof hash);
  if (row == NULL)
    return fail_or (local, error, SPARK_APP_ERROR_WRONG_CODE);
  ours = g_strcmp0 (spark_statement_text (row, 0), app) == 0 && spark_statement_int (row, 1) == kind
         && (spark_statement_text (row, 4) == NULL
             || g_strcmp0 (spark_statement_text (row, 4), redirect_uri) == 0);
  ended = spark_statement_int (row, 6) != 0 || spark_statement_int (row, 5) <= spark_tx_now (tx);
  consent->subjects = g_strdup (spark_statement_text (row, 2));
  consent->scope = g_strdup (spark_statement_text (row, 3));
  consent->person = g_strdup (spark_statement_text (row, 7));
  consent->token = g_strdup (spark_statement_text (row, 8));
  spark_statement_reset (row);
  if (!ours)
    return fail (error, SPARK_APP_ERROR_WRONG_CODE);
  if (ended)
    return fail (error, SPARK_APP_ERROR_CODE_ENDED);
  return spark_tx_exec (tx, error, "app_code_use", "b", hash, sizeof hash);
}

/* --- tokens over ad accounts --- */

gboolean
spark_ledger_exchange_advertisers (SparkTx *tx, const char *app, const char *secret,
                                   const char *code, char **token, GError **error)
{
  g_auto (Consent) consent = { 0 };
  g_auto (GStrv) ids = NULL;
  g_autofree char *made = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, secret, &view, error)
      || !use_code (tx, app, KIND_ADVERTISERS, code, NULL, &consent, error))
    return FALSE;
  made = make_secret (hash);
  ids = g_strsplit (consent.subjects, ",", -1);
  for (char **id = ids; *id != NULL; id++)
    if (!spark_ledger_put_advertiser_token (tx, hash, *id, app, error))
      return FALSE;
  *token = g_steal_pointer (&made);
  return TRUE;
}

/* Only the app's own tokens, and those that were made for no app. */
gboolean
spark_ledger_revoke_advertiser_token (SparkTx *tx, const char *app, const char *secret,
                                      const char *token, GError **error)
{
  g_autoptr (GArray) advertisers = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  const char *of = NULL;
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, secret, &view, error))
    return FALSE;
  advertisers = spark_read_token_advertisers (tx, token, &of, error);
  if (advertisers == NULL)
    return FALSE;
  if (g_strcmp0 (of, app) != 0)
    return fail (error, SPARK_APP_ERROR_WRONG_TOKEN);
  spark_secrets_hash (token, hash);
  return spark_tx_exec (tx, error, "advertiser_token_drop", "b", hash, sizeof hash);
}

void
spark_expect_token_advertisers (SparkTx *tx, const char *token)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  spark_secrets_hash (token, hash);
  spark_tx_expect (tx, "advertiser_token_get", "b", hash, sizeof hash);
  spark_tx_expect (tx, "advertiser_token_list", "b", hash, sizeof hash);
}

GArray *
spark_read_token_advertisers (SparkTx *tx, const char *token, const char **app, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (SparkTokenAdvertiser));
  GError *local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;

  spark_secrets_hash (token, hash);
  row = spark_tx_row (tx, &local, "advertiser_token_get", "b", hash, sizeof hash);
  if (row == NULL)
    {
      fail_or (local, error, SPARK_APP_ERROR_WRONG_TOKEN);
      return NULL;
    }
  *app = spark_tx_keep (tx, spark_statement_text (row, 0));
  spark_statement_reset (row);
  row = spark_tx_select (tx, &local, "advertiser_token_list", "b", hash, sizeof hash);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkTokenAdvertiser advertiser = {
        .id = spark_tx_keep (tx, spark_statement_text (row, 0)),
        .name = spark_tx_keep (tx, spark_statement_text (row, 1)),
        .created_at = spark_statement_int (row, 2),
      };

      g_array_append_val (found, advertiser);
    }
  if (local == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, local);
  return NULL;
}

gboolean
spark_check_token_right (SparkTx *tx, const guint8 *hash, const char *advertiser_id, GError **error)
{
  gint64 right;

  return spark_tx_int (tx, error, &right, 0, "advertiser_token_right", "bs", hash,
                       (gsize)SPARK_FINGERPRINT_BYTES, advertiser_id)
         && (right != 0 || fail (error, SPARK_APP_ERROR_WRONG_TOKEN));
}

void
spark_expect_token_right (SparkTx *tx, const guint8 *hash, const char *advertiser_id)
{
  spark_tx_expect (tx, "advertiser_token_right", "bs", hash, (gsize)SPARK_FINGERPRINT_BYTES,
                   advertiser_id);
}

/* --- tokens over a creator's account --- */

void
spark_app_tokens_clear (SparkAppTokens *tokens)
{
  g_clear_pointer (&tokens->access, g_free);
  g_clear_pointer (&tokens->refresh, g_free);
  g_clear_pointer (&tokens->scope, g_free);
}

/* What an owner let in ends with their seat. */
static gboolean
check_owner (SparkTx *tx, gint64 account, const SparkAppOwner *owner, SparkAppError refusal,
             GError **error)
{
  gint64 holds;

  if (owner->person == NULL && owner->token == NULL)
    return TRUE;
  if (!spark_tx_int (tx, error, &holds, 0, "app_owner_holds", "issii", account, owner->person,
                     owner->token, (gint64)SPARK_ROLE_OWNER, spark_tx_now (tx)))
    return FALSE;
  return holds != 0 || fail (error, refusal);
}

static gboolean
insert_token (SparkTx *tx, const char *app, int kind, const char *family, gint64 expires_at,
              const SparkAppOwner *owner, const SparkAppTokens *tokens, char **token,
              GError **error)
{
  g_autofree char *made = spark_secrets_make_token (kind == TOKEN_ACCESS ? "act." : "rft.");
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  spark_secrets_hash (made, hash);
  if (!spark_tx_exec (tx, error, "app_token_insert", "bsiississ", hash, sizeof hash, app,
                      (gint64)kind, tokens->account, tokens->scope, family, expires_at,
                      owner->person, owner->token))
    return FALSE;
  *token = g_steal_pointer (&made);
  return TRUE;
}

gboolean
spark_ledger_exchange_account (SparkTx *tx, const char *app, const char *secret, const char *code,
                               const char *redirect_uri, SparkAppTokens *tokens, GError **error)
{
  g_auto (Consent) consent = { 0 };
  gint64 now = spark_tx_now (tx);
  guint8 random[16];
  char family[2 * sizeof random + 1];
  SparkAppOwner owner;
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, secret, &view, error)
      || !use_code (tx, app, KIND_ACCOUNT, code, redirect_uri, &consent, error)
      || !spark_ledger_account_number (tx, consent.subjects, &tokens->account, error))
    return FALSE;
  owner = (SparkAppOwner){ consent.person, consent.token };
  if (!check_owner (tx, tokens->account, &owner, SPARK_APP_ERROR_CODE_ENDED, error))
    return FALSE;
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (family, sizeof family, random, sizeof random);
  tokens->scope = g_steal_pointer (&consent.scope);
  tokens->refresh_expires_at = now + SPARK_APP_REFRESH_SECONDS * SECOND_MS;
  return insert_token (tx, app, TOKEN_ACCESS, family, now + SPARK_APP_ACCESS_SECONDS * SECOND_MS,
                       &owner, tokens, &tokens->access, error)
         && insert_token (tx, app, TOKEN_REFRESH, family, tokens->refresh_expires_at, &owner,
                          tokens, &tokens->refresh, error);
}

typedef struct
{
  const char *app;
  int kind;
  gint64 account;
  const char *scope;
  const char *family;
  gint64 expires_at;
  SparkAppOwner owner;
} TokenRow;

/* FALSE without @error: there is none. */
static gboolean
read_token (SparkTx *tx, const char *token, TokenRow *view, GError **error)
{
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;

  spark_secrets_hash (token, hash);
  row = spark_tx_row (tx, error, "app_token_get", "b", hash, sizeof hash);
  if (row == NULL)
    return FALSE;
  *view = (TokenRow){
    .app = spark_tx_keep (tx, spark_statement_text (row, 0)),
    .kind = (int)spark_statement_int (row, 1),
    .account = spark_statement_int (row, 2),
    .scope = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .family = spark_tx_keep (tx, spark_statement_text (row, 4)),
    .expires_at = spark_statement_int (row, 5),
    .owner = { spark_tx_keep (tx, spark_statement_text (row, 6)),
               spark_tx_keep (tx, spark_statement_text (row, 7)) },
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_refresh_account (SparkTx *tx, const char *app, const char *secret, const char *refresh,
                              SparkAppTokens *tokens, GError **error)
{
  GError *local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  gint64 now = spark_tx_now (tx);
  gint64 keep;
  TokenRow row;
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, secret, &view, error))
    return FALSE;
  if (!read_token (tx, refresh, &row, &local))
    return fail_or (local, error, SPARK_APP_ERROR_WRONG_REFRESH);
  if (row.kind != TOKEN_REFRESH || g_strcmp0 (row.app, app) != 0)
    return fail (error, SPARK_APP_ERROR_WRONG_REFRESH);
  if (row.expires_at <= now)
    return fail (error, SPARK_APP_ERROR_REFRESH_EXPIRED);
  if (!check_owner (tx, row.account, &row.owner, SPARK_APP_ERROR_WRONG_REFRESH, error))
    return FALSE;
  tokens->account = row.account;
  tokens->scope = g_strdup (row.scope);
  tokens->refresh_expires_at = row.expires_at;
  if (!spark_read_setting (tx, SPARK_SETTING_KEEP_REFRESH_TOKEN, &keep, error)
      || !insert_token (tx, app, TOKEN_ACCESS, row.family,
                        now + SPARK_APP_ACCESS_SECONDS * SECOND_MS, &row.owner, tokens,
                        &tokens->access, error))
    return FALSE;
  if (keep != 0)
    {
      tokens->refresh = g_strdup (refresh);
      return TRUE;
    }
  spark_secrets_hash (refresh, hash);
  return spark_tx_exec (tx, error, "app_token_drop", "b", hash, sizeof hash)
         && insert_token (tx, app, TOKEN_REFRESH, row.family, row.expires_at, &row.owner, tokens,
                          &tokens->refresh, error);
}

static gboolean
read_access (SparkTx *tx, const char *access, TokenRow *row, GError **error)
{
  GError *local = NULL;

  if (!read_token (tx, access, row, &local))
    return fail_or (local, error, SPARK_APP_ERROR_WRONG_TOKEN);
  if (row->kind != TOKEN_ACCESS)
    return fail (error, SPARK_APP_ERROR_WRONG_TOKEN);
  return row->expires_at > spark_tx_now (tx) || fail (error, SPARK_APP_ERROR_TOKEN_EXPIRED);
}

gboolean
spark_ledger_revoke_account_token (SparkTx *tx, const char *app, const char *secret,
                                   const char *access, GError **error)
{
  TokenRow row;
  SparkApp view;

  if (!spark_read_app_with_secret (tx, app, secret, &view, error)
      || !read_access (tx, access, &row, error))
    return FALSE;
  if (g_strcmp0 (row.app, app) != 0)
    return fail (error, SPARK_APP_ERROR_WRONG_TOKEN);
  return spark_tx_exec (tx, error, "app_tokens_drop_family", "s", row.family);
}

gboolean
spark_read_account_token (SparkTx *tx, const char *access, SparkAccountToken *view, GError **error)
{
  TokenRow row;

  if (!read_access (tx, access, &row, error)
      || !check_owner (tx, row.account, &row.owner, SPARK_APP_ERROR_WRONG_TOKEN, error))
    return FALSE;
  *view = (SparkAccountToken){ row.app, row.account, row.scope,
                               row.owner.person != NULL ? row.owner.person : row.owner.token };
  return TRUE;
}

const char *
spark_read_open_id (SparkTx *tx, gint64 account, const char *app)
{
  g_autofree char *text = g_strdup_printf ("open id %" G_GINT64_FORMAT " %s", account, app);
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  char encoded[sodium_base64_ENCODED_LEN (24, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

  spark_tx_pseudonym (tx, text, hash);
  sodium_bin2base64 (encoded, sizeof encoded, hash, 24, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return spark_tx_keep (tx, encoded);
}

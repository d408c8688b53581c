/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/ledger/spark-ledger.h"
#include "server/portal/spark-visitor.h"
#include "server/store/spark-secrets.h"

#define MAX_SESSION 200

/* The prefix has browsers hold the cookie to https, this host and its whole site. */
static const char *
cookie_name (SparkRequest *request)
{
  return spark_request_is_https (request) ? "__Host-sparkbox" : "sparkbox";
}

static gboolean
is_session (const char *value)
{
  gsize length = strnlen (value, MAX_SESSION + 1);

  return length >= 32 && length <= MAX_SESSION
         && strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                == length;
}

/* (transfer full) (nullable) */
static char *
read_cookie (SparkRequest *request)
{
  const char *session = spark_request_cookie (request, cookie_name (request));

  return session != NULL && is_session (session) ? g_strdup (session) : NULL;
}

static void
account_free (gpointer data)
{
  SparkAdAccount *account = data;

  g_free (account->id);
  g_free (account->name);
  g_free (account);
}

static gboolean
add_account (const SparkAdvertiser *advertiser, gpointer data)
{
  SparkAdAccount *account = g_new (SparkAdAccount, 1);

  *account = (SparkAdAccount){ g_strdup (advertiser->id), g_strdup (advertiser->name) };
  g_ptr_array_add (data, account);
  return TRUE;
}

/* Whoever has the token of a form cannot tell the cookie from it. */
static void
make_form_token (SparkVisitor *self)
{
  g_autofree char *text = g_strconcat ("form ", self->session, NULL);
  guint8 hash[SPARK_FINGERPRINT_BYTES];

  G_STATIC_ASSERT (sizeof self->form_token == sizeof hash * 2 + 1);
  spark_secrets_hash (text, hash);
  sodium_bin2hex (self->form_token, sizeof self->form_token, hash, sizeof hash);
}

SparkVisitor *
spark_visitor_new (SparkTx *tx, SparkRequest *request)
{
  SparkVisitor *self = g_new0 (SparkVisitor, 1);

  self->language = spark_language_choose (spark_request_header (request, "Accept-Language"));
  self->accounts = g_ptr_array_new_with_free_func (account_free);
  self->session = read_cookie (request);
  if (self->session == NULL)
    {
      self->session = spark_secrets_make_token ("");
      self->fresh = TRUE;
    }
  else
    spark_read_brand_session (tx, self->session, add_account, self->accounts, NULL);
  make_form_token (self);
  return self;
}

gboolean
spark_visitor_look_again (SparkVisitor *self, SparkTx *tx, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!spark_visitor_is_signed_in (self))
    return TRUE;
  g_ptr_array_set_size (self->accounts, 0);
  if (spark_read_brand_session (tx, self->session, add_account, self->accounts, &local)
      || g_error_matches (local, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
spark_visitor_free (SparkVisitor *self)
{
  g_free (self->session);
  g_ptr_array_unref (self->accounts);
  g_free (self);
}

gboolean
spark_visitor_is_signed_in (const SparkVisitor *self)
{
  return self->accounts->len > 0;
}

const SparkAdAccount *
spark_visitor_account (const SparkVisitor *self, const char *id)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      const SparkAdAccount *account = self->accounts->pdata[i];

      if (id == NULL || strcmp (account->id, id) == 0)
        return account;
    }
  return NULL;
}

void
spark_visitor_take_session (SparkVisitor *self, const char *session)
{
  g_free (self->session);
  self->session = g_strdup (session);
  self->fresh = TRUE;
  make_form_token (self);
}

void
spark_visitor_set_cookie (const SparkVisitor *self, SparkRequest *request)
{
  g_autoptr (GString) cookie = NULL;

  if (!self->fresh && !self->signing_out)
    return;
  cookie = g_string_new (cookie_name (request));
  g_string_append_printf (cookie, "=%s; Path=/; HttpOnly; SameSite=Lax",
                          self->signing_out ? "" : self->session);
  if (spark_request_is_https (request))
    g_string_append (cookie, "; Secure");
  g_string_append_printf (cookie, "; Max-Age=%d",
                          self->signing_out ? 0 : SPARK_BRAND_SESSION_DAYS * 86400);
  spark_request_add_header (request, "Set-Cookie", cookie->str);
}

gboolean
spark_visitor_owns_form (const SparkVisitor *self, const char *form_token)
{
  gsize length = strlen (self->form_token);

  return form_token != NULL && strnlen (form_token, length + 1) == length
         && sodium_memcmp (form_token, self->form_token, length) == 0;
}

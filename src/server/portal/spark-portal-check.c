/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <string.h>

#include "server/portal/spark-portal-private.h"

#define N_(text) text

/* A link's address may be pasted as it is: its string stands behind the #. */
static char *
read_string (const char *pasted, GError **error)
{
  const char *fragment = pasted != NULL ? strstr (pasted, "/r#") : NULL;
  g_autofree char *unescaped
      = fragment != NULL ? g_uri_unescape_string (fragment + strlen ("/r#"), NULL) : NULL;

  return spark_code_normalize (unescaped != NULL ? unescaped : pasted != NULL ? pasted : "", error);
}

/* --- what a visitor may do with it --- */

typedef struct
{
  SparkRedeemable found;
  GError *refusal; /* of the string itself */
  JsonArray *accounts;
  GError *account_refusal; /* of an ad account, when there is none that may */
  const char *owner;       /* the ad account that has it already */
} Check;

static void
check_clear (Check *self)
{
  g_clear_error (&self->refusal);
  g_clear_error (&self->account_refusal);
  g_clear_pointer (&self->accounts, json_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

static gboolean
try_account (Check *self, SparkTx *tx, const SparkAdAccount *account, const char *string,
             GError **error)
{
  g_autoptr (GError) refusal = NULL;
  gboolean existing;
  JsonObject *choice;

  if (!spark_ledger_preview_redemption (tx, account->id, string, &existing, &refusal, error))
    return FALSE;
  if (existing)
    self->owner = account->id;
  else if (refusal != NULL)
    {
      g_clear_error (&self->account_refusal);
      self->account_refusal = g_steal_pointer (&refusal);
    }
  else
    {
      choice = json_object_new ();
      json_object_set_string_member (choice, "id", account->id);
      json_object_set_string_member (choice, "name", account->name);
      json_object_set_boolean_member (choice, "first", json_array_get_length (self->accounts) == 0);
      json_array_add_object_element (self->accounts, choice);
    }
  return TRUE;
}

static gboolean
decide (Check *self, SparkTx *tx, const SparkVisitor *visitor, const char *string, GError **error)
{
  gboolean existing;

  self->accounts = json_array_new ();
  if (!spark_ledger_preview_redemption (tx, NULL, string, &existing, &self->refusal, error))
    return FALSE;
  if (g_error_matches (self->refusal, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN))
    return TRUE;
  if (!spark_read_redeemable (tx, string, &self->found, error))
    return FALSE;
  for (guint i = 0; i < visitor->accounts->len; i++)
    if (!try_account (self, tx, visitor->accounts->pdata[i], string, error))
      return FALSE;
  return TRUE;
}

/* --- the page --- */

static void
show_found (const Check *self, SparkTx *tx, const SparkVisitor *visitor, const char *string,
            JsonObject *page)
{
  const SparkRedeemable *found = &self->found;
  gint64 ends_at
      = found->is_link ? MIN (found->link.ends_at, found->code.ends_at) : found->code.ends_at;
  g_autofree char *masked = spark_code_mask (string);
  g_autofree char *left = spark_words_days_left (visitor->language, ends_at, spark_tx_now (tx));
  JsonObject *post = json_object_new ();

  spark_words_set_video (tx, post, &found->video, found->handle, found->account_name);
  spark_words_set_time (post, "ends", ends_at);
  json_object_set_string_member (post, "left", left);
  json_object_set_string_member (post, "masked", masked);
  json_object_set_boolean_member (post, "is_link", found->is_link);
  json_object_set_string_member (
      post, "brand",
      found->is_link && found->link.brand.name != NULL ? found->link.brand.name : "");
  json_object_set_object_member (page, "post", post);
  json_object_set_boolean_member (page, "sandbox", found->platform == SPARK_PLATFORM_SANDBOX);
}

/* At TikTok a brand brings its own ad account. */
static gboolean
can_make (const Check *self)
{
  return self->found.is_link && self->found.platform == SPARK_PLATFORM_SANDBOX;
}

static void
show_form (const Check *self, SparkTx *tx, const char *string, JsonObject *page)
{
  g_autofree char *ticket
      = spark_tx_seal (tx, SPARK_SEAL_REDEEM, string, spark_tx_now (tx) + SPARK_PORTAL_TICKET_MS);
  JsonObject *redeem = json_object_new ();

  json_object_set_string_member (redeem, "ticket", ticket);
  json_object_set_array_member (redeem, "accounts", json_array_ref (self->accounts));
  json_object_set_boolean_member (redeem, "can_make", can_make (self));
  json_object_set_string_member (
      redeem, "brand", self->found.link.brand.name != NULL ? self->found.link.brand.name : "");
  json_object_set_boolean_member (redeem, "make_first",
                                  json_array_get_length (self->accounts) == 0);
  json_object_set_object_member (page, "redeem", redeem);
}

/* What is wrong with an ad account of the visitor's says more than what is wrong for anybody. */
static const GError *
get_refusal (const Check *self)
{
  if (json_array_get_length (self->accounts) > 0)
    return NULL;
  return self->account_refusal != NULL ? self->account_refusal : self->refusal;
}

static void
show (const Check *self, SparkTx *tx, const SparkVisitor *visitor, const char *string,
      JsonObject *page)
{
  const SparkLanguage *language = visitor->language;
  const GError *refusal = get_refusal (self);
  /* Somebody may act for several brands; a new ad account is this one's. */
  gboolean other_brand
      = self->refusal == NULL
        && g_error_matches (refusal, SPARK_ERROR, SPARK_ERROR_LINK_FOR_OTHER_BRAND);

  if (self->found.account != 0)
    show_found (self, tx, visitor, string, page);
  if (self->owner != NULL)
    {
      json_object_set_string_member (page, "owner", self->owner);
      json_object_set_string_member (page, "title",
                                     spark_language_get (language, N_ ("You have this already")));
      return;
    }
  json_object_set_boolean_member (page, "refused", refusal != NULL);
  json_object_set_boolean_member (page, "good", refusal == NULL);
  json_object_set_boolean_member (page, "other_brand", other_brand);
  if (refusal != NULL)
    spark_words_for_error (language, refusal, page);
  else if (self->found.is_link)
    json_object_set_string_member (page, "title",
                                   spark_language_get (language, N_ ("This link works")));
  if (other_brand
      || (refusal == NULL && (can_make (self) || json_array_get_length (self->accounts) > 0)))
    show_form (self, tx, string, page);
}

static gboolean
read_check (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
            JsonObject *page, GError **error)
{
  g_autoptr (GHashTable) form = spark_portal_form (request, error);
  g_autoptr (GError) malformed = NULL;
  g_autofree char *string = NULL;
  g_auto (Check) check = { 0 };

  if (form == NULL || !spark_portal_check_form (portal, request, visitor, form, error))
    return FALSE;
  string = read_string (g_hash_table_lookup (form, "string"), &malformed);
  if (string == NULL)
    {
      json_object_set_boolean_member (page, "refused", TRUE);
      spark_words_for_error (visitor->language, malformed, page);
      return TRUE;
    }
  if (!decide (&check, tx, visitor, string, error))
    return FALSE;
  show (&check, tx, visitor, string, page);
  return TRUE;
}

static void
post_check (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, FALSE, "check", N_ ("This code works"), read_check);
}

static gboolean
read_home (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
           JsonObject *page, GError **error)
{
  json_object_set_boolean_member (page, "at_check", TRUE);
  return TRUE;
}

static void
get_home (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, FALSE, "home", N_ ("Check a Spark code or link"), read_home);
}

/* A page that was answered to a form cannot be asked for again. */
static void
get_check (SparkRequest *request, gpointer data)
{
  spark_request_add_header (request, "Location", "/");
  spark_request_respond (request, 303, NULL, NULL);
}

const SparkRoute spark_portal_check_routes[] = {
  { SPARK_FACE_BRANDS, "GET", "/", get_home, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/r", get_home, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/check", get_check, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/check", post_check, SPARK_PORTAL_MAX_FORM, FALSE },
};
const gsize spark_portal_n_check_routes = G_N_ELEMENTS (spark_portal_check_routes);

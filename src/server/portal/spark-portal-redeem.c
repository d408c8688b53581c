/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <string.h>

#include "server/portal/spark-portal-private.h"

#define N_(text) text

/* What an ad account that is made by a link is called in the form. */
#define NEW_ACCOUNT "new"

static gboolean
missing (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "Something is missing.");
  return FALSE;
}

static gboolean
too_old (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "This form is too old.");
  return FALSE;
}

static gboolean
sign_in (SparkTx *tx, SparkPortalAct *act, const char *account_id, GError **error)
{
  return spark_ledger_sign_in_brand (tx, act->visitor->session, account_id,
                                     g_hash_table_lookup (act->form, "ticket"), &act->session,
                                     error);
}

/* What was done before is not refused now. @why: (transfer full) */
static gboolean
refuse_first (SparkTx *tx, SparkPortalAct *act, const char *purpose, GError *why, GError **error)
{
  g_autoptr (GError) refusal = why;
  gboolean refused = g_error_matches (why, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED)
                     || g_error_matches (why, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  gboolean found = FALSE;

  if (refused && !spark_portal_find_done (tx, act, purpose, &found, error))
    return FALSE;
  if (!found)
    g_propagate_error (error, g_steal_pointer (&refusal));
  return found;
}

/*
 * A link is an invitation for its brand: whoever redeems it first may have an ad account made, and
 * is signed in for it. Nothing is made when the link would be refused, or has been already.
 */
static gboolean
make_account (SparkTx *tx, SparkPortalAct *act, const char *string, GError **error)
{
  const char *name = g_hash_table_lookup (act->form, "name");
  SparkRedeemable found;
  gboolean existing, again;

  if (!spark_ledger_preview_redemption (tx, NULL, string, &existing, &act->refusal, error))
    return FALSE;
  if (act->refusal != NULL)
    {
      if (!spark_portal_find_done (tx, act, SPARK_SEAL_REDEEM, &again, error))
        return FALSE;
      if (again)
        g_clear_error (&act->refusal);
      return TRUE;
    }
  if (!spark_read_redeemable (tx, string, &found, error))
    return FALSE;
  /* Only the sandbox can make one; at TikTok a brand brings its own. */
  if (!found.is_link || found.platform != SPARK_PLATFORM_SANDBOX)
    return missing (error);
  return spark_ledger_add_advertiser (tx, name, &act->account_id, error)
         && sign_in (tx, act, act->account_id, error);
}

static gboolean
run_redeem (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const char *account_id = g_hash_table_lookup (act->form, "account");
  g_autofree char *string
      = spark_tx_unseal (tx, SPARK_SEAL_REDEEM, g_hash_table_lookup (act->form, "ticket"));
  g_auto (SparkRedemption) redemption = { 0 };
  g_autoptr (GError) why = NULL;

  if (string == NULL)
    {
      too_old (&why);
      return refuse_first (tx, act, SPARK_SEAL_REDEEM, g_steal_pointer (&why), error);
    }
  if (account_id == NULL || g_hash_table_lookup (act->form, "agree") == NULL)
    return missing (error);
  if (strcmp (account_id, NEW_ACCOUNT) != 0)
    {
      if (spark_visitor_account (act->visitor, account_id) == NULL)
        return missing (error);
      act->account_id = g_strdup (account_id);
    }
  else if (!make_account (tx, act, string, error))
    return FALSE;
  if (act->refusal != NULL || act->made != NULL)
    return TRUE;
  if (!spark_ledger_redeem (tx, act->account_id, string, &redemption, &act->refusal, error))
    return FALSE;
  act->made = g_strdup (redemption.grant_id);
  return act->session == NULL || act->refusal != NULL
         || spark_portal_keep_done (tx, act, SPARK_SEAL_REDEEM, error);
}

static void
answer_redeem (SparkPortalAct *act)
{
  g_autofree char *location
      = g_strdup_printf ("/posts?account=%s&done=%s", act->account_id, act->made);

  spark_portal_redirect (act->portal, act->request, act->visitor, location);
}

static void
post_redeem (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_redeem, answer_redeem);
}

/* --- signing in and out --- */

static gboolean
read_sign_in (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
              JsonObject *page, GError **error)
{
  json_object_set_boolean_member (page, "connects", portal->connects);
  return TRUE;
}

static void
get_sign_in (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, FALSE, "sign-in", N_ ("Sign in"), read_sign_in);
}

/*
 * Anybody with an ad account can send an invitation to theirs, and would then see what is redeemed
 * there. So it signs nobody in before a page has said for whom.
 */
static gboolean
read_invited (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
              JsonObject *page, GError **error)
{
  g_autoptr (GHashTable) form = spark_portal_form (request, error);
  const char *pasted, *fragment;
  g_autofree char *invitation = NULL;
  g_autofree char *ticket = NULL;
  SparkAdvertiser advertiser;

  if (form == NULL || !spark_portal_check_form (portal, request, visitor, form, error))
    return FALSE;
  pasted = g_hash_table_lookup (form, "invitation");
  fragment = pasted != NULL ? strchr (pasted, '#') : NULL;
  invitation = g_strstrip (g_strdup (fragment != NULL ? fragment + 1
                                     : pasted != NULL ? pasted
                                                      : ""));
  if (!spark_read_invitation (tx, invitation, &advertiser, error))
    return FALSE;
  ticket = spark_tx_seal (tx, SPARK_SEAL_INVITED, invitation,
                          spark_tx_now (tx) + SPARK_PORTAL_TICKET_MS);
  json_object_set_string_member (page, "ticket", ticket);
  json_object_set_string_member (page, "account_id", advertiser.id);
  json_object_set_string_member (page, "account_name", advertiser.name);
  return TRUE;
}

static void
post_sign_in (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, FALSE, "invited", N_ ("Sign in for this ad account?"),
                     read_invited);
}

static gboolean
run_sign_in (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  g_autofree char *invitation
      = spark_tx_unseal (tx, SPARK_SEAL_INVITED, g_hash_table_lookup (act->form, "ticket"));
  g_autoptr (GError) why = NULL;

  if (invitation == NULL)
    too_old (&why);
  else if (spark_ledger_accept_invitation (tx, invitation, &act->account_id, &why))
    return sign_in (tx, act, act->account_id, error)
           && spark_portal_keep_done (tx, act, SPARK_SEAL_INVITED, error);
  return refuse_first (tx, act, SPARK_SEAL_INVITED, g_steal_pointer (&why), error);
}

static void
answer_sign_in (SparkPortalAct *act)
{
  g_autofree char *location = g_strdup_printf ("/posts?account=%s", act->account_id);

  spark_portal_redirect (act->portal, act->request, act->visitor, location);
}

static void
post_invited (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_sign_in, answer_sign_in);
}

/* What a form answered with is not at its address a second time. */
static void
get_invited (SparkRequest *request, gpointer data)
{
  spark_request_add_header (request, "Location", "/sign-in");
  spark_request_respond (request, 303, NULL, NULL);
}

static gboolean
run_sign_out (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  return spark_ledger_sign_out_brand (tx, act->visitor->session, error);
}

static void
answer_sign_out (SparkPortalAct *act)
{
  act->visitor->signing_out = TRUE;
  spark_portal_redirect (act->portal, act->request, act->visitor, "/");
}

static void
post_sign_out (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_sign_out, answer_sign_out);
}

const SparkRoute spark_portal_redeem_routes[] = {
  { SPARK_FACE_BRANDS, "POST", "/redeem", post_redeem, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/i", get_sign_in, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/sign-in", get_sign_in, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/sign-in", post_sign_in, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/sign-in/invited", post_invited, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/sign-in/invited", get_invited, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/sign-out", post_sign_out, SPARK_PORTAL_MAX_FORM, FALSE },
};
const gsize spark_portal_n_redeem_routes = G_N_ELEMENTS (spark_portal_redeem_routes);

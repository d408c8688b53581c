/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include "server/ledger/spark-ledger-connections.h"
#include "server/portal/spark-portal-private.h"

#define N_(text) text

/* Whether the backend may act for the ad account at TikTok. */
static gboolean
set_connection (SparkTx *tx, const SparkAdAccount *account, JsonObject *page, GError **error)
{
  SparkConnectionState state;

  if (!spark_read_advertiser_connection (tx, account->id, &state, error))
    return FALSE;
  json_object_set_boolean_member (page, "connected", state == SPARK_CONNECTION_STATE_CONNECTED);
  json_object_set_boolean_member (page, "lost", state == SPARK_CONNECTION_STATE_LOST);
  json_object_set_boolean_member (page, "ending", state == SPARK_CONNECTION_STATE_ENDING);
  return TRUE;
}

static gboolean
read_access (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
             JsonObject *page, GError **error)
{
  const SparkAdAccount *account = spark_portal_set_account (request, visitor, page, error);

  json_object_set_boolean_member (page, "at_access", TRUE);
  json_object_set_boolean_member (page, "connects", portal->connects);
  return account != NULL && set_connection (tx, account, page, error);
}

static void
get_access (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, TRUE, "access", N_ ("Tools and people"), read_access);
}

static gboolean
run_token (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const SparkAdAccount *account = spark_portal_form_account (act, error);

  return account != NULL
         && (g_hash_table_lookup (act->form, "end_others") == NULL
             || spark_ledger_end_advertiser_tokens (tx, account->id, error))
         && spark_ledger_create_advertiser_token (tx, account->id, &act->made, error);
}

static void
show_once (SparkPortalAct *act, const char *title, const char *name, const char *secret)
{
  g_autofree char *base = spark_request_origin (act->request);
  JsonObject *page = spark_portal_page (act->portal, act->visitor, title);
  const SparkAdAccount *account = spark_visitor_account (act->visitor, act->account_id);

  json_object_set_boolean_member (page, "at_access", TRUE);
  json_object_set_string_member (page, "account_id", account->id);
  json_object_set_string_member (page, "account_name", account->name);
  json_object_set_string_member (page, "base", base);
  json_object_set_string_member (page, "secret", secret);
  spark_portal_respond (act->portal, act->request, act->visitor, 200, name, page);
}

static void
answer_token (SparkPortalAct *act)
{
  show_once (act, N_ ("A token for your tools"), "token", act->made);
}

static void
post_token (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_token, answer_token);
}

static gboolean
run_invite (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const SparkAdAccount *account = spark_portal_form_account (act, error);

  return account != NULL && spark_ledger_invite_brand (tx, account->id, &act->made, error);
}

static void
answer_invite (SparkPortalAct *act)
{
  g_autofree char *base = spark_request_origin (act->request);
  g_autofree char *address = g_strconcat (base, "/i#", act->made, NULL);

  show_once (act, N_ ("An invitation"), "invitation", address);
}

static void
post_invite (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_invite, answer_invite);
}

/* What a form answered with is not at its address a second time. */
static void
get_form_address (SparkRequest *request, gpointer data)
{
  spark_request_add_header (request, "Location", "/access");
  spark_request_respond (request, 303, NULL, NULL);
}

/* --- the connection to TikTok --- */

static gboolean
read_disconnect (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
                 JsonObject *page, GError **error)
{
  json_object_set_boolean_member (page, "at_access", TRUE);
  return spark_portal_set_account (request, visitor, page, error) != NULL;
}

static void
get_disconnect (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, TRUE, "disconnect", N_ ("Disconnect from TikTok?"),
                     read_disconnect);
}

static gboolean
run_disconnect (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const SparkAdAccount *account = spark_portal_form_account (act, error);

  return account != NULL && spark_ledger_disconnect_advertiser (tx, account->id, error);
}

static void
answer_disconnect (SparkPortalAct *act)
{
  g_autofree char *location = g_strdup_printf ("/access?account=%s", act->account_id);

  spark_portal_redirect (act->portal, act->request, act->visitor, location);
}

static void
post_disconnect (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_disconnect, answer_disconnect);
}

const SparkRoute spark_portal_access_routes[] = {
  { SPARK_FACE_BRANDS, "GET", "/access", get_access, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/access/token", post_token, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/access/token", get_form_address, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/access/invite", post_invite, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/access/invite", get_form_address, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/access/disconnect", get_disconnect, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/access/disconnect", post_disconnect, SPARK_PORTAL_MAX_FORM,
    FALSE },
};
const gsize spark_portal_n_access_routes = G_N_ELEMENTS (spark_portal_access_routes);

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

/* --- an account holder --- */

static void
write_tokens (JsonObject *data)
{
  json_object_set_string_member (data, "access_token", "act.a-token-of-the-creator");
  json_object_set_string_member (data, "refresh_token", "rft.a-token-of-the-creator");
  json_object_set_string_member (data, "open_id", "creator");
  json_object_set_string_member (data, "scope", "biz.spark.auth,video.list");
  json_object_set_int_member (data, "expires_in", 86400 * 365);
  json_object_set_int_member (data, "refresh_token_expires_in", 86400 * 365);
}

static int
refresh (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  if (!self->consent)
    return 40103;
  write_tokens (data);
  return 0;
}

/* A code that a browser brings works once. */
static gboolean
takes_auth_code (Double *self, JsonObject *params)
{
  const char *code = json_object_get_string_member_with_default (params, "auth_code", "");
  g_autofree char *next = g_strdup_printf ("auth-code-%u", self->n_auth_codes);

  if (self->n_auth_codes == self->n_auth_codes_used || strcmp (code, next) != 0)
    return FALSE;
  self->n_auth_codes_used = self->n_auth_codes;
  return TRUE;
}

static int
token (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  if (!takes_auth_code (self, params))
    return 40110;
  *done = self->consent = TRUE;
  write_tokens (data);
  return 0;
}

static int
revoke_consent (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  *done = self->consent;
  self->consent = FALSE;
  return 0;
}

/* --- an advertiser --- */

static int
brand_token (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *ids = json_array_new ();

  if (!takes_auth_code (self, params))
    return 40110;
  *done = self->brand_consent = TRUE;
  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    json_array_add_string_element (ids, double_brand (i));
  json_object_set_string_member (data, "access_token", "a-token-of-the-brand");
  json_object_set_array_member (data, "advertiser_ids", ids);
  return 0;
}

static int
advertisers (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < DOUBLE_BRANDS; i++)
    {
      JsonObject *one = json_object_new ();

      json_object_set_string_member (one, "advertiser_id", double_brand (i));
      json_object_set_string_member (one, "advertiser_name", i == 0 ? "Acme Ads" : "Nord Ads");
      json_array_add_object_element (list, one);
    }
  json_object_set_array_member (data, "list", list);
  return 0;
}

static int
revoke_brand (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  const char *access = json_object_get_string_member_with_default (params, "access_token", "");

  if (!self->brand_consent || strcmp (access, "a-token-of-the-brand") != 0)
    return 40105;
  *done = TRUE;
  self->brand_consent = FALSE;
  return 0;
}

const DoubleEndpoint double_oauth_endpoints[] = {
  { "tt_user/oauth2/token/", token },        { "tt_user/oauth2/refresh_token/", refresh },
  { "tt_user/oauth2/revoke/", revoke_consent },      { "oauth2/access_token/", brand_token },
  { "oauth2/advertiser/get/", advertisers }, { "oauth2/revoke_token/", revoke_brand },
};
const gsize double_n_oauth_endpoints = G_N_ELEMENTS (double_oauth_endpoints);

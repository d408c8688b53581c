/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "server/portal/spark-portal-private.h"
#include "spark-enum-types.h"

#define N_(text)  text
#define PAGE_SIZE 50
#define MAX_PAGE  10000

/* --- the list --- */

typedef struct
{
  SparkTx *tx;
  const SparkVisitor *visitor;
  const char *done; /* the grant that was just redeemed; NULL: none */
  JsonObject *page;
  JsonArray *posts;
  GChecksum *state; /* of all that can change while somebody looks */
} List;

static void
set_periods (JsonObject *post)
{
  JsonArray *periods = json_array_new ();

  for (const guint *days = spark_periods; *days != 0; days++)
    {
      JsonObject *period = json_object_new ();

      json_object_set_int_member (period, "days", *days);
      json_object_set_boolean_member (period, "usual", *days == 30);
      json_array_add_object_element (periods, period);
    }
  json_object_set_array_member (post, "periods", periods);
}

/* Which of the states' words and forms the page shows. */
static void
set_state (const List *self, const SparkBrandPost *post, JsonObject *object)
{
  const SparkGrant *grant = &post->grant;
  gboolean live
      = grant->state == SPARK_GRANT_STATE_AUTHORIZED || grant->state == SPARK_GRANT_STATE_PENDING;
  gboolean asked = spark_ledger_asked_lately (post->extension_asked_at, spark_tx_now (self->tx));
  gboolean extensible = live || grant->state == SPARK_GRANT_STATE_EXPIRED;
  const char *state = spark_enum_to_string (SPARK_TYPE_GRANT_STATE, (int)grant->state);
  g_autofree char *left
      = spark_words_days_left (self->visitor->language, grant->ends_at, spark_tx_now (self->tx));

  json_object_set_string_member (object, "state", state);
  json_object_set_boolean_member (object, state, TRUE);
  json_object_set_boolean_member (object, "live", live);
  json_object_set_boolean_member (object, "asked", extensible && asked);
  json_object_set_boolean_member (object, "may_ask", extensible && !asked);
  json_object_set_string_member (object, "left", live ? left : "");
  if (grant->ads_active > 0)
    {
      g_autofree char *ads
          = spark_language_count (self->visitor->language, "{n} ad runs with it",
                                  "{n} ads run with it", (guint64)grant->ads_active);

      json_object_set_string_member (object, "ads", ads);
    }
  if (extensible && !asked)
    set_periods (object);
}

static void
note_state (const List *self, const SparkBrandPost *post)
{
  g_autofree char *text
      = g_strdup_printf ("%s %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d\n", post->grant.id,
                         (int)post->grant.state, post->grant.ends_at, post->extension_asked_at,
                         post->grant.ads_active);

  g_checksum_update (self->state, (const guchar *)text, -1);
}

static gboolean
add_post (const SparkBrandPost *post, gpointer data)
{
  List *self = data;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", post->grant.id);
  json_object_set_boolean_member (object, "of_sandbox", post->platform == SPARK_PLATFORM_SANDBOX);
  spark_words_set_video (self->tx, object, &post->video, post->handle, post->account_name);
  spark_words_set_time (object, "ends", post->grant.ends_at);
  spark_words_set_time (object, "redeemed", post->grant.redeemed_at);
  spark_words_set_time (object, "revoked", post->grant.revoked_at);
  set_state (self, post, object);
  note_state (self, post);
  if (g_strcmp0 (self->done, post->grant.id) == 0
      && post->grant.state == SPARK_GRANT_STATE_AUTHORIZED)
    json_object_set_object_member (self->page, "done", json_object_ref (object));
  json_array_add_object_element (self->posts, object);
  return TRUE;
}

const SparkAdAccount *
spark_portal_set_account (SparkRequest *request, const SparkVisitor *visitor, JsonObject *page,
                          GError **error)
{
  const char *wanted = spark_request_query (request, "account");
  const SparkAdAccount *chosen = spark_visitor_account (visitor, wanted);
  JsonArray *others;

  if (chosen == NULL)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such ad account here.");
      return NULL;
    }
  json_object_set_string_member (page, "account_id", chosen->id);
  json_object_set_string_member (page, "account_name", chosen->name);
  others = json_array_new ();
  for (guint i = 0; visitor->accounts->len > 1 && i < visitor->accounts->len; i++)
    {
      const SparkAdAccount *account = visitor->accounts->pdata[i];
      JsonObject *other = json_object_new ();

      json_object_set_string_member (other, "other_id", account->id);
      json_object_set_string_member (other, "other_name", account->name);
      json_object_set_boolean_member (other, "current", account == chosen);
      json_array_add_object_element (others, other);
    }
  json_object_set_array_member (page, "others", others);
  json_object_set_boolean_member (page, "has_others", visitor->accounts->len > 1);
  return chosen;
}

static guint
page_number (SparkRequest *request)
{
  const char *text = spark_request_query (request, "page");
  gint64 number = 1;

  if (text != NULL && !g_ascii_string_to_signed (text, 10, 1, MAX_PAGE, &number, NULL))
    number = 1;
  return (guint)number;
}

static void
set_pages (JsonObject *page, guint number, guint total)
{
  if (number > 1)
    json_object_set_int_member (page, "previous", number - 1);
  if (number * PAGE_SIZE < total)
    json_object_set_int_member (page, "next", number + 1);
}

static gboolean
read_posts (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
            JsonObject *page, GError **error)
{
  const SparkAdAccount *account = spark_portal_set_account (request, visitor, page, error);
  const char *known = spark_request_header (request, "If-None-Match");
  g_autoptr (GChecksum) state = g_checksum_new (G_CHECKSUM_SHA256);
  List list
      = { tx, visitor, spark_request_query (request, "done"), page, json_array_new (), state };
  guint number = page_number (request), total;
  const char *digest;

  json_object_set_array_member (page, "posts", list.posts);
  json_object_set_boolean_member (page, "at_posts", TRUE);
  if (account == NULL
      || !spark_read_brand_posts (tx, account->id, number, PAGE_SIZE, &total, add_post, &list,
                                  error))
    return FALSE;
  set_pages (page, number, total);
  digest = g_checksum_get_string (state);
  json_object_set_string_member (page, "digest", digest);
  json_object_set_boolean_member (page, "unchanged", g_strcmp0 (known, digest) == 0);
  return TRUE;
}

static void
get_posts (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, TRUE, "posts", N_ ("Authorized posts"), read_posts);
}

/* --- extend, unbind --- */

const SparkAdAccount *
spark_portal_form_account (SparkPortalAct *act, GError **error)
{
  const char *id = g_hash_table_lookup (act->form, "account");
  const SparkAdAccount *account = id != NULL ? spark_visitor_account (act->visitor, id) : NULL;

  if (account == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such ad account here.");
  else
    act->account_id = g_strdup (account->id);
  return account;
}

static void
answer_posts (SparkPortalAct *act)
{
  g_autofree char *location = g_strdup_printf ("/posts?account=%s", act->account_id);

  spark_portal_redirect (act->portal, act->request, act->visitor, location);
}

static gboolean
run_extend (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const SparkAdAccount *account = spark_portal_form_account (act, error);
  const char *text = g_hash_table_lookup (act->form, "days");
  gint64 days = 0;

  if (account == NULL)
    return FALSE;
  if (text != NULL)
    g_ascii_string_to_signed (text, 10, 1, G_MAXUINT16, &days, NULL);
  return spark_ledger_request_extension (tx, account->id, spark_request_param (act->request, 0),
                                         (guint)days, error);
}

static void
post_extend (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_extend, answer_posts);
}

/* Whether the grant is one of this ad account's. */
static gboolean
check_owner (SparkTx *tx, const char *account_id, const char *grant_id, SparkGrant *grant,
             GError **error)
{
  if (!spark_read_grant (tx, grant_id, grant, error))
    return FALSE;
  if (g_strcmp0 (grant->advertiser.id, account_id) == 0)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "It is not here.");
  return FALSE;
}

static gboolean
run_unbind (SparkTx *tx, SparkPortalAct *act, GError **error)
{
  const SparkAdAccount *account = spark_portal_form_account (act, error);
  SparkGrant grant;
  SparkVideo video;

  return account != NULL
         && check_owner (tx, account->id, spark_request_param (act->request, 0), &grant, error)
         && spark_read_video (tx, grant.video_id, &video, error)
         && spark_ledger_unbind (tx, account->id, video.item_id, error);
}

static void
post_unbind (SparkRequest *request, gpointer data)
{
  spark_portal_act (data, request, run_unbind, answer_posts);
}

static gboolean
read_unbind (SparkPortal *portal, SparkTx *tx, SparkRequest *request, SparkVisitor *visitor,
             JsonObject *page, GError **error)
{
  const SparkAdAccount *account = spark_portal_set_account (request, visitor, page, error);
  SparkGrant grant;
  SparkVideo video;
  SparkAccount creator;
  gint64 number, object;

  if (account == NULL
      || !check_owner (tx, account->id, spark_request_param (request, 0), &grant, error)
      || !spark_read_video (tx, grant.video_id, &video, error)
      || !spark_id_parse (video.id, &number, &object)
      || !spark_read_account (tx, number, &creator, error))
    return FALSE;
  json_object_set_string_member (page, "id", grant.id);
  spark_words_set_video (tx, page, &video, creator.handle, creator.name);
  return TRUE;
}

static void
get_unbind (SparkRequest *request, gpointer data)
{
  spark_portal_read (data, request, TRUE, "unbind", N_ ("Give up this post?"), read_unbind);
}

const SparkRoute spark_portal_post_routes[] = {
  { SPARK_FACE_BRANDS, "GET", "/posts", get_posts, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/posts/{id}/extend", post_extend, SPARK_PORTAL_MAX_FORM, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/posts/{id}/unbind", get_unbind, 0, FALSE },
  { SPARK_FACE_BRANDS, "POST", "/posts/{id}/unbind", post_unbind, SPARK_PORTAL_MAX_FORM, FALSE },
};
const gsize spark_portal_n_post_routes = G_N_ELEMENTS (spark_portal_post_routes);

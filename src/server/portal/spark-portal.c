/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "server/portal/spark-portal-private.h"
#include "spark-portal-resources.h"

#define PAGES RESOURCE_PATH "/portal/pages/"

/* One person's forms, and the pages and pictures that they look at. */
#define ACTS_RATE   10
#define ACTS_BURST  150
#define LOOKS_RATE  20
#define LOOKS_BURST 400
/* Each takes milliseconds of a processor, and one page has the addresses of fifty. */
#define DRAWINGS_RATE  50
#define DRAWINGS_BURST 300

#define POLICY                                                                                     \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "  \
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* --- answering --- */

static void
add_headers (SparkRequest *request)
{
  spark_request_add_page_headers (request, POLICY);
  spark_request_add_header (request, "Vary", "Accept-Language, Cookie");
}

JsonObject *
spark_portal_page (SparkPortal *portal, const SparkVisitor *visitor, const char *title)
{
  JsonObject *page = json_object_new ();

  json_object_set_string_member (page, "lang", spark_language_tag (visitor->language));
  json_object_set_string_member (page, "dir",
                                 spark_language_is_rtl (visitor->language) ? "rtl" : "ltr");
  json_object_set_string_member (page, "title", spark_language_get (visitor->language, title));
  json_object_set_string_member (page, "form_token", visitor->form_token);
  json_object_set_boolean_member (page, "signed_in", spark_visitor_is_signed_in (visitor));
  /* Where no ad account of TikTok's can be connected, brands sign in for those of the sandbox. */
  json_object_set_boolean_member (page, "sandbox",
                                  spark_visitor_is_signed_in (visitor) && !portal->connects);
  return page;
}

void
spark_portal_respond (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                      guint status, const char *name, JsonObject *page)
{
  g_autoptr (GBytes) body
      = spark_templates_render (portal->templates, "frame", name, page, visitor->language);

  json_object_unref (page);
  add_headers (request);
  spark_visitor_set_cookie (visitor, request);
  spark_request_respond (request, status, "text/html; charset=utf-8", body);
}

void
spark_portal_redirect (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                       const char *location)
{
  add_headers (request);
  spark_visitor_set_cookie (visitor, request);
  spark_request_add_header (request, "Location", location);
  spark_request_respond (request, 303, NULL, NULL);
}

/* A person who got nowhere: nobody's page, in their language. */
static SparkVisitor *
make_stranger (SparkRequest *request)
{
  SparkVisitor *visitor = g_new0 (SparkVisitor, 1);

  visitor->language = spark_language_choose (spark_request_header (request, "Accept-Language"));
  visitor->accounts = g_ptr_array_new ();
  return visitor;
}

void
spark_portal_refuse (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                     const GError *error)
{
  g_autoptr (SparkVisitor) stranger = visitor == NULL ? make_stranger (request) : NULL;
  const SparkVisitor *whom = visitor != NULL ? visitor : stranger;
  JsonObject *page = spark_portal_page (portal, whom, "");
  guint status = error->domain == SPARK_ERROR ? spark_error_http_status (error->code) : 0;

  spark_words_for_error (whom->language, error, page);
  if (status == 429 || status == 503)
    spark_request_add_header (request, "Retry-After", "5");
  spark_portal_respond (portal, request, whom, status != 0 ? status : 500, "problem", page);
}

static void
refuse (SparkRequest *request, const GError *error, gpointer data)
{
  spark_portal_refuse (data, request, NULL, error);
}

/* --- reading --- */

/* Whose forms and looks are counted: many may come from one address, and are told apart once signed
 * in. */
static const char *
get_bucket (SparkRequest *request, const SparkVisitor *visitor)
{
  return spark_visitor_is_signed_in (visitor) ? visitor->form_token : spark_request_peer (request);
}

static gboolean
look (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor, GError **error)
{
  if (spark_throttle_take (portal->looks, get_bucket (request, visitor), g_get_monotonic_time ()))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS, "Too many requests.");
  return FALSE;
}

void
spark_portal_read (SparkPortal *portal, SparkRequest *request, gboolean sign_in, const char *name,
                   const char *title, SparkPortalRead read)
{
  g_autoptr (SparkVisitor) visitor = NULL;
  g_autoptr (JsonObject) page = NULL;
  g_autoptr (GError) error = NULL;
  gboolean known = FALSE;
  SparkTx *tx = spark_store_read_begin (portal->store, &error);

  if (tx != NULL)
    {
      visitor = spark_visitor_new (tx, request);
      page = spark_portal_page (portal, visitor, title);
      known = !sign_in || spark_visitor_is_signed_in (visitor);
      if (look (portal, request, visitor, &error) && known && read != NULL)
        read (portal, tx, request, visitor, page, &error);
      spark_store_read_end (tx);
    }
  if (error != NULL)
    spark_portal_refuse (portal, request, visitor, error);
  else if (!known)
    spark_portal_redirect (portal, request, visitor, "/sign-in");
  else if (json_object_get_boolean_member_with_default (page, "unchanged", FALSE))
    spark_request_respond (request, 304, NULL, NULL);
  else
    spark_portal_respond (portal, request, visitor, 200, name, g_steal_pointer (&page));
}

/* --- acting --- */

GHashTable *
spark_portal_form (SparkRequest *request, GError **error)
{
  GHashTable *form = spark_request_form (request);

  if (form == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "This is not a form.");
  return form;
}

/* Browsers say where a request comes from ("none": from the person, who loads a page again); those
 * that do not are held to the form's token alone. */
static gboolean
comes_from_here (SparkRequest *request)
{
  const char *site = spark_request_header (request, "Sec-Fetch-Site");

  return site == NULL || strcmp (site, "same-origin") == 0 || strcmp (site, "none") == 0;
}

gboolean
spark_portal_check_form (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                         GHashTable *form, GError **error)
{
  if (!spark_throttle_take (portal->acts, get_bucket (request, visitor), g_get_monotonic_time ()))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS, "Too many requests.");
      return FALSE;
    }
  if (comes_from_here (request)
      && spark_visitor_owns_form (visitor, g_hash_table_lookup (form, "form")))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "This form is not from here.");
  return FALSE;
}

static void
act_free (SparkPortalAct *act)
{
  g_clear_pointer (&act->visitor, spark_visitor_free);
  g_clear_pointer (&act->form, g_hash_table_unref);
  g_clear_error (&act->refusal);
  g_free (act->account_id);
  g_free (act->session);
  g_free (act->made);
  g_free (act);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkPortalAct, act_free)

static gboolean
prepare (SparkPortalAct *act, GError **error)
{
  SparkTx *tx = spark_store_read_begin (act->portal->store, error);

  if (tx == NULL)
    return FALSE;
  act->visitor = spark_visitor_new (tx, act->request);
  spark_store_read_end (tx);
  act->form = spark_portal_form (act->request, error);
  return act->form != NULL
         && spark_portal_check_form (act->portal, act->request, act->visitor, act->form, error);
}

static gboolean
run (SparkTx *tx, gpointer data, GError **error)
{
  SparkPortalAct *act = data;

  g_clear_error (&act->refusal);
  g_clear_pointer (&act->account_id, g_free);
  g_clear_pointer (&act->made, g_free);
  g_clear_pointer (&act->session, g_free);
  return spark_visitor_look_again (act->visitor, tx, error) && act->run (tx, act, error);
}

static void
done (gpointer data, const GError *error)
{
  g_autoptr (SparkPortalAct) act = data;

  if (error == NULL && act->session != NULL)
    spark_visitor_take_session (act->visitor, act->session);
  if (error != NULL || act->refusal != NULL)
    spark_portal_refuse (act->portal, act->request, act->visitor,
                         error != NULL ? error : act->refusal);
  else
    act->answer (act);
}

void
spark_portal_act (SparkPortal *portal, SparkRequest *request,
                  gboolean (*run_act) (SparkTx *tx, SparkPortalAct *act, GError **error),
                  void (*answer) (SparkPortalAct *act))
{
  g_autoptr (SparkPortalAct) act = g_new0 (SparkPortalAct, 1);
  g_autoptr (GError) error = NULL;

  act->portal = portal;
  act->request = request;
  act->run = run_act;
  act->answer = answer;
  if (!prepare (act, &error))
    {
      spark_portal_refuse (portal, request, act->visitor, error);
      return;
    }
  spark_request_wait (request);
  spark_store_submit (portal->store, run, done, g_steal_pointer (&act));
}

/* --- the whole --- */

SparkPortal *
spark_portal_new (SparkStore *store)
{
  SparkPortal *portal = g_new0 (SparkPortal, 1);

  spark_languages_load ();
  portal->store = store;
  portal->templates = spark_templates_load (spark_portal_get_resource (), PAGES);
  portal->acts = spark_throttle_new ("acts", ACTS_RATE, ACTS_BURST);
  portal->looks = spark_throttle_new ("looks", LOOKS_RATE, LOOKS_BURST);
  portal->drawings = spark_throttle_new ("drawings", DRAWINGS_RATE, DRAWINGS_BURST);
  return portal;
}

void
spark_portal_set_connects (SparkPortal *portal)
{
  portal->connects = TRUE;
}

void
spark_portal_add_routes (SparkPortal *portal, SparkHttp *http)
{
  spark_http_add_routes (http, spark_portal_check_routes, spark_portal_n_check_routes, portal);
  spark_http_add_routes (http, spark_portal_redeem_routes, spark_portal_n_redeem_routes, portal);
  spark_http_add_routes (http, spark_portal_post_routes, spark_portal_n_post_routes, portal);
  spark_http_add_routes (http, spark_portal_access_routes, spark_portal_n_access_routes, portal);
  spark_http_add_routes (http, spark_portal_asset_routes, spark_portal_n_asset_routes, portal);
  spark_http_add_refuse (http, SPARK_FACE_BRANDS, "/", refuse, portal);
}

void
spark_portal_free (SparkPortal *portal)
{
  spark_templates_free (portal->templates);
  spark_throttle_free (portal->acts);
  spark_throttle_free (portal->looks);
  spark_throttle_free (portal->drawings);
  g_free (portal);
}

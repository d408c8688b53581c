/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/http/spark-throttle.h"
#include "server/ledger/spark-ledger.h"
#include "server/html/spark-language.h"
#include "server/portal/spark-portal.h"
#include "server/html/spark-template.h"
#include "server/portal/spark-visitor.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

struct _SparkPortal
{
  SparkStore *store; /* borrowed */
  SparkTemplates *templates;
  SparkThrottle *acts;     /* forms */
  SparkThrottle *looks;    /* pages and pictures */
  SparkThrottle *drawings; /* pictures that are drawn, by peer */
  gboolean connects; /* ad accounts, at TikTok */
};

/* The largest body of a form. */
#define SPARK_PORTAL_MAX_FORM 8192

/* --- answering --- */

/* The data of a page that every page has. (transfer full) */
JsonObject *spark_portal_page (SparkPortal *portal, const SparkVisitor *visitor,
                               const char *title);
/* Answers with the template in the frame; takes @page. */
void spark_portal_respond (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                           guint status, const char *name, JsonObject *page);
/* Answers 303: what is at @location, a path of this site, is asked for next. */
void spark_portal_redirect (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                            const char *location);
/* Answers with the words for @error and its status. @visitor: (nullable) */
void spark_portal_refuse (SparkPortal *portal, SparkRequest *request, const SparkVisitor *visitor,
                          const GError *error);

/* --- reading --- */

/* Fills @page; FALSE with @error. */
typedef gboolean (*SparkPortalRead) (SparkPortal *portal, SparkTx *tx, SparkRequest *request,
                                     SparkVisitor *visitor, JsonObject *page, GError **error);
/* Answers a GET with the page @name, for those who are signed in when @sign_in. */
void spark_portal_read (SparkPortal *portal, SparkRequest *request, gboolean sign_in,
                        const char *name, const char *title, SparkPortalRead read);

/* The ad account that a page is about, which is set in @page; NOT_FOUND for one that is not the
 * visitor's. */
const SparkAdAccount *spark_portal_set_account (SparkRequest *request, const SparkVisitor *visitor,
                                                JsonObject *page, GError **error);

/* --- acting --- */

typedef struct _SparkPortalAct SparkPortalAct;
struct _SparkPortalAct
{
  SparkPortal *portal;
  SparkRequest *request;
  SparkVisitor *visitor;
  GHashTable *form;
  gboolean (*run) (SparkTx *tx, SparkPortalAct *act, GError **error); /* the transaction */
  void (*answer) (SparkPortalAct *act); /* when it is done and nothing was refused */

  GError *refusal;  /* not a failure of the transaction */
  char *account_id; /* the ad account it is about */
  char *made;       /* what the act made */
  char *session;    /* that the visitor has from now on */
};

/* Answers a form: checks that it is this visitor's own, then runs the act. */
void spark_portal_act (SparkPortal *portal, SparkRequest *request,
                       gboolean (*run) (SparkTx *tx, SparkPortalAct *act, GError **error),
                       void (*answer) (SparkPortalAct *act));
/* The ad account of a form, which must be the visitor's. */
const SparkAdAccount *spark_portal_form_account (SparkPortalAct *act, GError **error);
/*
 * A form that gives its visitor another cookie, which only the answer has, may come again with the
 * old one: the answer was lost, or the button pressed twice. Whoever has that cookie, the ticket and
 * all that was filled in is who sent it, and is answered as before while what it signed in lasts.
 * @purpose: of the ticket's seal
 */
gboolean spark_portal_keep_done (SparkTx *tx, SparkPortalAct *act, const char *purpose,
                                 GError **error);
/* @found: (out): what it made then is what the act has made */
gboolean spark_portal_find_done (SparkTx *tx, SparkPortalAct *act, const char *purpose,
                                 gboolean *found, GError **error);
/* Reads a form that changes nothing. NULL with @error. (transfer full) */
GHashTable *spark_portal_form (SparkRequest *request, GError **error);
/* Whether the form is this visitor's, and not one too many. */
gboolean spark_portal_check_form (SparkPortal *portal, SparkRequest *request,
                                  const SparkVisitor *visitor, GHashTable *form, GError **error);

/* --- words --- */

/* Sets "title", "advice" and, where TikTok has its own words for it, "tiktok". */
void spark_words_for_error (const SparkLanguage *language, const GError *error, JsonObject *object);
/* Sets NAME_iso and NAME_text; nothing when @ms is 0. */
void spark_words_set_time (JsonObject *object, const char *name, gint64 ms);
/* "12 days left". (transfer full) */
char *spark_words_days_left (const SparkLanguage *language, gint64 until, gint64 now);
/* Sets what is said of a video: cover, handle, caption. */
void spark_words_set_video (SparkTx *tx, JsonObject *object, const SparkVideo *video,
                            const char *handle, const char *account_name);

extern const SparkRoute spark_portal_check_routes[];
extern const gsize spark_portal_n_check_routes;
extern const SparkRoute spark_portal_redeem_routes[];
extern const gsize spark_portal_n_redeem_routes;
extern const SparkRoute spark_portal_post_routes[];
extern const gsize spark_portal_n_post_routes;
extern const SparkRoute spark_portal_access_routes[];
extern const gsize spark_portal_n_access_routes;
extern const SparkRoute spark_portal_asset_routes[];
extern const gsize spark_portal_n_asset_routes;

/* What the page carries between forms, sealed: a code or link to redeem; an invitation. */
#define SPARK_SEAL_REDEEM      "redeem"
#define SPARK_SEAL_INVITED     "invited"
#define SPARK_PORTAL_TICKET_MS (G_GINT64_CONSTANT (3600) * 1000)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/html/spark-language.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;
  char *name;
} SparkAdAccount;

/* Who asks for a page: a browser with a cookie of its own, signed in for some ad accounts or none.
 */
typedef struct
{
  const SparkLanguage *language;
  char *session;  /* the cookie; the forms of its pages are bound to it */
  gboolean fresh; /* the cookie is to be set */
  gboolean signing_out;
  char form_token[65];
  GPtrArray *accounts; /* of SparkAdAccount; empty: not signed in */
} SparkVisitor;

/* Reads the cookie and its sign-in. */
SparkVisitor *spark_visitor_new (SparkTx *tx, SparkRequest *request);
/* Reads the sign-in again, which may have been ended since. */
gboolean spark_visitor_look_again (SparkVisitor *self, SparkTx *tx, GError **error);
void spark_visitor_free (SparkVisitor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkVisitor, spark_visitor_free)

gboolean spark_visitor_is_signed_in (const SparkVisitor *self);
/* The ad account of this id, the first one for NULL; NULL when it is not the visitor's. */
const SparkAdAccount *spark_visitor_account (const SparkVisitor *self, const char *id);
/* From now on the cookie is @session. */
void spark_visitor_take_session (SparkVisitor *self, const char *session);
/* Sets the cookie when it is not the one that came. */
void spark_visitor_set_cookie (const SparkVisitor *self, SparkRequest *request);
/* In constant time: whether the form was on a page of this visitor. */
gboolean spark_visitor_owns_form (const SparkVisitor *self, const char *form_token);

G_END_DECLS

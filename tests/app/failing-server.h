/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A backend on 127.0.0.1, in a thread of its own, that answers as it was told, and fails at one
 * request in every way there is.
 */
typedef struct _FailingServer FailingServer;

typedef enum
{
  FAILING_NOT,
  FAILING_PROBLEM,   /* problem+json with the code that was set */
  FAILING_SILENT,    /* takes the request and never answers */
  FAILING_SLOW,      /* begins to answer and never ends */
  FAILING_CLOSED,    /* closes the connection instead of an answer */
  FAILING_CUT,       /* closes it in the middle of the answer */
  FAILING_MALFORMED, /* JSON that ends too early */
  FAILING_NESTED,    /* JSON as deep as a well */
  FAILING_LIST,      /* JSON, but no object */
  FAILING_OVERSIZED, /* more bytes than anybody asked for */
  FAILING_HTML,      /* the page of something else */
  FAILING_MOVED,     /* a redirect */
  FAILING_GATEWAY,   /* the page of a proxy that finds nobody behind it */
  N_FAILING
} Failing;

FailingServer *failing_server_new (void);
void failing_server_free (FailingServer *self);
const char *failing_server_get_url (FailingServer *self);

/* Nobody listens there any more, and what was open is closed; then it is back at the same address. */
void failing_server_stop (FailingServer *self);
void failing_server_start (FailingServer *self);

/* @request: "METHOD /path", without a query, but with "?after" or "?cursor" where it goes on from
 * there; @json: "" for an empty answer; what begins with "id: " is a stream, which stays open */
void failing_server_answer (FailingServer *self, const char *request, const char *json);

/* Answers who it is, that it connects nobody to TikTok, and that there is no news. */
void failing_server_be_well (FailingServer *self);

/**
 * failing_server_fail:
 * @request: as above; only this one fails
 * @status, @code: of FAILING_PROBLEM
 */
void failing_server_fail (FailingServer *self, const char *request, Failing how, guint status,
                          const char *code);

/* Answers well meanwhile, and counts nothing: for what comes before the request that fails. */
void failing_server_pause (FailingServer *self, gboolean pause);

/* How many requests of the last failing_server_fail() came since it. */
guint failing_server_count (FailingServer *self);

/* How many requests came so far that change something. */
guint failing_server_count_writes (FailingServer *self);

G_END_DECLS

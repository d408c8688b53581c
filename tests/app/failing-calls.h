/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "failing-server.h"
#include "test-window.h"

G_BEGIN_DECLS

/*
 * Every request of the window, its pages and its dialogs: where it stands in the sources, what
 * makes it, and how its failure comes before a person.
 */

#define CODE        "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define TIKTOK_CODE "#aB3/xAAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9Q="
#define LINK        "https://www.tiktok.com/@mia/video/7100000000000000001"
#define CODE_JSON                                                                                  \
  "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":\"" CODE "\",\"state\":\"ready\",\"days\":30,"    \
  "\"starts_at\":\"2026-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","                   \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define GRANT_JSON                                                                                 \
  "{\"id\":\"1.3\",\"video_id\":\"1.1\",\"code_id\":\"1.2\",\"brand\":{\"id\":\"1.4\",\"name\":"   \
  "\"Acme\"},\"source\":\"redeemed\",\"state\":\"revoked\","                                       \
  "\"platform_ends_at\":\"2030-01-08T12:00:00Z\"}"
#define VIDEO_JSON                                                                                 \
  "{\"id\":\"2.9\",\"account_id\":\"2\",\"item_id\":\"7100000000000000001\","                      \
  "\"visibility\":\"public\",\"eligible\":true,\"blockers\":[],\"engagement\":{},"                 \
  "\"authorization\":{\"state\":\"off\",\"grants\":0,\"links\":0}}"
#define ACCOUNT_JSON                                                                               \
  "{\"id\":\"2\",\"name\":\"@mia\",\"platform\":\"tracked\",\"role\":\"owner\",\"periods\":[7,30]" \
  "}"
#define REVOCATION_JSON                                                                            \
  "{\"grant_id\":\"1.3\",\"certain\":true,\"code_still_works\":true,\"ads_active\":2,"             \
  "\"other_grants\":3,\"open_until\":null}"
#define BATCH_JSON                                                                                 \
  "{\"id\":\"1.20\",\"act\":\"revoke\",\"state\":\"running\",\"done\":0,\"failed\":0,\"total\":2," \
  "\"days\":null,\"added\":0,\"updated\":0,\"skipped\":0,\"problem\":null,"                        \
  "\"created_at\":\"2026-03-01T00:00:00Z\"}"
#define STOPPED_JSON                                                                               \
  "{\"id\":\"1.20\",\"act\":\"revoke\",\"state\":\"stopped\",\"done\":0,\"failed\":0,\"total\":2," \
  "\"days\":null,\"added\":0,\"updated\":0,\"skipped\":0,\"problem\":null,"                        \
  "\"created_at\":\"2026-03-01T00:00:00Z\"}"
#define LINK_JSON(url)                                                                             \
  "{\"id\":\"1.30\",\"video_id\":\"1.1\",\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},"            \
  "\"string\":\"" CODE "\",\"url\":" url ",\"state\":\"open\",\"ends_at\":"                        \
  "\"2030-01-08T12:00:00Z\",\"note\":null,\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define DEVICES_JSON                                                                               \
  "{\"items\":[{\"id\":\"s1\",\"device\":\"desk\",\"current\":true},{\"id\":\"s2\",\"device\":"    \
  "\"laptop\",\"current\":false}],\"next_cursor\":null}"

/* How its failure comes before a person. */
typedef enum
{
  FORM,    /* in a SparkDialog, which stays open */
  CONFIRM, /* in a SparkConfirm, which stays open */
  OPENING, /* in a question, which asks while it opens */
  TOAST,   /* in a toast, whose button opens the sentence */
  TEXT,    /* in the page */
  SILENT,  /* not at all: nobody asked for it, and what it would show is absent */
  DONE,    /* what was asked is done all the same, and said what the other side does not know */
} Place;

typedef struct Call Call;
struct Call
{
  const char *file;    /* of src/app or src/client */
  const char *literal; /* the path as it stands there */
  const char *request;
  Place place;
  const char *action;
  const char *target; /* GVariant text; NULL: none */
  const char *answer; /* NULL: what follows is another program’s, and not followed here */
  void (*prepare) (SparkWindow *window, gpointer dialog);
  void (*trigger) (SparkWindow *window); /* instead of action */
  const char *good;                      /* what a TEXT shows when it went well */
  gboolean may_lack; /* not_found: the server has no such thing, and nothing is shown of it */
};

extern const Call failing_calls[];
extern const gsize n_failing_calls;

/* Requests whose failures other tests look at: which one does. */
typedef struct
{
  const char *file;
  const char *literal; /* NULL: it comes from the backend */
  const char *request;
  const char *where;
} Elsewhere;

extern const Elsewhere failing_elsewhere[];
extern const gsize n_failing_elsewhere;

/* Operations of openapi.yaml that the application has no use for, and why. */
typedef struct
{
  const char *operation; /* "METHOD /path" */
  const char *why;
} Unused;

extern const Unused failing_unused[];
extern const gsize n_failing_unused;

/* The one of this program. */
extern FailingServer *failing_server;

/* What is said when the server could not be told of a sign-out. */
#define UNTOLD "the server could not be told"

void failing_close_dialogs (SparkWindow *window);
/* Whether any window shows it. */
gboolean failing_says (SparkWindow *window, const char *sentence);

G_END_DECLS

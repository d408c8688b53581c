/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

#include "server/http/spark-proxy.h"

G_BEGIN_DECLS

/*
 * The HTTP front: listeners, routing, limits, streams. It knows none of the rules of what it routes
 * to. Built on libmicrohttpd, in threads of its own; a handler runs on one of them and must not
 * block: it answers at once, or lets the request wait and answers later from any thread.
 */
typedef struct _SparkHttp SparkHttp;
typedef struct _SparkRequest SparkRequest;
typedef struct _SparkFeedStream SparkFeedStream;

/* Which faces a listener shows. */
typedef enum
{
  SPARK_FACE_CREATORS = 1 << 0, /* /v1 */
  SPARK_FACE_BRANDS = 1 << 1,   /* /open_api and the brand's page */
  SPARK_FACE_HEALTH = 1 << 2,   /* /healthz */
  SPARK_FACE_METRICS = 1 << 3,  /* /metrics */
} SparkFace;

typedef void (*SparkHandler) (SparkRequest *request, gpointer data);

/* Looks at a request when only its head is there: FALSE refuses it before its body comes. */
typedef gboolean (*SparkAdmit) (SparkRequest *request, gpointer data, GError **error);

/* Answers what goes wrong before a handler runs (no such path, too large a body, …). */
typedef void (*SparkHttpRefuse) (SparkRequest *request, const GError *error, gpointer data);

typedef struct
{
  SparkFace face;
  const char *method;
  const char *path; /* "/v1/codes/{id}/extend": {id} matches one segment */
  SparkHandler handler;
  gsize max_body;       /* bytes; 0: no body */
  gboolean stream_body; /* the body goes to a temporary file instead of memory */
  SparkAdmit admit;     /* NULL: everybody's body is taken; a stream has one */
} SparkRoute;

typedef struct
{
  guint threads;      /* of each listener */
  guint ping_seconds; /* a feed that was quiet for so long is pinged */
  guint head_seconds; /* from the last answer, or the connection's beginning, to a request's head */
  gboolean tls;       /* TCP listeners answer with the certificate of spark_tls_load() */
  gboolean log_requests;
  guint per_address; /* connections at once; 0: enough for an office, any of this computer's own */
  guint per_second;  /* requests of one credential; 0: enough for a person and their tools */
  const char *public_url;      /* (nullable): where this server is reached, without a path */
  const char *const *hosts;    /* (nullable): other names it is reached by, "NAME" or "NAME:PORT" */
  const SparkProxies *proxies; /* (nullable) */
  /* (nullable): called on each thread that answers, when nothing is left and it may sleep */
  void (*rest) (gpointer data);
  gpointer rest_data;
} SparkHttpOptions;

/* What @options points to outlives it. */

SparkHttp *spark_http_new (const SparkHttpOptions *options);
void spark_http_add_routes (SparkHttp *http, const SparkRoute *routes, gsize n_routes,
                            gpointer data); /* before start; routes stay valid */
/* Before start: tells what was counted, at /metrics of listeners that show it. */
void spark_http_add_metrics (SparkHttp *http);
/* Before start. Refuses for the paths below @prefix on listeners that show @face; the longest
 * prefix decides, and of equal ones the last that was added. */
void spark_http_add_refuse (SparkHttp *http, SparkFace face, const char *prefix,
                            SparkHttpRefuse refuse, gpointer data);

/**
 * spark_http_listen:
 * @address: "HOST:PORT" (port 0: any free one; IPv6 as "[::1]:PORT") or "unix:PATH"
 * @url: (out) (transfer full): "http://HOST:PORT", "https://…" or "unix:PATH", as it then is
 *
 * A Unix socket is made with mode 0600; a stale one (nobody answers) is replaced, a live one is an
 * error. SPARK_ERROR_UNAVAILABLE with a message that names the address and the cause. Connections
 * wait until spark_http_start().
 */
gboolean spark_http_listen (SparkHttp *http, const char *address, SparkFace faces, char **url,
                            GError **error);
/* Answers at every address listened on. SPARK_ERROR_UNAVAILABLE. */
gboolean spark_http_start (SparkHttp *http, GError **error);

/* For a thread that answers many requests one after another: TRUE: those who send its answers are
 * not woken, FALSE: they are, each once. */
void spark_http_gather (gboolean gather);

/* Ends feeds, then lets requests that came whole have their answer, then stops. Frees; also one
 * that was not started. */
void spark_http_stop (SparkHttp *http);

/* --- a request (valid until it is answered) --- */
const char *spark_request_method (SparkRequest *request);
const char *spark_request_path (SparkRequest *request);
const char *spark_request_param (SparkRequest *request, guint index);       /* {…} number index */
const char *spark_request_query (SparkRequest *request, const char *name);  /* decoded; NULL */
const char *spark_request_header (SparkRequest *request, const char *name); /* NULL */
const char *spark_request_cookie (SparkRequest *request, const char *name); /* NULL */
GBytes *spark_request_body (SparkRequest *request);                         /* (transfer none) */
/**
 * spark_request_form:
 *
 * The members of a body that is application/x-www-form-urlencoded; of a name that comes twice, the
 * last.
 *
 * Returns: (transfer full): names and values, UTF-8; NULL: it is no such form
 */
GHashTable *spark_request_form (SparkRequest *request);
int spark_request_body_fd (SparkRequest *request); /* stream_body: the file, at its beginning */
const char *spark_request_bearer (SparkRequest *request); /* of Authorization; NULL */
/* The address of this server, "https://HOST:PORT" without a path, that links back to it begin with:
 * the public one, or what the request calls it where that is known to be its name, or the address
 * the connection came to. (transfer full) */
char *spark_request_origin (SparkRequest *request);
/* The same as whoever asks knows it: one of the names it was given, the address here of who asks on
 * this computer, or the public one. The application holds it against where it signs in (RFC 9207).
 * (transfer full) */
char *spark_request_issuer (SparkRequest *request);
gboolean spark_request_is_unix (SparkRequest *request);
/* The peer's user id on a Unix socket is the backend's own. */
gboolean spark_request_is_same_user (SparkRequest *request);
/* Whom limits count: spark_throttle_peer() of who asked, behind proxies that are trusted too. */
const char *spark_request_peer (SparkRequest *request);
/* Whether they are on this computer, with no proxy between that tells of others. */
gboolean spark_request_is_here (SparkRequest *request);
/* Whether who asks reaches this server by https, here or at a proxy in front of it. */
gboolean spark_request_is_https (SparkRequest *request);
const char *spark_request_id (SparkRequest *request); /* 32 hexadecimal digits, unique */
void spark_request_set_data (SparkRequest *request, gpointer data, GDestroyNotify destroy);
gpointer spark_request_data (SparkRequest *request);

/* The handler returns without an answer; somebody will answer later. Call it before handing on. */
void spark_request_wait (SparkRequest *request);

/* Answers, from any thread, exactly once; @request must not be touched afterwards. */
void spark_request_respond (SparkRequest *request, guint status, const char *content_type,
                            GBytes *body);
/* Before respond: an extra header of the answer. */
void spark_request_add_header (SparkRequest *request, const char *name, const char *value);
/* Before respond, of a page in a browser: it and its address stay between it and this server.
 * @policy: what the page may load, and where its forms go */
void spark_request_add_page_headers (SparkRequest *request, const char *policy);

/* --- streams that stay open --- */

/**
 * SparkFeedFill:
 * @out: append what there is to send, whole events
 *
 * Called on an HTTP thread when the stream was woken and its buffer is empty. FALSE ends it.
 */
typedef gboolean (*SparkFeedFill) (SparkFeedStream *stream, GString *out, gpointer data);

/* Answers with 200 text/event-stream that stays open; pinged when quiet, by itself. */
SparkFeedStream *spark_request_respond_feed (SparkRequest *request, SparkFeedFill fill,
                                             gpointer data, GDestroyNotify destroy);
/* Any thread. A stream is alive until @destroy has run; wake only while you know that it is. */
void spark_feed_stream_wake (SparkFeedStream *stream);

G_END_DECLS

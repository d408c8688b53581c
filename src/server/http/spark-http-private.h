/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "server/http/spark-http.h"
#include "server/http/spark-throttle.h"

G_BEGIN_DECLS

/* The longest path and query that is looked at. */
#define SPARK_HTTP_MAX_URI 6144
#define SPARK_HTTP_MAX_SEGMENTS 16
/* A body that nobody wants is read and dropped up to here; a longer one ends the connection. */
#define SPARK_HTTP_MAX_DROPPED 65536
/* From the end of a request's head to the last of its body. */
#define SPARK_HTTP_BODY_SECONDS   60
#define SPARK_HTTP_STREAM_SECONDS 3600

/* What one credential may ask a second, where the options do not say; as many times that at once
 * after a pause; and as many times that is what all from one address may. */
#define SPARK_HTTP_PER_SECOND     100
#define SPARK_HTTP_BURST_SECONDS  10
#define SPARK_HTTP_PEER_ALLOWANCE 10

typedef struct
{
  SparkHttp *http;
  SparkFace faces;
  char *unix_path;  /* NULL: TCP */
  int socket;       /* all loops accept from it */
  GPtrArray *loops; /* of SparkLoop; none: not started */
} SparkListener;

typedef enum
{
  SPARK_LOOP_ACCEPTS,
  SPARK_LOOP_ACCEPTS_NONE,
  SPARK_LOOP_ENDS,
} SparkLoopStage;

typedef enum
{
  SPARK_SLEEP_NONE, /* it is at work */
  SPARK_SLEEP_DEEP, /* only the alarm wakes it, or a connection */
  SPARK_SLEEP_ENDS, /* it is to look again what there is to do */
} SparkSleep;

/* A thread that answers at a listener, with connections of its own. */
typedef struct
{
  SparkListener *listener; /* borrowed */
  struct MHD_Daemon *daemon;
  int events; /* the daemon's: readable when a connection is ready */
  int alarm;  /* eventfd */
  pthread_t thread;
  gboolean running;
  _Atomic SparkLoopStage stage;
  _Atomic SparkSleep sleep;
  _Atomic guint under_way; /* requests that came whole and whose answer has not gone out */
} SparkLoop;

/* A client's connection, for as long as its socket is open. */
typedef struct
{
  int socket;
  char *peer;                   /* spark_throttle_peer() */
  gboolean counted;             /* by that: there may not be any number from there */
  gboolean ended;               /* by the watcher, whose own it is */
  _Atomic gint64 waiting_since; /* for a head; monotonic, µs; 0: a request is under way */
} SparkConnection;

/* Of statuses: 1xx to 5xx. */
#define SPARK_HTTP_CLASSES 5

typedef struct
{
  SparkRoute route;
  gpointer data;
  char **segments; /* of the template, NULL-terminated */
  guint n_segments;
  _Atomic guint64 counts[SPARK_HTTP_CLASSES]; /* answers */
} SparkRouteEntry;

typedef struct
{
  SparkFace face;
  const char *prefix;
  SparkHttpRefuse refuse;
  gpointer data;
} SparkRefuseEntry;

struct _SparkHttp
{
  SparkHttpOptions options;
  gboolean framing_shows;
  SparkThrottle *by_credential;
  SparkThrottle *by_peer;
  GPtrArray *listeners;                              /* of SparkListener */
  GPtrArray *routes;                                 /* of SparkRouteEntry */
  GPtrArray *routes_of[SPARK_HTTP_MAX_SEGMENTS + 1]; /* those with so many segments */
  GArray *refuses;                                   /* of SparkRefuseEntry */
  _Atomic guint64 unrouted[SPARK_HTTP_CLASSES];      /* answers where nothing is */

  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t idle;  /* what is counted below became less */
  guint waiting;        /* requests that somebody will answer later */
  GHashTable *streams;  /* open feeds */

  _Atomic gboolean stopping;
  pthread_t watcher;
  gboolean watching;
  int watched;      /* epoll: sockets of feeds, and the next */
  int watcher_wake; /* eventfd */

  pthread_mutex_t untaken_lock; /* for untaken; no other is taken while it is held */
  GHashTable *untaken;          /* of spark_request_peer() to bytes (gsize) */
  _Atomic gsize untaken_in_all;

  pthread_mutex_t connections_lock; /* for connections; no other is taken while it is held */
  GHashTable *connections;          /* of SparkConnection */
  GHashTable *peers;                /* of spark_throttle_peer() to how many they have (guint) */
};

typedef struct
{
  guint status;
  char *content_type;
  GBytes *body;
} SparkAnswer;

struct _SparkRequest
{
  SparkLoop *loop;         /* borrowed */
  SparkListener *listener; /* borrowed; the loop's */
  struct MHD_Connection *connection;
  SparkRouteEntry *entry; /* borrowed; NULL: refused */
  const char *method;     /* borrowed from the connection, as all headers are */
  const char *uri;        /* likewise, as it was sent, until the head was looked at */
  gsize uri_length;
  const char *version; /* likewise */
  const char *bearer;     /* NULL: none */
  guint64 length;         /* that is said of the body; 0: nothing */
  gboolean forwarded;     /* somebody says that it is for somebody else */
  char *path;  /* the address as it was sent, until it is looked for; then without the query */
  char *names; /* what segments point into */
  char *segments[SPARK_HTTP_MAX_SEGMENTS + 1]; /* NULL-terminated */
  guint n_segments;
  const char *params[SPARK_HTTP_MAX_SEGMENTS]; /* borrowed from segments */
  guint n_params;
  GHashTable *query; /* NULL: there is none */
  GByteArray *body;  /* NULL: nothing came */
  GBytes *body_bytes;
  int body_fd;
  gint64 started; /* monotonic, µs */
  gsize dropped;  /* bytes of a body that nobody wants */
  gboolean last;  /* of its connection */
  GError *refused;
  const char *peer; /* borrowed from client, or the connection; NULL: not asked for yet */
  char *client;     /* whom a proxy asks for; NULL: none does */
  gboolean https;   /* how they asked; known with peer */
  gboolean here;    /* they are this computer's own; known with peer */
  char id[33];
  gpointer data;
  GDestroyNotify destroy;
  struct MHD_Response *feed;
  GPtrArray *headers; /* name, value, name, value …; NULL: none */
  gsize untaken;      /* bytes of the answer that are counted */

  gboolean begun;
  gboolean dispatched;
  gboolean waits; /* another thread may answer: what follows is behind the lock */

  pthread_mutex_t lock;
  gboolean has_answer;
  gboolean suspended;
  SparkAnswer answer;
};

struct _SparkFeedStream
{
  SparkHttp *http; /* borrowed */
  SparkLoop *loop; /* borrowed */
  struct MHD_Connection *connection;
  SparkFeedFill fill;
  gpointer data;
  GDestroyNotify destroy;
  int socket;
  char *peer;          /* NULL: what it has not taken is not counted */
  GString *buffer;     /* HTTP thread only */
  gsize sent;          /* of buffer */
  gsize untaken;       /* of buffer: counted */
  gboolean given_back; /* pages that nothing was written to since */

  _Atomic gint64 ping_at; /* monotonic, µs */

  pthread_mutex_t lock; /* for what follows */
  gboolean woken;
  gboolean suspended;
  gboolean ping_due;
  gboolean hung_up; /* its reader may have gone */
};

/* What the library calls: at a request's beginning, for its head and each piece of its body, and
 * when it is over. @cls of the first is the loop. */
void *spark_http_on_uri (void *cls, const char *uri, struct MHD_Connection *connection);
enum MHD_Result spark_http_on_request (void *cls, struct MHD_Connection *connection,
                                       const char *url, const char *method, const char *version,
                                       const char *data, size_t *length, void **request_cls);
void spark_http_on_completed (void *cls, struct MHD_Connection *connection, void **request_cls,
                              enum MHD_RequestTerminationCode code);

/* Binds and listens; returns the socket, or -1. */
int spark_listener_open (const char *address, char **url, char **unix_path, GError **error);

/* Starts one more thread that answers at @listener. SPARK_ERROR_UNAVAILABLE. */
SparkLoop *spark_loop_new (SparkListener *listener, GError **error);
/* From any thread: it takes no more connections, and serves those it has. */
void spark_loop_accept_none (SparkLoop *loop);
/* Waits for its thread and closes its connections, none of which may be suspended. */
void spark_loop_free (SparkLoop *loop);
/* From any thread, after MHD_resume_connection() for one of its connections: the loop sees to it. */
void spark_loop_wake (SparkLoop *loop);
/* The same for a request that spark_request_wait() was called for: nobody is waited for now. */
void spark_loop_answered (SparkLoop *loop);

/* Looks through its headers and notes what is asked for each time. FALSE: they do not say in one
 * way alone where it ends, and whom it is for: whoever stands in front could read them otherwise,
 * and take what follows for another's request. */
gboolean spark_request_look (SparkRequest *request);
/* Whether the library is one that leaves the parts of a head where they came, which is then held
 * against it. Later ones refuse by themselves what that shows (MHD_OPTION_STRICT_FOR_CLIENT). */
gboolean spark_framing_shows (void);

/* Finds the route of a request; fills path, params and query. FALSE: request->refused says why. */
gboolean spark_router_find (SparkHttp *http, SparkRequest *request);
/* Refuses as was asked for this path, or plainly. */
void spark_router_refuse (SparkHttp *http, SparkRequest *request, const GError *error);
SparkRouteEntry *spark_route_entry_new (const SparkRoute *route, gpointer data);
void spark_route_entry_free (gpointer entry);

SparkRequest *spark_request_new (struct MHD_Connection *connection);
void spark_request_free (SparkRequest *request);
/* Calls the handler, or the refusal of the face. */
void spark_request_dispatch (SparkRequest *request);
enum MHD_Result spark_request_queue_answer (SparkRequest *request);
/* Counts the answer, and logs it where that is wanted. */
void spark_request_told (SparkRequest *request);

/* Both with the lock of http held. */
void spark_feed_stream_end_all (SparkHttp *http);
/* The next two with the lock of http held. @stream: may have ended */
void spark_feed_stream_ping_quiet (SparkHttp *http);
void spark_feed_stream_hang_up (SparkHttp *http, SparkFeedStream *stream);

/* The watcher's thread (spark-watcher.c), and the sockets of feeds it has an eye on. */
void spark_watcher_init (SparkHttp *http);
void spark_watcher_clear (SparkHttp *http);
gboolean spark_watcher_start (SparkHttp *http, GError **error);
void spark_watcher_stop (SparkHttp *http);
void spark_watcher_add (SparkHttp *http, int socket, SparkFeedStream *stream);
void spark_watcher_remove (SparkHttp *http, int socket);

/* Counts @bytes of an answer that @peer is to take; returns how many of them are to be removed when
 * it has, or never will. */
gsize spark_untaken_add (SparkHttp *http, const char *peer, gsize bytes);
void spark_untaken_remove (SparkHttp *http, const char *peer, gsize bytes);
/* @peer has so much to take that nothing is to be added. */
gboolean spark_untaken_is_full (SparkHttp *http, const char *peer);

void spark_connection_end_slow (SparkHttp *http);

/* MHD_AcceptPolicyCallback; @cls is the listener. */
enum MHD_Result spark_connection_admit (void *cls, const struct sockaddr *address,
                                        socklen_t length);
/* MHD_NotifyConnectionCallback; @cls is the listener. */
void spark_connection_on_notify (void *cls, struct MHD_Connection *connection, void **context,
                                 enum MHD_ConnectionNotificationCode code);
/* spark_throttle_peer() of where it comes from. (transfer none) */
const char *spark_connection_peer (struct MHD_Connection *connection);
/* A request of the connection has begun, or its answer has gone out. */
void spark_connection_set_waiting (struct MHD_Connection *connection, gboolean waiting);

G_END_DECLS

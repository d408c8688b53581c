/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "model/spark-error.h"
#include "server/adtools/spark-adtools.h"
#include "server/api/spark-api.h"
#include "server/http/spark-http-private.h"
#include "server/intake/spark-sample.h"
#include "server/ledger/spark-ledger.h"
#include "server/portal/spark-portal.h"
#include "server/signin/spark-sign-in.h"
#include "server/store/spark-store-read.h"

/*
 * A whole request to the whole server, over a real store: "METHOD ADDRESS", headers, an empty line,
 * the body. Only the sockets are missing: the functions of libmicrohttpd that a request reaches are
 * replaced here (by the linker's --wrap). In addresses and bodies $A is an ad account, $C a code,
 * $L a link, and $K, $N, $G, $B are the ids of a code, link, grant and brand. Nothing may be
 * answered with 500.
 */

#define MAX_HEADERS 16
/* The database is made anew after so many requests, so that it stays small. */
#define REQUESTS_A_WORLD 10000

struct MHD_Connection
{
  char *names[MAX_HEADERS];
  char *values[MAX_HEADERS];
  guint n_headers;
  char *head; /* in which the names and values are, as the library leaves them */
  gsize head_size;
  void *context;        /* what the server keeps of it */
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t resumed;
  gboolean suspended;
  guint status;
};

static struct
{
  char *folder;
  SparkStore *store;
  SparkApi *api;
  SparkAdtools *adtools;
  SparkPortal *portal;
  SparkSignInFace *sign_in;
  SparkHttp *http;
  SparkListener listener;
  SparkLoop loop;
  char *advertiser;
  char *token;
  char *code;
  char *code_id;
  char *link;
  char *link_id;
  char *grant_id;
  char *brand_id;
  guint requests;
} world;

static int sockets[2];

/* --- in the place of libmicrohttpd --- */

const char *__wrap_MHD_lookup_connection_value (struct MHD_Connection *connection,
                                                enum MHD_ValueKind kind, const char *key);
int __wrap_MHD_get_connection_values (struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                      MHD_KeyValueIterator iterator, void *cls);
int __wrap_MHD_get_connection_values_n (struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                        MHD_KeyValueIteratorN iterator, void *cls);
const union MHD_ConnectionInfo *__wrap_MHD_get_connection_info (struct MHD_Connection *connection,
                                                                enum MHD_ConnectionInfoType type,
                                                                ...);
void __wrap_MHD_suspend_connection (struct MHD_Connection *connection);
void __wrap_MHD_resume_connection (struct MHD_Connection *connection);
enum MHD_Result __wrap_MHD_queue_response (struct MHD_Connection *connection, unsigned int status,
                                           struct MHD_Response *response);

const char *
__wrap_MHD_lookup_connection_value (struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                    const char *key)
{
  for (guint i = 0; i < connection->n_headers; i++)
    if (g_ascii_strcasecmp (connection->names[i], key) == 0)
      return connection->values[i];
  return NULL;
}

int
__wrap_MHD_get_connection_values (struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                  MHD_KeyValueIterator iterator, void *cls)
{
  guint i = 0;

  while (i < connection->n_headers
         && iterator (cls, kind, connection->names[i], connection->values[i]) == MHD_YES)
    i++;
  return (int)i;
}

int
__wrap_MHD_get_connection_values_n (struct MHD_Connection *connection, enum MHD_ValueKind kind,
                                    MHD_KeyValueIteratorN iterator, void *cls)
{
  guint i = 0;

  while (i < connection->n_headers
         && iterator (cls, kind, connection->names[i], strlen (connection->names[i]),
                      connection->values[i], strlen (connection->values[i]))
                == MHD_YES)
    i++;
  return (int)i;
}

const union MHD_ConnectionInfo *
__wrap_MHD_get_connection_info (struct MHD_Connection *connection, enum MHD_ConnectionInfoType type,
                                ...)
{
  static struct sockaddr_in address = { .sin_family = AF_INET };
  static __thread union MHD_ConnectionInfo info;

  memset (&info, 0, sizeof info);
  switch ((int)type)
    {
    case MHD_CONNECTION_INFO_CONNECTION_FD:
      info.connect_fd = sockets[0];
      return &info;
    case MHD_CONNECTION_INFO_CLIENT_ADDRESS:
      info.client_addr = (struct sockaddr *)&address;
      return &info;
    case MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE:
      info.header_size = connection->head_size;
      return &info;
    case MHD_CONNECTION_INFO_SOCKET_CONTEXT:
      info.socket_context = connection->context;
      return &info;
    default:
      return NULL;
    }
}

void
__wrap_MHD_suspend_connection (struct MHD_Connection *connection)
{
  pthread_mutex_lock (&connection->lock);
  connection->suspended = TRUE;
  pthread_mutex_unlock (&connection->lock);
}

void
__wrap_MHD_resume_connection (struct MHD_Connection *connection)
{
  pthread_mutex_lock (&connection->lock);
  connection->suspended = FALSE;
  pthread_cond_signal (&connection->resumed);
  pthread_mutex_unlock (&connection->lock);
}

enum MHD_Result
__wrap_MHD_queue_response (struct MHD_Connection *connection, unsigned int status,
                           struct MHD_Response *response)
{
  g_assert (response != NULL);
  connection->status = status;
  return MHD_YES;
}

/* In the place of libsodium, which takes its time on purpose. Nobody knows the password. */

int __wrap_crypto_pwhash_str (char *out, const char *password, unsigned long long length,
                              unsigned long long operations, size_t memory);
int __wrap_crypto_pwhash_str_verify (const char *hash, const char *password,
                                     unsigned long long length);

int
__wrap_crypto_pwhash_str (char *out, const char *password, unsigned long long length,
                          unsigned long long operations, size_t memory)
{
  strcpy (out, "hash");
  return 0;
}

int
__wrap_crypto_pwhash_str_verify (const char *hash, const char *password, unsigned long long length)
{
  return -1;
}

/* --- the world --- */

static gboolean
find_link (const SparkLink *link, gpointer data)
{
  g_free (world.link);
  g_free (world.link_id);
  world.link = g_strdup (link->string);
  world.link_id = g_strdup (link->id);
  return link->state != SPARK_LINK_STATE_OPEN;
}

static gboolean
find_code (const SparkCode *code, gpointer data)
{
  g_free (world.code);
  g_free (world.code_id);
  world.code = g_strdup (code->code);
  world.code_id = g_strdup (code->id);
  return code->state != SPARK_CODE_STATE_READY;
}

static gboolean
find_grant (const SparkGrant *grant, gpointer data)
{
  g_free (world.grant_id);
  g_free (world.brand_id);
  world.grant_id = g_strdup (grant->id);
  world.brand_id = g_strdup (grant->brand.id);
  return grant->state != SPARK_GRANT_STATE_AUTHORIZED || grant->brand.id == NULL;
}

static gboolean
run_set_up (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_add_advertiser (tx, "Acme", &world.advertiser, error)
         && spark_ledger_create_advertiser_token (tx, world.advertiser, &world.token, error);
}

static void
find_strings (void)
{
  SparkTx *tx = spark_store_read_begin (world.store, NULL);
  SparkPage codes = { .limit = 100 };
  SparkPage links = { .limit = 100 };
  SparkPage grants = { .limit = 100 };
  SparkObjectQuery query = { .scope.all = TRUE, .state = -1, .type = -1 };

  spark_read_codes (tx, &query, TRUE, &codes, find_code, NULL, NULL);
  spark_read_links (tx, &query, TRUE, &links, find_link, NULL, NULL);
  spark_read_grants (tx, &query, &grants, find_grant, NULL, NULL);
  g_free (grants.next);
  g_free (codes.next);
  g_free (links.next);
  spark_store_read_end (tx);
  g_assert (world.code != NULL && world.link != NULL && world.brand_id != NULL);
}

static void
world_open (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;

  /* In memory: a fuzzer commits thousands of times a second. */
  world.folder = g_strdup ("/dev/shm/sparkbox-fuzz-XXXXXX");
  g_assert (g_mkdtemp (world.folder) != NULL);
  url = g_strconcat ("sqlite:", world.folder, "/sparkbox.db", NULL);
  world.store = spark_store_open (url, NULL, &error);
  g_assert_no_error (error);
  spark_sample_write (world.store, 60, &account, &error);
  g_assert_no_error (error);
  spark_store_write (world.store, run_set_up, NULL, &error);
  g_assert_no_error (error);
  find_strings ();

  world.api = spark_api_new (world.store, "http://127.0.0.1:1");
  world.adtools = spark_adtools_new (world.store);
  world.portal = spark_portal_new (world.store);
  world.sign_in = spark_sign_in_face_new (world.store);
  world.http = spark_http_new (&(SparkHttpOptions){ .per_second = 1000000,
                                                    .threads = 1,
                                                    .ping_seconds = 20,
                                                    .head_seconds = 60,
                                                    .public_url = "http://127.0.0.1:1" });
  spark_api_add_routes (world.api, world.http);
  spark_adtools_add_routes (world.adtools, world.http);
  spark_portal_add_routes (world.portal, world.http);
  spark_sign_in_face_add_routes (world.sign_in, world.http);
  world.listener = (SparkListener){
    .http = world.http,
    .faces = SPARK_FACE_CREATORS | SPARK_FACE_BRANDS | SPARK_FACE_HEALTH,
    .unix_path = (char *)"fuzz",
  };
  world.loop = (SparkLoop){ .listener = &world.listener };
  world.requests = 0;
}

static void
world_close (void)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  spark_http_stop (world.http);
  spark_api_free (world.api);
  spark_adtools_free (world.adtools);
  spark_portal_free (world.portal);
  spark_sign_in_face_free (world.sign_in);
  spark_store_close (world.store);
  folder = g_dir_open (world.folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (world.folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (world.folder);
  g_clear_pointer (&world.folder, g_free);
  g_clear_pointer (&world.advertiser, g_free);
  g_clear_pointer (&world.token, g_free);
  g_clear_pointer (&world.code, g_free);
  g_clear_pointer (&world.code_id, g_free);
  g_clear_pointer (&world.link, g_free);
  g_clear_pointer (&world.link_id, g_free);
  g_clear_pointer (&world.grant_id, g_free);
  g_clear_pointer (&world.brand_id, g_free);
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_assert (socketpair (AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  world_open ();
  atexit (world_close);
  return 0;
}

/* --- a request --- */

static char *
substitute (const char *text, gssize length)
{
  const char *const words[][2] = {
    { "$A", world.advertiser }, { "$C", world.code },    { "$L", world.link },
    { "$K", world.code_id },    { "$N", world.link_id }, { "$G", world.grant_id },
    { "$B", world.brand_id },
  };
  GString *out = g_string_new_len (text, length);

  /* Not more than a few, or the text would grow without an end. */
  for (gsize i = 0; i < G_N_ELEMENTS (words) && memchr (out->str, '\0', out->len) == NULL; i++)
    g_string_replace (out, words[i][0], words[i][1], 4);
  return g_string_free (out, FALSE);
}

static void
add_header (struct MHD_Connection *connection, const char *line)
{
  const char *colon = strchr (line, ':');

  if (colon == NULL || connection->n_headers == MAX_HEADERS)
    return;
  connection->names[connection->n_headers] = g_strndup (line, colon - line);
  connection->values[connection->n_headers] = g_strstrip (g_strdup (colon + 1));
  connection->n_headers++;
}

/* Where @text went, which gives way. */
static char *
move_to (char **end, char *text)
{
  char *at = *end;

  *end = stpcpy (at, text) + 1;
  g_free (text);
  return at;
}

/* All of it stands where it came, with a NUL behind each part: the server holds it against that. */
static void
lay_out (struct MHD_Connection *connection, const char **method, char **uri, const char **version)
{
  gsize most = strlen (*method) + strlen (*uri) + strlen ("HTTP/1.1") + 6;
  char *end;

  for (guint i = 0; i < connection->n_headers; i++)
    most += strlen (connection->names[i]) + strlen (connection->values[i]) + 4;
  end = connection->head = g_malloc0 (most);
  *method = move_to (&end, g_strdup (*method));
  *uri = move_to (&end, *uri);
  *version = move_to (&end, g_strdup ("HTTP/1.1"));
  end++;
  for (guint i = 0; i < connection->n_headers; i++)
    {
      connection->names[i] = move_to (&end, connection->names[i]);
      end++;
      connection->values[i] = move_to (&end, connection->values[i]);
      end++;
    }
  connection->head_size = (gsize)(end + 2 - connection->head);
}

/* What runs on its own for long, or leaves nothing for the requests after it. */
static gboolean
is_passed_over (const char *method, const char *uri)
{
  g_autofree char *plain = g_uri_unescape_string (uri, NULL);

  return plain == NULL || strstr (plain, "import") != NULL || strstr (plain, "sample") != NULL
         || (strcmp (method, "DELETE") == 0 && g_str_has_prefix (plain, "/v1/accounts"));
}

static void
wait_for_answer (struct MHD_Connection *connection)
{
  pthread_mutex_lock (&connection->lock);
  while (connection->suspended)
    pthread_cond_wait (&connection->resumed, &connection->lock);
  pthread_mutex_unlock (&connection->lock);
}

static void
send_request (struct MHD_Connection *connection, const char *method, const char *uri,
              const char *version, const char *body, size_t body_length)
{
  void *request = spark_http_on_uri (&world.loop, uri, connection);
  size_t none = 0;
  enum MHD_Result result;

  result = spark_http_on_request (NULL, connection, uri, method, version, NULL, &none, &request);
  if (result == MHD_YES && connection->status == 0)
    {
      for (int half = 0; result == MHD_YES && half < 2; half++)
        {
          size_t from = half * (body_length / 2);
          size_t length = half == 0 ? body_length / 2 : body_length - from;

          if (length > 0)
            result = spark_http_on_request (NULL, connection, uri, method, version, body + from,
                                            &length, &request);
        }
      while (result == MHD_YES && connection->status == 0)
        {
          result = spark_http_on_request (NULL, connection, uri, method, version, NULL, &none,
                                          &request);
          wait_for_answer (connection);
        }
    }
  spark_http_on_completed (NULL, connection, &request, MHD_REQUEST_TERMINATED_COMPLETED_OK);
  if (g_getenv ("FUZZ_VERBOSE") != NULL)
    g_printerr ("%s %s: %u\n", method, uri, connection->status);
  g_assert (result == MHD_NO || (connection->status >= 200 && connection->status < 600));
  g_assert_cmpuint (connection->status, !=, 500);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  struct MHD_Connection connection = { .n_headers = 0 };
  const char *end = memmem (data, size, "\n\n", 2);
  g_autofree char *head
      = g_strndup ((const char *)data, end != NULL ? end - (const char *)data : (gssize)size);
  g_auto (GStrv) lines = g_strsplit (head, "\n", MAX_HEADERS + 1);
  g_auto (GStrv) first = g_strsplit (lines[0] != NULL ? lines[0] : "", " ", 2);
  const char *method = first[0], *version;
  char *uri;
  g_autofree char *body = NULL;
  g_autofree char *token = NULL;
  size_t body_length;

  if (first[0] == NULL || first[1] == NULL || strlen (first[0]) > 16
      || is_passed_over (first[0], first[1]))
    return 0;
  if (world.requests++ == REQUESTS_A_WORLD)
    {
      world_close ();
      world_open ();
    }
  pthread_mutex_init (&connection.lock, NULL);
  pthread_cond_init (&connection.resumed, NULL);
  uri = substitute (first[1], strlen (first[1]));
  for (char **line = lines + 1; *line != NULL; line++)
    add_header (&connection, *line);
  token = g_strconcat ("Access-Token: ", world.token, NULL);
  add_header (&connection, token);
  if (end != NULL)
    {
      size_t length = size - (end + 2 - (const char *)data);
      gboolean binary = memchr (end + 2, '\0', length) != NULL;

      body = binary ? g_memdup2 (end + 2, length) : substitute (end + 2, length);
      body_length = binary ? length : strlen (body);
    }
  else
    body_length = 0;
  spark_connection_on_notify (&world.listener, &connection, &connection.context,
                              MHD_CONNECTION_NOTIFY_STARTED);
  lay_out (&connection, &method, &uri, &version);
  send_request (&connection, method, uri, version, body, body_length);
  spark_connection_on_notify (&world.listener, &connection, &connection.context,
                              MHD_CONNECTION_NOTIFY_CLOSED);
  g_free (connection.head);
  pthread_mutex_destroy (&connection.lock);
  pthread_cond_destroy (&connection.resumed);
  return 0;
}

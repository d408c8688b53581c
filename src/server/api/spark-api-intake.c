/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/api/spark-api-private.h"
#include "server/intake/spark-import.h"
#include "server/intake/spark-sample.h"

/* A data export of many years is some 200 MB. */
#define MAX_IMPORT ((gsize)1 << 30)
/* Each reads on a thread of its own; more have to wait for these. */
#define MAX_RUNNING 4
/* Files that are on their way here, of all and into one account: each is room on the disk. */
#define MAX_COMING            8
#define MAX_COMING_OF_ACCOUNT 2
/* Enough for a look; whoever asked waits for it. */
#define MAX_SAMPLE 1000
#define BLOCK      65536

/* Imports under way. */
struct _SparkImports
{
  SparkApi *api;
  atomic_bool stop;
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t ended;
  guint running;
  gint64 coming_into[MAX_COMING]; /* accounts; 0: free */
};

/* A file on its way, for as long as its request lasts. */
typedef struct
{
  SparkImports *imports;
  guint place;
} Coming;

typedef struct
{
  SparkImports *imports;
  SparkRequest *request; /* NULL once it is answered */
  SparkCaller caller;
  SparkActor actor;
  char *account_id;
  char *key; /* of idempotency; NULL: none */
  guint8 body_hash[32];
  int fd;
  char *batch_id;
  gboolean again; /* the same request has begun it before */
  SparkJsonWriter writer;
  SparkImportCounts counts;
  GError *problem;
} Import;

SparkImports *
spark_imports_new (SparkApi *api)
{
  SparkImports *self = g_new0 (SparkImports, 1);

  self->api = api;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->ended, NULL);
  return self;
}

void
spark_imports_free (SparkImports *self)
{
  atomic_store (&self->stop, TRUE);
  pthread_mutex_lock (&self->lock);
  while (self->running > 0)
    pthread_cond_wait (&self->ended, &self->lock);
  pthread_mutex_unlock (&self->lock);
  pthread_cond_destroy (&self->ended);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static gboolean
take_place (SparkImports *self, GError **error)
{
  gboolean free_place;

  pthread_mutex_lock (&self->lock);
  free_place = self->running < MAX_RUNNING;
  if (free_place)
    self->running++;
  pthread_mutex_unlock (&self->lock);
  if (!free_place)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "Other data exports are being read. Try again in a minute.");
  return free_place;
}

static void
give_place (SparkImports *self)
{
  pthread_mutex_lock (&self->lock);
  self->running--;
  pthread_cond_signal (&self->ended);
  pthread_mutex_unlock (&self->lock);
}

static void
import_free (Import *self)
{
  spark_caller_clear (&self->caller);
  g_free (self->account_id);
  g_free (self->key);
  g_free (self->batch_id);
  close (self->fd);
  spark_json_writer_clear (&self->writer);
  g_clear_error (&self->problem);
  g_free (self);
}

/* --- on the import's own thread --- */

static gboolean
hash_file (Import *self, GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  crypto_generichash_state state;
  off_t at = 0;
  ssize_t length;

  crypto_generichash_init (&state, NULL, 0, sizeof self->body_hash);
  crypto_generichash_update (&state, (const guint8 *)self->account_id,
                             strlen (self->account_id) + 1);
  while ((length = pread (self->fd, block, BLOCK, at)) != 0)
    {
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                       "The backend could not read the file. Try again.");
          return FALSE;
        }
      crypto_generichash_update (&state, block, (gsize)length);
      at += length;
    }
  crypto_generichash_final (&state, self->body_hash, sizeof self->body_hash);
  return TRUE;
}

static gboolean
run_begin (SparkTx *tx, gpointer data, GError **error)
{
  Import *self = data;
  guint status = 202;
  gint64 account;

  g_clear_pointer (&self->batch_id, g_free);
  spark_json_writer_clear (&self->writer);
  spark_json_writer_init (&self->writer);
  if (!spark_access_look_again (tx, &self->caller, error)
      || !spark_access_check_account (&self->caller, self->account_id, SPARK_ROLE_GENERATE,
                                      &account, error))
    return FALSE;
  if (self->key != NULL
      && !spark_ledger_idempotency_find (tx, self->caller.id, self->key, self->body_hash,
                                         &self->batch_id, &status, error))
    return FALSE;
  self->again = self->batch_id != NULL;
  if (!self->again
      && (!spark_ledger_add_batch (tx, self->account_id, &self->batch_id, error)
          || (self->key != NULL
              && !spark_ledger_idempotency_keep (tx, self->caller.id, self->key, self->body_hash,
                                                 self->batch_id, status, error))))
    return FALSE;
  return spark_render_batch (self->imports->api, tx, &self->caller, self->batch_id, &self->writer,
                             error);
}

static gboolean
run_progress (SparkTx *tx, gpointer data, GError **error)
{
  Import *self = data;
  SparkBatch batch = {
    .id = self->batch_id,
    .state = SPARK_BATCH_STATE_RUNNING,
    .done = self->counts.done,
    .added = self->counts.added,
    .updated = self->counts.updated,
    .skipped = self->counts.skipped,
  };

  if (self->problem != NULL)
    {
      batch.state = SPARK_BATCH_STATE_FAILED;
      batch.problem = spark_enum_to_string (SPARK_TYPE_ERROR, self->problem->domain == SPARK_ERROR
                                                                  ? (SparkError)self->problem->code
                                                                  : SPARK_ERROR_INTERNAL);
    }
  return spark_ledger_update_batch (tx, &batch, error);
}

static gboolean
run_end (SparkTx *tx, gpointer data, GError **error)
{
  Import *self = data;
  const SparkBatch batch = {
    .id = self->batch_id,
    .state = SPARK_BATCH_STATE_DONE,
    .done = self->counts.done,
    .total = self->counts.done,
    .added = self->counts.added,
    .updated = self->counts.updated,
    .skipped = self->counts.skipped,
  };

  return spark_ledger_update_batch (tx, &batch, error);
}

/* Progress is no reason to end an import; what is wrong with the database the next portion says. */
static void
on_progress (const SparkImportCounts *counts, gpointer data)
{
  Import *self = data;

  spark_store_write (self->imports->api->store, run_progress, self, NULL);
}

static void
answer (Import *self, const GError *error)
{
  SparkRequest *request = g_steal_pointer (&self->request);

  if (error != NULL)
    spark_api_refuse (request, error);
  else
    spark_api_respond (request, 202, &self->writer);
}

static void *
run_import (void *data)
{
  Import *self = data;
  SparkImports *imports = self->imports;
  SparkStore *store = imports->api->store;
  g_autoptr (GError) error = NULL;
  gboolean ok = (self->key == NULL || hash_file (self, &error))
                && spark_store_write (store, run_begin, self, &error);

  answer (self, error);
  if (ok && !self->again)
    {
      const SparkImportTerms terms = { .actor = self->actor,
                                       .batch = self->batch_id,
                                       .progress = on_progress,
                                       .data = self,
                                       .stop = &imports->stop };

      ok = spark_import_run (store, &terms, self->account_id, self->fd, &self->counts,
                             &self->problem);
      if (!spark_store_write (store, ok ? run_end : run_progress, self, &error)
          && !g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        spark_error_log (G_LOG_DOMAIN, "The end of an import could not be written down", error);
    }
  import_free (self);
  spark_store_leave (store);
  give_place (imports);
  return NULL;
}

/* --- on the HTTP thread --- */

static gboolean
may_import (SparkApi *api, SparkRequest *request, SparkCaller *caller, gint64 *number,
            GError **error)
{
  SparkTx *tx = spark_store_read_begin (api->store, error);
  const char *id = spark_request_param (request, 0);
  SparkAccount account;
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_access_authenticate (tx, request, caller, error)
       && spark_access_check_account (caller, id, SPARK_ROLE_GENERATE, number, error)
       && spark_read_account (tx, *number, &account, error);
  spark_store_read_end (tx);
  return ok;
}

static void
coming_free (gpointer data)
{
  Coming *self = data;

  pthread_mutex_lock (&self->imports->lock);
  self->imports->coming_into[self->place] = 0;
  pthread_mutex_unlock (&self->imports->lock);
  g_free (self);
}

static Coming *
coming_new (SparkImports *imports, gint64 account, GError **error)
{
  guint own = 0, place = MAX_COMING;
  Coming *self;

  pthread_mutex_lock (&imports->lock);
  for (guint i = 0; i < MAX_COMING; i++)
    if (imports->coming_into[i] == 0)
      place = i;
    else
      own += imports->coming_into[i] == account;
  if (place < MAX_COMING && own < MAX_COMING_OF_ACCOUNT)
    imports->coming_into[place] = account;
  pthread_mutex_unlock (&imports->lock);
  if (own >= MAX_COMING_OF_ACCOUNT)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                 "Files for this account are being sent already. Wait until they have come.");
  else if (place == MAX_COMING)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "Other files are being sent to the backend. Try again in a minute.");
  if (place == MAX_COMING || own >= MAX_COMING_OF_ACCOUNT)
    return NULL;
  self = g_new0 (Coming, 1);
  self->imports = imports;
  self->place = place;
  return self;
}

/* Before the body: nobody fills the disk of a backend they may not import into, or more than a part
 * of it. */
static gboolean
admit_import (SparkRequest *request, gpointer data, GError **error)
{
  SparkApi *api = data;
  g_auto (SparkCaller) caller = { 0 };
  Coming *coming;
  gint64 account = 0;

  if (!may_import (api, request, &caller, &account, error))
    return FALSE;
  coming = coming_new (api->imports, account, error);
  if (coming == NULL)
    return FALSE;
  spark_request_set_data (request, coming, coming_free);
  return TRUE;
}

static void
start (Import *self)
{
  SparkImports *imports = self->imports;
  pthread_t thread;

  if (pthread_create (&thread, NULL, run_import, self) == 0)
    {
      pthread_detach (thread);
      return;
    }
  g_set_error (&self->problem, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The backend has too much to do. Try again in a moment.");
  answer (self, self->problem);
  import_free (self);
  give_place (imports);
}

static void
post_import (SparkRequest *request, gpointer data)
{
  SparkApi *api = data;
  const char *key = spark_request_header (request, "Idempotency-Key");
  g_auto (SparkCaller) caller = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 account;
  Import *self;
  int fd = -1;

  if (may_import (api, request, &caller, &account, &error)
      && (key == NULL || spark_api_check_key (key, &error))
      && spark_import_check (spark_request_body_fd (request), &error))
    {
      fd = fcntl (spark_request_body_fd (request), F_DUPFD_CLOEXEC, 0);
      if (fd < 0)
        g_set_error (&error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                     "The backend has too much to do. Try again in a moment.");
    }
  if (error != NULL || !take_place (api->imports, &error))
    {
      if (fd >= 0)
        close (fd);
      spark_api_refuse (request, error);
      return;
    }
  self = g_new0 (Import, 1);
  self->imports = api->imports;
  self->request = request;
  self->caller = caller;
  caller = (SparkCaller){ 0 };
  self->actor = spark_caller_actor (&self->caller);
  self->account_id = g_strdup (spark_request_param (request, 0));
  self->key = g_strdup (key);
  self->fd = fd;
  spark_json_writer_init (&self->writer);
  spark_request_wait (request);
  start (self);
}

/* --- sample data --- */

static gboolean
check_sample (SparkApiWrite *write, gint64 *videos, GError **error)
{
  *videos = SPARK_SAMPLE_VIDEOS;
  if (!write->caller.all)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN,
                   "Accounts of this server are added by whoever runs it.");
      return FALSE;
    }
  if (write->object != NULL
      && !spark_json_find_int (write->object, "videos", SPARK_SAMPLE_VIDEOS, videos, error))
    return FALSE;
  if (*videos >= 1 && *videos <= MAX_SAMPLE)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "A sample has 1 to %d videos.",
               MAX_SAMPLE);
  return FALSE;
}

static void *
make_sample (void *data)
{
  SparkApiWrite *write = data;
  SparkApi *api = write->api;
  g_autoptr (GError) error = NULL;
  gint64 videos;
  gboolean repeated;

  if (check_sample (write, &videos, &error)
      && spark_api_write_is_repeated (write, &repeated, &error) && !repeated)
    spark_sample_make (api->store, (guint)videos, &write->prepared, &error);
  spark_api_write_go_on (write, error);
  spark_store_leave (api->store);
  give_place (api->imports);
  return NULL;
}

static void
start_sample (SparkApiWrite *write)
{
  SparkImports *imports = write->api->imports;
  g_autoptr (GError) error = NULL;
  pthread_t thread;

  if (!take_place (imports, &error))
    {
      spark_api_write_go_on (write, error);
      return;
    }
  if (pthread_create (&thread, NULL, make_sample, write) == 0)
    {
      pthread_detach (thread);
      return;
    }
  g_set_error (&error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The backend has too much to do. Try again in a moment.");
  spark_api_write_go_on (write, error);
  give_place (imports);
}

static gboolean
run_sample (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  if (write->prepared == NULL)
    {
      /* The first request with this key was answered meanwhile, and its answer has been forgotten.
       */
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "Try again.");
      return FALSE;
    }
  write->made = g_strdup (write->prepared);
  return spark_ledger_open_account (tx, write->prepared, error);
}

static const SparkApiAct sample = { .role = SPARK_ROLE_OWNER,
                                    .status = 201,
                                    .run = run_sample,
                                    .render = spark_render_account,
                                    .start = start_sample };

static void
post_sample (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &sample);
}

const SparkRoute spark_api_intake_routes[] = {
  { SPARK_FACE_CREATORS, "POST", "/v1/accounts/{id}/import", post_import, MAX_IMPORT, TRUE,
    admit_import },
  { SPARK_FACE_CREATORS, "POST", "/v1/sample", post_sample, SPARK_API_MAX_BODY, FALSE },
};
const gsize spark_api_n_intake_routes = G_N_ELEMENTS (spark_api_intake_routes);

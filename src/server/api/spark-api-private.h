/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <pthread.h>

#include "model/spark-error.h"
#include "model/spark-objects.h"
#include "model/spark-rules.h"
#include "server/api/spark-api.h"
#include "server/api/spark-desk.h"
#include "server/api/spark-kept.h"
#include "server/ledger/spark-ledger.h"
#include "server/store/spark-signing.h"
#include "server/store/spark-store-read.h"
#include "spark-enum-types.h"

G_BEGIN_DECLS

typedef struct _SparkFeedHub SparkFeedHub;
typedef struct _SparkImports SparkImports;
typedef struct _SparkBatches SparkBatches;

struct _SparkApi
{
  SparkStore *store; /* borrowed */
  SparkSigning *signing; /* owned; NULL: records are not signed */
  char *brand_url;
  char *sandbox_url; /* atomic */
  SparkFeedHub *hub;
  SparkImports *imports;
  SparkDesk *desk;
  SparkBatches *batches;
  SparkKept *kept;
  SparkKept *kept_codes; /* secret; of an id, for who may see the code */
  char *consent_prefix; /* NULL: no account can be connected */
  pthread_mutex_t running_lock; /* for running */
  GHashTable *running;          /* idempotency keys of requests under way */
};

/* The largest body of a request that is not a file. */
#define SPARK_API_MAX_BODY 65536
/* Characters in what a person writes down: a note, a reason. */
#define SPARK_API_MAX_NOTE 2000

/*
 * Who asks. Filled by spark_access_authenticate(); everything a handler does with an id goes
 * through spark_access_check() first: this is the one place where access is decided.
 */
typedef struct
{
  char *id;            /* of the credential; "owner" at the private socket */
  char *name;          /* the person's, or the token's; NULL: not known */
  char *device;        /* that they signed in on; NULL: not known */
  char *person;        /* who signed in; NULL: nobody, it is another credential */
  SparkTokenKey token; /* when not `all` */
  gboolean all;
  gint64 *accounts; /* as many as there are: feeds keep this for long, thousands of them */
  SparkRole *roles; /* one for each account */
  gsize n_accounts;
  GArray *closed;    /* of gint64, when `all`: accounts that are nobody's */
  gboolean borrowed; /* all but `closed` is the transaction's */
} SparkCaller;

gboolean spark_access_authenticate (SparkTx *tx, SparkRequest *request, SparkCaller *caller,
                                    GError **error);
/* The same without copies: what is in @caller is valid until the transaction ends, or reads another
 * token. */
gboolean spark_access_borrow (SparkTx *tx, SparkRequest *request, SparkCaller *caller,
                              GError **error);
/* In the transaction that uses a right: role and accounts as they are now; what they allow is yet to be
 * checked. Whoever takes a right away is answered when nothing more is done with it: it may have been
 * known before, and wait to be written. */
gboolean spark_access_look_again (SparkTx *tx, SparkCaller *caller, GError **error);
/* Role and accounts as the credential now has them. */
void spark_caller_update (SparkCaller *caller, const SparkCredential *credential);
void spark_caller_clear (SparkCaller *caller);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkCaller, spark_caller_clear)
SparkScope spark_caller_scope (const SparkCaller *caller);
/* Who it is wherever they come from: a person, or a credential that is nobody's. */
const char *spark_caller_holder (const SparkCaller *caller);
SparkActor spark_caller_actor (const SparkCaller *caller);
/* @id: of an account ("7") or of one of its objects ("7.12"). Another's is NOT_FOUND, as if it were
 * not there; a role that is not enough FORBIDDEN. */
gboolean spark_access_check (const SparkCaller *caller, const char *id, SparkRole role,
                             GError **error);
/* The same of what must be an account: one of its objects is NOT_FOUND. */
gboolean spark_access_check_account (const SparkCaller *caller, const char *id, SparkRole role,
                                     gint64 *account, GError **error);
/* The role over the account of @id; VIEW for one that is not the caller's. */
SparkRole spark_caller_role (const SparkCaller *caller, const char *id);
/* Whether the role over the account of @id is one that gets its codes and links in clear. */
gboolean spark_caller_sees_codes (const SparkCaller *caller, const char *id);
/* For an act that names no object: the caller has the role over some account. */
gboolean spark_access_check_any (const SparkCaller *caller, SparkRole role, GError **error);

/* --- answering --- */
void spark_api_refuse (SparkRequest *request, const GError *error);
void spark_api_respond (SparkRequest *request, guint status, SparkJsonWriter *writer);

/* --- reading: in one snapshot, on the HTTP thread --- */
typedef gboolean (*SparkApiRead) (SparkApi *api, SparkTx *tx, const SparkCaller *caller,
                                  SparkRequest *request, SparkJsonWriter *writer, GError **error);
/* Authenticates, reads, answers 200 with what @read wrote, or the problem. */
void spark_api_read (SparkApi *api, SparkRequest *request, SparkApiRead read);
/* The same for what may be kept: gives the whole answer. (transfer full) */
typedef GBytes *(*SparkApiFind) (SparkApi *api, SparkTx *tx, const SparkCaller *caller,
                                 SparkRequest *request, GError **error);
void spark_api_find (SparkApi *api, SparkRequest *request, SparkApiFind find);

/* --- writing: one act in one transaction --- */

/* One act: what the request said, checked before, and what came of it. */
typedef struct
{
  SparkApi *api;
  SparkRequest *request;
  SparkCaller caller;
  SparkActor actor;
  JsonNode *body;     /* NULL: the request has none */
  JsonObject *object; /* of body */
  const char *id;     /* the path's first parameter */
  const char *second; /* its second */
  const struct _SparkApiAct *act;
  char *made;   /* the id of what is answered; NULL: nothing */
  guint status; /* of the act, unless it says another */
  SparkJsonWriter writer;
  gboolean has_answer;
  char *prepared; /* by act->start: the id of what is made already; NULL: nothing */
  GArray *found;  /* by act->start: of gint64, the numbers of what it is on; NULL: nothing */
  char *running_key;
  guint8 body_hash[32];
} SparkApiWrite;

typedef struct _SparkApiAct
{
  SparkRole role;
  guint status; /* when it is done */
  gboolean needs_body;
  gboolean checks_id; /* the path's first parameter is an id of the caller's */
  /* In the transaction. Sets write->made to what @render gives. */
  gboolean (*run) (SparkTx *tx, SparkApiWrite *write, GError **error);
  /* Writes the object @id as it is now; NULL: an answer without a body. */
  gboolean (*render) (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                      SparkJsonWriter *writer, GError **error);
  void (*after) (SparkApi *api); /* once it is durable; NULL: nothing */
  /* What takes longer than a transaction may, on another thread, before @run; it ends with
   * spark_api_write_go_on(). NULL: nothing. */
  void (*start) (SparkApiWrite *write);
  gsize max_body;                /* 0: SPARK_API_MAX_BODY */
  gboolean unowned;              /* what is made is no account's; @render looks whose it is */
  gboolean personal; /* of whoever signed in, with no account too; @run looks who it is */
} SparkApiAct;

/* Authenticates, checks, submits; the handler returns at once and the answer comes later. */
void spark_api_write (SparkApi *api, SparkRequest *request, const SparkApiAct *act);

/* @error: (nullable): why it is to be refused instead. @write is not the caller's any more. */
void spark_api_write_go_on (SparkApiWrite *write, const GError *error);
/* Whether it has been done before, with the same Idempotency-Key. Waits; not on an HTTP thread. */
gboolean spark_api_write_is_repeated (SparkApiWrite *write, gboolean *repeated, GError **error);

/* Whether an Idempotency-Key is one. */
gboolean spark_api_check_key (const char *key, GError **error);

/* --- rendering objects by id, as the caller may see them --- */
gboolean spark_render_account (SparkApi *api, SparkTx *tx, const SparkCaller *caller,
                               const char *id, SparkJsonWriter *writer, GError **error);
gboolean spark_render_video (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                             SparkJsonWriter *writer, GError **error);
gboolean spark_render_code (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                            SparkJsonWriter *writer, GError **error);
gboolean spark_render_link (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                            SparkJsonWriter *writer, GError **error);
gboolean spark_render_grant (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                             SparkJsonWriter *writer, GError **error);
gboolean spark_render_brand (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                             SparkJsonWriter *writer, GError **error);
gboolean spark_render_event (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                             SparkJsonWriter *writer, GError **error);
gboolean spark_render_batch (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                             SparkJsonWriter *writer, GError **error);
gboolean spark_render (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkKind kind,
                       const char *id, SparkJsonWriter *writer, GError **error);
void spark_render_event_view (const SparkCaller *caller, const SparkEvent *event,
                              SparkJsonWriter *writer);
void spark_render_code_view (const SparkCaller *caller, const SparkCode *code,
                             SparkJsonWriter *writer);
void spark_render_link_view (SparkApi *api, const SparkCaller *caller, const SparkLink *link,
                             SparkJsonWriter *writer);
void spark_render_account_view (SparkApi *api, const SparkCaller *caller,
                                const SparkAccount *account, SparkJsonWriter *writer);
/* Where brands reach this backend for an account of @platform; NULL: they cannot. */
const char *spark_api_brand_url (SparkApi *api, SparkPlatformKind platform);

/* --- changes --- */

/* A position in the change feeds of all accounts of a caller. */
typedef struct
{
  GArray *positions; /* of SparkPosition, accounts ascending */
} SparkCursor;
void spark_cursor_clear (SparkCursor *cursor);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkCursor, spark_cursor_clear)
/* @text: (nullable): NULL or "": the beginning. RESYNC for another epoch. */
gboolean spark_cursor_parse (SparkCursor *cursor, const char *text, SparkStore *store,
                             GError **error);
char *spark_cursor_format (const SparkCursor *cursor, SparkStore *store);
/* RESYNC, FALSE always. */
gboolean spark_cursor_refuse (GError **error);

/* Whether all of @cursor that is the caller's has happened here; RESYNC. */
gboolean spark_cursor_check (const SparkCursor *cursor, SparkTx *tx, const SparkCaller *caller,
                             GError **error);

/**
 * spark_changes_collect:
 * @remaining: (out): how many numbers lie ahead of @cursor then: as many changes at most
 *
 * Gives at most @limit changes behind @cursor, in order within each account, as JSON text, and
 * moves @cursor; fewer, or none, when there are events older than 90 days among them, which are left out.
 * Accounts that are gone give one last change.
 */
gboolean spark_changes_collect (SparkApi *api, SparkTx *tx, const SparkCaller *caller,
                                SparkCursor *cursor, guint limit, GPtrArray *changes,
                                gint64 *remaining, GError **error);

SparkFeedHub *spark_feed_hub_new (SparkApi *api);
/* Also called, on the writer's thread, whenever something changed; NULL: nobody any more. */
void spark_feed_hub_set_wake (SparkFeedHub *hub, SparkApiWake wake, gpointer data);
void spark_feed_hub_wake (SparkFeedHub *hub);
void spark_feed_hub_free (SparkFeedHub *hub);

SparkImports *spark_imports_new (SparkApi *api);
/* Stops those that are under way, and waits for them. */
void spark_imports_free (SparkImports *imports);

SparkBatches *spark_batches_new (SparkApi *api);
/* There is a new one. */
void spark_batches_wake (SparkBatches *batches);
/* Waits for the step that is under way; the rest is for the next start. */
void spark_batches_free (SparkBatches *batches);

/* --- handlers, by subject --- */
extern const SparkRoute spark_api_account_routes[];
extern const gsize spark_api_n_account_routes;
extern const SparkRoute spark_api_connect_routes[];
extern const gsize spark_api_n_connect_routes;
extern const SparkRoute spark_api_video_routes[];
extern const gsize spark_api_n_video_routes;
extern const SparkRoute spark_api_code_routes[];
extern const gsize spark_api_n_code_routes;
extern const SparkRoute spark_api_grant_routes[];
extern const gsize spark_api_n_grant_routes;
extern const SparkRoute spark_api_brand_routes[];
extern const gsize spark_api_n_brand_routes;
extern const SparkRoute spark_api_calendar_routes[];
extern const gsize spark_api_n_calendar_routes;
extern const SparkRoute spark_api_record_routes[];
extern const gsize spark_api_n_record_routes;
extern const SparkRoute spark_api_batch_routes[];
extern const gsize spark_api_n_batch_routes;
extern const SparkRoute spark_api_intake_routes[];
extern const gsize spark_api_n_intake_routes;
extern const SparkRoute spark_api_sign_in_routes[];
extern const gsize spark_api_n_sign_in_routes;
extern const SparkRoute spark_api_change_routes[];
extern const gsize spark_api_n_change_routes;

/* --- what several handlers need --- */

/* Reads limit (1 to 100, default 20) and cursor. */
gboolean spark_api_page (SparkRequest *request, SparkPage *page, GError **error);
/* account, video, brand, state (an enumeration of @state_type), ends_before; each checked. */
gboolean spark_api_object_query (SparkRequest *request, const SparkCaller *caller, GType state_type,
                                 SparkObjectQuery *query, GError **error);
/* What is asked for together must belong together; sets the account. */
gboolean spark_api_same_account (SparkObjectQuery *query, GError **error);
gboolean spark_api_account_number (const char *text, gint64 *account);
/* A text of a person's own: at most @max characters; absent: NULL. */
gboolean spark_api_text_member (JsonObject *object, const char *name, guint max, const char **text,
                                GError **error);
/* "brand": an id, or an object with a name, which is made when it is new. (transfer full) */
gboolean spark_api_brand_member (SparkTx *tx, SparkApiWrite *write, const char *owner_id,
                                 gboolean required, char **brand_id, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <libpq-fe.h>

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-check.h"
#include "spark-enum-types.h"

const SparkActor creator = { SPARK_ACTOR_CREATOR, "token", "Lena" };

static gint64
read_clock (gpointer data)
{
  return ((Fixture *)data)->now;
}

static void
exec_on_server (const char *server, const char *sql)
{
  PGconn *connection = PQconnectdb (server);
  PGresult *result = PQexec (connection, sql);

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  PQclear (result);
  PQfinish (connection);
}

/* A schema of its own on the server of tests/server/postgres, or else a file. */
static void
make_database (Fixture *self)
{
  const char *server = g_getenv ("SPARKBOX_TEST_DATABASE");
  g_autofree char *sql = NULL;

  if (server == NULL)
    {
      self->url = g_strconcat ("sqlite:", self->folder, "/sparkbox.db", NULL);
      return;
    }
  self->schema = g_strdup_printf ("test_%08x%08x", g_random_int (), g_random_int ());
  self->url = g_strconcat (server, "&options=-csearch_path%3D", self->schema, NULL);
  sql = g_strconcat ("CREATE SCHEMA ", self->schema, NULL);
  exec_on_server (server, sql);
}

static void
drop_database (Fixture *self)
{
  g_autofree char *sql = NULL;

  if (self->schema == NULL)
    return;
  sql = g_strconcat ("SET client_min_messages = error; DROP SCHEMA ", self->schema, " CASCADE",
                     NULL);
  exec_on_server (g_getenv ("SPARKBOX_TEST_DATABASE"), sql);
  g_free (self->schema);
}

static void
open_store (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = g_build_filename (self->folder, "sparkbox.db.key", NULL);

  self->store = spark_store_open (self->url, key, &error);
  g_assert_no_error (error);
  spark_store_set_clock (self->store, read_clock, self);
}

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sparkbox-XXXXXX", NULL);
  make_database (self);
  self->now = G_GINT64_CONSTANT (1772388000000);
  open_store (self);
  self->account = fixture_add_account (self, SPARK_PLATFORM_SANDBOX);
  self->video = fixture_add_video (self, self->account, "7123456789012345678");
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  spark_store_close (self->store);
  drop_database (self);
  folder = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->url);
  g_free (self->account);
  g_free (self->video);
}

void
fixture_reopen (Fixture *self)
{
  spark_store_close (self->store);
  open_store (self);
}

gboolean
fixture_disconnect (Fixture *self)
{
  if (self->schema == NULL)
    return FALSE;
  exec_on_server (g_getenv ("SPARKBOX_TEST_DATABASE"),
                  "SELECT pg_terminate_backend (pid, 10000) FROM pg_stat_activity"
                  " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid ()");
  return TRUE;
}

gboolean
fixture_run (Fixture *self, SparkStoreFunc run, gpointer data, GError **error)
{
  return spark_store_write (self->store, run, data, error);
}

/* --- acts --- */

typedef struct
{
  SparkPlatformKind platform;
  const char *first;
  const char *second;
  guint days;
  gint64 ends_at;
  char *result;
  GError *refusal;
} Act;

/* A transaction that has to be tried again runs its jobs once more. */
static Act *
afresh (Act *act)
{
  g_clear_pointer (&act->result, g_free);
  g_clear_error (&act->refusal);
  return act;
}

static char *
run_act (Fixture *self, SparkStoreFunc run, Act *act)
{
  g_autoptr (GError) error = NULL;

  spark_store_write (self->store, run, act, &error);
  g_assert_no_error (error);
  return act->result;
}

static gboolean
add_account (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_account (tx, &creator, act->platform, "Lena", "lena.films", &act->result,
                                   error);
}

char *
fixture_add_account (Fixture *self, SparkPlatformKind platform)
{
  return run_act (self, add_account, &(Act){ .platform = platform });
}

static gboolean
add_video (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);
  SparkUpsert upsert;

  return spark_ledger_upsert_video (tx, &creator, act->first,
                                    &(SparkVideoFacts){ .item_id = act->second,
                                                        .caption = "Morning routine",
                                                        .duration_s = -1,
                                                        .total = { -1, -1, -1, -1 } },
                                    FALSE, &act->result, &upsert, error);
}

char *
fixture_add_video (Fixture *self, const char *account, const char *item_id)
{
  return run_act (self, add_video, &(Act){ .first = account, .second = item_id });
}

static gboolean
generate (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_generate (tx, &creator, act->first, act->days, &act->result, error);
}

char *
fixture_generate (Fixture *self, const char *video, guint days)
{
  return run_act (self, generate, &(Act){ .first = video, .days = days });
}

static gboolean
add_advertiser (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_advertiser (tx, act->first, &act->result, error);
}

char *
fixture_add_advertiser (Fixture *self, const char *name)
{
  return run_act (self, add_advertiser, &(Act){ .first = name });
}

static gboolean
add_brand (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_add_brand (tx, &creator, act->first, act->second, NULL, &act->result, error);
}

char *
fixture_add_brand (Fixture *self, const char *account, const char *name)
{
  return run_act (self, add_brand, &(Act){ .first = account, .second = name });
}

static gboolean
create_link (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);

  return spark_ledger_create_link (tx, &creator, act->first, act->second, act->ends_at, NULL,
                                   &act->result, error);
}

char *
fixture_create_link (Fixture *self, const char *video, const char *brand, gint64 ends_at)
{
  return run_act (self, create_link, &(Act){ .first = video, .second = brand, .ends_at = ends_at });
}

static gboolean
redeem (SparkTx *tx, gpointer data, GError **error)
{
  Act *act = afresh (data);
  g_auto (SparkRedemption) redemption = { 0 };

  if (!spark_ledger_redeem (tx, act->first, act->second, &redemption, &act->refusal, error))
    return FALSE;
  act->result = g_steal_pointer (&redemption.grant_id);
  return TRUE;
}

static gboolean
begin_and_redeem (SparkTx *tx, gpointer data, GError **error)
{
  const Act *act = data;

  return spark_ledger_begin_redemption (tx, act->first, act->second, error)
         && redeem (tx, data, error);
}

char *
fixture_redeem (Fixture *self, const char *advertiser, const char *string, GError **refusal)
{
  Act act = { .first = advertiser, .second = string };

  run_act (self, self->in_portal ? redeem : begin_and_redeem, &act);
  g_assert_true ((act.result == NULL) == (act.refusal != NULL));
  if (act.refusal != NULL)
    g_propagate_error (refusal, act.refusal);
  return act.result;
}

static gboolean
expire (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_expire (tx, 100, data, error);
}

gboolean
fixture_expire (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  gboolean more;

  spark_store_write (self->store, expire, &more, &error);
  g_assert_no_error (error);
  return more;
}

/* --- facts --- */

static SparkTx *
begin (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  SparkTx *tx = spark_store_read_begin (self->store, &error);

  g_assert_no_error (error);
  return tx;
}

static void
end (SparkTx *tx, GError *error)
{
  g_assert_no_error (error);
  spark_store_read_end (tx);
}

static char *
code_string (Fixture *self, const char *id, SparkCode *copy)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkCode code;
  char *string;

  spark_read_code (tx, id, TRUE, &code, &error);
  g_assert_no_error (error);
  string = g_strdup (code.code);
  if (copy != NULL)
    *copy = code;
  end (tx, error);
  return string;
}

static void
on_problem (const char *rule, const char *id, gpointer data)
{
  g_error ("%s: %s", id, rule);
}

void
fixture_audit (Fixture *self)
{
  SparkTx *tx = begin (self);
  GError *error = NULL;

  g_assert_true (spark_ledger_check (tx, on_problem, NULL, &error));
  end (tx, error);
}

char *
fixture_code_string (Fixture *self, const char *code)
{
  return code_string (self, code, NULL);
}

SparkCodeState
fixture_code_state (Fixture *self, const char *id)
{
  SparkCode code;

  g_free (code_string (self, id, &code));
  return code.state;
}

gint64
fixture_code_ends_at (Fixture *self, const char *id)
{
  SparkCode code;

  g_free (code_string (self, id, &code));
  return code.ends_at;
}

static char *
link_string (Fixture *self, const char *id, SparkLink *copy)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkLink link;
  char *string;

  spark_read_link (tx, id, TRUE, &link, &error);
  g_assert_no_error (error);
  string = g_strdup (link.string);
  if (copy != NULL)
    *copy = link;
  end (tx, error);
  return string;
}

char *
fixture_link_string (Fixture *self, const char *link)
{
  return link_string (self, link, NULL);
}

SparkLinkState
fixture_link_state (Fixture *self, const char *id)
{
  SparkLink link;

  g_free (link_string (self, id, &link));
  return link.state;
}

static SparkGrant
read_grant (Fixture *self, const char *id)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkGrant grant = { 0 };

  spark_read_grant (tx, id, &grant, &error);
  end (tx, error);
  return grant;
}

SparkGrantState
fixture_grant_state (Fixture *self, const char *grant)
{
  return read_grant (self, grant).state;
}

gint64
fixture_grant_ends_at (Fixture *self, const char *grant)
{
  return read_grant (self, grant).ends_at;
}

SparkAuthorization
fixture_authorization (Fixture *self, const char *id)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkVideo video = { 0 };

  spark_read_video (tx, id, &video, &error);
  end (tx, error);
  video.authorization.code_id = NULL;
  return video.authorization;
}

char *
fixture_grant_brand (Fixture *self, const char *id)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkGrant grant = { 0 };
  char *name;

  spark_read_grant (tx, id, &grant, &error);
  name = g_strdup (grant.brand.name);
  end (tx, error);
  return name;
}

gint64
fixture_brand_active_at (Fixture *self, const char *id)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkGrant grant = { 0 };
  SparkBrand brand = { 0 };

  if (spark_read_grant (tx, id, &grant, &error))
    spark_read_brand (tx, grant.brand.id, &brand, &error);
  end (tx, error);
  return brand.last_activity_at;
}

SparkVideo
fixture_video (Fixture *self, const char *id)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkVideo video = { 0 };

  spark_read_video (tx, id, &video, &error);
  end (tx, error);
  return video;
}

static gboolean
describe_event (const SparkEvent *event, gpointer data)
{
  *(char **)data = g_strdup_printf (
      "%s: %s, %s, %d, %u", spark_enum_to_string (SPARK_TYPE_ACTOR_KIND, event->actor.kind),
      event->brand.name != NULL ? event->brand.name : "nobody",
      event->detail.reason != NULL ? event->detail.reason : "no reason", event->detail.count,
      event->detail.days);
  return FALSE;
}

char *
fixture_newest_event (Fixture *self, SparkEventType type)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkPage page = { .limit = 1 };
  char *text = NULL;

  spark_read_events (tx, &(SparkObjectQuery){ .scope.all = TRUE, .state = -1, .type = type }, &page,
                     describe_event, &text, &error);
  g_free (page.next);
  end (tx, error);
  return text;
}

static gboolean
keep_actor (const SparkEvent *event, gpointer data)
{
  *(char **)data = g_strdup (event->actor.name);
  return FALSE;
}

char *
fixture_newest_actor (Fixture *self, SparkEventType type)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkPage page = { .limit = 1 };
  char *name = NULL;

  spark_read_events (tx, &(SparkObjectQuery){ .scope.all = TRUE, .state = -1, .type = type }, &page,
                     keep_actor, &name, &error);
  g_free (page.next);
  end (tx, error);
  return name;
}

static gboolean
count_event (const SparkEvent *event, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

guint
fixture_count_events (Fixture *self, SparkEventType type)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  SparkPage page = { .limit = 1000 };
  guint count = 0;

  spark_read_events (tx, &(SparkObjectQuery){ .scope.all = TRUE, .state = -1, .type = type }, &page,
                     count_event, &count, &error);
  g_free (page.next);
  end (tx, error);
  return count;
}

static gboolean
count_post (const SparkAuthorizedPost *post, gpointer data)
{
  *(guint *)data += post->grant.state == SPARK_GRANT_STATE_AUTHORIZED;
  return TRUE;
}

guint
fixture_count_posts (Fixture *self, const char *advertiser)
{
  SparkTx *tx = begin (self);
  g_autoptr (GError) error = NULL;
  guint total, authorized = 0;

  spark_read_authorized_posts (tx, advertiser, 0, NULL, 1, 50, &total, count_post, &authorized,
                               &error);
  end (tx, error);
  return authorized;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/ledger/spark-ledger-connections.h"
#include "server/ledger/spark-ledger-platform.h"
#include "server/store/spark-tx.h"

#define ITEM  "7123456789012345678"
#define FIRST "#1Ea2bcde3fUMghijEkL4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="
#define OTHER "#2Ea2bcde3fUMghijEkL4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="
#define LEASE 60000

/* A creator's account on the platform that is only asked, with one video. */
typedef struct
{
  Fixture base;
  char *account;
  char *video;
  gint64 number; /* of the account */
  gint64 video_number;
} Asked;

static gboolean
add_account (SparkTx *tx, gpointer data, GError **error)
{
  Asked *self = data;

  return spark_tx_int (tx, error, &self->number, 0, "account_insert", "issi",
                       (gint64)SPARK_PLATFORM_TIKTOK, "Lena", "lena.films", spark_tx_now (tx))
         && spark_tx_touch (tx, self->number, SPARK_KIND_ACCOUNT, self->number, error);
}

static void
set_up (Asked *self, gconstpointer data)
{
  gint64 account;

  fixture_set_up (&self->base, data);
  g_assert_true (fixture_run (&self->base, add_account, self, NULL));
  self->account = g_strdup_printf ("%" G_GINT64_FORMAT, self->number);
  self->video = fixture_add_video (&self->base, self->account, ITEM);
  g_assert_true (spark_id_parse (self->video, &account, &self->video_number));
}

static void
on_found (const char *rule, const char *id, gpointer data)
{
  g_error ("%s: %s", rule, id);
}

static gboolean
audit (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_check (tx, on_found, NULL, error);
}

/* Whatever a test did, all that is written down agrees. */
static void
tear_down (Asked *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, audit, NULL, &error);
  g_assert_no_error (error);
  g_free (self->account);
  g_free (self->video);
  fixture_tear_down (&self->base, data);
}

/* --- what whoever talks to the platform does --- */

typedef struct
{
  Asked *asked;
  SparkPlatformTask *task;
  const SparkPlatformStatus *status;
  const SparkPlatformPost *post;
  const char *advertiser;
  const char *problem;
  gint64 at;
  gboolean settled;
  GPtrArray *tasks;
} Report;

static gboolean
run_claim (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  g_clear_pointer (&report->tasks, g_ptr_array_unref);
  report->tasks = spark_ledger_claim_tasks (tx, 10, LEASE, error);
  return report->tasks != NULL;
}

static GPtrArray *
claim_all (Asked *self)
{
  Report report = { .asked = self };
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_claim, &report, &error);
  g_assert_no_error (error);
  return report.tasks;
}

/* The one that is due. */
static SparkPlatformTask *
claim (Asked *self, SparkTaskAct act)
{
  g_autoptr (GPtrArray) tasks = claim_all (self);

  g_assert_cmpuint (tasks->len, ==, 1);
  g_assert_cmpint (((SparkPlatformTask *)tasks->pdata[0])->act, ==, act);
  return g_ptr_array_steal_index (tasks, 0);
}

static void
assert_nothing_due (Asked *self)
{
  g_autoptr (GPtrArray) tasks = claim_all (self);

  g_assert_cmpuint (tasks->len, ==, 0);
}

static gboolean
run_sent (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_sent (tx, report->task->account, report->task->id, report->at, error);
}

static void
sent (Asked *self, SparkPlatformTask *task, gint64 base)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_sent, &(Report){ .task = task, .at = base }, &error);
  g_assert_no_error (error);
}

static gboolean
run_status (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_apply_status (tx, report->asked->number, report->asked->video_number,
                                    report->task != NULL ? report->task->id : 0, report->at,
                                    report->status, &report->settled, error);
}

static gboolean
status_at (Asked *self, SparkPlatformTask *task, gint64 at, const SparkPlatformStatus *status)
{
  Report report = { .asked = self, .task = task, .status = status, .at = at };
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_status, &report, &error);
  g_assert_no_error (error);
  return report.settled;
}

static gboolean
status (Asked *self, SparkPlatformTask *task, const SparkPlatformStatus *status)
{
  return status_at (self, task, self->base.now, status);
}

static gboolean
run_later (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_later (tx, report->task->account, report->task->id, report->at, TRUE,
                                  report->problem, error);
}

static gboolean
run_failed (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_task_failed (tx, report->task->account, report->task->id, report->problem,
                                   "The words of TikTok", error);
}

static void
report (Asked *self, SparkStoreFunc run, SparkPlatformTask *task, gint64 at, const char *problem)
{
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run, &(Report){ .task = task, .at = at, .problem = problem }, &error);
  g_assert_no_error (error);
}

static gboolean
run_post (SparkTx *tx, gpointer data, GError **error)
{
  Report *report = data;

  return spark_ledger_apply_post (tx, report->advertiser, report->asked->number,
                                  report->asked->video_number, report->at, report->post, error);
}

static void
post (Asked *self, const char *advertiser, gboolean authorized, gint64 bound_at)
{
  const SparkPlatformPost listed
      = { .listed = authorized, .authorized = authorized, .bound_at = bound_at };
  g_autoptr (GError) error = NULL;

  fixture_run (
      &self->base, run_post,
      &(Report){ .asked = self, .advertiser = advertiser, .post = &listed, .at = self->base.now },
      &error);
  g_assert_no_error (error);
}

/* A code that is ready, as after 30 days were asked for. */
static char *
make_code (Asked *self)
{
  char *code = act_generate (&self->base, self->video, 30, NULL);
  g_autoptr (SparkPlatformTask) task = claim (self, SPARK_TASK_ACT_GENERATE);

  sent (self, task, 0);
  g_assert_true (status (self, task,
                         &(SparkPlatformStatus){ .exists = TRUE,
                                                 .string = FIRST,
                                                 .starts_at = self->base.now,
                                                 .ends_at = self->base.now + 30 * SPARK_DAY_MS,
                                                 .days = 30 }));
  return code;
}

static SparkPlatformStatus
ready (Asked *self, gint64 ends_at)
{
  return (SparkPlatformStatus){ .exists = TRUE, .string = FIRST, .ends_at = ends_at };
}

/* --- codes --- */

static void
test_generate (Asked *self, gconstpointer data)
{
  g_autofree char *code = act_generate (&self->base, self->video, 30, NULL);
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autofree char *string = fixture_code_string (&self->base, code);
  g_autofree char *event = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (string);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_PENDING);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_PENDING);
  /* Nothing is told of that is not so. */
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_GENERATED), ==, 0);
  g_assert_null (act_generate (&self->base, self->video, 30, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING);

  task = claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_cmpuint (task->days, ==, 30);
  g_assert_cmpstr (task->item_id, ==, ITEM);
  g_assert_false (task->sent);
  assert_nothing_due (self);
  /* An answer without a code settles nothing. */
  g_assert_false (status (self, task, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_PENDING);

  sent (self, task, 0);
  g_assert_true (status (self, task,
                         &(SparkPlatformStatus){ .exists = TRUE,
                                                 .string = FIRST,
                                                 .starts_at = self->base.now - 5000,
                                                 .ends_at = self->base.now + 30 * SPARK_DAY_MS,
                                                 .days = 30 }));
  string = fixture_code_string (&self->base, code);
  g_assert_cmpstr (string, ==, FIRST);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  event = fixture_newest_event (&self->base, SPARK_EVENT_CODE_GENERATED);
  g_assert_cmpstr (event, ==, "creator: nobody, no reason, 0, 30");
  assert_nothing_due (self);
}

/* Whoever claimed it died: after its lease it is somebody else's, who knows that it may be done. */
static void
test_lease (Asked *self, gconstpointer data)
{
  g_autofree char *code = act_generate (&self->base, self->video, 30, NULL);
  g_autoptr (SparkPlatformTask) first = claim (self, SPARK_TASK_ACT_GENERATE);
  g_autoptr (SparkPlatformTask) second = NULL;
  g_autoptr (SparkPlatformTask) third = NULL;

  sent (self, first, 0);
  self->base.now += LEASE - 1;
  assert_nothing_due (self);
  fixture_reopen (&self->base);
  self->base.now += 1;
  second = claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_true (second->sent);
  g_assert_cmpuint (second->attempts, ==, 1);

  report (self, run_later, second, self->base.now + 5000, "unavailable");
  assert_nothing_due (self);
  self->base.now += 5000;
  third = claim (self, SPARK_TASK_ACT_GENERATE);
  report (self, run_failed, third, 0, "video_not_eligible");
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_FAILED);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_OFF);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_PLATFORM_REFUSED), ==, 1);
  /* And it can be tried again. */
  g_free (act_generate (&self->base, self->video, 7, NULL));
}

static void
test_extend (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autoptr (SparkPlatformTask) task = NULL;
  gint64 end = self->base.now + 30 * SPARK_DAY_MS;
  SparkPlatformStatus old = ready (self, end), new = ready (self, end + 7 * SPARK_DAY_MS - 1000);
  g_autoptr (GError) error = NULL;

  self->base.now += SPARK_DAY_MS;
  act_extend (&self->base, code, 7, NULL);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end);
  act_extend (&self->base, code, 7, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING);
  task = claim (self, SPARK_TASK_ACT_EXTEND);
  g_assert_cmpstr (task->string, ==, FIRST);
  sent (self, task, end);
  g_assert_false (status (self, task, &old));
  g_assert_true (status (self, task, &new));
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS - 1000);
  /* What was read before that is not news any more. */
  status_at (self, NULL, self->base.now - 1, &old);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS - 1000);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_EXTENDED), ==, 1);
  assert_nothing_due (self);
}

static void
test_delete (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autoptr (SparkPlatformTask) task = NULL;
  SparkPlatformStatus still = ready (self, self->base.now + 30 * SPARK_DAY_MS);

  act_delete_code (&self->base, code, NULL);
  act_delete_code (&self->base, code, NULL);
  /* It works until TikTok has ended it. */
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  task = claim (self, SPARK_TASK_ACT_DELETE);
  sent (self, task, 0);
  g_assert_false (status (self, task, &still));
  report (self, run_later, task, self->base.now, "ads_running");
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  g_clear_pointer (&task, spark_platform_task_free);
  task = claim (self, SPARK_TASK_ACT_DELETE);
  g_assert_true (status (self, task, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
  assert_nothing_due (self);
}

static void
test_replace (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autofree char *same = act_replace (&self->base, code, NULL);
  g_autofree char *made = NULL;
  g_autofree char *string = NULL;
  g_autoptr (SparkPlatformTask) first = claim (self, SPARK_TASK_ACT_REPLACE);
  g_autoptr (SparkPlatformTask) second = NULL;
  SparkPlatformStatus new = ready (self, self->base.now + 30 * SPARK_DAY_MS);

  g_assert_cmpstr (same, ==, code);
  sent (self, first, 0);
  g_assert_false (status (self, first, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_PENDING);
  second = claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_false (second->sent);
  g_assert_cmpuint (second->days, ==, 30);
  sent (self, second, 0);
  new.string = OTHER;
  g_assert_true (status (self, second, &new));
  made = spark_id_format (second->account, second->code);
  string = fixture_code_string (&self->base, made);
  g_assert_cmpstr (string, ==, OTHER);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_REPLACED), ==, 1);
  assert_nothing_due (self);
}

/* What happens in the TikTok app. */
static void
test_outside (Asked *self, gconstpointer data)
{
  gint64 end = self->base.now + 60 * SPARK_DAY_MS;
  SparkPlatformStatus made = ready (self, end), later = ready (self, end + 30 * SPARK_DAY_MS);
  SparkPlatformStatus other = made;

  status (self, NULL, &made);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_ADDED), ==, 1);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).ends_at, ==, end);
  self->base.now++;
  status (self, NULL, &later);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).ends_at, ==, later.ends_at);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_EXTENDED), ==, 1);
  other.string = OTHER;
  status (self, NULL, &other);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_ADDED), ==, 2);
  status (self, NULL, &(SparkPlatformStatus){ .exists = FALSE });
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_OFF);
  status (self, NULL, &(SparkPlatformStatus){ .exists = FALSE });
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 2);
}

/* --- who uses it --- */

static void
test_used (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autofree char *event = NULL;
  g_autofree char *grant = NULL;
  SparkPlatformStatus used = ready (self, self->base.now + 30 * SPARK_DAY_MS);

  used.used = TRUE;
  status (self, NULL, &used);
  status (self, NULL, &used);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_USED), ==, 1);
  event = fixture_newest_event (&self->base, SPARK_EVENT_CODE_USED);
  g_assert_cmpstr (event, ==, "system: nobody, no reason, 0, 0");
  grant = act_note_grant (&self->base, self->video, NULL, "Acme", 0, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
}

typedef struct
{
  char *code;
  char *acme;
  char *brand;
  char *link;
  char *grant;
} Redeemed;

static void
redeemed_clear (Redeemed *self)
{
  g_free (self->code);
  g_free (self->acme);
  g_free (self->brand);
  g_free (self->link);
  g_free (self->grant);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Redeemed, redeemed_clear)

static gboolean
run_connect (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_connect_advertiser (tx, data, "Acme Ads", "a-token-of-the-brand", error);
}

/* An ad account in whose name TikTok can be asked. */
static char *
add_connected (Asked *self)
{
  char *id = fixture_add_advertiser (&self->base, "Acme Ads");
  g_autoptr (GError) error = NULL;

  fixture_run (&self->base, run_connect, id, &error);
  g_assert_no_error (error);
  return id;
}

static Redeemed
redeem_link (Asked *self)
{
  Redeemed made = { .code = make_code (self) };
  g_autofree char *string = NULL;

  made.acme = add_connected (self);
  made.brand = fixture_add_brand (&self->base, self->account, "Acme");
  made.link = act_create_link (&self->base, self->video, made.brand, 0, NULL);
  string = fixture_link_string (&self->base, made.link);
  made.grant = fixture_redeem (&self->base, made.acme, string, NULL);
  return made;
}

static void
test_link (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autofree char *string = fixture_link_string (&self->base, made.link);
  g_autofree char *nord = fixture_add_advertiser (&self->base, "Nord");
  g_autofree char *again = NULL;
  g_autoptr (SparkPlatformTask) task = claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (GError) refusal = NULL;

  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_PENDING);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_REDEEMING);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 0);
  g_assert_cmpstr (task->string, ==, FIRST);
  g_assert_cmpstr (task->advertiser, ==, made.acme);
  /* Held for the one, closed to the others. */
  again = fixture_redeem (&self->base, made.acme, string, NULL);
  g_assert_cmpstr (again, ==, made.grant);
  g_assert_null (fixture_redeem (&self->base, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_LINK_USED);

  sent (self, task, 0);
  post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_PENDING);
  post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_REDEEMED);
  g_assert_cmpint (fixture_code_state (&self->base, made.code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 1);
  assert_nothing_due (self);
}

static void
test_link_refused (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) task = claim (self, SPARK_TASK_ACT_REDEEM);

  report (self, run_failed, task, 0, "code_expired");
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_FAILED);
  g_assert_cmpint (fixture_link_state (&self->base, made.link), ==, SPARK_LINK_STATE_OPEN);
  assert_nothing_due (self);
}

/* TikTok is asked in an ad account's name, or not at all. */
static void
test_link_unconnected (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autofree char *brand = fixture_add_brand (&self->base, self->account, "Acme");
  g_autofree char *nord = fixture_add_advertiser (&self->base, "Nord");
  g_autofree char *acme = NULL;
  g_autofree char *link = NULL;
  g_autofree char *string = NULL;
  g_autoptr (GError) refusal = NULL;

  acme = add_connected (self);
  link = act_create_link (&self->base, self->video, brand, 0, NULL);
  string = fixture_link_string (&self->base, link);
  g_assert_null (fixture_redeem (&self->base, nord, string, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT);
  g_assert_cmpint (fixture_link_state (&self->base, link), ==, SPARK_LINK_STATE_OPEN);
  g_free (fixture_redeem (&self->base, acme, string, NULL));
  g_assert_cmpint (fixture_link_state (&self->base, link), ==, SPARK_LINK_STATE_REDEEMING);
}

/* The code itself is redeemed at TikTok alone. */
static void
test_code_unknown_here (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autofree char *acme = fixture_add_advertiser (&self->base, "Acme Ads");
  g_autoptr (GError) refusal = NULL;

  g_assert_null (fixture_redeem (&self->base, acme, FIRST, &refusal));
  g_assert_error (refusal, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
}

static void
test_seen (Asked *self, gconstpointer data)
{
  g_autofree char *code = make_code (self);
  g_autofree char *acme = fixture_add_advertiser (&self->base, "Acme");
  g_autofree char *event = NULL;
  SparkPlatformStatus used = ready (self, self->base.now + 30 * SPARK_DAY_MS);

  post (self, acme, TRUE, self->base.now);
  post (self, acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 1);
  event = fixture_newest_event (&self->base, SPARK_EVENT_GRANT_AUTHORIZED);
  g_assert_cmpstr (event, ==, "brand: Acme, no reason, 0, 0");
  /* It is known who used it. */
  used.used = TRUE;
  status (self, NULL, &used);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_USED), ==, 0);
  /* The brand gives it up, and uses it again. */
  self->base.now += 1000;
  post (self, acme, FALSE, 0);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 0);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_UNBOUND), ==, 1);
  post (self, acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, 1);
}

/* The creator said who it was; then the brand's ad account lists it. */
static void
test_seen_after_noted (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autofree char *noted = NULL;
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  gint64 bound_at;
  guint open;

  post (self, made.acme, TRUE, self->base.now);
  for (guint confirmed = 0; confirmed < 2; confirmed++)
    {
      self->base.now += 1000;
      post (self, made.acme, FALSE, 0);
      open = fixture_authorization (&self->base, self->video).grants;
      g_free (noted);
      bound_at = self->base.now += 1000;
      self->base.now += 1000;
      noted = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
      post (self, made.acme, TRUE, bound_at);
      /* As long as it is not sure whose ad account it is, it may be another's. */
      g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==,
                        open + (confirmed == 0 ? 2 : 1));
      if (confirmed == 1)
        break;
      act_confirm (&self->base, made.brand, made.acme, NULL);
      act_revoke (&self->base, noted, NULL, NULL);
    }
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_AUTHORIZED), ==, 2);
  /* From then on it is what the ad account lists. */
  self->base.now += 1000;
  post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_UNBOUND);

  /* What was noted before it was used may have been of somebody else. */
  again = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
  self->base.now += 1000;
  post (self, made.acme, TRUE, self->base.now);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, open + 2);
  self->base.now += 1000;
  post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, again), ==, SPARK_GRANT_STATE_AUTHORIZED);

  /* Of two it is not known which one it is. */
  other = act_note_grant (&self->base, self->video, made.brand, NULL, 0, NULL);
  post (self, made.acme, TRUE, self->base.now - 5000);
  g_assert_cmpuint (fixture_authorization (&self->base, self->video).grants, ==, open + 3);
}

/* --- ends --- */

static void
test_revoke (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (SparkPlatformTask) task = NULL;

  post (self, made.acme, TRUE, 0);
  act_revoke (&self->base, made.grant, "Not as agreed", NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  task = claim (self, SPARK_TASK_ACT_REVOKE);
  report (self, run_later, task, self->base.now + SPARK_DAY_MS, "ads_running");
  assert_nothing_due (self);
  /* Try again now. */
  act_revoke (&self->base, made.grant, NULL, NULL);
  g_clear_pointer (&task, spark_platform_task_free);
  task = claim (self, SPARK_TASK_ACT_REVOKE);
  post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_GRANT_REVOKED), ==, 1);
  assert_nothing_due (self);
}

/* Revoked before it was sent: it never is. */
static void
test_revoke_pending (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autoptr (GError) error = NULL;

  act_revoke (&self->base, made.grant, NULL, NULL);
  g_assert_false (fixture_run (&self->base, run_sent, &(Report){ .task = redeem }, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  task = claim (self, SPARK_TASK_ACT_REVOKE);
  post (self, made.acme, FALSE, 0);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
}

static void
test_turn_off (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = redeem_link (self);
  g_autoptr (SparkPlatformTask) redeem = claim (self, SPARK_TASK_ACT_REDEEM);
  g_autoptr (GPtrArray) tasks = NULL;
  g_autofree char *noted = NULL;
  SparkPlatformTask *off = NULL;

  post (self, made.acme, TRUE, 0);
  noted = act_note_grant (&self->base, self->video, NULL, "Nord", 0, NULL);
  act_turn_off (&self->base, self->video, NULL);
  act_turn_off (&self->base, self->video, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 0);
  tasks = claim_all (self);
  g_assert_cmpuint (tasks->len, ==, 3);
  for (guint i = 0; i < tasks->len; i++)
    if (((SparkPlatformTask *)tasks->pdata[i])->act == SPARK_TASK_ACT_TURN_OFF)
      off = tasks->pdata[i];
  g_assert_true (status (self, off, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_grant_state (&self->base, noted), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (fixture_code_state (&self->base, made.code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_AUTHORIZATION_OFF), ==, 1);
  assert_nothing_due (self);
}

/* TikTok's end is later than the one agreed: the system asks for it. */
static void
test_agreed_end (Asked *self, gconstpointer data)
{
  g_auto (Redeemed) made = { .code = make_code (self) };
  g_autoptr (SparkPlatformTask) redeem = NULL;
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autofree char *string = NULL;
  gint64 agreed = self->base.now + 10 * SPARK_DAY_MS;

  made.acme = add_connected (self);
  made.brand = fixture_add_brand (&self->base, self->account, "Acme");
  made.link = act_create_link (&self->base, self->video, made.brand, agreed, NULL);
  string = fixture_link_string (&self->base, made.link);
  made.grant = fixture_redeem (&self->base, made.acme, string, NULL);
  redeem = claim (self, SPARK_TASK_ACT_REDEEM);
  post (self, made.acme, TRUE, 0);
  g_assert_cmpint (fixture_grant_ends_at (&self->base, made.grant), ==, agreed);

  self->base.now = agreed;
  fixture_expire (&self->base);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKING);
  task = claim (self, SPARK_TASK_ACT_REVOKE);
  report (self, run_failed, task, 0, "platform_cannot");
  self->base.now += 20 * SPARK_DAY_MS;
  fixture_expire (&self->base);
  g_assert_cmpint (fixture_grant_state (&self->base, made.grant), ==, SPARK_GRANT_STATE_REVOKED);
  assert_nothing_due (self);
}

#define ADD(path, test) g_test_add ("/ledger/platform/" path, Asked, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("generate", test_generate);
  ADD ("lease", test_lease);
  ADD ("extend", test_extend);
  ADD ("delete", test_delete);
  ADD ("replace", test_replace);
  ADD ("outside", test_outside);
  ADD ("used", test_used);
  ADD ("link", test_link);
  ADD ("link-refused", test_link_refused);
  ADD ("link-unconnected", test_link_unconnected);
  ADD ("code-unknown-here", test_code_unknown_here);
  ADD ("seen", test_seen);
  ADD ("seen-after-noted", test_seen_after_noted);
  ADD ("revoke", test_revoke);
  ADD ("revoke-pending", test_revoke_pending);
  ADD ("turn-off", test_turn_off);
  ADD ("agreed-end", test_agreed_end);
  return g_test_run ();
}

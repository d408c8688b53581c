/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-asked.h"
#include "server/store/spark-tx.h"

#define OTHER "#2Ea2bcde3fUMghijEkL4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="

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

  task = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_cmpuint (task->days, ==, 30);
  g_assert_cmpstr (task->item_id, ==, ASKED_ITEM);
  g_assert_false (task->sent);
  asked_assert_nothing_due (self);
  /* An answer without a code settles nothing. */
  g_assert_false (asked_status (self, task, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_PENDING);

  g_assert_true (asked_sent (self, task, 0, NULL));
  g_assert_true (
      asked_status (self, task,
                    &(SparkPlatformStatus){ .exists = TRUE,
                                            .string = ASKED_STRING,
                                            .starts_at = self->base.now - 5000,
                                            .ends_at = self->base.now + 30 * SPARK_DAY_MS,
                                            .days = 30 }));
  string = fixture_code_string (&self->base, code);
  g_assert_cmpstr (string, ==, ASKED_STRING);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  event = fixture_newest_event (&self->base, SPARK_EVENT_CODE_GENERATED);
  g_assert_cmpstr (event, ==, "creator: nobody, no reason, 0, 30");
  asked_assert_nothing_due (self);
}

/* Whoever claimed it died: after its lease it is somebody else's, who knows that it may be done. */
static void
test_lease (Asked *self, gconstpointer data)
{
  g_autofree char *code = act_generate (&self->base, self->video, 30, NULL);
  g_autoptr (SparkPlatformTask) first = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  g_autoptr (SparkPlatformTask) second = NULL;
  g_autoptr (SparkPlatformTask) third = NULL;

  g_assert_true (asked_sent (self, first, 0, NULL));
  self->base.now += ASKED_LEASE - 1;
  asked_assert_nothing_due (self);
  fixture_reopen (&self->base);
  self->base.now += 1;
  second = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_true (second->sent);
  g_assert_cmpuint (second->attempts, ==, 1);

  asked_later (self, second, self->base.now + 5000, "unavailable");
  asked_assert_nothing_due (self);
  self->base.now += 5000;
  third = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  asked_failed (self, third, "video_not_eligible");
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
  g_autofree char *code = asked_make_code (self);
  g_autoptr (SparkPlatformTask) task = NULL;
  gint64 end = self->base.now + 30 * SPARK_DAY_MS;
  SparkPlatformStatus old = asked_ready (self, end),
                      new = asked_ready (self, end + 7 * SPARK_DAY_MS - 1000);
  g_autoptr (GError) error = NULL;

  self->base.now += SPARK_DAY_MS;
  act_extend (&self->base, code, 7, NULL);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end);
  act_extend (&self->base, code, 7, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_WAITING);
  task = asked_claim (self, SPARK_TASK_ACT_EXTEND);
  g_assert_cmpstr (task->string, ==, ASKED_STRING);
  g_assert_true (asked_sent (self, task, end, NULL));
  g_assert_false (asked_status (self, task, &old));
  g_assert_true (asked_status (self, task, &new));
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS - 1000);
  /* What was read before that is not news any more. */
  asked_status_at (self, NULL, self->base.now - 1, &old);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS - 1000);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_EXTENDED), ==, 1);
  asked_assert_nothing_due (self);
}

static void
test_delete (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autoptr (SparkPlatformTask) task = NULL;
  SparkPlatformStatus still = asked_ready (self, self->base.now + 30 * SPARK_DAY_MS);

  act_delete_code (&self->base, code, NULL);
  act_delete_code (&self->base, code, NULL);
  /* It works until TikTok has ended it. */
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  task = asked_claim (self, SPARK_TASK_ACT_DELETE);
  g_assert_true (asked_sent (self, task, 0, NULL));
  g_assert_false (asked_status (self, task, &still));
  asked_later (self, task, self->base.now, "ads_running");
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_READY);
  g_clear_pointer (&task, spark_platform_task_free);
  task = asked_claim (self, SPARK_TASK_ACT_DELETE);
  g_assert_true (asked_status (self, task, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
  asked_assert_nothing_due (self);
}

static void
test_replace (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autofree char *same = act_replace (&self->base, code, NULL);
  g_autofree char *made = NULL;
  g_autofree char *string = NULL;
  g_autoptr (SparkPlatformTask) first = asked_claim (self, SPARK_TASK_ACT_REPLACE);
  g_autoptr (SparkPlatformTask) second = NULL;
  SparkPlatformStatus new = asked_ready (self, self->base.now + 30 * SPARK_DAY_MS);

  g_assert_cmpstr (same, ==, code);
  g_assert_true (asked_sent (self, first, 0, NULL));
  g_assert_false (asked_status (self, first, &(SparkPlatformStatus){ .exists = FALSE }));
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_DELETED);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_PENDING);
  second = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_false (second->sent);
  g_assert_cmpuint (second->days, ==, 30);
  g_assert_true (asked_sent (self, second, 0, NULL));
  new.string = OTHER;
  g_assert_true (asked_status (self, second, &new));
  made = spark_id_format (second->account, second->code);
  string = fixture_code_string (&self->base, made);
  g_assert_cmpstr (string, ==, OTHER);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_REPLACED), ==, 1);
  asked_assert_nothing_due (self);
}

/* What happens in the TikTok app. */
static void
test_outside (Asked *self, gconstpointer data)
{
  gint64 end = self->base.now + 60 * SPARK_DAY_MS;
  SparkPlatformStatus made = asked_ready (self, end),
                      later = asked_ready (self, end + 30 * SPARK_DAY_MS);
  SparkPlatformStatus other = made;

  asked_status (self, NULL, &made);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_ADDED), ==, 1);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).ends_at, ==, end);
  self->base.now++;
  asked_status (self, NULL, &later);
  g_assert_cmpint (fixture_authorization (&self->base, self->video).ends_at, ==, later.ends_at);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_EXTENDED), ==, 1);
  other.string = OTHER;
  asked_status (self, NULL, &other);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 1);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_ADDED), ==, 2);
  asked_status (self, NULL, &(SparkPlatformStatus){ .exists = FALSE });
  g_assert_cmpint (fixture_authorization (&self->base, self->video).state, ==,
                   SPARK_AUTHORIZATION_OFF);
  asked_status (self, NULL, &(SparkPlatformStatus){ .exists = FALSE });
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_DELETED), ==, 2);
}

static void
test_used (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  g_autofree char *event = NULL;
  g_autofree char *grant = NULL;
  SparkPlatformStatus used = asked_ready (self, self->base.now + 30 * SPARK_DAY_MS);

  used.used = TRUE;
  asked_status (self, NULL, &used);
  asked_status (self, NULL, &used);
  g_assert_cmpint (fixture_code_state (&self->base, code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_USED), ==, 1);
  event = fixture_newest_event (&self->base, SPARK_EVENT_CODE_USED);
  g_assert_cmpstr (event, ==, "system: nobody, no reason, 0, 0");
  grant = act_note_grant (&self->base, self->video, NULL, "Acme", 0, NULL);
  g_assert_cmpint (fixture_grant_state (&self->base, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
}

static gboolean
connect (SparkTx *tx, gpointer data, GError **error)
{
  return spark_tx_exec (tx, error, "connection_put", "issbibii", ((Asked *)data)->number, "open",
                        "scope", "access", (gsize)6, G_GINT64_CONSTANT (0), "refresh", (gsize)7,
                        G_GINT64_CONSTANT (0), (gint64)SPARK_CONNECTION_STATE_CONNECTED);
}

static gboolean
end_first_look (SparkTx *tx, gpointer data, GError **error)
{
  return spark_tx_exec (tx, error, "connection_set_unasked", "ii", ((Asked *)data)->number,
                        G_GINT64_CONSTANT (0));
}

static gboolean
find_earlier (const SparkEvent *event, gpointer data)
{
  *(gboolean *)data = event->detail.earlier;
  return FALSE;
}

static gboolean
read_earlier (SparkTx *tx, gpointer data, GError **error)
{
  SparkPage page = { .limit = 1 };
  gboolean ok = spark_read_events (
      tx,
      &(SparkObjectQuery){ .scope.all = TRUE, .state = -1, .type = SPARK_EVENT_CODE_USED }, &page,
      find_earlier, data, error);

  g_free (page.next);
  return ok;
}

/* Of a use that is there when the account is first looked at nobody knows when it was; what is seen
 * later of the same account, or of a video that comes later, happened since. */
static void
test_used_earlier (Asked *self, gconstpointer data)
{
  SparkPlatformStatus used = asked_ready (self, self->base.now + 30 * SPARK_DAY_MS);
  const char *const cases[] = { "before", "since", "new" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean earlier = i != 0;

      g_test_message ("%s", cases[i]);
      if (i > 0)
        {
          asked_tear_down (self, data);
          asked_set_up (self, data);
        }
      g_assert_true (fixture_run (&self->base, connect, self, NULL));
      if (i == 2)
        g_assert_true (fixture_run (&self->base, end_first_look, self, NULL));
      used.used = i != 1;
      asked_status (self, NULL, &used);
      self->base.now += 1000;
      used.used = TRUE;
      asked_status (self, NULL, &used);
      g_assert_cmpuint (fixture_count_events (&self->base, SPARK_EVENT_CODE_USED), ==, 1);
      g_assert_true (fixture_run (&self->base, read_earlier, &earlier, NULL));
      g_assert_cmpint (earlier, ==, i == 0);
    }
}

/* --- a clock that was ahead, and is set right --- */

static void
test_wished_ahead (Asked *self, gconstpointer data)
{
  g_autoptr (SparkPlatformTask) task = NULL;
  g_autofree char *code = NULL;
  gint64 right = self->base.now;

  self->base.now = right + SPARK_DAY_MS;
  code = act_generate (&self->base, self->video, 30, NULL);
  self->base.now = right;
  task = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  asked_assert_nothing_due (self);
  /* Nor later: it is one lease, by the right clock. */
  self->base.now += ASKED_LEASE - 1;
  asked_assert_nothing_due (self);
  g_assert_true (asked_sent (self, task, 0, NULL));
  asked_later (self, task, self->base.now + 5000, "unavailable");
  asked_assert_nothing_due (self);
}

/* Whoever claimed it may be at work. */
static void
test_claimed_ahead (Asked *self, gconstpointer data)
{
  g_autoptr (SparkPlatformTask) first = NULL;
  g_autoptr (SparkPlatformTask) second = NULL;
  g_autofree char *code = NULL;
  gint64 right = self->base.now;

  self->base.now = right + SPARK_DAY_MS;
  code = act_generate (&self->base, self->video, 30, NULL);
  first = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  self->base.now = right;
  asked_assert_nothing_due (self);
  g_assert_true (asked_sent (self, first, 0, NULL));
  self->base.now += ASKED_LEASE - 1;
  asked_assert_nothing_due (self);
  self->base.now += 1;
  second = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  /* It looks first whether that was done. */
  g_assert_true (second->sent);
  asked_assert_nothing_due (self);
}

static void
test_put_off_ahead (Asked *self, gconstpointer data)
{
  g_autoptr (SparkPlatformTask) first = NULL;
  g_autoptr (SparkPlatformTask) second = NULL;
  g_autofree char *code = act_generate (&self->base, self->video, 30, NULL);
  gint64 right = self->base.now;

  first = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  self->base.now = right + SPARK_DAY_MS;
  asked_later (self, first, self->base.now + 5000, "unavailable");
  self->base.now = right;
  second = asked_claim (self, SPARK_TASK_ACT_GENERATE);
  g_assert_cmpuint (second->attempts, ==, 1);
  asked_assert_nothing_due (self);
}

/* What was read by a clock that was ahead is not newer than everything. */
static void
test_read_ahead (Asked *self, gconstpointer data)
{
  g_autofree char *code = asked_make_code (self);
  gint64 right = self->base.now, end = right + 30 * SPARK_DAY_MS;
  SparkPlatformStatus ready = asked_ready (self, end),
                      longer = asked_ready (self, end + 7 * SPARK_DAY_MS);

  self->base.now = right + SPARK_DAY_MS;
  asked_status (self, NULL, &ready);
  self->base.now = right + 1;
  asked_status (self, NULL, &longer);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS);
  asked_status_at (self, NULL, right, &ready);
  g_assert_cmpint (fixture_code_ends_at (&self->base, code), ==, end + 7 * SPARK_DAY_MS);
}

typedef struct
{
  gint64 at; /* until when, or when next */
  gboolean claimed;
} Turn;

static gboolean
run_claim_turn (SparkTx *tx, gpointer data, GError **error)
{
  Turn *turn = data;

  return spark_ledger_claim_turn (tx, "a list", turn->at, &turn->claimed, error);
}

static gboolean
run_end_turn (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_end_turn (tx, "a list", ((Turn *)data)->at, error);
}

static gboolean
claim_turn (Asked *self)
{
  Turn turn = { self->base.now + ASKED_LEASE, FALSE };

  g_assert_true (fixture_run (&self->base, run_claim_turn, &turn, NULL));
  return turn.claimed;
}

static gint64
next_turn (Asked *self)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  gint64 next;

  g_assert_true (spark_read_turn (tx, "a list", &next, NULL));
  spark_store_read_end (tx);
  return next;
}

static void
test_turn (Asked *self, gconstpointer data)
{
  gint64 right = self->base.now;

  /* In hand, and once more when it was put off. */
  for (guint i = 0; i < 2; i++)
    {
      self->base.now = right + SPARK_DAY_MS;
      g_assert_true (claim_turn (self));
      g_assert_false (claim_turn (self));
      if (i == 1)
        g_assert_true (fixture_run (&self->base, run_end_turn,
                                    &(Turn){ self->base.now + SPARK_DAY_MS, FALSE }, NULL));
      self->base.now = right;
      g_assert_cmpint (next_turn (self), <=, right);
      g_assert_false (claim_turn (self));
      g_assert_cmpint (next_turn (self), ==, right + ASKED_LEASE);
      self->base.now += ASKED_LEASE - 1;
      g_assert_false (claim_turn (self));
      self->base.now += 1;
      g_assert_true (claim_turn (self));
      g_assert_false (claim_turn (self));
      g_assert_true (
          fixture_run (&self->base, run_end_turn, &(Turn){ self->base.now + 1000, FALSE }, NULL));
      g_assert_cmpint (next_turn (self), ==, self->base.now + 1000);
      g_assert_false (claim_turn (self));
    }
}

#define ADD(path, test)                                                                            \
  g_test_add ("/ledger/platform/" path, Asked, NULL, asked_set_up, test, asked_tear_down)

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
  ADD ("used-earlier", test_used_earlier);
  ADD ("wished-ahead", test_wished_ahead);
  ADD ("claimed-ahead", test_claimed_ahead);
  ADD ("put-off-ahead", test_put_off_ahead);
  ADD ("read-ahead", test_read_ahead);
  ADD ("turn", test_turn);
  return g_test_run ();
}

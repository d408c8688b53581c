/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-access-page.h"
#include "app/spark-pick-bar.h"
#include "fake-backend.h"
#include "test-window.h"

G_BEGIN_DECLS

/* The page of access with three rows, two of one account and one of another, and what a test of an
 * act on many asks of it and of the dialog. */

#define BATCH(id) BATCH_IN (id, "running")
#define BATCH_IN(id, state)                                                                        \
  "{\"id\":\"" id "\",\"act\":\"revoke\",\"state\":\"" state "\",\"done\":0,\"failed\":0,"         \
  "\"total\":2,\"days\":null,\"added\":0,\"updated\":0,\"skipped\":0,\"problem\":null,"            \
  "\"created_at\":\"2026-03-01T00:00:00Z\"}"
#define RESULT(id, state)                                                                          \
  "{\"items\":[{\"id\":\"" id "\",\"state\":\"" state "\",\"problem\":null,\"made_id\":null}],"    \
  "\"next_cursor\":null}"
#define FAILED_RESULTS(batch) "GET /v1/batches/" batch "/results?state=failed&limit=100"
#define DONE_RESULTS(batch)   "GET /v1/batches/" batch "/results?state=done&limit=100"

typedef struct
{
  SparkWindow *window;
  SparkReplica *replica;
  SparkAccessPage *page;
  GtkListView *view;
} BatchesFixture;

void batches_set_up (BatchesFixture *fixture);
/* Both accounts are known from now on. @second: the role at the second one */
void batches_add_accounts (BatchesFixture *fixture, SparkRole second);
SparkPickBar *batches_get_bar (BatchesFixture *fixture);
/* The @n-th act of the bar: Extend…, Revoke… */
void batches_press_act (BatchesFixture *fixture, guint n);
/* As the backend tells of a batch of two, which revokes. */
void batches_set (BatchesFixture *fixture, const char *id, SparkBatchState state, guint done,
                  guint failed);
/* A button that is seen */
void batches_press (GtkWindow *dialog, const char *label);
void batches_assert_says (gpointer root, const char *part);
void batches_assert_says_not (gpointer root, const char *part);
void batches_wait_for_no_text (gpointer root, const char *part);
/* How often @part stands in what was sent */
guint batches_count_sent (const char *part);

G_END_DECLS

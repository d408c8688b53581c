/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "fake-backend.h"
#include "model/spark-error.h"
#include "test-window.h"

G_BEGIN_DECLS

/* A window over one account with a code, access and brands, and what a test of the acts asks of it.
 */

#define CODE        "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define OTHER_CODE  "#SparkboxBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=="
#define TIKTOK_CODE "#aB3/xAAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9Q="
#define CODE_JSON(code, state)                                                                     \
  "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":\"" code "\",\"state\":\"" state                  \
  "\",\"days\":30,\"starts_at\":\"2026-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","    \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define GRANT_JSON(state)                                                                          \
  "{\"id\":\"1.3\",\"video_id\":\"1.1\",\"code_id\":\"1.2\",\"brand\":{\"id\":\"1.4\",\"name\":"   \
  "\"Acme\"},\"source\":\"redeemed\",\"state\":\"" state                                           \
  "\",\"platform_ends_at\":\"2030-01-08T12:00:00Z\"}"

SparkWindow *acts_set_up (void);
void acts_refuse (const char *request, SparkError code);
const char *acts_sentence_of (SparkError code);
void acts_assert_clipboard (SparkWindow *window, const char *expected);
void acts_assert_toast (SparkWindow *window, const char *expected);
void acts_assert_sent (const char *request);
void acts_assert_text (gpointer root, const char *part);
void acts_confirm (SparkWindow *window);
void acts_consent (SparkWindow *window);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-window.h"

G_BEGIN_DECLS

/* What the tests of links and codes that are shared have in common. */

#define SHARE_CODE "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define SHARE_URL                                                                                  \
  "https://sparkbox.example.org/"                                                                  \
  "r#%23SparkboxCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC%3D%3D"
#define SHARE_LINK_JSON(url)                                                                       \
  "{\"id\":\"1.8\",\"video_id\":\"1.1\",\"brand\":{\"id\":\"1.4\",\"name\":\"Acme\"},\"string\":"  \
  "null,\"url\":" url ",\"state\":\"open\",\"ends_at\":\"2030-01-08T12:00:00Z\",\"created_at\":"   \
  "\"2029-12-01T12:00:00Z\"}"
#define SHARE_CODE_JSON                                                                            \
  "{\"id\":\"1.9\",\"video_id\":\"1.2\",\"code\":\"" SHARE_CODE                                    \
  "\",\"state\":\"ready\",\"days\":30,"                                                            \
  "\"starts_at\":\"2029-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","                   \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"

/* Accounts of all platforms, with videos: 1.1 has a code and two links, 1.2 none, 2.1 is
 * tracked, 3.1 of a backend that brands cannot reach, 4.1 and 4.2 of TikTok without and with a
 * code. */
SparkWindow *share_set_up (void);
SparkAccount share_make_account (const char *id, SparkPlatformKind platform, const char *brand_url);

void share_assert_toast (SparkWindow *window, const char *expected);
char *share_read_clipboard (SparkWindow *window); /* (transfer full) */
void share_assert_text (gpointer root, const char *part);
void share_type_brand (gpointer dialog, const char *name);
/* The button whose label is @label, without its mnemonic. */
GtkButton *share_find_button (gpointer root, const char *label);
void share_press (gpointer root, const char *label);
/* A path that is this test's alone; (transfer full) */
char *share_make_path (const char *name);
/* What a scanner reads in a picture. */
void share_assert_scans (GdkTexture *texture, const char *expected);
/* The same of a file that is being written. */
void share_assert_file_scans (const char *path, const char *expected);

G_END_DECLS

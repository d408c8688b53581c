/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <pthread.h>

#include "double.h"

G_BEGIN_DECLS

/* Between the files of the double, one for each face of TikTok; all with its lock held. */

#define DAY_S 86400
#define ADS   100

typedef struct
{
  gboolean on;
  gboolean gone;   /* deleted */
  gboolean hidden; /* private */
  gboolean exists; /* its code */
  gboolean used;
  char code[80];
  gint64 starts; /* s */
  gint64 ends;
} Post;

typedef struct
{
  gboolean listed;
  gint64 at;     /* s */
  char code[80]; /* with which */
} Binding;

typedef struct
{
  guint brand;
  guint post;
  gboolean enabled;
  gboolean deleted;
} Ad;

struct _Double
{
  pthread_mutex_t lock; /* not GLib's, which the thread sanitizer does not see */
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server;
  char *url;
  gint64 (*now) (gpointer data);
  gpointer data;

  GHashTable *recorded; /* path → text of data */
  char *fail_path;
  Fault fault;
  guint fail_count;
  guint percent;
  GRand *rand; /* borrowed */
  gboolean consent;
  gboolean brand_consent;
  guint n_auth_codes; /* that were given to browsers; each works once */
  guint n_auth_codes_used;
  GHashTable *asked;
  GHashTable *done;
  GPtrArray *hanging; /* of SoupServerMessage */

  Unbind unbind;
  Deletion deletion;
  Post posts[DOUBLE_POSTS];
  Binding bindings[DOUBLE_BRANDS][DOUBLE_POSTS];
  Ad ads[ADS];
  guint n_ads;
  guint n_codes;
  guint n_undone;
};

/* What is answered to a path: a code; @data is filled, @done set where something was changed. */
typedef struct
{
  const char *path;
  int (*answer) (Double *self, JsonObject *params, JsonObject *data, gboolean *done);
} DoubleEndpoint;

extern const DoubleEndpoint double_oauth_endpoints[];
extern const gsize double_n_oauth_endpoints;
extern const DoubleEndpoint double_post_endpoints[];
extern const gsize double_n_post_endpoints;
extern const DoubleEndpoint double_tt_video_endpoints[];
extern const gsize double_n_tt_video_endpoints;
extern const DoubleEndpoint double_ad_endpoints[];
extern const gsize double_n_ad_endpoints;

gint64 double_now_s (Double *self);
char *double_time_text (gint64 s);
int double_find_post (JsonObject *params); /* -1: none */
int double_find_brand (JsonObject *params);
void double_write_page (JsonObject *data, JsonArray *list);

/* --- its rules --- */

void double_unbind (Double *self, guint brand, guint post);
gboolean double_is_live (Double *self, const Post *post);
/* An access stands as long as ad authorization is on and the time is not over. */
gboolean double_has_access (Double *self, guint brand, guint post);
/* @brand: -1: of any */
guint double_count_ads (Double *self, int brand, guint post);
gboolean double_may_unbind (Double *self, guint brand, guint post);
/* Its code cannot be deleted, nor its ad authorization be turned off. */
gboolean double_is_held (Double *self, guint post);
void double_mint (Double *self, Post *post, gint64 days);
void double_lengthen (Post *post, gint64 days);
/* Returns: what is answered */
int double_use_code (Double *self, int brand, const char *code);

G_END_DECLS

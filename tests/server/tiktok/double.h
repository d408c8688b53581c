/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * A faulty double of TikTok on a port of this computer, with a thread of its own: one creator's
 * posts, two brands' ad accounts, their ads, and whatever can go wrong on the way.
 */
typedef struct _Double Double;

typedef enum
{
  FAULT_NONE,
  FAULT_TIMEOUT_BEFORE, /* nothing is done, and nothing answered */
  FAULT_TIMEOUT_AFTER,  /* it is done, and nothing answered */
  FAULT_RESET_BEFORE,
  FAULT_RESET_AFTER,
  FAULT_BAD_GATEWAY_BEFORE, /* 502 with a page */
  FAULT_BAD_GATEWAY_AFTER,
  FAULT_MALFORMED, /* done; half a JSON text */
  FAULT_OVERSIZED, /* done; more than is ever read */
  FAULT_THROTTLED, /* not done */
  FAULT_TOKEN_EXPIRED,
  FAULT_TOKEN_REVOKED,
  FAULT_EMPTY_DATA,     /* done; `data` is {} */
  FAULT_WRONG_TYPES,    /* done; every member of `data` is of another type */
  FAULT_TROUBLE_BEFORE, /* 50000 */
  FAULT_TROUBLE_AFTER,
  N_FAULTS
} Fault;
extern const char *const fault_names[N_FAULTS];
/* Nothing is answered: who asks has to wait for it in vain. */
gboolean fault_is_silent (Fault fault);

/* What TikTok does in both ways, as its sources have it: when a brand may give a video up, and when
 * a code may be deleted or ad authorization be turned off. */
typedef enum
{
  UNBIND_UNUSED, /* once no ad runs */
  UNBIND_ENDED,  /* once the access is over or the code is deleted, and no ad runs */
  N_UNBINDS
} Unbind;
typedef enum
{
  DELETION_UNUSED, /* once no ad runs: to pause is enough */
  DELETION_GONE,   /* once each ad is deleted, or its brand has given the video up */
  N_DELETIONS
} Deletion;

#define DOUBLE_POSTS  3
#define DOUBLE_BRANDS 2
#define DOUBLE_NAME   "Lena Films"

/* @now: its clock, ms */
Double *double_new (gint64 (*now) (gpointer data), gpointer data);
void double_free (Double *self);
const char *double_url (Double *self);

/* By default the first of each. */
void double_behave (Double *self, Unbind unbind, Deletion deletion);

char *double_item (guint post); /* (transfer full) */
const char *double_brand (guint brand);

/* The next @count requests whose path contains @path go wrong. */
void double_fail (Double *self, const char *path, Fault fault, guint count);
/* So many requests in a hundred go wrong, chosen by @rand; 0: none. */
void double_fail_at_random (Double *self, guint percent, GRand *rand);
/* From now on the path answers with this `data`, as TikTok's documentation has it. */
void double_record (Double *self, const char *path, const char *data);
/* How often a path was asked, and how often it did something. */
guint double_asked (Double *self, const char *path);
guint double_done (Double *self, const char *path);
/* How many accesses ended that somebody had. */
guint double_undone (Double *self);
/* Refresh tokens are refused: the consent is gone. */
void double_set_consent (Double *self, gboolean given);

/* What a browser comes back with; works once. (transfer full) */
char *double_new_auth_code (Double *self);
gboolean double_has_consent (Double *self, gboolean brand);

/* --- what happens without Sparkbox --- */
/* The post was deleted; or is private. */
void double_set_shown (Double *self, guint post, gboolean gone, gboolean hidden);
void double_use (Double *self, guint brand, guint post); /* in Ads Manager */
void double_give_up (Double *self, guint brand, guint post);
void double_start_ad (Double *self, guint brand, guint post); /* when it may */
void double_stop_ads (Double *self, guint brand);
void double_delete_ads (Double *self, guint brand);
void double_extend (Double *self, guint post, guint days); /* in the TikTok app */
void double_delete (Double *self, guint post);

/* --- what is so --- */
typedef struct
{
  gboolean exists;
  gboolean used;
  char code[80];
  gint64 ends_at; /* ms */
} DoublePost;
DoublePost double_post (Double *self, guint post);
gboolean double_is_bound (Double *self, guint brand, guint post); /* AUTHORIZED in its list */
guint double_ads (Double *self, guint brand, guint post);

G_END_DECLS

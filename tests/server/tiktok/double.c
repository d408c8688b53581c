/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

const char *const fault_names[N_FAULTS] = {
  "none",       "timeout-before", "timeout-after", "reset-before", "reset-after",   "502-before",
  "502-after",  "malformed",      "oversized",     "throttled",    "token-expired", "token-revoked",
  "empty-data", "wrong-types",    "50000-before",  "50000-after",
};

void
double_behave (Double *self, Unbind unbind, Deletion deletion)
{
  pthread_mutex_lock (&self->lock);
  self->unbind = unbind;
  self->deletion = deletion;
  pthread_mutex_unlock (&self->lock);
}

void
double_fail (Double *self, const char *path, Fault fault, guint n)
{
  pthread_mutex_lock (&self->lock);
  g_free (self->fail_path);
  self->fail_path = g_strdup (path);
  self->fault = fault;
  self->fail_count = n;
  pthread_mutex_unlock (&self->lock);
}

void
double_record (Double *self, const char *path, const char *data)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_insert (self->recorded, g_strdup (path), g_strdup (data));
  pthread_mutex_unlock (&self->lock);
}

void
double_fail_at_random (Double *self, guint percent, GRand *rand)
{
  pthread_mutex_lock (&self->lock);
  self->percent = percent;
  self->rand = rand;
  pthread_mutex_unlock (&self->lock);
}

static guint
read_count (Double *self, GHashTable *counts, const char *path)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, path));
  pthread_mutex_unlock (&self->lock);
  return n;
}

guint
double_asked (Double *self, const char *path)
{
  return read_count (self, self->asked, path);
}

guint
double_done (Double *self, const char *path)
{
  return read_count (self, self->done, path);
}

guint
double_undone (Double *self)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = self->n_undone;
  pthread_mutex_unlock (&self->lock);
  return n;
}

void
double_set_consent (Double *self, gboolean given)
{
  pthread_mutex_lock (&self->lock);
  self->consent = given;
  pthread_mutex_unlock (&self->lock);
}

char *
double_new_auth_code (Double *self)
{
  char *code;

  pthread_mutex_lock (&self->lock);
  code = g_strdup_printf ("auth-code-%u", ++self->n_auth_codes);
  pthread_mutex_unlock (&self->lock);
  return code;
}

gboolean
double_has_consent (Double *self, gboolean brand)
{
  gboolean given;

  pthread_mutex_lock (&self->lock);
  given = brand ? self->brand_consent : self->consent;
  pthread_mutex_unlock (&self->lock);
  return given;
}

void
double_set_shown (Double *self, guint post, gboolean gone, gboolean hidden)
{
  pthread_mutex_lock (&self->lock);
  self->posts[post].gone = gone;
  self->posts[post].hidden = hidden;
  pthread_mutex_unlock (&self->lock);
}

void
double_use (Double *self, guint brand, guint post)
{
  pthread_mutex_lock (&self->lock);
  if (self->posts[post].exists)
    double_use_code (self, (int)brand, self->posts[post].code);
  pthread_mutex_unlock (&self->lock);
}

void
double_give_up (Double *self, guint brand, guint post)
{
  pthread_mutex_lock (&self->lock);
  if (double_may_unbind (self, brand, post))
    double_unbind (self, brand, post);
  pthread_mutex_unlock (&self->lock);
}

void
double_start_ad (Double *self, guint brand, guint post)
{
  pthread_mutex_lock (&self->lock);
  if (double_has_access (self, brand, post) && self->n_ads < ADS)
    self->ads[self->n_ads++] = (Ad){ .brand = brand, .post = post, .enabled = TRUE };
  pthread_mutex_unlock (&self->lock);
}

void
double_stop_ads (Double *self, guint brand)
{
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n_ads; i++)
    if (self->ads[i].brand == brand)
      self->ads[i].enabled = FALSE;
  pthread_mutex_unlock (&self->lock);
}

void
double_delete_ads (Double *self, guint brand)
{
  pthread_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n_ads; i++)
    if (self->ads[i].brand == brand)
      {
        self->ads[i].enabled = FALSE;
        self->ads[i].deleted = TRUE;
      }
  pthread_mutex_unlock (&self->lock);
}

void
double_extend (Double *self, guint post, guint days)
{
  pthread_mutex_lock (&self->lock);
  if (double_is_live (self, &self->posts[post]))
    double_lengthen (&self->posts[post], days);
  pthread_mutex_unlock (&self->lock);
}

void
double_delete (Double *self, guint post)
{
  pthread_mutex_lock (&self->lock);
  if (!double_is_held (self, post))
    self->posts[post].exists = FALSE;
  pthread_mutex_unlock (&self->lock);
}

DoublePost
double_post (Double *self, guint post)
{
  DoublePost view = { 0 };

  pthread_mutex_lock (&self->lock);
  view.exists = self->posts[post].exists;
  view.used = self->posts[post].used;
  view.ends_at = self->posts[post].ends * 1000;
  g_strlcpy (view.code, self->posts[post].code, sizeof view.code);
  pthread_mutex_unlock (&self->lock);
  return view;
}

gboolean
double_is_bound (Double *self, guint brand, guint post)
{
  gboolean bound;

  pthread_mutex_lock (&self->lock);
  bound = double_has_access (self, brand, post);
  pthread_mutex_unlock (&self->lock);
  return bound;
}

guint
double_ads (Double *self, guint brand, guint post)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = double_count_ads (self, (int)brand, post);
  pthread_mutex_unlock (&self->lock);
  return n;
}

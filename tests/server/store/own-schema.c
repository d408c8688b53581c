/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>

#include "own-schema.h"

void
own_schema_set_up (OwnSchema *self, const char *name)
{
  g_autofree char *url = g_strdup_printf ("%s&options=-csearch_path%%3D%s",
                                          g_getenv ("SPARKBOX_TEST_DATABASE"), name);
  g_autofree char *made = g_strdup_printf (
      "SET client_min_messages = error; DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", name,
      name);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("sparkbox-XXXXXX", NULL);
  self->key = g_build_filename (self->folder, "key", NULL);
  self->postgres = PQconnectdb (url);
  own_schema_run (self, made);
  self->store = spark_store_open (url, self->key, &error);
  g_assert_no_error (error);
}

void
own_schema_tear_down (OwnSchema *self)
{
  spark_store_close (self->store);
  PQfinish (self->postgres);
  g_remove (self->key);
  g_rmdir (self->folder);
  g_free (self->key);
  g_free (self->folder);
}

char *
own_schema_ask (OwnSchema *self, const char *sql)
{
  PGresult *result = PQexec (self->postgres, sql);
  char *value;

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  g_assert_cmpint (PQntuples (result), <=, 1);
  value = PQntuples (result) > 0 ? g_strdup (PQgetvalue (result, 0, 0)) : NULL;
  PQclear (result);
  return value;
}

gint64
own_schema_ask_number (OwnSchema *self, const char *sql)
{
  g_autofree char *value = own_schema_ask (self, sql);

  g_assert_nonnull (value);
  return g_ascii_strtoll (value, NULL, 10);
}

void
own_schema_run (OwnSchema *self, const char *sql)
{
  g_free (own_schema_ask (self, sql));
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <libpq-fe.h>

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* A new store in a schema of its own, at the server that tests/server/postgres makes, and a
 * connection beside it, of one thread at a time. */
typedef struct
{
  SparkStore *store;
  PGconn *postgres;
  char *folder;
  char *key;
} OwnSchema;

void own_schema_set_up (OwnSchema *self, const char *name);
void own_schema_tear_down (OwnSchema *self);

/* The first value of the only row; (transfer full) (nullable): NULL: there is none */
char *own_schema_ask (OwnSchema *self, const char *sql);
/* The same of a number that there is. */
gint64 own_schema_ask_number (OwnSchema *self, const char *sql);
void own_schema_run (OwnSchema *self, const char *sql);

G_END_DECLS

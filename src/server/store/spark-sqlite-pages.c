/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <sqlite3.h>

#include "server/store/spark-sqlite-pages.h"

/* The page with this byte is no page of a database, and SQLite never reads it: its number is that
 * of a page that makes room for another. */
#define PENDING_BYTE 0x40000000

/* What SQLite calls a cache: the default's, with the number that is another's there. */
typedef struct
{
  sqlite3_pcache *real;
  unsigned int pending;
} Pages;

static sqlite3_pcache_methods2 real;

/* Pages are numbered from 1. */
static unsigned int
number (const Pages *self, unsigned int key)
{
  return key == self->pending ? 0 : key;
}

static sqlite3_pcache *
pages_create (int size, int extra, int purgeable)
{
  Pages *self = sqlite3_malloc (sizeof (Pages));

  if (self == NULL)
    return NULL;
  *self = (Pages){ real.xCreate (size, extra, purgeable), PENDING_BYTE / (unsigned int)size + 1 };
  if (self->real != NULL)
    return (sqlite3_pcache *)self;
  sqlite3_free (self);
  return NULL;
}

static void
pages_cachesize (sqlite3_pcache *cache, int size)
{
  real.xCachesize (((Pages *)cache)->real, size);
}

static int
pages_count (sqlite3_pcache *cache)
{
  return real.xPagecount (((Pages *)cache)->real);
}

static sqlite3_pcache_page *
pages_fetch (sqlite3_pcache *cache, unsigned int key, int create)
{
  Pages *self = (Pages *)cache;

  return real.xFetch (self->real, number (self, key), create);
}

static void
pages_unpin (sqlite3_pcache *cache, sqlite3_pcache_page *page, int discard)
{
  real.xUnpin (((Pages *)cache)->real, page, discard);
}

static void
pages_rekey (sqlite3_pcache *cache, sqlite3_pcache_page *page, unsigned int before,
             unsigned int after)
{
  Pages *self = (Pages *)cache;

  real.xRekey (self->real, page, number (self, before), number (self, after));
}

static void
pages_truncate (sqlite3_pcache *cache, unsigned int limit)
{
  real.xTruncate (((Pages *)cache)->real, limit);
}

static void
pages_destroy (sqlite3_pcache *cache)
{
  real.xDestroy (((Pages *)cache)->real);
  sqlite3_free (cache);
}

static void
pages_shrink (sqlite3_pcache *cache)
{
  real.xShrink (((Pages *)cache)->real);
}

void
spark_sqlite_pages_configure (void)
{
  sqlite3_pcache_methods2 methods;

  if (sqlite3_config (SQLITE_CONFIG_GETPCACHE2, &real) != SQLITE_OK)
    return;
  methods = real;
  methods.xCreate = pages_create;
  methods.xCachesize = pages_cachesize;
  methods.xPagecount = pages_count;
  methods.xFetch = pages_fetch;
  methods.xUnpin = pages_unpin;
  methods.xRekey = pages_rekey;
  methods.xTruncate = pages_truncate;
  methods.xDestroy = pages_destroy;
  methods.xShrink = pages_shrink;
  sqlite3_config (SQLITE_CONFIG_PCACHE2, &methods);
}

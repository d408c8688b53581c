/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "server/api/spark-vault.h"

typedef struct _Slot Slot;
struct _Slot
{
  union
  {
    SparkVault *vault; /* in use */
    Slot *next;        /* free */
  };
  gsize size;
  guint8 data[SPARK_VAULT_MOST];
};

struct _SparkVault
{
  Slot *slots; /* NULL: there is no such memory */
  guint n_slots;
  pthread_mutex_t lock; /* for what follows */
  guint n_used;         /* ever: those behind it have not been touched */
  Slot *free;
};

SparkVault *
spark_vault_new (guint n_slots)
{
  SparkVault *self = g_new0 (SparkVault, 1);
  gsize size = n_slots * sizeof (Slot);
  void *memory = mmap (NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  pthread_mutex_init (&self->lock, NULL);
  self->n_slots = n_slots;
  if (memory == MAP_FAILED)
    return self;
  if (madvise (memory, size, MADV_DONTDUMP) == 0)
    self->slots = memory;
  else
    munmap (memory, size);
  /* How much a process may lock is a matter of the system. */
  if (self->slots != NULL)
    mlock2 (memory, size, MLOCK_ONFAULT);
  return self;
}

void
spark_vault_free (SparkVault *self)
{
  if (self->slots != NULL)
    munmap (self->slots, self->n_slots * sizeof (Slot));
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static Slot *
take_slot (SparkVault *self)
{
  Slot *slot;

  pthread_mutex_lock (&self->lock);
  slot = self->free;
  if (slot != NULL)
    self->free = slot->next;
  else if (self->slots != NULL && self->n_used < self->n_slots)
    slot = &self->slots[self->n_used++];
  pthread_mutex_unlock (&self->lock);
  return slot;
}

static void
give_back (gpointer data)
{
  Slot *slot = data;
  SparkVault *self = slot->vault;

  sodium_memzero (slot->data, slot->size);
  pthread_mutex_lock (&self->lock);
  slot->next = self->free;
  self->free = slot;
  pthread_mutex_unlock (&self->lock);
}

GBytes *
spark_vault_copy (SparkVault *self, gconstpointer data, gsize size)
{
  Slot *slot = size <= SPARK_VAULT_MOST ? take_slot (self) : NULL;

  if (slot == NULL)
    return NULL;
  slot->vault = self;
  slot->size = size;
  memcpy (slot->data, data, size);
  return g_bytes_new_with_free_func (slot->data, size, give_back, slot);
}

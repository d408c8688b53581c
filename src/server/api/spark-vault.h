/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Memory for what nobody is to find later: no core dump has it, it does not go to a swap file where
 * the system allows that, and what was in it is wiped when the last reference has gone. It is so
 * many slots of one size, taken from the system when they are first used. Any thread.
 */
typedef struct _SparkVault SparkVault;

/* The most that one slot holds, in bytes. */
#define SPARK_VAULT_MOST (1024 - 2 * sizeof (gpointer))

SparkVault *spark_vault_new (guint n_slots);
/* Once nothing of it is referred to any more. */
void spark_vault_free (SparkVault *self);

/* A copy in a slot of its own. NULL: it is too large, or no slot is free. (transfer full) */
GBytes *spark_vault_copy (SparkVault *self, gconstpointer data, gsize size);

G_END_DECLS

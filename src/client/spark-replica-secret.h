/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What only the holder of the replica's key may read: a code, or the string and address of a link.
 * libsodium's secretbox with a random nonce; the id inside keeps it from being moved to another
 * row. Thread-safe.
 */

/* @first, @second: (nullable). (transfer full) */
GBytes *spark_secret_seal (GBytes *key, const char *id, const char *first, const char *second);

/**
 * spark_secret_open:
 * @key: (nullable)
 * @first, @second: (out) (transfer full) (nullable): NULL on failure
 *
 * Returns: whether @data was sealed with @key for @id
 */
gboolean spark_secret_open (GBytes *key, const char *id, const void *data, gsize length,
                            char **first, char **second);

G_END_DECLS

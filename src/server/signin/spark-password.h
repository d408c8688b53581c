/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Passwords cost what they are meant to cost (Argon2id, libsodium's interactive limits), so they
 * are worked on by two threads of their own with a short queue, never on an HTTP or writer thread.
 */
typedef struct _SparkPasswords SparkPasswords;

SparkPasswords *spark_passwords_new (void);
/* Waits for what is under way. */
void spark_passwords_free (SparkPasswords *self);

/**
 * SparkPasswordDone:
 * @matches: of a check
 * @hash: (nullable): of making one; NULL: there was no memory
 *
 * Called on one of the two threads.
 */
typedef void (*SparkPasswordDone) (gboolean matches, const char *hash, gpointer data);

/* @hash: (nullable): NULL checks against nothing and takes as long, so that the time does not tell
 * whether a name is known. FALSE: too many wait; @done is not called. */
gboolean spark_passwords_check (SparkPasswords *self, const char *password, const char *hash,
                                SparkPasswordDone done, gpointer data);
gboolean spark_passwords_make (SparkPasswords *self, const char *password, SparkPasswordDone done,
                               gpointer data);

G_END_DECLS

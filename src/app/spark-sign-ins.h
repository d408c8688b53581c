/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

/*
 * The servers a person has joined: their addresses are kept in GSettings (key "sign-ins"), their
 * tokens only in the keyring. Main thread.
 */

/**
 * spark_invitation_parse:
 * @text: an invitation, "https://host/#token", or only its address
 * @url: (out) (transfer full): the address without a trailing slash; http is accepted on this
 *   computer alone
 * @token: (out) (transfer full) (nullable): NULL when @text is an address
 *
 * Returns: FALSE with SPARK_ERROR_INVITATION_MALFORMED
 */
gboolean spark_invitation_parse (const char *text, char **url, char **token, GError **error);

/* Remembers a sign-in; @account names it in the keyring, @name (nullable: as it was) tells a person
 * whose it is. The one added last comes first. */
void spark_sign_ins_add (GSettings *settings, const char *url, const char *account,
                         const char *name);
void spark_sign_ins_remove (GSettings *settings, const char *url, const char *account);
/* Returns: whether there is an @index-th; @url and @account are (out) (transfer full) */
gboolean spark_sign_ins_get (GSettings *settings, guint index, char **url, char **account);

/* Whose the @index-th is; "": not known. (transfer full) (nullable) */
char *spark_sign_ins_get_whose (GSettings *settings, guint index);
/**
 * spark_sign_ins_describe:
 *
 * What tells the @index-th from the others: where it is, as short as that allows, and whose it is
 * where there are several in one place.
 *
 * Returns: (transfer full) (nullable)
 */
char *spark_sign_ins_describe (GSettings *settings, guint index);

gboolean spark_sign_ins_contains (GSettings *settings, const char *url, const char *account);

/* What names this computer's own in the keyring and as a backend. */
#define SPARK_SIGN_IN_PRIVATE "private"

/* The one that a start begins with. FALSE: this computer; else @url and @account are as in get().
 */
gboolean spark_sign_ins_get_first (GSettings *settings, char **url, char **account);

/* What names that one as a backend, as spark_sign_in_id() does; SPARK_SIGN_IN_PRIVATE: this computer.
 * (transfer full) */
char *spark_sign_ins_get_first_id (GSettings *settings);

/* The copy of that one, to look at: spark_replica_open(). (transfer full) */
SparkReplica *spark_sign_ins_open_copy (GSettings *settings, GBytes *key, GError **error);

/* One word for a sign-in, as the target of an action; (transfer full). The other way: FALSE when it
 * is not one. */
char *spark_sign_in_name (const char *url, const char *account);
gboolean spark_sign_in_parse_name (const char *name, char **url, char **account);

/* What names its backend and replica: for spark_backend_new(); (transfer full) */
char *spark_sign_in_id (const char *url, const char *account);

/* One word for a thing of a sign-in, as the target of what outlives a change of it: what has the
 * same id elsewhere is another. @sign_in: of spark_sign_in_id(); @id: of the thing, or other words
 * about it; (transfer full). The other way: FALSE when it is not one. */
char *spark_sign_in_target (const char *sign_in, const char *id);
gboolean spark_sign_in_parse_target (const char *target, char **sign_in, char **id);

/**
 * spark_sign_in_open_async:
 * @authorizer: (nullable): of a person who has just signed in; NULL: looked up in the keyring
 *
 * Makes the backend of a sign-in, not yet started. Fails with SPARK_ERROR_KEYRING_LOCKED,
 * KEYRING_MISSING, UNAUTHORIZED (the keyring has no such token) or REPLICA.
 */
void spark_sign_in_open_async (const char *url, const char *account, SparkAuthorizer *authorizer,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
/* (transfer full) */
SparkBackend *spark_sign_in_open_finish (GAsyncResult *result, GError **error);

/**
 * spark_sign_in_forget_async:
 *
 * Removes the token and the replica's key from the keyring, and the replica itself; the list of
 * sign-ins is the caller's to change. Fails with SPARK_ERROR_KEYRING_LOCKED or KEYRING_MISSING,
 * and then can be done again.
 */
void spark_sign_in_forget_async (const char *url, const char *account, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_sign_in_forget_finish (GAsyncResult *result, GError **error);

/**
 * spark_sign_in_undo:
 * @earlier: (nullable): the token that the keyring had
 *
 * Leaves keyring and replica as they were before somebody began to sign in: after
 * spark_sign_in_open_async(), and after a token was stored or may still be. By itself.
 */
void spark_sign_in_undo (GSettings *settings, const char *url, const char *account,
                         const char *earlier);

G_END_DECLS

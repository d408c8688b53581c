/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "ledger-fixture.h"

/*
 * Every act of the ledger as a function of the fixture, each in a transaction of its own. Those
 * that make something return its id (transfer full), or NULL with @error; @error NULL: it must
 * succeed.
 */
char *act_add_account (Fixture *self, SparkPlatformKind platform, const char *name, GError **error);
void act_delete_account (Fixture *self, const char *account, GError **error);
/* @upsert: (optional) */
char *act_upsert_video (Fixture *self, const char *account, const SparkVideoFacts *facts,
                        SparkUpsert *upsert, GError **error);
void act_note_import (Fixture *self, const char *account, guint added, guint updated);

char *act_generate (Fixture *self, const char *video, guint days, GError **error);
char *act_add_code (Fixture *self, const char *video, const char *code, guint days, gint64 ends_at,
                    GError **error);
void act_extend (Fixture *self, const char *code, guint days, GError **error);
void act_extend_agreed (Fixture *self, const char *code, const char *grant, GError **error);
void act_extend_until (Fixture *self, const char *code, const char *grant, gint64 ends_at,
                       GError **error);
char *act_replace (Fixture *self, const char *code, GError **error);
void act_copied (Fixture *self, const char *code, const char *brand, gint64 at, GError **error);
void act_delete_code (Fixture *self, const char *code, GError **error);
void act_turn_off (Fixture *self, const char *video, GError **error);

char *act_create_link (Fixture *self, const char *video, const char *brand, gint64 ends_at,
                       GError **error);
void act_withdraw (Fixture *self, const char *link, GError **error);

void act_unbind (Fixture *self, const char *advertiser, const char *item_id, GError **error);
char *act_note_grant (Fixture *self, const char *video, const char *brand, const char *brand_name,
                      gint64 ends_at, GError **error);
void act_attribute (Fixture *self, const char *grant, const char *brand, GError **error);
void act_revoke (Fixture *self, const char *grant, const char *reason, GError **error);
void act_note_end (Fixture *self, const char *grant, GError **error);
char *act_give_again (Fixture *self, const char *grant, GError **error);
SparkRevocation act_preview (Fixture *self, const char *grant); /* grant_id: not kept */

char *act_add_brand (Fixture *self, const char *account, const char *name, GError **error);
void act_rename_brand (Fixture *self, const char *brand, const char *name, GError **error);
void act_set_deal (Fixture *self, const char *brand, const SparkDeal *deal, GError **error);
void act_confirm (Fixture *self, const char *brand, const char *advertiser, GError **error);
void act_refuse (Fixture *self, const char *brand, const char *advertiser, GError **error);

char *act_create_token (Fixture *self, SparkRole role, const gint64 *accounts, gsize n_accounts,
                        gint64 expires_at, char **id, GError **error);
void act_revoke_token (Fixture *self, const char *id, GError **error);
char *act_advertiser_token (Fixture *self, const char *advertiser, GError **error);

/* The object kept for a key; NULL: the request is the first, or @error. @body fills the hash. */
char *act_idempotency_find (Fixture *self, const char *caller, const char *key, guint8 body,
                            GError **error);
void act_idempotency_keep (Fixture *self, const char *caller, const char *key, guint8 body,
                           const char *object);

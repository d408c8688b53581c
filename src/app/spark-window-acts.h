/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

G_BEGIN_DECLS

/*
 * What a person can do from any page, as actions of the window; their targets are ids:
 * win.copy-code, copy-for, share-link, generate, generate-terms, add-code, code-help, note-grant,
 * turn-off, show-video (video); copy-link, show-link, withdraw-link (link); change-code, extend,
 * replace, delete-code (code); revoke, give-again, undo-revoke, attribute-grant, show-waiting,
 * copy-stop-request (grant), copy-renewal (grants); confirm-brand (grant or code); show-brand,
 * edit-brand, revoke-brand, record-brand (brand); confirm-advertiser, refuse-advertiser (brand and
 * ad account); dismiss-event, extend-request (event); connect-account, disconnect-account (account); batch (act
 * and objects), export-selected (videos); export, record, save-calendar, copy-calendar-address,
 * replace-calendar-address, connect-tiktok, paste-link, import, join, sample (none). An act asks
 * the backend; what it changes comes back through the feed.
 */
void spark_window_install_acts (GtkWidgetClass *klass);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether it is an address of the whole internet: none of this computer, of a network of one's own,
 * or that stands for such a one. Any thread. */
gboolean spark_tiktok_is_public (GInetAddress *address);

G_END_DECLS

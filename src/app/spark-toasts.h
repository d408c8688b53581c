/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * The toasts of a window, one after another: what was just done is said now, not after what was
 * said before; what is still being done, or may not be missed (a toast without a timeout), keeps its toast.
 *
 * libadwaita 1.2 frees a toast that is dismissed while it comes, and then looks at it. So none is
 * taken away before it has come, and none is given to it while another may be coming.
 *
 * A toast stays as long as it has the keyboard. So it gets it only from who moves there: when what
 * had it goes (a page, a dialog's opener), what lies under the toasts gets it. Main thread.
 */
typedef struct _SparkToasts SparkToasts;

/* @overlay is borrowed and must outlive it. */
SparkToasts *spark_toasts_new (AdwToastOverlay *overlay);
void spark_toasts_free (SparkToasts *self);
/* Takes @toast. Of several that come while another is still coming the last is shown; one without a
 * timeout comes back after it. */
void spark_toasts_add (SparkToasts *self, AdwToast *toast);
/* Takes it away, once it has come. */
void spark_toasts_dismiss (SparkToasts *self, AdwToast *toast);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkToasts, spark_toasts_free)

G_END_DECLS

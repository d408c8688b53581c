/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-notifier.h"
#include "fake-backend.h"
#include "test-widgets.h"

G_BEGIN_DECLS

/* A notifier of a backend with one video, and a notification daemon on the private bus, which has a
 * connection of its own, as a real one has. */

typedef struct
{
  GApplication *application;
  SparkBackend *backend;
  SparkNotifier *notifier;
  GSettings *settings;
} NotifierFixture;

/* What the desktop has had of this case. */
typedef struct
{
  GPtrArray *shown; /* "title|body|actions" of each Notify */
  guint closed;
  guint64 which; /* of them, a bit each */
} NotifierDesktop;

extern NotifierDesktop notifier_desktop;

#define ONE G_GUINT64_CONSTANT (1)

/* Of a program of tests: first of all, and instead of g_test_run(). */
void notifier_begin (int *argc, char ***argv);
int notifier_run (void);

#define NOTIFIER_TEST(path, function)                                                              \
  g_test_add (path, NotifierFixture, NULL, notifier_set_up, function, notifier_tear_down)
void notifier_set_up (NotifierFixture *fixture, gconstpointer data);
void notifier_tear_down (NotifierFixture *fixture, gconstpointer data);

void notifier_happen (NotifierFixture *fixture, const SparkEvent *event);
/* All in one burst of the feed. */
void notifier_happen_together (NotifierFixture *fixture, const SparkEvent *events, guint n);
/* As when the application was started again. */
void notifier_restart (NotifierFixture *fixture);
/* The @n-th that is shown */
const char *notifier_wait_for (NotifierFixture *fixture, guint n);
/* The desktop has had what was sent before, and its answers, which say by which number each can be
 * closed, are here: the bus keeps them in their order. */
void notifier_let_be_known (void);
SparkEvent notifier_use_by (const char *id, const char *brand);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "app/spark-dialog.h"
#include "app/spark-period-chips.h"
#include "fake-backend.h"
#include "model/spark-rules.h"
#include "test-window.h"

/* What the dialog of an act on many offers and says where they belong to several accounts. */

static const char *const names[] = { "Ada", "Ben", "Cleo", "Dora", "Emil" };
static const char *const ids[] = { "1", "2", "3", "4", "5" };
static const char *const videos[] = { "1.1", "2.1", "3.1", "4.1", "5.1" };
static const char *const grants[] = { "1.2", "2.2", "3.2", "4.2", "5.2" };

static void
add_account (SparkWindow *window, guint i, SparkPlatformKind platform, const guint *periods)
{
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccount account
      = { .id = ids[i], .name = names[i], .platform = platform, .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = videos[i], .account_id = ids[i], .caption = "Routine" };
  const SparkGrant grant = { .id = grants[i],
                             .video_id = videos[i],
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = spark_time_now () + SPARK_DAY_MS,
                             .ads_active = 1 };

  for (; *periods != 0; periods++)
    account.periods[account.n_periods++] = *periods;
  fake_add_account (replica, &account);
  fake_add_video (replica, &video);
  fake_add_grant (replica, &grant);
}

/* Of @n accounts one video or grant each */
static GtkWindow *
ask (SparkWindow *window, const char *act, const char *const *of, guint n)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) chosen = NULL;

  for (guint i = 0; i < n; i++)
    g_strv_builder_add (builder, of[i]);
  chosen = g_strv_builder_end (builder);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.batch", "(s^as)", act, chosen);
  return test_get_dialog (window);
}

static gboolean
says (gpointer root, const char *part)
{
  g_autofree char *texts = test_seen_texts (root);

  return strstr (texts, part) != NULL;
}

static void
assert_chips (GtkWindow *dialog, const char *numbers)
{
  GtkWidget *chips = test_find (dialog, SPARK_TYPE_PERIOD_CHIPS, 0);
  g_autoptr (GString) seen = g_string_new (NULL);

  for (GtkWidget *chip = gtk_widget_get_first_child (chips); chip != NULL;
       chip = gtk_widget_get_next_sibling (chip))
    g_string_append_printf (seen, "%s ", gtk_label_get_label (test_find (chip, GTK_TYPE_LABEL, 0)));
  g_assert_cmpstr (seen->str, ==, numbers);
}

/* Only what each of them permits can be chosen, and where that is nothing, it says so before. */
static void
test_periods (void)
{
  SparkWindow *window = test_window_new (NULL);
  GtkWindow *dialog;

  add_account (window, 0, SPARK_PLATFORM_SANDBOX, (const guint[]){ 7, 30, 60, 0 });
  add_account (window, 1, SPARK_PLATFORM_SANDBOX, (const guint[]){ 30, 60, 365, 0 });
  /* It did not say. */
  add_account (window, 2, SPARK_PLATFORM_SANDBOX, (const guint[]){ 0 });
  add_account (window, 3, SPARK_PLATFORM_SANDBOX, (const guint[]){ 7, 60, 0 });
  add_account (window, 4, SPARK_PLATFORM_SANDBOX, (const guint[]){ 180, 0 });

  dialog = ask (window, "generate", videos, 1);
  assert_chips (dialog, "7 30 60 ");
  test_close_dialog (window, dialog);
  dialog = ask (window, "generate", videos, 3);
  assert_chips (dialog, "30 60 ");
  test_close_dialog (window, dialog);
  dialog = ask (window, "generate", videos, 4);
  assert_chips (dialog, "60 ");
  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  fake_answer ("POST /v1/batches", "{}");
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait (strstr (fake_sent (), "\"days\":60") != NULL);
  test_wait (!spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  test_close_dialog (window, dialog);
  dialog = ask (window, "extend", grants, 5);
  assert_chips (dialog, "");
  g_assert_true (says (dialog, "no authorization period in common"));
  g_assert_false (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  test_close_dialog (window, dialog);
  /* To revoke takes none. */
  dialog = ask (window, "revoke", grants, 5);
  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  test_close_dialog (window, dialog);
  test_window_free (window);
}

/* What holds in many accounts is not said with the names of them all. */
static void
test_names (void)
{
  SparkWindow *window = test_window_new (NULL);
  GtkWindow *dialog;

  add_account (window, 0, SPARK_PLATFORM_SANDBOX, (const guint[]){ 0 });
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    add_account (window, i, SPARK_PLATFORM_TRACKED, (const guint[]){ 0 });
  dialog = ask (window, "revoke", grants, 3);
  test_wait (says (dialog, "Ada: 1 ad that is running is paused. The codes themselves"));
  g_assert_true (says (dialog, "Ben, Cleo: Sparkbox notes it."));
  test_close_dialog (window, dialog);
  dialog = ask (window, "revoke", grants, 4);
  g_assert_true (says (dialog, "Ben, Cleo, Dora: Sparkbox notes it."));
  test_close_dialog (window, dialog);
  dialog = ask (window, "revoke", grants, 5);
  g_assert_true (says (dialog, "Ben, Cleo and 2 more: Sparkbox notes it."));
  test_close_dialog (window, dialog);
  test_window_free (window);
}

/* Extending speaks of what was chosen: videos, or who may use them. */
static void
test_words (void)
{
  SparkWindow *window = test_window_new (NULL);
  GtkWindow *dialog;

  add_account (window, 0, SPARK_PLATFORM_SANDBOX, (const guint[]){ 0 });
  add_account (window, 1, SPARK_PLATFORM_SANDBOX, (const guint[]){ 0 });
  dialog = ask (window, "extend", videos, 1);
  g_assert_true (says (dialog, "Adds days to the code of 1 video."));
  test_close_dialog (window, dialog);
  dialog = ask (window, "extend", videos, 2);
  g_assert_true (says (dialog, "Adds days to the codes of 2 videos."));
  g_assert_false (says (dialog, "extended once"));
  test_close_dialog (window, dialog);
  dialog = ask (window, "extend", grants, 1);
  g_assert_true (says (dialog, "Extends the access of 1 brand to a video."));
  test_close_dialog (window, dialog);
  dialog = ask (window, "extend", grants, 2);
  g_assert_true (says (dialog, "Extends access in 2 cases."));
  g_assert_true (says (dialog, "A video that is in several of these cases is extended once."));
  test_close_dialog (window, dialog);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches-accounts/periods", test_periods);
  g_test_add_func ("/batches-accounts/names", test_names);
  g_test_add_func ("/batches-accounts/words", test_words);
  return g_test_run ();
}

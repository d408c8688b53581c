/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#include "server/adtools/spark-delay.h"

#define LONG_MS  (60 * 60 * 1000)
#define PATIENCE 20

/* Linked in the place of the system's. */
int __real_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run) (void *), void *data);
int __wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run) (void *), void *data);

static gboolean there_are_none;

int
__wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes, void *(*run) (void *),
                       void *data)
{
  return there_are_none ? EAGAIN : __real_pthread_create (thread, attributes, run, data);
}

static void
answer (gpointer data)
{
  sem_post (data);
}

/* Who waits is answered at once, without the delay, and it is said once; later there may be one. */
static void
test_without_threads (void)
{
  SparkDelay *delay = spark_delay_new ();
  struct timespec deadline;
  sem_t answered;

  sem_init (&answered, 0, 0);
  there_are_none = TRUE;
  g_test_expect_message ("spark-adtools", G_LOG_LEVEL_MESSAGE, "There can be no more threads*");
  for (int i = 0; i < 3; i++)
    {
      spark_delay_add (delay, LONG_MS, answer, &answered);
      g_assert_no_errno (sem_trywait (&answered));
    }
  g_test_assert_expected_messages ();

  there_are_none = FALSE;
  spark_delay_add (delay, 1, answer, &answered);
  clock_gettime (CLOCK_REALTIME, &deadline);
  deadline.tv_sec += PATIENCE;
  g_assert_no_errno (sem_timedwait (&answered, &deadline));
  spark_delay_free (delay);
  sem_destroy (&answered);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/delay/without-threads", test_without_threads);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>

#include "model/spark-error.h"
#include "server/http/spark-http.h"

/* Linked in the place of the system's: after so many there are no more. */
int __real_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run) (void *), void *data);
int __wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes,
                           void *(*run) (void *), void *data);

static guint left = G_MAXUINT;

int
__wrap_pthread_create (pthread_t *thread, const pthread_attr_t *attributes, void *(*run) (void *),
                       void *data)
{
  if (left == 0)
    return EAGAIN;
  left--;
  return __real_pthread_create (thread, attributes, run, data);
}

/* Two that answer, and the one that ends slow connections: without each of them there is no server,
 * and whoever starts it is told. */
static void
test_start (void)
{
  for (guint n = 0; n <= 3; n++)
    {
      SparkHttp *http = spark_http_new (&(SparkHttpOptions){ .threads = 2 });
      g_autoptr (GError) error = NULL;
      g_autofree char *url = NULL;
      gboolean started;

      g_assert_true (spark_http_listen (http, "127.0.0.1:0", SPARK_FACE_CREATORS, &url, NULL));
      left = n;
      started = spark_http_start (http, &error);
      left = G_MAXUINT;
      g_assert_cmpint (started, ==, n == 3);
      if (!started)
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
      spark_http_stop (http);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/start-without-threads", test_start);
  return g_test_run ();
}

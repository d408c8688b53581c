/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

/* Linked into a sparkboxd whose computer has started half a minute before it, and whose sandbox
 * lets nobody ask whether a time server has set the clock. */

#define SECONDS 30

int __real_clock_gettime (clockid_t id, struct timespec *time);
int __wrap_clock_gettime (clockid_t id, struct timespec *time);
int __wrap_adjtimex (struct timex *state);

static struct timespec begun;

__attribute__ ((constructor)) static void
begin (void)
{
  __real_clock_gettime (CLOCK_BOOTTIME, &begun);
}

int
__wrap_clock_gettime (clockid_t id, struct timespec *time)
{
  int result = __real_clock_gettime (id, time);

  if (id == CLOCK_BOOTTIME)
    time->tv_sec -= begun.tv_sec - SECONDS;
  return result;
}

int
__wrap_adjtimex (struct timex *state)
{
  errno = EPERM;
  return -1;
}

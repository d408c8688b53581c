/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 *
 * The unwinder of GCC's libasan, ten times faster: preloaded by build-aux/test --asan.
 *
 * Every allocation keeps its stack for the leak check. Debian's libraries have no frame pointers, so
 * that each is unwound by tables, and libgcc looks those up anew for every frame: a window takes so
 * long that its toasts are gone before anybody could have read them. libunwind remembers them.
 */
#define UNW_LOCAL_ONLY
#include <dlfcn.h>
#include <libunwind.h>
#include <stddef.h>
#include <unwind.h>

/* More than libasan asks for. */
#define MOST_FRAMES 64

static __thread void *current;

_Unwind_Reason_Code
_Unwind_Backtrace (_Unwind_Trace_Fn callback, void *data)
{
  void *frames[MOST_FRAMES];
  int n_frames = unw_backtrace (frames, MOST_FRAMES);

  for (int i = 0; i < n_frames; i++)
    {
      _Unwind_Reason_Code reason;

      current = frames[i];
      reason = callback ((struct _Unwind_Context *) &current, data);
      if (reason != _URC_NO_REASON)
        return reason;
    }
  return _URC_END_OF_STACK;
}

/* Also asked by those who unwind an exception: of a context of libgcc's own. */
_Unwind_Ptr
_Unwind_GetIP (struct _Unwind_Context *context)
{
  _Unwind_Ptr (*next) (struct _Unwind_Context *);

  if ((void *) context == &current)
    return (_Unwind_Ptr) current;
  *(void **) &next = dlsym (RTLD_NEXT, "_Unwind_GetIP");
  return next (context);
}

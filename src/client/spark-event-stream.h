/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Reads text/event-stream (the HTML standard's "server-sent events"): bytes in, events out. It
 * knows no network and trusts nothing: lines and events are bounded, whatever the pieces they come
 * in.
 */
typedef struct _SparkEventStream SparkEventStream;

/* Bytes of one line, and of one event's data. */
#define SPARK_EVENT_STREAM_MAX (1024 * 1024)

typedef struct
{
  const char *type; /* "message" unless the stream says otherwise */
  const char *id;   /* of this event; NULL: it has none of its own */
  const char *data; /* its lines joined by newlines; may hold NUL bytes and what is no UTF-8 */
  gsize length;     /* of data */
} SparkStreamEvent;

/**
 * SparkStreamFunc:
 * @event: valid during the call
 *
 * Called for each whole event. FALSE stops the stream: the rest of the bytes is not looked at.
 */
typedef gboolean (*SparkStreamFunc) (const SparkStreamEvent *event, gpointer user_data);

SparkEventStream *spark_event_stream_new (SparkStreamFunc func, gpointer user_data);
void spark_event_stream_free (SparkEventStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkEventStream, spark_event_stream_free)

/**
 * spark_event_stream_push:
 *
 * Takes the next bytes, in pieces of any size. An event that the bytes leave unfinished waits for
 * more; at the end of a stream it is dropped by not pushing any.
 *
 * Returns: FALSE with @error SPARK_ERROR_MALFORMED_ANSWER when a bound was passed; FALSE without
 * one when the function stopped the stream. Nothing may be pushed after that.
 */
gboolean spark_event_stream_push (SparkEventStream *self, const char *bytes, gsize length,
                                  GError **error);

/* The last id that the stream gave with a whole event: what to send as Last-Event-ID. "" at first.
 */
const char *spark_event_stream_get_last_id (SparkEventStream *self);

/* How long the other side asks to wait before coming back, in ms; -1: it did not say. */
gint64 spark_event_stream_get_retry (SparkEventStream *self);

G_END_DECLS

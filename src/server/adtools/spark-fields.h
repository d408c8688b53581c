/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <json-glib/json-glib.h>

#include "model/spark-json-writer.h"
#include "server/http/spark-http.h"

G_BEGIN_DECLS

/*
 * The parameters of TikTok's interface, described in tables: the same tables check what comes in a
 * query or a JSON body, and say what an answer holds.
 */
typedef enum
{
  SPARK_FIELD_STRING,
  SPARK_FIELD_ID, /* decimal digits, as a string; a number is taken for one */
  SPARK_FIELD_INT,
  SPARK_FIELD_NUMBER,
  SPARK_FIELD_BOOL,
  SPARK_FIELD_ENUM,
  SPARK_FIELD_TIME,    /* "YYYY-MM-DD HH:MM:SS", UTC */
  SPARK_FIELD_DATE,    /* "YYYY-MM-DD" */
  SPARK_FIELD_STRINGS, /* an array of them */
  SPARK_FIELD_OBJECT,
  SPARK_FIELD_OBJECTS,
} SparkFieldType;

typedef struct _SparkField SparkField;
struct _SparkField
{
  const char *name;
  SparkFieldType type;
  gboolean required;
  gint64 least; /* of a number */
  gint64
      most; /* of a number; of the characters of a string; of the items of an array; 0: no limit */
  const char *const *values; /* of an ENUM, and of each of STRINGS; NULL: any */
  const SparkField *members; /* of OBJECT and OBJECTS, ended by a name of NULL */
};

/* Checks and, where a client may write a value in two ways, puts it right. INVALID_PARAMETER of
 * SPARK_RETURN_ERROR names what is missing or wrong. @fields is ended by a name of NULL. */
gboolean spark_fields_check (const SparkField *fields, JsonObject *object, GError **error);
/* The same members from a query: arrays and objects are JSON text. (transfer full) */
JsonNode *spark_fields_from_query (const SparkField *fields, SparkRequest *request, GError **error);

/* Members that were checked; absent: NULL, @absent, FALSE. */
const char *spark_field_string (JsonObject *object, const char *name);
gint64 spark_field_int (JsonObject *object, const char *name, gint64 absent);
double spark_field_number (JsonObject *object, const char *name);
gboolean spark_field_bool (JsonObject *object, const char *name, gboolean absent);
JsonArray *spark_field_array (JsonObject *object, const char *name);
JsonObject *spark_field_object (JsonObject *object, const char *name);
gint64 spark_field_id (JsonObject *object, const char *name);   /* 0: absent, or none of ours */
gint64 spark_field_time (JsonObject *object, const char *name); /* ms; 0: absent */
gint64 spark_field_day (JsonObject *object, const char *name);  /* since 1970; 0: absent */
gboolean spark_strings_have (JsonArray *strings, const char *string);

/* The members that @fields names, as JSON text, to be kept. (transfer full) */
char *spark_fields_keep (const SparkField *fields, JsonObject *object);

G_END_DECLS

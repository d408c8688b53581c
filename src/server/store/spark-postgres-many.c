/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-postgres.h"

/*
 * Turns a statement for one set of values into one for many, mechanically: the values come as
 * arrays, unnested into a relation k with a column p1, p2 … for each, and every $1, $2 … becomes
 * k.p1, k.p2 …
 *
 *   SELECT …                     SELECT r.*, k.n FROM (sets) k CROSS JOIN LATERAL (… OFFSET 0) r
 *   INSERT INTO … VALUES (…)     INSERT INTO … SELECT … FROM (sets) k
 *   UPDATE … WHERE …             UPDATE … FROM (sets) k WHERE …
 *   DELETE FROM … WHERE …        DELETE FROM … USING (sets) k WHERE …
 *
 * An UPDATE or upsert touches a row only once, whatever the number of sets that match it: whoever
 * uses this must not give sets that meet in one row.
 */

static gboolean
begins (const char *sql, const char *word)
{
  /* Comments may stand before it. */
  while (*sql == '-' || g_ascii_isspace (*sql))
    if (*sql == '-')
      {
        sql = strchr (sql, '\n');
        if (sql == NULL)
          return FALSE;
      }
    else
      sql++;
  return g_str_has_prefix (sql, word);
}

SparkPgKind
spark_pg_query_learn (SparkPgStatement *statement)
{
  SparkPgQuery *query = &statement->query;

  if (query->learned)
    return query->kind;
  query->learned = TRUE;
  query->n_values = statement->n_values;
  for (int i = 0; i < statement->n_values; i++)
    query->types[i] = statement->values[i].type;
  query->kind = begins (query->sql, "SELECT")              ? SPARK_PG_READS
                : strstr (query->sql, "RETURNING") != NULL ? SPARK_PG_BOTH
                                                           : SPARK_PG_WRITES;
  return query->kind;
}

void
spark_pg_query_clear (SparkPgQuery *query)
{
  g_free (query->sql);
  g_free (query->many_name);
  g_free (query->many_sql);
}

/* Where @word begins outside of parentheses; NULL: nowhere. */
static const char *
find_outside (const char *sql, const char *word)
{
  int depth = 0;

  for (const char *at = sql; *at != '\0'; at++)
    if (*at == '(')
      depth++;
    else if (*at == ')')
      depth--;
    else if (depth == 0 && at > sql && g_ascii_isspace (at[-1]) && g_str_has_prefix (at, word))
      return at;
  return NULL;
}

static const char *
closing (const char *open)
{
  int depth = 0;

  for (const char *at = open; *at != '\0'; at++)
    if (*at == '(')
      depth++;
    else if (*at == ')' && --depth == 0)
      return at;
  return NULL;
}

/* $1 → k.p1 */
static void
append_renamed (GString *out, const char *from, const char *to)
{
  for (const char *at = from; at < to; at++)
    if (*at == '$')
      g_string_append (out, "k.p");
    else
      g_string_append_c (out, *at);
}

/* In the list of a SELECT, where arrays go forward together row by row; in FROM the server would
 * write each into a table of its own first. */
static void
append_sets (GString *out, const SparkPgQuery *query, gboolean numbered)
{
  g_string_append (out, "(SELECT ");
  for (int i = 0; i < query->n_values; i++)
    g_string_append_printf (out, "%sunnest($%d::%s[]) AS p%d", i > 0 ? ", " : "", i + 1,
                            query->types[i] == SPARK_PG_INT8   ? "bigint"
                            : query->types[i] == SPARK_PG_TEXT ? "text"
                                                               : "bytea",
                            i + 1);
  if (numbered)
    g_string_append (out, ", generate_series(1, cardinality($1)) AS n");
  g_string_append (out, ") AS k");
}

/* OFFSET keeps the two apart for whoever plans it, so that rows come set by set, in their order. */
static void
make_select (GString *out, const SparkPgQuery *query)
{
  g_string_append (out, "SELECT r.*, k.n FROM ");
  append_sets (out, query, TRUE);
  g_string_append (out, " CROSS JOIN LATERAL (SELECT * FROM (");
  append_renamed (out, query->sql, query->sql + strlen (query->sql));
  g_string_append (out, "\n) AS s OFFSET 0) AS r");
}

static void
make_insert (GString *out, const SparkPgQuery *query)
{
  const char *values = find_outside (query->sql, "VALUES (");
  const char *open = values != NULL ? strchr (values, '(') : NULL;
  const char *close = open != NULL ? closing (open) : NULL;

  /* What follows cannot see k. */
  if (close == NULL || strchr (close, '$') != NULL)
    return;
  g_string_append_len (out, query->sql, values - query->sql);
  g_string_append (out, "SELECT ");
  append_renamed (out, open + 1, close);
  g_string_append (out, " FROM ");
  append_sets (out, query, FALSE);
  g_string_append (out, close + 1);
}

static void
make_change (GString *out, const SparkPgQuery *query, const char *word)
{
  const char *where = find_outside (query->sql, "WHERE ");

  if (where == NULL || find_outside (query->sql + 12, "FROM ") != NULL)
    return;
  append_renamed (out, query->sql, where);
  g_string_append (out, word);
  append_sets (out, query, FALSE);
  g_string_append_c (out, ' ');
  append_renamed (out, where, where + strlen (where));
}

void
spark_pg_query_make_many (SparkPgQuery *query)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (query->many_made)
    return;
  query->many_made = TRUE;
  if (query->n_values == 0 || query->kind == SPARK_PG_BOTH)
    return;
  if (begins (query->sql, "SELECT"))
    make_select (out, query);
  else if (begins (query->sql, "INSERT"))
    make_insert (out, query);
  else if (begins (query->sql, "UPDATE"))
    make_change (out, query, "FROM ");
  else if (begins (query->sql, "DELETE"))
    make_change (out, query, "USING ");
  if (out->len == 0)
    return;
  query->many_name = g_strconcat (query->name, " many", NULL);
  query->many_sql = g_string_free (g_steal_pointer (&out), FALSE);
}

static guint8 *
put_int (guint8 *at, gint32 number)
{
  gint32 big = GINT32_TO_BE (number);

  memcpy (at, &big, sizeof big);
  return at + sizeof big;
}

GByteArray *
spark_pg_array (GPtrArray *rows, int parameter, Oid type)
{
  GByteArray *bytes = g_byte_array_new ();
  guint length = 5 * sizeof (gint32);
  guint8 *at;

  for (guint i = 0; i < rows->len; i++)
    length += sizeof (gint32)
              + (guint)MAX (((const SparkPgValue *)rows->pdata[i])[parameter].length, 0);
  g_byte_array_set_size (bytes, length);
  at = put_int (bytes->data, 1); /* dimensions */
  at = put_int (at, 1);          /* may have NULLs */
  at = put_int (at, (gint32)type);
  at = put_int (at, (gint32)rows->len);
  at = put_int (at, 1); /* counted from */
  for (guint i = 0; i < rows->len; i++)
    {
      const SparkPgValue *value = &((const SparkPgValue *)rows->pdata[i])[parameter];

      at = put_int (at, value->length);
      if (value->length <= 0)
        continue;
      memcpy (at, value->type == SPARK_PG_INT8 ? (const char *)&value->number : value->data,
              (gsize)value->length);
      at += value->length;
    }
  return bytes;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-postgres.h"

/* What fewer sets have alike may be so by chance. */
#define MIN_ALIKE 8

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
 * Writes have many values that are the same in all sets: those come as they are, once, so that the
 * server has no array of them to take apart.
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
  for (guint i = 0; i < query->n_many; i++)
    {
      g_free (query->many[i].name);
      g_free (query->many[i].sql);
    }
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
append_sets (GString *out, const SparkPgQuery *query, guint32 alike, gboolean numbered)
{
  g_string_append (out, "(SELECT ");
  for (int i = 0; i < query->n_values; i++)
    {
      const char *type = query->types[i] == SPARK_PG_INT8   ? "bigint"
                         : query->types[i] == SPARK_PG_TEXT ? "text"
                                                            : "bytea";

      g_string_append_printf (out,
                              alike & 1u << i ? "%s$%d::%s AS p%d" : "%sunnest($%d::%s[]) AS p%d",
                              i > 0 ? ", " : "", i + 1, type, i + 1);
    }
  if (numbered)
    g_string_append (out, ", generate_series(1, cardinality($1)) AS n");
  g_string_append (out, ") AS k");
}

/* OFFSET keeps the two apart for whoever plans it, so that rows come set by set, in their order. */
static void
make_select (GString *out, const SparkPgQuery *query)
{
  g_string_append (out, "SELECT r.*, k.n FROM ");
  append_sets (out, query, 0, TRUE);
  g_string_append (out, " CROSS JOIN LATERAL (SELECT * FROM (");
  append_renamed (out, query->sql, query->sql + strlen (query->sql));
  g_string_append (out, "\n) AS s OFFSET 0) AS r");
}

static void
make_insert (GString *out, const SparkPgQuery *query, guint32 alike)
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
  append_sets (out, query, alike, FALSE);
  g_string_append (out, close + 1);
}

static void
make_change (GString *out, const SparkPgQuery *query, guint32 alike, const char *word)
{
  const char *where = find_outside (query->sql, "WHERE ");

  if (where == NULL || find_outside (query->sql + 12, "FROM ") != NULL)
    return;
  append_renamed (out, query->sql, where);
  g_string_append (out, word);
  append_sets (out, query, alike, FALSE);
  g_string_append_c (out, ' ');
  append_renamed (out, where, where + strlen (where));
}

static SparkPgMany *
make_many (SparkPgQuery *query, guint32 alike)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SparkPgMany *made = &query->many[query->n_many];

  if (begins (query->sql, "SELECT"))
    make_select (out, query);
  else if (begins (query->sql, "INSERT"))
    make_insert (out, query, alike);
  else if (begins (query->sql, "UPDATE"))
    make_change (out, query, alike, "FROM ");
  else if (begins (query->sql, "DELETE"))
    make_change (out, query, alike, "USING ");
  if (out->len == 0)
    return NULL;
  query->n_many++;
  made->alike = alike;
  made->name = g_strdup_printf ("%s many %x", query->name, alike);
  made->sql = g_string_free (g_steal_pointer (&out), FALSE);
  return made;
}

static gboolean
is_alike (GPtrArray *rows, int parameter)
{
  const SparkPgValue *first = rows->pdata[0];

  for (guint i = 1; i < rows->len; i++)
    if (!spark_pg_values_equal (first + parameter, (const SparkPgValue *)rows->pdata[i] + parameter,
                                1))
      return FALSE;
  return TRUE;
}

/* Never the first: there must be an array. */
static guint32
find_alike (const SparkPgQuery *query, GPtrArray *rows)
{
  guint32 alike = 0;

  for (int i = 1; query->kind == SPARK_PG_WRITES && i < query->n_values; i++)
    if (is_alike (rows, i))
      alike |= 1u << i;
  return alike;
}

/* The last place is for what suits all. */
static gboolean
may_add (const SparkPgQuery *query, GPtrArray *rows)
{
  return rows->len >= MIN_ALIKE && query->n_many + 1 < SPARK_PG_MAX_MANY;
}

SparkPgMany *
spark_pg_query_many (SparkPgQuery *query, GPtrArray *rows)
{
  SparkPgMany *best = NULL;
  guint32 alike;

  if (query->n_values == 0 || query->kind == SPARK_PG_BOTH)
    return NULL;
  alike = find_alike (query, rows);
  for (guint i = 0; i < query->n_many; i++)
    {
      SparkPgMany *one = &query->many[i];

      if ((one->alike & ~alike) == 0
          && (best == NULL || __builtin_popcount (one->alike) > __builtin_popcount (best->alike)))
        best = one;
    }
  if (best != NULL && (best->alike == alike || !may_add (query, rows)))
    return best;
  return make_many (query, may_add (query, rows) ? alike : 0);
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

// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Sparkbox Authors
//
// What a user would otherwise write: Fastify with better-sqlite3 or pg, the same tables, the same rows
// for a redemption, the same answers. node server.js single|batched|pg DATABASE PORT
//   single   one durable transaction a request
//   batched  all that waits in one durable transaction, by hand
//   pg       PostgreSQL: one statement for the whole redemption, a pool of 8
'use strict'
const crypto = require('node:crypto')
const fastify = require('fastify')({ logger: false, keepAliveTimeout: 60000 })

const [mode, database, port] = process.argv.slice(2)
const sha = (text) => crypto.createHash('sha256').update(text).digest()
const time = (ms) => new Date(ms).toISOString()
const AUTHORIZED = 1, IN_USE = 2, READY = 1, REDEEMED = 0, STOPPED = 63

const envelope = { type: 'object', properties: {
  code: { type: 'integer' }, message: { type: 'string' }, request_id: { type: 'string' },
  data: { type: 'object', properties: {} } } }
const engagement = { type: 'object', properties: {
  views: { type: 'integer' }, likes: { type: 'integer' }, comments: { type: 'integer' },
  shares: { type: 'integer' } } }
const video = { type: 'object', properties: {
  id: { type: 'string' }, account_id: { type: 'string' }, item_id: { type: 'string' },
  caption: { type: 'string' }, cover_url: { type: 'string' }, share_url: { type: 'string' },
  published_at: { type: 'string' }, duration_s: { type: 'integer' },
  visibility: { type: 'string' }, eligible: { type: 'boolean' },
  blockers: { type: 'array', items: { type: 'string' } }, engagement,
  authorization: { type: 'object', properties: {
    state: { type: 'string' }, ends_at: { type: 'string' }, code_id: { type: 'string' },
    grants: { type: 'integer' }, links: { type: 'integer' } } } } }
const page = { type: 'object', properties: {
  items: { type: 'array', items: video }, next_cursor: { type: 'string', nullable: true } } }
const codeSchema = { type: 'object', properties: {
  id: { type: 'string' }, video_id: { type: 'string' }, code: { type: 'string' },
  state: { type: 'string' }, days: { type: 'integer' }, starts_at: { type: 'string' },
  ends_at: { type: 'string' }, created_at: { type: 'string' } } }
const STATES = ['none', 'pending', 'ready', 'in_use', 'expired']
const CODES = ['pending', 'ready', 'in_use', 'expired', 'deleted', 'failed']
const VISIBILITY = ['unknown', 'public', 'friends', 'private', 'deleted']

const done = () => ({ code: 0, message: 'OK', request_id: crypto.randomUUID(), data: {} })
const refused = (code, message) =>
  ({ code, message, request_id: crypto.randomUUID(), data: {} })

function sqlite () {
  const Database = require('better-sqlite3')
  const db = new Database(database)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('cache_size = -65536')
  db.pragma('wal_autocheckpoint = 10000')
  const key = crypto.createSecretKey(Buffer.from(
    db.prepare("SELECT value FROM meta WHERE name = 'bench_key'").get().value, 'hex'))
  const sql = {
    advertiser: db.prepare('SELECT advertiser FROM advertiser_tokens WHERE hash = ?'),
    fingerprint: db.prepare('SELECT account, kind, id FROM fingerprints WHERE fingerprint = ?'),
    code: db.prepare('SELECT video, state, ends_at FROM codes WHERE account = ? AND id = ?'),
    video: db.prepare('SELECT visibility, blockers FROM videos WHERE account = ? AND id = ?'),
    brand: db.prepare('SELECT brand, state FROM brand_advertisers WHERE account = ? AND advertiser = ?'),
    newest: db.prepare('SELECT id, state FROM grants WHERE account = ? AND video = ? AND advertiser = ? ' +
      'ORDER BY id DESC LIMIT 1'),
    numbers: db.prepare('UPDATE accounts SET last_id = max(last_id, counter) + ?, ' +
      'counter = max(last_id, counter) + ? WHERE account = ? RETURNING counter'),
    grant: db.prepare('INSERT INTO grants (account, id, video, code, link, brand, advertiser, source, ' +
      'state, redeemed_at, ends_at, platform_ends_at, ads_active) ' +
      'VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 0)'),
    post: db.prepare('INSERT INTO advertiser_posts (advertiser, account, grant_id) VALUES (?, ?, ?)'),
    use: db.prepare('UPDATE codes SET state = 2, used_at = ? WHERE account = ? AND id = ?'),
    summary: db.prepare('UPDATE videos SET auth_grants = auth_grants + 1, auth_state = 3, ' +
      'auth_grant = ? WHERE account = ? AND id = ?'),
    event: db.prepare('INSERT INTO events (account, id, type, at, actor_kind, actor_id, ' +
      'video, code, grant_id, brand, advertiser, ends_at) VALUES (?, ?, 15, ?, 1, ?, ?, ?, ?, ?, ?, ?)'),
    changes: db.prepare('INSERT INTO recent_changes (account, seq, first, objects) VALUES (?, ?, ?, ?)'),
    token: db.prepare('SELECT account FROM bench_tokens WHERE hash = ?'),
    page: db.prepare('SELECT id, item_id, caption, share_url, published_at, duration_s, visibility, ' +
      'blockers, views, likes, comments, shares, has_cover, auth_state, auth_ends_at, auth_code, ' +
      'auth_grants, auth_links FROM videos WHERE account = ? AND (published_at, id) < (?, ?) ' +
      'ORDER BY published_at DESC, id DESC LIMIT ?'),
    secret: db.prepare('SELECT c.*, b.secret AS box FROM codes c JOIN bench_codes b ' +
      'ON b.account = c.account AND b.id = c.id WHERE c.account = ? AND c.id = ?')
  }

  function redeem (token, body) {
    const who = sql.advertiser.get(sha(token))
    if (who === undefined || who.advertiser !== body.advertiser_id) return refused(40105, 'token')
    const found = sql.fingerprint.get(crypto.createHmac('sha256', key).update(body.auth_code).digest())
    if (found === undefined) return refused(40002, 'code')
    const { account, id } = found
    const now = Date.now()
    const code = sql.code.get(account, id)
    const film = sql.video.get(account, code.video)
    const tie = sql.brand.get(account, who.advertiser)
    const newest = sql.newest.get(account, code.video, who.advertiser)
    if (newest !== undefined && newest.state <= AUTHORIZED) return done()
    if (code.state > IN_USE || code.ends_at <= now || (film.blockers & STOPPED) !== 0 || tie.state > 1) {
      return refused(40002, 'refused')
    }
    const first = code.state === READY
    // Of the grant and the event, which are their own changes, of the brand and the video, whose changes the
    // grant says, and of the code when it changes.
    const numbers = first ? 5 : 4
    const { counter: event } = sql.numbers.get(numbers, numbers, account)
    const grant = event - numbers + 1
    sql.grant.run(account, grant, code.video, id, tie.brand, who.advertiser, REDEEMED, AUTHORIZED, now,
      code.ends_at, code.ends_at)
    sql.post.run(who.advertiser, account, grant)
    if (first) sql.use.run(now, account, id)
    sql.summary.run(grant, account, code.video)
    sql.event.run(account, event, now, who.advertiser, code.video, id, grant, tie.brand,
      who.advertiser, code.ends_at)
    if (first) sql.changes.run(account, event - 1, event - 1, `${id * 16 + 2}`)
    return done()
  }

  const one = db.transaction(redeem)
  let waiting = []
  const all = db.transaction((jobs) => { for (const job of jobs) job.answer = redeem(job.token, job.body) })
  function commit () {
    const jobs = waiting
    waiting = []
    try {
      all.immediate(jobs)
      for (const job of jobs) job.resolve(job.answer)
    } catch (error) {
      for (const job of jobs) job.reject(error)
    }
  }
  const batched = (token, body) => new Promise((resolve, reject) => {
    if (waiting.push({ token, body, resolve, reject }) === 1) setImmediate(commit)
  })

  fastify.get('/v1/videos', { schema: { response: { 200: page } } }, async (request, reply) => {
    const { account } = request.query
    const limit = Number(request.query.limit || 20)
    const row = sql.token.get(sha((request.headers.authorization || '').slice(7)))
    if (row === undefined || String(row.account) !== account) return reply.code(401).send()
    const rows = sql.page.all(row.account, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, limit + 1)
    const more = rows.length > limit
    if (more) rows.pop()
    reply.header('Cache-Control', 'no-store').header('X-Request-Id', crypto.randomUUID())
    return {
      items: rows.map((v) => ({
        id: `${account}.${v.id}`,
        account_id: account,
        item_id: v.item_id,
        caption: v.caption,
        cover_url: v.has_cover ? `/v1/videos/${account}.${v.id}/cover` : undefined,
        share_url: v.share_url,
        published_at: time(v.published_at),
        duration_s: v.duration_s,
        visibility: VISIBILITY[v.visibility],
        eligible: (v.blockers & STOPPED) === 0,
        blockers: [],
        engagement: { views: v.views, likes: v.likes, comments: v.comments, shares: v.shares },
        authorization: {
          state: STATES[v.auth_state],
          ends_at: v.auth_ends_at ? time(v.auth_ends_at) : undefined,
          code_id: v.auth_code ? `${account}.${v.auth_code}` : undefined,
          grants: v.auth_grants,
          links: v.auth_links
        }
      })),
      next_cursor: more ? Buffer.from(`${rows.at(-1).published_at},${rows.at(-1).id}`).toString('base64url') : null
    }
  })

  fastify.get('/v1/codes/:id', { schema: { response: { 200: codeSchema } } }, async (request, reply) => {
    const [account, id] = request.params.id.split('.')
    const row = sql.token.get(sha((request.headers.authorization || '').slice(7)))
    if (row === undefined || String(row.account) !== account) return reply.code(401).send()
    const code = sql.secret.get(row.account, Number(id))
    const decipher = crypto.createDecipheriv('chacha20-poly1305', key, code.box.subarray(0, 12),
      { authTagLength: 16 })
    decipher.setAuthTag(code.box.subarray(12, 28))
    const text = decipher.update(code.box.subarray(28), undefined, 'utf8') + decipher.final('utf8')
    reply.header('Cache-Control', 'no-store').header('X-Request-Id', crypto.randomUUID())
    return {
      id: request.params.id,
      video_id: `${account}.${code.video}`,
      code: text,
      state: CODES[code.state],
      days: code.days,
      starts_at: time(code.starts_at),
      ends_at: time(code.ends_at),
      created_at: time(code.created_at)
    }
  })
  return mode === 'batched' ? batched : (token, body) => one.immediate(token, body)
}

// The whole redemption as one statement, its best form: one round trip, one commit.
const REDEEM = `
WITH who AS (
  SELECT advertiser FROM advertiser_tokens WHERE hash = $1 AND advertiser = $2
), account AS (
  UPDATE accounts SET last_id = greatest(last_id, counter) + 5, counter = greatest(last_id, counter) + 5
  FROM fingerprints f, who WHERE f.fingerprint = $3 AND accounts.account = f.account
  RETURNING accounts.account, f.id AS code, accounts.counter AS event, accounts.counter - 4 AS grant_id,
    who.advertiser
), able AS (
  SELECT n.*, c.video, c.ends_at, c.state, t.brand FROM account n
  JOIN codes c ON c.account = n.account AND c.id = n.code
  JOIN videos v ON v.account = c.account AND v.id = c.video
  JOIN brand_advertisers t ON t.account = n.account AND t.advertiser = n.advertiser
  WHERE c.state <= 2 AND c.ends_at > $4 AND v.blockers & 63 = 0 AND t.state <= 1
  AND NOT EXISTS (SELECT FROM grants g WHERE g.account = n.account AND g.video = c.video
    AND g.advertiser = n.advertiser AND g.state <= 4)
), granted AS (
  INSERT INTO grants (account, id, video, code, link, brand, advertiser, source, state, redeemed_at,
    ends_at, platform_ends_at, ads_active)
  SELECT account, grant_id, video, code, 0, brand, advertiser, 0, 1, $4, ends_at, ends_at, 0 FROM able
), posted AS (
  INSERT INTO advertiser_posts (advertiser, account, grant_id)
  SELECT advertiser, account, grant_id FROM able
), used AS (
  UPDATE codes c SET state = 2, used_at = $4 FROM able a
  WHERE c.account = a.account AND c.id = a.code AND a.state = 1
), summed AS (
  UPDATE videos v SET auth_grants = auth_grants + 1, auth_state = 3, auth_grant = a.grant_id FROM able a
  WHERE v.account = a.account AND v.id = a.video
), told AS (
  INSERT INTO events (account, id, type, at, actor_kind, actor_id, video, code, grant_id,
    brand, advertiser, ends_at)
  SELECT account, event, 15, $4, 1, advertiser, video, code, grant_id, brand, advertiser, ends_at
  FROM able
), changed AS (
  INSERT INTO recent_changes (account, seq, first, objects)
  SELECT account, event - 1, event - 1, (code * 16 + 2)::text FROM able WHERE state = 1
)
SELECT (SELECT count(*) FROM who) AS who, (SELECT count(*) FROM able) AS able`

function postgres () {
  const { Pool, types } = require('pg')
  const pool = new Pool({ connectionString: database, max: 8 })
  pool.on('connect', (client) => client.query('SET jit = off; SET enable_seqscan = off'))
  let key
  const ready = pool.query("SELECT value FROM meta WHERE name = 'bench_key'").then((result) => {
    key = crypto.createSecretKey(Buffer.from(result.rows[0].value, 'hex'))
  })
  types.setTypeParser(20, Number)
  return async (token, body) => {
    if (key === undefined) await ready
    const { rows } = await pool.query({ name: 'redeem', text: REDEEM, values: [
      sha(token), body.advertiser_id,
      crypto.createHmac('sha256', key).update(body.auth_code).digest(), Date.now()] })
    return rows[0].able === 1 ? done() : refused(40002, 'refused')
  }
}

const redeem = mode === 'pg' ? postgres() : sqlite()
fastify.post('/open_api/v1.3/tt_video/authorize/', {
  schema: {
    body: { type: 'object', required: ['advertiser_id', 'auth_code'], properties: {
      advertiser_id: { type: 'string', maxLength: 32 }, auth_code: { type: 'string', maxLength: 200 } } },
    response: { 200: envelope }
  }
}, async (request, reply) => {
  reply.header('Cache-Control', 'no-store')
  return redeem(request.headers['access-token'] || '', request.body)
})
fastify.listen({ host: '127.0.0.1', port: Number(port) }).then((where) => console.log('listening on', where))

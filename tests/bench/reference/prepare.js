// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Sparkbox Authors
//
// node prepare.js DATABASE FOLDER: gives a copy of a database that bench-seed made the hashes, the
// fingerprints and the encrypted codes of the reference, with a key of its own.
'use strict'
const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const [database, folder] = process.argv.slice(2)
const key = crypto.randomBytes(32)
const lines = (name) => fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n')
  .map((line) => line.split(' '))
const sha = (text) => crypto.createHash('sha256').update(text).digest()
const now = Date.now()

function seal (text) {
  const nonce = crypto.randomBytes(12)
  const cipher = crypto.createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), box])
}

const codes = lines('codes').map(([text, id]) => {
  const [account, number] = id.split('.').map(Number)
  return [crypto.createHmac('sha256', key).update(text).digest(), account, number, seal(text)]
})
const advertisers = lines('advertisers').map(([id, token]) => [sha(token), id, now])
const tokens = lines('tokens').map(([account, token]) => [sha(token), Number(account)])

if (database.startsWith('postgres')) {
  const { Client } = require('pg')
  const client = new Client({ connectionString: database })
  const column = (rows, n) => rows.map((row) => row[n])
  client.connect().then(async () => {
    await client.query('DELETE FROM fingerprints; DELETE FROM advertiser_tokens')
    await client.query("INSERT INTO meta VALUES ('bench_key', $1)", [key.toString('hex')])
    await client.query('INSERT INTO fingerprints (fingerprint, account, kind, id, video) ' +
      'SELECT f, a, 2, i, c.video FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) WITH ORDINALITY x (f, a, i, n) ' +
      'JOIN codes c ON c.account = a AND c.id = i ORDER BY n',
    [column(codes, 0), column(codes, 1), column(codes, 2)])
    await client.query('INSERT INTO advertiser_tokens (hash, advertiser, created_at) ' +
      'SELECT h, a, $3 FROM unnest($1::bytea[], $2::text[]) x (h, a)',
    [column(advertisers, 0), column(advertisers, 1), now])
    await client.end()
  })
} else {
  const db = require('better-sqlite3')(database)
  db.transaction(() => {
    db.exec('DELETE FROM fingerprints; DELETE FROM advertiser_tokens;' +
      'CREATE TABLE bench_tokens (hash BLOB PRIMARY KEY, account INTEGER NOT NULL) WITHOUT ROWID;' +
      'CREATE TABLE bench_codes (account INTEGER, id INTEGER, secret BLOB NOT NULL, ' +
      'PRIMARY KEY (account, id)) WITHOUT ROWID')
    db.prepare("INSERT INTO meta VALUES ('bench_key', ?)").run(key.toString('hex'))
    const fingerprint = db.prepare('INSERT INTO fingerprints (fingerprint, account, kind, id, video) ' +
      'SELECT ?, account, 2, id, video FROM codes WHERE account = ? AND id = ?')
    const box = db.prepare('INSERT INTO bench_codes VALUES (?, ?, ?)')
    for (const [hash, account, id, sealed] of codes) {
      fingerprint.run(hash, account, id)
      box.run(account, id, sealed)
    }
    const advertiser = db.prepare('INSERT INTO advertiser_tokens (hash, advertiser, created_at) VALUES (?, ?, ?)')
    for (const row of advertisers) advertiser.run(...row)
    const token = db.prepare('INSERT INTO bench_tokens VALUES (?, ?)')
    for (const row of tokens) token.run(...row)
  })()
}

// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Sparkbox Authors
// A real sparkboxd on a database of its own, and TAP.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// --- TAP ---

const tests = [];
let failures;

export function test(name, run) {
  tests.push({ name, run });
}

export function ok(value, message = 'is true') {
  if (!value) failures.push(message);
}

export function equal(value, expected, message = 'is equal') {
  if (!isDeepStrictEqual(value, expected))
    failures.push(`${message}: ${JSON.stringify(value)} is not ${JSON.stringify(expected)}`);
}

export async function runAll(end) {
  let failed = 0;

  console.log(`1..${tests.length}`);
  for (const [index, { name, run }] of tests.entries()) {
    failures = [];
    try {
      await run();
    } catch (error) {
      failures.push(error.stack ?? String(error));
    }
    for (const failure of failures) console.log(`# ${failure.replaceAll('\n', '\n# ')}`);
    console.log(`${failures.length === 0 ? 'ok' : 'not ok'} ${index + 1} ${name}`);
    failed += failures.length > 0;
  }
  await end();
  process.exitCode = failed > 0 ? 1 : 0;
}

// --- the sandbox ---

export class Sandbox {
  static async start(videos = 60) {
    const self = new Sandbox();

    self.folder = mkdtempSync(join(tmpdir(), 'sparkbox-'));
    self.account = self.command('sample', '--videos', String(videos));
    self.token = self.command('token', 'create', self.account);
    self.process = spawn(process.env.SPARKBOXD, ['serve', '--listen', '127.0.0.1:0', '--requests-per-second', '1000000',
      ...self.database], { stdio: ['ignore', 'pipe', 'inherit'] });
    process.on('exit', () => self.process.kill('SIGKILL'));
    self.ended = new Promise((done) => self.process.on('exit', (code, signal) =>
      done(signal ?? code)));
    for await (const line of createInterface({ input: self.process.stdout })) {
      self.url = line.match(/^listening on (http:\S+)$/)?.[1];
      break;
    }
    if (self.url === undefined) throw new Error('sparkboxd did not start');
    return self;
  }

  async stop() {
    this.process.kill('SIGTERM');
    const status = await this.ended;

    rmSync(this.folder, { recursive: true });
    if (status !== 0) throw new Error(`sparkboxd ended with ${status}`);
  }

  // On SQLite, or on the server that tests/server/postgres started.
  get database() {
    return ['--database', process.env.SPARKBOX_TEST_DATABASE
      ?? `sqlite:${join(this.folder, 'sparkbox.db')}`, '--key', join(this.folder, 'key')];
  }

  command(...words) {
    return execFileSync(process.env.SPARKBOXD, [...words, ...this.database],
      { encoding: 'utf8' }).trim();
  }

  // A request to /v1, as the creator.
  async creator(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(method === 'POST' ? { 'Idempotency-Key': randomUUID() } : {}),
        ...(body !== undefined ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body !== undefined ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();

    return { status: response.status, body: text ? JSON.parse(text) : null };
  }

  // Videos that have no code and nothing against one.
  async freeVideos() {
    const { body } = await this.creator('GET', `/v1/videos?account=${this.account}&limit=100`);

    return body.items.filter((video) => video.eligible && video.authorization.state === 'off'
      && video.blockers.length === 0);
  }

  async makeCode(video, days = 30) {
    const { status, body } = await this.creator('POST', `/v1/videos/${video.id}/code`, { days });

    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  // Who has access to a video, newest first.
  async grants(video) {
    return (await this.creator('GET', `/v1/grants?video=${video.id}`)).body.items;
  }

  // The whole answer of /open_api. An object in the query is written as JSON text.
  async open(method, path, values = {}, token = undefined) {
    const query = new URLSearchParams(Object.entries(values).map(([name, value]) =>
      [name, typeof value === 'string' ? value : JSON.stringify(value)]));
    const url = `${this.url}/open_api/v1.3/${path}${method === 'GET' ? `?${query}` : ''}`;
    const response = await fetch(url, {
      method,
      headers: {
        ...(token !== undefined ? { 'Access-Token': token } : {}),
        ...(method === 'POST' ? { 'Content-Type': 'application/json' } : {}),
      },
      body: method === 'POST' ? JSON.stringify(values) : undefined,
    });

    return { status: response.status, type: response.headers.get('Content-Type'),
      ...JSON.parse(await response.text()) };
  }

  // The same, patient as a client must be.
  async patient(method, path, values, token) {
    for (let tries = 0; ; tries++) {
      const answer = await this.open(method, path, values, token);

      if (![40100, 40133].includes(answer.code) || tries === 10) return answer;
      await sleep(500);
    }
  }
}

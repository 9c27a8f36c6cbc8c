import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIB } from '@granary/kernel';
import { json, type Request, type Response } from 'express';
import { WorkPlaces } from '../flow/work-places';
import type { HubRequest } from './hub-request';
import { LargeBodies } from './large-bodies';

const parse = json({ limit: '40mb', type: () => true });

let directory: string;
let server: Server;
let port: number;
let parsedAtOnce: { now: number; most: number };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bodies-'));
  const bodies = new LargeBodies(new WorkPlaces(), directory);
  server = createServer((incoming, outgoing) => void answer(bodies, incoming as HubRequest, outgoing as Response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => (parsedAtOnce = { now: 0, most: 0 }));

async function answer(bodies: LargeBodies, incoming: HubRequest, outgoing: Response): Promise<void> {
  incoming.res = outgoing;
  Object.assign(incoming, { clientAddress: '192.0.2.1', actor: { kind: 'user', userId: 1 } });
  try {
    await bodies.receive(incoming, async (body) => {
      parsedAtOnce.most = Math.max(parsedAtOnce.most, ++parsedAtOnce.now);
      await new Promise<void>((resolve, reject) =>
        parse(body, outgoing, (error?: unknown) => (error ? reject(error as Error) : resolve())),
      );
      // Until here it costs memory; what is done with it costs the same until the answer.
      await new Promise((resolve) => setTimeout(resolve, 20));
      incoming.body = (body as Request).body as unknown;
    });
    parsedAtOnce.now--;
    outgoing.writeHead(200).end(String((incoming.body as { content: string }).content.length));
  } catch (error) {
    outgoing.writeHead(413).end((error as Error).message);
  }
}

function send(chunks: readonly Buffer[], headers: Record<string, string | number> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method: 'POST', headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(`${response.statusCode} ${text}`);
    });
    sent.on('error', reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
}

const bodyOf = (length: number) => Buffer.from(JSON.stringify({ content: 'x'.repeat(length) }));

it('are parsed two at a time, however many come at once, and all are answered', async () => {
  const body = bodyOf(2 * MIB);
  const answers = await Promise.all(Array.from({ length: 10 }, () => send([body], { 'content-length': body.length })));
  expect(new Set(answers)).toEqual(new Set([`200 ${2 * MIB}`]));
  expect(parsedAtOnce.most).toBe(2);
});

it('are told when they turn out too large, and leave nothing on the disk', async () => {
  const chunk = Buffer.alloc(MIB, 'x');
  expect(await send(Array.from({ length: 41 }, () => chunk))).toBe('413 The request body is too large.');
  const broken = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 9 * MIB } });
  broken.on('error', () => undefined).write(chunk, () => broken.destroy());
  await new Promise((resolve) => broken.on('close', resolve));
  expect(await send([bodyOf(5)])).toBe('200 5');
  expect(readdirSync(directory)).toEqual([]);
});

it('are those of more than a megabyte, those of any length and compressed ones', () => {
  const bodies = new LargeBodies(new WorkPlaces(), directory);
  const isOne = (headers: object) => bodies.isOne({ headers } as HubRequest);
  expect(isOne({})).toBe(false);
  expect(isOne({ 'content-length': String(MIB) })).toBe(false);
  expect(isOne({ 'content-length': String(MIB + 1) })).toBe(true);
  expect(isOne({ 'content-length': '12', 'content-encoding': 'gzip' })).toBe(true);
  expect(isOne({ 'transfer-encoding': 'chunked' })).toBe(true);
  // Refused by its length, before any of it is read.
  expect(isOne({ 'content-length': String(40 * MIB + 1) })).toBe(false);
});

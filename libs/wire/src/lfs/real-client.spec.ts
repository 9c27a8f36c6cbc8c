import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { z } from 'zod';
import { ScratchRepository } from '../testing/scratch-repository';
import { LfsBatchRequest, LfsVerifyRequest, type LfsBatchResponse } from './batch';
import * as locks from './locks';
import { isLfsJson, LFS_JSON } from './media-type';

const run = promisify(execFile);
const lock: locks.LfsLock = { id: '7', path: 'a.bin', locked_at: '2026-01-02T03:04:05Z', owner: { name: 'Ada' } };

interface Seen {
  request: string;
  contentType: string;
  body: unknown;
}

/** The least server that a client is content with; it answers in the types of this folder. */
function answer(request: string, body: unknown, base: string): unknown {
  if (request === 'POST /objects/batch') {
    const objects = LfsBatchRequest.parse(body).objects.map((object) => ({
      ...object,
      authenticated: true,
      actions: { upload: { href: `${base}/upload`, expires_in: 60 }, verify: { href: `${base}/verify` } },
    }));
    return { transfer: 'basic', objects, hash_algo: 'sha256' } satisfies LfsBatchResponse;
  }
  if (request === 'POST /locks/verify') return { ours: [lock], theirs: [] } satisfies locks.LfsVerifiedLocks;
  if (request.startsWith('GET /locks')) return { locks: [lock] } satisfies locks.LfsLockList;
  return { lock } satisfies locks.LfsLockResponse;
}

describe('the requests of the real client', () => {
  const seen: Seen[] = [];
  let server: Server;
  let repository: ScratchRepository;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    server = createServer((message, response) => {
      void (async () => {
        const request = `${message.method} ${message.url}`;
        const isUpload = message.method === 'PUT';
        const body = isUpload || message.method === 'GET' ? null : await json(message);
        seen.push({ request, contentType: message.headers['content-type'] ?? '', body });
        message.resume();
        const { port } = server.address() as AddressInfo;
        response.setHeader('Content-Type', LFS_JSON);
        response.statusCode = request === 'POST /locks' ? 201 : 200;
        response.end(isUpload ? '' : JSON.stringify(answer(request, body, `http://127.0.0.1:${port}`)));
      })();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    repository = new ScratchRepository();
    env = { ...process.env, HOME: repository.path, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
    prepare(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterAll(async () => {
    repository.remove();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  function prepare(url: string): void {
    repository.git(['config', 'lfs.url', url]);
    repository.git(['config', 'lfs.locksverify', 'true']);
    repository.git(['remote', 'add', 'origin', 'https://127.0.0.1:1/x.git']);
    writeFileSync(join(repository.path, '.gitattributes'), '*.bin filter=lfs lockable\n');
    writeFileSync(join(repository.path, 'a.bin'), 'hello');
    const filter = ['-c', 'filter.lfs.clean=git-lfs clean %f', '-c', 'filter.lfs.smudge=git-lfs smudge %f'];
    repository.git([...filter, 'add', '.'], { stderr: 'ignore' });
    repository.git(['commit', '-q', '-m', 'x'], { stderr: 'ignore' });
  }

  async function requestsOf(...args: string[]): Promise<Seen[]> {
    seen.length = 0;
    await run('git', ['lfs', ...args], { cwd: repository.path, env });
    return [...seen];
  }

  function bodyOf<S extends z.ZodType>(requests: Seen[], request: string, schema: S): z.output<S> {
    const found = requests.find((one) => one.request === request);
    expect(isLfsJson(found?.contentType ?? '')).toBe(true);
    return schema.parse(found?.body);
  }

  it('fit the schemas when it pushes', async () => {
    const requests = await requestsOf('push', 'origin', 'main');
    const object = { oid: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', size: 5 };
    expect(bodyOf(requests, 'POST /objects/batch', LfsBatchRequest)).toMatchObject({
      operation: 'upload',
      transfers: expect.arrayContaining(['basic']),
      ref: { name: 'refs/heads/main' },
      objects: [object],
      hash_algo: 'sha256',
    });
    expect(bodyOf(requests, 'POST /verify', LfsVerifyRequest)).toEqual(object);
    expect(bodyOf(requests, 'POST /locks/verify', locks.LfsVerifyLocksRequest)).toEqual({
      ref: { name: 'refs/heads/main' },
    });
  });

  it('fit the schemas when it locks and unlocks', async () => {
    const ref = { name: 'refs/heads/main' };
    const created = await requestsOf('lock', 'a.bin');
    expect(bodyOf(created, 'POST /locks', locks.LfsCreateLockRequest)).toEqual({ path: 'a.bin', ref });
    const removed = await requestsOf('unlock', '--force', '--id=7');
    expect(bodyOf(removed, 'POST /locks/7/unlock', locks.LfsUnlockRequest)).toEqual({ force: true, ref });
  });

  it('fit the schema when it lists', async () => {
    const [listed] = await requestsOf('locks', '--path=a.bin', '--limit=3');
    const query = new URL(listed?.request.split(' ')[1] ?? '', 'http://x').searchParams;
    expect(locks.LfsLockListQuery.parse(Object.fromEntries(query))).toEqual({
      path: 'a.bin',
      limit: 3,
      refspec: 'refs/heads/main',
    });
  });
});

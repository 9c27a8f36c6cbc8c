import 'reflect-metadata';
import { ANONYMOUS, LfsCredentials, type AccountsService } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Get } from '@nestjs/common';
import express from 'express';
import fc from 'fast-check';
import { Anyone } from '../access/access.decorators';
import { Authenticator } from '../access/authenticator';
import { PageMemory } from '../access/page-memory';
import { requireDeclaredRoutes } from '../access/every-route';
import { routesOf } from '../access/route-table';
import { CONTROLLERS } from '../controllers';
import type { HubRequest } from '../http/hub-request';
import { surfaceOf, surfaceOfPath } from './path-surface';
import { Surface } from './surface';

const routes = routesOf(CONTROLLERS);

/** What people call things, the hub's own addresses among it. */
const word = fc.oneof(
  fc.constantFrom('info', 'lfs', 'refs', 'HEAD', 'git-upload-pack', 'git-receive-pack', 'objects', 'batch', 'locks'),
  fc.constantFrom('api', 'v3', 'web', 'health', 'v2', '-', 'raw', '%2e%2e', 'a b'),
  fc.string({ minLength: 1, maxLength: 8 }),
);
const filePath = fc.array(word, { minLength: 1, maxLength: 6 }).map((parts) => parts.map(encodeURIComponent).join('/'));
const name = fc.oneof(
  fc.constantFrom('info', 'lfs', 'HEAD', 'refs', 'alice', 'a.b', 'git-upload-pack'),
  fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,9}$/),
);
const namespace = name.filter((text) => !['api', 'health', 'metrics', 'v2'].includes(text));
const repository = fc
  .tuple(namespace, name, fc.constantFrom('', '.git'))
  .map(([ns, repo, end]) => `/${ns}/${repo}${end}`);

/** Every address of a file, a ref or a repository: routes of pages and REST, and pages of the web layer. */
const contentPath = fc.oneof(
  fc
    .tuple(repository, fc.constantFrom('raw', 'archive', 'upload', 'blob', 'tree', 'commits', 'edit', 'new'), filePath)
    .map(([at, kind, path]) => `${at}/-/${kind}/${path}`),
  fc
    .tuple(repository, fc.constantFrom('contents', 'git/ref', 'git/refs', 'branches', 'zipball', 'readme'), filePath)
    .map(([at, kind, path]) => `/api/v3/repos${at}/${kind}/${path}`),
  repository,
);
const addressOfProtocol = fc.oneof(
  repository.map((at) => ({ path: `${at}/info/lfs/objects/batch`, method: 'POST', surface: 'lfs' })),
  repository.map((at) => ({ path: `${at}/info/lfs/locks/7/unlock`, method: 'POST', surface: 'lfs' })),
  repository.map((at) => ({ path: `${at}/info/refs`, method: 'GET', surface: 'git' })),
  repository.map((at) => ({ path: `${at}/git-receive-pack/`, method: 'POST', surface: 'git' })),
);

/** The surface that Express' own routing leads to, or what the path says where no route takes it. */
function surfaceFor(method: string, path: string): Surface {
  const request = { method, path, url: path } as express.Request;
  const found: { surface?: Surface } = {};
  const router = express.Router();
  for (const { method: routed, path: pattern, surface } of routes) {
    if (routed === method) router.all(pattern, () => void (found.surface = surface));
  }
  router(request, {} as express.Response, () => undefined);
  return surfaceOf({ ...found, path });
}

const credentials = new LfsCredentials(Buffer.alloc(32));
const alice = { id: 1, name: 'alice', isAdmin: false, isActive: true };
const authenticator = new Authenticator(
  {} as never,
  { find: () => Promise.resolve({ session: { id: 1 }, user: alice }) } as never,
  new PageMemory(),
  { byId: () => Promise.resolve(alice) } as unknown as AccountsService,
  { credentials } as never,
  { baseUrl: 'http://hub.test' } as never,
);
const lfs = credentials.issue({ operation: 'upload', repositoryId: 1, userId: 1, expiresAtSeconds: 9_999_999_999 });

async function actorAt(surface: Surface, path: string, headers: Record<string, string>) {
  const request = { surface, path, method: 'GET', headers, get: () => undefined } as unknown as HubRequest;
  await authenticator.authenticate(request);
  return request.actor;
}

const withLfs = { authorization: `Basic ${Buffer.from(`alice:${lfs}`).toString('base64')}` };
const withCookie = { cookie: 'granary_session=secret' };

it('takes an LFS credential at no address of a file, a ref or a page, whatever they are called', async () => {
  await fc.assert(
    fc.asyncProperty(contentPath, fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'), async (path, method) => {
      const surface = surfaceFor(method, path);
      expect(['rest', 'page']).toContain(surface);
      await expect(actorAt(surface, path, withLfs)).rejects.toThrow(DomainError);
      await expect(actorAt(surface, path, withCookie)).resolves.toMatchObject({ via: 'session' });
    }),
  );
});

it('takes an LFS credential at the addresses of LFS, and a browser’s cookie neither there nor at those of git', async () => {
  await fc.assert(
    fc.asyncProperty(addressOfProtocol, async ({ path, method, surface }) => {
      expect(surfaceFor(method, path)).toBe(surface);
      expect(surfaceOfPath(path)).toBe(surface);
      await expect(actorAt(surfaceOfPath(path), path, withCookie)).resolves.toBe(ANONYMOUS);
      const asLfs = actorAt(surfaceOfPath(path), path, withLfs);
      if (surface === 'lfs') await expect(asLfs).resolves.toMatchObject({ lfsOperation: 'upload' });
      else await expect(asLfs).rejects.toThrow(DomainError);
    }),
  );
});

it('reads from the path of every route what the route declares', () => {
  fc.assert(
    fc.property(repository, filePath, fc.constantFrom(...routes), (at, rest, { path, surface }) => {
      const filled = path.replace('/:ns/:repo', at).replace(/\*\w+/, rest).replace(/:\w+/g, 'x');
      expect(surfaceOfPath(filled)).toBe(surface);
      expect(surfaceOfPath(filled.toUpperCase())).toBe(surface);
    }),
    { numRuns: 1000 },
  );
});

it('refuses to start with a route that declares no surface', () => {
  @Controller('x')
  @Anyone()
  class Bare {
    @Get()
    read() {
      return null;
    }
  }
  expect(() => requireDeclaredRoutes([Bare])).toThrow('Routes without a surface: Bare.read');
});

import type { Request, Response } from 'express';
import fc from 'fast-check';
import { requestDoor } from './request-door';

function send(url: string, { method = 'GET', accept = '*/*' } = {}) {
  const request = { method, url, originalUrl: url, headers: { accept }, rawHeaders: ['Host', 'hub.test'] };
  let redirected: string | null = null;
  const response = { redirect: (_status: number, to: string) => void (redirected = to) };
  const next = jest.fn();
  requestDoor(request as unknown as Request, response as unknown as Response, next);
  return { url: request.url, originalUrl: request.originalUrl, redirected, isLetIn: next.mock.calls.length === 1 };
}

it.each([
  ['//alice/app.git/info/refs?service=git-upload-pack', '/alice/app.git/info/refs?service=git-upload-pack'],
  ['/alice//app.git/info/lfs//objects/batch', '/alice/app.git/info/lfs/objects/batch'],
  ['/api/v3//repos///alice/app?q=a//b', '/api/v3/repos/alice/app?q=a//b'],
  ['//api/v3/user', '/api/v3/user'],
  ['//alice/app/-/raw/main//a%2F%2Fb', '/alice/app/-/raw/main/a%2F%2Fb'],
  ['http://evil.test//alice/app', '/alice/app'],
  ['//', '/'],
])('reads %s as %s', (target, url) => {
  expect(send(target)).toEqual({ url, originalUrl: url, redirected: null, isLetIn: true });
});

it('leaves every address without doubled slashes as it is, and those behind a question mark', () => {
  const path = fc.array(fc.constantFrom('a', '%2f', '%2F%2f', '.', '..', 'a.git', 'é', ';'), { maxLength: 6 });
  fc.assert(
    fc.property(path, fc.constantFrom('', '?', '?a=//b', '#//'), (parts, query) => {
      const target = `/${parts.join('/')}${query}`;
      expect(send(target).url).toBe(target);
    }),
  );
});

it.each(['//metrics', '/health//ready'])('keeps %s, so that no rule of a proxy is got around', (target) => {
  expect(send(target).url).toBe(target);
});

it('sends a browser to the address itself, never to another host', () => {
  const accept = 'text/html,application/xhtml+xml';
  expect(send('//alice//app', { accept })).toMatchObject({ redirected: '/alice/app', isLetIn: false });
  expect(send('//alice//app', { accept, method: 'POST' })).toMatchObject({ url: '/alice/app', redirected: null });
  const evil = fc.array(fc.constantFrom('/', '\\', '//', 'evil.test', '@', '.'), { minLength: 1 });
  fc.assert(
    fc.property(evil, (parts) => {
      const { redirected } = send(`//${parts.join('')}`, { accept });
      if (redirected !== null) expect(new URL(redirected, 'http://hub.test').host).toBe('hub.test');
    }),
  );
});

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { OutboundHttp, type OutboundOptions, type OutboundRequest } from './outbound-http';

const LOOPBACK = { address: '127.0.0.1', family: 4 };
const servers: Server[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const serve = (listener: RequestListener) => listen(createServer(listener));

const request = (url: string, more: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'POST',
  url,
  headers: {},
  body: Buffer.from('hello'),
  timeoutMs: 10_000,
  maxResponseBytes: 1024,
  ...more,
});

const outbound = (options: Partial<OutboundOptions> = {}) =>
  new OutboundHttp({ allowHttp: true, allowedHosts: [], ...options });

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

it('sends method, headers and body, and hands back the answer', async () => {
  const port = await serve(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    res
      .writeHead(202, { 'X-Answer': 'yes' })
      .end(`${req.method} ${req.url} ${req.headers['x-ask']} ${Buffer.concat(chunks)}`);
  });
  const http = outbound({ allowedHosts: [`127.0.0.1:${port}`] });
  const answer = await http.send(request(`http://127.0.0.1:${port}/a?b=c`, { headers: { 'X-Ask': 'why' } }));
  expect({ ...answer, body: answer.body.toString() }).toMatchObject({
    status: 202,
    body: 'POST /a?b=c why hello',
    truncated: false,
  });
  expect(answer.headers['x-answer']).toBe('yes');
});

it('tells the length of what it sends, and none where it sends nothing', async () => {
  const port = await serve(({ headers }, res) =>
    res.end(`${headers['content-length']} ${headers['transfer-encoding']}`),
  );
  const http = outbound({ allowedHosts: ['127.0.0.1'] });
  const said = async (more: Partial<OutboundRequest>) =>
    (await http.send(request(`http://127.0.0.1:${port}/`, more))).body.toString();
  expect(await said({})).toBe('5 undefined');
  expect(await said({ method: 'GET', body: undefined })).toBe('undefined undefined');
});

describe('the target', () => {
  it('is not looked up when it is an address', async () => {
    const port = await serve((_req, res) => res.end('in'));
    const lookup = jest.fn();
    const answer = await outbound({ allowedHosts: ['127.0.0.1'], lookup }).send(request(`http://127.0.0.1:${port}/`));
    expect(answer.body.toString()).toBe('in');
    expect(lookup).not.toHaveBeenCalled();
  });

  it('is looked up by the system when nobody says otherwise', async () => {
    const port = await serve((_req, res) => res.end('in'));
    const answer = await outbound({ allowedHosts: ['localhost'] }).send(request(`http://localhost:${port}/`));
    expect(answer.body.toString()).toBe('in');
    await expect(outbound().send(request(`http://localhost:${port}/`))).rejects.toMatchObject({ fault: 'blocked' });
  });

  it.each([
    ['http://127.0.0.1/', /public internet/],
    ['http://2130706433/', /public internet/],
    ['http://0x7f.1/', /public internet/],
    ['http://[::1]/', /public internet/],
    ['http://[::ffff:8.8.8.8]/', /public internet/],
    ['http://169.254.169.254/latest/meta-data/', /public internet/],
    ['ftp://example.com/', /https:\/\/ or http/],
    ['file:///etc/passwd', /https:\/\/ or http/],
    ['https://user:secret@example.com/', /user name or a password/],
    ['not a url', /not a URL/],
    [`https://example.com/${'a'.repeat(2048)}`, /longer than/],
  ])('%s is refused before anything is resolved', async (url, message) => {
    const lookup = jest.fn();
    await expect(outbound({ lookup }).send(request(url))).rejects.toMatchObject({
      fault: 'blocked',
      message: expect.stringMatching(message),
    });
    expect(lookup).not.toHaveBeenCalled();
  });

  it('must be https where plain http is not allowed', async () => {
    const http = outbound({ allowHttp: false });
    await expect(http.send(request('http://example.com/'))).rejects.toThrow('https://');
  });

  it.each([
    ['one private address', [LOOPBACK]],
    ['a private address among public ones', [{ address: '93.184.216.34', family: 4 }, LOOPBACK]],
    ['an IPv4 address in IPv6', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['no address', []],
  ])('is refused when its name has %s', async (_case, addresses) => {
    let asked = 0;
    const port = await serve((_req, res) => res.end(String(asked++)));
    const http = outbound({ lookup: async () => addresses });
    await expect(http.send(request(`http://hook.test:${port}/`))).rejects.toMatchObject({ fault: 'blocked' });
    expect(asked).toBe(0);
  });

  it('may be private when an administrator names it, by host or by host and port', async () => {
    const port = await serve((_req, res) => res.end('in'));
    for (const host of ['hook.test', `HOOK.test:${port}`]) {
      const http = outbound({ allowHttp: false, allowedHosts: [host], lookup: async () => [LOOPBACK] });
      expect((await http.send(request(`http://hook.test:${port}/`))).status).toBe(200);
    }
    const other = outbound({ allowedHosts: [`hook.test:${port + 1}`], lookup: async () => [LOOPBACK] });
    await expect(other.send(request(`http://hook.test:${port}/`))).rejects.toMatchObject({ fault: 'blocked' });
  });

  it('is the address that was judged, though the name has another one by now (DNS rebinding)', async () => {
    let wanted = 0;
    const port = await serve((req, res) => {
      wanted++;
      res.end(req.headers.host);
    });
    const answers = [[LOOPBACK], [{ address: '127.0.0.2', family: 4 }]];
    const lookup = jest.fn(async () => answers.shift() ?? []);
    const http = outbound({ allowedHosts: ['hook.test'], lookup });
    const answer = await http.send(request(`http://hook.test:${port}/`));
    expect(answer.body.toString()).toBe(`hook.test:${port}`);
    expect(lookup.mock.calls).toEqual([['hook.test']]);
    expect(wanted).toBe(1);
  });
});

describe('the answer', () => {
  it('may be a redirect, which is not followed', async () => {
    let asked = 0;
    const port = await serve((_req, res) => {
      asked++;
      res.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const answer = await outbound({ allowedHosts: ['127.0.0.1'] }).send(request(`http://127.0.0.1:${port}/`));
    expect([answer.status, asked]).toEqual([302, 1]);
  });

  it('is cut at the bound, however long it goes on', async () => {
    const port = await serve((_req, res) => {
      const more = () => res.write('x'.repeat(1000)) && setImmediate(more);
      res.on('drain', more);
      more();
    });
    const answer = await outbound({ allowedHosts: ['127.0.0.1'] }).send(request(`http://127.0.0.1:${port}/`));
    expect([answer.body.length, answer.truncated]).toEqual([1024, true]);
  });

  it('may be as large as the bound, and is whole then', async () => {
    const port = await serve((_req, res) => res.end('x'.repeat(1024)));
    const answer = await outbound({ allowedHosts: ['127.0.0.1'] }).send(request(`http://127.0.0.1:${port}/`));
    expect([answer.body.length, answer.truncated]).toEqual([1024, false]);
  });

  it('keeps its status when its body breaks off', async () => {
    const port = await serve((_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' });
      res.write('only this', () => res.destroy());
    });
    const answer = await outbound({ allowedHosts: ['127.0.0.1'] }).send(request(`http://127.0.0.1:${port}/`));
    expect([answer.status, answer.body.toString(), answer.truncated]).toEqual([200, 'only this', true]);
  });
});

describe('without an answer', () => {
  it('the fault is the time, when it is over', async () => {
    const port = await serve(() => undefined);
    const http = outbound({ allowedHosts: ['127.0.0.1'] });
    const sent = http.send(request(`http://127.0.0.1:${port}/`, { timeoutMs: 100 }));
    await expect(sent).rejects.toMatchObject({ fault: 'timeout', message: 'no answer within 0.1 s' });
  });

  it('the fault is the time, when the resolver never answers', async () => {
    const http = outbound({ lookup: () => new Promise(() => undefined) });
    const sent = http.send(request('https://hook.test/', { timeoutMs: 100 }));
    await expect(sent).rejects.toMatchObject({ fault: 'timeout' });
  });

  it('the fault is the name, the connection or the protocol', async () => {
    const noName = outbound({
      lookup: async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    await expect(noName.send(request('https://hook.test/'))).rejects.toMatchObject({ fault: 'dns' });
    const closed = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()!.close(resolve));
    const http = outbound({ allowedHosts: ['127.0.0.1'] });
    await expect(http.send(request(`http://127.0.0.1:${closed}/`))).rejects.toMatchObject({
      fault: 'connection',
      message: 'the connection failed (ECONNREFUSED)',
    });
    const rude = createTcpServer((socket) => socket.end('220 smtp here\r\n')).listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const { port } = rude.address() as AddressInfo;
    await expect(http.send(request(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ fault: 'protocol' });
    rude.close();
  });

  it("the reason is the caller's, when the caller gave up", async () => {
    const caller = new AbortController();
    const port = await serve(() => caller.abort(new Error('the process stops')));
    const http = outbound({ allowedHosts: ['127.0.0.1'] });
    const sent = http.send(request(`http://127.0.0.1:${port}/`, { signal: caller.signal }));
    await expect(sent).rejects.toThrow('the process stops');
  });
});

describe('over TLS', () => {
  const dir = mkdtempSync(join(tmpdir(), 'granary-tls-'));
  const file = (name: string) => join(dir, name);
  beforeAll(() => {
    const made = spawnSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', '/CN=hook.test', '-addext', 'subjectAltName=DNS:hook.test'],
        ...['-keyout', file('key.pem'), '-out', file('cert.pem')],
      ],
      { encoding: 'utf8' },
    );
    if (made.error) throw new Error('openssl did not start: install the package openssl', { cause: made.error });
    if (made.status !== 0) throw new Error(made.stderr);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const serveTls = () =>
    listen(
      createTlsServer({ key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) }, (req, res) =>
        res.end(`${(req.socket as TLSSocket & { servername?: string }).servername} ${req.headers.host}`),
      ) as unknown as Server,
    );

  it('names the host in SNI and checks its certificate, at the judged address', async () => {
    const port = await serveTls();
    const options = { allowedHosts: ['hook.test', 'other.test'], lookup: async () => [LOOPBACK] };
    const http = outbound({ ...options, ca: readFileSync(file('cert.pem'), 'utf8') });
    const answer = await http.send(request(`https://hook.test:${port}/`));
    expect(answer.body.toString()).toBe(`hook.test hook.test:${port}`);
    await expect(http.send(request(`https://other.test:${port}/`))).rejects.toMatchObject({ fault: 'tls' });
    await expect(outbound(options).send(request(`https://hook.test:${port}/`))).rejects.toMatchObject({ fault: 'tls' });
  });
});

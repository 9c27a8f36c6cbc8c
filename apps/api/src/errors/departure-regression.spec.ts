import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GitFailed } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { hasLeft, isDeparture, tellDeparture } from './departure';

const system = (code: string) => Object.assign(new Error(code), { code });

it.each(
  [
    system('ECONNRESET'),
    system('EPIPE'),
    system('ERR_STREAM_PREMATURE_CLOSE'),
    new DOMException('This operation was aborted', 'AbortError'),
    new Error('the client has left'),
    new Error('Unexpected end of form'),
    new GitFailed('upload-pack', null, ''),
    new DomainError('unavailable', 'The store did not take it.', { cause: system('ECONNRESET') }),
  ].map((error) => [error.message, error] as const),
)('“%s” is nobody’s failure once the client is gone', (_text, error) => {
  expect(isDeparture(error, true)).toBe(true);
  expect(isDeparture(error, false)).toBe(false);
});

it.each(
  [
    new TypeError('x is undefined'),
    new Error('it failed', { cause: new RangeError('out of bounds') }),
    system('ENOSPC'),
    new GitFailed('cat-file', 128, 'fatal: loose object ab12 (stored in ./objects/ab/12) is corrupt'),
  ].map((error) => [error.message, error] as const),
)('“%s” is told whether or not the client is there', (_text, error) => expect(isDeparture(error, true)).toBe(false));

it('is one line of information, without a stack', () => {
  const info = jest.fn();
  tellDeparture({ info }, new Error('aborted'), { requestId: 'r', path: '/a/b' });
  expect(info).toHaveBeenCalledWith({ requestId: 'r', path: '/a/b', reason: 'aborted' }, 'a client left early');
});

/** What stands of a response whose body comes from `source`, when its client has 64 bytes and does as `leaves` says. */
async function afterwards(source: Readable, leaves: boolean): Promise<ServerResponse> {
  let answered: (response: ServerResponse) => void;
  const done = new Promise<ServerResponse>((resolve) => (answered = resolve));
  const server = createServer((_request, response) => {
    response.writeHead(200);
    pipeline(source, response).catch(() => answered(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  if (leaves) socket.destroy();
  const response = await done;
  socket.destroy();
  server.close();
  return response;
}

function endless(failsAfter = Infinity): Readable {
  let sent = 0;
  return new Readable({
    read() {
      if (sent++ > failsAfter) this.destroy(new Error('the disk is gone'));
      else setImmediate(() => this.push(Buffer.alloc(1024)));
    },
  });
}

it('tells a client that hung up from an answer that the hub broke off', async () => {
  expect(hasLeft(await afterwards(endless(), true))).toBe(true);
  expect(hasLeft(await afterwards(endless(50), false))).toBe(false);
});

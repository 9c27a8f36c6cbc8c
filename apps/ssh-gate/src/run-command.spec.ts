import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { formatFrame, GateFrameReader, type GateFrame } from '@granary/gate-protocol';
import { GateError } from './gate-socket';
import { runCommand } from './run-command';

const directory = mkdtempSync(join(tmpdir(), 'gate-'));
const socketPath = join(directory, 'gate.sock');
const request = { fingerprint: 'SHA256:alice', command: 'git-upload-pack /a/b', protocol: 'version=2', address: null };
let hub: Server;
let obey: (frame: GateFrame, socket: Socket) => void;

beforeEach(async () => {
  hub = createServer((socket) => {
    const reader = new GateFrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => reader.push(chunk).forEach((frame) => obey(frame, socket)));
  }).listen(socketPath);
  await once(hub, 'listening');
});
afterEach(() => new Promise((resolve) => hub.close(resolve)));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function streams() {
  const [input, output, errorOutput] = [new PassThrough(), new PassThrough(), new PassThrough()];
  return { input, output, errorOutput };
}

function grant(sizeBytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(sizeBytes);
  return formatFrame('grant', payload);
}

it('tells what is wanted, and hands out what the hub answers', async () => {
  obey = ({ kind, payload }, socket) => {
    expect({ kind, request: JSON.parse(payload.toString()) as unknown }).toEqual({ kind: 'run', request });
    socket.write(formatFrame('output', 'out '));
    socket.write(formatFrame('errorOutput', 'err'));
    socket.write(formatFrame('output', 'more'));
    socket.end(formatFrame('exit', Buffer.from([7])));
  };
  const { input, output, errorOutput } = streams();
  expect(await runCommand(socketPath, request, { input, output, errorOutput })).toBe(7);
  output.end();
  errorOutput.end();
  expect([await text(output), await text(errorOutput)]).toEqual(['out more', 'err']);
});

it('sends of its input what was granted, then its end', async () => {
  const got: string[] = [];
  obey = ({ kind, payload }, socket) => {
    if (kind === 'run') socket.write(grant(3));
    if (kind === 'input') {
      got.push(payload.toString());
      socket.write(grant(got.length === 1 ? 100 : 0));
    }
    if (kind === 'inputEnd') socket.end(formatFrame('exit', Buffer.from([0])));
  };
  const given = streams();
  given.input.end('a pack');
  expect(await runCommand(socketPath, request, given)).toBe(0);
  expect(got).toEqual(['a p', 'ack']);
});

it('leaves its status for the end of a slow reader', async () => {
  obey = (_frame, socket) => {
    for (let n = 0; n < 32; n++) socket.write(formatFrame('output', Buffer.alloc(64 * 1024)));
    socket.end(formatFrame('exit', Buffer.from([0])));
  };
  let readBytes = 0;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      readBytes += chunk.length;
      setImmediate(done);
    },
  });
  expect(await runCommand(socketPath, request, { ...streams(), output })).toBe(0);
  expect(readBytes).toBe(32 * 64 * 1024);
});

it('lets the hub go when nobody takes the output any more', async () => {
  const gone = new Promise<void>((resolve) => {
    obey = (_frame, socket) => {
      socket.once('close', () => resolve());
      socket.write(formatFrame('output', 'x'));
    };
  });
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
  await expect(runCommand(socketPath, request, { ...streams(), output })).rejects.toBeInstanceOf(GateError);
  await gone;
});

it('says so when the hub hangs up, and when there is none', async () => {
  obey = (_frame, socket) => socket.destroy();
  await expect(runCommand(socketPath, request, streams())).rejects.toThrow('the hub ended the connection');
  await expect(runCommand(join(directory, 'none.sock'), request, streams())).rejects.toThrow('does not answer');
});

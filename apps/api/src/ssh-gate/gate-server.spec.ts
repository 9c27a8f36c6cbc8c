import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  formatFrame,
  GateFrameReader,
  INPUT_WINDOW_BYTES,
  MAX_PAYLOAD_BYTES,
  type GateFrame,
} from '@granary/gate-protocol';
import type { SshRequest } from '../ssh/ssh-session';
import { GateServer } from './gate-server';

const KEY_BLOB = `AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
const RUN = { fingerprint: 'SHA256:alice', command: 'git-upload-pack /a/b', protocol: null, address: '192.0.2.7' };

const directory = mkdtempSync(join(tmpdir(), 'gate-'));
const socketPath = join(directory, 'gate/gate.sock');
let server: GateServer;
let registered: boolean;
let run: (request: SshRequest) => Promise<number>;
const errors: unknown[] = [];

beforeEach(async () => {
  registered = true;
  run = () => Promise.resolve(0);
  server = new GateServer({
    keyring: { isRegistered: () => Promise.resolve(registered) },
    commands: { run: (request) => run(request) },
    onError: (error) => errors.push(error),
  });
  await server.start({ socketPath, account: 'git' });
});
afterEach(async () => {
  await server.stop(0);
  expect(errors.splice(0)).toEqual([]);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function open(...frames: Buffer[]): Socket {
  const socket = connect(socketPath);
  socket.on('error', () => undefined);
  for (const frame of frames) socket.write(frame);
  return socket;
}

/** Also where it is reset. */
const closeOf = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

/** All that the hub says until it hangs up. */
async function framesOf(socket: Socket): Promise<GateFrame[]> {
  const reader = new GateFrameReader();
  const frames: GateFrame[] = [];
  socket.on('data', (chunk: Buffer) => frames.push(...reader.push(chunk)));
  socket.resume();
  await closeOf(socket);
  return frames;
}

const payloadOf = (frames: GateFrame[], kind: string) =>
  Buffer.concat(frames.filter((frame) => frame.kind === kind).map(({ payload }) => payload));

describe('which keys come in', () => {
  async function answer(request: object) {
    const frames = await framesOf(open(formatFrame('keys', JSON.stringify(request))));
    return JSON.parse(payloadOf(frames, 'answer').toString()) as unknown;
  }
  const request = { account: 'git', keyType: 'ssh-ed25519', keyBlob: KEY_BLOB };

  it('a registered one, as it is registered', async () => {
    expect(await answer(request)).toEqual({
      key: { fingerprint: expect.stringMatching(/^SHA256:/), type: 'ssh-ed25519', blob: KEY_BLOB },
    });
  });

  it.each([
    ['for another account', { account: 'root' }],
    ['whose type is not its own', { keyType: 'ssh-rsa' }],
    ['that is a certificate', { keyType: 'ssh-ed25519-cert-v01@openssh.com' }],
    ['with a line feed in it', { keyBlob: `${KEY_BLOB}\nssh-rsa` }],
    ['that is damaged', { keyBlob: KEY_BLOB.slice(4) }],
  ])('none %s', async (_what, fault) => {
    expect(await answer({ ...request, ...fault })).toEqual({ key: null });
  });

  it('none that is not registered', async () => {
    registered = false;
    expect(await answer(request)).toEqual({ key: null });
  });
});

describe('a command', () => {
  const start = (...more: Buffer[]) => open(formatFrame('run', JSON.stringify(RUN)), ...more);

  it('gets its input to the end, and the client its output, errors and status', async () => {
    run = async ({ login, command, input, output, errorOutput }) => {
      output.write(`${login.userName} ${login.fingerprint} ${command}: ${await text(input)}`);
      await new Promise((resolve) => errorOutput.write('oh\n', resolve));
      return 7;
    };
    const frames = await framesOf(
      start(formatFrame('input', 'one '), formatFrame('input', 'two'), formatFrame('inputEnd')),
    );
    expect(payloadOf(frames, 'output').toString()).toBe('git SHA256:alice git-upload-pack /a/b: one two');
    expect(payloadOf(frames, 'errorOutput').toString()).toBe('oh\n');
    expect(frames.at(-1)).toEqual({ kind: 'exit', payload: Buffer.from([7]) });
  });

  it.each([
    ['version=2', 'version=2'],
    ['version=2; id', undefined],
  ])('learns of the protocol %j no more than git may', async (protocol, expected) => {
    let seen: string | undefined = 'nothing';
    run = ({ protocol: given }) => Promise.resolve(((seen = given), 0));
    await framesOf(open(formatFrame('run', JSON.stringify({ ...RUN, protocol }))));
    expect(seen).toBe(expected);
  });

  it('is held up by a client that does not read', async () => {
    let isWritten = false;
    let started = () => undefined as void;
    const running = new Promise<void>((resolve) => (started = resolve));
    run = async ({ output }) => {
      started();
      await new Promise((resolve) => output.write(Buffer.alloc(16 * 1024 * 1024), resolve));
      isWritten = true;
      return 0;
    };
    const socket = start();
    socket.pause();
    await running;
    // A round trip of another client: the hub has written by then all that it ever will.
    await framesOf(open(formatFrame('keys', JSON.stringify({ account: 'x', keyType: '', keyBlob: '' }))));
    expect(isWritten).toBe(false);
    expect(payloadOf(await framesOf(socket), 'output').length).toBe(16 * 1024 * 1024);
    expect(isWritten).toBe(true);
  });

  it('whose client sends more than was granted loses its client', async () => {
    run = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(255)));
    const socket = start();
    const frame = formatFrame('input', Buffer.alloc(MAX_PAYLOAD_BYTES));
    const closed = closeOf(socket);
    // The command takes nothing; the first buffer's worth is taken off its hands.
    for (let sent = 0; sent <= 2 * INPUT_WINDOW_BYTES; sent += MAX_PAYLOAD_BYTES) socket.write(frame);
    socket.resume();
    await closed;
  });

  it('is told when its client leaves, though it reads nothing', async () => {
    const socket = open();
    const told = new Promise<void>((resolve) => {
      run = ({ signal }) => {
        signal.addEventListener('abort', () => resolve());
        socket.destroy();
        return new Promise((end) => signal.addEventListener('abort', () => end(255)));
      };
    });
    socket.write(formatFrame('run', JSON.stringify(RUN)));
    await told;
  });

  it('may end while the hub stops', async () => {
    let finish = () => undefined as void;
    const running = new Promise<void>((resolve) => {
      run = () => new Promise((end) => ((finish = () => end(3)), resolve()));
    });
    const frames = framesOf(start());
    await running;
    const stopped = server.stop(60_000);
    finish();
    expect((await frames).at(-1)).toEqual({ kind: 'exit', payload: Buffer.from([3]) });
    await stopped;
  });
});

describe('the socket', () => {
  it.each([
    ['no frame', Buffer.from('GET / HTTP/1.1\r\n')],
    ['input before a command', formatFrame('input', 'x')],
    ['what only the hub says', formatFrame('exit', Buffer.from([0]))],
  ])('is closed on %s', async (_what, bytes) => {
    expect(await framesOf(open(bytes))).toEqual([]);
  });

  it('is closed on a request of another shape, which is a defect of the program', async () => {
    expect(await framesOf(open(formatFrame('run', '{"command":7}')))).toEqual([]);
    expect(errors.splice(0)).toHaveLength(1);
  });

  it('of a hub that was killed is taken over, of one that runs is not', async () => {
    await server.stop(0);
    const dead = createServer().listen(socketPath);
    await once(dead, 'listening');
    const second = new GateServer({
      keyring: { isRegistered: () => Promise.resolve(true) },
      commands: { run },
      onError: () => undefined,
    });
    await expect(second.start({ socketPath, account: 'git' })).rejects.toMatchObject({ code: 'unavailable' });
    dead.close();
    await second.start({ socketPath, account: 'git' });
    await second.stop(0);
  });

  it('with too long a path is refused with a hint', async () => {
    const path = join(directory, 'x'.repeat(100), 'gate.sock');
    await expect(server.start({ socketPath: path, account: 'git' })).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('GRANARY_DATA_DIR'),
    });
  });
});

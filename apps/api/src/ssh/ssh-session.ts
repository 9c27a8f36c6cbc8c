import { once } from 'node:events';
import { Transform, type Readable, type Writable } from 'node:stream';
import { gitProtocolOf } from '@granary/git-process';
import { plainAddress } from '@granary/kernel';
import type { ServerChannel, Session } from 'ssh2';
import { SessionFlow } from '../flow/session-flow';
import type { StallWatch } from '../flow/stall-watch';
import { ChannelOutput } from './channel-output';
import type { ConnectionFlow } from './connection-flow';
import type { Login } from './public-key-login';

/** One command of one client. */
export interface SshRequest {
  login: Login;
  /** Of the client; null where that is not known. */
  address: string | null;
  /** Null: the client wants a shell. */
  command: string | null;
  /** The client's `GIT_PROTOCOL`, as far as it may reach git. */
  protocol: string | undefined;
  /** As the client calls itself (RFC 4253, section 4.2); null where that is not known. */
  software: string | null;
  input: Readable;
  output: Writable;
  errorOutput: Writable;
  /** Fires when the client has left or the hub gives up. */
  signal: AbortSignal;
  /** Lets no further session share this one's connection: OpenSSH's client then makes another connection. */
  beAlone(): void;
  /** Until the next call: the command holds nothing, and its client's next request may be long in coming. */
  lull(isLull: boolean): void;
}

export interface SshCommands {
  /** @returns the exit status for the client; never rejects. */
  run(request: SshRequest): Promise<number>;
}

export interface SessionContext {
  login: Login;
  software: string | null;
  flow: ConnectionFlow;
  commands: SshCommands;
  watch: StallWatch;
  address: string;
  /** The connection's. */
  signal: AbortSignal;
  onAlone(): void;
}

/** For a client to say what it opened the session for. */
const BEGIN_MS = 30_000;

/**
 * Serves one `session` channel (RFC 4254, section 6). Of everything that a client may request there, `exec`, `shell`
 * and the variable `GIT_PROTOCOL` have a listener; ssh2 refuses the rest: terminals, subsystems, X11, agents, signals.
 *
 * @returns when the channel is closed and its command has ended.
 */
export async function serveSession(session: Session, context: SessionContext): Promise<void> {
  const gone = new AbortController();
  const leave = () => gone.abort(new Error('the client has left'));
  context.signal.addEventListener('abort', leave, { once: true });
  session.once('close', leave);
  let protocol: string | undefined;
  // `accept` and `reject` are there only when the client wants to be told.
  session.on('env', (accept: (() => void) | undefined, reject: (() => void) | undefined, { key, val }) => {
    if (key !== 'GIT_PROTOCOL') return reject?.();
    protocol = gitProtocolOf(val);
    accept?.();
  });
  let running: Promise<void> | undefined;
  const begins = setTimeout(leave, BEGIN_MS);
  const start = (channel: ServerChannel | undefined, command: string | null) => {
    clearTimeout(begins);
    if (channel) running = run(channel, { command, protocol }, { ...context, gone });
  };
  session.once('exec', (accept, _reject, { command }) => start(accept(), command));
  session.once('shell', (accept) => start(accept(), null));
  if (!gone.signal.aborted) await once(gone.signal, 'abort');
  context.signal.removeEventListener('abort', leave);
  clearTimeout(begins);
  await running;
}

async function run(
  channel: ServerChannel,
  exec: { command: string | null; protocol: string | undefined },
  { login, software, address, flow, watch, commands, gone, onAlone }: SessionContext & { gone: AbortController },
): Promise<void> {
  channel.on('error', () => undefined);
  const unbind = flow.watch(channel);
  const { stdout, stderr, meter } = new ChannelOutput(channel, flow, { signal: gone.signal });
  let inputBytes = 0;
  const input = channel.pipe(
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        inputBytes += chunk.length;
        done(null, chunk);
      },
    }),
  );
  const session = new SessionFlow({ input, inputBytes: () => inputBytes, output: meter }, watch.policy);
  const unwatch = watch.watch({
    about: () => ({ surface: 'ssh', address, command: exec.command, fingerprint: login.fingerprint }),
    flows: session.flows,
    onStalled: () => gone.abort(new Error('nothing moved for too long')),
  });
  const exitCode = await commands.run({
    ...exec,
    login,
    address: plainAddress(address),
    software,
    input,
    output: stdout,
    errorOutput: stderr,
    signal: gone.signal,
    beAlone: onAlone,
    lull: (isLull) => void (session.isLull = isLull),
  });
  unwatch();
  unbind();
  channel.exit(exitCode);
  channel.end();
}

import { once } from 'node:events';
import { Transform, type Readable, type Writable } from 'node:stream';
import { gitProtocolOf } from '@granary/git-process';
import type { ServerChannel, Session } from 'ssh2';
import { ChannelOutput } from './channel-output';
import type { ConnectionFlow } from './connection-flow';
import type { Login } from './public-key-login';

/** One command of one client. */
export interface SshRequest {
  login: Login;
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
  /** A session in which nothing moves for so long is ended: it holds one of its repository's places. */
  idleMs: number;
  /** The connection's. */
  signal: AbortSignal;
  onAlone(): void;
}

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
  const start = (channel: ServerChannel | undefined, command: string | null) => {
    if (channel) running = run(channel, { command, protocol }, { ...context, gone });
  };
  session.once('exec', (accept, _reject, { command }) => start(accept(), command));
  session.once('shell', (accept) => start(accept(), null));
  if (!gone.signal.aborted) await once(gone.signal, 'abort');
  context.signal.removeEventListener('abort', leave);
  await running;
}

async function run(
  channel: ServerChannel,
  wish: { command: string | null; protocol: string | undefined },
  { login, software, flow, commands, idleMs, gone, onAlone }: SessionContext & { gone: AbortController },
): Promise<void> {
  channel.on('error', () => undefined);
  const unwatch = flow.watch(channel);
  const idle = setTimeout(() => gone.abort(new Error('nothing moved for too long')), idleMs);
  const { stdout, stderr } = new ChannelOutput(channel, flow, { signal: gone.signal, onMoved: () => idle.refresh() });
  const input = channel.pipe(
    new Transform({
      transform(chunk, _encoding, done) {
        idle.refresh();
        done(null, chunk);
      },
    }),
  );
  const exitCode = await commands.run({
    ...wish,
    login,
    software,
    input,
    output: stdout,
    errorOutput: stderr,
    signal: gone.signal,
    beAlone: onAlone,
  });
  clearTimeout(idle);
  unwatch();
  channel.exit(exitCode);
  channel.end();
}

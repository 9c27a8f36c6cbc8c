import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { yieldSessionToHub } from '@granary/kernel';
import { formatIntroduction, type Greeting, type LaunchNews, type LaunchRequest } from './fork-server-protocol';
import { signalGroup } from './signal-group';

// The program of a fork server, see there. It must stay small: what it holds in memory is what each fork costs.

const groups = new Set<number>();
let greeting: Greeting | null = null;

function tell(news: LaunchNews): void {
  // Whether the hub is gone is heard by the event 'disconnect'.
  if (process.connected) process.send?.(news, undefined, undefined, () => undefined);
}

/** A connection to the hub of which nothing is read here: it is to be the child's. */
function descriptorOf({ socketPath }: Greeting): Socket {
  return connect({ path: socketPath, allowHalfOpen: true }).pause();
}

function introduce(socket: Socket, introduction: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(introduction, () => resolve());
  });
}

/** Node makes the first three descriptors of a child block, and leaves others as its own event loop has them. */
function letBlock(socket: Socket): void {
  (socket as Socket & { _handle: { setBlocking(isBlocking: boolean): number } })._handle.setBlocking(true);
}

async function launch(request: LaunchRequest, from: Greeting): Promise<void> {
  const { id, command, args, env, descriptors, isBackground } = request;
  const sockets = Array.from({ length: descriptors }, () => descriptorOf(from));
  try {
    await Promise.all(
      sockets.map((socket, descriptor) => introduce(socket, formatIntroduction(from.secret, { id, descriptor }))),
    );
    sockets.forEach(letBlock);
    const child = spawn(command, args, { cwd: '/', detached: true, env, stdio: sockets });
    const { pid } = child;
    child.once('error', ({ message, code = '' }: NodeJS.ErrnoException) => {
      if (pid === undefined) tell({ id, event: 'failed', code, message });
    });
    if (pid === undefined) return;
    groups.add(pid);
    void yieldSessionToHub(pid, { isBackground, isAlive: () => groups.has(pid) });
    child.once('exit', (exitCode, signal) => {
      groups.delete(pid);
      signalGroup(pid, 'SIGKILL');
      tell({ id, event: 'exited', exitCode, signal });
    });
    tell({ id, event: 'started', pid });
  } catch (error) {
    const { message, code = '' } = error as NodeJS.ErrnoException;
    tell({ id, event: 'failed', code, message });
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** What is left has lost its client and its hooks: a second to finish by itself, two more after SIGTERM. */
async function leave(): Promise<void> {
  if (greeting) rmSync(dirname(greeting.socketPath), { recursive: true, force: true });
  const signalAll = (signal: NodeJS.Signals): void => groups.forEach((pid) => signalGroup(pid, signal));
  if (groups.size > 0) await pause(1_000);
  signalAll('SIGTERM');
  if (groups.size > 0) await pause(2_000);
  signalAll('SIGKILL');
  process.exit();
}

// A terminal and a service manager signal all of a hub's processes; this one is needed until the hub has drained.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.title = 'granary-fork-server';
process.on('message', (message: Greeting | LaunchRequest) => {
  if ('secret' in message) greeting = message;
  else if (greeting) void launch(message, greeting);
});
process.once('disconnect', () => void leave());

import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';
import { parseHookFrame } from './hook-frame';
import { HOOK_SCRIPTS } from './hook-scripts';

const PATH = '/usr/local/bin:/usr/bin:/bin';
const SHELLS = [
  ['sh'],
  ['dash'],
  ['bash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['ksh'],
  ['zsh', '--emulate', 'sh'],
];
const installed = SHELLS.filter(
  ([shell = '', ...args]) => spawnSync(shell, [...args, '-c', ':'], { env: { PATH } }).status === 0,
);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hooks-'));
  for (const [name, script] of Object.entries(HOOK_SCRIPTS)) await writeFile(join(directory, name), script);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);

interface HookRun {
  shell: string[];
  hook?: 'pre-receive' | 'post-receive';
  commands: Buffer;
  /** The channel closes behind it. */
  answer: Buffer;
  env?: Record<string, string>;
}

/** Plays git and the hub for one hook. */
async function runHook({ shell, hook = 'pre-receive', commands, answer, env = {} }: HookRun) {
  const [command = '', ...args] = shell;
  const child = spawn(command, [...args, join(directory, hook)], {
    env: { PATH, LC_ALL: 'C', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [, , , fromChild, toChild] = child.stdio as unknown as Duplex[];
  const frame: Buffer[] = [];
  fromChild?.on('data', (chunk: Buffer) => {
    frame.push(chunk);
    if (Buffer.concat(frame).filter((byte) => byte === 0).length < 4) return;
    toChild?.end(answer);
  });
  child.stdin.end(commands);
  const [stderr, exitCode] = await Promise.all([
    new Promise<Buffer>((resolve) => {
      const chunks: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)));
    }),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
    text(child.stdout),
  ]);
  return { frame: Buffer.concat(frame), stderr, exitCode };
}

it('is tried with the shell that systems call sh', () => expect(installed).toContainEqual(['sh']));

describe.each(installed.map((shell) => ({ shell, name: shell.join(' ') })))('the hooks under $name', ({ shell }) => {
  it.each([0, 1, 31, 32, 33, 3000])('hand on %d commands', async (count) => {
    const refs = Array.from({ length: count }, (_, index) => `refs/heads/${index}`);
    const commands = Buffer.from(refs.map((ref) => `${OLD} ${NEW} ${ref}\n`).join(''));
    const { frame, exitCode } = await runHook({ shell, commands, answer: Buffer.from('accept\n') });
    const handed = refs.map((ref) => ({ oldOid: OLD, newOid: NEW, ref }));
    expect(parseHookFrame(frame)).toMatchObject({ commands: handed });
    expect(exitCode).toBe(0);
  });

  it('hand on every byte of a ref, spaces and backslashes as they are', async () => {
    const odd = Buffer.concat([
      Buffer.from('refs/heads/ \\n%s$(id)'),
      Buffer.from(Array.from({ length: 128 }, (_, byte) => byte + 128)),
      Buffer.from(' '),
    ]);
    const line = Buffer.concat([Buffer.from(`${OLD} ${NEW} `), odd, Buffer.from('\n')]);
    // Beyond the 32nd command cat takes over: both ways must be clean.
    const commands = Buffer.concat(Array.from({ length: 40 }, () => line));
    const { frame } = await runHook({ shell, commands, answer: Buffer.from('accept\n') });
    expect(frame.equals(Buffer.concat([Buffer.from('pre-receive\0\0\0'), commands, Buffer.from('\0')]))).toBe(true);
  });

  it('hand on the quarantine, newlines and all', async () => {
    const env = { GIT_OBJECT_DIRECTORY: '/srv/a b\n"c"/$x', GIT_ALTERNATE_OBJECT_DIRECTORIES: '/one:"/two"' };
    const { frame } = await runHook({
      shell,
      commands: Buffer.from(`${OLD} ${NEW} refs/heads/a\n`),
      answer: Buffer.from('accept\n'),
      env,
    });
    expect(parseHookFrame(frame)).toMatchObject({
      hook: 'pre-receive',
      quarantine: { objectDirectory: '/srv/a b\n"c"/$x', alternates: '/one:"/two"' },
    });
  });

  it('print the lines of the hub as they are, then refuse', async () => {
    const line = Buffer.concat([
      Buffer.from('  \\n %s $(id) `id` * '),
      Buffer.from(Array.from({ length: 128 }, (_, byte) => byte + 128)),
    ]);
    const answer = Buffer.concat([Buffer.from('say '), line, Buffer.from('\nsay \nrefuse\n')]);
    const { stderr, exitCode } = await runHook({ shell, commands: Buffer.alloc(0), answer });
    expect(stderr.equals(Buffer.concat([line, Buffer.from('\n\n')]))).toBe(true);
    expect(exitCode).toBe(1);
  });

  it.each([
    ['the hub dies', ''],
    ['the answer is cut', 'acc'],
    ['the answer is cut behind a line', 'say wait\n'],
    ['the answer is unknown', 'maybe\n'],
  ])('refuse when %s', async (_case, answer) => {
    const { exitCode } = await runHook({ shell, commands: Buffer.alloc(0), answer: Buffer.from(answer) });
    expect(exitCode).toBe(1);
  });

  it('refuse when they were not started by a hub', () => {
    const [command = '', ...args] = shell;
    const { status, stderr } = spawnSync(command, [...args, join(directory, 'pre-receive')], {
      env: { PATH },
      input: `${OLD} ${NEW} refs/heads/a\n`,
    });
    expect(status).not.toBe(0);
    expect(stderr.toString()).toContain('the hub did not answer');
  });

  it('name themselves', async () => {
    const { frame, exitCode } = await runHook({
      shell,
      hook: 'post-receive',
      commands: Buffer.alloc(0),
      answer: Buffer.from('accept\n'),
    });
    expect(parseHookFrame(frame)).toEqual({ hook: 'post-receive', commands: [] });
    expect(exitCode).toBe(0);
  });
});

import { PassThrough } from 'node:stream';
import { DomainError } from '@granary/kernel';
import { serveHooks } from './hook-session';
import type { PushHooks } from './push-hooks';

const LINE = `${'0'.repeat(40)} ${'b'.repeat(40)} refs/heads/a\n`;
const ACCEPT: PushHooks = {
  preReceive: () => Promise.resolve({ accept: true, messages: [] }),
  postReceive: () => Promise.resolve({ messages: [] }),
};

/** What the hub answers to a hook that says `chunks`. */
async function answerTo(hooks: Partial<PushHooks>, ...chunks: (string | Buffer)[]): Promise<string> {
  const channel = { fromChild: new PassThrough(), toChild: new PassThrough() };
  const served = serveHooks(channel, { ...ACCEPT, ...hooks }, new AbortController().signal);
  for (const chunk of chunks) channel.fromChild.write(chunk);
  let answer = '';
  do answer += String(await new Promise((resolve) => channel.toChild.once('data', resolve)));
  while (!/^(accept|refuse)$/m.test(answer));
  channel.fromChild.destroy();
  await served;
  return answer;
}

it('answers a frame that comes in pieces, once', async () => {
  const chunks = [...`pre-receive\0/q\0/o\0${LINE}\0`];
  expect(await answerTo({}, ...chunks)).toBe('accept\n');
});

it('shows the text and the hint of a DomainError', async () => {
  const preReceive = () =>
    Promise.reject(new DomainError('push_refused', 'main is protected', { hint: 'Open a branch.' }));
  expect(await answerTo({ preReceive }, `pre-receive\0\0\0${LINE}\0`)).toBe(
    'say main is protected\nsay Open a branch.\nrefuse\n',
  );
});

it('refuses what it does not understand, and tells the hub', async () => {
  const errors: unknown[] = [];
  expect(await answerTo({ onError: (error) => errors.push(error) }, 'update\0\0\0\0')).toBe(
    'say internal error\nrefuse\n',
  );
  expect(errors).toHaveLength(1);
});

it('refuses unless it was told plainly to accept', async () => {
  const preReceive = () => Promise.resolve({ accept: 'yes', messages: [] } as never);
  expect(await answerTo({ preReceive }, `pre-receive\0\0\0${LINE}\0`)).toBe('refuse\n');
});

it('refuses more refs than it can hold, without holding them', async () => {
  const preReceive = () => Promise.reject(new Error('never asked'));
  const piece = Buffer.from(LINE.repeat(10_000));
  const pieces = Array.from({ length: Math.ceil((33 * 1024 * 1024) / piece.length) }, () => piece);
  const answer = await answerTo({ preReceive }, 'pre-receive\0\0\0', ...pieces, '\0');
  expect(answer).toBe('say This push changes too many refs at once.\nrefuse\n');
});

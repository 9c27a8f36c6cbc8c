import { DomainError } from '@granary/kernel';
import { readFrames, type HookChannel } from './frame-reader';
import { formatHookAnswer, parseHookFrame, type HookQuestion } from './hook-frame';
import { formatProcReceiveAnswer, type JudgedPush } from './proc-receive';
import type { PushHooks } from './push-hooks';

/** About 250,000 refs; a push of more is refused rather than held in memory. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

interface Answer {
  accept: boolean;
  messages: readonly string[];
}

const TOO_LONG: Answer = { accept: false, messages: ['This push changes too many refs at once.'] };

/**
 * Answers the hooks of one receive-pack until the channel closes.
 *
 * @param signal fires when the push is given up: what is undecided then is refused at once.
 * @returns when the channel has closed and every callback has settled, save a `preReceive` that ignores its signal;
 *   never rejects.
 */
export async function serveHooks(channel: HookChannel, hooks: PushHooks, signal: AbortSignal): Promise<void> {
  const pending: Promise<void>[] = [];
  const push: JudgedPush = { commands: [], refused: new Map(), unreadable: [] };
  const answer = (reply: Promise<Answer | Buffer | string>): void => {
    pending.push(
      reply.then((said) => {
        if (channel.toChild.destroyed) return;
        const isRaw = typeof said === 'string' || Buffer.isBuffer(said);
        channel.toChild.write(isRaw ? said : formatHookAnswer(said.accept, said.messages));
      }),
    );
  };
  await readFrames(channel.fromChild, {
    maxBytes: MAX_FRAME_BYTES,
    onFrame: (frame) => answer(frame ? decide(frame, hooks, { push, signal }) : Promise.resolve(TOO_LONG)),
  });
  await Promise.all(pending);
}

interface Conversation {
  push: JudgedPush;
  signal: AbortSignal;
}

async function decide(frame: Buffer, hooks: PushHooks, at: Conversation): Promise<Answer | Buffer | string> {
  try {
    const question = parseHookFrame(frame);
    return await ask(question, hooks, at);
  } catch (error) {
    return { accept: false, messages: explain(error, hooks) };
  }
}

async function ask(
  question: HookQuestion,
  hooks: PushHooks,
  { push, signal }: Conversation,
): Promise<Answer | Buffer | string> {
  if (question.hook === 'proc-receive') return formatProcReceiveAnswer(push);
  if (question.hook === 'post-receive') return { accept: true, ...(await hooks.postReceive(question)) };
  const { commands, unreadable, quarantine } = question;
  const verdict = await Promise.race([hooks.preReceive({ commands, quarantine, signal }), givenUp(signal)]);
  Object.assign(push, { commands, unreadable, refused: 'refused' in verdict ? verdict.refused : new Map() });
  // The client may have left while the hub decided: then nobody would learn that the refs moved.
  return { ...verdict, accept: verdict.accept === true && !signal.aborted };
}

function givenUp(signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const refuse = (): void => resolve({ accept: false, messages: [] });
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

function explain(error: unknown, hooks: PushHooks): string[] {
  if (error instanceof DomainError) return error.hint ? [error.message, error.hint] : [error.message];
  hooks.onError?.(error);
  return [hooks.requestId ? `internal error (request ${hooks.requestId})` : 'internal error'];
}

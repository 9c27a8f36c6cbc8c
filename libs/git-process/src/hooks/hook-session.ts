import { DomainError } from '@granary/kernel';
import { readFrames, type HookChannel } from './frame-reader';
import { formatHookAnswer, HookFrameError, parseHookFrame, type HookQuestion } from './hook-frame';
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
  const answer = (reply: Promise<Answer>): void => {
    pending.push(
      reply.then(({ accept, messages }) => {
        if (!channel.toChild.destroyed) channel.toChild.write(formatHookAnswer(accept, messages));
      }),
    );
  };
  await readFrames(channel.fromChild, {
    maxBytes: MAX_FRAME_BYTES,
    onFrame: (frame) => answer(frame ? decide(frame, hooks, signal) : Promise.resolve(TOO_LONG)),
  });
  await Promise.all(pending);
}

async function decide(frame: Buffer, hooks: PushHooks, signal: AbortSignal): Promise<Answer> {
  try {
    const question = parseHookFrame(frame);
    return await ask(question, hooks, signal);
  } catch (error) {
    return { accept: false, messages: explain(error, hooks) };
  }
}

async function ask(question: HookQuestion, hooks: PushHooks, signal: AbortSignal): Promise<Answer> {
  if (question.hook === 'post-receive') return { accept: true, ...(await hooks.postReceive(question)) };
  const { commands, quarantine } = question;
  const verdict = await Promise.race([hooks.preReceive({ commands, quarantine, signal }), givenUp(signal)]);
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
  if (error instanceof HookFrameError && error.userMessage) return [error.userMessage];
  return [hooks.requestId ? `internal error (request ${hooks.requestId})` : 'internal error'];
}

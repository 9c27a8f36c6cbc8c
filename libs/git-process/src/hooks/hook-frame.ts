import { visible } from '@granary/kernel';
import { splitFields } from './frame-reader';
import type { Quarantine, RefCommand } from './push-hooks';

/** What a hook asks. The hub answers each question once, and a receive-pack asks at most three. */
export type HookQuestion =
  | { hook: 'pre-receive'; commands: RefCommand[]; quarantine: Quarantine }
  | { hook: 'proc-receive' }
  | { hook: 'post-receive'; commands: RefCommand[] };

export class HookFrameError extends Error {
  /** Safe to show to the user; `null` when the frame can only come from a defect. */
  constructor(
    message: string,
    readonly userMessage: string | null = null,
  ) {
    super(message);
    this.name = 'HookFrameError';
  }
}

// A surrogate or U+FFFD in place of foreign bytes would let two refs share one name in the eyes of a policy.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses `hook NUL objectDirectory NUL alternates NUL (old SP new SP ref LF)* NUL`. A path may hold anything but NUL,
 * a ref (git-check-ref-format(1)) no newline.
 *
 * @throws HookFrameError on anything else.
 */
export function parseHookFrame(frame: Buffer): HookQuestion {
  const fields = splitFields(frame);
  if (!fields) throw new HookFrameError('a frame does not hold four fields');
  const [hook, objectDirectory, alternates] = fields.slice(0, 3).map((field) => field.toString('utf8'));
  if (hook === 'proc-receive') return { hook };
  const commands = parseCommands(fields[3] as Buffer);
  if (hook === 'post-receive') return { hook, commands };
  if (hook !== 'pre-receive') throw new HookFrameError(`unknown hook ${JSON.stringify(hook)}`);
  // A push that only deletes refs has no objects, hence no quarantine; git leaves the variables out.
  return { hook, commands, quarantine: { objectDirectory: objectDirectory ?? '', alternates: alternates ?? '' } };
}

function parseCommands(field: Buffer): RefCommand[] {
  let text: string;
  try {
    text = utf8.decode(field);
  } catch {
    throw new HookFrameError('a ref is not UTF-8', 'Ref names must be valid UTF-8.');
  }
  if (text !== '' && !text.endsWith('\n')) throw new HookFrameError('the last command is cut');
  return text.split('\n').slice(0, -1).map(parseCommand);
}

function parseCommand(line: string): RefCommand {
  const [, oldOid, newOid, ref] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/su.exec(line) ?? [];
  if (!oldOid || !newOid || !ref) throw new HookFrameError(`a command cannot be read: ${JSON.stringify(line)}`);
  if (ref !== visible(ref)) {
    throw new HookFrameError(
      'a ref holds control characters',
      `Ref names must not hold control characters: ${visible(ref)}`,
    );
  }
  return { oldOid, newOid, ref };
}

/** A line for the user, ahead of an answer. */
export function formatSaying(line: string): string {
  return `say ${visible(line)}\n`;
}

/** The hub's answer: lines for the user, then whether the hook succeeds. */
export function formatHookAnswer(accept: boolean, messages: readonly string[]): string {
  const lines = messages.flatMap((message) => message.split('\n')).map(formatSaying);
  return `${lines.join('')}${accept ? 'accept' : 'refuse'}\n`;
}

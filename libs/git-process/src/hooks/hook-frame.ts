import { visible } from '@granary/kernel';
import { splitFields } from './frame-reader';
import type { Quarantine, RefCommand } from './push-hooks';

/** What a hook asks. The hub answers each question once, and a receive-pack asks at most three. */
export type HookQuestion =
  | { hook: 'pre-receive'; commands: RefCommand[]; unreadable: Buffer[]; quarantine: Quarantine }
  | { hook: 'proc-receive' }
  | { hook: 'post-receive'; commands: RefCommand[] };

export class HookFrameError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HookFrameError';
  }
}

/** A surrogate or U+FFFD in place of foreign bytes would let two refs share one name in the eyes of a policy. */
const LINE_FEED = 10;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses `hook NUL objectDirectory NUL alternates NUL (old SP new SP ref LF)* NUL`. A path may hold anything but NUL,
 * a ref (git-check-ref-format(1)) no newline. Names of refs that are not UTF-8 or hold control characters are apart, as
 * the bytes that they are: no policy could tell them from others.
 *
 * @throws HookFrameError on anything else.
 */
export function parseHookFrame(frame: Buffer): HookQuestion {
  const fields = splitFields(frame);
  if (!fields) throw new HookFrameError('a frame does not hold four fields');
  const [hook, objectDirectory, alternates] = fields.slice(0, 3).map((field) => field.toString('utf8'));
  if (hook === 'proc-receive') return { hook };
  const { commands, unreadable } = parseCommands(fields[3] as Buffer);
  if (hook === 'post-receive' && unreadable.length === 0) return { hook, commands };
  if (hook !== 'pre-receive') throw new HookFrameError(`unknown hook ${JSON.stringify(hook)}, or a ref it cannot have`);
  // A push that only deletes refs has no objects, hence no quarantine; git leaves the variables out.
  const quarantine = { objectDirectory: objectDirectory ?? '', alternates: alternates ?? '' };
  return { hook, commands, unreadable, quarantine };
}

function parseCommands(field: Buffer): { commands: RefCommand[]; unreadable: Buffer[] } {
  if (field.length > 0 && field.at(-1) !== LINE_FEED) throw new HookFrameError('the last command is cut');
  const commands: RefCommand[] = [];
  const unreadable: Buffer[] = [];
  for (let at = 0; at < field.length;) {
    const end = field.indexOf(LINE_FEED, at);
    const { oldOid, newOid, name } = parseCommand(field.subarray(at, end));
    const ref = readable(name);
    if (ref === null) unreadable.push(name);
    else commands.push({ oldOid, newOid, ref });
    at = end + 1;
  }
  return { commands, unreadable };
}

function parseCommand(line: Buffer): { oldOid: string; newOid: string; name: Buffer } {
  // A byte is a character there: a name's place in the text is its place in the line.
  const text = line.toString('latin1');
  const [, oldOid, newOid, name] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/s.exec(text) ?? [];
  if (oldOid && newOid && name) return { oldOid, newOid, name: line.subarray(line.length - name.length) };
  throw new HookFrameError(`a command cannot be read: ${JSON.stringify(line.toString('utf8'))}`);
}

/** @returns null where what could be shown is not what the bytes are. */
function readable(name: Buffer): string | null {
  try {
    const ref = utf8.decode(name);
    return ref === visible(ref) ? ref : null;
  } catch {
    return null;
  }
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

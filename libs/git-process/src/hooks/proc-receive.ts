import { visible } from '@granary/kernel';
import { FLUSH_PKT, formatPkt, UNREADABLE_NAME } from '@granary/wire';
import type { RefCommand } from './push-hooks';

/** Longer reasons would fill the screen of whoever pushes; the whole text is told besides. */
const MAX_REASON_CHARACTERS = 200;
/** A shell reads so much of an answer byte by byte; a longer one is left to `head`. */
const MAX_COMMANDS_IN_A_LINE = 32;

/** What pre-receive has decided, which proc-receive carries out. */
export interface JudgedPush {
  commands: readonly RefCommand[];
  refused: ReadonlyMap<string, string>;
  /** Refs whose names cannot be read: refused, whatever else is decided. */
  unreadable: readonly Buffer[];
}

/** A reason as it stands behind a ref in the client's list: one line. */
export function shortReason(reason: string): string {
  const [line = ''] = visible(reason.split('\n')[0] ?? '').split(/(?<=[^.]\.) /);
  const text = line.replace(/\.$/, '');
  return text.length <= MAX_REASON_CHARACTERS ? text : `${[...text].slice(0, MAX_REASON_CHARACTERS - 1).join('')}…`;
}

/**
 * What the proc-receive hook (githooks(5)) tells receive-pack: it moves each ref by itself, but those in `refused`.
 * Without line ends, which git does not need: a shell can hand it on as a line.
 *
 * @returns the hub's answer to the hook script.
 */
export function formatProcReceiveAnswer({ commands, refused, unreadable }: JudgedPush): string | Buffer {
  const packets = commands.flatMap(({ ref }) => {
    const reason = refused.get(ref);
    if (reason !== undefined) return [formatPkt(`ng ${ref} ${shortReason(reason)}`)];
    return [formatPkt(`ok ${ref}`), formatPkt('option fall-through')];
  });
  const strange = unreadable.map((ref) =>
    formatPkt(Buffer.concat([Buffer.from('ng '), ref, Buffer.from(` ${UNREADABLE_NAME}`)])),
  );
  const report = Buffer.concat([formatPkt('version=1'), FLUSH_PKT, ...packets, ...strange, FLUSH_PKT]);
  if (strange.length === 0 && commands.length <= MAX_COMMANDS_IN_A_LINE) return `put ${report.toString('utf8')}\n`;
  return Buffer.concat([Buffer.from(`report ${report.length}\n`), report]);
}

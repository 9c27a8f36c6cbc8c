import { createHash } from 'node:crypto';
import { splitFields } from '../hooks/frame-reader';

/** One call of pack-objects, as upload-pack makes it. */
export interface PackRequest {
  /** Behind `git`, e.g. `pack-objects --revs --thin --stdout --delta-base-offset`. */
  args: readonly string[];
  /** Standard input: wanted ids, `--not`, ids that the client has, and `--shallow <id>` lines. */
  revisions: Buffer;
}

/**
 * Parses `pack-objects NUL git LF argument (LF argument)* NUL NUL revisions NUL`.
 *
 * @returns `null` for anything else; only a defect writes that.
 */
export function parsePackFrame(frame: Buffer): PackRequest | null {
  const [hook, words, none, revisions] = splitFields(frame) ?? [];
  if (hook?.toString() !== 'pack-objects' || !words || none?.length !== 0 || !revisions) return null;
  const [command, ...args] = words.toString('utf8').split('\n');
  return command === 'git' && args.includes('pack-objects') ? { args, revisions } : null;
}

export function wantsProgress({ args }: PackRequest): boolean {
  return args.includes('--progress');
}

/**
 * Equal for requests of one repository that any of their packs answers: whether progress is shown and the order in
 * which ids are named make no difference. Objects never change, so neither does the answer.
 */
export function packKey(repositoryPath: string, { args, revisions }: PackRequest): string {
  const hash = createHash('sha256');
  const add = (text: string): void => void hash.update(`${text.length}:${text}`);
  add(repositoryPath);
  for (const arg of args) if (arg !== '--progress') add(arg);
  const [wanted, ...present] = revisions.toString('latin1').split('--not\n');
  for (const group of [wanted ?? '', ...present]) add(group.split('\n').sort().join('\n'));
  return hash.digest('hex');
}

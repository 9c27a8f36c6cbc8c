import type { V2Request } from './v2-request';

/** A `fetch` by a client that has nothing and takes what it names: a clone, whole or filtered. */
export interface CloneRequest {
  objectFormat: string;
  /** Full ids. */
  wants: string[];
  thinPack: boolean;
  ofsDelta: boolean;
  includeTag: boolean;
  noProgress: boolean;
  /** One that needs no reading: `blob:none`, `blob:limit=<bytes>`, `tree:<depth>`. */
  filter: string | null;
}

const FLAGS: Record<string, 'thinPack' | 'ofsDelta' | 'includeTag' | 'noProgress'> = {
  'thin-pack': 'thinPack',
  'ofs-delta': 'ofsDelta',
  'include-tag': 'includeTag',
  'no-progress': 'noProgress',
};
const WANT = /^want ([0-9a-f]{40}|[0-9a-f]{64})$/;
const FILTER = /^filter (blob:none|blob:limit=\d{1,15}|tree:\d{1,9})$/;

/**
 * Reads what follows `command=fetch` (gitprotocol-v2(5), "fetch").
 *
 * @returns `null` for everything but a clone: where there is something to negotiate, history is cut, or an argument is
 *   not known here, git answers.
 */
export function cloneRequestOf({ objectFormat, lines }: V2Request): CloneRequest | null {
  const wants = new Set<string>();
  const flags = { thinPack: false, ofsDelta: false, includeTag: false, noProgress: false };
  let filter: string | null = null;
  let isDone = false;
  for (const line of lines) {
    const flag = FLAGS[line];
    const [, want] = WANT.exec(line) ?? [];
    if (flag) flags[flag] = true;
    else if (want) wants.add(want);
    else if (line === 'done') isDone = true;
    else if (filter === null && FILTER.test(line)) filter = line.slice('filter '.length);
    else return null;
  }
  const oidLength = objectFormat === 'sha256' ? 64 : 40;
  if ([...wants].some((want) => want.length !== oidLength)) return null;
  return isDone && wants.size > 0 ? { objectFormat, wants: [...wants], ...flags, filter } : null;
}

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '@granary/kernel';
import { lookUpObjects } from '../cat-file/look-up-objects';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { syncMovedRefs } from '../repository/durable-refs';
import { listRefs, updateRefs } from '../repository/refs';
import { writeObject, writeTree } from '../write/loose-objects';
import type { MaintenanceOptions } from './roll-up';

/** An object that git shall not drop before `until`, with all that it reaches, though no ref may reach it any more. */
export interface KeptTip {
  oid: string;
  until: Date;
}

/** Hidden from clients, as all of `refs/granary`. It reaches nothing itself; its reflog is what keeps. */
export const KEPT_REF = 'refs/granary/kept';

const logOf = (repositoryPath: string): string => join(repositoryPath, 'logs', KEPT_REF);
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
/** Beyond it a repository has other troubles. */
const MAX_LOOKED_AT_ONE_BY_ONE = 1000;
const AUTHOR = 'Granary <granary>';
const TEXT = "Old tips of protected refs.\n\nThis ref's reflog keeps them from git's garbage collection.\n";

/** What {@link keepTips} wrote last, and an operator's `git gc` left of it; nothing where there is no such log. */
export async function readKeptTips(repositoryPath: string): Promise<KeptTip[]> {
  const text = await readFile(logOf(repositoryPath), 'latin1').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
  return [...text.matchAll(/^[0-9a-f]+ ([0-9a-f]+) .*> (\d+) \+0000\t/gm)].map(([, oid = '', seconds]) => ({
    oid,
    until: new Date(Number(seconds) * 1000),
  }));
}

/**
 * Keeps those of `tips` that are there whole and that no ref reaches, and lets go of all others that were kept before.
 *
 * They are written as a reflog of one hidden ref: every garbage collection of git, ours and one by hand, takes what
 * reflogs name for reachable (git-repack(1), git-prune(1)), and nothing else looks at it. So clients see no ref, a
 * listing of refs costs the same with a hundred thousand of them, and a snapshot of the refs stays valid. An entry bears
 * the time until which it keeps, which `git reflog expire` compares with ages that lie in the past.
 *
 * Call it before {@link repackFully}, one at a time for each repository.
 *
 * @returns how many are kept.
 * @throws GitFailed, or the signal's reason; what was kept before is kept then.
 */
export async function keepTips(
  home: GitHome,
  options: MaintenanceOptions & { tips: readonly KeptTip[] },
): Promise<number> {
  const tips = longest(options.tips);
  const kept = await unreachedAndWhole(home, options, [...tips.keys()]);
  if (kept.length === 0) return forget(home, options);
  await requireRef(home, options);
  const zero = '0'.repeat(kept[0]?.length ?? 40);
  const lines = kept.map((oid) => `${zero} ${oid} ${AUTHOR} ${tips.get(oid) ?? 0} +0000\tkept\n`);
  await writeDurably(logOf(options.repositoryPath), lines.join(''));
  return kept.length;
}

/** By id, in seconds. */
function longest(tips: readonly KeptTip[]): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const { oid, until } of tips) {
    seconds.set(oid, Math.max(seconds.get(oid) ?? 0, Math.ceil(until.getTime() / 1000)));
  }
  return seconds;
}

async function unreachedAndWhole(home: GitHome, options: MaintenanceOptions, oids: string[]): Promise<string[]> {
  const { commits, others } = await present(home, options, oids);
  const found = [...commits, ...others];
  if (found.length === 0) return [];
  const whole = (await isWhole(home, options, found)) ? new Set(found) : await wholeOnes(home, options, found);
  const { stdout } = await runGit(home, {
    ...shared(options),
    args: ['rev-list', '--stdin', '--not', '--all'],
    stdin: lines(commits.filter((oid) => whole.has(oid))),
  });
  const unreached = new Set(stdout.toString('latin1').split('\n'));
  // Of tags rev-list tells nothing: they are kept unless a ref holds them.
  const held = others.length === 0 ? [] : await listRefs(home, options.repositoryPath, { signal: options.signal });
  const holding = new Set(held.map(({ oid }) => oid));
  return [
    ...commits.filter((oid) => unreached.has(oid)),
    ...others.filter((oid) => whole.has(oid) && !holding.has(oid)),
  ];
}

async function present(
  home: GitHome,
  options: MaintenanceOptions,
  oids: string[],
): Promise<{ commits: string[]; others: string[] }> {
  const [commits, others]: [string[], string[]] = [[], []];
  const { repositoryPath: path, signal } = options;
  const limits = { priority: 'low' as const, maxOutputBytes: MAX_OUTPUT_BYTES };
  for (const found of await lookUpObjects({ home, path, signal }, oids, limits)) {
    if (found) (found.type === 'commit' ? commits : others).push(found.oid);
  }
  return { commits, others };
}

/** Git prunes object by object: a commit may be there without what it stands on, and no repack gets past that. */
async function wholeOnes(home: GitHome, options: MaintenanceOptions, oids: string[]): Promise<Set<string>> {
  const whole = new Set<string>();
  for (const oid of oids.slice(0, MAX_LOOKED_AT_ONE_BY_ONE)) {
    if (await isWhole(home, options, [oid])) whole.add(oid);
  }
  return whole;
}

/** Without the commit-graph, whose word git would take for a commit's existence. */
async function isWhole(home: GitHome, options: MaintenanceOptions, oids: string[]): Promise<boolean> {
  const { exitCode } = await runGit(home, {
    ...shared(options),
    args: ['-c', 'core.commitGraph=false', 'rev-list', '--objects', '--quiet', '--stdin', '--not', '--all'],
    stdin: lines(oids),
    acceptExitCodes: [0, 1, 128],
  });
  return exitCode === 0;
}

const shared = ({ repositoryPath, signal }: MaintenanceOptions) => ({
  ...{ repositoryPath, signal, priority: 'low' as const, maxOutputBytes: MAX_OUTPUT_BYTES },
});

const lines = (oids: readonly string[]): string => oids.map((oid) => `${oid}\n`).join('');

/** Git reads the logs of refs that are there. */
async function requireRef(home: GitHome, options: MaintenanceOptions): Promise<void> {
  const { repositoryPath, signal } = options;
  if ((await listRefs(home, repositoryPath, { patterns: [KEPT_REF], limit: 1, signal })).length > 0) return;
  const repository = { home, path: repositoryPath, signal };
  const tree = await writeTree(repository, []);
  const commit = `tree ${tree}\nauthor ${AUTHOR} 0 +0000\ncommitter ${AUTHOR} 0 +0000\n\n${TEXT}`;
  const newOid = await writeObject(repository, 'commit', commit);
  await updateRefs(home, repositoryPath, [{ ref: KEPT_REF, newOid }]);
  await syncMovedRefs(repositoryPath, [KEPT_REF], [tree, newOid]);
}

/** The log goes with its ref. */
async function forget(home: GitHome, { repositoryPath, signal }: MaintenanceOptions): Promise<0> {
  const [ref] = await listRefs(home, repositoryPath, { patterns: [KEPT_REF], limit: 1, signal });
  if (ref) await updateRefs(home, repositoryPath, [{ ref: KEPT_REF, newOid: null }]);
  return 0;
}

async function writeDurably(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.lock`, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.lock`, path);
  await syncDirectory(dirname(path));
}

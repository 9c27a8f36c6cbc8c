import type { PushRuleValues } from '@granary/api-contract';
import {
  listObjects,
  listRefs,
  objectsBeyondRefs,
  openPrivateCatFile,
  quarantineEnvironment,
  type CatFilePool,
  type GitHome,
  type ObjectInfo,
  type Quarantine,
  type RefCommand,
} from '@granary/git-process';
import { formatBytes } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inspection, type LockedPath } from './inspection';
import { ObjectIndex } from './object-index';
import { ObjectReader } from './object-reader';
import type { PathCounter } from './path-counter';
import { readSmallPush, SmallPush, type ObjectSource } from './small-push';
import { walkChanges } from './tree-changes';
import { Unacceptable } from './unacceptable';
import { PushWalk } from './walk-push';

/** Twice the objects of the largest histories that are pushed at once, and about 60 MB while they are looked at. */
const MAX_OBJECTS = 2_000_000;

/** Of those that no ref reaches, held in a list. */
const MAX_LEFT_OBJECTS = 500_000;
const TOO_MUCH_LEFT = `This takes up more than ${MAX_LEFT_OBJECTS} objects again that no ref reaches. Make a ref at an older commit first.`;

export interface IncomingPush {
  repositoryPath: string;
  /** Null when refs move to what is there already. */
  quarantine: Quarantine | null;
  commands: readonly RefCommand[];
  /** Those of the refs that will not come to be: nobody looks behind them for LFS objects. */
  untaken?: ReadonlySet<string>;
  defaultBranch: string;
  rules: PushRuleValues;
  /** Held by others than the pusher. */
  locks: ReadonlyMap<string, LockedPath>;
  signal?: AbortSignal;
}

export interface InspectedPush {
  inspection: Inspection;
  /** Why the inspection ended early; the user is told. */
  unacceptable: string | null;
  /** Commits of the repository that the refs' new ones stand on, as far as they were seen. */
  bases: ReadonlySet<string>;
  /** As {@link PushWalk.boundary}. */
  boundary: ReadonlySet<string> | null;
}

/** What the inspection stands on. */
export interface InspectionTools {
  git: GitHome;
  catFiles: CatFilePool;
  paths: PathCounter;
}

/**
 * Looks at everything that a push brings, and at what it does not bring but takes up again: objects that are there and
 * that no ref reaches. Nothing whole in memory but trees and small files, every loop bounded. A small push is read here;
 * a larger one by two git processes, which end with the push's signal.
 */
export async function inspectPush(tools: InspectionTools, push: IncomingPush): Promise<InspectedPush> {
  const { objects, close } = await openObjects(tools, push);
  try {
    const index = new ObjectIndex();
    const brought = await inspect(tools, push, { objects, index, fill: () => fill(index, tools, push, objects) });
    const left = brought.unacceptable === null ? await leftBehind(tools.git, push, { index, brought }) : [];
    if (left === null) return { ...brought, unacceptable: TOO_MUCH_LEFT };
    if (left.length === 0) return brought;
    const known = await inspect(tools, push, { objects, index: index.joinedBy(left), fill: () => Promise.resolve() });
    // How the refs will reach the rest, the first look has seen.
    return { ...known, bases: brought.bases, boundary: brought.boundary };
  } finally {
    await close();
  }
}

const fill = (index: ObjectIndex, tools: InspectionTools, push: IncomingPush, objects: ObjectSource) =>
  fillIndex(index, push, incomingObjects(tools.git, push, objects));

async function inspect(
  tools: InspectionTools,
  push: IncomingPush,
  { objects, index, fill }: { objects: ObjectSource; index: ObjectIndex; fill: () => Promise<void> },
): Promise<InspectedPush> {
  const reader = new ObjectReader(objects, index);
  const inspection = new Inspection(push.rules, reader, push.locks);
  const walk = new PushWalk(reader, inspection, tools.paths);
  let unacceptable: string | null = null;
  try {
    await fill();
    const { commands, untaken = new Set() } = push;
    const tipsOf = (isTaken: boolean) =>
      commands.filter(({ ref }) => untaken.has(ref) !== isTaken).map(({ newOid }) => newOid);
    await walk.run(tipsOf(true), tipsOf(false));
    await noteSmuggled(walk, tools.catFiles.open(push.repositoryPath));
    if (push.locks.size > 0) await compareTips(reader, inspection, push);
  } catch (error) {
    if (!(error instanceof Unacceptable)) throw error;
    unacceptable = error.message;
  }
  const boundary = unacceptable === null ? walk.boundary() : null;
  return { inspection, unacceptable, bases: walk.bases, boundary };
}

/** Whether a push of one ref stands on nothing but the old commit of that ref. */
export function standsOnItsRef(boundary: ReadonlySet<string> | null, commands: readonly RefCommand[]): boolean {
  // Git moves the one ref only if it holds what its pusher says; of several it may move some.
  const [only, ...others] = commands;
  return others.length === 0 && boundary !== null && [...boundary].every((oid) => oid === only?.oldOid);
}

/**
 * What refs come to reach, none reaches now and the push does not bring: written by the API object by object, or left
 * by a branch that is gone. Null when it is too much to be looked at.
 */
async function leftBehind(
  git: GitHome,
  push: IncomingPush,
  { index, brought: { boundary } }: { index: ObjectIndex; brought: InspectedPush },
): Promise<ObjectInfo[] | null> {
  const { repositoryPath, quarantine, commands, signal } = push;
  if (standsOnItsRef(boundary, commands)) return [];
  const refs = new Set((await listRefs(git, repositoryPath, { signal })).map(({ oid }) => oid));
  if (boundary && [...boundary].every((oid) => refs.has(oid))) return [];
  const tips = commands.map(({ newOid }) => newOid).filter((oid) => !isZeroOid(oid) && !refs.has(oid));
  const env = quarantine?.objectDirectory ? quarantineEnvironment(quarantine) : undefined;
  const left: ObjectInfo[] = [];
  for await (const object of objectsBeyondRefs(git, { repositoryPath, env, tips, signal })) {
    if (index.find(object.oid) >= 0) continue;
    left.push(object);
    if (left.length > MAX_LEFT_OBJECTS) return null;
  }
  return left;
}

async function openObjects(
  { git, catFiles }: InspectionTools,
  { repositoryPath, quarantine, commands, signal }: IncomingPush,
): Promise<{ objects: ObjectSource; close(): Promise<void> }> {
  const shared = { objects: catFiles.open(repositoryPath), close: () => Promise.resolve() };
  if (!quarantine?.objectDirectory) return shared;
  const small = await readSmallPush(quarantine.objectDirectory);
  if (small) return { ...shared, objects: new SmallPush(small, shared.objects) };
  const { catFile, close } = openPrivateCatFile(git, {
    repositoryPath,
    env: quarantineEnvironment(quarantine),
    signal,
  });
  // Starts git while the other one lists.
  void catFile.info(commands[0]?.newOid ?? 'HEAD').catch(() => null);
  return { objects: catFile, close };
}

/** In the order of their ids. */
async function* incomingObjects(
  git: GitHome,
  { repositoryPath, quarantine, signal }: IncomingPush,
  objects: ObjectSource,
): AsyncGenerator<ObjectInfo[]> {
  const objectDirectory = quarantine?.objectDirectory;
  if (objects instanceof SmallPush) yield objects.infos();
  else if (objectDirectory) yield* listObjects(git, { repositoryPath, objectDirectory, signal });
}

async function fillIndex(
  index: ObjectIndex,
  push: IncomingPush,
  incoming: AsyncGenerator<ObjectInfo[]>,
): Promise<void> {
  let sizeBytes = 0;
  const most = push.rules.max_push_size_bytes;
  for await (const batch of incoming) {
    for (const object of batch) {
      index.add(object);
      sizeBytes += object.sizeBytes;
    }
    if (index.length > MAX_OBJECTS) {
      throw new Unacceptable(
        `This push has more than ${MAX_OBJECTS} objects. Push its history in parts: git push <remote> <older commit>:refs/heads/<branch>`,
      );
    }
    if (sizeBytes > most) {
      throw new Unacceptable(
        `This push is larger than ${formatBytes(most)} when it is unpacked, which is the most that is accepted at once. Push its history in parts: git push <remote> <older commit>:refs/heads/<branch>`,
      );
    }
  }
}

/** Large files that no commit of the push holds, unless the repository has them: then they came as bases of deltas. */
async function noteSmuggled(walk: PushWalk, repository: ObjectSource): Promise<void> {
  for (const oid of walk.unmetLargeBlobs()) {
    if (!(await repository.info(oid))) walk.noteLargeBlob(oid);
  }
}

/**
 * What moving the branches changes, also to commits that are there already. What a branch takes over from the default
 * branch is nobody's change.
 */
async function compareTips(reader: ObjectReader, inspection: Inspection, push: IncomingPush): Promise<void> {
  const defaultRef = `refs/heads/${push.defaultBranch}`;
  const defaultRoot = await reader.rootOf(defaultRef);
  for (const { ref, oldOid, newOid } of push.commands) {
    if (!ref.startsWith('refs/heads/') || isZeroOid(oldOid) || isZeroOid(newOid)) continue;
    const [before, tree] = await Promise.all([reader.rootOf(oldOid), reader.rootOf(newOid)]);
    if (before === null || tree === null) continue;
    const bases = ref !== defaultRef && defaultRoot !== null ? [before, defaultRoot] : [before];
    await walkChanges(reader, {
      tree,
      bases,
      withDeletions: true,
      visit: ({ path }) => inspection.lockedPath(path),
    });
  }
}

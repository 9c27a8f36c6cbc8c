import type { ProtectionKind, ProtectionRole, RepositoryRole } from '@granary/api-contract';
import { compileGlob, type Glob } from '@granary/kernel';
import { parseRefName } from '@granary/wire';
import { roleAtLeast } from '../access';

/** Everybody with the role or a higher one, and the users named; a role of null and no users is nobody. */
export interface AllowedFacts {
  role: ProtectionRole | null;
  userIds: readonly number[];
}

export interface ProtectionFacts {
  kind: ProtectionKind;
  pattern: string;
  push: AllowedFacts;
  forcePush: AllowedFacts;
  delete: AllowedFacts;
  requireLinearHistory: boolean;
  /** False exempts admins from the three above. */
  enforceAdmins: boolean;
}

/** What happens to one ref. `forced`: its new commit does not contain the old one, or a tag is replaced. */
export interface RefChange {
  ref: string;
  action: 'create' | 'update' | 'delete';
  forced: boolean;
}

export interface Pusher {
  userId: number | null;
  role: RepositoryRole;
}

// A push of thousands of refs asks each protection thousands of times.
const compiled = new WeakMap<object, Glob>();

function globOf(protection: Pick<ProtectionFacts, 'pattern'>): Glob {
  const glob = compiled.get(protection) ?? compileGlob(protection.pattern);
  compiled.set(protection, glob);
  return glob;
}

/** Those of `protections` whose pattern matches the short name of `ref`. */
export function protectionsOf<P extends Pick<ProtectionFacts, 'kind' | 'pattern'>>(
  ref: string,
  protections: readonly P[],
): P[] {
  const parsed = parseRefName(ref);
  if (!parsed) return [];
  return protections.filter((protection) => protection.kind === parsed.kind && globOf(protection)(parsed.name));
}

function isAllowed(pusher: Pusher, protection: ProtectionFacts, allowed: AllowedFacts): boolean {
  if (pusher.role === 'admin' && !protection.enforceAdmins) return true;
  if (pusher.userId !== null && allowed.userIds.includes(pusher.userId)) return true;
  return allowed.role !== null && roleAtLeast(pusher.role, allowed.role);
}

const SETTINGS = 'Who may is set under Settings, Protection.';

/** @returns null, or why the change is refused and what to do. Every protection that matches must allow it. */
export function judgeProtected(
  change: RefChange,
  pusher: Pusher,
  protections: readonly ProtectionFacts[],
): string | null {
  const name = parseRefName(change.ref)?.name ?? change.ref;
  for (const protection of protectionsOf(change.ref, protections)) {
    const what = `${name} is a protected ${protection.kind} (${protection.pattern})`;
    const may = (allowed: AllowedFacts) => isAllowed(pusher, protection, allowed);
    if (change.action === 'delete') {
      if (!may(protection.delete)) return `${what}: you may not delete it. ${SETTINGS}`;
      continue;
    }
    if (!may(protection.push)) return `${what}: you may not push to it. ${otherWay(protection.kind)} ${SETTINGS}`;
    if (change.forced && !may(protection.forcePush)) {
      return `${what}: it may not be ${protection.kind === 'tag' ? 'replaced' : 'force-pushed'}. ${unforced(protection.kind)}`;
    }
  }
  return null;
}

function otherWay(kind: ProtectionKind): string {
  return kind === 'branch' ? 'Push to a branch of your own instead: git push origin HEAD:<name>.' : 'Use another name.';
}

function unforced(kind: ProtectionKind): string {
  return kind === 'branch'
    ? 'Take in what others pushed (git pull --rebase), then push without force.'
    : 'Give the new tag another name.';
}

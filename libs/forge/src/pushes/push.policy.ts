import { checkHubRef, checkPushedRef, foldRefName, isZeroOid } from '@granary/wire';
import { judgeProtected, type ProtectionFacts, type Pusher } from '../protection';

export interface RefCommand {
  oldOid: string;
  newOid: string;
  ref: string;
}

/** What the policy knows of the repository when the push arrives. */
export interface PushFacts {
  defaultBranch: string;
  /** Asked for only where a ref is created; their order and completeness beside that do not matter. */
  existingRefs: readonly string[];
  protections: readonly ProtectionFacts[];
  pusher: Pusher;
  /** Refs whose new commit does not contain the old one, as far as a protection asks for it. */
  forced: ReadonlySet<string>;
}

export type RefAction = 'create' | 'update' | 'delete';

/** Why a push of `count` refs is refused as a whole; null when it is not. */
export function tooManyRefs(count: number, most: number): string | null {
  if (count <= most) return null;
  return (
    `This push changes ${count} refs; this hub takes ${most} at a time. Nothing was stored.\n` +
    "Push in parts: git push <remote> 'refs/heads/a*:refs/heads/a*', then the next; or ask your administrator for more."
  );
}

export function actionOf({ oldOid, newOid }: RefCommand): RefAction {
  if (isZeroOid(newOid)) return 'delete';
  return isZeroOid(oldOid) ? 'create' : 'update';
}

/** Whether a ref of this name is nothing that the hub takes, whoever pushes it. */
export function isUntaken(command: RefCommand): boolean {
  return actionOf(command) !== 'delete' && checkPushedRef(command.ref) !== null;
}

function judgeDeletion(command: RefCommand, facts: PushFacts): string | null {
  if (command.ref !== `refs/heads/${facts.defaultBranch}`) return checkHubRef(command.ref);
  return `${facts.defaultBranch} is the default branch and cannot be deleted. Choose another default branch first, in the repository's settings.`;
}

/** Refs that fold to the same name, by that name: a push of thousands of refs must not compare each with each. */
function twinsOf(refs: Iterable<string>): Map<string, string[]> {
  const twins = new Map<string, string[]>();
  for (const ref of new Set(refs)) {
    const folded = foldRefName(ref);
    const same = twins.get(folded);
    if (same) same.push(ref);
    else twins.set(folded, [ref]);
  }
  return twins;
}

function judgeTwin(ref: string, twins: Map<string, string[]>): string | null {
  const twin = twins.get(foldRefName(ref))?.find((other) => other !== ref);
  return twin
    ? `${ref} differs from ${twin} only in case, which breaks clones on macOS and Windows. Use another name.`
    : null;
}

/** As {@link judgeRefs}, without the refs. */
export function judgeCommands(commands: readonly RefCommand[], facts: PushFacts): string[] {
  return [...judgeRefs(commands, facts).values()];
}

/**
 * Judges each (old, new, ref) of a push.
 * @returns why refs are refused, ready to be shown to who pushes; empty when all may move.
 */
export function judgeRefs(commands: readonly RefCommand[], facts: PushFacts): Map<string, string> {
  const refusals = new Map<string, string>();
  const created = commands.filter((command) => actionOf(command) !== 'delete').map(({ ref }) => ref);
  const twins = twinsOf([...facts.existingRefs, ...created]);
  for (const command of commands) {
    const { ref } = command;
    const action = actionOf(command);
    const reason =
      action === 'delete'
        ? judgeDeletion(command, facts)
        : (checkPushedRef(ref) ?? (action === 'create' ? judgeTwin(ref, twins) : null));
    const change = { ref, action, forced: facts.forced.has(ref) };
    const refusal = reason ?? judgeProtected(change, facts.pusher, facts.protections);
    if (refusal) refusals.set(ref, refusal);
  }
  return refusals;
}

import { checkPushedRef, foldRefName, isZeroOid } from '@granary/wire';

export interface RefCommand {
  oldOid: string;
  newOid: string;
  ref: string;
}

/** What the policy knows of the repository when the push arrives. */
export interface PushFacts {
  defaultBranch: string;
  existingRefs: readonly string[];
}

function judgeDeletion(command: RefCommand, facts: PushFacts): string | null {
  if (command.ref !== `refs/heads/${facts.defaultBranch}`) return null;
  return `${facts.defaultBranch} is the default branch and cannot be deleted. Choose another default branch first, in the repository's settings.`;
}

function judgeCreation(command: RefCommand, facts: PushFacts, others: readonly string[]): string | null {
  const reason = checkPushedRef(command.ref);
  if (reason) return reason;
  const folded = foldRefName(command.ref);
  const twin = [...facts.existingRefs, ...others].find((ref) => ref !== command.ref && foldRefName(ref) === folded);
  return twin
    ? `${command.ref} differs from ${twin} only in case, which breaks clones on macOS and Windows. Use another name.`
    : null;
}

/**
 * Judges each (old, new, ref) of a push.
 * @returns a refusal a line, ready to be shown to who pushes; empty when the push may go on.
 */
export function judgeCommands(commands: readonly RefCommand[], facts: PushFacts): string[] {
  const refusals: string[] = [];
  const created = commands.filter(({ newOid }) => !isZeroOid(newOid)).map(({ ref }) => ref);
  for (const command of commands) {
    const isNew = isZeroOid(command.oldOid) && !isZeroOid(command.newOid);
    const reason = isZeroOid(command.newOid)
      ? judgeDeletion(command, facts)
      : isNew
        ? judgeCreation(command, facts, created)
        : checkPushedRef(command.ref);
    if (reason) refusals.push(reason);
  }
  return refusals;
}

import type { PendingPush, PushVerdict } from '@granary/git-process';
import type { Judgement } from './push-judge.service';

/** The list of refs has the reason of each; beside it so many are told in full. */
const MAX_TOLD = 20;
const ATOMIC = 'atomic push failure';

/**
 * What becomes of a push: refs that are refused are refused singly, and the others move, unless the client asked for all
 * or none, or what the push holds is refused.
 */
export function verdictOn(
  { commands, announced }: Pick<PendingPush, 'commands' | 'announced'>,
  { refused, refusals, isWholeRefused, warnings }: Judgement,
): PushVerdict {
  const taken = commands.filter(({ ref }) => !refused.has(ref));
  const isTorn = (announced?.isAtomic ?? false) && refused.size > 0;
  const messages = told(refused, refusals);
  if (!isWholeRefused && !isTorn && taken.length > 0) return { accept: true, messages, refused };
  const others = isTorn && !isWholeRefused ? taken.map(({ ref }) => [ref, ATOMIC] as const) : [];
  return { accept: false, messages: [...messages, ...warnings], refused: new Map([...refused, ...others]) };
}

/** Equal reasons once, with the refs counted. */
function told(refused: ReadonlyMap<string, string>, refusals: readonly string[]): string[] {
  const single = [...new Set(refused.values())];
  const whole = refusals.slice(refused.size);
  const more = single.length - MAX_TOLD;
  return [
    ...single.slice(0, MAX_TOLD),
    ...(more > 0 ? [`and ${more} more refs are refused, as listed below.`] : []),
    ...whole,
  ];
}

import type { GitRepository } from '../repository/git-repository';

/** What ids say, which is the same for ever; `question` names them, and what of them is asked. */
export function knownOfIds<T>(
  { known, path }: GitRepository,
  question: readonly (string | number)[],
  read: () => Promise<T>,
  weigh?: (value: T) => number,
): Promise<T> {
  return known ? known.ofIds(path, question.join('\0'), { read, weigh }) : read();
}

/** What refs say until one of them moves. */
export function knownOfRefs<T>(
  { known, path }: GitRepository,
  question: readonly (string | number)[],
  read: () => Promise<T>,
  weigh?: (value: T) => number,
): Promise<T> {
  return known ? known.ofRefs(path, question.join('\0'), { read, weigh }) : read();
}

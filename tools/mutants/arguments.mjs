import { availableParallelism } from 'node:os';

export const USAGE = (groups) => `Usage: npm run mutants -- [group…] [--minutes N] [--only TEXT] [--workers N] [--write]

Groups: ${groups.join(', ')}; all of them when none is named.
  --minutes N   no file of a group is begun after so many minutes (10)
  --only TEXT   only files whose path holds the text
  --workers N   how many breakages are tried side by side (half of the processors)
  --write       writes the scores of the groups that were finished to docs/mutants.md
What was tried is kept in .cache/mutants, and tried again only where a file or its tests changed.
Exit status 1 when less than 85 % of the breakages of a group are noticed.
`;

const NUMBERS = { '--minutes': 'minutes', '--workers': 'workers' };

/** @returns what is asked for, or `problem`: what is wrong with it, null when only help is asked for. */
export function parseArguments(args, known) {
  const asked = {
    groups: [],
    minutes: 10,
    workers: Math.max(1, Math.floor(availableParallelism() / 2)),
    only: '',
    write: false,
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at];
    if (arg === '--help' || arg === '-h') return { problem: null };
    else if (arg === '--write') asked.write = true;
    else if (arg === '--only') asked.only = args[++at] ?? '';
    else if (Object.hasOwn(NUMBERS, arg)) {
      const value = Number(args[++at]);
      if (!(value > 0)) return { problem: `${arg} takes a number` };
      asked[NUMBERS[arg]] = value;
    } else if (known.includes(arg)) asked.groups.push(arg);
    else return { problem: `there is no group "${arg}"` };
  }
  if (asked.groups.length === 0) asked.groups = known;
  if (asked.only !== '' && asked.write) return { problem: '--write takes whole groups, not --only some files' };
  return asked;
}

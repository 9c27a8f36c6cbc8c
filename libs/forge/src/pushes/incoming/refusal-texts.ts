import type { PushRuleValues } from '@granary/api-contract';
import type { Refusal } from '@granary/git-process';
import { formatBytes, visible } from '@granary/kernel';
import { attributePattern } from '../../lfs';
import type { Findings } from './findings';
import type { Inspection, NamedObject } from './inspection';

/** What the pusher reads of a file that is refused while it is sent: its name is not known then. */
export function largeFileRefusal(sizeBytes: number, rules: PushRuleValues): Refusal | null {
  const limitBytes = Math.min(rules.max_file_size_bytes, rules.lfs_required_size_bytes ?? Infinity);
  if (sizeBytes <= limitBytes) return null;
  const limit = formatBytes(limitBytes);
  return {
    message: [
      `A file of this push has ${formatBytes(sizeBytes)}; this repository takes files up to ${limit} outside Git LFS.`,
      'The push was stopped before the rest was sent. Move large files to Git LFS, then push again:',
      '  git lfs migrate import --above=100MB',
    ].join('\n'),
    reason: `a file is larger than ${limit}: use Git LFS`,
  };
}

/** Paths that a shell and `--include` take as they are. */
const PLAIN = /^[\w./+@-]+$/;
const TRACKABLE = /^[\w./+@*-]+$/;
const MAX_INCLUDED = 5;
const MAX_NAMED_PATHS = 20;

/** What the pusher reads of the content's faults, each with the command that mends it. */
export function contentRefusals(inspection: Inspection): string[] {
  const { rules } = inspection;
  return [
    text(
      inspection.tooLarge,
      (n) => `${n} larger than ${formatBytes(rules.max_file_size_bytes)}, the most that this repository takes:`,
      moveToLfs(inspection.tooLarge),
    ),
    text(inspection.notLfs, (n) => `${n} to be kept in Git LFS here:`, [
      ...track(rules.lfs_required_patterns),
      ...moveToLfs(inspection.notLfs),
    ]),
    text(inspection.forbidden, (n) => `${n} not accepted in this repository, by their path:`, [
      'Take them out of the commits, then push again: git rebase -i <upstream>',
    ]),
    text(inspection.locked, (n) => `${n} locked by somebody else:`, [
      'Ask them to unlock, or leave these files as they are: git checkout <upstream> -- <path>',
    ]),
    text(
      inspection.emails,
      () => `Commits carry an e-mail address that is not accepted here (${rules.commit_email_patterns.join(', ')}):`,
      [
        'git config user.email <address>',
        "git rebase -r --exec 'git commit --amend --no-edit --reset-author' <upstream>",
      ],
    ),
    rules.secret_scanning === 'block' ? secretText(inspection) : [],
  ]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'));
}

/** What the pusher reads when the push goes on all the same. */
export function contentWarnings(inspection: Inspection): string[] {
  if (inspection.rules.secret_scanning !== 'warn') return [];
  const lines = secretText(inspection);
  return lines.length === 0 ? [] : ['Warning: ' + lines.join('\n')];
}

function secretText(inspection: Inspection): string[] {
  return text(inspection.secrets, () => 'this looks like a secret in the files:', [
    'Whoever can read the repository can use it: revoke it, then take it out of the commits: git rebase -i <upstream>',
    ...(inspection.isPartlyScanned ? ['Only the first 256 MiB of the push were looked through.'] : []),
  ]);
}

function text(found: Findings, head: (subject: string) => string, advice: readonly string[]): string[] {
  if (found.count === 0) return [];
  return [head(found.count === 1 ? '1 file is' : `${found.count} files are`), ...found.lines(), ...advice];
}

function track(patterns: readonly string[]): string[] {
  const plain = patterns.flatMap((pattern) => attributePattern(pattern) ?? []).filter((each) => TRACKABLE.test(each));
  return plain.length === 0 ? [] : [`git lfs track ${plain.map((pattern) => `"${pattern}"`).join(' ')}`];
}

function moveToLfs(found: Findings): string[] {
  const paths = found.samples().map((line) => line.replace(/ \([^()]*\)$/, ''));
  const included = paths.filter((path) => PLAIN.test(path)).slice(0, MAX_INCLUDED);
  const include = included.length > 0 ? included.join(',') : '<path>';
  return ['Move them to Git LFS, then push again:', `  git lfs migrate import --include="${include}"`];
}

/** What the pusher reads when objects are missing; the command at the end mends it. */
export function missingObjectsText(missing: readonly NamedObject[]): string[] {
  return [
    `${count(missing)} missing on the hub:`,
    ...namedPaths(missing),
    'Upload them first, then push again: git lfs push --all <remote>',
    'If they are lost for good, an administrator of the repository can allow incomplete history in its push rules.',
  ];
}

/** The same, where the repository lets incomplete history in. */
export function incompleteText(missing: readonly NamedObject[]): string[] {
  return [
    `Warning: ${count(missing)} missing on the hub, which this repository allows:`,
    ...namedPaths(missing),
    'Whoever has them can still upload them: git lfs push --all <remote>',
  ];
}

const count = ({ length }: readonly NamedObject[]) => `${length} LFS object${length === 1 ? ' is' : 's are'}`;

function namedPaths(missing: readonly NamedObject[]): string[] {
  const named = missing
    .slice(0, MAX_NAMED_PATHS)
    .map(({ uses, oid }) => `  ${visible(uses[0]?.path ?? '')} (${oid.slice(0, 12)})`);
  const rest = missing.length - named.length;
  return [...named, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

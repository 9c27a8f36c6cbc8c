import type { AuditEntry } from '@granary/api-contract';

/** The things that the log can be narrowed to, by the beginning of the action's name. */
export const AUDIT_THINGS = [
  { value: '', label: 'Everything' },
  { value: 'lfs_lock.', label: 'Locks' },
  { value: 'protection.', label: 'Protection' },
  { value: 'push_rules.', label: 'Push rules' },
  { value: 'collaborator.', label: 'Collaborators' },
  { value: 'repository.', label: 'The repository' },
];

type Details = AuditEntry['details'];
const word = (details: Details, name: string) => (typeof details[name] === 'string' ? details[name] : 'nothing');

/** What happened, as the end of a sentence that begins with who did it; `{}` stands for the target. */
const TEXTS: Record<string, string | ((details: Details) => string)> = {
  'lfs_lock.create': 'locked {}',
  'lfs_lock.release': 'released the lock of {}',
  'lfs_lock.force_release': (details) => `released ${word(details, 'owner')}’s lock of {}`,
  'lfs_lock.take_over': (details) => `took over ${word(details, 'previous_owner')}’s lock of {}`,
  'repository.create': 'created {}',
  'repository.rename': (details) => `renamed {} to ${word(details, 'to')}`,
  'repository.visibility': (details) => `made {} ${word(details, 'to')}, which was ${word(details, 'from')}`,
  'repository.default_branch': (details) =>
    `made ${word(details, 'to')} the default branch of {}, after ${word(details, 'from')}`,
  'repository.delete': 'deleted {}',
  'repository.restore': 'restored {}',
  'collaborator.set': (details) => `gave {} the role “${word(details, 'role')}”`,
  'collaborator.remove': 'removed {}',
  'protection.create': 'protected {}',
  'protection.update': 'changed the protection of {}',
  'protection.delete': 'removed the protection of {}',
  'push_rules.update': 'changed the push rules: {}',
};

/** What stands before and behind the target. An action of a newer hub is told by its name. */
export function auditText({
  action,
  details,
}: Pick<AuditEntry, 'action' | 'details'>): [before: string, after: string] {
  const text = Object.hasOwn(TEXTS, action) ? TEXTS[action] : `${action}: {}`;
  const [before = '', after = ''] = (typeof text === 'function' ? text(details) : (text ?? '')).split('{}');
  return [before, after];
}

/** Facts that the sentence leaves out, as one reads them: `from`, `to`, patterns, ids. */
export function auditDetails(details: Details): string[] {
  return Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(
      ([name, value]) => `${name.replaceAll('_', ' ')}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    );
}

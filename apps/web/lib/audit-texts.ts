import type { AuditEntry } from '@granary/api-contract';

/** The things that the log can be narrowed to, by the beginning of the action's name. */
export const AUDIT_THINGS = [
  { value: '', label: 'Everything' },
  { value: 'lfs_lock.', label: 'Locks' },
  { value: 'protection.', label: 'Protection' },
  { value: 'push_rules.', label: 'Push rules' },
  { value: 'collaborator.', label: 'Collaborators' },
  { value: 'webhook.', label: 'Webhooks' },
  { value: 'lfs_object.', label: 'LFS objects' },
  { value: 'repository.', label: 'The repository' },
];

/** Those of the whole hub's log. */
export const HUB_AUDIT_THINGS = [
  { value: '', label: 'Everything' },
  { value: 'session.', label: 'Sign-ins' },
  { value: 'sign_in.', label: 'Failed sign-ins' },
  { value: 'user.', label: 'Accounts' },
  { value: 'password.', label: 'Passwords' },
  { value: 'token.', label: 'Access tokens' },
  { value: 'ssh_key.', label: 'SSH keys' },
  { value: 'gpg_key.', label: 'GPG keys' },
  { value: 'repository.', label: 'Repositories' },
  { value: 'collaborator.', label: 'Collaborators' },
  { value: 'protection.', label: 'Protection' },
  { value: 'push_rules.', label: 'Push rules' },
  { value: 'webhook.', label: 'Webhooks' },
  { value: 'quota.', label: 'Limits' },
  { value: 'lfs_lock.', label: 'Locks' },
  { value: 'lfs_object.', label: 'LFS objects' },
  { value: 'lfs_collection.', label: 'Collections asked for' },
  { value: 'queue.', label: 'Failed jobs tried again' },
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
  'repository.purge': 'removed {} for good',
  'repository.purge_unreachable': 'asked to purge what no branch or tag of {} reaches',
  'webhook.create': 'added a webhook to {}',
  'webhook.update': 'changed the webhook to {}',
  'webhook.delete': 'removed the webhook to {}',
  'quota.update': 'changed the limits of {}',
  'token.create': 'made the access token {}',
  'token.revoke': 'revoked the access token {}',
  'ssh_key.create': 'added the SSH key {}',
  'ssh_key.delete': 'removed the SSH key {}',
  'gpg_key.create': 'added the GPG key {}',
  'gpg_key.delete': 'removed the GPG key {}',
  'session.create': 'signed in as {}',
  'session.revoke': 'ended a session of {}',
  'sign_in.failure': 'refused a sign-in to {}',
  'password.change': 'changed the password of {}',
  'password.reset': 'set a new password for {}',
  'user.create': 'created the account {}',
  'user.disable': 'disabled the account {}',
  'user.enable': 'enabled the account {}',
  'user.promote': 'made {} an administrator',
  'user.demote': 'made {} an ordinary user',
  'user.delete': 'deleted the account {}',
  'lfs_collection.request': 'asked for a collection of LFS objects: {}',
  'queue.retry': 'had {} tried again',
  'lfs_object.collect': 'moved {} into the trash, since nothing names it any more',
  'lfs_object.restore': 'took {} out of the trash',
  'lfs_object.discard': 'emptied {} out of the trash',
  'lfs_object.purge': 'deleted the bytes of {}, which no repository keeps',
  'lfs_object.damage': 'found {} damaged and put its bytes into quarantine',
  'lfs_object.heal': 'received {} whole again',
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

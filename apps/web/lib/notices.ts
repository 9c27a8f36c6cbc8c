/** What a page can be told to say after a redirect. A closed list: nobody writes on a page through its address. */
const NOTICES = {
  'repository-created': 'The repository is ready.',
  'repository-renamed': 'The repository has a new name. The old address leads to the new one.',
  'repository-deleted':
    'The repository has been deleted. Until it is purged, it can be restored from your profile settings.',
  'repository-restored': 'The repository is back.',
  'repository-purge': 'The purge has been asked for. It begins as soon as the pushes under way have ended.',
  'key-added': 'The SSH key has been added.',
  'key-deleted': 'The SSH key has been deleted.',
  'gpg-key-added': 'The GPG key has been added.',
  'gpg-key-deleted': 'The GPG key has been deleted.',
  'user-disabled': 'The account is disabled. It signs in nowhere from now on.',
  'user-enabled': 'The account is enabled.',
  'user-promoted': 'The account is an administrator.',
  'user-demoted': 'The account is an ordinary user.',
  'user-deleted': 'The account has been deleted.',
  'token-revoked': 'The token has been revoked.',
  'session-ended': 'That browser is signed out.',
  'collaborator-set': 'The collaborator’s role is set.',
  'collaborator-removed': 'The collaborator has been removed.',
  'protection-added': 'The protection holds from now on.',
  'protection-saved': 'The protection has been saved.',
  'protection-removed': 'The protection has been removed.',
  'push-rules-saved': 'The rules have been saved. They hold from the next push on.',
  'file-saved': 'The file has been saved.',
  'file-deleted': 'The file has been deleted.',
  'files-uploaded': 'The files have been committed.',
  'branch-deleted': 'The branch has been deleted.',
  'tag-deleted': 'The tag has been deleted.',
  'file-locked': 'The file is locked for you: pushes of others that change it are refused.',
  'lock-released': 'The lock has been released: others may push the file.',
  'lock-taken-over': 'The lock is yours. Pushes of the file by its former owner are refused from now on.',
  'hook-created': 'The webhook has been created.',
  'hook-saved': 'The webhook has been saved.',
  'hook-deleted': 'The webhook has been deleted.',
  'hook-pinged': 'A ping is on its way.',
  'queue-retried': 'What failed is being tried again.',
  'lfs-collection-asked': 'The run has been asked for. It may take a while.',
  'lfs-object-restored': 'The object is back.',
  'delivery-repeated': 'The delivery will be tried again.',
} as const;

export type NoticeName = keyof typeof NOTICES;

export function noticeText(name: string): string | null {
  return Object.hasOwn(NOTICES, name) ? NOTICES[name as NoticeName] : null;
}

/** `path` with a notice for the page behind it. */
export function withNotice(path: string, name: NoticeName): string {
  const [before = '', ...fragment] = path.split('#');
  const query = `${before.includes('?') ? '&' : '?'}notice=${name}`;
  return [before + query, ...fragment].join('#');
}

/**
 * The files that decide, by group. A file's own tests are the specs beside it that carry its name; `specs` adds others,
 * relative to the room. Only fast ones: each runs for hundreds of breakages.
 */
export const GROUPS = {
  kernel: { room: 'libs/kernel', files: ['src/glob.ts', 'src/control-characters.ts', 'src/units.ts'] },
  'wire-packets': { room: 'libs/wire', files: ['src/git/pkt-line.ts', 'src/git/sideband.ts', 'src/git/oid.ts'] },
  'wire-git': {
    room: 'libs/wire',
    files: [
      'src/git/ref-name.ts',
      'src/git/quoted-path.ts',
      'src/git/v2-request.ts',
      'src/git/ls-refs.ts',
      'src/git/clone-request.ts',
      'src/git/upload-archive.ts',
      'src/git/ls-tree.ts',
      'src/git/for-each-ref.ts',
      'src/git/tree-cursor.ts',
    ],
  },
  'wire-objects': {
    room: 'libs/wire',
    files: [
      'src/git/pack.ts',
      'src/git/objects.ts',
      'src/git/signed-object.ts',
      'src/git/diff.ts',
      { file: 'src/git/line-reader.ts', specs: ['src/git/diff.spec.ts'] },
      { file: 'src/git/diff-header.ts', specs: ['src/git/diff.spec.ts'] },
      { file: 'src/git/ident.ts', specs: ['src/git/objects.spec.ts'] },
      { file: 'src/git/object-headers.ts', specs: ['src/git/objects.spec.ts', 'src/git/signed-object.spec.ts'] },
      'src/git/log.ts',
    ],
  },
  'wire-lfs': {
    room: 'libs/wire',
    files: ['src/lfs/batch.ts', 'src/lfs/locks.ts', 'src/lfs/pointer.ts', 'src/lfs/ssh-transfer.ts'],
  },
  'wire-keys': {
    room: 'libs/wire',
    files: [
      { file: 'src/ssh/public-key.ts', specs: ['src/ssh/pasted-key-regression.spec.ts'] },
      { file: 'src/ssh/key-blob.ts', specs: ['src/ssh/public-key.spec.ts', 'src/ssh/sshsig.spec.ts'] },
      'src/ssh/wire-reader.ts',
      'src/ssh/sshsig.ts',
      'src/ssh/key-signature.ts',
    ],
  },
  store: { room: 'libs/object-store', files: ['src/object-key.ts'] },
  access: {
    room: 'libs/forge',
    files: [
      'src/access/repository.policy.ts',
      'src/access/account.policy.ts',
      { file: 'src/identity/actor.ts', specs: ['src/access/account.policy.spec.ts'] },
    ],
  },
  identity: {
    room: 'libs/forge',
    files: ['src/identity/name.policy.ts', 'src/identity/secret-token.ts'],
  },
  protection: {
    room: 'libs/forge',
    files: [
      'src/protection/protection.policy.ts',
      'src/protection/path-pattern.ts',
      {
        file: 'src/protection/kept-history.policy.ts',
        specs: ['src/lfs/collection/collection.policy.spec.ts'],
      },
    ],
  },
  pushes: {
    room: 'libs/forge',
    files: [
      'src/pushes/push.policy.ts',
      'src/pushes/incoming/secrets.ts',
      'src/pushes/incoming/object-index.ts',
      'src/pushes/incoming/path-counter.ts',
      'src/pushes/incoming/tree-changes.ts',
      'src/pushes/incoming/inspection.ts',
      'src/pushes/incoming/walk-push.ts',
      'src/pushes/incoming/small-push.ts',
    ],
  },
  lfs: {
    room: 'libs/forge',
    files: [
      'src/lfs/transfers/lfs-credential.ts',
      'src/lfs/transfers/transfer-grant.ts',
      'src/lfs/transfers/transfer-choice.ts',
      'src/lfs/transfers/pieces.ts',
      'src/lfs/transfers/upload-turns.ts',
      'src/lfs/transfers/verification.ts',
      'src/lfs/locks/lock-path.ts',
      'src/lfs/locks/lock-staleness.policy.ts',
      'src/lfs/collection/collection.policy.ts',
      'src/lfs/collection/quarantine-keys.ts',
      'src/lfs/collection/oid-marks.ts',
      'src/lfs/attributes/gitattributes.ts',
    ],
  },
  quotas: { room: 'libs/forge', files: ['src/quotas/limits.ts'] },
  outbound: {
    room: 'libs/forge',
    files: ['src/outbound/public-address.ts', 'src/outbound/target-policy.ts', 'src/outbound/outbound-http.ts'],
  },
  events: { room: 'libs/forge', files: ['src/events/event-jobs.ts'] },
  webhooks: {
    room: 'libs/forge',
    files: [
      'src/webhooks/signature.ts',
      'src/webhooks/retry-schedule.ts',
      'src/webhooks/secret-box.ts',
      'src/webhooks/webhook-input.ts',
    ],
  },
  archives: {
    room: 'libs/forge',
    files: ['src/archives/archive-name.ts', 'src/archives/archive-request.ts', 'src/archives/plan/tree-paths.ts'],
  },
  'archive-format': {
    room: 'libs/archive-format',
    files: ['src/zip-records.ts', { file: 'src/tar-header.ts', specs: ['src/tar-writer.spec.ts'] }],
  },
};

/**
 * The files that decide, by group. A file's own tests are the specs beside it that carry its name; `specs` adds others,
 * relative to the room. Only fast ones: each runs for hundreds of breakages.
 */
export const GROUPS = {
  kernel: { room: 'libs/kernel', files: ['src/glob.ts', 'src/text.ts'] },
  'wire-git': {
    room: 'libs/wire',
    files: [
      'src/git/pkt-line.ts',
      'src/git/sideband.ts',
      'src/git/oid.ts',
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
      'src/ssh/public-key.ts',
      { file: 'src/ssh/key-blob.ts', specs: ['src/ssh/public-key.spec.ts', 'src/ssh/sshsig.spec.ts'] },
      { file: 'src/ssh/wire-reader.ts', specs: ['src/ssh/public-key.spec.ts', 'src/ssh/sshsig.spec.ts'] },
      'src/ssh/sshsig.ts',
      { file: 'src/ssh/key-signature.ts', specs: ['src/ssh/sshsig.spec.ts'] },
    ],
  },
};

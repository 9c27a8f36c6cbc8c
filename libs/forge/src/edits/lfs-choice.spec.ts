import { chooseStorage, SUGGESTED_LFS_SIZE_BYTES } from './lfs-choice';

const rules = { lfs_required_patterns: ['*.psd', 'assets/**'], lfs_required_size_bytes: null as number | null };
const sized = { ...rules, lfs_required_size_bytes: 5000 };
const choose = (path: string, sizeBytes: number, more: Partial<Parameters<typeof chooseStorage>[1]> = {}) =>
  chooseStorage({ path, sizeBytes }, { rules, isMarked: false, ...more });

it.each([
  ['a/b.psd', 1, {}, { lfs: true, isForced: true, reason: 'required_pattern', pattern: '*.psd' }],
  ['assets/x/y', 1, {}, { lfs: true, isForced: true, reason: 'required_pattern', pattern: 'assets/**' }],
  ['a.bin', 1, { isMarked: true }, { lfs: true, isForced: true, reason: 'attributes' }],
  ['a.bin', 5001, { rules: sized }, { lfs: true, isForced: true, reason: 'required_size' }],
  ['a.bin', 5000, { rules: sized }, { lfs: false, isForced: false }],
  ['a.bin', SUGGESTED_LFS_SIZE_BYTES + 1, {}, { lfs: true, isForced: false, reason: 'large' }],
  ['a.bin', SUGGESTED_LFS_SIZE_BYTES, {}, { lfs: false, isForced: false }],
  ['empty.psd', 0, {}, { lfs: false, isForced: true }],
  ['assets/.gitattributes', 1, { isMarked: true }, { lfs: false, isForced: true }],
  ['.lfsconfig', 9000, { rules: sized }, { lfs: false, isForced: true }],
])('stores %s of %d bytes under %j as %j', (path, sizeBytes, more, expected) => {
  expect(choose(path, sizeBytes, more)).toMatchObject(expected);
});

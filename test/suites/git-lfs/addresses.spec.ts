import { LFS_ADDRESSES } from './addresses';

const { placeOf, isKnown } = LFS_ADDRESSES;

it.each([
  ['/repo/info/refs?service=git-upload-pack', 'repo', '/info/refs?service=git-upload-pack', true],
  ['/repo.git/info/lfs/objects/batch', 'repo', '/info/lfs/objects/batch', false],
  ['/repo.git/info/lfs/locks?path=a', 'repo', '/info/lfs/locks?path=a', false],
  ['/repo.git//git-receive-pack', 'repo', '/git-receive-pack', true],
])('finds the repository of %s', (target, name, rest, open) =>
  expect(placeOf(target)).toMatchObject({ name, rest, route: { open } }),
);

it('knows the credentials of the test server, and no others', () => {
  const place = placeOf('/art.git/info/lfs/locks')!;
  expect(isKnown({ user: 'user', password: 'pass' }, place)).toBe(true);
  expect(isKnown({ user: 'path', password: 'art' }, place)).toBe(true);
  expect(isKnown({ user: 'path', password: 'other' }, place)).toBe(false);
  expect(isKnown({ user: 'user', password: 'wrong' }, place)).toBe(false);
});

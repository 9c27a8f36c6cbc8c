import { placeOf, redirectionOf } from './addresses';

it.each([
  ['/smart/repo.git/info/refs?service=git-upload-pack', 'repo', '/info/refs?service=git-upload-pack'],
  ['/smart/http_parent/git-upload-pack', 'http_parent', '/git-upload-pack'],
  ['/smart/repo.git//info/refs', 'repo', '/info/refs'],
  ['/auth/smart/a/b.git/git-receive-pack', 'a/b', '/git-receive-pack'],
])('finds the repository of %s', (target, name, rest) => expect(placeOf(target)).toMatchObject({ name, rest }));

it.each(['/dumb/repo.git/info/refs', '/smart/repo.git', '/', '/error/x/info/refs'])('knows nothing of %s', (target) =>
  expect(placeOf(target)).toBeUndefined(),
);

it('asks for credentials where the web server of the tests does', () => {
  const openness = (target: string) => placeOf(`${target}/info/refs`)?.route;
  expect(openness('/smart/r')).toMatchObject({ open: true, private: false });
  expect(openness('/auth/smart/r')).toMatchObject({ open: false, private: true });
  expect(openness('/auth-push/smart/r')).toMatchObject({ open: false, private: false });
});

it('ends a loop of redirections after twenty', () => {
  let [target, steps] = ['/loop-redir/smart/r.git/info/refs', 0];
  for (let next = redirectionOf(target); next; next = redirectionOf(target))
    [target, steps] = [next.location, steps + 1];
  expect([target, steps]).toEqual(['/smart/r.git/info/refs', 21]);
});

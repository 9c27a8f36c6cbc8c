import fc from 'fast-check';
import { archivableCommit } from './archivable-commit';

const commit = (author: string, committer = author): Buffer =>
  Buffer.from(
    `tree ${'a'.repeat(40)}\nauthor A <a@b>${author}\ncommitter C <c@d>${committer}\n\nauthor A <a@b> 0 -0500\n`,
  );

describe('archivableCommit', () => {
  it.each([
    ['', null],
    [' 1700000000 +0100', null],
    [' 1313584730 +051800', null],
    [' 1287367363 -700', null],
    [' 1288373970 --700', null],
    [' 18000 -0500', null],
    [' 17999 -0500', ' 17999 +0000'],
    [' 0 -0500', ' 0 +0000'],
    ['  3600   -800', ' 3600 +0000'],
    [' 0 -99999999999', null],
    [' 9223372036854775807 +0000', null],
    [' 9223372036854775807 +0100', ' 9223372036854775807 +0000'],
    [' 18446744073709551615 -0500', null],
    [' -1 +0000', ''],
    [' -1', ''],
  ])('of the date %j makes %j', (date, mended) => {
    expect(archivableCommit(commit(date))).toEqual(mended === null ? null : commit(mended));
  });

  it('mends the one that needs it, and nothing in the message', () => {
    expect(archivableCommit(commit(' 5 +0000', ' 0 -0100'))).toEqual(commit(' 5 +0000', ' 0 +0000'));
  });

  it('leaves nothing behind that it would mend again, whatever the bytes', () => {
    const part = fc.oneof(
      fc.constantFrom('author ', 'committer ', '<', '>', ' ', '-', '+', '\n', '\n\n'),
      fc.nat().map(String),
    );
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => Buffer.from(parts.join(''))),
        (content) => {
          const mended = archivableCommit(content);
          expect(mended && archivableCommit(mended)).toBeNull();
        },
      ),
    );
  });
});

import { hintsAfter } from './push-hints';

const ZERO = '0'.repeat(40);
const A = 'a'.repeat(40);
const page = 'https://hub.example/alice/lab';
const created = (...refs: string[]) => refs.map((ref) => ({ ref, oldOid: ZERO, newOid: A }));

it('tells where the repository is after its first push', () => {
  expect(hintsAfter(created('refs/heads/main'), { isFirst: true, page })).toEqual(['', `See it at ${page}`, '']);
  expect(hintsAfter(created('refs/tags/v1'), { isFirst: true, page })).toEqual([
    '',
    `The repository is at ${page}`,
    '',
  ]);
});

it('tells where a new branch is, with an address that a browser takes', () => {
  const commands = created('refs/heads/feature/50% & more#1', 'refs/tags/v1');
  expect(hintsAfter(commands, { isFirst: false, page })).toEqual([
    '',
    `See feature/50% & more#1 at ${page}/-/tree/feature/50%25%20%26%20more%231`,
    '',
  ]);
});

it('says nothing of what moved or went, and names few of many', () => {
  const moved = [
    { ref: 'refs/heads/main', oldOid: A, newOid: A },
    { ref: 'refs/heads/old', oldOid: A, newOid: ZERO },
  ];
  expect(hintsAfter(moved, { isFirst: false, page })).toEqual([]);
  const many = created(...['a', 'b', 'c', 'd', 'e'].map((name) => `refs/heads/${name}`));
  expect(hintsAfter(many, { isFirst: false, page })[4]).toBe(`and 2 more at ${page}/-/branches`);
});

it('tells last how full the namespace is', () => {
  const options = { page, warnings: ['alice has used 84 % of its limit.'] };
  expect(hintsAfter([], { isFirst: false, ...options })).toEqual([
    '',
    'Warning: alice has used 84 % of its limit.',
    '',
  ]);
  expect(hintsAfter(created('refs/heads/main'), { isFirst: true, ...options })).toEqual([
    '',
    `See it at ${page}`,
    'Warning: alice has used 84 % of its limit.',
    '',
  ]);
});

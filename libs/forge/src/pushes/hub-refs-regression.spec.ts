import { HUB_REFS } from '@granary/wire';
import { judgeCommands } from './push.policy';

const ZERO = '0'.repeat(40);
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const facts = {
  defaultBranch: 'main',
  existingRefs: [],
  protections: [],
  pusher: { userId: 1, role: 'admin' as const },
  forced: new Set<string>(),
};

describe.each(HUB_REFS.flatMap((folder) => [folder, `${folder}/kept`, `${folder}/1/head`]))('%s', (ref) => {
  it.each([
    ['create', ZERO, A],
    ['move', A, B],
    ['delete', A, ZERO],
  ])('cannot be the ref that somebody wants to %s', (_, oldOid, newOid) => {
    expect(judgeCommands([{ ref, oldOid, newOid }], facts)).toHaveLength(1);
  });
});

it('leaves alone what is only called alike', () => {
  for (const ref of ['refs/heads/granary/kept', 'refs/tags/pull/1', 'refs/notes/granary']) {
    expect(judgeCommands([{ ref, oldOid: A, newOid: ZERO }], facts)).toEqual([]);
  }
});

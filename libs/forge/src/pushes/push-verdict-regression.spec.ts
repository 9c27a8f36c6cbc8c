import type { Judgement } from './push-judge.service';
import { verdictOn } from './push-verdict';

const [ZERO, A] = ['0'.repeat(40), 'a'.repeat(40)];
const commands = ['refs/heads/main', 'refs/x/1'].map((ref) => ({ ref, oldOid: ZERO, newOid: A }));
const hidden = { ref: 'refs/pull/1/head', oldOid: ZERO, newOid: A };
const refused = new Map([
  ['refs/x/1', 'not taken'],
  ['refs/pull/1/head', 'the hub’s own'],
]);
const push = (isAtomic: boolean) => ({ commands, announced: { commands: [...commands, hidden], isAtomic } });
const judgement = (change: Partial<Judgement> = {}): Judgement => ({
  refusals: [...refused.values()],
  refused,
  isWholeRefused: false,
  warnings: [],
  fastForwards: new Set(),
  missing: [],
  ...change,
});

it('lets the rest of a push in, with a reason for each ref that is not taken', () => {
  expect(verdictOn(push(false), judgement())).toEqual({
    accept: true,
    messages: ['not taken', 'the hub’s own'],
    refused,
  });
});

it('lets in nothing of a push that asks for all or none', () => {
  const { accept, refused: told } = verdictOn(push(true), judgement());
  expect([accept, told?.get('refs/heads/main'), told?.get('refs/x/1')]).toEqual([
    false,
    'atomic push failure',
    'not taken',
  ]);
  expect(verdictOn(push(true), judgement({ refusals: [], refused: new Map() })).accept).toBe(true);
});

it('lets in nothing whose content is refused, and nothing of which no ref is left', () => {
  const whole = judgement({ isWholeRefused: true, refusals: [...refused.values(), 'too large'] });
  expect(verdictOn(push(false), whole)).toMatchObject({
    accept: false,
    messages: expect.arrayContaining(['too large']),
  });
  expect(verdictOn({ commands: commands.slice(1) }, judgement()).accept).toBe(false);
});

it('tells equal reasons once, and not thousands', () => {
  const many = new Map(Array.from({ length: 3000 }, (_, n) => [`refs/x/${n}`, `reason ${n}`]));
  const told = verdictOn(push(false), judgement({ refused: many, refusals: [...many.values()] })).messages;
  expect(told).toHaveLength(21);
  const same = new Map([...many.keys()].map((ref) => [ref, 'not taken']));
  expect(verdictOn(push(false), judgement({ refused: same, refusals: [...same.values()] })).messages).toEqual([
    'not taken',
  ]);
});

import { DomainError } from '@granary/kernel';
import { memoryRateLimits } from '../rate-limits';
import { SignInLimits } from './sign-in-limits.service';

let limits: SignInLimits;
const HOME = '192.0.2.1';

beforeEach(() => {
  limits = new SignInLimits(memoryRateLimits(), { instanceSecret: Buffer.alloc(32, 1) });
});

type Outcome = 'right' | 'wrong' | 'refused';

/** One attempt: whether it was looked at, and what came of it. */
async function attempt(account: string, address: string, isRight: boolean): Promise<Outcome> {
  try {
    const judged = await limits.judge({ account, address }, () => Promise.resolve(isRight ? true : null));
    return judged ? 'right' : 'wrong';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'rate_limited') return 'refused';
    throw error;
  }
}

const count = (outcomes: Outcome[], wanted: Outcome) => outcomes.filter((each) => each === wanted).length;
const times = <T>(n: number, make: (nth: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

it('judges five of a hundred guesses that come at once, and refuses the right one among the others', async () => {
  const outcomes = await times(100, (nth) => attempt('alice', HOME, nth === 60));
  expect(count(outcomes, 'wrong')).toBe(5);
  expect(outcomes[60]).toBe('refused');
});

it('lets a hundred right ones in that come at once', async () => {
  expect(count(await times(100, () => attempt('alice', HOME, true)), 'right')).toBe(100);
});

it('holds for an account and an address together: neither elsewhere nor for others there', async () => {
  await times(20, () => attempt('alice', HOME, false));
  expect(await attempt('alice', HOME, true)).toBe('refused');
  expect(await attempt('alice', '192.0.2.2', true)).toBe('right');
  expect(await attempt('bob', HOME, true)).toBe('right');
});

it('takes the addresses of one /64 for one', async () => {
  await times(20, (nth) => attempt('alice', `2001:db8:1:2::${nth + 1}`, false));
  expect(await attempt('alice', '2001:db8:1:2:ffff::1', true)).toBe('refused');
  expect(await attempt('alice', '2001:db8:1:3::1', true)).toBe('right');
});

it('stops who goes from account to account at one address, where nobody has signed in', async () => {
  const outcomes = await times(60, (nth) => attempt(`account${nth}`, HOME, false));
  expect(count(outcomes, 'wrong')).toBe(20);
});

it('never holds the address alone against others where somebody signs in rightly', async () => {
  await attempt('carol', HOME, true);
  await times(60, (nth) => attempt(`account${nth}`, HOME, false));
  expect(await attempt('alice', HOME, true)).toBe('right');
  expect(await attempt('carol', HOME, true)).toBe('right');
});

it('still bounds a stranger there, and then holds up nobody who has signed in there before', async () => {
  await attempt('carol', HOME, true);
  const outcomes: Outcome[] = [];
  for (let n = 0; n < 400; n++) outcomes.push(await attempt(`account${n}`, HOME, false));
  expect(count(outcomes, 'wrong')).toBe(300);
  expect(await attempt('carol', HOME, true)).toBe('right');
  expect(await attempt('dave', HOME, true)).toBe('refused');
}, 20_000);

it('slows guesses at one account from many addresses, and lets it in from where it is at home', async () => {
  await attempt('alice', HOME, true);
  const outcomes = await times(200, (nth) => attempt('alice', `198.51.100.${nth + 1}`, false));
  expect(count(outcomes, 'wrong')).toBe(50);
  expect(await attempt('alice', '203.0.113.1', true)).toBe('refused');
  expect(await attempt('alice', HOME, true)).toBe('right');
  expect(await attempt('bob', '203.0.113.1', true)).toBe('right');
});

it('does not count what failed for other reasons', async () => {
  const down = () => limits.judge({ account: 'alice', address: HOME }, () => Promise.reject(new Error('down')));
  for (let n = 0; n < 10; n++) await expect(down()).rejects.toThrow('down');
  expect(await attempt('alice', HOME, true)).toBe('right');
});

it('refuses an unknown token after a while, and holds it against nothing else there', async () => {
  const unknown = (token: string) =>
    limits.noteUnknownToken(token, HOME).then(
      () => 'told' as const,
      (error: DomainError) => error.code,
    );
  for (let n = 0; n < 20; n++) expect(await unknown('expired')).toBe('told');
  expect(await unknown('expired')).toBe('rate_limited');
  expect(await unknown('another')).toBe('told');
  for (let n = 0; n < 60; n++) await unknown(`guess${n}`);
  expect(await unknown('one more')).toBe('rate_limited');
  expect(await attempt('alice', HOME, true)).toBe('right');
  expect(await unknown('one more')).toBe('told');
});

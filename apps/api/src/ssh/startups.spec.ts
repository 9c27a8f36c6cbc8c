import { Startups, type Newcomer } from './startups';

const limits = { start: 4, rate: 0.3, full: 8, perBlock: 100 };

/** One that has just sent something. */
const busy = (block: string): Newcomer => ({
  block,
  heardAtMs: () => performance.now(),
  hangUp: () => fail('somebody busy was hung up on'),
});

/** One that has sent nothing for a minute. */
function silent(block: string) {
  const newcomer = {
    block,
    isGone: false,
    heardAtMs: () => performance.now() - 60_000,
    hangUp: () => void (newcomer.isGone = true),
  };
  return newcomer;
}

function fail(why: string): never {
  throw new Error(why);
}

/** The chance of a refusal, in percent, when `held` others are at it: the smallest draw that still gets in. */
function refusalChance(held: number, block: string): number {
  const draws = Array.from({ length: 100 }, (_, percent) => percent);
  const least = draws.find((draw) => {
    let next = 1;
    const startups = new Startups(limits, () => next);
    for (let i = 0; i < held; i++) startups.admit(busy('crowd'));
    next = draw / 100;
    return startups.admit(busy(block)) !== null;
  });
  return least ?? 100;
}

it('refuses more and more of a block that has several, and everyone when it is full of busy clients', () => {
  expect([3, 4, 5, 6, 7, 8].map((held) => refusalChance(held, 'crowd'))).toEqual([0, 30, 48, 65, 83, 100]);
});

it('refuses nobody at random who comes from elsewhere', () => {
  expect([3, 4, 5, 6, 7].map((held) => refusalChance(held, 'new'))).toEqual([0, 0, 0, 0, 0]);
});

it('gives a place back once, however often it is told', () => {
  const startups = new Startups({ ...limits, start: 2, full: 2 }, () => 0);
  const release = startups.admit(busy('a'));
  startups.admit(busy('a'));
  expect(startups.admit(busy('b'))).toBeNull();
  release?.();
  release?.();
  expect(startups.admit(busy('b'))).not.toBeNull();
  expect(startups.admit(busy('c'))).toBeNull();
});

it('bounds each block by itself', () => {
  const startups = new Startups({ ...limits, start: 50, full: 100, perBlock: 2 }, () => 0);
  const release = startups.admit(busy('a'));
  startups.admit(busy('a'));
  expect(startups.admit(busy('a'))).toBeNull();
  expect(startups.admit(busy('b'))).not.toBeNull();
  release?.();
  expect(startups.admit(busy('a'))).not.toBeNull();
});

describe('half-open connections of one address', () => {
  it('keep out none of another', () => {
    const startups = new Startups({ start: 4, rate: 1, full: 8, perBlock: 100 }, () => 0);
    const attackers = Array.from({ length: 8 }, () => silent('attacker'));
    for (const attacker of attackers) startups.admit(attacker);
    for (let i = 0; i < 4; i++) expect(startups.admit(busy(`honest ${i}`))).not.toBeNull();
    expect(attackers.filter(({ isGone }) => isGone).length).toBeGreaterThan(0);
  });

  it('keep out none who shares it and signs in', () => {
    const startups = new Startups({ ...limits, perBlock: 4 }, () => 0);
    const attackers = Array.from({ length: 4 }, () => silent('office'));
    for (const attacker of attackers) startups.admit(attacker);
    for (let i = 0; i < 4; i++) expect(startups.admit(busy('office'))).not.toBeNull();
    expect(attackers.every(({ isGone }) => isGone)).toBe(true);
    expect(startups.admit(busy('office'))).toBeNull();
  });
});

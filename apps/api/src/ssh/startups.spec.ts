import { Startups } from './startups';

const limits = { start: 2, rate: 0.3, full: 6, perAddress: 100 };

/** The chance of a refusal, in percent, when `held` others are at it: the smallest draw that still gets in. */
function refusalChance(held: number): number {
  const draws = Array.from({ length: 100 }, (_, percent) => percent);
  const least = draws.find((draw) => {
    let next = 1;
    const startups = new Startups(limits, () => next);
    for (let i = 0; i < held; i++) startups.admit(`${i}`);
    next = draw / 100;
    return startups.admit('new') !== null;
  });
  return least ?? 100;
}

it('refuses more and more, and everyone when it is full', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map(refusalChance)).toEqual([0, 0, 30, 48, 65, 83, 100]);
});

it('gives a place back once, however often it is told', () => {
  const startups = new Startups({ ...limits, start: 2, full: 2 }, () => 0);
  const release = startups.admit('a');
  startups.admit('a');
  expect(startups.admit('b')).toBeNull();
  release?.();
  release?.();
  expect(startups.admit('b')).not.toBeNull();
  expect(startups.admit('c')).toBeNull();
});

it('bounds each address by itself', () => {
  const startups = new Startups({ ...limits, start: 50, full: 100, perAddress: 2 }, () => 0);
  const release = startups.admit('a');
  startups.admit('a');
  expect(startups.admit('a')).toBeNull();
  expect(startups.admit('b')).not.toBeNull();
  release?.();
  expect(startups.admit('a')).not.toBeNull();
});

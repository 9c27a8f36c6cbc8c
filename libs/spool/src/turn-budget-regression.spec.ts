import { TurnBudget } from './turn-budget';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets one reader pass at once, however much it takes', async () => {
  const budget = new TurnBudget(4);
  let isThrough = false;
  void budget.take(100).then(() => (isThrough = true));
  await Promise.resolve();
  expect(isThrough).toBe(true);
});

it('spreads many over several turns, in their order', async () => {
  const budget = new TurnBudget(4);
  const through: number[] = [];
  for (let reader = 0; reader < 10; reader++) void budget.take(1).then(() => through.push(reader));
  await Promise.resolve();
  expect(through).toEqual([0, 1, 2, 3]);
  await turn();
  expect(through).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await turn();
  expect(through).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('has its room again in the next turn', async () => {
  const budget = new TurnBudget(1);
  for (let nth = 0; nth < 3; nth++) {
    await budget.take(1);
    await turn();
  }
  let isThrough = false;
  void budget.take(1).then(() => (isThrough = true));
  await Promise.resolve();
  expect(isThrough).toBe(true);
});

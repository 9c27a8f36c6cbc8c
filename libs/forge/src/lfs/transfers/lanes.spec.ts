import { setImmediate as tick } from 'node:timers/promises';
import { Lanes } from './lanes';

it('runs so many at once, all in the end, and goes on after a failure', async () => {
  const lanes = new Lanes(3);
  let running = 0;
  let most = 0;
  const work = async (at: number) => {
    most = Math.max(most, ++running);
    await tick();
    running--;
    if (at % 4 === 0) throw new Error(`no ${at}`);
    return at;
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => lanes.run(() => work(at))));
  expect(most).toBe(3);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect(await lanes.run(() => work(1))).toBe(1);
});

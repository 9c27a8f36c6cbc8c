import { UploadTurns } from './upload-turns';

afterEach(() => jest.useRealTimers());

/** Work that goes on until it is interrupted, and a while longer where `stubborn`. */
const untilInterrupted = (signal: AbortSignal, ended: () => void, stubborn = false) =>
  new Promise<string>((_, reject) => {
    signal.addEventListener('abort', () => {
      if (stubborn) return;
      ended();
      reject(signal.reason);
    });
  });

it('lets whoever comes later write, after what the other had is kept', async () => {
  const turns = new UploadTurns();
  const order: string[] = [];
  const first = turns.run('a', (signal) => untilInterrupted(signal, () => order.push('first is over')));
  first.catch(() => undefined);
  const second = await turns.run('a', () => {
    order.push('second begins');
    return Promise.resolve('second');
  });
  expect(second).toBe('second');
  expect(order).toEqual(['first is over', 'second begins']);
  await expect(first).rejects.toMatchObject({ code: 'conflict' });
});

it('interrupts nobody who writes something else, nor who comes after the end', async () => {
  const turns = new UploadTurns();
  let other: AbortSignal | undefined;
  let finish: () => void = () => undefined;
  const running = turns.run('b', (signal) => {
    other = signal;
    return new Promise<void>((resolve) => (finish = resolve));
  });
  for (const id of ['a', 'a']) {
    const signal = await turns.run(id, (own) => Promise.resolve(own));
    expect(signal.aborted).toBe(false);
  }
  expect(other?.aborted).toBe(false);
  finish();
  await running;
  await expect(turns.run('c', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await turns.run('c', () => Promise.resolve('goes on'))).toBe('goes on');
});

it('gives up where the other does not end, and leaves it its turn', async () => {
  jest.useFakeTimers();
  const turns = new UploadTurns();
  void turns.run('a', (signal) => untilInterrupted(signal, () => undefined, true));
  const work = jest.fn(() => Promise.resolve());
  const late = turns.run('a', work);
  const refused = expect(late).rejects.toMatchObject({ code: 'conflict', hint: 'Try again.' });
  await jest.advanceTimersByTimeAsync(9_000);
  expect(work).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(2_000);
  await refused;
  expect(work).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

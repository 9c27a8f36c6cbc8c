import { Verification } from './verification';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A body of 1,000 bytes that is hashed as the test says. */
function stage(sizeBytes = 1000) {
  let hash: (bytes: number) => void = () => undefined;
  let end: { resolve: () => void; reject: (error: Error) => void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const verification = new Verification(sizeBytes, (progress) => {
    hash = progress;
    return new Promise<void>((resolve, reject) => (end = { resolve, reject }));
  });
  const retryAfter = async () => {
    const asked = verification.within(0).then(
      () => null,
      (error: { code: string; retryAfterSeconds?: number }) => error,
    );
    await jest.advanceTimersByTimeAsync(1);
    expect(await asked).toMatchObject({ code: 'rate_limited' });
    return (await asked)?.retryAfterSeconds;
  };
  return { verification, hash, end, retryAfter };
}

it('answers when it is over within the patience, and leaves no timer', async () => {
  const { verification, end } = stage();
  const asked = verification.within(20_000);
  await jest.advanceTimersByTimeAsync(19_000);
  end.resolve();
  await expect(asked).resolves.toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});

it('tells its failure to whoever waits, and crashes nothing where nobody does', async () => {
  const { verification, end } = stage();
  end.reject(new Error('broken'));
  await jest.advanceTimersByTimeAsync(1);
  await expect(verification.within(1000)).rejects.toThrow('broken');
});

it('goes on by itself when the patience is over', async () => {
  const { verification, end } = stage();
  const asked = expect(verification.within(20_000)).rejects.toMatchObject({
    code: 'rate_limited',
    hint: expect.any(String),
  });
  await jest.advanceTimersByTimeAsync(20_001);
  await asked;
  end.resolve();
  await expect(verification.done).resolves.toBeUndefined();
});

it('asks to come back after ten seconds where it cannot know', async () => {
  expect(await stage().retryAfter()).toBe(10);
});

it('asks to come back when it should be over: in five seconds at the soonest, in five minutes at the latest', async () => {
  const half = stage();
  await jest.advanceTimersByTimeAsync(60_000);
  half.hash(500);
  expect(await half.retryAfter()).toBeGreaterThanOrEqual(60);
  half.hash(250);
  expect(await half.retryAfter()).toBeLessThanOrEqual(21);
  half.hash(249);
  expect(await half.retryAfter()).toBe(5);
  const slow = stage(1_000_000);
  await jest.advanceTimersByTimeAsync(60_000);
  slow.hash(1);
  expect(await slow.retryAfter()).toBe(300);
});

import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { OutageLog, RepeatedErrors } from './log';
import { QueueUnreachableError } from './outage';
import { OutagePool } from './outage-pool';
import { recordedLog, until } from './testing/observe';

const coded = (code: string) => Object.assign(new Error(`as Postgres says ${code}`), { code });

/** A pool whose queries fail with `faults` one after the other, then succeed. */
function faultyPool(faults: Error[]) {
  const pool = Object.assign(new EventEmitter(), {
    asked: 0,
    query: async () => {
      pool.asked++;
      const fault = faults.shift();
      if (fault) throw fault;
      return { rows: [1], rowCount: 1 };
    },
  });
  const log = recordedLog();
  const outage = new OutageLog(log, 'postgres');
  return { pool, log, outage, guarded: new OutagePool(pool as unknown as Pool, outage) };
}

it.each(['40P01', '40001'])('a statement that collided (%s) is asked again, and nobody is told', async (code) => {
  const { pool, log, guarded } = faultyPool([coded(code), coded(code)]);
  expect((await guarded.query('SELECT 1')).rows).toEqual([1]);
  expect(pool.asked).toBe(3);
  expect(log.lines).toEqual([]);
});

it('a statement that collides for ever fails with the collision', async () => {
  const { guarded } = faultyPool(Array.from({ length: 9 }, () => coded('40P01')));
  await expect(guarded.query('SELECT 1')).rejects.toMatchObject({ code: '40P01' });
});

it('no connection left is waited for', async () => {
  const { guarded, log } = faultyPool([coded('53300'), coded('53300')]);
  expect((await guarded.query('SELECT 1')).rows).toEqual([1]);
  expect(log.lines).toEqual([]);
});

it('a server that stays away is an outage, told once', async () => {
  const { guarded, log } = faultyPool([coded('57P01'), coded('08006')]);
  await expect(guarded.query('SELECT 1')).rejects.toBeInstanceOf(QueueUnreachableError);
  await expect(guarded.query('SELECT 1')).rejects.toBeInstanceOf(QueueUnreachableError);
  await guarded.query('SELECT 1');
  await until(() => log.lines.length > 1);
  expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
});

it('connections that are lost once the queue hangs up are no news', () => {
  const { pool, log, outage } = faultyPool([]);
  outage.end();
  pool.emit('error', coded('57P01'));
  expect(log.lines).toEqual([]);
});

it('an error that no retry mends reaches its asker slowly, for BullMQ asks again at once', async () => {
  jest.useFakeTimers({ advanceTimers: false });
  try {
    const { guarded } = faultyPool([coded('42883')]);
    let failed = false;
    const asked = guarded.query('SELECT 1').catch(() => (failed = true));
    for (let i = 0; i < 20; i++) await Promise.resolve();
    expect(failed).toBe(false);
    await jest.advanceTimersByTimeAsync(5_000);
    await asked;
    expect(failed).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});

it('an error that comes a thousand times a second is told once a minute, with its number', () => {
  const log = recordedLog();
  let now = 0;
  const errors = new RepeatedErrors(log, () => now);
  for (let i = 0; i < 120_000; i++) {
    now = i;
    errors.tell(new Error('function move_to_active does not exist'), 'events', 'a queue worker met an error');
  }
  errors.tell(new Error('something else'), 'events', 'a queue worker met an error');
  expect(log.lines).toHaveLength(3);
  expect(log.lines[1]?.facts).toMatchObject({ since_last_line: 59_999 });
});

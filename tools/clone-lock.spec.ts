import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lib, runProgram, scratch } from './testing/node-program';

const directory = scratch();

const worker = (file: string, log: string) => `
  import { appendFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { withCloneLock } from ${lib('clone-lock.mjs')};
  await withCloneLock(async () => {
    appendFileSync(${JSON.stringify(log)}, 'in ');
    await sleep(50);
    appendFileSync(${JSON.stringify(log)}, 'out ');
  }, { file: ${JSON.stringify(file)} });`;

it('lets one process in at a time, and all of them in the end', async () => {
  const [file, log] = [join(directory, 'a.lock'), join(directory, 'a.log')];
  const ended = await Promise.all(Array.from({ length: 5 }, () => runProgram(worker(file, log))));
  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(5));
  expect(existsSync(file)).toBe(false);
});

it('breaks the lock of a process that died, with several waiting', async () => {
  const [file, log] = [join(directory, 'b.lock'), join(directory, 'b.log')];
  const dead = await runProgram('console.log(process.pid)');
  writeFileSync(file, `${dead.output.trim()} ${hostname()} left-behind`);
  await Promise.all(Array.from({ length: 3 }, () => runProgram(worker(file, log))));
  expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(3));
});

it('gives the lock back when the work fails', async () => {
  const file = join(directory, 'c.lock');
  const { code } = await runProgram(
    `import { withCloneLock } from ${lib('clone-lock.mjs')};
     await withCloneLock(() => { throw new Error('no'); }, { file: ${JSON.stringify(file)} });`,
  );
  expect(code).toBe(1);
  expect(existsSync(file)).toBe(false);
});

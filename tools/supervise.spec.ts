import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lib, scratch, startProgram, type Program } from './testing/node-program';

const directory = scratch();

/** A hub that starts a helper in a process group of its own, and takes a while or forever to drain. */
function hub(name: string, onStop: string): string {
  const entry = join(directory, `${name}.js`);
  writeFileSync(
    entry,
    `const helper = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
     const stop = (signal) => { console.log('asked by', signal); ${onStop} };
     process.on('SIGINT', stop); process.on('SIGTERM', stop);
     console.log('helper', helper.pid); console.log('up');`,
  );
  return entry;
}

const supervise = (entry: string) =>
  startProgram(`import { superviseHub } from ${lib('supervise.mjs')};
    process.exitCode = await superviseHub({ entry: ${JSON.stringify(entry)}, env: process.env });`);

async function printed(program: Program, text: RegExp): Promise<RegExpMatchArray> {
  for (let tries = 0; tries < 1_000; tries++) {
    const found = program.output().match(text);
    if (found) return found;
    if (program.child.exitCode !== null) throw new Error(`ended without ${text}: ${program.output()}`);
    await sleep(20);
  }
  throw new Error(`not printed: ${text}: ${program.output()}`);
}

const runs = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('lets the hub drain and ends with its status', async () => {
  const program = supervise(hub('drains', `helper.kill(); setTimeout(() => process.exit(7), 100);`));
  await printed(program, /up/);
  program.child.kill('SIGINT');
  expect(await program.ended).toBe(7);
  expect(program.output()).toContain('asked by SIGTERM');
});

it('takes the copies of one Ctrl-C for one', async () => {
  const program = supervise(hub('patient', `helper.kill(); setTimeout(() => process.exit(0), 300);`));
  await printed(program, /up/);
  program.child.kill('SIGINT');
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});

it('kills the hub and what it started at a second Ctrl-C', async () => {
  const program = supervise(hub('stuck', ''));
  const [, helper] = await printed(program, /helper (\d+)\nup/);
  program.child.kill('SIGINT');
  await printed(program, /asked by SIGTERM/);
  // Nothing sooner than a second counts as another keypress.
  await sleep(1_100);
  program.child.kill('SIGINT');
  expect(await program.ended).toBe(137);
  while (runs(Number(helper))) await sleep(20);
});

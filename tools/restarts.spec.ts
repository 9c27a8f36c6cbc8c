import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lib, scratch, startProgram, type Program } from './testing/node-program';

const directory = scratch();
const entry = join(directory, 'hub.js');

async function printed(program: Program, text: RegExp): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (text.test(program.output())) return;
    if (program.child.exitCode !== null) throw new Error(`ended without ${text}: ${program.output()}`);
    await sleep(20);
  }
  throw new Error(`not printed: ${text}: ${program.output()}`);
}

/** Restarts whenever a line comes in, and ends at SIGTERM. */
const run = () =>
  startProgram(`import { Restarts } from ${lib('restarts.mjs')};
    const hub = new Restarts({ entry: ${JSON.stringify(entry)}, env: process.env });
    process.on('SIGTERM', () => hub.end());
    process.on('SIGUSR2', () => void hub.restart());
    hub.start();
    setInterval(() => {}, 1000);`);

const hub = (name: string, atStop: string) =>
  writeFileSync(
    entry,
    `process.on('SIGTERM', () => { ${atStop} }); console.log('${name} is up'); setInterval(() => {}, 1000);`,
  );

it('starts what was built anew when the one before has drained, never two at a time', async () => {
  hub('first', `setTimeout(() => { console.log('first has drained'); process.exit(0); }, 200);`);
  const program = run();
  await printed(program, /first is up/);
  hub('second', 'process.exit(7);');
  program.child.kill('SIGUSR2');
  await printed(program, /first has drained\nsecond is up/);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(7);
});

it('waits for the next change where the hub ends by itself', async () => {
  writeFileSync(entry, `console.log('broken'); process.exit(1);`);
  const program = run();
  await printed(program, /starts again when a source changes/);
  hub('mended', 'process.exit(0);');
  program.child.kill('SIGUSR2');
  await printed(program, /mended is up/);
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});

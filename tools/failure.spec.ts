import { lib, runProgram } from './testing/node-program';

async function adviceFor(log: string, signal: string | null = null): Promise<string> {
  const { output } = await runProgram(
    `import { adviceFor } from ${lib('failure.mjs')}; console.log(adviceFor(${JSON.stringify(log)}, ${JSON.stringify(signal)}));`,
  );
  return output;
}

it.each([
  ['npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write', /^The disk is full/],
  ['failed to write: No space left on device (os error 28)', /^The disk is full/],
  [
    'npm error code EAI_AGAIN\nnpm error request to https://r/ failed, reason: getaddrinfo EAI_AGAIN r',
    /cannot be reached/,
  ],
  ['npm error code EACCES\nnpm error path /x/node_modules', /belongs to another account/],
  ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', /^The memory ran out/],
  ['npm error code EUSAGE\nnpm error `npm ci` can only install packages when', /disagree/],
  ['src/main.ts: error: expected a semicolon', /^The lines above say why/],
])('says in plain words what %j means', async (log, words) => {
  expect(await adviceFor(log)).toMatch(words);
});

it('takes a SIGKILL from outside for a want of memory', async () => {
  expect(await adviceFor('', 'SIGKILL')).toMatch(/want of memory/);
});

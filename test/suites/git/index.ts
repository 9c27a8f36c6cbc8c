import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { freePort, startHub, workspace } from '../../support';
import { judge, type Judgement } from '../exceptions';
import { Front } from '../front/front';
import { outputOf } from '../kept-output';
import { runScript } from '../run-script';
import { isWanted, sourceOf, type Suite, type SuiteContext } from '../suite';
import type { TestResult } from '../tap';
import { GIT_ADDRESSES } from './addresses';
import { layBridge } from './bridge';
import { EXCEPTIONS } from './exceptions';
import { SCRIPTS } from './scripts';

const TIMEOUT_MS = 20 * 60_000;

interface Bench extends SuiteContext {
  /** The folder of git's tests. */
  tests: string;
  front: Front;
  port: number;
}

/** git's own tests of HTTP, in the version of the installed git, against a hub. */
export const git: Suite = async (context) => {
  const tests = join(sourceOf('git'), 't');
  layBridge(tests);
  const hub = await startHub({ ssh: false });
  const front = new Front(await hub.actor('suite'), GIT_ADDRESSES);
  const port = await freePort();
  await front.listen(port);
  const judgements: Judgement[] = [];
  for (const script of SCRIPTS.filter((name) => isWanted(name, context)))
    judgements.push(await runOne(script, { ...context, tests, front, port }));
  return judgements;
};

async function runOne(script: string, { tests, front, port, say }: Bench): Promise<Judgement> {
  const root = workspace('suite');
  const output = workspace('suite-output');
  front.serveRoot(root);
  let [asked, requests] = [0, front.requests];
  const onResult = ({ number, title, outcome }: TestResult) => {
    if (front.requests > requests) asked++;
    requests = front.requests;
    if (outcome === 'failed') say(`${script} ${number} failed: ${title}`);
  };
  const how = { shell: '/bin/sh', args: ['--no-chain-lint', '--verbose-log'], cwd: tests };
  const env = environment({ root, output, port });
  const run = await runScript({ ...how, script, env, timeoutMs: TIMEOUT_MS, onResult });
  const judgement = judge({ ...run, asked }, EXCEPTIONS[script]);
  const { path, shown } = outputOf(script);
  copyFileSync(join(output, 'test-results', basename(path)), path);
  const { passed, unexpected } = judgement;
  say(`${script}: ${passed} passed, ${unexpected.length} failed; its output is in ${shown}`);
  return judgement;
}

function environment({ root, output, port }: { root: string; output: string; port: number }): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: output,
    LANG: 'C.UTF-8',
    GIT_TEST_INSTALLED: '/usr/bin',
    GIT_TEST_LONG: process.env['GIT_TEST_LONG'],
    TEST_OUTPUT_DIRECTORY: output,
    GRANARY_SUITE_ROOT: root,
    GRANARY_SUITE_PORT: String(port),
  };
}

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, freePort, startHub, workspace } from '../../support';
import { judge, type Judgement } from '../exceptions';
import { runScript } from '../run-script';
import type { Suite, SuiteContext } from '../suite';
import type { TestResult } from '../tap';
import { layBridge } from './bridge';
import { EXCEPTIONS } from './exceptions';
import { Front } from './front/front';
import { SCRIPTS } from './scripts';

const TIMEOUT_MS = 20 * 60_000;
const KEPT_OUTPUT = join(ROOT, '.cache/logs/suites');

interface Bench extends SuiteContext {
  /** The folder of git's tests. */
  tests: string;
  front: Front;
  port: number;
}

/** git's own tests of HTTP, in the version of the installed git, against a hub. */
export const git: Suite = async (context) => {
  const source = process.env['GRANARY_SUITE_SOURCE'];
  if (source === undefined) throw new Error('the source of git is missing: start this by npm run suites');
  const tests = join(source, 't');
  layBridge(tests);
  const hub = await startHub({ ssh: false });
  const front = new Front(await hub.actor('suite'));
  const port = await freePort();
  await front.listen(port);
  const judgements: Judgement[] = [];
  for (const script of SCRIPTS.filter((name) => isWanted(name, context)))
    judgements.push(await runOne(script, { ...context, tests, front, port }));
  return judgements;
};

const isWanted = (script: string, { only }: SuiteContext) =>
  only.length === 0 || only.some((name) => script.startsWith(name));

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
  const args = ['--no-chain-lint', '--verbose-log'];
  const env = environment({ root, output, port });
  const run = await runScript({ script, args, cwd: tests, env, timeoutMs: TIMEOUT_MS, onResult });
  const judgement = judge({ ...run, asked }, EXCEPTIONS[script]);
  say(`${script}: ${judgement.passed} passed, ${judgement.unexpected.length} failed; ${keep(output, script)}`);
  return judgement;
}

function environment({ root, output, port }: { root: string; output: string; port: number }): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: output,
    LANG: 'C.UTF-8',
    GIT_TEST_INSTALLED: '/usr/bin',
    TEST_OUTPUT_DIRECTORY: output,
    GRANARY_SUITE_ROOT: root,
    GRANARY_SUITE_PORT: String(port),
  };
}

/** Whatever the script and its commands printed, for who has to look into a failure. */
function keep(output: string, script: string): string {
  const name = script.replace(/\.sh$/, '.out');
  mkdirSync(KEPT_OUTPUT, { recursive: true });
  copyFileSync(join(output, 'test-results', name), join(KEPT_OUTPUT, name));
  return `its output is in .cache/logs/suites/${name}`;
}

import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startHub, workspace } from '../../support';
import { judge, type Judgement } from '../exceptions';
import { Front } from '../front/front';
import { outputOf } from '../kept-output';
import { runScript } from '../run-script';
import { isWanted, sourceOf, type Suite, type SuiteContext } from '../suite';
import type { TestResult } from '../tap';
import { LFS_ADDRESSES } from './addresses';
import { EXCEPTIONS } from './exceptions';
import { SCRIPTS } from './scripts';
import { makeCertificate, writeServerFiles } from './server-files';

const TIMEOUT_MS = 10 * 60_000;

/** git-lfs's own tests, in the version of the installed git-lfs, against a hub. */
export const gitLfs: Suite = async (context) => {
  const tests = join(sourceOf('git-lfs'), 't');
  const hub = await startHub({ ssh: false });
  const front = new Front(await hub.actor('suite'), LFS_ADDRESSES);
  const [port, tlsPort, tls] = [await freePort(), await freePort(), await makeCertificate()];
  await front.listen(port);
  await front.listen(tlsPort, tls);
  const urls = { http: `http://127.0.0.1:${port}`, https: `https://127.0.0.1:${tlsPort}` };
  writeServerFiles(join(tests, LFS_ADDRESSES.repositories), urls, tls);
  front.serveRoot(tests);
  const judgements: Judgement[] = [];
  for (const script of SCRIPTS.filter((name) => isWanted(name, context)))
    judgements.push(await runOne(script, { ...context, tests, front }));
  return judgements;
};

async function runOne(script: string, bench: SuiteContext & { tests: string; front: Front }): Promise<Judgement> {
  const { tests, front, say } = bench;
  let [asked, requests] = [0, front.requests];
  const onResult = ({ number, title, outcome }: TestResult) => {
    if (front.requests > requests) asked++;
    requests = front.requests;
    if (outcome === 'failed') say(`${script} ${number} failed: ${title}`);
  };
  const output = outputOf(script);
  const stderr = openSync(output.path, 'w');
  const env = {
    PATH: process.env.PATH,
    HOME: tests,
    // The server runs already: the scripts need not count who still uses it.
    GIT_LFS_NO_TEST_COUNT: '1',
    GIT_LFS_TEST_DIR: workspace('lfs-suite'),
  };
  const shell = 'bash';
  const run = await runScript({ shell, script, args: [], cwd: tests, env, timeoutMs: TIMEOUT_MS, stderr, onResult });
  closeSync(stderr);
  const judgement = judge({ ...run, asked }, EXCEPTIONS[script]);
  const { passed, unexpected } = judgement;
  say(`${script}: ${passed} passed, ${unexpected.length} failed; its output is in ${output.shown}`);
  return judgement;
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, nxEnvironment } from './build.mjs';
import { withCloneLock } from './clone-lock.mjs';
import { ROOT, bin } from './paths.mjs';
import { runVisible } from './run-visible.mjs';
import { staticChecksPass } from './static-checks.mjs';
import { TALLY_DIR, TALLY_REPORTER, clearTally, readTally } from './tally.mjs';

/** To stand behind Jest's file patterns: the option takes every word that follows it for another reporter. */
const REPORTERS = ['--reporters=default', `--reporters=${TALLY_REPORTER}`];

/** Runs Jest, directly or through Nx. A run that fails without a failed test to show for it counts as one. */
async function jestStage({ args, timeoutMinutes }) {
  clearTally();
  const env = nxEnvironment({ NODE_ENV: 'test', GRANARY_TALLY_DIR: TALLY_DIR });
  const { ok, timedOut } = await runVisible({ args, env, timeoutMinutes });
  const tally = readTally();
  const unexplained = !ok && tally.failed === 0;
  return {
    ...tally,
    ok: ok && tally.failed === 0,
    failed: tally.failed + (unexplained ? 1 : 0),
    note: timedOut ? `stopped after ${timeoutMinutes} minutes` : unexplained ? 'a run ended without a result' : '',
  };
}

/** Each library, each app and the tools. */
function unitProjects() {
  const below = (folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`);
  const configs = [...below('apps'), ...below('libs'), 'tools'].map((project) => `${project}/jest.config.js`);
  return configs.filter((config) => existsSync(join(ROOT, config)));
}

/**
 * All of them are one run, whose workers never wait for the last file of a project; what a change reaches is Nx's to say.
 *
 * @param filters what Jest is given besides: patterns of test files, `-t name`.
 * @param since a commit: only what changed after it; null for everything.
 */
const projectTests = (filters, since) =>
  jestStage({
    args:
      since === null
        ? // They wait more than they compute: three keep two processors busy.
          [bin('jest'), ...filters, '--maxWorkers=3', '--projects', ...unitProjects(), ...REPORTERS]
        : [
            bin('nx'),
            ...['affected', `--base=${since}`, '-t', 'test', '--parallel=2'],
            // These tests run real programs, whose versions are no input that Nx knows.
            ...['--skip-nx-cache', '--output-style=stream', '--', ...filters, ...REPORTERS],
          ],
    timeoutMinutes: 30,
  });

function suiteTests(name, timeoutMinutes) {
  return async (filters, since) => {
    const config = join(ROOT, 'test', name, 'jest.config.js');
    if (!existsSync(config)) return { ok: true, passed: 0, failed: 0, skipped: 0, failures: [], note: 'none yet' };
    await withCloneLock(ensureBuilt);
    return jestStage({
      args: [
        bin('jest'),
        ...['-c', config, '--passWithNoTests'],
        ...(since === null ? [] : [`--changedSince=${since}`]),
        ...filters,
        ...REPORTERS,
      ],
      timeoutMinutes,
    });
  };
}

async function lint() {
  return { ok: await staticChecksPass(), passed: 0, failed: 0, skipped: 0, failures: [], note: '' };
}

/** In this order; the cheapest answers come first. */
export const STAGES = {
  lint,
  unit: projectTests,
  e2e: suiteTests('e2e', 45),
  browser: suiteTests('browser', 20),
};

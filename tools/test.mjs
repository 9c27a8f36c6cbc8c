// `npm test`: installs what the tests need, runs all of them, and closes with the totals.
// `npm test -- --only unit|e2e|browser|lint [jest's own file patterns and options]` for a part of them.
// `npm test -- --changed[=REVISION]` for what is not committed, or changed since REVISION: every check, the unit tests of
// the projects that a change reaches, and those of the other tests whose files changed.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { spawnSync } = await import('node:child_process');
const { performance } = await import('node:perf_hooks');
const { withCloneLock } = await import('./lib/clone-lock.mjs');
const { ensureDebianPackages } = await import('./lib/debian.mjs');
const { ensureTestsInstalled } = await import('./lib/install.mjs');
const { ROOT } = await import('./lib/paths.mjs');
const { orExit } = await import('./lib/prepare.mjs');
const { StepFailed } = await import('./lib/step.mjs');
const { STAGES } = await import('./lib/test-stages.mjs');

const CHANGED = /^--changed(?:=(.*))?$/;

function parseArguments(given) {
  const changed = given.map((arg) => CHANGED.exec(arg)).find((found) => found !== null);
  const args = given.filter((arg) => !CHANGED.test(arg));
  const since = changed ? requireRevision(changed[1] ?? 'HEAD') : null;
  const at = args.indexOf('--only');
  if (at === -1) return { stages: Object.keys(STAGES), filters: args, since };
  const only = args[at + 1];
  if (!Object.hasOwn(STAGES, only ?? ''))
    throw new StepFailed(`--only takes one of ${Object.keys(STAGES).join(', ')}, not ${only ?? 'nothing'}.`);
  return { stages: [only], filters: args.toSpliced(at, 2), since };
}

function requireRevision(name) {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new StepFailed(`--changed takes a revision of this clone, and "${name}" is none.`);
  return stdout.trim();
}

async function runStages({ stages, filters, since }) {
  const results = [];
  for (const name of stages) {
    const startedAt = performance.now();
    const result = await STAGES[name](filters, since);
    results.push({ name, ...result, seconds: Math.round((performance.now() - startedAt) / 1000) });
  }
  return results;
}

function summaryOf(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const lines = results.map(({ name, ok, passed, failed, skipped, seconds, note }) => {
    const counts = name === 'lint' ? '' : `${passed} passed, ${failed} failed, ${skipped} skipped`;
    return [name.padEnd(8), ok ? 'ok    ' : 'FAILED', `${seconds} s`.padStart(6), counts, note].join('  ').trimEnd();
  });
  const failures = results.flatMap((result) => result.failures.map((failure) => `  ✕ ${failure}`));
  const totals = `${sum('passed')} passed, ${sum('failed')} failed`;
  return ['', ...lines, ...failures, '', `Tests: ${totals}`, totals, ''].join('\n');
}

const results = await orExit(async () => {
  const plan = parseArguments(process.argv.slice(2));
  await withCloneLock(ensureTestsInstalled);
  if (plan.stages.some((name) => name !== 'lint')) await ensureDebianPackages();
  return runStages(plan);
});
process.stdout.write(summaryOf(results));
process.exitCode = results.every((result) => result.ok) ? 0 : 1;

// `npm run mutants`: breaks the files that decide, one small breakage at a time, and counts which of them the nearest
// unit tests notice (docs/mutants.md). `npm run mutants -- wire protection --minutes 5` for some of the groups.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements();
const { withCloneLock } = await import('./lib/clone-lock.mjs');
const { ensureTestsInstalled } = await import('./lib/install.mjs');
const { orExit } = await import('./lib/prepare.mjs');
const { GROUPS } = await import('./mutants/groups.mjs');
const { parseArguments, USAGE } = await import('./mutants/arguments.mjs');
const { runGroup } = await import('./mutants/run-group.mjs');
const { scoreOf, LEAST_SCORE } = await import('./mutants/score.mjs');
const { updateDocs } = await import('./mutants/docs.mjs');

const asked = parseArguments(process.argv.slice(2), Object.keys(GROUPS));
if ('problem' in asked) {
  process.stderr.write(`${asked.problem ? `mutants: ${asked.problem}\n` : ''}${USAGE(Object.keys(GROUPS))}`);
  process.exit(asked.problem ? 2 : 0);
}

const results = await orExit(async () => {
  await withCloneLock(ensureTestsInstalled);
  const done = [];
  for (const name of asked.groups) done.push({ name, ...(await runGroup(name, GROUPS[name], asked)) });
  return done;
});

let poor = 0;
for (const { name, files, left } of results) {
  const { killed, judged, score } = scoreOf(files);
  const unfinished = left.length > 0 ? `, ${left.length} files left for another time` : '';
  process.stdout.write(`${name}: ${killed} of ${judged} killed, ${score.toFixed(1)} %${unfinished}\n`);
  if (left.length === 0 && score < LEAST_SCORE) poor++;
}
if (asked.write) await updateDocs(results.filter(({ left }) => left.length === 0));
process.exitCode = poor === 0 ? 0 : 1;

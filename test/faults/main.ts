import { endAll } from '../support/cleanup';
import { formatFindings } from '../support/findings';
import type { FaultRun } from './fault-run';
import { power } from './power';
import { starve } from './starve';

const RUNS: Record<string, FaultRun> = { starve, power };

const NAMES = Object.keys(RUNS);
const USAGE = `Usage: npm run faults -- [${NAMES.join('|')}]…

Each run starts hubs of its own on free ports and temporary directories. Exit status 1 when something did not hold.
`;

async function main(names: string[]): Promise<number> {
  const startedAt = Date.now();
  const say = (text: string) =>
    void process.stderr.write(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${text}\n`);
  let broke = 0;
  for (const name of names) {
    const findings = (await RUNS[name]?.({ say })) ?? [];
    process.stdout.write(`\n${name}\n\n${formatFindings(findings)}`);
    broke += findings.filter(({ held }) => !held).length;
    await endAll();
  }
  return broke === 0 ? 0 : 1;
}

let ending: Promise<void> | undefined;
const end = (exitCode: number): Promise<void> => (ending ??= endAll().finally(() => process.exit(exitCode)));

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(RUNS, name));
if (unknown !== undefined) {
  const help = unknown === '--help' || unknown === '-h';
  process.stderr.write(`${help ? '' : `faults: there is no run "${unknown}"\n`}${USAGE}`);
  process.exit(help ? 0 : 2);
}
process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));
main(asked.length > 0 ? asked : NAMES).then(end, (error: unknown) => {
  if (!ending) process.stderr.write(`faults: ${error instanceof Error ? error.stack : String(error)}\n`);
  return end(1);
});

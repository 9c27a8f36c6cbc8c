import { endAll } from '../support/cleanup';
import { formatFindings } from '../support/findings';
import { openProgress, runProgram } from '../support/program';
import type { FaultRun } from './fault-run';
import { power } from './power';
import { starve } from './starve';

const RUNS: Record<string, FaultRun> = { starve, power };

const NAMES = Object.keys(RUNS);
const USAGE = `Usage: npm run faults -- [${NAMES.join('|')}]…

Each run starts hubs of its own on free ports and temporary directories. Exit status 1 when something did not hold.
`;

async function main(names: string[]): Promise<number> {
  const say = openProgress();
  let broke = 0;
  for (const name of names) {
    const findings = (await RUNS[name]?.({ say })) ?? [];
    process.stdout.write(`\n${name}\n\n${formatFindings(findings)}`);
    broke += findings.filter(({ held }) => !held).length;
    await endAll();
  }
  return broke === 0 ? 0 : 1;
}

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(RUNS, name));
if (unknown !== undefined) {
  const help = unknown === '--help' || unknown === '-h';
  process.stderr.write(`${help ? '' : `faults: there is no run "${unknown}"\n`}${USAGE}`);
  process.exit(help ? 0 : 2);
}
runProgram('faults', () => main(asked.length > 0 ? asked : NAMES));

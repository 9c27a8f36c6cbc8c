import { formatFindings } from '../support/findings';
import { openProgress, runProgram } from '../support/program';
import { checkComposition } from './check';
import { Composition } from './composition';
import { ownEngine, runningEngine } from './engine';
import { buildStandIns, STAND_INS_COMPOSE } from './stand-ins';

const USAGE = `Usage: npm run image -- [--stand-ins]

Builds the image, starts docker/compose.yml and does with it what people do. Ports 3000, 2222 and 9000 must be free.
  --stand-ins   with a Docker engine of its own, and images made on this machine instead of those of Docker Hub (root)
Exit status 1 when something did not hold.
`;

async function main(useStandIns: boolean): Promise<number> {
  const say = openProgress();
  const engine = useStandIns ? await ownEngine() : await runningEngine();
  if (useStandIns) await buildStandIns(engine, say);
  const composition = await Composition.copy(engine, useStandIns ? [STAND_INS_COMPOSE] : []);
  const findings = await checkComposition(composition, say);
  process.stdout.write(`\n${formatFindings(findings)}`);
  return findings.every(({ held }) => held) ? 0 : 1;
}

const asked = process.argv.slice(2);
const unknown = asked.find((argument) => argument !== '--stand-ins');
if (unknown !== undefined) {
  const help = unknown === '--help' || unknown === '-h';
  process.stderr.write(`${help ? '' : `image: there is no option "${unknown}"\n`}${USAGE}`);
  process.exit(help ? 0 : 2);
}
runProgram('image', () => main(asked.length > 0));

import { openProgress, runProgram } from '../support/program';
import { git } from './git';
import { gitLfs } from './git-lfs';
import { formatJudgements } from './report';
import type { Suite } from './suite';

const SUITES: Record<string, Suite> = { git, 'git-lfs': gitLfs };

const NAMES = Object.keys(SUITES);
const USAGE = `Usage: npm run suites -- ${NAMES.join('|')} [SCRIPT…]

Runs the suite's scripts (those whose names begin with SCRIPT) against a hub of its own, on free ports and in temporary
directories. Exit status 1 when a test failed that is not listed as one that cannot hold.
`;

async function main(suite: Suite, only: string[]): Promise<number> {
  const say = openProgress();
  const judgements = await suite({ only, say });
  process.stdout.write(`\n${formatJudgements(judgements)}\n`);
  return judgements.some(({ unexpected }) => unexpected.length > 0) ? 1 : 0;
}

const [asked = '--help', ...only] = process.argv.slice(2);
const suite = Object.hasOwn(SUITES, asked) ? SUITES[asked] : undefined;
if (suite === undefined) {
  const help = asked === '--help' || asked === '-h';
  process.stderr.write(`${help ? '' : `suites: there is no suite "${asked}"\n`}${USAGE}`);
  process.exit(help ? 0 : 2);
}
runProgram('suites', () => main(suite, only));

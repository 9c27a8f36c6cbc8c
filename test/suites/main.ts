import { endAll } from '../support/cleanup';
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
  const startedAt = Date.now();
  const say = (text: string) =>
    void process.stderr.write(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${text}\n`);
  const judgements = await suite({ only, say });
  process.stdout.write(`\n${formatJudgements(judgements)}\n`);
  return judgements.some(({ unexpected }) => unexpected.length > 0) ? 1 : 0;
}

let ending: Promise<void> | undefined;
const end = (exitCode: number): Promise<void> => (ending ??= endAll().finally(() => process.exit(exitCode)));

const [asked = '--help', ...only] = process.argv.slice(2);
const suite = Object.hasOwn(SUITES, asked) ? SUITES[asked] : undefined;
if (suite === undefined) {
  const help = asked === '--help' || asked === '-h';
  process.stderr.write(`${help ? '' : `suites: there is no suite "${asked}"\n`}${USAGE}`);
  process.exit(help ? 0 : 2);
}
process.once('SIGINT', () => void end(130));
process.once('SIGTERM', () => void end(143));
main(suite, only).then(end, (error: unknown) => {
  if (!ending) process.stderr.write(`suites: ${error instanceof Error ? error.stack : String(error)}\n`);
  return end(1);
});

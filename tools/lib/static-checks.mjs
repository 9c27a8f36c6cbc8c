import { nxEnvironment } from './build.mjs';
import { bin } from './paths.mjs';
import { checkBeside } from './step.mjs';

const checkWith = (tool, args, title, name = tool) => ({
  title,
  name,
  command: process.execPath,
  args: [bin(tool), ...args],
  env: nxEnvironment(),
});

/** One program for all that Node runs: as a program for each project, every library would be read a dozen times. */
const TYPES = checkWith('tsc', ['-p', 'tsconfig.json'], 'Types', 'types');
const TYPES_OF_WEB = checkWith('tsc', ['-p', 'apps/web/tsconfig.json', '--noEmit'], 'Types of the web UI', 'types-web');
/** Writes the project graph by which ESLint judges the walls; without one it would skip them in silence. */
const GRAPH = checkWith('nx', ['show', 'projects'], 'The projects', 'nx');
const ESLINT = checkWith('eslint', ['.', '--max-warnings=0'], 'ESLint, with the walls between the rooms');
const WALLS = checkWith('depcruise', ['--config', '.dependency-cruiser.mjs', 'apps', 'libs'], 'The walls inside forge');
const FORMAT = checkWith('prettier', ['--check', '--cache', '--cache-location=.cache/prettier', '.'], 'Format');

/** Two lanes, about as long as each other: most machines have two processors, and each program uses one. */
const LANES = [
  [TYPES, TYPES_OF_WEB],
  [GRAPH, ESLINT, WALLS, FORMAT],
];

const GRAPH_MISSING = 'No cached ProjectGraph';

/** Runs every check, shows the output of those that fail, and says whether all passed. */
export async function staticChecksPass() {
  const results = await checkBeside('Types, ESLint, walls and format', LANES);
  const failed = results.filter(({ ok, log }) => !ok || log.includes(GRAPH_MISSING));
  for (const { title, log } of failed) process.stderr.write(`${title}:\n${log}\n`);
  return failed.length === 0;
}

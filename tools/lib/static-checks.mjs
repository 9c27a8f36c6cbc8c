import { nxEnvironment } from './build.mjs';
import { bin } from './paths.mjs';
import { check } from './step.mjs';

/**
 * In this order: ESLint judges the walls by the project graph that the Nx run before it writes, and without one it
 * would skip them in silence.
 */
const CHECKS = [
  { title: 'Types', name: 'typecheck', tool: 'nx', args: ['run-many', '-t', 'typecheck', '--output-style=static'] },
  {
    title: 'ESLint, with the walls between the rooms',
    name: 'eslint',
    tool: 'eslint',
    args: ['.', '--max-warnings=0'],
  },
  {
    title: 'The walls inside forge',
    name: 'dependency-cruiser',
    tool: 'depcruise',
    args: ['--config', '.dependency-cruiser.cjs', 'apps', 'libs'],
  },
  { title: 'Format', name: 'prettier', tool: 'prettier', args: ['--check', '.'] },
];

const GRAPH_MISSING = 'No cached ProjectGraph';

/** Runs every check, shows the output of those that fail, and says whether all passed. */
export async function staticChecksPass() {
  let passed = true;
  for (const { title, name, tool, args } of CHECKS) {
    const result = await check({
      title,
      name,
      command: process.execPath,
      args: [bin(tool), ...args],
      env: nxEnvironment(),
    });
    if (result.ok && !result.log.includes(GRAPH_MISSING)) continue;
    process.stderr.write(`${result.log}\n`);
    passed = false;
  }
  return passed;
}

// Runs on any Node that knows ES modules, so that an old one is told what it lacks: nothing newer than Node 14 here.
import { spawnSync } from 'node:child_process';

export const MINIMUM_NODE = '20.19';
export const MINIMUM_GIT = '2.39';

/** Whether the dotted version `found` is `minimum` or newer; parts that are not numbers are ignored. */
export function isAtLeast(found, minimum) {
  const [a, b] = [found, minimum].map((version) => (version.match(/\d+/g) || []).map(Number));
  for (let i = 0; i < b.length; i++) if ((a[i] || 0) !== b[i]) return (a[i] || 0) > b[i];
  return true;
}

/** What is missing before anything can start, as one line for a person, or null. A build alone needs no git. */
export function missingRequirement({ needsGit = true } = {}) {
  if (!isAtLeast(process.versions.node, MINIMUM_NODE))
    return `Granary needs Node.js ${MINIMUM_NODE} or newer, and this is ${process.versions.node}: install it from https://nodejs.org and run the command again.`;
  if (!needsGit) return null;
  const git = spawnSync('git', ['--version'], { encoding: 'utf8' });
  const advice =
    'install it (Debian, Ubuntu: apt install git; macOS: xcode-select --install) and run the command again.';
  if (git.error || git.status !== 0) return `Granary needs git ${MINIMUM_GIT} or newer, and found none: ${advice}`;
  const found = git.stdout.replace('git version ', '').trim();
  if (!isAtLeast(found, MINIMUM_GIT))
    return `Granary needs git ${MINIMUM_GIT} or newer, and this is ${found}: ${advice}`;
  return null;
}

/** Ends the process with status 1 and one line when Node or git is missing or too old. */
export function demandRequirements(options) {
  const missing = missingRequirement(options);
  if (missing === null) return;
  process.stderr.write(`${missing}\n`);
  process.exit(1);
}

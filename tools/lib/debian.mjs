import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { DEBIAN_PACKAGES } from './debian-packages.mjs';
import { StepFailed, step } from './step.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

/** What `npm test` needs, and how it says so. */
const TESTS = { packages: DEBIAN_PACKAGES, purpose: 'the tests', command: 'npm test' };

/** Which of `packages` (name: what for) are not installed; all of them where there is no dpkg. */
export function missingPackages(packages) {
  const names = Object.keys(packages);
  const asked = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Abbrev} ${Package}\n', ...names], { encoding: 'utf8' });
  const installed = new Set((asked.stdout ?? '').split('\n').flatMap((line) => /^ii +(\S+)/.exec(line)?.[1] ?? []));
  return names.filter((name) => !installed.has(name));
}

function refusal(missing, { packages, purpose, command }) {
  const width = Math.max(...missing.map((name) => name.length));
  const reasons = missing.map((name) => `  ${name.padEnd(width)}  ${packages[name]}`).join('\n');
  return `For ${purpose} these Debian packages are needed, and installing them takes root:\n${reasons}\nInstall them and run ${command} again:\n  sudo apt-get install --no-install-recommends ${missing.join(' ')}`;
}

/** Keeps packages from starting their services while `work` runs: the tests start their own (invoke-rc.d(8)). */
async function withoutServices(work) {
  if (existsSync(POLICY)) return work();
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(POLICY, { force: true });
  }
}

/** Installs what is missing. @throws StepFailed that lists the packages and their reasons when it may not. */
export async function ensureDebianPackages(need = TESTS) {
  const missing = missingPackages(need.packages);
  if (missing.length === 0) return;
  const apt = spawnSync('apt-get', ['--version']).status === 0;
  if (!apt || process.getuid?.() !== 0) throw new StepFailed(refusal(missing, need));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const shared = { command: 'apt-get', env };
  await step({ ...shared, title: 'Reading the package lists', name: 'apt-update', args: [...patience, 'update'] });
  await withoutServices(() =>
    step({
      ...shared,
      title: `Installing ${missing.join(', ')} for ${need.purpose}`,
      name: 'apt-install',
      args: [...patience, 'install', '-y', '--no-install-recommends', ...missing],
    }),
  );
}

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from './paths.mjs';
import { StepFailed, check, step } from './step.mjs';

const APT = '/etc/apt';

/** The text of apt's own list of sources, for sources instead of binaries (sources.list(5), both formats). */
export function forSources(name, text) {
  if (name.endsWith('.sources')) return text.replace(/^Types:.*$/gim, 'Types: deb-src');
  return text.replace(/^deb(?:-src)?(?=\s)/gm, 'deb-src');
}

/** apt with lists and a cache of its own in `work`, which reads the sources that the machine's apt reads the binaries of. */
function ownApt(work) {
  const parts = join(work, 'sources.list.d');
  for (const folder of [parts, join(work, 'lists/partial'), join(work, 'cache/archives/partial')])
    mkdirSync(folder, { recursive: true });
  const lists = join(APT, 'sources.list.d');
  const files = existsSync(lists) ? readdirSync(lists).map((name) => [name, join(lists, name)]) : [];
  for (const [name, file] of [['main.list', join(APT, 'sources.list')], ...files])
    if (/\.(list|sources)$/.test(name) && existsSync(file))
      writeFileSync(join(parts, name), forSources(name, readFileSync(file, 'utf8')));
  const directories = { 'Dir::Etc::SourceList': '/dev/null', 'Dir::Etc::SourceParts': parts };
  const state = { 'Dir::State::Lists': join(work, 'lists'), 'Dir::Cache': join(work, 'cache') };
  return Object.entries({ ...directories, ...state, 'Acquire::Retries': '3', 'APT::Sandbox::User': 'root' }).flatMap(
    ([key, value]) => ['-o', `${key}=${value}`],
  );
}

/** The version of the source that the installed package was built from. */
function installedSource(name) {
  const asked = spawnSync('dpkg-query', ['-W', '-f=${source:Version}', name], { encoding: 'utf8' });
  if (asked.status !== 0) throw new StepFailed(`${name} is not installed as a Debian package`);
  return asked.stdout.trim();
}

/** The installed version, and behind it others of the same release: not every mirror has the sources of every update. */
function versions(name, installed, apt) {
  const listed = spawnSync('apt-cache', [...apt, 'showsrc', '--only-source', name], { encoding: 'utf8' }).stdout ?? '';
  const release = installed.replace(/-[^-]*$/, '');
  const others = [...listed.matchAll(/^Version: (.*)$/gm)].map(([, version]) => version);
  return [...new Set([installed, ...others.filter((version) => version.startsWith(`${release}-`)).reverse()])];
}

async function fetchFirst(name, [version, ...others], { apt, work }) {
  const { ok, log } = await check({
    title: `Fetching the source of ${name} ${version}`,
    name: `source-${name}`,
    command: 'sh',
    args: ['-c', 'cd "$1" && shift && exec apt-get "$@"', 'sh', work, ...apt, 'source', `${name}=${version}`],
  });
  if (ok) return;
  if (others.length === 0) throw new StepFailed(`${log}\n\nThe source of ${name} could not be fetched`);
  await fetchFirst(name, others, { apt, work });
}

/**
 * Unpacks the source of the installed package `name`, with Debian's changes; once for each version.
 * @returns its directory and version.
 */
export async function debianSource(name) {
  const version = installedSource(name);
  // Without the epoch: a colon would part the directory in two where it stands in PATH.
  const path = join(CACHE, 'suites', `${name}-${version.replace(/^\d+:/, '')}`);
  if (existsSync(path)) return { path, version };
  const work = `${path}.new`;
  rmSync(work, { recursive: true, force: true });
  const apt = ownApt(work);
  await step({
    title: 'Reading the lists of sources',
    name: 'source-lists',
    command: 'apt-get',
    args: [...apt, 'update'],
  });
  await fetchFirst(name, versions(name, version, apt), { apt, work });
  const unpacked = readdirSync(work, { withFileTypes: true }).find(
    (entry) => entry.isDirectory() && entry.name.startsWith(`${name}-`),
  );
  if (!unpacked) throw new StepFailed(`The source of ${name} ${version} was not unpacked in ${work}`);
  renameSync(join(work, unpacked.name), path);
  rmSync(work, { recursive: true });
  return { path, version };
}

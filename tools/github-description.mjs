// Takes from GitHub's description of its REST API what test/e2e compares the hub with, and writes
// test/support/github-api.json. The npm package that holds it is unpacked 400 MB large, so it is fetched here, when
// somebody wants a newer one, and not with every installation: node tools/github-description.mjs [VERSION]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@octokit/openapi';
const TARGET = fileURLToPath(new URL('../test/support/github-api.json', import.meta.url));

/** The addresses whose answers are described in full: those of things that the hub has. */
const DESCRIBED =
  /^\/(meta|rate_limit|versions|zen|search\/repositories|user|user\/(repos|keys|gpg_keys)(\/.*)?|users\/\{username\}(\/repos)?|repos\/\{owner\}\/\{repo\}(\/(branches|branches\/\{branch\}|branches\/\{branch\}\/protection|collaborators.*|commits|commits\/\{ref\}|compare\/.*|contents\/.*|git\/.*|hooks.*|readme.*|tags))?)?$/;
/** What a validator has no use for. */
const PROSE = new Set(['description', 'example', 'examples', 'title', 'summary', 'externalDocs', 'deprecated']);

const version = process.argv[2] ?? '23.0.2';
const description = await fetchDescription(`${PACKAGE}@${version}`);
const needed = new Set();
const operations = {};
const all = [];
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, { responses }] of Object.entries(methods)) {
    const name = `${method.toUpperCase()} ${path}`;
    all.push(name);
    if (DESCRIBED.test(path)) operations[name] = withoutProse(responses, false);
  }
}
const components = collectComponents();
writeFileSync(
  TARGET,
  [
    `{"source":${JSON.stringify(`${PACKAGE} ${version}, api.github.com`)},`,
    `"all":[\n${lines(all.sort())}\n],`,
    `"operations":{\n${members(operations)}\n},`,
    `"components":{\n${members(components)}\n}}\n`,
  ].join('\n'),
);
console.log(`${all.length} operations, ${Object.keys(operations).length} of them described: ${TARGET}`);

async function fetchDescription(what) {
  const directory = mkdtempSync(join(tmpdir(), 'github-description-'));
  try {
    const [tarball] = JSON.parse(execFileSync('npm', ['pack', '--json', what], { cwd: directory, encoding: 'utf8' }));
    const file = 'package/generated/api.github.com.json';
    execFileSync('tar', ['-xf', tarball.filename, file], { cwd: directory });
    return JSON.parse(readFileSync(join(directory, file), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** @param isNames whether the keys of `value` are names of fields, which may be called as prose is. */
function withoutProse(value, isNames) {
  if (Array.isArray(value)) return value.map((each) => withoutProse(each, false));
  if (typeof value !== 'object' || value === null) return value;
  if (typeof value.$ref === 'string') needed.add(value.$ref);
  const kept = Object.entries(value).filter(([key]) => isNames || !(PROSE.has(key) || key.startsWith('x-')));
  return Object.fromEntries(kept.map(([key, each]) => [key, withoutProse(each, key === 'properties' && !isNames)]));
}

/** Those that the operations need, and those that these need: by their whole pointer. */
function collectComponents() {
  const found = {};
  for (const pointer of needed) {
    const [, , kind, name] = pointer.split('/');
    found[pointer] = withoutProse(description.components[kind][name], false);
  }
  return found;
}

function lines(values) {
  return values.map((value) => JSON.stringify(value)).join(',\n');
}

function members(object) {
  const sorted = Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n');
}

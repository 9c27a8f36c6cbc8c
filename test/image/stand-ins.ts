import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runOk, workspace } from '../support';
import type { Engine } from './engine';

const HERE = join(ROOT, 'test/image/stand-ins');
const BASE = 'granary-test/bookworm';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** An image has no terminal and no patience limit of its own. */
const SLOW = { timeoutMs: 15 * 60_000 };

/** The lines over Swift's other access keys. */
export const STAND_INS_COMPOSE = join(HERE, 'compose.yml');

/**
 * Builds what docker/ takes from Docker Hub, under the same names, from Debian's packages and the npm registry: for
 * machines that reach no image registry. What the hub is given is then not MinIO, and another release of Postgres.
 */
export async function buildStandIns(engine: Engine, say: (text: string) => void): Promise<void> {
  say('making a Debian to build upon');
  await importDebian(engine);
  const builds = { node: nodeContext, postgres: plainContext, redis: plainContext, minio: minioContext };
  for (const [name, contextOf] of Object.entries(builds)) {
    const tag = tagOf(name);
    say(`building a stand-in for ${tag}`);
    const context = await contextOf(name, tag);
    const registry = (await runOk('npm', ['config', 'get', 'registry'])).trim();
    await engine.docker('build', '-q', '--build-arg', `NPM_CONFIG_REGISTRY=${registry}`, '-t', tag, context);
  }
}

/** What the Dockerfile or the composition calls the image of `name`. */
function tagOf(name: string): string {
  const text = ['Dockerfile', 'compose.yml'].map((file) => readFileSync(join(ROOT, 'docker', file), 'utf8')).join('\n');
  const [, tag] = new RegExp(`^(?:FROM|\\s+image:) (\\S*\\b${name}:\\S+)`, 'm').exec(text) ?? [];
  if (tag === undefined) throw new Error(`docker/ names no image of ${name} any more`);
  return tag;
}

async function importDebian(engine: Engine): Promise<void> {
  const directory = workspace('debian');
  const tree = join(directory, 'tree');
  await runOk('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', tree], SLOW);
  const archive = join(directory, 'tree.tar');
  await runOk('tar', ['-C', tree, '-cf', archive, '.'], SLOW);
  await engine.docker('import', archive, BASE);
  rmSync(directory, { recursive: true, force: true });
}

async function plainContext(name: string): Promise<string> {
  const context = workspace(`image-${name}`);
  cpSync(join(HERE, name), context, { recursive: true });
  return context;
}

async function minioContext(name: string): Promise<string> {
  const context = await plainContext(name);
  const script = 'swift-with-s3api.py';
  copyFileSync(join(ROOT, 'libs/object-store/src/testing', script), join(context, script));
  return context;
}

async function nodeContext(name: string, tag: string): Promise<string> {
  const context = await plainContext(name);
  const [, major] = /:(\d+)/.exec(tag) ?? [];
  const node = await unpack(`node-linux-${process.arch}@${major}`);
  const npm = await unpack('npm@10');
  mkdirSync(join(context, 'usr/bin'), { recursive: true });
  mkdirSync(join(context, 'usr/lib/node_modules'), { recursive: true });
  copyFileSync(join(node, 'bin/node'), join(context, 'usr/bin/node'));
  cpSync(npm, join(context, 'usr/lib/node_modules/npm'), { recursive: true });
  // A machine whose npm registry stands behind an authority of its own trusts it here, and so must the build.
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, join(context, 'ca-certificates.crt'));
  return context;
}

/** @returns the directory of a package of the npm registry, as it was published. */
async function unpack(spec: string): Promise<string> {
  const directory = workspace('package');
  const file = (await runOk('npm', ['pack', '--silent', spec], { cwd: directory, ...SLOW })).trim();
  await runOk('tar', ['-xzf', file], { cwd: directory });
  renameSync(join(directory, 'package'), join(directory, 'unpacked'));
  return join(directory, 'unpacked');
}

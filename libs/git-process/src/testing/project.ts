import { execFile } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ObjectFormat } from '../repository/repository';
import { mustGit, type Fixture } from './fixture';

export interface Project {
  name: string;
  /** The bare repository on the hub. */
  path: string;
  /** The user's work tree, whose `origin` is the hub. */
  work: string;
  url: string;
}

let counter = 0;

/** An empty repository on the hub, and a work tree with `files` committed one after another. */
export async function createProject(
  fixture: Fixture,
  urlOf: (name: string) => string,
  options: { files: string[]; objectFormat?: ObjectFormat },
): Promise<Project> {
  const name = `project-${counter++}`;
  const objectFormat = options.objectFormat ?? 'sha1';
  const path = await fixture.repository(name, objectFormat);
  const work = join(fixture.directory, 'work', name);
  await mkdir(work, { recursive: true });
  await mustGit(work, 'init', '--quiet', '--initial-branch=main', `--object-format=${objectFormat}`);
  await mustGit(work, 'remote', 'add', 'origin', urlOf(name));
  for (const file of options.files) await commitFile(work, file, `content of ${file}\n`);
  return { name, path, work, url: urlOf(name) };
}

/** Answers the id of the new commit. */
export async function commitFile(work: string, file: string, content: string | Buffer): Promise<string> {
  await writeFile(join(work, file), content);
  await mustGit(work, 'add', '--', file);
  await mustGit(work, 'commit', '--quiet', '-m', `add ${file}`);
  return mustGit(work, 'rev-parse', 'HEAD');
}

/** A commit of bytes that no packing makes smaller, the same at every run. */
export function commitNoise(work: string, sizeBytes: number): Promise<string> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  return commitFile(work, 'noise', cipher.update(Buffer.alloc(sizeBytes)));
}

/** What an unfinished push may leave: quarantines, temporary packs, locks. */
export async function leftovers(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true });
  return entries.filter((entry) => /tmp_|incoming|\.lock$|\.keep$/.test(entry));
}

/** Command lines of this machine's processes that name `path`. */
export async function processesAbout(path: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'args='], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split('\n').filter((line) => line.includes(path));
}

/** For programs that hang, not for those that are slow. */
const PATIENCE_MS = 20_000;

/** @throws Error that shows `condition` when it does not hold within twenty seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const late = new Error(`not within ${PATIENCE_MS} ms: ${condition}`);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw late;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

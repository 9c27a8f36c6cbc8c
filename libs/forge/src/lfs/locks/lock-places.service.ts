import type { CatFile } from '@granary/git-process';
import { invalidField, visible } from '@granary/kernel';
import { foldRefName, linkedPath, TreeCursor } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { CatFilesService, RepositoriesService } from '../../repositories';

/** A directory of some 50,000 entries; nobody looks into a larger one for another spelling. */
const MAX_TREE_BYTES = 4 * 1024 ** 2;
const MAX_LINKS = 40;
const MAX_TARGET_BYTES = 4096;
/** The mode of a symbolic link. */
const LINK = 0o120000;

interface Obstacle {
  path: string;
  is: 'file' | 'directory';
  /** Where it points to, of a symbolic link that stays within the repository. */
  leadsTo: string | null;
}

/** How a path would have to be spelled in one tree. */
interface Spelling {
  /** As far as the tree has it, spelled as there; as it was given from there on. */
  path: string;
  /** What stands where the path needs a directory, or where it needs a file. */
  obstacle: Obstacle | null;
}

/** Says whether a path could be a file's in a repository: a lock of another spelling guards nothing. */
@Injectable()
export class LockPlacesService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly catFiles: CatFilesService,
  ) {}

  /**
   * A file that is yet to come may be locked, too: beside what there is on the default branch, or on the lock's own.
   *
   * @throws DomainError `invalid` with the right spelling.
   */
  async require(repositoryId: number, path: string, ref: string | null): Promise<void> {
    const objects = this.catFiles.open(this.repositories.storage.pathOf(repositoryId));
    const roots = (
      await Promise.all([ref, 'HEAD'].map(async (name) => (name === null ? null : objects.info(`${name}^{tree}`))))
    ).flatMap((root) => root?.oid ?? []);
    const found = await Promise.all(roots.map((root) => objects.info(`${root}:${path}`)));
    if (found.some((object) => object !== null && object.type !== 'tree')) return;
    for (const root of roots) {
      const { path: right, obstacle } = await spellingIn(objects, root, path.replaceAll('\\', '/'));
      if (right !== path) throw refused(path, `this repository has it as ${visible(right)}`, right);
      if (obstacle?.is === 'directory')
        throw refused(path, `${visible(obstacle.path)} is a directory: lock the files in it`);
      if (obstacle) throw refused(path, `${visible(obstacle.path)} is a file, and has nothing below it`);
    }
    if (path.includes('\\')) throw refused(path, 'its parts are separated by slashes', path.replaceAll('\\', '/'));
  }
}

function refused(path: string, reason: string, right?: string) {
  const spelling = right === undefined ? '' : ` Lock it as: ${visible(right)}`;
  return invalidField('path', `${visible(path)} cannot be locked: ${reason}.${spelling}`, 'invalid');
}

/** A file behind a symbolic link to its directory is spelled as the file that it is. */
async function spellingIn(objects: CatFile, root: string, path: string): Promise<Spelling> {
  let spelling = await spellingUpToLinks(objects, root, path);
  for (let links = 0; spelling.obstacle?.leadsTo && links < MAX_LINKS; links++) {
    const { path: there, leadsTo } = spelling.obstacle;
    spelling = await spellingUpToLinks(objects, root, leadsTo + spelling.path.slice(there.length));
  }
  return spelling;
}

async function spellingUpToLinks(objects: CatFile, root: string, path: string): Promise<Spelling> {
  const parts = path.split('/');
  let tree = root;
  for (const [at, part] of parts.entries()) {
    const entry = await entryLike(objects, tree, part);
    if (!entry) return { path: parts.join('/'), obstacle: null };
    parts[at] = entry.name;
    const isLast = at === parts.length - 1;
    const here = parts.slice(0, at + 1).join('/');
    if (entry.isTree === isLast) {
      const leadsTo = entry.isLink ? await targetOf(objects, here, entry.oid) : null;
      return { path: parts.join('/'), obstacle: { path: here, is: isLast ? 'directory' : 'file', leadsTo } };
    }
    tree = entry.oid;
  }
  return { path: parts.join('/'), obstacle: null };
}

async function targetOf(objects: CatFile, path: string, oid: string): Promise<string | null> {
  const found = await objects.contents(oid, { maxBytes: MAX_TARGET_BYTES });
  return found && linkedPath(path, found.data.toString('utf8'));
}

/** Of the same name, or of one that a file system which does not tell case would take for it. */
async function entryLike(objects: CatFile, tree: string, name: string) {
  const info = await objects.info(tree);
  if (!info || info.sizeBytes > MAX_TREE_BYTES) return null;
  const content = (await objects.contents(tree, { maxBytes: MAX_TREE_BYTES }))?.data ?? Buffer.alloc(0);
  const folded = foldRefName(name);
  let like: { name: string; oid: string; isTree: boolean; isLink: boolean } | null = null;
  for (const at = new TreeCursor(content, tree.length / 2); !at.atEnd; at.advance()) {
    const found = { name: at.name, oid: at.oid, isTree: at.isTree, isLink: at.mode === LINK };
    if (found.name === name) return found;
    if (foldRefName(found.name) === folded && !found.name.includes('\ufffd')) like ??= found;
  }
  return like;
}

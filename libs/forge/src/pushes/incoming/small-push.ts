import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CatFile, ObjectInfo } from '@granary/git-process';
import { parseCommit, parseTag, ProtocolError, readPack, type PackedObject } from '@granary/wire';

/** What the judge asks of objects. */
export type ObjectSource = Pick<CatFile, 'info' | 'contents'>;

const MAX_PACK_BYTES = 256 * 1024;
/** Takes this process about ten milliseconds. */
const MAX_INFLATED_BYTES = 2 * 1024 * 1024;
const PACK_NAME = /^pack-([0-9a-f]{40}|[0-9a-f]{64})\.pack$/;
const ROOT = '^{tree}';

/**
 * What a push brings, where that is little: most pushes are a few commits, which are read here before git would have
 * started.
 *
 * @param objectDirectory the quarantine, whose one pack git has checked and completed.
 * @returns the objects in the order of their ids; `null` for anything that git should read.
 */
export async function readSmallPush(objectDirectory: string): Promise<PackedObject[] | null> {
  const [name, ...others] = (await readdir(join(objectDirectory, 'pack'))).filter((file) => file.endsWith('.pack'));
  const [, id] = PACK_NAME.exec(name ?? '') ?? [];
  const isWhole = (await readdir(objectDirectory)).every((entry) => entry === 'pack' || entry === 'info');
  if (!name || !id || others.length > 0 || !isWhole) return null;
  const path = join(objectDirectory, 'pack', name);
  if ((await stat(path)).size > MAX_PACK_BYTES) return null;
  const [pack, index] = await Promise.all([readFile(path), readFile(path.replace(/pack$/, 'idx'))]);
  try {
    return readPack(pack, index, { idBytes: id.length / 2, maxInflatedBytes: MAX_INFLATED_BYTES });
  } catch (error) {
    // git has another reader, and the last word.
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}

/** The objects of a small push before those of its repository, as one `cat-file` in the quarantine has them. */
export class SmallPush implements ObjectSource {
  private readonly own: ReadonlyMap<string, PackedObject>;

  constructor(
    private readonly objects: readonly PackedObject[],
    private readonly repository: ObjectSource,
  ) {
    this.own = new Map(objects.map((object) => [object.oid, object]));
  }

  /** In the order of their ids. */
  infos(): ObjectInfo[] {
    return this.objects.map(infoOf);
  }

  async info(name: string): Promise<ObjectInfo | null> {
    if (name.endsWith(ROOT)) return this.root(name.slice(0, -ROOT.length));
    const own = this.own.get(name);
    return own ? infoOf(own) : this.repository.info(name);
  }

  async contents(
    name: string,
    options: Parameters<ObjectSource['contents']>[1],
  ): Promise<(ObjectInfo & { data: Buffer }) | null> {
    const own = this.own.get(name);
    return own ? { ...infoOf(own), data: own.data } : this.repository.contents(name, options);
  }

  private async root(name: string): Promise<ObjectInfo | null> {
    const own = this.own.get(name);
    if (!own) return this.repository.info(`${name}${ROOT}`);
    if (own.type === 'tree') return infoOf(own);
    if (own.type === 'blob') return null;
    if (own.type === 'commit') {
      const commit = parseCommit(own.data);
      return commit.kind === 'malformed' ? null : this.info(commit.tree);
    }
    const tag = parseTag(own.data);
    return tag.kind === 'malformed' ? null : this.root(tag.object);
  }
}

function infoOf({ oid, type, data }: PackedObject): ObjectInfo {
  return { oid, type, sizeBytes: data.length };
}

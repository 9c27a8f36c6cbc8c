import { createHash } from 'node:crypto';
import type { ObjectType } from '@granary/git-process';
import { ObjectIndex } from '../object-index';
import { ObjectReader } from '../object-reader';
import type { ObjectSource } from '../small-push';

/** One entry of a tree; the order of the entries is the caller's. */
export interface Entry {
  mode: string;
  name: string;
  oid: string;
}

/** A repository in memory, for specs that need no git. */
export class MemoryObjects implements ObjectSource {
  private readonly objects = new Map<string, { oid: string; type: ObjectType; sizeBytes: number; data: Buffer }>();
  /** The ids of the blobs, trees, commits and tags that were read, each time that they were. */
  readonly read: string[] = [];

  /** @param claimedBytes its size, where a long content would only take time. */
  put(type: ObjectType, content: string | Buffer, claimedBytes?: number): string {
    const data = Buffer.from(content);
    const oid = createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex');
    this.objects.set(oid, { oid, type, sizeBytes: claimedBytes ?? data.length, data });
    return oid;
  }

  blob(content: string | Buffer): string {
    return this.put('blob', content);
  }

  tree(...entries: Entry[]): string {
    const bytes = entries.flatMap(({ mode, name, oid }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
    return this.put('tree', Buffer.concat(bytes));
  }

  /** A tree of ordinary files. */
  files(contents: Record<string, string | Buffer>): string {
    const names = Object.keys(contents).sort();
    return this.tree(...names.map((name) => ({ mode: '100644', name, oid: this.blob(contents[name] ?? '') })));
  }

  commit(tree: string, { parents = [], author = 'ada@example.com', committer = author, text = '' }: CommitParts = {}) {
    const lines = [
      `tree ${tree}`,
      ...parents.map((parent) => `parent ${parent}`),
      `author A <${author}> 1700000000 +0000`,
      `committer C <${committer}> 1700000000 +0000`,
      `\n${text}\n`,
    ];
    return this.put('commit', lines.join('\n'));
  }

  tag(object: string, type: ObjectType): string {
    return this.put('tag', `object ${object}\ntype ${type}\ntag t\ntagger A <a@example.com> 1700000000 +0000\n\nt\n`);
  }

  /** Reads all of them, of which `incoming` are what the push brings. */
  reader(incoming: readonly string[]): ObjectReader {
    const index = new ObjectIndex();
    for (const oid of incoming.toSorted()) {
      const object = this.objects.get(oid);
      if (object) index.add(object);
    }
    return new ObjectReader(this, index);
  }

  async info(name: string) {
    const found = this.objects.get(name);
    return found ? { oid: found.oid, type: found.type, sizeBytes: found.sizeBytes } : null;
  }

  async contents(name: string) {
    this.read.push(name);
    return this.objects.get(name) ?? null;
  }
}

interface CommitParts {
  parents?: string[];
  author?: string;
  committer?: string;
  text?: string;
}

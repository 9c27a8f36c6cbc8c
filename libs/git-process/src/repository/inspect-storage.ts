import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nothingThere, packDirectory } from '../maintenance/packs';
import { readObjectFormat } from './object-format';
import type { ObjectFormat } from './repository';

/** Something in a repository's directory that git stumbles over. Paths are relative to it. */
export type StorageFault =
  | { kind: 'missing' | 'head' | 'config' }
  | { kind: 'pack_cut' | 'pack_missing' | 'index_missing' | 'index_cut'; path: string }
  | { kind: 'object_empty' | 'ref_broken'; path: string };

const HASH_BYTES: Record<ObjectFormat, number> = { sha1: 20, sha256: 32 };
const HEAD = /^(ref: refs\/heads\/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/;
const OID = /^([0-9a-f]{40}|[0-9a-f]{64}|ref: .+)\s*$/;

/**
 * What a power cut, a full disk or a hand has done to a repository, as far as it shows without reading the objects: that
 * is what git-fsck(1) is for. Costs a few reads for each pack and each loose file, whatever their size.
 */
export async function* inspectStorage(repositoryPath: string): AsyncGenerator<StorageFault> {
  const found = await stat(repositoryPath).catch(() => null);
  if (!found?.isDirectory()) return yield { kind: 'missing' };
  if (!HEAD.test(await textOf(join(repositoryPath, 'HEAD')))) yield { kind: 'head' };
  if (!/repositoryformatversion/i.test(await textOf(join(repositoryPath, 'config')))) return yield { kind: 'config' };
  yield* packFaults(repositoryPath);
  yield* emptyObjects(repositoryPath);
  yield* brokenRefs(repositoryPath);
}

/** Where HEAD points by its own text, without asking git: null when it is broken or detached. */
export async function readHeadRef(repositoryPath: string): Promise<string | null> {
  const [, ref] = /^ref: (refs\/heads\/\S+)\s*$/.exec(await textOf(join(repositoryPath, 'HEAD'))) ?? [];
  return ref ?? null;
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function* packFaults(repositoryPath: string): AsyncGenerator<StorageFault> {
  const files = new Set(await readdir(packDirectory(repositoryPath)).catch(nothingThere));
  const hashBytes = HASH_BYTES[await readObjectFormat(repositoryPath)];
  for (const file of files) {
    const [, name, ending] = /^(pack-[0-9a-f]+)\.(pack|idx)$/.exec(file) ?? [];
    if (name === undefined) continue;
    const path = `objects/pack/${file}`;
    if (ending === 'idx' && !files.has(`${name}.pack`)) yield { kind: 'pack_missing', path };
    if (ending === 'pack' && !files.has(`${name}.idx`)) yield { kind: 'index_missing', path };
    else if (ending === 'pack') yield* cutFaults(repositoryPath, name, hashBytes);
  }
}

/** An index ends with its pack's checksum and its own, a pack with its own (gitformat-pack(5)). */
async function* cutFaults(repositoryPath: string, name: string, hashBytes: number): AsyncGenerator<StorageFault> {
  const [pack, index] = [`objects/pack/${name}.pack`, `objects/pack/${name}.idx`];
  const inIndex = await lastBytes(join(repositoryPath, index), 2 * hashBytes);
  if (inIndex === null) return yield { kind: 'index_cut', path: index };
  const inPack = await lastBytes(join(repositoryPath, pack), hashBytes);
  if (inPack === null || !inIndex.subarray(0, hashBytes).equals(inPack)) yield { kind: 'pack_cut', path: pack };
}

/** Null when the file is shorter. */
async function lastBytes(path: string, count: number): Promise<Buffer | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < count) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, size - count);
    return bytesRead === count ? buffer : null;
  } finally {
    await file.close();
  }
}

async function* emptyObjects(repositoryPath: string): AsyncGenerator<StorageFault> {
  const objects = join(repositoryPath, 'objects');
  for (const fan of (await readdir(objects).catch(nothingThere)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    for (const file of await readdir(join(objects, fan)).catch(nothingThere)) {
      if (!/^[0-9a-f]+$/.test(file)) continue;
      const found = await stat(join(objects, fan, file)).catch(() => null);
      if (found?.size === 0) yield { kind: 'object_empty', path: `objects/${fan}/${file}` };
    }
  }
}

async function* brokenRefs(repositoryPath: string, folder = 'refs'): AsyncGenerator<StorageFault> {
  const entries = await readdir(join(repositoryPath, folder), { withFileTypes: true }).catch(nothingThere);
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* brokenRefs(repositoryPath, path);
    else if (!entry.name.endsWith('.lock') && !OID.test(await textOf(join(repositoryPath, path))))
      yield { kind: 'ref_broken', path };
  }
}

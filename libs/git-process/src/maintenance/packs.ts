import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A pack with its index, as it lies in `objects/pack`. */
export interface Pack {
  /** `pack-<hash>`, without an ending. */
  name: string;
  sizeBytes: number;
  /** Has a `.keep`: a push is between the arrival of its objects and the move of its refs, or died there. */
  isKept: boolean;
  /** Holds objects that no ref reached when it was written, each with the time since when (gitformat-pack(5)). */
  isCruft: boolean;
}

export const packDirectory = (repositoryPath: string): string => join(repositoryPath, 'objects', 'pack');

/** The packs that git can see; none where there is no repository. */
export async function listPacks(repositoryPath: string): Promise<Pack[]> {
  const directory = packDirectory(repositoryPath);
  const files = new Set(await readdir(directory).catch(nothingThere));
  const names = [...files].flatMap((file) => /^(pack-[0-9a-f]+)\.idx$/.exec(file)?.[1] ?? []);
  const packs = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(directory, `${name}.pack`)).catch(() => null);
      const facts = { isKept: files.has(`${name}.keep`), isCruft: files.has(`${name}.mtimes`) };
      return found ? [{ name, sizeBytes: found.size, ...facts }] : [];
    }),
  );
  return packs.flat();
}

/** What `readdir` found where a directory may be absent or may vanish. */
export function nothingThere(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}

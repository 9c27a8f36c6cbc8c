import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RemoteImage {
  /** Its media type, one of those that pages show. */
  type: string;
  body: Buffer;
}

export interface ImageCacheOptions {
  /** Of this cache alone; what lies there from before is removed. */
  directory: string;
  maxBytes: number;
  maxAgeMs: number;
}

interface Entry {
  type: string;
  sizeBytes: number;
  storedAtMs: number;
}

/** Images of other hosts on the disk, the least lately used of which make room. */
export class ImageCache {
  /** By file name, in the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private sizeBytes = 0;
  private opened: Promise<unknown> | null = null;

  constructor(private readonly options: ImageCacheOptions) {}

  async get(url: string): Promise<RemoteImage | null> {
    const name = nameOf(url);
    const entry = this.entries.get(name);
    if (!entry) return null;
    if (Date.now() - entry.storedAtMs > this.options.maxAgeMs) return this.forget(name);
    // Another process may share the directory, and have emptied it.
    const body = await readFile(this.pathOf(name)).catch(() => null);
    if (body?.length !== entry.sizeBytes) return this.forget(name);
    this.entries.delete(name);
    this.entries.set(name, entry);
    return { type: entry.type, body };
  }

  /** What does not fit, or cannot be written, is not kept: a cache is no reason to show nothing. */
  async put(url: string, { type, body }: RemoteImage): Promise<void> {
    const name = nameOf(url);
    if (body.length > this.options.maxBytes) return;
    try {
      await (this.opened ??= this.empty());
      const temporary = `${this.pathOf(name)}-${randomBytes(6).toString('hex')}`;
      await writeFile(temporary, body, { mode: 0o600 });
      await rename(temporary, this.pathOf(name));
    } catch {
      this.opened = null;
      return;
    }
    await this.forget(name, { keepFile: true });
    this.entries.set(name, { type, sizeBytes: body.length, storedAtMs: Date.now() });
    this.sizeBytes += body.length;
    for (const oldest of this.entries.keys()) {
      if (this.sizeBytes <= this.options.maxBytes) break;
      await this.forget(oldest);
    }
  }

  private async empty(): Promise<void> {
    await rm(this.options.directory, { recursive: true, force: true });
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
  }

  private async forget(name: string, { keepFile = false } = {}): Promise<null> {
    const entry = this.entries.get(name);
    if (!entry) return null;
    this.entries.delete(name);
    this.sizeBytes -= entry.sizeBytes;
    if (!keepFile) await rm(this.pathOf(name), { force: true });
    return null;
  }

  private pathOf(name: string): string {
    return join(this.options.directory, name);
  }
}

function nameOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}

import { basename, dirname } from 'node:path';

/** One change of a file system that a program asked for, with absolute paths. */
export type DiskEvent =
  | { kind: 'create' | 'write' | 'makeDirectory' | 'remove' | 'sync'; path: string }
  | { kind: 'rename' | 'link'; from: string; to: string };

/** Names that no answer promises: they are on their way to become something, or are left to be swept. */
const TEMPORARY = /\.lock$|^tmp_|^\.tmp-|\.tmp$|^bitmap-ref-tips_/;

/**
 * What a power cut may take back: a file system that keeps nothing of a file until it is synced, and no name until its
 * directory is (fsync(2)). Real ones keep more, and each of them more of something else.
 */
export class DiskModel {
  private readonly unsynced = new Set<string>();
  private readonly names = new Map<string, 'made' | 'gone'>();

  apply(event: DiskEvent): void {
    if ('from' in event) {
      if (event.kind === 'rename') this.rename(event.from, event.to);
      else this.link(event.from, event.to);
      return;
    }
    const { kind, path } = event;
    if (kind === 'sync') return this.sync(path);
    if (kind === 'remove') return this.remove(path);
    if (kind !== 'makeDirectory') this.unsynced.add(path);
    if (kind !== 'write') this.names.set(path, 'made');
  }

  /** What of `directory`, down to the last file and up to the root, would not be there, or not as it is now. */
  atRisk(directory: string): string[] {
    const isOurs = (path: string) =>
      path === directory || path.startsWith(`${directory}/`) || directory.startsWith(`${path}/`);
    const isKept = (path: string) => isOurs(path) && !path.split('/').some((name) => TEMPORARY.test(name));
    return [
      ...[...this.unsynced].filter(isKept).map((path) => `content of ${path}`),
      ...[...this.names].filter(([path]) => isKept(path)).map(([path, what]) => `${what}: ${path}`),
    ].sort();
  }

  private sync(path: string): void {
    this.unsynced.delete(path);
    for (const name of this.names.keys()) if (dirname(name) === path) this.names.delete(name);
  }

  private remove(path: string): void {
    for (const file of this.unsynced) if (file === path || file.startsWith(`${path}/`)) this.unsynced.delete(file);
    for (const name of this.names.keys()) if (name.startsWith(`${path}/`)) this.names.delete(name);
    if (this.names.get(path) === 'made') this.names.delete(path);
    else this.names.set(path, 'gone');
  }

  private link(from: string, to: string): void {
    if (this.unsynced.has(from)) this.unsynced.add(to);
    this.names.set(to, 'made');
  }

  private rename(from: string, to: string): void {
    const moved = (path: string) => (path === from ? to : to + path.slice(from.length));
    const below = (path: string) => path === from || path.startsWith(`${from}/`);
    const [files, names] = [[...this.unsynced].filter(below), [...this.names].filter(([path]) => below(path))];
    this.remove(to);
    this.remove(from);
    for (const file of files) this.unsynced.add(moved(file));
    for (const [name, what] of names) this.names.set(moved(name), what);
    this.names.set(to, 'made');
  }
}

/** For people: without the part of the paths that all have. */
export function shortly(risks: readonly string[], directory: string): string[] {
  return risks.map((risk) => risk.replace(`${directory}/`, '').replace(directory, basename(directory)));
}

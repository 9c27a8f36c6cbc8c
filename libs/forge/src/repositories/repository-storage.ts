import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '@granary/kernel';

/** Disk paths come from the id, never from a name: `<root>/<two hex digits>/<id>.git`. */
export class RepositoryStorage {
  constructor(private readonly root: string) {}

  pathOf(repositoryId: number): string {
    const shard = (repositoryId % 256).toString(16).padStart(2, '0');
    return join(this.root, shard, `${repositoryId}.git`);
  }

  /**
   * Takes away what lies where a new repository is to be: no row of the database has this id, so it is no repository of
   * this hub. Nothing of it is lost.
   *
   * @returns where it lies now.
   */
  async setAside(repositoryId: number, now: Date): Promise<string> {
    const path = this.pathOf(repositoryId);
    const aside = `${path}.aside-${now.toISOString().replace(/[:.]/g, '-')}`;
    await rename(path, aside);
    await syncDirectory(dirname(path));
    return aside;
  }

  async remove(repositoryId: number): Promise<void> {
    await rm(this.pathOf(repositoryId), { recursive: true, force: true });
  }
}

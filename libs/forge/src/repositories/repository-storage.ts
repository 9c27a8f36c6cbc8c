import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Disk paths come from the id, never from a name: `<root>/<two hex digits>/<id>.git`. */
export class RepositoryStorage {
  constructor(private readonly root: string) {}

  pathOf(repositoryId: number): string {
    const shard = (repositoryId % 256).toString(16).padStart(2, '0');
    return join(this.root, shard, `${repositoryId}.git`);
  }

  async remove(repositoryId: number): Promise<void> {
    await rm(this.pathOf(repositoryId), { recursive: true, force: true });
  }
}

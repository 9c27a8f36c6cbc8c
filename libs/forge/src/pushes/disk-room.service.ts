import { statfs } from 'node:fs/promises';
import { FULL_DISK } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS } from '../database/tokens';
import type { ForgeOptions } from '../options';

/** What git, the database and the hub's own files need to finish what they have begun. */
const LEAST_FREE_BYTES = 64 << 20;

/** Whether the disk that the repositories are on has room for another push. */
@Injectable()
export class DiskRoomService {
  private readonly caches: (() => Promise<void>)[] = [];

  constructor(@Inject(FORGE_OPTIONS) private readonly options: Pick<ForgeOptions, 'repositoriesDir'>) {}

  /** In the order of these calls. @param empty removes what a cache holds and nobody reads just now. It can be computed again, a push cannot. */
  givesWay(empty: () => Promise<void>): void {
    this.caches.push(empty);
  }

  /** @throws DomainError `storage_full`, when caches have given way and it is still too little. */
  async require(): Promise<void> {
    if (await this.hasRoom()) return;
    for (const empty of this.caches) {
      await empty();
      if (await this.hasRoom()) return;
    }
    throw new DomainError('storage_full', FULL_DISK.message, { hint: FULL_DISK.hint });
  }

  private async hasRoom(): Promise<boolean> {
    return (await this.freeBytes()) >= LEAST_FREE_BYTES;
  }

  protected async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.options.repositoriesDir);
    return bavail * bsize;
  }
}

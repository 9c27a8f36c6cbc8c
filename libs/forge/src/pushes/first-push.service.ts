import { changeObjectFormat, readObjectFormat, type GitHome, type ObjectFormat } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { GIT_HOME } from '../database/tokens';
import { CatFilesService, RepositoriesService, type OpenRepository, type Repository } from '../repositories';

/** A repository that was made without a word about its object format takes that of the first push. */
@Injectable()
export class FirstPushService {
  constructor(
    private readonly database: DataSource,
    private readonly repositories: RepositoriesService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /** Whether nobody has begun to push here. */
  async isAhead({ repository }: OpenRepository): Promise<boolean> {
    return repository.isEmpty && (await hasNoPush(this.database.manager, repository));
  }

  /**
   * Serves a push of ids in `format`. Only SHA-256 changes anything: SHA-1 is what a repository has that was not asked
   * for anything else, and has again when the push comes to nothing.
   *
   * @throws DomainError `conflict` when the repository has begun in the other format.
   */
  async serve<T>({ repository }: OpenRepository, format: ObjectFormat | null, work: () => Promise<T>): Promise<T> {
    const path = this.repositories.storage.pathOf(repository.id);
    if (format !== 'sha256' || (await readObjectFormat(path)) === format) return work();
    if (!(await this.change(repository, format))) {
      throw new DomainError('conflict', 'This repository has SHA-1 object ids; what you push has SHA-256 ones.', {
        hint: 'Push to an address where there is no repository yet, or create one with SHA-256 on the page or by REST.',
      });
    }
    try {
      return await work();
    } finally {
      // The push has been answered; where this fails, the repository stays as it was made.
      await this.change(repository, 'sha1').catch(() => undefined);
    }
  }

  /** @returns false where somebody has begun to push; nothing has changed then. */
  private async change(repository: Repository, format: ObjectFormat): Promise<boolean> {
    const path = this.repositories.storage.pathOf(repository.id);
    const isChanged = await this.database.transaction(async (manager) => {
      // An intent refers to this row: it was stored before, and is seen, or waits until the format is changed, and sees it.
      await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repository.id]);
      return (await hasNoPush(manager, repository)) && (await changeObjectFormat(this.git, path, format));
    });
    if (isChanged) await this.catFiles.release(path);
    return isChanged;
  }
}

async function hasNoPush(manager: EntityManager, { id }: Repository): Promise<boolean> {
  const rows = await manager.query<unknown[]>('SELECT 1 FROM pushes WHERE repository_id = $1 LIMIT 1', [id]);
  return rows.length === 0;
}

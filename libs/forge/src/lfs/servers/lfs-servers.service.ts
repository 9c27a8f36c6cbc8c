import type { LfsPlace } from '@granary/api-contract';
import type { GitHome } from '@granary/git-process';
import { lfsServerHost, lfsServerOnHub } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS, GIT_HOME } from '../../database/tokens';
import { isNameShaped } from '../../identity/name.policy';
import type { ForgeOptions } from '../../options';
import { CatFilesService, RepositoriesService, RepositoryAccessService, type Repository } from '../../repositories';
import { LfsServers, type LfsServersOptions } from './lfs-servers';

/** Says of LFS objects that are not here where they are looked for instead. */
@Injectable()
export class LfsServersService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly access: RepositoryAccessService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /** For one piece of work. */
  open(repository: Pick<Repository, 'id'>, how: Omit<LfsServersOptions, 'placeOf'>): LfsServers {
    return new LfsServers(this.git, { ...how, placeOf: (address) => this.placeOf(repository, address) });
  }

  /** As {@link open}, for what lies in the repository. */
  within(repository: Pick<Repository, 'id'>, signal?: AbortSignal): LfsServers {
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    return this.open(repository, { repositoryPath, objects: this.catFiles.open(repositoryPath), signal });
  }

  /** Whether another repository is there is not told: who reads `.lfsconfig` may not be one of its readers. */
  private async placeOf({ id }: Pick<Repository, 'id'>, address: string): Promise<LfsPlace | null> {
    const { baseUrl, ssh } = this.options;
    const onHub = lfsServerOnHub(address, { baseUrl, sshHost: ssh?.host ?? null });
    const [namespace = '', name = '', ...rest] = onHub?.split('/') ?? [];
    const isRepository = rest.length === 0 && isNameShaped(namespace) && isNameShaped(name);
    // Also by a former name.
    if (isRepository && (await this.access.locateForGrant({ namespace, name }))?.id === id) return null;
    return { host: lfsServerHost(address), repository: isRepository ? `${namespace}/${name}` : null };
  }
}

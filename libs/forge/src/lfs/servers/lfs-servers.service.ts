import type { OpenedRepository } from '@granary/git-process';
import type { LfsPlace } from '@granary/api-contract';
import { lfsServerHost, lfsServerOnHub } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS } from '../../database/tokens';
import { isNameShaped } from '../../identity/name.policy';
import type { ForgeOptions } from '../../options';
import { RepositoriesService, RepositoryAccessService, type Repository } from '../../repositories';
import { LfsServers } from './lfs-servers';

/** Says of LFS objects that are not here where they are looked for instead. */
@Injectable()
export class LfsServersService {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly access: RepositoryAccessService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /** For one piece of work. */
  open(repository: Pick<Repository, 'id'>, git: OpenedRepository): LfsServers {
    return new LfsServers(git, (address) => this.placeOf(repository, address));
  }

  /** As {@link open}, for what lies in the repository. */
  within(repository: Pick<Repository, 'id'>, signal?: AbortSignal): LfsServers {
    return this.open(repository, this.repositories.open(repository, signal));
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

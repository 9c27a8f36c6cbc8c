import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FORGE_OPTIONS } from '../database/tokens';
import type { HubEvent } from '../events';
import { User } from '../identity/user.entity';
import type { ForgeOptions } from '../options';
import { Repository } from '../repositories/repository.entity';
import { COMMIT_READER, type CommitReader } from './commit-reader';
import { htmlUrlOf, repositoryFacts, userFacts } from './payload-facts';
import { pushFacts, shortRef } from './push-payload';
import type { Webhook } from './webhook';

export interface Payload {
  /** `X-GitHub-Event`. */
  event: HubEvent['kind'];
  action: string | null;
  body: object;
}

const ZEN = 'Keep what grows.';

/** What receivers read: GitHub's fields and names (GitHub, "Webhook events and payloads"). */
@Injectable()
export class PayloadBuilder {
  constructor(
    private readonly database: DataSource,
    @Inject(COMMIT_READER) private readonly commits: CommitReader,
    @Inject(FORGE_OPTIONS) private readonly outside: ForgeOptions,
  ) {}

  /** Null for a repository that is gone: all that is told of it is that it was deleted. */
  async build(event: HubEvent): Promise<Payload | null> {
    const repository = await this.database.manager.findOne(Repository, {
      where: { id: event.repositoryId },
      relations: { namespace: { owner: true } },
    });
    if (!repository) return null;
    const farewell = event.kind === 'repository' && event.action === 'deleted';
    if (repository.deletedAt && !farewell) return null;
    const sender = await this.sender(event.actorUserId);
    const body = {
      ...(await this.facts(event, repository, sender)),
      repository: repositoryFacts(repository, this.outside),
      sender: userFacts(sender, this.outside),
    };
    return { event: event.kind, action: event.kind === 'repository' ? event.action : null, body };
  }

  /** A ping also shows the webhook itself, without its secret. */
  pingBody(payload: Payload, hook: Webhook): object {
    return {
      ...payload.body,
      hook: {
        type: 'Repository',
        id: hook.id,
        name: 'web',
        active: hook.active,
        events: hook.events,
        config: { url: hook.url, content_type: 'json', insecure_ssl: '0' },
        created_at: hook.createdAt.toISOString(),
        updated_at: hook.updatedAt.toISOString(),
      },
    };
  }

  private async facts(event: HubEvent, repository: Repository, sender: User | null): Promise<object> {
    switch (event.kind) {
      case 'push':
        return {
          ...(await pushFacts(this.commits, event, htmlUrlOf(repository, this.outside))),
          pusher: { name: sender?.name ?? 'ghost' },
        };
      case 'create':
        return {
          ref: shortRef(event.ref),
          ref_type: event.refType,
          master_branch: repository.defaultBranch,
          description: repository.description,
          pusher_type: 'user',
        };
      case 'delete':
        return { ref: shortRef(event.ref), ref_type: event.refType, pusher_type: 'user' };
      case 'repository':
        return {
          action: event.action,
          ...(event.previousName ? { changes: { repository: { name: { from: event.previousName } } } } : {}),
        };
      case 'ping':
        return { zen: ZEN, hook_id: event.hookId };
    }
  }

  private async sender(userId: number | null): Promise<User | null> {
    return userId === null ? null : this.database.manager.findOneBy(User, { id: userId });
  }
}

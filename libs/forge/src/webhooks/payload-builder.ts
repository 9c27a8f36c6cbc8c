import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FORGE_OPTIONS } from '../database/tokens';
import type { HubEvent, PushEvent } from '../events';
import { User } from '../identity/user.entity';
import type { ForgeOptions } from '../options';
import { Repository } from '../repositories/repository.entity';
import { COMMIT_READER, type CommitReader } from './commit-reader';
import { htmlUrlOf, pushedRepositoryFacts, pusherFacts, repositoryFacts, userFacts } from './payload-facts';
import { addressesIn, pushFacts, readPush, shortRef, type AccountNames } from './push-payload';
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
    const tell = event.kind === 'push' ? pushedRepositoryFacts : repositoryFacts;
    const body = {
      ...(await this.facts(event, repository, sender)),
      repository: tell(repository, this.outside),
      sender: userFacts(sender, this.outside),
    };
    return { event: event.kind, action: event.kind === 'repository' ? event.action : null, body };
  }

  /** A ping also shows the webhook itself, without its secret. */
  pingBody(payload: Payload, hook: Webhook): object {
    const { full_name: path } = (payload.body as { repository: { full_name: string } }).repository;
    const url = `${this.outside.baseUrl}/api/v3/repos/${path}/hooks/${hook.id}`;
    return {
      ...payload.body,
      hook: {
        type: 'Repository',
        id: hook.id,
        name: 'web',
        active: hook.active,
        events: hook.events,
        config: { url: hook.url, content_type: hook.contentType, insecure_ssl: '0' },
        created_at: hook.createdAt.toISOString(),
        updated_at: hook.updatedAt.toISOString(),
        url,
        ping_url: `${url}/pings`,
        test_url: `${url}/tests`,
        deliveries_url: `${url}/deliveries`,
        last_response: { code: null, status: 'unused', message: null },
      },
    };
  }

  private async facts(event: HubEvent, repository: Repository, sender: User | null): Promise<object> {
    switch (event.kind) {
      case 'push':
        return { ...(await this.pushFacts(event, repository)), pusher: pusherFacts(sender) };
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

  private async pushFacts(event: PushEvent, repository: Repository): Promise<object> {
    const push = await readPush(this.commits, event);
    const accounts = await this.accountsOf(addressesIn(push));
    return pushFacts(push, { htmlUrl: htmlUrlOf(repository, this.outside), accounts });
  }

  /** Who among the users has one of these addresses. */
  private async accountsOf(addresses: readonly string[]): Promise<AccountNames> {
    const rows = await this.database.query<{ email: string; name: string }[]>(
      'SELECT lower(email) AS email, name FROM users WHERE lower(email) = ANY($1) AND is_active',
      [addresses.filter((address) => !address.includes('\u0000'))],
    );
    return new Map(rows.map(({ email, name }) => [email, name]));
  }

  private async sender(userId: number | null): Promise<User | null> {
    return userId === null ? null : this.database.manager.findOneBy(User, { id: userId });
  }
}

import type { Allowed, ProtectionKind, ProtectionRole } from '@granary/api-contract';
import { DomainError, invalidField, type Clock } from '@granary/kernel';
import { checkPushedRef, checkRefName } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { Any, DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK } from '../database/tokens';
import { isUniqueViolation } from '../database/unique-violation';
import { AccountsService } from '../identity/accounts.service';
import { User } from '../identity/user.entity';
import type { AllowedFacts, ProtectionFacts } from './protection.policy';

export interface Protection extends ProtectionFacts {
  id: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A repository has some; each costs a little at every push. */
const MAX_PROTECTIONS = 200;

export interface ProtectionInput {
  kind: ProtectionKind;
  pattern: string;
  push: Allowed;
  force_push: Allowed;
  delete: Allowed;
  require_linear_history: boolean;
  enforce_admins: boolean;
}

const ACTIONS = ['push', 'force_push', 'delete'] as const;
type Action = (typeof ACTIONS)[number];

interface Row {
  id: number;
  kind: ProtectionKind;
  pattern: string;
  push_role: ProtectionRole | null;
  force_push_role: ProtectionRole | null;
  delete_role: ProtectionRole | null;
  require_linear_history: boolean;
  enforce_admins: boolean;
  created_at: Date;
  updated_at: Date;
  push_users: number[];
  force_push_users: number[];
  delete_users: number[];
}

const users = (action: Action) =>
  `ARRAY(SELECT user_id FROM protection_users u WHERE u.protection_id = p.id AND action = '${action}' ORDER BY user_id) AS ${action}_users`;
const SELECT = `SELECT p.*, ${ACTIONS.map(users).join(', ')} FROM protections p`;

function fromRow(row: Row): Protection {
  return {
    id: row.id,
    kind: row.kind,
    pattern: row.pattern,
    push: { role: row.push_role, userIds: row.push_users },
    forcePush: { role: row.force_push_role, userIds: row.force_push_users },
    delete: { role: row.delete_role, userIds: row.delete_users },
    requireLinearHistory: row.require_linear_history,
    enforceAdmins: row.enforce_admins,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Protected branches and tags. Each is looked up within its repository. */
@Injectable()
export class ProtectionsService {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountsService,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** All of a repository: there are few. */
  async list(repositoryId: number): Promise<Protection[]> {
    return (
      await this.database.query<Row[]>(`${SELECT} WHERE repository_id = $1 ORDER BY kind, pattern`, [repositoryId])
    ).map(fromRow);
  }

  /** @throws DomainError `not_found` */
  async get(repositoryId: number, id: number): Promise<Protection> {
    const [row] = await this.database.query<Row[]>(`${SELECT} WHERE repository_id = $1 AND id = $2`, [
      repositoryId,
      id,
    ]);
    if (!row) throw new DomainError('not_found', 'Not Found');
    return fromRow(row);
  }

  async byPattern(repositoryId: number, kind: ProtectionKind, pattern: string): Promise<Protection | null> {
    const [row] = await this.database.query<Row[]>(
      `${SELECT} WHERE repository_id = $1 AND kind = $2 AND pattern = $3`,
      [repositoryId, kind, pattern],
    );
    return row ? fromRow(row) : null;
  }

  /** @throws DomainError `invalid`: the pattern can match no ref or is taken, a user does not exist, too many. */
  async create(repositoryId: number, input: ProtectionInput): Promise<Protection> {
    const { pattern: asked, ...details } = input;
    const pattern = patternOf(input.kind, asked);
    const id = await this.unique(pattern, async (manager) => {
      await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repositoryId]);
      const [{ count }] = await manager.query<[{ count: number }]>(
        'SELECT count(*)::integer AS count FROM protections WHERE repository_id = $1',
        [repositoryId],
      );
      if (count >= MAX_PROTECTIONS)
        throw invalidField('pattern', `A repository has at most ${MAX_PROTECTIONS} protections.`);
      const [{ id: created }] = await manager.query<[{ id: number }]>(
        `INSERT INTO protections (repository_id, kind, pattern, require_linear_history, enforce_admins, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id`,
        [repositoryId, input.kind, pattern, input.require_linear_history, input.enforce_admins, this.clock.now()],
      );
      for (const action of ACTIONS) await this.allow(manager, created, { action, allowed: input[action] });
      await this.audit.record(manager, { action: 'protection.create', target: pattern, repositoryId, details });
      return created;
    });
    return this.get(repositoryId, id);
  }

  /** Applies every given field or none. @throws DomainError `not_found`, and as {@link create}. */
  async update(repositoryId: number, id: number, change: Partial<Omit<ProtectionInput, 'kind'>>): Promise<Protection> {
    const pattern =
      change.pattern === undefined ? undefined : patternOf((await this.get(repositoryId, id)).kind, change.pattern);
    const details = pattern === undefined ? change : { ...change, pattern };
    await this.unique(pattern ?? '', async (manager) => {
      const [[now], found] = await manager.query<[{ pattern: string }[], number]>(
        `UPDATE protections SET pattern = COALESCE($3, pattern), updated_at = $6,
           require_linear_history = COALESCE($4, require_linear_history), enforce_admins = COALESCE($5, enforce_admins)
         WHERE repository_id = $1 AND id = $2 RETURNING pattern`,
        [repositoryId, id, pattern, change.require_linear_history, change.enforce_admins, this.clock.now()],
      );
      if (found === 0) throw new DomainError('not_found', 'Not Found');
      for (const action of ACTIONS) {
        const allowed = change[action];
        if (allowed) await this.allow(manager, id, { action, allowed });
      }
      const target = now?.pattern ?? '';
      await this.audit.record(manager, { action: 'protection.update', target, repositoryId, details });
    });
    return this.get(repositoryId, id);
  }

  /** @throws DomainError `not_found` */
  async delete(repositoryId: number, id: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [[gone]] = await manager.query<[Pick<Row, 'kind' | 'pattern'>[], number]>(
        'DELETE FROM protections WHERE repository_id = $1 AND id = $2 RETURNING kind, pattern',
        [repositoryId, id],
      );
      if (!gone) throw new DomainError('not_found', 'Not Found');
      const { kind, pattern: target } = gone;
      await this.audit.record(manager, { action: 'protection.delete', target, repositoryId, details: { kind } });
    });
  }

  /** The users that `protections` name, by id. */
  async namedUsers(protections: readonly Protection[]): Promise<Map<number, User>> {
    const ids = protections.flatMap((p) => [...p.push.userIds, ...p.forcePush.userIds, ...p.delete.userIds]);
    const found = ids.length === 0 ? [] : await this.database.manager.findBy(User, { id: Any([...new Set(ids)]) });
    return new Map(found.map((user) => [user.id, user]));
  }

  private async allow(
    manager: EntityManager,
    id: number,
    { action, allowed }: { action: Action; allowed: Allowed },
  ): Promise<void> {
    const { role, userIds } = await this.resolve(action, allowed);
    await manager.query(`UPDATE protections SET ${action}_role = $2 WHERE id = $1`, [id, role]);
    await manager.query('DELETE FROM protection_users WHERE protection_id = $1 AND action = $2', [id, action]);
    await manager.query(
      'INSERT INTO protection_users (protection_id, action, user_id) SELECT $1, $2, * FROM unnest($3::integer[])',
      [id, action, userIds],
    );
  }

  private async resolve(field: string, { role, users: logins }: Allowed): Promise<AllowedFacts> {
    const userIds = new Set<number>();
    for (const login of logins) {
      const user = await this.accounts.byName(login);
      if (!user) throw invalidField(`${field}.users`, `There is no user "${login}".`, 'invalid');
      userIds.add(user.id);
    }
    return { role, userIds: [...userIds] };
  }

  private async unique<T>(pattern: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (!isUniqueViolation(error, 'protections_pattern')) throw error;
      throw invalidField('pattern', `"${pattern}" is protected already.`, 'already_exists');
    }
  }
}

const FOLDERS = { branch: /^(?:refs\/)?heads\//, tag: /^(?:refs\/)?tags\// };

/**
 * The pattern as short names are matched by it: `refs/heads/release-*` is `release-*`.
 *
 * @throws DomainError `invalid` for what can match nothing, and would seem to protect what it does not.
 */
function patternOf(kind: ProtectionKind, asked: string): string {
  const pattern = asked.replace(FOLDERS[kind], '');
  // Stars stand for text, so the rest must be able to be part of a name.
  const name = `refs/${kind === 'branch' ? 'heads' : 'tags'}/${pattern.replaceAll('*', 'x')}`;
  const broken = checkRefName(name) ?? checkPushedRef(name);
  if (broken) throw invalidField('pattern', `"${asked}" can match no ${kind}: ${broken}.`, 'invalid');
  return pattern;
}

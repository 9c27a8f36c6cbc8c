import { isDeepStrictEqual } from 'node:util';
import type { OwnPushRules, PushRules, PushRuleValues, UpdatePushRules } from '@granary/api-contract';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK } from '../database/tokens';
import { checkPathPatterns } from './path-pattern';
import { DEFAULT_PUSH_RULES } from './push-rules';

const COLUMNS = [
  'max_file_size_bytes',
  'max_push_size_bytes',
  'max_tree_paths',
  'forbidden_paths',
  'commit_email_patterns',
  'lfs_required_size_bytes',
  'lfs_required_patterns',
  'secret_scanning',
  'allow_incomplete_lfs',
] as const satisfies readonly (keyof OwnPushRules)[];

const BIGINTS = ['max_file_size_bytes', 'max_push_size_bytes', 'lfs_required_size_bytes'] as const;

const NOTHING_OWN = Object.fromEntries(COLUMNS.map((column) => [column, null])) as unknown as OwnPushRules;

/** What a repository asks of pushes: a row where it chose, the hub's defaults for the rest. */
@Injectable()
export class PushRulesService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(repositoryId: number): Promise<PushRules> {
    const own = await this.own(repositoryId);
    return { own, effective: effective(own), defaults: DEFAULT_PUSH_RULES };
  }

  /**
   * What is left out stays; null goes back to the hub's default.
   * @throws DomainError `invalid` for a pattern that no path can match.
   */
  async update(repositoryId: number, change: UpdatePushRules): Promise<PushRules> {
    for (const field of ['forbidden_paths', 'lfs_required_patterns'] as const) {
      checkPathPatterns(field, change[field] ?? []);
    }
    const columns = COLUMNS.filter((column) => change[column] !== undefined);
    const names = [...columns, 'updated_at'];
    await this.database.transaction(async (manager) => {
      const before = await this.own(repositoryId, manager);
      await manager.query(
        `INSERT INTO push_rules (repository_id, ${names.join(', ')})
       VALUES ($1, ${names.map((_, at) => `$${at + 2}`).join(', ')})
       ON CONFLICT (repository_id) DO UPDATE SET ${names.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}`,
        [repositoryId, ...columns.map((column) => change[column]), this.clock.now()],
      );
      // The form sends every field, whether or not it was touched.
      const changed = columns.filter((column) => !isDeepStrictEqual(before[column], change[column]));
      if (changed.length === 0) return;
      const details = Object.fromEntries(
        changed.map((column) => [column, { from: before[column], to: change[column] }]),
      );
      const what = { target: changed.join(', '), repositoryId, details };
      await this.audit.record(manager, { action: 'push_rules.update', ...what });
    });
    return this.get(repositoryId);
  }

  private async own(repositoryId: number, manager = this.database.manager): Promise<OwnPushRules> {
    const [row] = await manager.query<OwnPushRules[]>(
      `SELECT ${COLUMNS.join(', ')} FROM push_rules WHERE repository_id = $1`,
      [repositoryId],
    );
    if (!row) return NOTHING_OWN;
    // The driver hands bigints over as text.
    for (const column of BIGINTS) if (row[column] !== null) row[column] = Number(row[column]);
    return row;
  }
}

function effective(own: OwnPushRules): PushRuleValues {
  const chosen = Object.entries(own).filter(([, value]) => value !== null);
  return { ...DEFAULT_PUSH_RULES, ...Object.fromEntries(chosen) };
}

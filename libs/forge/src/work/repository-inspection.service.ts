import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findStale,
  inspectStorage,
  readHeadRef,
  repairStorage,
  STALE_AFTER_MS,
  sweepStale,
  type GitHome,
  type StorageFault,
} from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS, GIT_HOME } from '../database/tokens';
import type { ForgeOptions } from '../options';
import { ReconcileService } from '../pushes';
import { RefLogService } from '../ref-log';
import { RepositoriesService } from '../repositories';

/** Something that is wrong with a repository on the disk, and what helps. */
export interface RepositoryFinding {
  /** Full name and id, or the path of what belongs to no repository. */
  subject: string;
  problem: string;
  /** What somebody can do about it. */
  repair: string;
  /** Whether it has just been mended. */
  isRepaired: boolean;
}

interface Row {
  id: number;
  name: string;
  default_branch: string;
  is_deleted: boolean;
}

export interface InspectionOptions {
  /** Mend what can be mended without losing anything. */
  repair: boolean;
}

const PAGE = 500;
const REPAIR = 'run granary doctor --repair';
const FROM_BACKUP = 'restore it from a backup, or push from a clone that is whole';

const TEXTS: Record<StorageFault['kind'], { problem: string; repair: string }> = {
  missing: { problem: 'has no directory', repair: 'restore its directory from a backup, or delete the repository' },
  head: { problem: 'has an empty or broken HEAD', repair: REPAIR },
  config: { problem: 'has an empty or broken config', repair: 'restore its config from a backup' },
  pack_cut: { problem: 'has a pack that is cut or changed', repair: FROM_BACKUP },
  pack_missing: { problem: 'has lost the pack of an index', repair: FROM_BACKUP },
  index_missing: { problem: 'has a pack without its index', repair: REPAIR },
  index_cut: { problem: 'has a pack whose index is cut', repair: REPAIR },
  object_empty: { problem: 'has an object of no bytes', repair: REPAIR },
  ref_broken: { problem: 'has a ref that holds no object id', repair: REPAIR },
};

/** Compares the repositories on the disk with themselves and with the database. Findings come one by one, in any number. */
@Injectable()
export class RepositoryInspectionService {
  constructor(
    private readonly database: DataSource,
    private readonly repositories: RepositoriesService,
    private readonly refLog: RefLogService,
    private readonly reconcile: ReconcileService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param counted called for each repository. */
  async *inspect(options: InspectionOptions, counted: () => void): AsyncGenerator<RepositoryFinding> {
    for (let last = 0; ;) {
      const rows = await this.page(last);
      for (const row of rows) {
        counted();
        yield* this.inspectOne(row, options);
      }
      const next = rows.at(-1)?.id;
      if (next === undefined) break;
      last = next;
    }
    yield* this.strangers(options);
  }

  private async *inspectOne(row: Row, options: InspectionOptions): AsyncGenerator<RepositoryFinding> {
    const path = this.repositories.storage.pathOf(row.id);
    // Git gives up on some of these: refs are compared once it does not.
    let isWhole = true;
    for await (const fault of inspectStorage(path)) {
      const isRepaired = options.repair && (await this.mend(row, fault));
      if (!isRepaired) isWhole = false;
      yield { subject: `${row.name} (${row.id})`, isRepaired, ...textsOf(fault, path) };
    }
    yield* this.leftovers(row, path, options);
    if (isWhole && !row.is_deleted) yield* this.records(row, path, options);
  }

  private async mend(row: Row, fault: StorageFault): Promise<boolean> {
    const tips = await this.refLog.recordedTips(row.id);
    const facts = {
      defaultRef: `refs/heads/${row.default_branch}`,
      tipOf: (ref: string) => tips.get(ref) ?? null,
    };
    return repairStorage(this.git, this.repositories.storage.pathOf(row.id), { fault, facts });
  }

  private async *leftovers(row: Row, path: string, { repair }: InspectionOptions): AsyncGenerator<RepositoryFinding> {
    const found = await (repair ? sweepStale : findStale)(path, { now: this.clock.now() });
    for (const leftover of found) {
      const problem = `holds ${leftover}, which a killed process left`;
      yield { subject: `${row.name} (${row.id})`, problem, repair: REPAIR, isRepaired: repair };
    }
  }

  private async *records(row: Row, path: string, { repair }: InspectionOptions): AsyncGenerator<RepositoryFinding> {
    const subject = `${row.name} (${row.id})`;
    const differences = await this.reconcile.differences(row.id);
    if (repair && differences.length > 0) await this.reconcile.settleRepository(row.id);
    for (const { ref, oldOid, newOid } of differences) {
      const problem = /^0+$/.test(oldOid)
        ? `has ${ref} at ${newOid}, which the database does not know`
        : /^0+$/.test(newOid)
          ? `has lost ${ref}, which the database has at ${oldOid}`
          : `has ${ref} at ${newOid}; the database has it at ${oldOid}`;
      yield { subject, problem, repair: `${REPAIR}: the record then follows the ref`, isRepaired: repair };
    }
    const head = await readHeadRef(path);
    if (head !== null && head !== `refs/heads/${row.default_branch}`) {
      const problem = `has HEAD at ${head}; the database has the default branch ${row.default_branch}`;
      if (repair) await this.followHead(row.id, head);
      yield { subject, problem, repair: `${REPAIR}: the record then follows HEAD`, isRepaired: repair };
    }
  }

  private async followHead(id: number, head: string): Promise<void> {
    const branch = head.slice('refs/heads/'.length);
    await this.database.query('UPDATE repositories SET default_branch = $2 WHERE id = $1', [id, branch]);
  }

  /** What lies among the repositories and belongs to none. */
  private async *strangers({ repair }: InspectionOptions): AsyncGenerator<RepositoryFinding> {
    const root = this.options.repositoriesDir;
    for (const shard of await readdir(root).catch(() => [])) {
      const names = await readdir(join(root, shard)).catch(() => []);
      const known = await this.knownAmong(names);
      for (const name of names.filter((each) => !known.has(each))) {
        const path = join(root, shard, name);
        const finding = await this.stranger(path, name, repair);
        if (finding) yield { subject: path, ...finding };
      }
    }
  }

  private async stranger(
    path: string,
    name: string,
    repair: boolean,
  ): Promise<Omit<RepositoryFinding, 'subject'> | null> {
    if (/\.aside-[\dTZ-]+$/.test(name)) {
      const problem = 'lay where a new repository was made, and was set aside';
      return { problem, repair: 'see what is in it, then remove it by hand', isRepaired: false };
    }
    if (!name.endsWith('.tmp')) {
      const problem = 'belongs to no repository of the database';
      return { problem, repair: 'see what is in it, then move it elsewhere by hand', isRepaired: false };
    }
    const changed = await stat(path).catch(() => null);
    if (!changed || changed.mtimeMs > this.clock.now().getTime() - STALE_AFTER_MS) return null;
    if (repair) await rm(path, { recursive: true, force: true });
    return { problem: 'was left by a process that was killed', repair: REPAIR, isRepaired: repair };
  }

  private async knownAmong(names: readonly string[]): Promise<Set<string>> {
    const ids = names.flatMap((name) => /^(\d{1,15})\.git$/.exec(name)?.[1] ?? []);
    const rows = await this.database.query<{ id: string | number }[]>(
      'SELECT id FROM repositories WHERE id = ANY($1::bigint[])',
      [ids],
    );
    return new Set(rows.map(({ id }) => `${id}.git`));
  }

  private page(after: number): Promise<Row[]> {
    return this.database.query<Row[]>(
      `SELECT r.id::int, n.name || '/' || r.name AS name, r.default_branch, r.deleted_at IS NOT NULL AS is_deleted
         FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
        WHERE r.id > $1 ORDER BY r.id LIMIT ${PAGE}`,
      [after],
    );
  }
}

function textsOf(fault: StorageFault, directory: string): { problem: string; repair: string } {
  const { problem, repair } = TEXTS[fault.kind];
  return { problem: `${problem}: ${'path' in fault ? fault.path : directory}`, repair };
}

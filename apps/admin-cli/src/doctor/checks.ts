import { databaseState, LfsInspectionService, OBJECT_STORE, RepositoryInspectionService } from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import type { Config } from '@granary/runtime';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { checkEvents } from './events';
import { checkLfsUpkeep } from './lfs-upkeep';
import { ProblemList } from './problem-list';

export interface CheckResult {
  /** What was looked at, in a few words. */
  summary: string;
  /** Empty when all is well. */
  problems: string[];
  /** What was wrong and is not any more. */
  repaired?: string[];
  /** What is not whole, and is meant to be so: somebody has chosen it. */
  notes?: string[];
}

export interface Check {
  name: string;
  run(app: INestApplicationContext, options: CheckOptions): Promise<CheckResult>;
}

export interface CheckOptions {
  config: Config;
  /** Mend what can be mended without losing anything. */
  repair: boolean;
}

async function checkDatabase(app: INestApplicationContext): Promise<CheckResult> {
  const { version, migrations, isBehind } = await databaseState(app.get(DataSource));
  return {
    summary: `Postgres ${version}, ${migrations} migrations`,
    problems: isBehind ? ['Migrations are missing: start the hub once.'] : [],
  };
}

async function checkStore(app: INestApplicationContext): Promise<CheckResult> {
  const store = app.get<ObjectStore>(OBJECT_STORE);
  await store.check();
  return { summary: store.kind === 'fs' ? 'a directory' : 'an S3 bucket', problems: [] };
}

async function checkRepositories(app: INestApplicationContext, { repair }: CheckOptions): Promise<CheckResult> {
  const problems = new ProblemList();
  let [count, repaired] = [0, 0];
  for await (const found of app.get(RepositoryInspectionService).inspect({ repair }, () => count++)) {
    const { subject, problem, isRepaired } = found;
    if (isRepaired) repaired++;
    problems.add(`${subject} ${problem}; ${isRepaired ? 'repaired' : found.repair}`, isRepaired);
  }
  return {
    summary: `${count} repositories${repaired > 0 ? `, ${repaired} faults repaired` : ''}`,
    ...problems.result(),
  };
}

async function checkLfsObjects(app: INestApplicationContext): Promise<CheckResult> {
  const store = app.get<ObjectStore>(OBJECT_STORE);
  const problems = new ProblemList();
  let [count, bytes] = [0, 0];
  // Every link names one of these: the database holds it to that. What is known to be damaged is told of below.
  for await (const { oid, sizeBytes, storageKey } of app.get(LfsInspectionService).undamaged()) {
    const found = await store.stat(storageKey);
    if (!found) problems.add(`${oid} is missing`);
    else if (found.sizeBytes !== sizeBytes) problems.add(`${oid} has ${found.sizeBytes} bytes, not ${sizeBytes}`);
    bytes += sizeBytes;
    count++;
  }
  return { summary: `${count} objects, ${formatBytes(bytes)}`, ...problems.result() };
}

export const CHECKS: readonly Check[] = [
  { name: 'database', run: checkDatabase },
  { name: 'object store', run: checkStore },
  { name: 'repositories', run: checkRepositories },
  { name: 'LFS objects', run: checkLfsObjects },
  { name: 'LFS upkeep', run: checkLfsUpkeep },
  { name: 'events', run: checkEvents },
];

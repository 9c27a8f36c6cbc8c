import {
  MaintenanceService,
  ReconcileService,
  RecountService,
  SweepsService,
  type MaintenanceReport,
} from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { Command, Outcome } from '../command';
import { interruptible } from '../interruptible';
import { parsePath, targetsOf } from '../repositories';

/** Younger pushes may still be under way in a running hub. */
const MIN_AGE_MS = 60_000;

type NamedReport = MaintenanceReport & { name: string };

export const runMaintenance: Command = {
  name: 'maintenance run',
  usage: '[--repository NAMESPACE/NAME] [--full]',
  summary:
    'Do now what the hub does by the clock: record moved refs, drop expired sessions, purge what was deleted, ' +
    'tidy and repack the repositories that need it. With --full each is repacked, needed or not.',
  arity: 0,
  options: { repository: { type: 'string' }, full: { type: 'boolean' } },
  async run({ hub, options }) {
    const only = options['repository'] === undefined ? null : parsePath(String(options['repository']));
    const app = await hub();
    const targets = await targetsOf(app, only);
    const reconciledRefs = await app.get(ReconcileService).sweep(MIN_AGE_MS);
    if (!only) await app.get(SweepsService).tidy();
    const reports = await interruptible((signal) =>
      maintainAll(app, targets, { signal, full: options['full'] === true }),
    );
    return present(reconciledRefs, reports, targets.size);
  },
};

async function maintainAll(
  app: INestApplicationContext,
  targets: Map<number, string>,
  options: { signal: AbortSignal; full: boolean },
): Promise<NamedReport[]> {
  const reports: NamedReport[] = [];
  for (const [id, name] of targets) {
    if (options.signal.aborted) break;
    reports.push({ name, ...(await app.get(MaintenanceService).run(id, options)) });
    await app.get(RecountService).measureGit(id);
  }
  return reports;
}

function present(reconciledRefs: number, reports: NamedReport[], targetCount: number): Outcome {
  const isCut = reports.length < targetCount || reports.some(({ outcome }) => outcome === 'stopped');
  const hasFailed = reports.some(({ outcome }) => outcome === 'failed');
  const lines = reports.filter(isWorthALine).map(describe);
  const idle = reports.length - lines.length;
  return {
    text: [
      `Recorded ${reconciledRefs} moved refs. Expired sessions, stale uploads and deleted repositories are swept.`,
      ...lines,
      ...(idle > 0 ? [`${idle} ${idle === 1 ? 'repository' : 'repositories'} needed nothing.`] : []),
      ...(isCut ? ['Stopped before the end; what was begun goes on at the next run.'] : []),
      '',
    ].join('\n'),
    json: { reconciled_refs: reconciledRefs, stopped: isCut, repositories: reports.map(toJson) },
    exitCode: hasFailed || isCut ? 1 : 0,
  };
}

/** Leftovers are looked for everywhere; that alone is no news. */
function isWorthALine({ outcome, tasks, swept }: NamedReport): boolean {
  return outcome !== 'done' || tasks.length > 1 || swept.length > 0;
}

function describe(report: NamedReport): string {
  const { name, outcome, tasks, swept, sizeBytes, error } = report;
  if (outcome === 'busy') return `${name}: maintained by another process right now`;
  if (outcome === 'gone') return `${name}: deleted meanwhile`;
  if (outcome === 'stopped') return `${name}: stopped`;
  if (outcome === 'failed') return `${name}: FAILED, ${error}`;
  const done = tasks.filter(({ task }) => task !== 'sweep-stale').map(({ task }) => task);
  const leftovers = swept.length > 0 ? [`${swept.length} leftovers removed`] : [];
  const seconds = tasks.reduce((sum, task) => sum + task.seconds, 0).toFixed(1);
  const size = sizeBytes ? `, ${formatBytes(sizeBytes.before)} → ${formatBytes(sizeBytes.after)}` : '';
  return `${name}: ${[...done, ...leftovers].join(', ')} (${seconds} s${size})`;
}

function toJson({ name, outcome, tasks, swept, sizeBytes, error }: NamedReport) {
  return {
    full_name: name,
    outcome,
    tasks: tasks.map(({ task, seconds }) => ({ task, seconds })),
    swept,
    size_bytes: sizeBytes,
    ...(error === undefined ? {} : { error }),
  };
}

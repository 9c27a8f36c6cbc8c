import type { LfsCollectionReport, LfsKeepers } from '@granary/api-contract';
import {
  fullName,
  LfsCollectionService,
  LfsKeepersService,
  LfsPurgeService,
  LfsScrubService,
  LfsTrashService,
  RepositoryAccessService,
  type OpenRepository,
  type Purged,
} from '@granary/forge';
import { formatBytes } from '@granary/kernel';
import { isLfsOid } from '@granary/wire';
import type { INestApplicationContext } from '@nestjs/common';
import { UsageError, type Command, type Invocation, type Outcome } from '../command';
import { interruptible } from '../interruptible';
import { OPERATOR } from '../operator';
import { openAsOperator, parsePath, targetsOf } from '../repositories';

const REPOSITORY = { repository: { type: 'string' }, repo: { type: 'string' } } as const;

function repositoryIn(options: Invocation['options']) {
  const text = options['repository'] ?? options['repo'];
  return text === undefined ? null : parsePath(String(text));
}

function oidIn([oid = '']: string[]): string {
  if (isLfsOid(oid)) return oid;
  throw new UsageError(`"${oid}" is no LFS oid: 64 lower-case hex digits`);
}

type NamedReport = LfsCollectionReport & { full_name: string };

export const collectLfs: Command = {
  name: 'lfs gc',
  usage: '[--dry-run] [--repository NAMESPACE/NAME]',
  summary:
    'Move LFS objects that nothing names any more into the trash, and empty what waited there long enough. ' +
    'With --dry-run it tells what would go, and why nothing keeps it.',
  arity: 0,
  options: { ...REPOSITORY, 'dry-run': { type: 'boolean' } },
  async run({ hub, options }) {
    const only = repositoryIn(options);
    const dryRun = options['dry-run'] === true;
    const app = await hub();
    const targets = await targetsOf(app, only);
    return interruptible(async (signal) => {
      const reports: NamedReport[] = [];
      for (const [id, name] of targets) {
        const report = await app.get(LfsCollectionService).run(id, { dryRun, signal });
        reports.push({ full_name: name, ...report });
      }
      const purged = dryRun || only ? null : await app.get(LfsPurgeService).all(signal);
      return presentCollection(reports, purged);
    });
  },
};

function presentCollection(reports: NamedReport[], purged: Purged | null): Outcome {
  const lines = reports.filter(isWorthALine).flatMap(describe);
  const idle = reports.filter((report) => !isWorthALine(report)).length;
  const isWhole = reports.every(({ outcome }) => outcome === 'done' || outcome === 'gone');
  return {
    text: [
      ...lines,
      ...(idle > 0 ? [`${idle} ${idle === 1 ? 'repository has' : 'repositories have'} nothing to collect.`] : []),
      ...(purged
        ? [`Purged ${purged.objects} objects (${formatBytes(purged.bytes)}) and ${purged.orphans} lost keys.`]
        : []),
      '',
    ].join('\n'),
    json: { repositories: reports, purged },
    exitCode: isWhole ? 0 : 1,
  };
}

const isWorthALine = ({ outcome, collected, restored, purged }: NamedReport) =>
  outcome !== 'done' || collected.count + restored + purged > 0;

function describe(report: NamedReport): string[] {
  const { full_name: name, outcome, collected, restored, purged, dry_run: isDry, grace_days, undelete_days } = report;
  if (outcome === 'busy') return [`${name}: another process works on it right now`];
  if (outcome === 'gone') return [`${name}: deleted meanwhile`];
  if (outcome === 'stopped') return [`${name}: stopped`];
  if (outcome === 'failed') return [`${name}: FAILED, nothing was collected: ${report.error}`];
  const storage = `${formatBytes(collected.storage_bytes)} of the store`;
  const window = isDry ? 'would go into the trash' : `went into the trash for ${undelete_days} days`;
  const objects = report.objects.map(
    ({ oid, size_bytes, shown_at, shared, last_named: last }) =>
      `  ${oid}  ${formatBytes(size_bytes)}${shared ? ', shared' : ''}, last shown ${shown_at}\n` +
      (last
        ? `      last named by ${last.ref} at ${last.commit.slice(0, 12)} in ${last.path} (pushed ${last.pushed_at})`
        : '      no push that git still knows named it'),
  );
  const more = collected.count - report.objects.length;
  return [
    `${name}: ${collected.count} objects (${formatBytes(collected.bytes)}, ${storage}) ${window}; ` +
      `${restored} came back, ${purged} left it for good`,
    ...(objects.length > 0
      ? [`  No ref, lock, upload or push of the last ${grace_days} days names them, nor a protected branch of late:`]
      : []),
    ...objects,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

export const keepsLfs: Command = {
  name: 'lfs keeps',
  usage: 'OID [--repository NAMESPACE/NAME]',
  summary: 'Tell who keeps an LFS object: refs, locks, pushes and uploads, in each repository that has it.',
  arity: 1,
  options: REPOSITORY,
  async run({ args, hub, options }) {
    const oid = oidIn(args);
    const only = repositoryIn(options);
    const app = await hub();
    const opened = only ? [await openAsOperator(app, only)] : await repositoriesWith(app, oid);
    const found: (LfsKeepers & { full_name: string })[] = [];
    for (const one of opened) {
      const keepers = await interruptible((signal) => app.get(LfsKeepersService).of(OPERATOR, one, oid, { signal }));
      found.push({ full_name: fullName(one.repository), ...keepers });
    }
    const text = found.length === 0 ? `No repository has ${oid}.\n` : found.map(describeKeepers).join('');
    return { text, json: { oid, repositories: found }, exitCode: found.length === 0 ? 1 : 0 };
  },
};

async function repositoriesWith(app: INestApplicationContext, oid: string): Promise<OpenRepository[]> {
  const opened: OpenRepository[] = [];
  for (const id of await app.get(LfsKeepersService).repositoriesWith(oid)) {
    const one = await app.get(RepositoryAccessService).byId(OPERATOR, id);
    if (one) opened.push(one);
  }
  return opened;
}

function describeKeepers(keepers: LfsKeepers & { full_name: string }): string {
  const { refs, pushes, locks, upload, grace_until, purge_after } = keepers;
  const lines = [
    ...refs.map(({ ref, commit, path }) => `${ref}, which reaches ${commit.slice(0, 12)} with ${path}`),
    ...pushes.map(({ ref, pushed_at, path }) => `the push to ${ref} of ${pushed_at}, with ${path}`),
    ...locks.map(({ path, owner }) => `the lock of ${path} by ${owner}`),
    ...(upload ? ['an upload under way'] : []),
    ...(grace_until ? [`its grace, until ${grace_until}`] : []),
  ];
  const state = keepers.state === 'trash' ? `in the trash, until ${purge_after}` : keepers.state;
  const kept = lines.length > 0 ? lines : ['nobody'];
  return `${keepers.full_name}: ${state} (${formatBytes(keepers.size_bytes)}), kept by\n${kept.map((line) => `  ${line}\n`).join('')}`;
}

export const restoreLfs: Command = {
  name: 'lfs restore',
  usage: 'OID --repository NAMESPACE/NAME',
  summary: 'Take an LFS object out of the trash of a repository.',
  arity: 1,
  options: REPOSITORY,
  async run({ args, hub, options }) {
    const oid = oidIn(args);
    const path = repositoryIn(options);
    if (!path) throw new UsageError('--repository is missing');
    const app = await hub();
    const { repository } = await openAsOperator(app, path);
    await app.get(LfsTrashService).restoreOne(repository, oid);
    const name = fullName(repository);
    return { text: `${name} has ${oid} again.\n`, json: { full_name: name, oid } };
  },
};

export const scrubLfs: Command = {
  name: 'lfs scrub',
  usage: '[--all]',
  summary:
    'Read LFS objects again that were not read for long, or all; take damaged ones out of use. Exit status 1 if any.',
  arity: 0,
  options: { all: { type: 'boolean' } },
  async run({ hub, options }) {
    const app = await hub();
    const report = await interruptible((signal) =>
      app.get(LfsScrubService).run({ signal, all: options['all'] === true }),
    );
    const damaged = report.damaged.map(({ oid, damage }) => `${oid} is damaged: ${damage}\n`).join('');
    return {
      text: `Read ${report.checked} objects (${formatBytes(report.bytes)}).\n${damaged}`,
      json: report,
      exitCode: report.damaged.length > 0 ? 1 : 0,
    };
  },
};

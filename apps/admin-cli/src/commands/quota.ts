import type { NamespaceQuota, QuotaLimitName, QuotaUsage, UpdateQuota } from '@granary/api-contract';
import { AccountsService, QuotaReportService, RecountService, type Namespace } from '@granary/forge';
import { DomainError, formatBytes, parseBytes } from '@granary/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import { UsageError, type Command, type Outcome } from '../command';
import { table } from '../table';

const OPTIONS: Record<string, QuotaLimitName> = {
  'git-public': 'git_public_bytes',
  'git-private': 'git_private_bytes',
  'lfs-public': 'lfs_public_bytes',
  'lfs-private': 'lfs_private_bytes',
  'repositories-public': 'public_repositories',
  'repositories-private': 'private_repositories',
};

const bytes = (amount: number) => formatBytes(amount);
const count = (amount: number) => String(amount);
const MEASURES = { git: bytes, lfs: bytes, repositories: count } as const;

async function namespaceOf(app: INestApplicationContext, name: string): Promise<Namespace> {
  const namespace = await app.get(AccountsService).namespaceByName(name);
  if (!namespace) throw new DomainError('not_found', `There is no namespace "${name}".`);
  return namespace;
}

export const showQuota: Command = {
  name: 'quota show',
  usage: 'NAMESPACE',
  summary: 'Print the limits of a namespace, what is used and reserved of them, and its largest repositories.',
  arity: 1,
  async run({ args: [name = ''], hub }) {
    const app = await hub();
    return present(await app.get(QuotaReportService).ofNamespace(await namespaceOf(app, name)));
  },
};

function present(quota: NamespaceQuota): Outcome {
  const rows = (['public', 'private'] as const).flatMap((storageClass) =>
    (['git', 'lfs', 'repositories'] as const).map((measure) => [
      `${measure} ${storageClass}`,
      ...cellsOf(quota[storageClass][measure], MEASURES[measure]),
    ]),
  );
  const repositories = quota.repositories.map((each) => [
    each.full_name,
    each.visibility,
    formatBytes(each.git_bytes),
    formatBytes(each.lfs_bytes),
    formatBytes(each.reserved_bytes),
  ]);
  const limits = table(['', 'USED', 'OF IT DELETED', 'RESERVED', 'LIMIT', 'FROM', ''], rows);
  const list = table(['REPOSITORY', 'VISIBILITY', 'GIT', 'LFS', 'RESERVED'], repositories);
  return { text: repositories.length > 0 ? `${limits}\n${list}` : limits, json: quota };
}

function cellsOf(usage: QuotaUsage, format: (amount: number) => string): string[] {
  return [
    format(usage.used),
    format(usage.deleted),
    format(usage.reserved),
    usage.limit === null ? 'unlimited' : format(usage.limit),
    usage.source,
    usage.full ? 'FULL' : usage.warning ? 'over 80 %' : '',
  ];
}

function limitOf(option: string, text: string): number | null | 'default' {
  if (text === 'unlimited') return null;
  if (text === 'default') return 'default';
  const isCount = option.startsWith('repositories');
  const limit = isCount ? (/^\d{1,9}$/.test(text) ? Number(text) : null) : parseBytes(text);
  if (limit !== null) return limit;
  throw new UsageError(
    `--${option} takes ${isCount ? 'a number' : 'a size with its unit, such as 10GiB'}, "unlimited" or "default"`,
  );
}

export const setQuota: Command = {
  name: 'quota set',
  usage:
    'NAMESPACE [--lfs-private 10GiB] [--lfs-public …] [--git-private …] [--git-public …] ' +
    '[--repositories-private 50] [--repositories-public …]',
  summary: 'Set limits of a namespace: a size, a number, unlimited, or default for the hub’s own. Others stay.',
  arity: 1,
  options: Object.fromEntries(Object.keys(OPTIONS).map((option) => [option, { type: 'string' }] as const)),
  async run({ args: [name = ''], options, hub }) {
    const change: UpdateQuota = {};
    for (const [option, limit] of Object.entries(OPTIONS)) {
      const text = options[option];
      if (text !== undefined) change[limit] = limitOf(option, String(text));
    }
    if (Object.keys(change).length === 0) throw new UsageError('name at least one limit, as --lfs-private 10GiB');
    const app = await hub();
    const { id } = await namespaceOf(app, name);
    await app.get(QuotaReportService).setLimits(id, change);
    return present(await app.get(QuotaReportService).ofNamespace(await namespaceOf(app, name)));
  },
};

export const recountQuotas: Command = {
  name: 'quota recount',
  usage: '',
  summary: 'Count what each repository holds, correct the numbers that quotas go by, and print which were wrong.',
  arity: 0,
  async run({ hub }) {
    const mended = await (await hub()).get(RecountService).mend();
    const lines = mended.map(
      ({ repository, what, recorded, counted }) => `${repository}: ${what} was ${recorded}, is ${counted}`,
    );
    const text = lines.length === 0 ? 'Every number was right.' : lines.join('\n');
    return { text: `${text}\n`, json: { mended } };
  },
};

import { AuditQuery } from '@granary/api-contract';
import { auditSearch, AuditService, type AuditEntry } from '@granary/forge';
import { UsageError, type Command } from '../command';
import { table } from '../table';

const FILTERS = ['actor', 'action', 'repository', 'since', 'until', 'before'] as const;

export const listAudit: Command = {
  name: 'audit list',
  usage:
    '[--actor NAME] [--action KIND] [--repository NAMESPACE[/NAME]] [--since DATE] [--until DATE] [--before ID] [--limit N]',
  summary: 'Print who did what, the latest first; --actor - is the hub itself, --action session. all sign-ins.',
  arity: 0,
  options: {
    ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' as const }])),
    limit: { type: 'string', default: '50' },
  },
  async run({ options, hub }) {
    if (options.before !== undefined && !/^\d{1,15}$/.test(String(options.before))) {
      throw new UsageError('--before takes the id of an entry, a number');
    }
    const query = AuditQuery.safeParse(Object.fromEntries(FILTERS.map((name) => [name, options[name]])));
    if (!query.success) {
      throw new UsageError(query.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '));
    }
    const limit = limitOf(options.limit);
    const audit = (await hub()).get(AuditService);
    const entries = await audit.list({ repositoryId: null, ...auditSearch(query.data), limit, offset: 0 });
    return {
      text: table(['ID', 'AT', 'WHO', 'BY', 'FROM', 'WHERE', 'WHAT', 'TARGET'], entries.map(cellsOf)),
      json: entries.map(present),
    };
  },
};

function limitOf(text: unknown): number {
  if (typeof text === 'string' && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new UsageError('--limit takes a number from 1 to 9999');
}

function cellsOf(entry: AuditEntry): string[] {
  const { id, at, actorName, via, address, repositoryName, action, target } = entry;
  const facts = [actorName, via, address, repositoryName].map((fact) => fact ?? '-');
  return [String(id), at.toISOString(), ...facts, action, target];
}

/** As over REST. */
function present(entry: AuditEntry) {
  const { id, at, action, actorUserId, actorName, via, address, repositoryId, repositoryName, target, details } = entry;
  return {
    ...{ id, created_at: at.toISOString(), action, via, address, target, details },
    actor: actorUserId === null ? null : { id: actorUserId, login: actorName },
    repository: repositoryId === null ? null : { id: repositoryId, full_name: repositoryName },
  };
}

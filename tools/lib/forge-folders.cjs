/* global module */
/** The folders of forge, lowest first. A folder may import those before it; those on one line never import each other. */
const ORDER = [
  ['database'],
  ['audit'],
  ['rate-limits'],
  ['identity'],
  ['access'],
  ['events'],
  ['ref-log'],
  ['quotas'],
  ['repositories'],
  ['protection'],
  ['signatures'],
  ['lfs'],
  ['maintenance'],
  ['outbound'],
  ['browse', 'pushes', 'archives', 'ci', 'webhooks'],
  ['edits', 'transport'],
  ['work'],
];

/**
 * Each table and view of the database, by the folder that owns it; `runtime` is the library of that name, above all.
 * SQL outside the owner may name it only in the folders of `readers`, which are above the owner (tools/table-owners.spec.ts):
 * a column that is renamed is looked for there, and nowhere else. Nothing below an owner names its tables: what it must
 * know comes as SQL from above (`ledger-terms.ts`), or through a view that is made for that.
 */
const TABLES = {
  repository_summaries: { owner: 'database', readers: ['audit', 'identity', 'events', 'quotas'] },
  audit_entries: { owner: 'audit' },
  rate_limits: { owner: 'rate-limits' },
  users: { owner: 'identity', readers: ['quotas', 'repositories', 'lfs', 'webhooks'] },
  namespaces: { owner: 'identity', readers: ['quotas', 'repositories', 'lfs', 'work'] },
  sessions: { owner: 'identity' },
  access_tokens: { owner: 'identity' },
  ssh_keys: { owner: 'identity' },
  gpg_keys: { owner: 'identity' },
  outbox_events: { owner: 'events', readers: ['pushes'] },
  pushes: { owner: 'ref-log', readers: ['pushes'] },
  push_commands: { owner: 'ref-log', readers: ['pushes'] },
  ref_tips: { owner: 'ref-log', readers: ['pushes'] },
  repositories: {
    owner: 'repositories',
    readers: ['protection', 'lfs', 'maintenance', 'pushes', 'archives', 'webhooks', 'work', 'runtime'],
  },
  repository_redirects: { owner: 'repositories' },
  collaborators: { owner: 'repositories' },
  protections: { owner: 'protection' },
  protection_users: { owner: 'protection' },
  push_rules: { owner: 'protection' },
  lfs_objects: { owner: 'lfs', readers: ['edits', 'work'] },
  lfs_links: { owner: 'lfs', readers: ['work'] },
  lfs_uploads: { owner: 'lfs' },
  lfs_missing: { owner: 'lfs' },
  lfs_locks: { owner: 'lfs' },
  lfs_trash: { owner: 'lfs' },
  lfs_collections: { owner: 'lfs' },
  lfs_orphan_keys: { owner: 'lfs' },
  repository_maintenance: { owner: 'maintenance' },
  archives: { owner: 'archives' },
  webhooks: { owner: 'webhooks' },
  webhook_deliveries: { owner: 'webhooks' },
  staged_uploads: { owner: 'edits' },
  job_failures: { owner: 'work' },
  hub_instance: { owner: 'runtime' },
};

module.exports = { ORDER, TABLES };

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ids are identities and never reused. Names are compared folded (`*_folded`, lower case), shown as written.
 * Sizes are bytes in bigint columns.
 */
export class First1763700000000 implements MigrationInterface {
  name = 'First1763700000000';

  async up(q: QueryRunner): Promise<void> {
    for (const statement of [...ACCOUNTS, ...REPOSITORIES, ...LFS, ...PUSHES, ...EVENTS]) await q.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('The first migration has nothing to go back to: restore a backup instead.');
  }
}

const ID = 'integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY';
const CREATED = 'created_at timestamptz NOT NULL DEFAULT now()';

const ACCOUNTS = [
  `CREATE TABLE users (
    id ${ID},
    name text NOT NULL,
    full_name text,
    email text,
    password_hash text,
    is_admin boolean NOT NULL DEFAULT false,
    is_active boolean NOT NULL DEFAULT true,
    ${CREATED},
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX users_email ON users (lower(email))`,
  `CREATE TABLE namespaces (
    id ${ID},
    name text NOT NULL,
    name_folded text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('user', 'organization')),
    owner_user_id integer UNIQUE REFERENCES users (id),
    push_to_create boolean NOT NULL DEFAULT true,
    git_quota_bytes bigint,
    lfs_quota_bytes bigint,
    ${CREATED}
  )`,
  `CREATE TABLE sessions (
    id ${ID},
    token_hash bytea NOT NULL UNIQUE,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent text,
    ip text,
    ${CREATED},
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
  )`,
  `CREATE INDEX sessions_user ON sessions (user_id)`,
  `CREATE TABLE access_tokens (
    id ${ID},
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    token_prefix text NOT NULL,
    scopes text[] NOT NULL,
    repository_ids integer[],
    expires_at timestamptz,
    last_used_at timestamptz,
    ${CREATED}
  )`,
  `CREATE INDEX access_tokens_user ON access_tokens (user_id)`,
  `CREATE TABLE ssh_keys (
    id ${ID},
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title text NOT NULL,
    key_type text NOT NULL,
    key_blob text NOT NULL,
    fingerprint text NOT NULL UNIQUE,
    last_used_at timestamptz,
    ${CREATED}
  )`,
  `CREATE INDEX ssh_keys_user ON ssh_keys (user_id)`,
];

const REPOSITORIES = [
  `CREATE TABLE repositories (
    id ${ID},
    namespace_id integer NOT NULL REFERENCES namespaces (id),
    name text NOT NULL,
    name_folded text NOT NULL,
    description text,
    visibility text NOT NULL CHECK (visibility IN ('public', 'internal', 'private')),
    default_branch text NOT NULL DEFAULT 'main',
    is_empty boolean NOT NULL DEFAULT true,
    git_size_bytes bigint NOT NULL DEFAULT 0,
    lfs_size_bytes bigint NOT NULL DEFAULT 0,
    lfs_object_count integer NOT NULL DEFAULT 0,
    ${CREATED},
    updated_at timestamptz NOT NULL DEFAULT now(),
    pushed_at timestamptz,
    deleted_at timestamptz
  )`,
  `CREATE UNIQUE INDEX repositories_name ON repositories (namespace_id, name_folded) WHERE deleted_at IS NULL`,
  `CREATE INDEX repositories_recent ON repositories (COALESCE(pushed_at, created_at) DESC) WHERE deleted_at IS NULL`,
  `CREATE TABLE repository_redirects (
    namespace_id integer NOT NULL REFERENCES namespaces (id),
    name_folded text NOT NULL,
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    ${CREATED},
    PRIMARY KEY (namespace_id, name_folded)
  )`,
  `CREATE TABLE collaborators (
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('read', 'write', 'maintain', 'admin')),
    ${CREATED},
    PRIMARY KEY (repository_id, user_id)
  )`,
  `CREATE INDEX collaborators_user ON collaborators (user_id)`,
];

const LFS = [
  // One row per content in the whole instance. crc32 lets an archive write a stored zip entry without a second pass.
  `CREATE TABLE lfs_objects (
    oid text PRIMARY KEY CHECK (oid ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL,
    crc32 bigint NOT NULL,
    ${CREATED}
  )`,
  // Who may have the bytes: every read joins on this row.
  `CREATE TABLE lfs_links (
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    oid text NOT NULL REFERENCES lfs_objects (oid),
    ${CREATED},
    PRIMARY KEY (repository_id, oid)
  )`,
  `CREATE INDEX lfs_links_oid ON lfs_links (oid)`,
];

const PUSHES = [
  // The intent is stored before the refs move; state says whether it was reconciled with them.
  `CREATE TABLE pushes (
    id uuid PRIMARY KEY,
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    actor_user_id integer REFERENCES users (id) ON DELETE SET NULL,
    transport text NOT NULL,
    state text NOT NULL CHECK (state IN ('intended', 'recorded', 'abandoned')),
    ${CREATED},
    recorded_at timestamptz
  )`,
  `CREATE INDEX pushes_repository ON pushes (repository_id, created_at DESC)`,
  `CREATE INDEX pushes_intended ON pushes (created_at) WHERE state = 'intended'`,
  `CREATE TABLE push_commands (
    push_id uuid NOT NULL REFERENCES pushes (id) ON DELETE CASCADE,
    ref text NOT NULL,
    old_oid text NOT NULL,
    new_oid text NOT NULL,
    PRIMARY KEY (push_id, ref)
  )`,
  // The tips as last recorded: what the sweep compares the repository with.
  `CREATE TABLE ref_tips (
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    ref text NOT NULL,
    oid text NOT NULL,
    PRIMARY KEY (repository_id, ref)
  )`,
];

const EVENTS = [
  `CREATE TABLE outbox_events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL UNIQUE,
    kind text NOT NULL,
    repository_id integer,
    payload jsonb NOT NULL,
    ${CREATED},
    relayed_at timestamptz,
    -- The jobs that have dealt with the event; settled when none is missing. The queue may forget, these rows do not.
    settled_by text[] NOT NULL DEFAULT '{}',
    settled_at timestamptz
  )`,
  `CREATE INDEX outbox_events_waiting ON outbox_events (sequence) WHERE relayed_at IS NULL`,
  `CREATE INDEX outbox_events_unsettled ON outbox_events (relayed_at) WHERE settled_at IS NULL`,
  `CREATE INDEX outbox_events_pushes ON outbox_events (repository_id, sequence DESC) WHERE kind = 'push'`,
  `CREATE TABLE webhooks (
    id ${ID},
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    url text NOT NULL,
    secret_encrypted bytea,
    events text[] NOT NULL,
    active boolean NOT NULL DEFAULT true,
    disabled_reason text,
    ${CREATED},
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE INDEX webhooks_repository ON webhooks (repository_id)`,
  `CREATE TABLE webhook_deliveries (
    id ${ID},
    guid uuid NOT NULL,
    webhook_id integer NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id uuid NOT NULL,
    event text NOT NULL,
    action text,
    -- json, not jsonb: it keeps the order of the fields, and each try must send the same bytes.
    payload json NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    redelivery boolean NOT NULL DEFAULT false,
    next_attempt_at timestamptz,
    last_attempt_at timestamptz,
    duration_ms integer,
    status_code integer,
    status_text text,
    request_headers jsonb,
    response_headers jsonb,
    response_body text,
    ${CREATED}
  )`,
  `CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, event_id) WHERE NOT redelivery`,
  `CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_attempt_at) WHERE state IN ('pending', 'failed')`,
  `CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id DESC)`,
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Protected refs, the rules of pushes, LFS locks, and the bytes that pushes under way have reserved. */
export class PushRules1764000000000 implements MigrationInterface {
  name = 'PushRules1764000000000';

  async up(q: QueryRunner): Promise<void> {
    for (const statement of [...PROTECTIONS, ...PUSH_RULES, ...LOCKS, ...QUOTA]) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE pushes DROP COLUMN incoming_bytes');
    await q.query('DROP TABLE lfs_locks, push_rules, protection_users, protections');
  }
}

const ROLE = "text CHECK (%s IN ('write', 'maintain', 'admin'))";
const role = (column: string) => `${column} ${ROLE.replace('%s', column)}`;

const PROTECTIONS = [
  // A role that is NULL allows nobody by role; users are named beside it.
  `CREATE TABLE protections (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('branch', 'tag')),
    pattern text NOT NULL,
    ${role('push_role')},
    ${role('force_push_role')},
    ${role('delete_role')},
    require_linear_history boolean NOT NULL DEFAULT false,
    enforce_admins boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX protections_pattern ON protections (repository_id, kind, pattern)`,
  `CREATE TABLE protection_users (
    protection_id integer NOT NULL REFERENCES protections (id) ON DELETE CASCADE,
    action text NOT NULL CHECK (action IN ('push', 'force_push', 'delete')),
    user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (protection_id, action, user_id)
  )`,
  `CREATE INDEX protection_users_user ON protection_users (user_id)`,
];

const PUSH_RULES = [
  // NULL stands for the hub's default, so that a new default reaches who never chose.
  `CREATE TABLE push_rules (
    repository_id integer PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
    max_file_size_bytes bigint,
    max_push_size_bytes bigint,
    max_tree_paths integer,
    forbidden_paths text[],
    commit_email_patterns text[],
    lfs_required_size_bytes bigint,
    lfs_required_patterns text[],
    secret_scanning text CHECK (secret_scanning IN ('block', 'warn', 'off')),
    updated_at timestamptz NOT NULL DEFAULT now()
  )`,
];

const LOCKS = [
  // One lock a path in the whole repository; ref is what its owner worked on, and limits nothing.
  `CREATE TABLE lfs_locks (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    path text NOT NULL,
    owner_user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    ref text,
    locked_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE UNIQUE INDEX lfs_locks_path ON lfs_locks (repository_id, path)`,
  `CREATE INDEX lfs_locks_owner ON lfs_locks (owner_user_id)`,
];

const QUOTA = [
  // Bytes on disk that an intended push holds reserved in its namespace; recorded, they are part of the repository's size.
  `ALTER TABLE pushes ADD COLUMN incoming_bytes bigint NOT NULL DEFAULT 0`,
];

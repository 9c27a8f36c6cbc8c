import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** An LFS object that the history of a repository names and the hub was never given. */
export interface MissingObject {
  oid: string;
  sizeBytes: number;
  /** One of the paths that name it. */
  path: string;
}

/** Those of one repository; the list is cut. */
export interface MissingObjects {
  /** Of the repository. */
  id: number;
  name: string;
  count: number;
  objects: MissingObject[];
}

const MAX_LISTED = 20;
const MAX_REPOSITORIES = 100;

/** What is known to be missing in repositories that let incomplete history in. */
@Injectable()
export class LfsMissingService {
  constructor(private readonly database: DataSource) {}

  async note(repositoryId: number, objects: readonly MissingObject[]): Promise<void> {
    if (objects.length === 0) return;
    await this.database.query(
      `INSERT INTO lfs_missing (repository_id, oid, size_bytes, path)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING`,
      [
        repositoryId,
        objects.map(({ oid }) => oid),
        objects.map(({ sizeBytes }) => sizeBytes),
        objects.map(({ path }) => path),
      ],
    );
  }

  /** By repository. What has come since is left out. */
  async list(): Promise<MissingObjects[]> {
    const rows = await this.database.query<MissingObjects[]>(
      `SELECT r.id, n.name || '/' || r.name AS name, count(*)::integer AS count,
              (array_agg(jsonb_build_object('oid', m.oid, 'sizeBytes', m.size_bytes, 'path', m.path) ORDER BY m.path))[:${MAX_LISTED}] AS objects
         FROM lfs_missing m JOIN repositories r ON r.id = m.repository_id JOIN namespaces n ON n.id = r.namespace_id
        WHERE r.deleted_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = m.repository_id AND l.oid = m.oid)
        GROUP BY r.id, n.id ORDER BY 1 LIMIT ${MAX_REPOSITORIES}`,
    );
    return rows;
  }
}

import type { DataSource } from 'typeorm';

/**
 * How many more connections Postgres grants to the hub's role: the server's limit without what it reserves and what is
 * taken, and the limits of the role and the database (PostgreSQL: "Connections and Authentication", pg_roles, pg_database).
 */
export async function roomForConnections(database: DataSource): Promise<number> {
  const [row] = await database.query<{ of_server: number; of_role: number | null; of_database: number | null }[]>(
    `SELECT current_setting('max_connections')::integer
            - CASE WHEN r.rolsuper THEN 0 ELSE current_setting('superuser_reserved_connections')::integer END
            - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
              )::integer AS of_server,
            CASE WHEN r.rolconnlimit < 0 OR r.rolsuper THEN NULL ELSE r.rolconnlimit END AS of_role,
            CASE WHEN d.datconnlimit < 0 OR r.rolsuper THEN NULL ELSE d.datconnlimit END AS of_database
       FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`,
  );
  if (!row) return Infinity;
  return Math.min(row.of_server, row.of_role ?? Infinity, row.of_database ?? Infinity);
}

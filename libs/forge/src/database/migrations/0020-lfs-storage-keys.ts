import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The purge asks of each key of the store whether an object lies there. */
export class LfsStorageKeys1765320000000 implements MigrationInterface {
  name = 'LfsStorageKeys1765320000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query('CREATE UNIQUE INDEX lfs_objects_storage_key ON lfs_objects (storage_key)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX lfs_objects_storage_key');
  }
}

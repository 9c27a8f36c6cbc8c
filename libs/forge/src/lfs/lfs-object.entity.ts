import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../database/columns';

/** One content of the instance, however many repositories link it. */
@Entity('lfs_objects')
export class LfsObject {
  @PrimaryColumn('text') oid: string;
  @Column('bigint', { name: 'size_bytes', transformer: bigintAsNumber }) sizeBytes: number;
  /** CRC-32 of the content, measured with its hash: a stored zip entry needs it before the bytes. */
  @Column('bigint', { transformer: bigintAsNumber }) crc32: number;
  /** Where it lies in the object store. */
  @Column('text', { name: 'storage_key' }) storageKey: string;
  /** When somebody last showed the content. */
  @Column('timestamptz', { name: 'touched_at', default: () => 'now()' }) touchedAt: Date;
  /** Its bytes are lost or wrong since; nobody gets them until an upload brings them again. */
  @Column('timestamptz', { name: 'damaged_at', nullable: true }) damagedAt: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

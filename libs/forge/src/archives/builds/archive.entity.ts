import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { bigintAsNumber } from '../../database/columns';

/** An archive that was made once: its checksum, and whether the object store holds it. */
@Entity('archives')
export class Archive {
  @PrimaryColumn('integer', { name: 'repository_id' }) repositoryId: number;
  /** Everything that the bytes depend on, inside the repository: see `archiveKey`. */
  @PrimaryColumn('text') key: string;
  @Column('bigint', { name: 'size_bytes', transformer: bigintAsNumber }) sizeBytes: number;
  @Column('text') sha256: string;
  @Column('boolean', { name: 'is_stored' }) isStored: boolean;
  @CreateDateColumn({ name: 'built_at', type: 'timestamptz' }) builtAt: Date;
  @Column('timestamptz', { name: 'used_at', default: () => 'now()' }) usedAt: Date;
}

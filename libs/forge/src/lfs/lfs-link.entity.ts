import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { LfsObject } from './lfs-object.entity';

/** That a repository has an object. Without this row its bytes are out of reach from there. */
@Entity('lfs_links')
export class LfsLink {
  @PrimaryColumn('integer', { name: 'repository_id' }) repositoryId: number;
  @PrimaryColumn('text') oid: string;
  @ManyToOne(() => LfsObject) @JoinColumn({ name: 'oid' }) object: LfsObject;
  /** When somebody last linked it or pushed a pointer to it. */
  @Column('timestamptz', { name: 'shown_at', default: () => 'now()' }) shownAt: Date;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

import type { Visibility } from '@granary/api-contract';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { bigintAsNumber } from '../database/columns';
import { Namespace } from '../identity/namespace.entity';

@Entity('repositories')
export class Repository {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' }) id: number;
  @Column('integer', { name: 'namespace_id' }) namespaceId: number;
  @ManyToOne(() => Namespace) @JoinColumn({ name: 'namespace_id' }) namespace: Namespace;
  @Column('text') name: string;
  @Column('text', { name: 'name_folded' }) nameFolded: string;
  @Column('text', { nullable: true }) description: string | null;
  @Column('text') visibility: Visibility;
  @Column('text', { name: 'default_branch', default: 'main' }) defaultBranch: string;
  /** No branch was pushed yet. */
  @Column('boolean', { name: 'is_empty', default: true }) isEmpty: boolean;
  @Column('bigint', { name: 'git_size_bytes', default: 0, transformer: bigintAsNumber }) gitSizeBytes: number;
  @Column('bigint', { name: 'lfs_size_bytes', default: 0, transformer: bigintAsNumber }) lfsSizeBytes: number;
  @Column('integer', { name: 'lfs_object_count', default: 0 }) lfsObjectCount: number;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' }) updatedAt: Date;
  @Column('timestamptz', { name: 'pushed_at', nullable: true }) pushedAt: Date | null;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt: Date | null;
}

import type { QuotaLimits } from '@granary/api-contract';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { User } from './user.entity';

/** What stands before the slash of a repository's name: a user's own, later an organisation. */
@Entity('namespaces')
export class Namespace {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') name: string;
  @Column('text', { name: 'name_folded' }) nameFolded: string;
  @Column('text') kind: 'user' | 'organization';
  @Column('integer', { name: 'owner_user_id', nullable: true }) ownerUserId: number | null;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'owner_user_id' }) owner?: User | null;
  @Column('boolean', { name: 'push_to_create', default: true }) pushToCreate: boolean;
  /** Its own limits; a name that is absent follows the hub's default. */
  @Column('jsonb', { default: {} }) limits: Partial<QuotaLimits>;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

import type { RepositoryRole } from '@granary/api-contract';
import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { User } from '../identity/user.entity';

@Entity('collaborators')
export class Collaborator {
  @PrimaryColumn('integer', { name: 'repository_id' }) repositoryId: number;
  @PrimaryColumn('integer', { name: 'user_id' }) userId: number;
  @ManyToOne(() => User) @JoinColumn({ name: 'user_id' }) user: User;
  @Column('text') role: RepositoryRole;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

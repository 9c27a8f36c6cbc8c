import type { TokenScope } from '@granary/api-contract';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('access_tokens')
export class AccessToken {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' }) id: number;
  @Column('integer', { name: 'user_id' }) userId: number;
  @Column('text') name: string;
  @Column('bytea', { name: 'token_hash', select: false }) tokenHash: Buffer;
  @Column('text', { name: 'token_prefix' }) tokenPrefix: string;
  @Column('text', { array: true }) scopes: TokenScope[];
  /** Null: every repository of its user. */
  @Column('integer', { name: 'repository_ids', array: true, nullable: true }) repositoryIds: number[] | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

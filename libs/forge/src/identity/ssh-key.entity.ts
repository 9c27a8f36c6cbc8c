import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('ssh_keys')
export class SshKey {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' }) id: number;
  @Column('integer', { name: 'user_id' }) userId: number;
  @Column('text') title: string;
  @Column('text', { name: 'key_type' }) keyType: string;
  /** Base64 of the key's wire form (RFC 4253, section 6.6). */
  @Column('text', { name: 'key_blob' }) keyBlob: string;
  @Column('text') fingerprint: string;
  /** Of the token that added it; null: it never expires. */
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt: Date | null;
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

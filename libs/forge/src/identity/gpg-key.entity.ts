import type { OpenPgpKeyPart } from '@granary/wire';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A primary key or a subkey as JSON holds it: its moments are ISO 8601. */
export type StoredKeyPart = Omit<OpenPgpKeyPart, 'createdAt' | 'expiresAt'> & {
  createdAt: string;
  expiresAt: string | null;
};

@Entity('gpg_keys')
export class GpgKey {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' }) id: number;
  @Column('integer', { name: 'user_id' }) userId: number;
  @Column('text') name: string;
  /** Of the primary key. */
  @Column('text') fingerprint: string;
  /** Of every part that can have signed. */
  @Column('text', { name: 'key_ids', array: true }) keyIds: string[];
  @Column('text') armored: string;
  /** In lower case, as the key claims them: whether they are its owner's is another matter. */
  @Column('text', { array: true }) emails: string[];
  /** The primary key, then its subkeys. */
  @Column('jsonb') parts: StoredKeyPart[];
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' }) createdAt: Date;
}

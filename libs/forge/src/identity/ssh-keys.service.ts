import { cutText, invalidField, type Clock } from '@granary/kernel';
import { parsePublicKey } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { listed, within, type Listed, type ListRange } from '../database/listed';
import { CLOCK, FORGE_OPTIONS } from '../database/tokens';
import { isUniqueViolation } from '../database/unique-violation';
import type { UserActor } from './actor';
import { SshKey } from './ssh-key.entity';
import { User } from './user.entity';

@Injectable()
export class SshKeysService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(FORGE_OPTIONS) private readonly options: { minRsaBits: number },
  ) {}

  /**
   * Registers one line of OpenSSH's public key format for the user.
   * @throws DomainError `invalid` when it is no key, too weak, or already registered by anyone.
   */
  async create(
    userId: number,
    line: string,
    { title, expiresAt = null }: { title?: string; expiresAt?: Date | null } = {},
  ): Promise<SshKey> {
    const parsed = parsePublicKey(line, { minRsaBits: this.options.minRsaBits });
    if (parsed.kind === 'error') throw invalidField('key', parsed.error);
    const { type, blob, comment, fingerprint } = parsed.key;
    const key = this.database.manager.create(SshKey, {
      userId,
      title: cutText(title?.trim() || comment || type, 255),
      keyType: type,
      keyBlob: blob,
      fingerprint,
      expiresAt,
    });
    try {
      return await this.database.transaction(async (manager) => {
        const saved = await manager.save(key);
        const details = { user_id: userId, fingerprint: saved.fingerprint, expires_at: expiresAt };
        await this.audit.record(manager, { action: 'ssh_key.create', target: saved.title, details });
        return saved;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw invalidField('key', 'key is already in use', 'already_exists');
      throw error;
    }
  }

  async list(userId: number, range?: ListRange): Promise<Listed<SshKey>> {
    const order = { id: 'ASC' as const };
    return listed(this.database.manager.findAndCount(SshKey, { where: { userId }, order, ...within(range) }));
  }

  async find(userId: number, id: number): Promise<SshKey | null> {
    return this.database.manager.findOneBy(SshKey, { id, userId });
  }

  async remove(userId: number, id: number): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const key = await manager.findOneBy(SshKey, { id, userId });
      const { affected } = await manager.delete(SshKey, { id, userId });
      if (!key || affected === 0) return false;
      const details = { user_id: userId, fingerprint: key.fingerprint };
      await this.audit.record(manager, { action: 'ssh_key.delete', target: key.title, details });
      return true;
    });
  }

  private async liveKey(fingerprint: string): Promise<SshKey | null> {
    const key = await this.database.manager.findOneBy(SshKey, { fingerprint });
    return key && (key.expiresAt === null || key.expiresAt > this.clock.now()) ? key : null;
  }

  /** Whether anyone active has registered the key. Leaves no trace: a key that is merely offered proves nothing. */
  async isRegistered(fingerprint: string): Promise<boolean> {
    const key = await this.liveKey(fingerprint);
    return key !== null && this.database.manager.existsBy(User, { id: key.userId, isActive: true });
  }

  /** The active users who registered the keys with these `SHA256:…` fingerprints, by fingerprint. */
  async ownersOf(fingerprints: readonly string[]): Promise<Map<string, User>> {
    if (fingerprints.length === 0) return new Map();
    const keys = await this.database.manager
      .createQueryBuilder(SshKey, 'key')
      .innerJoinAndMapOne('key.owner', User, 'owner', 'owner.id = key.userId AND owner.isActive')
      .where('key.fingerprint = ANY(:fingerprints)', { fingerprints: [...new Set(fingerprints)] })
      .andWhere('(key.expiresAt IS NULL OR key.expiresAt > :now)', { now: this.clock.now() })
      .getMany();
    return new Map((keys as (SshKey & { owner: User })[]).map(({ fingerprint, owner }) => [fingerprint, owner]));
  }

  /** The user who registered the key with this `SHA256:…` fingerprint. The caller has verified the signature. */
  async actorOf(fingerprint: string): Promise<UserActor | null> {
    const key = await this.liveKey(fingerprint);
    const user = key && (await this.database.manager.findOneBy(User, { id: key.userId, isActive: true }));
    if (!key || !user) return null;
    await this.database.manager.update(SshKey, { id: key.id }, { lastUsedAt: this.clock.now() });
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'ssh',
      scopes: null,
      repositoryIds: null,
      expiresAt: key.expiresAt,
    };
  }
}

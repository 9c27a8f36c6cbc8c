import { cutText, invalidField } from '@granary/kernel';
import { parseOpenPgpKey, type OpenPgpKey, type OpenPgpKeyPart } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { listed, within, type Listed, type ListRange } from '../database/listed';
import { FORGE_OPTIONS } from '../database/tokens';
import { isUniqueViolation } from '../database/unique-violation';
import { GpgKey, type StoredKeyPart } from './gpg-key.entity';
import { User } from './user.entity';

const FIELD = 'armored_public_key';

@Injectable()
export class GpgKeysService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(FORGE_OPTIONS) private readonly options: { minRsaBits: number },
  ) {}

  /**
   * Registers an armoured public key for the user; without a name it is called after its first user ID.
   * @throws DomainError `invalid` when it is no key, too weak, or already registered by anyone.
   */
  async create(userId: number, armored: string, name?: string): Promise<GpgKey> {
    const parsed = await parseOpenPgpKey(armored, this.options);
    if (parsed.kind === 'error') throw invalidField(FIELD, parsed.error);
    const { key } = parsed;
    const row = this.database.manager.create(GpgKey, {
      ...columnsOf(key),
      userId,
      name: cutText(name?.trim() || key.userIds[0] || key.keyId, 255),
    });
    try {
      return await this.database.transaction(async (manager) => {
        const saved = await manager.save(row);
        const details = { user_id: userId, fingerprint: saved.fingerprint };
        await this.audit.record(manager, { action: 'gpg_key.create', target: saved.name, details });
        return saved;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw await this.taken(userId, key.fingerprint);
      throw error;
    }
  }

  private async taken(userId: number, fingerprint: string): Promise<Error> {
    const isOwn = await this.database.manager.existsBy(GpgKey, { userId, fingerprint });
    const own = 'you have added this key already; to replace it by its present state, delete it first';
    return invalidField(FIELD, isOwn ? own : 'key is already in use', 'already_exists');
  }

  async list(userId: number, range?: ListRange): Promise<Listed<GpgKey>> {
    const order = { id: 'ASC' as const };
    return listed(this.database.manager.findAndCount(GpgKey, { where: { userId }, order, ...within(range) }));
  }

  async find(userId: number, id: number): Promise<GpgKey | null> {
    return this.database.manager.findOneBy(GpgKey, { id, userId });
  }

  async remove(userId: number, id: number): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const key = await manager.findOneBy(GpgKey, { id, userId });
      const { affected } = await manager.delete(GpgKey, { id, userId });
      if (!key || affected === 0) return false;
      const details = { user_id: userId, fingerprint: key.fingerprint };
      await this.audit.record(manager, { action: 'gpg_key.delete', target: key.name, details });
      return true;
    });
  }

  /** The keys of active users that have one of these ids, on the primary key or a subkey, with their owners. */
  async byKeyIds(keyIds: readonly string[]): Promise<{ key: GpgKey; owner: User }[]> {
    if (keyIds.length === 0) return [];
    const keys = await this.database.manager
      .createQueryBuilder(GpgKey, 'key')
      .innerJoinAndMapOne('key.owner', User, 'owner', 'owner.id = key.userId AND owner.isActive')
      .where('key.keyIds && :keyIds', { keyIds: [...new Set(keyIds)] })
      .orderBy('key.id')
      .getMany();
    return (keys as (GpgKey & { owner: User })[]).map((key) => ({ key, owner: key.owner }));
  }
}

function columnsOf(key: OpenPgpKey): Pick<GpgKey, 'fingerprint' | 'keyIds' | 'armored' | 'emails' | 'parts'> {
  const { armored, userIds: _, emails, subkeys, ...primary } = key;
  const parts = [primary, ...subkeys];
  const keyIds = parts.map(({ keyId }) => keyId);
  return { fingerprint: key.fingerprint, keyIds, armored, emails, parts: parts.map(storedPart) };
}

function storedPart(part: OpenPgpKeyPart): StoredKeyPart {
  return { ...part, createdAt: part.createdAt.toISOString(), expiresAt: part.expiresAt?.toISOString() ?? null };
}

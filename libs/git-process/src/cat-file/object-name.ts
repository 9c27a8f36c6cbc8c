import { bytesOfPath } from '@granary/wire';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface ObjectInfo {
  oid: string;
  type: ObjectType;
  sizeBytes: number;
}

/** `<oid> SP <type> SP <size>`, as git prints an object by default (git-cat-file(1), "BATCH OUTPUT"); null for all else. */
export function parseObjectInfo(line: string): ObjectInfo | null {
  const [, oid, type, size] = /^([0-9a-f]{40}|[0-9a-f]{64}) (commit|tree|blob|tag) (\d+)$/.exec(line) ?? [];
  return oid && type && size ? { oid, type: type as ObjectType, sizeBytes: Number(size) } : null;
}

const OID = '[0-9a-f]{64}|[0-9a-f]{40}';
// What git-check-ref-format(1) forbids cannot name a ref, but could start another kind of gitrevisions(7) expression.
const REF = 'HEAD|refs/[^\\0-\\x20\\x7f~^:?*\\[\\\\]+';
const REVISION = new RegExp(`^(?:${OID}|${REF})(?:\\^\\{(?:commit|tree|blob|tag)?\\})?$`);

/**
 * Whether `name` is one of the few forms of gitrevisions(7) that this hub asks for: a full id, `HEAD` or a full ref
 * name, then perhaps `^{type}`, then perhaps `:path`. Other forms can search the whole history.
 */
export function isObjectName(name: string): boolean {
  const colon = name.indexOf(':');
  const revision = colon === -1 ? name : name.slice(0, colon);
  const path = colon === -1 ? '' : name.slice(colon + 1);
  if (!REVISION.test(revision) || revision.includes('..') || revision.includes('@{')) return false;
  // Git looks for the work tree of a relative path, and dies where there is none.
  return !path.includes('\0') && !/^\.\.?(?:\/|$)/.test(path);
}

/** What git is told: the path behind the colon may be any bytes, and stands here as `textOfPath` writes it. */
export function bytesOfObjectName(name: string): Buffer {
  const colon = name.indexOf(':');
  if (colon === -1 || !name.includes('"')) return Buffer.from(name);
  return Buffer.concat([Buffer.from(name.slice(0, colon + 1)), bytesOfPath(name.slice(colon + 1))]);
}

import { ProtocolError } from '../protocol-error';

/** The argument of `git for-each-ref --format=` whose output {@link parseForEachRef} reads. */
export const FOR_EACH_REF_FORMAT = '%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface RefRecord {
  fullName: string;
  /** What the ref itself points at: a tag object for an annotated tag. */
  oid: string;
  type: ObjectType;
  /**
   * What an annotated tag points at; null for all else. For a tag of a tag, git before 2.45 gives the inner tag here
   * (then `type` is `tag`), later ones the object behind the last.
   */
  target: { oid: string; type: ObjectType } | null;
}

/**
 * Reads the output of `git for-each-ref` with {@link FOR_EACH_REF_FORMAT}: a record a line, which ref names cannot break.
 *
 * @throws ProtocolError on anything else.
 */
export function parseForEachRef(output: string): RefRecord[] {
  const lines = output.split('\n');
  if (lines.pop() !== '') throw new ProtocolError('git output ends inside a record');
  return lines.map((line) => {
    const [fullName, oid, type, targetOid, targetType, ...rest] = line.split('\0');
    if (!fullName || !oid || !type || targetOid === undefined || targetType === undefined || rest.length > 0) {
      throw new ProtocolError(`Not a record of git for-each-ref: ${line}`);
    }
    const target = targetOid === '' ? null : { oid: targetOid, type: targetType as ObjectType };
    return { fullName, oid, type: type as ObjectType, target };
  });
}

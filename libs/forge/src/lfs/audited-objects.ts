const MAX_NAMED = 100;

/** What the audit log says of LFS objects: one by its oid, more by their number, with the first hundred of them. */
export function auditedObjects(objects: readonly { oid: string; sizeBytes?: number }[]): {
  target: string;
  details: Record<string, unknown>;
} {
  const [first] = objects;
  const bytes = objects.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  return {
    target: objects.length === 1 && first ? first.oid : `${objects.length} LFS objects`,
    details: {
      count: objects.length,
      ...(bytes > 0 && { bytes }),
      ...(objects.length > 1 && { oids: objects.slice(0, MAX_NAMED).map(({ oid }) => oid) }),
    },
  };
}

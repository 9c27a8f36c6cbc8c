/** Which part of a list is read. */
export interface ListRange {
  limit: number;
  offset: number;
}

/** A list, or a part of it, and how many rows the whole one has. */
export interface Listed<T> {
  rows: T[];
  total: number;
}

export async function listed<T>(found: Promise<[T[], number]>): Promise<Listed<T>> {
  const [rows, total] = await found;
  return { rows, total };
}

/** For TypeORM's finders; without a range it is everything. */
export const within = (range?: ListRange) => (range ? { take: range.limit, skip: range.offset } : {});

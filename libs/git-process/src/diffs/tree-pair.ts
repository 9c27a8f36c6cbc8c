import { verifiedOid } from '../repository/git-repository';

/** Two commits or trees to compare, by their whole ids. */
export interface TreePair {
  /** Null stands for an empty tree. */
  from: string | null;
  to: string;
}

/** As git-diff-tree(1) takes them. @throws DomainError `not_found` for what is no id. */
export function treesOf({ from, to }: TreePair): string[] {
  return from === null ? ['--root', verifiedOid(to)] : [verifiedOid(from), verifiedOid(to)];
}

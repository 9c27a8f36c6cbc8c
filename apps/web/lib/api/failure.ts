import { ApiError } from '@granary/api-contract';
import { SAID } from '@/lib/said';
import type { RepositoryName } from '@/lib/repository-url';

/** A damaged repository, a full disk, an outage: no defect of a page, and worth more than a reference. */
const TOLD = new Set([503, 507]);

/** The API answered, and the answer is a refusal. `problem` is meant for the reader. */
export class ApiFailure extends Error {
  /** Next passes on nothing of an error but this: what the hub says to its reader goes with it. */
  readonly digest?: string;
  /** What the hub tells the reader of a page that fails for this reason; null for a defect. */
  readonly told: string | null;

  constructor(
    readonly status: number,
    readonly problem: ApiError,
  ) {
    super(problem.message);
    this.name = 'ApiFailure';
    this.told = TOLD.has(status) ? [problem.message, problem.hint].filter(Boolean).join(' ') : null;
    if (this.told !== null) this.digest = SAID + this.told;
  }
}

/** The repository is known by another name now. */
export class RepositoryMoved extends Error {
  constructor(readonly repository: RepositoryName) {
    super(`moved to ${repository.owner}/${repository.name}`);
    this.name = 'RepositoryMoved';
  }
}

/** Reads the error body; a proxy's HTML page or an empty body becomes a plain sentence. */
export async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  const problem = ApiError.safeParse(body);
  const fallback = { message: `The hub answered with status ${response.status}.` };
  return new ApiFailure(response.status, problem.success ? problem.data : fallback);
}

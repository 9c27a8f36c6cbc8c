import { ApiError } from '@granary/api-contract';
import type { RepositoryName } from '@/lib/repository-url';

/** The API answered, and the answer is a refusal. `problem` is meant for the reader. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number,
    readonly problem: ApiError,
  ) {
    super(problem.message);
    this.name = 'ApiFailure';
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

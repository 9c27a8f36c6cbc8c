/** For specs alone, which make and look at repositories as a user's git does. */
export { runGit } from '../process/run-git';
export { RepositoryBuilder, type CommitSpec, type FileSpec } from './repository-builder';

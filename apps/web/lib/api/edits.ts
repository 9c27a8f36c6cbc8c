import { EditPage, EditPlacePage, UploadPage } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';

const webPath = (repository: RepositoryName) => repositoryApiPath('/api/web/repos', repository);

export function readEdit(repository: RepositoryName, at: string) {
  return readApi(`${webPath(repository)}/edit`, EditPage, { at });
}

export function readEditPlace(repository: RepositoryName, at: string) {
  return readApi(`${webPath(repository)}/edit-place`, EditPlacePage, { at });
}

export function readUpload(repository: RepositoryName, at: string, refused: string) {
  return readApi(`${webPath(repository)}/upload`, UploadPage, { at, refused: refused || null });
}

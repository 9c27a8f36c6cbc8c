import type { OpenedRepository } from '@granary/git-process';
import { AttributeValues, type Place } from './attribute-values';

const FILTER = { attributes: ['filter'], mention: 'filter=lfs', maxGitAnswers: 64 };

/**
 * Which paths `.gitattributes` marks for Git LFS: a client replaces a pointer there, and takes it for the text that it is
 * elsewhere. Beyond what git is asked, a path counts as marked, which is what most pointers are.
 */
export class MarkedPlaces {
  private readonly filters: AttributeValues;

  constructor(repository: OpenedRepository) {
    this.filters = new AttributeValues(repository, FILTER);
  }

  /** @returns those of `places` that are marked. */
  async among<P extends Place>(places: readonly P[]): Promise<P[]> {
    const values = await this.filters.of(places);
    return places.filter((place) => {
      const filter = values.get(place);
      return filter === null || filter?.[0] === 'lfs';
    });
  }
}

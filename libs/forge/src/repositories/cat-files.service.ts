import { CatFilePool, type GitHome } from '@granary/git-process';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';

/** The `cat-file` processes that all services share: one for each repository that was asked for lately. */
@Injectable()
export class CatFilesService extends CatFilePool implements OnApplicationShutdown {
  constructor(@Inject(GIT_HOME) home: GitHome) {
    super(home);
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

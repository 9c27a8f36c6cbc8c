import { SetMetadata } from '@nestjs/common';

export const LARGE_BODY = 'granary:large-body';

/** On routes that take the content of a file within JSON. Nobody sends it who may not write: the guard comes before. */
export const LargeBody = () => SetMetadata(LARGE_BODY, true);

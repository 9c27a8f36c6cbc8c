import { SetMetadata } from '@nestjs/common';

/**
 * Which protocol a request speaks. It decides how errors look, how a body is read and which credentials are good.
 *
 * - `git`: git's smart HTTP protocol
 * - `lfs`: the Git LFS API and its transfer addresses
 * - `rest`: the REST API
 * - `web`: the models of the pages, for the pages' own server and scripts
 * - `page`: what a browser opens or downloads
 * - `status`: health and metrics, read by machines as plain text
 */
export type Surface = 'git' | 'lfs' | 'rest' | 'web' | 'page' | 'status';

export const SURFACE = 'granary:surface';

/** The surface of a controller's routes. A route without one stops the process at start. */
export const Surface = (surface: Surface) => SetMetadata(SURFACE, surface);

import { codeRendering } from './code/code-rendering';
import { plainRendering } from './code/plain-rendering';
import { markdownRendering } from './markdown/markdown-rendering';
import { RenderingTooLarge, type RenderJob, type Rendering } from './rendering';

/** Renders here and now, however long it takes. */
export function render(job: RenderJob): Rendering {
  try {
    if (job.kind === 'code') return codeRendering(job.text, job.path);
    return markdownRendering(job.text, { place: job.place, images: job.images });
  } catch (error) {
    return plainRendering(job.text, error instanceof RenderingTooLarge ? 'too_large' : 'failed');
  }
}

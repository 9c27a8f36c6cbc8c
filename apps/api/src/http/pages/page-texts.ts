import { isMarkdown, type BlobLook, type RefName, type RenderedText } from '@granary/api-contract';
import type { Repository } from '@granary/forge';
import { Renderer, type ImageRules, type Rendering } from '@granary/render';
import { Inject, Injectable } from '@nestjs/common';
import { IMAGE_RULES } from '../../tokens';

interface FileOnPage {
  repository: Repository;
  at: RefName;
  path: string;
  text: string;
  signal: AbortSignal | undefined;
}

function presentRendering({ html, form, lineCount, reduction, isCut }: Rendering): RenderedText {
  return { html, form, line_count: lineCount, reduction, truncated: isCut };
}

/** The texts of files as pages show them. */
@Injectable()
export class PageTexts {
  constructor(
    private readonly renderer: Renderer,
    @Inject(IMAGE_RULES) private readonly images: ImageRules,
  ) {}

  async rendered(file: FileOnPage, look: Exclude<BlobLook, 'text'>): Promise<RenderedText> {
    const { repository, at, path, text, signal } = file;
    const place = { owner: repository.namespace.name, repository: repository.name, at, path };
    const job =
      look === 'rendered' && isMarkdown(path)
        ? ({ kind: 'markdown', text, place, images: this.images } as const)
        : ({ kind: 'code', text, path } as const);
    return presentRendering(await this.renderer.render(job, signal));
  }
}

import { isMarkdown } from '@granary/api-contract';
import { CatFilesService, decodeText, readNamedEncodings } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { escapedText } from '@granary/render';
import type { LsTreeEntry } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import { PageTexts } from '../pages/page-texts';
import type { ContentPlace } from './contents.reader';

const MAX_TEXT_BYTES = 1024 * 1024;

/** Files as HTML, in the frame that GitHub puts around them: Markdown rendered, every other text as it is. */
@Injectable()
export class ContentsHtml {
  constructor(
    private readonly catFiles: CatFilesService,
    private readonly texts: PageTexts,
  ) {}

  /** @throws DomainError `too_large` */
  async of(
    { bare, opened, at: { kind, ref, sha } }: ContentPlace,
    { oid, path, sizeBytes }: LsTreeEntry,
  ): Promise<string> {
    const isWhole = (sizeBytes ?? 0) <= MAX_TEXT_BYTES;
    const content = isWhole ? await this.catFiles.open(bare.path).contents(oid, { maxBytes: MAX_TEXT_BYTES }) : null;
    if (!content) {
      throw new DomainError('too_large', 'This file is too large for an answer in HTML.', {
        hint: 'Ask for it with "Accept: application/vnd.github.raw".',
      });
    }
    const file = { sha, path, start: content.data };
    const named = (await readNamedEncodings(bare, [file])).get(file);
    const text = decodeText(content.data, { named });
    if (!isMarkdown(path)) {
      return `<div id="file" class="plain"><pre style="white-space: pre-wrap">${escapedText(text)}</pre></div>`;
    }
    const shown = { repository: opened.repository, at: { kind, ref }, path, text, signal: bare.signal };
    const { html } = await this.texts.rendered(shown, 'rendered');
    return `<div id="file" class="md"><article class="markdown-body">${html}</article></div>`;
  }
}

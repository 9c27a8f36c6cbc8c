import { RemoteImages } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { imageUrlOf, type ImageRules } from '@granary/render';
import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Anyone } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { IMAGE_RULES } from '../../tokens';

const MAX_AGE_SECONDS = 86_400;

/** Images of other hosts that a page of the hub shows: addresses that the hub has signed, and no others. */
@Controller('-/image')
@Surface('page')
export class RemoteImageController {
  constructor(
    private readonly images: RemoteImages,
    @Inject(IMAGE_RULES) private readonly rules: ImageRules,
  ) {}

  @Get(':signature/:url')
  @Anyone()
  async image(@Param('signature') signature: string, @Param('url') encoded: string, @Res() response: Response) {
    const { proxyKey } = this.rules;
    const url = proxyKey === null ? null : imageUrlOf(signature, encoded, proxyKey);
    if (url === null) throw new DomainError('not_found', 'There is no such image.');
    const { type, body } = await this.images.get(url);
    response.status(200).set({
      'Content-Type': type,
      'Content-Length': String(body.length),
      // An SVG may hold scripts and references: opened by itself, it can do nothing.
      'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'",
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Content-Disposition': 'inline',
      'Cache-Control': `private, max-age=${MAX_AGE_SECONDS}`,
    });
    response.end(body);
  }
}

import { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import { identicon } from '@granary/wire';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Anyone } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { sendBody } from '../send-body';

const KINDS = ['u', 'o'];
const DEFAULT_PIXELS = 420;
const LEAST_PIXELS = 16;
const MOST_PIXELS = 512;
const MAX_AGE_SECONDS = 7 * 86_400;

/** Pictures of users (`u`) and organisations (`o`), drawn from their ids: nothing is looked up, and nothing is told. */
@Controller('-/avatars')
@Surface('page')
@Anyone()
export class AvatarController {
  @Get(':kind/:id')
  avatar(
    @Param('kind') kind: string,
    @Param('id') text: string,
    @Query('s') size: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    // 0 is nobody whom the hub knows.
    const id = /^\d{1,9}$/.test(text) ? Number(text) : null;
    if (id === null || !KINDS.includes(kind)) throw new DomainError('not_found', 'Not Found');
    const pixels = pixelsOf(size);
    const image = identicon(`${kind}:${id}`, pixels);
    response.set({
      'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    return sendBody(
      {
        etag: `"${kind}-${id}-${pixels}"`,
        sizeBytes: image.length,
        type: 'image/png',
        open: (range) => Readable.from([range ? image.subarray(range.start, range.end + 1) : image]),
      },
      { request, response },
    );
  }
}

function pixelsOf(size: unknown): number {
  const asked = typeof size === 'string' && /^\d{1,9}$/.test(size) ? Number(size) : DEFAULT_PIXELS;
  return Math.min(Math.max(asked, LEAST_PIXELS), MOST_PIXELS);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';
import { Anyone } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';

/** Beside us in what is built. */
const AGENT = join(__dirname, '../../../../lfs-agent/src/lfs-agent.js');

/** The transfer agent of this project, for people to fetch from the hub that they push to (docs/lfs.md). */
@Controller('-/lfs-agent.cjs')
@Surface('page')
export class LfsAgentController {
  private text?: Promise<string>;

  @Get()
  @Anyone()
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Content-Disposition', 'attachment; filename="lfs-agent.cjs"')
  @Header('X-Content-Type-Options', 'nosniff')
  @Header('Cache-Control', 'public, max-age=300')
  agent(): Promise<string> {
    return (this.text ??= readFile(AGENT, 'utf8').then((text) => text.replace(/^\/\/# sourceMappingURL=.*$/m, '')));
  }
}

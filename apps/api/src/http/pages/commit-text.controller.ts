import { resolveCommit, resolveNamedObject } from '@granary/git-process';
import { pageBelow } from '@granary/api-contract';
import { fullName, type OpenRepository } from '@granary/forge';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { sendCommitForm } from '../commit-forms';
import { OutsideAddresses } from '../outside';
import type { Exchange } from '../send-body';
import { clientGone } from '../transfer/client-gone';
import { wildcard } from '../wildcard';
import { BrowseReader } from './browse.reader';

/** The address of a commit's page with `.diff` or `.patch` behind it: what it changes, and a mail for `git am`. */
@Controller(':ns/:repo/-/commit')
@Surface('page')
@InRepository('read')
export class CommitTextController {
  constructor(
    private readonly reader: BrowseReader,
    private readonly outside: OutsideAddresses,
  ) {}

  @Get('*name.diff')
  async diff(
    @Opened() opened: OpenRepository,
    @Param('name') name: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    await this.send(opened, { name: wildcard(name), form: 'diff' }, { request, response });
  }

  @Get('*name.patch')
  async patch(
    @Opened() opened: OpenRepository,
    @Param('name') name: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ) {
    await this.send(opened, { name: wildcard(name), form: 'patch' }, { request, response });
  }

  private async send(
    opened: OpenRepository,
    { name, form }: { name: string; form: 'diff' | 'patch' },
    exchange: Exchange,
  ): Promise<void> {
    const bare = this.reader.bare(opened, clientGone(exchange.response));
    // A branch may be called so, and has a page.
    const called = await resolveNamedObject(bare, `${name}.${form}`);
    if (called?.type === 'commit') {
      const repository = `${this.outside.baseUrl}/${fullName(opened.repository)}`;
      return exchange.response.redirect(302, pageBelow(repository, 'commit', called.sha));
    }
    const { sha } = await resolveCommit(bare, name);
    // Browsers offer for saving what they do not know as text.
    await sendCommitForm(bare, { sha, form, type: 'text/plain; charset=utf-8' }, exchange);
  }
}

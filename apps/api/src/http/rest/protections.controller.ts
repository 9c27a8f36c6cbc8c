import { CreateProtection, UpdateProtection } from '@granary/api-contract';
import { ProtectionsService, type OpenRepository, type Protection } from '@granary/forge';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentProtection } from '../presenters/protection.presenter';
import { routeId } from '../route-id';
import { AskedPage, PagedList } from '../paged-list';
import type { Page } from '../pagination';
import { zodBody } from '../zod-body';

/** Protected branches and tags by pattern. Every one is looked up within its repository. */
@Controller('api/v3/repos/:ns/:repo/protections')
@Surface('rest')
export class ProtectionsController {
  constructor(private readonly protections: ProtectionsService) {}

  @Get()
  @PagedList()
  @InRepository('maintain')
  async list(@Opened() { repository }: OpenRepository, @AskedPage() { offset, limit }: Page) {
    // There are few: their number is limited.
    const all = await this.protections.list(repository.id);
    return { rows: await this.present(all.slice(offset, offset + limit)), total: all.length };
  }

  @Post()
  @InRepository('admin')
  async create(@Opened() { repository }: OpenRepository, @Body(zodBody(CreateProtection)) wish: CreateProtection) {
    return this.presentOne(await this.protections.create(repository.id, wish));
  }

  @Get(':id')
  @InRepository('maintain')
  async one(@Opened() { repository }: OpenRepository, @Param('id') id: string) {
    return this.presentOne(await this.protections.get(repository.id, routeId(id)));
  }

  @Patch(':id')
  @InRepository('admin')
  async update(
    @Opened() { repository }: OpenRepository,
    @Param('id') id: string,
    @Body(zodBody(UpdateProtection)) wish: UpdateProtection,
  ) {
    return this.presentOne(await this.protections.update(repository.id, routeId(id), wish));
  }

  @Delete(':id')
  @InRepository('admin')
  @HttpCode(204)
  async remove(@Opened() { repository }: OpenRepository, @Param('id') id: string) {
    await this.protections.delete(repository.id, routeId(id));
  }

  private async present(protections: Protection[]) {
    const users = await this.protections.namedUsers(protections);
    return protections.map((protection) => presentProtection(protection, users));
  }

  private async presentOne(protection: Protection) {
    return presentProtection(protection, await this.protections.namedUsers([protection]));
  }
}

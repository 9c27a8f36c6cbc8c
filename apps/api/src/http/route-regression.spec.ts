import 'reflect-metadata';
import { routes } from '@granary/api-contract';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { Route } from './route';

class Purges {
  @Route(routes.requestPurge)
  request() {
    return { requested_at: null, purged_at: null };
  }

  // @ts-expect-error a handler answers what its route says
  @Route(routes.getPurge)
  state() {
    return { requested_at: 1 };
  }
}

describe('a handler of the contract', () => {
  it('has the method, path and status of its route', () => {
    const { request } = Purges.prototype;
    expect(Reflect.getMetadata(METHOD_METADATA, request)).toBe(RequestMethod.POST);
    expect(Reflect.getMetadata(PATH_METADATA, request)).toBe('/api/v3/repos/:ns/:repo/purge');
    expect(Reflect.getMetadata(HTTP_CODE_METADATA, request)).toBe(202);
  });
});

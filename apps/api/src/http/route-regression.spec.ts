import 'reflect-metadata';
import { routes, type PushRules, type SshKey, type UpdatePushRules } from '@granary/api-contract';
import type { Listed } from '@granary/forge';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA, INTERCEPTORS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { BodyOf, PagedRoute, Route } from './route';

const rules = {} as PushRules;

class Handlers {
  @Route(routes.requestPurge)
  request() {
    return { requested_at: null, purged_at: null };
  }

  // @ts-expect-error a handler answers what its route says
  @Route(routes.getPurge)
  state() {
    return { requested_at: 1 };
  }

  @Route(routes.updatePushRules)
  update(@BodyOf(routes.updatePushRules) change: UpdatePushRules): PushRules {
    return change.allow_incomplete_lfs === null ? rules : { ...rules };
  }

  // @ts-expect-error a handler takes the body that its route says
  @Route(routes.updatePushRules)
  misread(change: { allow_incomplete_lfs: string }): PushRules {
    return change.allow_incomplete_lfs === '' ? rules : { ...rules };
  }

  @PagedRoute(routes.listSshKeys)
  keys(): Listed<SshKey> {
    return { rows: [], total: 0 };
  }

  // @ts-expect-error the rows are those of the route
  @PagedRoute(routes.listSshKeys)
  misnamed() {
    return { rows: [{ name: 'key' }], total: 1 };
  }

  // @ts-expect-error a route without a body has none to read
  flawed(@BodyOf(routes.getPurge) body: unknown) {
    return body;
  }
}

const told = (name: keyof Handlers, key: string): unknown => Reflect.getMetadata(key, Handlers.prototype[name]);

describe('a handler of the contract', () => {
  it('has the method, path and status of its route', () => {
    expect(told('request', METHOD_METADATA)).toBe(RequestMethod.POST);
    expect(told('request', PATH_METADATA)).toBe('/api/v3/repos/:ns/:repo/purge');
    expect(told('request', HTTP_CODE_METADATA)).toBe(202);
  });

  it('is answered in pages where it hands out rows, at every address of its route', () => {
    expect(told('keys', PATH_METADATA)).toEqual(['/api/v3/user/keys', '/api/user/keys']);
    expect(told('keys', INTERCEPTORS_METADATA)).toHaveLength(1);
    expect(told('request', INTERCEPTORS_METADATA)).toBeUndefined();
  });
});

"""All of OpenStack Swift with its S3 API in one process, for tests.

usage: swift-with-s3api.py DIRECTORY ACCESS_KEY SECRET_KEY REGION [HOST [PORT]]

Prints "port N" when it serves HOST:N (127.0.0.1 and a free port when left out), and ends when its standard input does.
What DIRECTORY holds of an earlier run is served again.
"""

import os
import sys

import eventlet
import eventlet.tpool
import eventlet.wsgi

eventlet.monkey_patch()

import swift.common.utils as utils  # noqa: E402  (must be patched first)

LOOPBACK = '127.0.0.1'
REALM_AND_USER = '{account}_{user}'
PROXY_PIPELINE = 'catch_errors gatekeeper healthcheck listing_formats s3api tempauth bulk copy slo dlo'


class Memcache(dict):
    """Swift insists on a memcached; for one process a dictionary will do.

    It keeps nothing of containers: Swift forgets a container before it changes it, so that whoever asks in between would
    leave what was true before, here for good.
    """

    def __bool__(self):
        return True

    def get(self, key, raise_on_error=False):
        return dict.get(self, key)

    def set(self, key, value, **_options):
        if not key.startswith('container/'):
            self[key] = value

    def incr(self, key, delta=1, time=0):
        self[key] = int(dict.get(self, key) or 0) + delta
        return self[key]

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -delta)

    def delete(self, key, server_key=None):
        self.pop(key, None)

    def set_multi(self, mapping, **_options):
        self.update(mapping)

    def get_multi(self, keys, server_key=None):
        return [dict.get(self, key) for key in keys]


class NoLog:
    def write(self, _text):
        pass

    def flush(self):
        pass


class Layout:
    """Where the configuration and the one "device" lie."""

    def __init__(self, root):
        self.etc = os.path.join(root, 'etc')
        self.devices = os.path.join(root, 'devices')
        os.makedirs(self.etc, exist_ok=True)
        os.makedirs(os.path.join(self.devices, 'd1'), exist_ok=True)

    def write(self, name, sections):
        lines = []
        for title, values in sections.items():
            lines.append('[%s]' % title)
            lines.extend('%s = %s' % pair for pair in values.items())
        path = os.path.join(self.etc, name)
        with open(path, 'w') as out:
            out.write('\n'.join(lines) + '\n')
        return path

    def defaults(self):
        return {'swift_dir': self.etc, 'devices': self.devices, 'mount_check': 'false', 'log_level': 'ERROR'}


def configure_hashes(layout):
    utils.SWIFT_CONF_FILE = layout.write('swift.conf', {
        'swift-hash': {'swift_hash_path_prefix': 'test', 'swift_hash_path_suffix': 'test'},
        'storage-policy:0': {'name': 'one', 'default': 'yes'},
    })
    utils.validate_configuration()


def storage_server(layout, kind):
    """One of the three storage servers, and the ring by which the proxy finds it."""
    from swift.common.ring import RingBuilder

    sock = eventlet.listen((LOOPBACK, 0))
    address = {'ip': LOOPBACK, 'port': sock.getsockname()[1]}
    ring = RingBuilder(2, 1, 0)
    ring.add_dev({
        'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'device': 'd1', **address,
        **{'replication_' + name: value for name, value in address.items()},
    })
    ring.rebalance()
    ring.get_ring().save(os.path.join(layout.etc, kind + '.ring.gz'))
    app = kind + '-server'
    return sock, layout.write(kind + '.conf', {
        'DEFAULT': layout.defaults(),
        'pipeline:main': {'pipeline': app},
        'app:' + app: {'use': 'egg:swift#' + kind},
    })


def proxy_server(layout, access_key, secret_key, region, address):
    account, user = access_key.split(':')
    filters = {name: {'use': 'egg:swift#' + name} for name in PROXY_PIPELINE.split()}
    filters['s3api'].update({'location': region, 'min_segment_size': 1048576, 'cors_preflight_allow_origin': '*'})
    filters['tempauth']['user_' + REALM_AND_USER.format(account=account, user=user)] = secret_key + ' .admin'
    sections = {
        'DEFAULT': layout.defaults(),
        'pipeline:main': {'pipeline': PROXY_PIPELINE + ' proxy-server'},
        'app:proxy-server': {
            'use': 'egg:swift#proxy', 'account_autocreate': 'true', 'allow_account_management': 'true',
        },
    }
    sections.update({'filter:' + name: values for name, values in filters.items()})
    return eventlet.listen(address), layout.write('proxy.conf', sections)


def with_cache(app, cache):
    def serve(environ, start_response):
        environ['swift.cache'] = cache
        return app(environ, start_response)

    return serve


def main(root, access_key, secret_key, region, host=LOOPBACK, port=0):
    layout = Layout(root)
    configure_hashes(layout)
    from swift.common import wsgi

    storage = [storage_server(layout, kind) for kind in ('account', 'container', 'object')]
    proxy = proxy_server(layout, access_key, secret_key, region, (host, int(port)))
    cache, pool = Memcache(), eventlet.GreenPool(2000)
    for sock, conf in storage + [proxy]:
        app = wsgi.loadapp(conf, global_conf={'log_name': 'swift'})
        if sock is proxy[0]:
            app = with_cache(app, cache)
        eventlet.spawn(
            eventlet.wsgi.server, sock, app, NoLog(), custom_pool=pool, protocol=wsgi.SwiftHttpProtocol,
            socket_timeout=60, minimum_chunk_size=65536,
        )
    print('port %d' % proxy[0].getsockname()[1], flush=True)
    eventlet.tpool.execute(sys.stdin.buffer.read)


main(*sys.argv[1:])

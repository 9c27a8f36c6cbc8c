import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOk, workspace } from '../../support';

export interface Tls {
  key: string;
  cert: string;
}

/** A certificate of our own for 127.0.0.1, which the tests are told to trust. */
export async function makeCertificate(): Promise<Tls> {
  const folder = workspace('certificate');
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  await runOk('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

/** Writes into the folder of repositories what the test server writes there: its addresses and certificates. */
export function writeServerFiles(remote: string, urls: { http: string; https: string }, tls: Tls): void {
  rmSync(remote, { recursive: true, force: true });
  mkdirSync(remote);
  const files = {
    url: urls.http,
    sslurl: urls.https,
    cert: tls.cert,
    // Of the address that asks for certificates of clients, which nobody serves here.
    clientcerturl: 'https://127.0.0.1:1',
    'client.crt': tls.cert,
    'client.key': tls.key,
    'client.enc.key': tls.key,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(remote, name), text);
}

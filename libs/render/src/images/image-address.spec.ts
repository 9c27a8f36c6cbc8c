import fc from 'fast-check';
import { imageAddressOf, imageUrlOf, IMAGE_PROXY_PREFIX } from './image-address';

const partsOf = (address: string) => address.slice(IMAGE_PROXY_PREFIX.length + 1).split('/') as [string, string];

it('reads back what it signs, and nothing that another key signed', () => {
  fc.assert(
    fc.property(fc.webUrl(), (url) => {
      const address = imageAddressOf(url, 'key') ?? '';
      expect(imageUrlOf(...partsOf(address), 'key')).toBe(url);
      expect(imageUrlOf(...partsOf(address), 'other key')).toBeNull();
    }),
  );
});

it('takes no signature for another URL', () => {
  const [signature] = partsOf(imageAddressOf('https://a.example/x.png', 'key') ?? '');
  const other = Buffer.from('https://a.example/y.png').toString('base64url');
  expect(imageUrlOf(signature, other, 'key')).toBeNull();
  expect(imageUrlOf('', other, 'key')).toBeNull();
  expect(imageUrlOf(`${signature}x`, other, 'key')).toBeNull();
});

it('has no address for what is no URL of an image', () => {
  expect(imageAddressOf(`https://a.example/${'x'.repeat(3000)}`, 'key')).toBeNull();
});

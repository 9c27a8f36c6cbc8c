import fc from 'fast-check';
import { isBase64 } from './base64';

it('takes what any bytes are written as, in one line or in many', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
    const text = Buffer.from(bytes).toString('base64');
    const lines = text.replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n');
    expect([isBase64(text), isBase64(lines)]).toEqual([true, true]);
    expect(Buffer.from(lines, 'base64').equals(bytes)).toBe(true);
  });
  fc.assert(property);
});

it('takes nothing that reads as other bytes than it was written from', () => {
  const alphabet = fc.constantFrom(...'Aaz09+/=\n -_.é');
  fc.assert(
    fc.property(fc.string({ unit: alphabet, maxLength: 12 }), (text) => {
      const plain = text.replace(/\s/g, '');
      const isWhole = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain);
      expect({ text, taken: isBase64(text) }).toEqual({ text, taken: isWhole });
    }),
  );
});

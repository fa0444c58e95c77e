import { latin } from './png';

/** Texts in the EXIF block of JPEG and WebP files, under the keywords that PNG files have for them. */

const EXIF_DIRECTORY = 0x8769;
const MAKER_NOTE = 0x927c;
const USER_COMMENT = 0x9286;
const ENTRY = 12;

/** @throws Error if the file is neither a JPEG nor a WebP, or is cut off */
export function exifTexts(bytes: Uint8Array): Map<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const block = bytes[0] === 0xff && bytes[1] === 0xd8 ? inJpeg(view) : inWebp(view);
    return block ? textsIn(block) : new Map();
  } catch (failure) {
    if (failure instanceof RangeError) throw new Error('the file is cut off');
    throw failure;
  }
}

const part = (view: DataView, from: number, length: number) => new DataView(view.buffer, view.byteOffset + from, length);
const word = (view: DataView, from: number) => latin(new Uint8Array(view.buffer, view.byteOffset + from, 4));

/** The block of the segment APP1 before the picture begins. */
function inJpeg(view: DataView): DataView | null {
  for (let at = 2; at + 4 <= view.byteLength && view.getUint8(at) === 0xff && view.getUint8(at + 1) !== 0xda; ) {
    const length = view.getUint16(at + 2);
    if (view.getUint8(at + 1) === 0xe1 && length >= 8 && word(view, at + 4) === 'Exif') return part(view, at + 10, length - 8);
    at += 2 + length;
  }
  return null;
}

function inWebp(view: DataView): DataView | null {
  if (view.byteLength < 12 || word(view, 0) !== 'RIFF' || word(view, 8) !== 'WEBP') {
    throw new Error('this is not a PNG, JPEG or WebP file');
  }
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const length = view.getUint32(at + 4, true);
    if (word(view, at) === 'EXIF') return part(view, at + 8, length);
    at += 8 + length + (length & 1);
  }
  return null;
}

/** What the EXIF directory of a TIFF block says. */
function textsIn(tiff: DataView): Map<string, string> {
  const little = tiff.getUint8(0) === 0x49;
  const texts = new Map<string, string>();
  const entries = (at: number) =>
    Array.from({ length: tiff.getUint16(at, little) }, (_, i) => {
      const entry = at + 2 + ENTRY * i;
      return { tag: tiff.getUint16(entry, little), count: tiff.getUint32(entry + 4, little), value: tiff.getUint32(entry + 8, little) };
    });
  const exif = entries(tiff.getUint32(4, little)).find(({ tag }) => tag === EXIF_DIRECTORY);
  for (const { tag, count, value } of exif ? entries(exif.value) : []) {
    if ((tag !== MAKER_NOTE && tag !== USER_COMMENT) || count < 8) continue;
    const content = part(tiff, value, count);
    const bytes = new Uint8Array(content.buffer, content.byteOffset + 8, count - 8);
    const kind = latin(new Uint8Array(content.buffer, content.byteOffset, 8)).replace(/\0+$/, '');
    if (tag === MAKER_NOTE && kind === 'stipple') texts.set('stipple', new TextDecoder().decode(bytes));
    if (tag === USER_COMMENT && kind === 'UNICODE') {
      texts.set('parameters', new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes));
    }
    if (tag === USER_COMMENT && kind === 'ASCII') texts.set('parameters', latin(bytes));
  }
  return texts;
}

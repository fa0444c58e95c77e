/** Texts in PNG files, by their keywords. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export const isPng = (bytes: Uint8Array) => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** @throws Error if the file is cut off */
export async function textsOf(bytes: Uint8Array): Promise<Map<string, string>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = new Map<string, string>();
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    if (at + 12 > bytes.length) throw new Error('the file is cut off');
    const length = view.getUint32(at);
    const type = latin(bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw new Error('the file is cut off');
    if (['tEXt', 'zTXt', 'iTXt'].includes(type)) {
      const [keyword, text] = await textOf(type, bytes.subarray(at + 8, at + 8 + length));
      texts.set(keyword, text);
    }
    if (type === 'IEND') break;
    at += 12 + length;
  }
  return texts;
}

async function textOf(type: string, data: Uint8Array): Promise<[string, string]> {
  const end = data.indexOf(0);
  const keyword = latin(data.subarray(0, end));
  if (type === 'tEXt') return [keyword, latin(data.subarray(end + 1))];
  if (type === 'zTXt') return [keyword, latin(await inflate(data.subarray(end + 2)))];
  const packed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const body = data.subarray(data.indexOf(0, language + 1) + 1);
  return [keyword, new TextDecoder().decode(packed ? await inflate(body) : body)];
}

export function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

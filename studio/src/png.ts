import { parse, type Parameters } from './api';

/** Reads the settings inside a PNG file, in the page, without sending it anywhere. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Names that other programs give to our settings. */
const FOREIGN: Record<string, string> = { Steps: 'steps', 'CFG scale': 'cfg', Seed: 'seed', Size: 'size', Sampler: 'sampler' };

/**
 * The settings of a picture, or null if it holds none.
 *
 * @throws Error if the file is no PNG, or is cut off
 */
export async function settingsOf(file: Blob): Promise<Parameters | null> {
  const texts = await textsOf(new Uint8Array(await file.arrayBuffer()));
  const ours = texts.get('stipple');
  if (ours !== undefined) {
    const { request, index = 0 } = parse<{ request: Parameters; index?: number }>(ours);
    // Of several pictures, this one has a seed of its own.
    return { ...request, seed: String(BigInt(String(request['seed'])) + BigInt(index)) };
  }
  const foreign = texts.get('parameters');
  return foreign === undefined ? null : foreignSettings(foreign);
}

/** The text that most image programs write: the prompt, a negative prompt, then settings separated by commas. */
export function foreignSettings(text: string): Parameters {
  const lines = text.split('\n');
  const last = lines.findLastIndex((line) => /^Steps: /.test(line));
  const words = last < 0 ? lines : lines.slice(0, last);
  const negative = words.findIndex((line) => line.startsWith('Negative prompt: '));
  const settings: Parameters = { prompt: (negative < 0 ? words : words.slice(0, negative)).join('\n').trim() };
  if (negative >= 0) {
    settings['negative'] = words.slice(negative).join('\n').slice('Negative prompt: '.length).trim();
  }
  for (const part of (lines[last] ?? '').split(', ')) {
    const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(part) ?? [];
    const ours = FOREIGN[name];
    if (ours) settings[ours] = ['steps', 'cfg'].includes(ours) ? Number(value) : value;
  }
  return settings;
}

async function textsOf(bytes: Uint8Array): Promise<Map<string, string>> {
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw new Error('this is not a PNG file');
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

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

import { parse, type Parameters } from './api';
import { exifTexts } from './exif';
import { isPng, textsOf } from './png';

/** Reads the settings inside a picture's file, in the page, without sending it anywhere. */

/** Names that other programs give to our settings. */
const FOREIGN: Record<string, string> = { Steps: 'steps', 'CFG scale': 'cfg', Seed: 'seed', Size: 'size', Sampler: 'sampler' };

/**
 * The settings of a picture, or null if it holds none.
 *
 * @throws Error if the file is no picture of a known format, or is cut off
 */
export async function settingsOf(file: Blob): Promise<Parameters | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const texts = isPng(bytes) ? await textsOf(bytes) : exifTexts(bytes);
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

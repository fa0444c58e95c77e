import { computed, effect, signal } from '@preact/signals';
import type { Capabilities, Field, Parameters, Value } from './api';

/** The settings that are being written, and how they become a request. */

export interface InputPicture {
  name: string;
  url: string;
  base64: string;
}

export interface Form {
  prompt: string;
  seed: string;
  /** Whether the seed is kept for the next picture. */
  locked: boolean;
  /** Settings that are not at their default, by the API's names. */
  values: Parameters;
}

const SAVED = 'stipple-form';
const EMPTY: Form = { prompt: '', seed: '', locked: false, values: {} };

/** The main settings, each with a control of its own; all others are in the drawer. */
const MAIN = ['prompt', 'negative', 'size', 'n', 'seed', 'steps', 'cfg', 'sampler'];
/** What jobs and files say that has no field, and the value at which it has no effect. */
const NEUTRAL: Parameters = { cfg_image: 1, continue_rows: 0, rows: 0 };
/** Fields that are no settings of a picture, or that the page sets by itself. */
const HIDDEN = ['model', 'user', 'moderation', 'background', 'quality', 'image', 'previews', 'continue_from', 'rows', 'continue_rows'];

export const server = signal<Capabilities | null>(null);
export const form = signal<Form>(restore());
export const input = signal<InputPicture | null>(null);
/** The picture whose top is kept while the rest is drawn anew, and how many rows of tokens of it. */
export const start = signal<(InputPicture & { rows: number }) | null>(null);

effect(() => localStorage.setItem(SAVED, JSON.stringify(form.value)));

export const fields = computed<Record<string, Field>>(() => server.value?.parameters.job ?? {});
export const advanced = computed(() => Object.keys(fields.value).filter((name) => ![...MAIN, ...HIDDEN].includes(name)));

function restore(): Form {
  try {
    const saved = JSON.parse(localStorage.getItem(SAVED) ?? '{}') as Partial<Form>;
    return { ...EMPTY, ...saved, values: { ...saved.values } };
  } catch {
    return EMPTY;
  }
}

export function change(patch: Partial<Form>): void {
  form.value = { ...form.value, ...patch };
}

/** The value of a setting: what was set, else the model's default. */
export function value(name: string): Value {
  return form.value.values[name] ?? fields.value[name]?.default ?? '';
}

/** Sets a setting; one at its default is forgotten, so that it follows the model. */
export function set(name: string, to: Value | undefined): void {
  const { [name]: _, ...values } = form.value.values;
  const plain = to === undefined || to === '' || to === fields.value[name]?.default;
  change({ values: plain ? values : { ...values, [name]: to } });
}

/** How much of the picture in {@link start} is kept, within what there is of the size that will be drawn. */
export const kept = computed(() => {
  const size = String(value('size'));
  const height = Number((size === 'auto' ? (server.value?.sizes.default ?? '') : size).split('x')[1]);
  const pixels = server.value?.model.pixels_per_token ?? 1;
  const most = Math.max(1, Math.min(fields.value['rows']?.maximum ?? 1, height / pixels - 1));
  return { rows: Math.min(start.value?.rows ?? 1, most), most, pixels, height };
});

/** Why a setting has no effect beside the others, or null if it has. */
export function idle(name: string): string | null {
  const sampler = String(value('sampler'));
  const guided = Number(value('cfg')) > 1;
  switch (name) {
    case 'negative':
      return guided ? null : 'needs guidance above 1';
    case 'cfg_schedule':
      return guided || (input.value && Number(value('cfg_image')) > 1) ? null : 'needs guidance above 1';
    case 'noise_level':
      return sampler.startsWith('s3-') ? null : 'only for the samplers s3-sde and s3-cps';
    case 'solver':
      return sampler === 'ode' ? null : 'only for the sampler ode';
    case 'cfg_image':
      return input.value ? null : 'only when a picture is edited';
    case 'output_compression':
      return value('output_format') === 'png' ? 'only for jpeg and webp' : null;
    default:
      return null;
  }
}

export function randomSeed(): string {
  return String(crypto.getRandomValues(new Uint32Array(1))[0]);
}

/** The request for what the form says. A setting that has no effect is not sent: the server would refuse it. */
export function request(seed: string): Parameters {
  const { prompt, values } = form.value;
  const body: Parameters = { prompt, seed, previews: true };
  for (const [name, set] of Object.entries(values)) {
    if (fields.value[name] && !idle(name)) body[name] = set;
  }
  if (input.value) body['image'] = input.value.base64;
  if (start.value) Object.assign(body, { continue_from: start.value.base64, rows: kept.value.rows });
  return body;
}

/**
 * Takes over the settings of a picture.
 *
 * @returns names of settings that this model does not have, or does not offer with that value
 */
export function reuse(parameters: Parameters): string[] {
  const values: Parameters = {};
  const unknown: string[] = [];
  for (const [name, given] of Object.entries(parameters)) {
    if (['prompt', 'seed', 'n', ...HIDDEN].includes(name)) continue;
    const field = fields.value[name];
    const number = field && ['integer', 'number'].includes(field.type);
    if (!field || (field.enum && !field.enum.includes(String(given))) || (number && !Number.isFinite(given))) {
      if (given !== NEUTRAL[name]) unknown.push(name);
    } else if (given !== field.default && !(name === 'size' && given === server.value?.sizes.default)) {
      values[name] = given;
    }
  }
  change({
    prompt: String(parameters['prompt'] ?? ''),
    ...(parameters['seed'] === undefined ? {} : { seed: String(parameters['seed']), locked: true }),
    values,
  });
  return unknown;
}

/** An address that opens the page with the settings of a picture; those at the model's default are left out. */
export function link(parameters: Parameters): string {
  const told = Object.entries(parameters).filter(
    ([name, given]) => !['n', ...HIDDEN].includes(name) && given !== '' && given !== fields.value[name]?.default,
  );
  return `${location.origin}${location.pathname}#/?${new URLSearchParams(told.map(([name, given]) => [name, String(given)]))}`;
}

/**
 * Takes over the settings of such an address.
 *
 * @param query what stands behind its question mark
 * @returns names of settings that this model does not have
 */
export function reuseLink(query: string): string[] {
  const parameters: Parameters = {};
  for (const [name, text] of new URLSearchParams(query)) {
    const type = fields.value[name]?.type;
    parameters[name] = name === 'seed' || type === 'string' || !type ? text : type === 'boolean' ? text === 'true' : Number(text);
  }
  // It may come from anywhere: a seed is a number, and what is none is as if it were not there.
  if (!/^-?\d{1,19}$/.test(String(parameters['seed'] ?? '0'))) delete parameters['seed'];
  return reuse(parameters);
}

/** Reads a picture that is to be edited. */
export async function takeInput(file: Blob, name: string): Promise<void> {
  input.value = await read(file, name);
  start.value = null;
}

/** Reads a picture whose top is to be kept. */
export async function takeStart(file: Blob, name: string, rows?: number): Promise<void> {
  const most = fields.value['rows']?.maximum ?? 1;
  start.value = { ...(await read(file, name)), rows: rows ?? Math.max(1, Math.round(most / 2)) };
  input.value = null;
}

async function read(file: Blob, name: string): Promise<InputPicture> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error(`Cannot read ${name}`));
    reader.readAsDataURL(file);
  });
  return { name, url, base64: url.slice(url.indexOf(',') + 1) };
}

/** The server's API as the page uses it. */

export type Value = string | number | boolean;

/** Settings by the API's names. The seed is text, because it may have more digits than a number here holds. */
export type Parameters = Record<string, Value>;

export interface Picture {
  index: number;
  seed: string;
  size: string;
  format: string;
  bytes: number;
  created_at: number;
}

export interface Progress {
  fraction: number;
  tokens: number;
  total_tokens: number;
  picture?: number;
  row?: number;
  rows?: number;
  eta_seconds: number | null;
}

export type State = 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';

export interface Job {
  id: string;
  kind: 'generation' | 'edit';
  state: State;
  model: string;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  position?: number;
  progress: Progress;
  parameters: Parameters;
  input?: { name: string };
  /** The picture whose top was kept. */
  start?: { name: string };
  pictures: Picture[];
  error?: { code: string; message: string };
  warnings?: string[];
}

export interface Field {
  type: string;
  description: string;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: Value;
}

export interface Capabilities {
  version: string;
  model: { id: string; parameters: number; dtype: string; device: string; pixels_per_token: number };
  modes: string[];
  sizes: { default: string; all: string[] };
  parameters: { job: Record<string, Field> };
  limits: { pictures_per_request: number; waiting_jobs: number; body_bytes: number };
}

/** What the server refused, in its words. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = '',
    readonly param: string | null = null,
  ) {
    super(message);
  }
}

const KEY = 'stipple-key';

export function saveKey(key: string): void {
  localStorage.setItem(KEY, key);
}

/** Parses an answer; seeds become text, so that none loses digits. */
export function parse<T>(text: string): T {
  return JSON.parse(text.replace(/(?<!\\)"seed":\s*(-?\d+)/g, '"seed":"$1"')) as T;
}

/** Writes a request; the seed is written as the number that its text says. */
export function write(body: Parameters): string {
  const { seed, ...rest } = body;
  const json = JSON.stringify(rest);
  return seed === undefined ? json : `${json.slice(0, -1)}${json === '{}' ? '' : ','}"seed":${seed}}`;
}

async function send(method: string, path: string, body?: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {};
  const key = localStorage.getItem(KEY);
  if (key) headers['Authorization'] = `Bearer ${key}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }), ...(signal ? { signal } : {}) });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, 'The server does not answer. Is it still running?', 'unreachable');
  }
  if (response.ok) return response;
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { message: string; code: string; param: string | null } };
    throw new ApiError(response.status, error.message, error.code, error.param);
  } catch (failure) {
    if (failure instanceof ApiError) throw failure;
    throw new ApiError(response.status, `The server answered ${response.status}`);
  }
}

async function json<T>(method: string, path: string, body?: Parameters): Promise<T> {
  return parse<T>(await (await send(method, path, body && write(body))).text());
}

export const get = <T>(path: string) => json<T>('GET', path);
export const capabilities = () => json<Capabilities>('GET', '/capabilities');
export const submit = (body: Parameters) => json<Job>('POST', '/v1/jobs', body);
export const cancel = (id: string) => json<Job>('POST', `/v1/jobs/${id}/cancel`);
export const find = (id: string) => json<Job>('GET', `/v1/jobs/${id}`);
export const remove = (id: string) => send('DELETE', `/v1/jobs/${id}`);
export const removePicture = (id: string, index: number) => send('DELETE', `/v1/jobs/${id}/pictures/${index}`);

/** Jobs, newest first; those before a time if one is given. */
export function list(limit: number, before?: number): Promise<{ data: Job[]; has_more: boolean }> {
  return json('GET', `/v1/jobs?limit=${limit}${before === undefined ? '' : `&before=${before}`}`);
}

// Addresses in answers are absolute; behind a proxy the page may know the server by another name.
export const pictureUrl = (job: Job, picture: Picture) => `/v1/jobs/${job.id}/pictures/${picture.index}.${picture.format}`;
export const startUrl = (job: Job) => `/v1/jobs/${job.id}/start`;
export const inputUrl = (job: Job) => `/v1/jobs/${job.id}/input`;

export interface Event {
  name: string;
  data: string;
}

/** The events of a job until the stream ends. EventSource cannot send an API key, so they are read by hand. */
export async function* events(id: string, signal: AbortSignal): AsyncGenerator<Event> {
  const response = await send('GET', `/v1/jobs/${id}/events`, undefined, signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const lines = block.split('\n');
      const of = (field: string) =>
        lines.filter((line) => line.startsWith(`${field}: `)).map((line) => line.slice(field.length + 2));
      const data = of('data').join('\n');
      if (data) yield { name: of('event')[0] ?? 'message', data };
    }
  }
}

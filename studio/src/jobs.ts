import { computed, signal } from '@preact/signals';
import * as api from './api';
import { ApiError, type Job, type Parameters, type Picture, type Progress } from './api';
import { change, form, randomSeed, request, server } from './settings';

/** The jobs of the server as far as the page knows them, and what is done with them. */

/** The rows of a picture that are there. */
export interface Preview {
  row: number;
  url: string;
}

/** A picture of a job; a job that has none yet is shown too. */
export interface Selection {
  id: string;
  index: number;
}

export interface Notice {
  id: number;
  text: string;
  kind: 'info' | 'error';
}

const PAGE = 60;
/** Browsers open six connections to a server; streams must leave some for everything else. */
const STREAMS = 3;
const POLL = 1500;

export const jobs = signal<ReadonlyMap<string, Job>>(new Map());
/** By job and picture; pictures of a job are drawn side by side. */
export const previews = signal<ReadonlyMap<string, Preview>>(new Map());
export const selection = signal<Selection | null>(null);
export const more = signal(false);
export const notices = signal<readonly Notice[]>([]);
export const keyWanted = signal(false);
export const loaded = signal(false);

const watched = new Map<string, AbortController>();
let polling: ReturnType<typeof setTimeout> | undefined;
let nextNotice = 0;

export const over = (job: Job) => !['queued', 'generating'].includes(job.state);
export const history = computed(() => [...jobs.value.values()].sort((a, b) => b.created_at - a.created_at));
export const active = computed(() => history.value.filter((job) => !over(job)).reverse());
export const preview = (job: Job, index: number) => previews.value.get(`${job.id}/${index}`);
export const selected = computed(() => jobs.value.get(selection.value?.id ?? '') ?? null);

/** All finished pictures, newest first. */
export const pictures = computed<{ job: Job; picture: Picture }[]>(() =>
  history.value.flatMap((job) => job.pictures.map((picture) => ({ job, picture }))),
);

export function tell(text: string, kind: Notice['kind'] = 'info'): void {
  const id = nextNotice++;
  notices.value = [...notices.value.slice(-3), { id, text, kind }];
  setTimeout(() => dismiss(id), kind === 'error' ? 12_000 : 4_000);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Tells what went wrong, or asks for a key if that is what is missing. */
export function fail(failure: unknown): void {
  if (failure instanceof ApiError && failure.status === 401) keyWanted.value = true;
  else tell(failure instanceof Error ? failure.message : String(failure), 'error');
}

function put(...changed: Job[]): void {
  const next = new Map(jobs.value);
  changed.forEach((job) => next.set(job.id, job));
  jobs.value = next;
}

function drop(id: string): void {
  const next = new Map(jobs.value);
  next.delete(id);
  jobs.value = next;
  if (selection.value?.id === id) selection.value = null;
}

/** Reads what the server has, and follows what is being drawn. */
export async function load(): Promise<void> {
  try {
    server.value ??= await api.capabilities();
    const page = await api.list(PAGE);
    // What is older than this page stays; what is within its time and not on it was removed elsewhere.
    const oldest = page.has_more ? (page.data.at(-1)?.created_at ?? 0) : 0;
    jobs.value = new Map([
      ...page.data.map((job) => [job.id, job] as const),
      ...[...jobs.value].filter(([, job]) => job.created_at < oldest),
    ]);
    if (!loaded.value) more.value = page.has_more;
    loaded.value = true;
    if (!selection.value) {
      const first = active.value[0] ?? history.value[0];
      if (first) selection.value = { id: first.id, index: 0 };
    }
    follow();
  } catch (failure) {
    fail(failure);
  }
}

export async function loadMore(): Promise<void> {
  try {
    const page = await api.list(PAGE, history.value.at(-1)?.created_at);
    put(...page.data);
    more.value = page.has_more;
  } catch (failure) {
    fail(failure);
  }
}

function follow(): void {
  for (const job of active.value) {
    if (watched.size < STREAMS && !watched.has(job.id)) void watch(job.id);
  }
  clearTimeout(polling);
  if (active.value.some((job) => !watched.has(job.id))) polling = setTimeout(() => void load(), POLL);
}

async function watch(id: string): Promise<void> {
  const stop = new AbortController();
  watched.set(id, stop);
  try {
    for await (const event of api.events(id, stop.signal)) hear(id, event);
  } catch (failure) {
    if (failure instanceof ApiError && [404, 410].includes(failure.status)) drop(id);
    else if (!stop.signal.aborted) await new Promise((resolve) => setTimeout(resolve, POLL));
  } finally {
    watched.delete(id);
    const job = jobs.value.get(id);
    if (!job || over(job)) {
      previews.value = new Map([...previews.value].filter(([of]) => !of.startsWith(`${id}/`)));
      follow();
    } else {
      // The stream broke, or the server was restarted: ask.
      void load();
    }
  }
}

function hear(id: string, { name, data }: api.Event): void {
  const job = jobs.value.get(id);
  switch (name) {
    case 'job':
      put(api.parse<Job>(data));
      break;
    case 'progress':
      if (job) put({ ...job, state: 'generating', progress: JSON.parse(data) as Progress });
      break;
    case 'preview': {
      const { picture, row, b64_json } = JSON.parse(data) as { picture: number; row: number; b64_json: string };
      previews.value = new Map(previews.value).set(`${id}/${picture}`, { row, url: `data:image/png;base64,${b64_json}` });
      break;
    }
    case 'picture': {
      const picture = api.parse<Picture>(data);
      if (job && !job.pictures.some((known) => known.index === picture.index)) {
        put({ ...job, pictures: [...job.pictures, picture].sort((a, b) => a.index - b.index) });
      }
      break;
    }
    case 'removed':
      drop(id);
      break;
  }
}

/** Draws what the form says; the new job, or null if it was refused. */
export async function draw(overrides: Parameters = {}, select = true): Promise<Job | null> {
  const seed = form.value.locked && form.value.seed ? form.value.seed : randomSeed();
  try {
    const job = await api.submit({ ...request(seed), ...overrides });
    if (select) {
      change({ seed });
      selection.value = { id: job.id, index: 0 };
    }
    job.warnings?.forEach((warning) => tell(warning));
    put(job);
    follow();
    return job;
  } catch (failure) {
    fail(failure);
    return null;
  }
}

export async function cancel(job: Job): Promise<void> {
  try {
    put(await api.cancel(job.id));
    follow();
  } catch (failure) {
    // It may have been finished in the meantime, which its events tell.
    if (!(failure instanceof ApiError && failure.status === 409)) fail(failure);
  }
}

export const cancelAll = () => Promise.all(active.value.map(cancel));

/** Cancels and draws what the form says now. */
export async function restart(job: Job): Promise<void> {
  await cancel(job);
  await draw();
}

/** Deletes a picture, and its job with the last one. */
export async function remove(job: Job, index: number): Promise<void> {
  const place = pictures.value.findIndex((shown) => shown.job.id === job.id && shown.picture.index === index);
  try {
    const left = job.pictures.filter((picture) => picture.index !== index);
    if (left.length > 0) {
      await api.removePicture(job.id, index);
      put({ ...job, pictures: left });
    } else {
      await api.remove(job.id);
      drop(job.id);
    }
    const next = pictures.value[Math.min(Math.max(place, 0), pictures.value.length - 1)];
    selection.value = next ? { id: next.job.id, index: next.picture.index } : null;
  } catch (failure) {
    fail(failure);
  }
}

/** Moves the selection through the history. */
export function step(by: number): void {
  const all = pictures.value;
  const at = all.findIndex(({ job, picture }) => job.id === selection.value?.id && picture.index === selection.value.index);
  const next = all[at < 0 ? 0 : at + by];
  if (next) selection.value = { id: next.job.id, index: next.picture.index };
}

import { useEffect, useState } from 'preact/hooks';
import { inputUrl, pictureUrl, startUrl, type Job, type Parameters, type Picture, type Value } from './api';
import { draw, fail, over, remove, selected, selection, tell } from './jobs';
import { change, fields, form, input, link, reuse, server, start, takeInput, takeStart } from './settings';
import { seconds } from './words';

/** Settings that are shown even if they are the model's own. */
const MAIN = ['size', 'seed', 'steps', 'cfg', 'sampler'];

/** What is known about the selected picture. Looking at it leaves the form as it is. */
export function Details() {
  const job = selected.value;
  if (!job) return null;
  const picture = job.pictures.find((done) => done.index === selection.value?.index);
  const parameters = settingsOf(job, picture);
  const shown = Object.entries(parameters).filter(([name, set]) => !['prompt', 'previews', 'n'].includes(name) && set !== '' && !(name.endsWith('rows') && set === 0));
  return (
    <section class="details panel" aria-label="Details">
      <p class="prompt">{String(parameters['prompt'])}</p>
      <div class="actions">
        <button onClick={() => void reuseAll(parameters, job)}>Reuse all</button>
        <button onClick={() => change({ seed: String(parameters['seed']), locked: true })}>Reuse seed</button>
        <button onClick={() => void copy(String(parameters['prompt']))}>Copy prompt</button>
        {picture && server.value?.modes.includes('edit') && <button onClick={() => void edit(job, picture)}>Edit this</button>}
        {picture && keepable(parameters) && (
          <button onClick={() => void keep(job, picture)} title="Keep the upper rows and draw the rest anew">
            Keep the top
          </button>
        )}
        {picture && (
          <a class="button" href={pictureUrl(job, picture)} download={`${fileName(job, picture)}`}>
            Download
          </a>
        )}
        <button onClick={() => void copy(link(parameters))} title="An address that opens this page with these settings">
          Copy link
        </button>
        {['failed', 'cancelled'].includes(job.state) && (
          <button onClick={() => void reuseAll(parameters, job).then(() => draw())}>Draw again</button>
        )}
        {over(job) && <Delete job={job} index={picture?.index ?? -1} />}
      </div>
      <dl>
        <Rows of={shown.filter(([name, set]) => MAIN.includes(name) || set !== fields.value[name]?.default)} />
        <div>
          <dt>model</dt>
          <dd>{job.model}</dd>
        </div>
        <div>
          <dt>drawn</dt>
          <dd>{new Date(1000 * (picture?.created_at ?? job.created_at)).toLocaleString()}</dd>
        </div>
        {job.started_at !== null && job.finished_at !== null && (
          <div>
            <dt>took</dt>
            <dd>{seconds(job.finished_at - job.started_at)}</dd>
          </div>
        )}
      </dl>
      <details class="drawer">
        <summary>All settings</summary>
        <dl>
          <Rows of={shown} />
        </dl>
      </details>
    </section>
  );
}

function Rows({ of }: { of: [string, Value][] }) {
  return of.map(([name, set]) => (
    <div key={name}>
      <dt>{name.replaceAll('_', ' ')}</dt>
      <dd>{String(set)}</dd>
    </div>
  ));
}

/** The settings of one picture of a job, which has a seed of its own. */
export function settingsOf(job: Job, picture?: Picture): Parameters {
  return picture ? { ...job.parameters, seed: picture.seed } : job.parameters;
}

/** What became of settings that were taken over. */
export function told(unknown: string[]): string {
  return unknown.length === 0 ? 'All settings are in the form.' : `This model has no ${unknown.join(', ')}; the rest is in the form.`;
}

async function reuseAll(parameters: Parameters, job: Job): Promise<void> {
  const unknown = reuse(parameters);
  try {
    if (job.kind === 'edit' && !server.value?.modes.includes('edit')) unknown.push('editing');
    else if (job.kind === 'edit') await takeInput(await fetched(inputUrl(job)), job.input?.name ?? 'picture');
    if (job.kind !== 'edit') input.value = null;
    if (job.start) await takeStart(await fetched(startUrl(job)), job.start.name, Number(parameters['rows'] ?? parameters['continue_rows'] ?? 1));
    else start.value = null;
    tell(told(unknown));
  } catch (failure) {
    fail(failure);
  }
}

async function edit(job: Job, picture: Picture): Promise<void> {
  try {
    await takeInput(await fetched(pictureUrl(job, picture)), fileName(job, picture));
    change({ prompt: '' });
    document.getElementById('prompt')?.focus();
  } catch (failure) {
    fail(failure);
  }
}

/** Whether a picture has rows to keep and rows to draw. */
function keepable(parameters: Parameters): boolean {
  const most = fields.value['rows']?.maximum ?? 0;
  const height = Number(String(parameters['size']).split('x')[1]);
  return most >= 1 && height > (server.value?.model.pixels_per_token ?? Infinity);
}

async function keep(job: Job, picture: Picture): Promise<void> {
  try {
    await takeStart(await fetched(pictureUrl(job, picture)), fileName(job, picture));
    change({ prompt: form.value.prompt || String(job.parameters['prompt']), values: { ...form.value.values, size: String(job.parameters['size']) } });
    tell('Its top is kept; choose how much of it in the form.');
  } catch (failure) {
    fail(failure);
  }
}

async function fetched(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error('The picture is no longer there.');
  return response.blob();
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell('Copied.');
  } catch {
    // Not allowed on plain HTTP beyond this machine.
    tell('The browser does not let this page copy; mark the text instead.', 'error');
  }
}

function fileName(job: Job, picture: Picture): string {
  const words = String(job.parameters['prompt']).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 40);
  return `${words || 'picture'}-${picture.seed}.${picture.format}`;
}

/** Asks once more before it deletes. */
function Delete({ job, index }: { job: Job; index: number }) {
  const [sure, ask] = useState(false);
  useEffect(() => {
    ask(false);
  }, [job.id, index]);
  return sure ? (
    <button class="danger" onClick={() => void remove(job, index)} onBlur={() => ask(false)}>
      Delete for good?
    </button>
  ) : (
    <button onClick={() => ask(true)}>Delete</button>
  );
}

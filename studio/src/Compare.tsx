import { effect, signal } from '@preact/signals';
import { pictureUrl, type Job } from './api';
import { draw, jobs, over, selection, tell } from './jobs';
import { form, randomSeed, server } from './settings';

/** Pictures of one prompt over seeds (columns) and guidance (rows). */
interface Grid {
  prompt: string;
  seed: string;
  columns: number;
  /** A job per row; its pictures have consecutive seeds. */
  rows: { cfg: number; job: string }[];
}

const SAVED = 'stipple-grid';
const saved = localStorage.getItem(SAVED);
const grid = signal<Grid | null>(saved ? (JSON.parse(saved) as Grid) : null);
const columns = signal(3);
const guidance = signal('1, 2, 3, 5');

effect(() => localStorage.setItem(SAVED, JSON.stringify(grid.value)));

async function run(event: Event): Promise<void> {
  event.preventDefault();
  const values = guidance.value.split(/[\s,;]+/).filter(Boolean).map(Number);
  const field = server.value?.parameters.job['cfg'];
  const wrong = values.find((cfg) => !(cfg >= (field?.minimum ?? 1) && cfg <= (field?.maximum ?? 100)));
  if (values.length === 0 || values.length > 8 || wrong !== undefined) {
    tell(`Guidance takes one to eight numbers from ${field?.minimum} to ${field?.maximum}, got '${guidance.value}'.`, 'error');
    return;
  }
  const seed = form.value.locked && form.value.seed ? form.value.seed : randomSeed();
  const rows: Grid['rows'] = [];
  grid.value = { prompt: form.value.prompt, seed, columns: columns.value, rows };
  for (const cfg of values) {
    const job = await draw({ cfg, n: columns.value, seed, ...(cfg > 1 ? {} : unguided) }, false);
    // Told already; the rows that were accepted are drawn.
    if (!job) return;
    grid.value = { ...grid.value, rows: [...grid.value.rows, { cfg, job: job.id }] };
  }
}

/** What has no effect without guidance, and would be refused. */
const unguided = { negative: '', cfg_schedule: 'constant' };

export function Compare() {
  const most = server.value?.limits.pictures_per_request ?? 10;
  const shown = grid.value;
  return (
    <div class="comparing">
      <form class="panel" onSubmit={run}>
        <h1>Compare</h1>
        <p class="hint">
          The settings of the form on <a href="#/">Draw</a>, over seeds and guidance:{' '}
          <b>{form.value.prompt || 'write a prompt there first'}</b>
        </p>
        <div class="pair">
          <div>
            <label for="columns">Seeds</label>
            <input
              id="columns"
              type="number"
              min="1"
              max={most}
              required
              value={columns.value}
              onInput={(event) => (columns.value = Number(event.currentTarget.value))}
            />
          </div>
          <div>
            <label for="guidance">Guidance</label>
            <input id="guidance" value={guidance.value} onInput={(event) => (guidance.value = event.currentTarget.value)} />
          </div>
        </div>
        <button class="primary" disabled={!form.value.prompt.trim()}>
          Draw the grid
        </button>
      </form>
      {shown && shown.rows.length > 0 && <Table grid={shown} />}
    </div>
  );
}

function Table({ grid }: { grid: Grid }) {
  const first = BigInt(grid.seed);
  return (
    <div class="table" tabIndex={0} role="region" aria-label={`Grid of ${grid.prompt}`}>
      <table>
        <caption>{grid.prompt}</caption>
        <thead>
          <tr>
            <th scope="col">guidance</th>
            {Array.from({ length: grid.columns }, (_, i) => (
              <th scope="col">seed {String(first + BigInt(i))}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map(({ cfg, job }) => (
            <tr key={job}>
              <th scope="row">{cfg}</th>
              {Array.from({ length: grid.columns }, (_, i) => (
                <td>
                  <Cell job={jobs.value.get(job)} index={i} cfg={cfg} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ job, index, cfg }: { job: Job | undefined; index: number; cfg: number }) {
  const picture = job?.pictures.find((done) => done.index === index);
  if (!job || !picture) {
    return job && !over(job) ? <i class="dots" /> : <span class="gone">{job && job.state !== 'completed' ? job.state : 'deleted'}</span>;
  }
  const show = () => {
    selection.value = { id: job.id, index };
    location.hash = '#/';
  };
  return (
    <button onClick={show} aria-label={`Guidance ${cfg}, seed ${picture.seed}: show`}>
      <img src={pictureUrl(job, picture)} alt="" />
    </button>
  );
}

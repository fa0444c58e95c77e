import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { Chart, type Line } from './Chart';
import { copy } from './Details';
import { Bar, far, Problems, State } from './Runs';
import { curvesOf, listRuns, showRun, usePolled, type Curve, type Run, type Sample } from './runs';
import { ago, brief, percent, seconds, when, whole } from './words';

const WATCHING = 3_000;
const RESTING = 20_000;
const PLAY = 600;

/** How the charts are drawn, for all runs. */
const smoothing = signal(0);
const logarithmic = signal(false);
/** A run whose curves are drawn beside those of the one that is shown. */
const beside = signal('');

const gigabytes = (value: number | null | undefined) => (value == null ? brief(value) : `${brief(value / 1e9)} GB`);
const share = (value: number | null | undefined) => (value == null ? brief(value) : percent(value, 0));

/** Figures with a name that people know better; all others keep that of the log. */
const NAMES: Record<string, [title: string, format?: (value: number | null | undefined) => string]> = {
  loss: ['Loss'],
  image: ['Image loss'],
  text: ['Text loss'],
  mse: ['Mean squared error'],
  l1: ['Mean absolute error'],
  edge: ['Error at edges'],
  psnr: ['PSNR, dB'],
  ssim: ['SSIM'],
  lr: ['Learning rate'],
  grad_norm: ['Gradient norm before clipping'],
  samples_per_s: ['Pictures per second'],
  tokens_per_s: ['Tokens per second'],
  tflops: ['TFLOP/s'],
  mfu: ['Share of the fastest matrix product', share],
  data_wait: ['Waiting for data', share],
  resident_bytes: ['Memory', gigabytes],
};
const OPTIMISER = ['lr', 'grad_norm'];
const SPEED = ['samples_per_s', 'tokens_per_s', 'tflops', 'mfu', 'data_wait', 'resident_bytes'];

/** Which figures belong together. */
const GROUPS: Record<string, (name: string) => boolean> = {
  Training: (name) => !name.startsWith('eval_') && !OPTIMISER.includes(name) && !SPEED.includes(name),
  'Held-out data': (name) => name.startsWith('eval_'),
  Optimiser: (name) => OPTIMISER.includes(name),
  Speed: (name) => SPEED.includes(name),
};

/** One training run: its curves, its samples over time, its recipe. It follows a run that goes on. */
export function RunPage({ id }: { id: string }) {
  const pause = (last: Run | null) => (last && last.state !== 'running' ? RESTING : WATCHING);
  const run = usePolled(() => showRun(id), pause, id);
  const going = run.value?.state === 'running';
  const curves = usePolled(() => curvesOf(id), () => (going || !run.value ? WATCHING : RESTING), id);
  const others = usePolled(listRuns, () => RESTING, 'runs');
  const other = beside.value && beside.value !== id ? beside.value : '';
  const second = usePolled(other ? () => curvesOf(other) : null, () => RESTING, `beside ${other}`);
  if (run.missing) return <Missing what="training run" id={id} />;
  if (!run.value) return null;
  const title = (of: string) => others.value?.data.find((one) => one.id === of)?.name ?? of;
  const linesOf = (name: string): Line[] =>
    [
      { label: run.value!.name, curve: curves.value?.data.find((curve) => curve.name === name) },
      { label: title(other), curve: second.value?.data.find((curve) => curve.name === name) },
    ].filter((line): line is Line => line.curve !== undefined);
  const names = [...new Set([...(curves.value?.data ?? []), ...(second.value?.data ?? [])].map((curve) => curve.name))];
  const charts = (group: string) => <Charts group={group} names={names.filter(GROUPS[group]!)} linesOf={linesOf} />;
  return (
    <article class="run">
      <Head run={run.value} />
      <Problems list={run.value.problems} />
      {names.length > 0 && (
        <div class="row controls">
          <label>
            Smoothing
            <input
              type="range"
              min="0"
              max="0.98"
              step="0.02"
              value={smoothing.value}
              aria-valuetext={smoothing.value === 0 ? 'none' : percent(smoothing.value, 0)}
              onInput={(event) => (smoothing.value = Number(event.currentTarget.value))}
            />
          </label>
          <label class="check">
            <input type="checkbox" checked={logarithmic.value} onChange={(event) => (logarithmic.value = event.currentTarget.checked)} />
            Logarithmic
          </label>
          <span class="grow" />
          {(others.value?.data.length ?? 0) > 1 && (
            <label class="beside">
              Beside
              <select value={other} onChange={(event) => (beside.value = event.currentTarget.value)}>
                <option value="">no other run</option>
                {others.value!.data
                  .filter((one) => one.id !== id)
                  .map((one) => (
                    <option value={one.id}>{one.name}</option>
                  ))}
              </select>
            </label>
          )}
        </div>
      )}
      {other && (
        <p class="legend hint">
          <i class="line0" /> {run.value.name} <i class="line1" /> {title(other)}
        </p>
      )}
      {curves.value && names.length === 0 && <p class="panel hint">No figures yet; the first come after some steps.</p>}
      {charts('Training')}
      {charts('Held-out data')}
      {run.value.samples.length > 0 && <Samples key={id} samples={run.value.samples} />}
      {charts('Optimiser')}
      {charts('Speed')}
      {run.value.recipe && (
        <Text title="Recipe" text={run.value.recipe}>
          <button onClick={() => void copy(run.value!.recipe!)}>Copy</button>
        </Text>
      )}
      {run.value.log && <Text title="What it said" text={run.value.log} />}
    </article>
  );
}

export function Missing({ what, id }: { what: string; id: string }) {
  return (
    <p class="panel">
      There is no {what} <b>{id.replaceAll(':', '/')}</b> here any more. <a href="#/runs">All runs</a>
    </p>
  );
}

function Head({ run }: { run: Run }) {
  const facts: [string, string][] = [
    ['objective', run.objective],
    ['began', run.started_at === null ? '' : when(run.started_at)],
    [run.state === 'running' ? 'last figures' : 'ended', run.updated_at === null ? '' : ago(run.updated_at)],
    ['pictures per second', run.figures['samples_per_s'] == null ? '' : brief(run.figures['samples_per_s'])],
  ];
  return (
    <header class="title panel">
      <div class="row">
        <a class="back" href="#/runs" aria-label="All runs">
          ←
        </a>
        <h1>{run.name}</h1>
        <State run={run} />
        <span class="grow" />
        <b>{far(run)}</b>
        {run.eta_seconds !== null && <span>{seconds(run.eta_seconds)} left</span>}
      </div>
      <Bar run={run} />
      {run.why && <p class={run.state === 'failed' ? 'bad' : 'hint'}>{run.why}</p>}
      <dl class="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </header>
  );
}

function Charts({ group, names, linesOf }: { group: string; names: string[]; linesOf: (name: string) => Line[] }) {
  if (names.length === 0) return null;
  return (
    <section class="charts" aria-label={group}>
      <h2>{group}</h2>
      <div>
        {names.map((name) => {
          const plain = name.replace(/^eval_/, '');
          const [title, format] = NAMES[plain] ?? [plain.replaceAll('_', ' ')];
          const lines = linesOf(name);
          return (
            <div class="panel" key={name}>
              <Chart
                title={title}
                lines={lines}
                smoothing={lines.some(({ curve }) => curve.steps.length > 20) ? smoothing.value : 0}
                logarithmic={logarithmic.value}
                {...(format ? { format } : {})}
              />
              <Broken lines={lines.map(({ curve }) => curve)} />
            </div>
          );
        })}
      </div>
    </section>
  );
}

function Broken({ lines }: { lines: Curve[] }) {
  const count = lines.reduce((sum, curve) => sum + curve.not_finite, 0);
  return count === 0 ? null : (
    <p class="bad">
      {count} {count === 1 ? 'value was' : 'values were'} not finite
    </p>
  );
}

/** The sample grids, to be moved through; the newest one until another is chosen. */
function Samples({ samples }: { samples: Sample[] }) {
  const [chosen, choose] = useState<number | null>(null);
  const [playing, play] = useState(false);
  const last = samples.length - 1;
  const at = Math.min(chosen ?? last, last);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => {
      if (at >= last) {
        play(false);
        choose(null);
      } else choose(at + 1);
    }, PLAY);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  const shown = samples[at]!;
  return (
    <section class="samples" aria-labelledby="samples">
      <div class="row">
        <h2 id="samples">Samples</h2>
        <small>
          step {whole(shown.step)}, {at + 1} of {samples.length}
        </small>
        <span class="grow" />
        {samples.length > 1 && (
          <>
            <button
              onClick={() => {
                if (!playing && at >= last) choose(0);
                play(!playing);
              }}
            >
              {playing ? 'Pause' : 'Play'}
            </button>
            <a class="button" href={shown.url} target="_blank" rel="noreferrer">
              Full size
            </a>
          </>
        )}
      </div>
      {samples.length > 1 && (
        <input
          type="range"
          min="0"
          max={last}
          value={at}
          aria-label="Samples over time"
          aria-valuetext={`step ${shown.step}`}
          onInput={(event) => {
            const to = Number(event.currentTarget.value);
            play(false);
            choose(to === last ? null : to);
          }}
        />
      )}
      <img class="panel" src={shown.url} alt={`Samples at step ${shown.step}`} />
    </section>
  );
}

function Text({ title, text, children }: { title: string; text: string; children?: preact.ComponentChildren }) {
  return (
    <details class="panel text">
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

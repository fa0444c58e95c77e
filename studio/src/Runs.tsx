import { signal } from '@preact/signals';
import { Spark } from './Chart';
import { overall, Score } from './Evaluation';
import { listEvaluations, listRuns, usePolled, type Evaluation, type Listed, type Run } from './runs';
import { ago, brief, seconds, when, whole } from './words';

const WATCHING = 4_000;
const RESTING = 15_000;

const shown = signal<'all' | 'running'>('all');

/** All training runs and evaluation reports in the folders that the server was given. */
export function Runs() {
  const runs = usePolled(listRuns, (last) => (last?.data.some((run) => run.state === 'running') ? WATCHING : RESTING), 'runs');
  const evaluations = usePolled(listEvaluations, () => RESTING, 'evaluations');
  if (!runs.value) return <h1 class="hidden">Runs</h1>;
  const going = runs.value.data.filter((run) => run.state === 'running').length;
  const visible = runs.value.data.filter((run) => shown.value === 'all' || run.state === 'running');
  return (
    <div class="runs">
      <div class="row">
        <h1>Training runs</h1>
        {going > 0 && <span class="badge">{going} running</span>}
        <span class="grow" />
        {going > 0 && going < runs.value.data.length && (
          <button aria-pressed={shown.value === 'running'} onClick={() => (shown.value = shown.value === 'all' ? 'running' : 'all')}>
            Only running
          </button>
        )}
      </div>
      <Problems list={runs.value.problems} />
      {runs.value.data.length === 0 ? (
        <Nothing list={runs.value} />
      ) : (
        <ul class="cards">
          {visible.map((run) => (
            <li key={run.id}>
              <Card run={run} />
            </li>
          ))}
        </ul>
      )}
      {evaluations.value && evaluations.value.data.length > 0 && <Evaluations list={evaluations.value.data} />}
    </div>
  );
}

function Nothing({ list }: { list: Listed<unknown> }) {
  if (list.folders.length === 0) {
    return (
      <p class="panel hint">
        This server was given no folder of runs. Start it as <code>./stipple serve --runs runs</code> to watch training here.
      </p>
    );
  }
  return (
    <p class="panel hint">
      Nothing in <b>{list.folders.join(', ')}</b> yet. What <code>./stipple train</code> and <code>./stipple eval</code> write there appears
      here while they go on.
    </p>
  );
}

export function Problems({ list }: { list: string[] }) {
  if (list.length === 0) return null;
  return (
    <ul class="problems" aria-label="What could not be read">
      {list.map((problem) => (
        <li>{problem}</li>
      ))}
    </ul>
  );
}

export function State({ run }: { run: Run }) {
  return <span class={`state ${run.state}`}>{run.state}</span>;
}

/** How far a run is, in words. */
export function far(run: Run): string {
  return run.steps ? `step ${whole(run.step)} of ${whole(run.steps)}` : `step ${whole(run.step)}`;
}

export function Bar({ run }: { run: Run }) {
  if (!run.steps) return null;
  return <progress class={run.state} max={run.steps} value={Math.min(run.step, run.steps)} aria-label={`${run.name}: ${far(run)}`} />;
}

function Card({ run }: { run: Run }) {
  const sample = run.samples.at(-1);
  const loss = run.figures['loss'];
  return (
    <a class="panel card" href={`#/runs/${encodeURIComponent(run.id)}`}>
      <div class="row">
        <h2>{run.name}</h2>
        <span class="grow" />
        <State run={run} />
      </div>
      <div class="look">
        {run.loss && <Spark values={run.loss} />}
        {sample && <img src={sample.url} alt={`Samples at step ${sample.step}`} loading="lazy" />}
      </div>
      <Bar run={run} />
      <p class="row hint">
        <span>{far(run)}</span>
        {run.eta_seconds !== null && <span>{seconds(run.eta_seconds)} left</span>}
        <span class="grow" />
        {loss !== undefined && (
          <span>
            loss <b>{brief(loss)}</b>
          </span>
        )}
      </p>
      <p class="hint">
        {[run.objective, run.updated_at && ago(run.updated_at)].filter(Boolean).join(' · ')}
        {run.why && `: ${run.why}`}
      </p>
      {run.problems.length > 0 && <p class="bad">{run.problems.join('; ')}</p>}
    </a>
  );
}

function Evaluations({ list }: { list: Evaluation[] }) {
  return (
    <section>
      <h2 id="evaluations">Evaluations</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="evaluations">
        <table class="reports">
          <thead>
            <tr>
              <th scope="col">report</th>
              <th scope="col">suite</th>
              <th scope="col">model</th>
              <th scope="col">score</th>
              <th scope="col">pictures</th>
              <th scope="col">made</th>
            </tr>
          </thead>
          <tbody>
            {list.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <a href={`#/evaluations/${encodeURIComponent(one.id)}`}>{one.name}</a>
                </th>
                {one.problem ? (
                  <td colSpan={4} class="bad">
                    {one.problem}
                  </td>
                ) : (
                  <>
                    <td>{one.suite}</td>
                    <td>{one.model}</td>
                    <td>{overall(one) && <Score figure={overall(one)!} short />}</td>
                    <td class="number">{whole(one.pictures)}</td>
                  </>
                )}
                <td>{when(one.created_at)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

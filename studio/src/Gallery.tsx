import { pictureUrl } from './api';
import { OpenFile } from './Dropped';
import { history, loaded, loadMore, more, pictures, selection } from './jobs';

/** Everything that was drawn and not deleted, newest first; it is kept by the server. */
export function Gallery() {
  const unfinished = history.value.filter((job) => ['failed', 'cancelled'].includes(job.state) && job.pictures.length === 0);
  return (
    <section class="gallery" aria-labelledby="history">
      <div class="row">
        <h2 id="history">History</h2>
        <small class="keys">{pictures.value.length > 1 && '← → moves through it'}</small>
        <span class="grow" />
        <OpenFile />
      </div>
      {loaded.value && pictures.value.length === 0 && <p class="hint">Pictures stay here until you delete them.</p>}
      <ul class="grid">
        {pictures.value.map(({ job, picture }) => (
          <li key={`${job.id}/${picture.index}`}>
            <button
              aria-pressed={selection.value?.id === job.id && selection.value.index === picture.index}
              onClick={() => (selection.value = { id: job.id, index: picture.index })}
              title={String(job.parameters['prompt'])}
            >
              <img
                src={pictureUrl(job, picture)}
                alt={`${job.parameters['prompt']}, seed ${picture.seed}`}
                loading="lazy"
              />
              {job.kind === 'edit' && <span class="tag right">edit</span>}
            </button>
          </li>
        ))}
      </ul>
      {unfinished.length > 0 && (
        <details class="drawer">
          <summary>{unfinished.length} cancelled or failed</summary>
          <ul class="ended">
            {unfinished.map((job) => (
              <li key={job.id}>
                <button class="quiet name" onClick={() => (selection.value = { id: job.id, index: 0 })}>
                  {String(job.parameters['prompt'])}
                </button>
                <small>{job.state}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
      {more.value && <button onClick={() => void loadMore()}>Show older ones</button>}
    </section>
  );
}

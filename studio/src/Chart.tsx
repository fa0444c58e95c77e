import { signal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Curve } from './runs';
import { brief, whole } from './words';

/** A curve on a chart. */
export interface Line {
  /** Whose it is, where there are several. */
  label: string;
  curve: Curve;
}

interface Props {
  title: string;
  lines: Line[];
  /** Share of each value that comes from those before it, 0 for none. */
  smoothing: number;
  logarithmic: boolean;
  format?: (value: number | null | undefined) => string;
}

const HEIGHT = 190;
const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 22;

/** The step that is pointed at, the same on all charts. */
const pointed = signal<number | null>(null);

/** A figure over the steps. It can be read by pointing, and by the arrow keys. */
export function Chart({ title, lines, smoothing, logarithmic, format = brief }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, resize] = useState(360);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => entry && resize(Math.max(200, entry.contentRect.width)));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  const drawn = lines.filter(({ curve }) => curve.steps.length > 0);
  const first = drawn[0];
  if (!first) return null;
  const log = logarithmic && drawn.every(({ curve }) => curve.values.every((value) => value === null || value > 0));
  const scale = scaleOf(drawn, width, log);
  const at = pointed.value;
  const steps = first.curve.steps;
  const index = at === null ? steps.length - 1 : nearest(steps, at);
  const move = (to: number) => (pointed.value = steps[Math.min(steps.length - 1, Math.max(0, to))] ?? null);
  const point = (event: PointerEvent) => {
    const { left } = (event.currentTarget as Element).getBoundingClientRect();
    pointed.value = scale.step(event.clientX - left);
  };
  const key = (event: KeyboardEvent) => {
    const far = Math.max(1, Math.round(steps.length / 10));
    if (event.key === 'ArrowLeft') move(index - 1);
    else if (event.key === 'ArrowRight') move(index + 1);
    else if (event.key === 'PageDown') move(index - far);
    else if (event.key === 'PageUp') move(index + far);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(steps.length - 1);
    else if (event.key === 'Escape') pointed.value = null;
    else return;
    event.preventDefault();
  };
  const said = drawn
    .map(({ label, curve }) => `${drawn.length > 1 ? `${label}: ` : ''}${format(curve.values[nearest(curve.steps, steps[index]!)])}`)
    .join(', ');
  return (
    <figure class="chart">
      <figcaption>
        <span class="title">{title}</span>
        {at !== null && <small>step {whole(Math.round(steps[index]!))}</small>}
        <span class="grow" />
        {drawn.map(({ label, curve }, i) => (
          <b class={`line${i}`} title={label}>
            {format(at === null ? curve.last : curve.values[nearest(curve.steps, at)])}
          </b>
        ))}
      </figcaption>
      <div
        ref={box}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${title} over ${whole(steps.length)} points`}
        aria-valuemin={Math.round(steps[0]!)}
        aria-valuemax={Math.round(steps.at(-1)!)}
        aria-valuenow={Math.round(steps[index]!)}
        aria-valuetext={`step ${Math.round(steps[index]!)}: ${said}`}
        onKeyDown={key}
        onBlur={() => (pointed.value = null)}
        onPointerMove={point}
        onPointerLeave={() => (pointed.value = null)}
      >
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          {scale.yTicks.map((tick) => (
            <>
              <line class="rule" x1={LEFT} x2={width - RIGHT} y1={scale.y(tick)} y2={scale.y(tick)} />
              <text x={LEFT - 6} y={scale.y(tick) + 4} text-anchor="end">
                {format(tick)}
              </text>
            </>
          ))}
          {scale.xTicks.map((tick) => (
            <text x={scale.x(tick)} y={HEIGHT - 5} text-anchor={scale.x(tick) > width - RIGHT - 14 ? 'end' : 'middle'}>
              {brief(tick)}
            </text>
          ))}
          {drawn.map(({ curve }, i) => (
            <g class={`line${i}`}>
              {curve.low && curve.high && <path class="band" d={band(curve, scale)} />}
              {smoothing > 0 && <path class="raw" d={path(curve.steps, curve.values, scale)} />}
              <path class="curve" d={path(curve.steps, smooth(curve.values, smoothing), scale)} />
              {curve.steps.length === 1 && curve.values[0] !== null && (
                <circle cx={scale.x(curve.steps[0]!)} cy={scale.y(curve.values[0]!)} r="3" />
              )}
              {curve.steps.map(
                (step, j) =>
                  curve.values[j] === null && (
                    <path class="broken" d={`M${scale.x(step) - 4} ${HEIGHT - BOTTOM - 9}l8 8m0 -8l-8 8`} />
                  ),
              )}
            </g>
          ))}
          {at !== null && (
            <>
              <line class="here" x1={scale.x(steps[index]!)} x2={scale.x(steps[index]!)} y1={TOP} y2={HEIGHT - BOTTOM} />
              {drawn.map(({ curve }, i) => {
                const j = nearest(curve.steps, at);
                const value = smooth(curve.values, smoothing)[j];
                return value == null ? null : <circle class={`line${i}`} cx={scale.x(curve.steps[j]!)} cy={scale.y(value)} r="3.5" />;
              })}
            </>
          )}
        </svg>
      </div>
    </figure>
  );
}

/** A curve without anything around it. */
export function Spark({ values }: { values: (number | null)[] }) {
  const finite = values.filter((value) => value !== null);
  if (finite.length < 2) return null;
  const least = Math.min(...finite);
  const range = Math.max(...finite) - least || 1;
  const points = values
    .map((value, i) => (value === null ? '' : `${(100 * i) / (values.length - 1)},${30 - (28 * (value - least)) / range - 1}`))
    .join(' ');
  return (
    <svg class="spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points} vector-effect="non-scaling-stroke" />
    </svg>
  );
}

interface Scale {
  x: (step: number) => number;
  y: (value: number) => number;
  step: (x: number) => number;
  xTicks: number[];
  yTicks: number[];
}

function scaleOf(lines: Line[], width: number, log: boolean): Scale {
  const steps = lines.flatMap(({ curve }) => [curve.steps[0]!, curve.steps.at(-1)!]);
  const values = lines.flatMap(({ curve }) => [...curve.values, ...(curve.low ?? []), ...(curve.high ?? [])]).filter((v) => v !== null);
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  const bend = log ? Math.log10 : (value: number) => value;
  // A band may reach zero where its mean does not.
  const shown = log ? values.filter((value) => value > 0) : values;
  let least = shown.length > 0 ? bend(Math.min(...shown)) : 0;
  let most = shown.length > 0 ? bend(Math.max(...shown)) : 1;
  if (most - least < 1e-12 * Math.max(1, Math.abs(most))) {
    const room = Math.abs(most) / 10 || 1;
    least -= room;
    most += room;
  }
  const room = (most - least) * 0.04;
  least -= room;
  most += room;
  const across = width - LEFT - RIGHT;
  const down = HEIGHT - TOP - BOTTOM;
  const length = to - from || 1;
  return {
    x: (step) => LEFT + (to === from ? across / 2 : (across * (step - from)) / length),
    y: (value) => TOP + down * (1 - (bend(Math.max(value, log ? 1e-300 : -Infinity)) - least) / (most - least)),
    step: (x) => from + ((x - LEFT) / across) * length,
    xTicks: ticks(from, to, Math.max(4, Math.floor(across / 70))).filter((tick) => tick >= from && tick <= to),
    yTicks: log ? decades(least, most) : ticks(least, most, 5).filter((tick) => tick >= least && tick <= most),
  };
}

/** Round numbers that divide a range into about so many parts. */
function ticks(from: number, to: number, parts: number): number[] {
  if (to === from) return [from];
  const rough = (to - from) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const by = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const all: number[] = [];
  for (let i = Math.ceil(from / by); i * by <= to * (1 + 1e-12) && all.length < 20; i++) all.push(Number((i * by).toPrecision(12)));
  return all;
}

/** Powers of ten with two and five between them where there are few. */
function decades(from: number, to: number): number[] {
  const factors = to - from < 2.2 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((to - from) / 5));
  const all: number[] = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power += every) {
    all.push(...factors.map((factor) => Number(`${factor}e${power}`)).filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to));
  }
  return all;
}

function nearest(steps: number[], step: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < step) low = middle;
    else high = middle;
  }
  return step - steps[low]! <= steps[high]! - step ? low : high;
}

/** Exponential means that count as many values as there are: the first does not pull. */
export function smooth(values: (number | null)[], share: number): (number | null)[] {
  if (share <= 0) return values;
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = share * mean + (1 - share) * value;
    weight = share * weight + (1 - share);
    return mean / weight;
  });
}

function path(steps: number[], values: (number | null)[], scale: Scale): string {
  let pen = false;
  let d = '';
  steps.forEach((step, i) => {
    const value = values[i];
    if (value != null) d += `${pen ? 'L' : 'M'}${scale.x(step).toFixed(1)} ${scale.y(value).toFixed(1)}`;
    pen = value != null;
  });
  return d;
}

function band({ steps, low, high }: Curve, scale: Scale): string {
  const known = steps.map((_, i) => i).filter((i) => low![i] != null && high![i] != null);
  if (known.length < 2) return '';
  const at = (i: number, value: number) => `${scale.x(steps[i]!).toFixed(1)} ${scale.y(value).toFixed(1)}`;
  return `M${known.map((i) => at(i, high![i]!)).join('L')}L${known.reverse().map((i) => at(i, low![i]!)).join('L')}Z`;
}

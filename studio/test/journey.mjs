// The whole journey through the page in a real browser, against a running server:
//   node test/journey.mjs http://127.0.0.1:8080 FOLDER OF RUNS
// The folder is as StudioTest makes it; the journey plays the trainer in it.
// Fails with the first thing that is not as it should be.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base, runs] = process.argv.slice(2);
const PROMPT = 'a red apple';
const PATIENCE = 60_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let page;
const problems = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' '),
});
try {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  
  page.on('console', (said) => said.text().includes('Content Security Policy') && problems.push(said.text()));
  page.on('pageerror', (error) => problems.push(`error in the page: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(base).origin) {
      problems.push(`asks elsewhere: ${request.url()}`);
    }
  });
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} for ${response.url()}`));
  // Which rows were ever shown; a fast model is done before anyone could look.
  await page.addInitScript(() => {
    window.rows = new Set();
    new MutationObserver(() => {
      const shown = document.querySelector('img.rows');
      if (shown) window.rows.add(Number(shown.dataset.row));
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });

  const api = (path) => page.evaluate(async (p) => (await fetch(p)).json(), path);
  const jobs = async () => (await api('/v1/jobs?limit=200')).data;
  const idle = async () => {
    for (const end = Date.now() + PATIENCE; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
      if ((await jobs()).every((job) => !['queued', 'generating'].includes(job.state))) return;
      assert.ok(Date.now() < end, 'jobs are still not over');
    }
  };
  const count = () => page.locator('.gallery .grid li').count();
  const set = async (id, value) => {
    await page.fill(id, String(value));
    await page.press(id, 'Tab');
  };
  const step = (name) => console.log(`- ${name}`);
  const accessible = async (name) => {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const found = violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target).join(', ')})`);
    assert.deepEqual(found, [], `${name} is not accessible`);
  };
  const drawn = async (before) => {
    await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length > n, before);
    await idle();
  };

  step('the page opens');
  await page.goto(base);
  await page.waitForFunction(() => !document.querySelector('.go').disabled);
  const atFirst = await count();
  await accessible('the empty page');

  step('a picture is drawn and appears row by row');
  await page.fill('#prompt', PROMPT);
  await set('#steps', 900);
  await page.keyboard.press('/');
  await page.press('#prompt', 'Control+Enter');
  // Noted by the page's observer, so that a fast engine is not missed between two looks.
  await page.waitForFunction(() => [...window.rows].length > 0);
  await drawn(atFirst);
  const rows = await page.evaluate(() => [...window.rows]);
  // A fast engine may finish a picture between two previews; one that was not whole must have been seen.
  assert.ok(rows.length >= 1, 'no row was shown before the picture was whole');
  const [first] = await jobs();
  assert.equal(first.state, 'completed');
  assert.equal(first.parameters.prompt, PROMPT);
  assert.equal(first.parameters.steps, 900);

  step('a job is cancelled in the queue');
  await set('#steps', 1000);
  await set('#n', 10);
  await page.click('.go');
  await page.click('.queue li button:has-text("Cancel")');
  await page.waitForSelector('.queue', { state: 'detached' });
  assert.equal((await jobs())[0].state, 'cancelled');

  step('the settings of a picture are reused, and it is the same picture again');
  await page.click('.gallery .grid li:first-child button');
  assert.equal(await page.inputValue('#steps'), '1000', 'looking at a picture changes the form');
  await page.fill('#prompt', 'something else');
  await page.click('text=Reuse all');
  assert.equal(await page.inputValue('#prompt'), PROMPT);
  assert.equal(await page.inputValue('#steps'), '900');
  assert.equal(await page.inputValue('#seed'), String(first.pictures[0].seed));
  await page.click('.go');
  await drawn(atFirst + 1);
  const same = await page.evaluate(async (urls) => {
    const pixels = await Promise.all(urls.map(async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      return canvas.getImageData(0, 0, bitmap.width, bitmap.height).data.join();
    }));
    return pixels[0] === pixels[1];
  }, [first, (await jobs())[0]].map((job) => new URL(job.pictures[0].url).pathname));
  assert.ok(same, 'the same settings draw another picture');

  step('the seed alone is reused');
  await page.click('[aria-label="Roll a seed"]');
  assert.notEqual(await page.inputValue('#seed'), String(first.pictures[0].seed));
  await page.click('.details >> text=Reuse seed');
  assert.equal(await page.inputValue('#seed'), String(first.pictures[0].seed));

  step('a picture is edited and compared with the one before');
  await page.click('.details >> text=Edit this');
  await page.waitForSelector('.input img');
  await page.fill('#prompt', 'make it blue');
  await set('#steps', 20);
  await page.click('.go');
  await drawn(atFirst + 2);
  assert.equal((await jobs())[0].kind, 'edit');
  const slider = page.locator('[aria-label="Before and after"]');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await slider.inputValue(), '51');
  await accessible('the page with an edited picture');

  step('a dropped picture shows its settings');
  await page.evaluate(async (url) => {
    const data = new DataTransfer();
    data.items.add(new File([await (await fetch(url)).blob()], 'dropped.png', { type: 'image/png' }));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true }));
  }, new URL(first.pictures[0].url).pathname);
  assert.equal(await page.textContent('.dropped .prompt'), PROMPT);
  assert.equal(await page.inputValue('#prompt'), 'make it blue', 'dropping a picture changes the form');
  await page.click('.dropped >> text=Reuse all');
  assert.equal(await page.inputValue('#prompt'), PROMPT);
  assert.equal(await page.inputValue('#seed'), String(first.parameters.seed));

  step('the history is there after a reload, and a picture is deleted from it');
  await page.reload();
  await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length === n, atFirst + 3);
  assert.equal(await page.inputValue('#prompt'), PROMPT, 'the form is lost');
  await page.click('.gallery .grid li:first-child button');
  await page.click('.details >> text=Delete');
  await page.click('text=Delete for good?');
  await page.waitForFunction((n) => document.querySelectorAll('.gallery .grid li').length === n, atFirst + 2);

  step('a grid over seeds and guidance');
  await set('#steps', 8);
  await page.click('nav >> text=Compare');
  await page.fill('#columns', '2');
  await page.fill('#guidance', '1, 3');
  await page.click('text=Draw the grid');
  await page.waitForFunction(() => document.querySelectorAll('.comparing td img').length === 4);
  const grid = (await jobs()).slice(0, 2).map((job) => [job.parameters.cfg, job.parameters.n]);
  assert.deepEqual(grid, [[3, 2], [1, 2]]);
  await accessible('the grid');

  step('a link carries the settings');
  await page.click('nav >> text=Draw');
  await page.click('.details >> text=Copy link');
  await page.waitForSelector('text=Copied.');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const shown = await page.textContent('.details .prompt');
  await page.fill('#prompt', 'something else');
  await page.goto(link);
  await page.waitForFunction((prompt) => document.querySelector('#prompt').value === prompt, shown);
  assert.equal(await page.evaluate(() => location.hash), '#/');

  step('the top of a picture is kept and the rest drawn anew');
  const [upper] = await jobs();
  await page.click('.details >> text=Keep the top');
  await page.waitForSelector('.kept img');
  await page.locator('#rows').focus();
  await page.keyboard.press('Home');
  await page.click('.go >> text=Draw the rest');
  await page.waitForFunction((known) => document.querySelector('.details dl')?.textContent.includes('rows1') && known, upper.id);
  await idle();
  const [lower] = await jobs();
  assert.equal(lower.parameters.rows, 1);
  assert.ok(lower.start, 'the picture it was begun with is not told');
  await page.click('[aria-label="Do not keep the top of a picture"]');
  await page.click('.details >> text=Reuse all');
  await page.waitForSelector('.kept img');
  await page.click('[aria-label="Do not keep the top of a picture"]');

  step('settings are read from files of every format, chosen without a mouse');
  for (const format of ['jpeg', 'webp']) {
    const made = await page.evaluate(
      async (body) => (await (await fetch('/v1/jobs', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).json()).id,
      JSON.stringify({ prompt: `in a ${format} file`, seed: 5, steps: 9, output_format: format }),
    );
    await idle();
    const bytes = await page.evaluate(
      async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())],
      `/v1/jobs/${made}/pictures/0.${format}`,
    );
    await page.setInputFiles('.open input', { name: `a.${format}`, mimeType: `image/${format}`, buffer: Buffer.from(bytes) });
    await page.waitForFunction((prompt) => document.querySelector('.dropped .prompt')?.textContent === prompt, `in a ${format} file`);
    assert.match(await page.textContent('.dropped .hint'), /steps 9 · .*seed 5|seed 5 · .*steps 9/);
  }
  await page.setInputFiles('.open input', { name: 'a.txt', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.waitForSelector('.dropped >> text=No settings were read');
  await page.click('.dropped [aria-label="Close"]');

  step('training runs are listed with their states');
  await page.click('nav >> text=Runs');
  await page.waitForFunction(() => document.querySelectorAll('.card').length === 4);
  const states = await page.$$eval('.card', (cards) =>
    Object.fromEntries(cards.map((card) => [card.querySelector('h2').textContent, card.querySelector('.state').textContent])));
  assert.deepEqual(states, { going: 'running', ended: 'finished', 'post/broken': 'failed', damaged: 'stopped' });
  await page.waitForSelector('text=1 of 2 lines cannot be read');
  await accessible('the list of runs');

  step('a run is followed while it goes on');
  await page.click('.card >> text=going');
  await page.waitForSelector('.chart');
  assert.match(await page.textContent('.run > header'), /step 500 of 1,000/);
  assert.match(await page.textContent('.run > header'), /left/);
  for (let at = 510; at <= 600; at += 10) {
    appendFileSync(join(runs, 'going', 'metrics.jsonl'), `{"step":${at},"loss":${1 / at},"lr":0.001,"samples_per_s":8}\n`);
  }
  await page.waitForSelector('.run > header >> text=step 600 of 1,000');
  await page.waitForFunction(() => document.querySelector('.plot').getAttribute('aria-valuenow') === '600');

  step('its charts are read by the keyboard');
  const chart = page.locator('.plot').first();
  await chart.focus();
  await page.keyboard.press('Home');
  assert.equal(await chart.getAttribute('aria-valuetext'), 'step 10: 0.1');
  await page.keyboard.press('ArrowRight');
  assert.equal(await chart.getAttribute('aria-valuetext'), 'step 20: 0.05');
  await page.keyboard.press('Escape');
  await page.check('text=Logarithmic');
  await page.selectOption('.beside select', { label: 'ended' });
  await page.waitForFunction(() => document.querySelectorAll('.chart')[0].querySelectorAll('.curve').length === 2);
  await accessible('a run');
  appendFileSync(join(runs, 'going', 'run.log'), `${new Date().toISOString().slice(0, 19)}Z step 600  training was stopped\n`);
  await page.waitForSelector('.run > header .state.stopped');
  await page.click('text=What it said');
  await page.waitForSelector('pre >> text=training was stopped');

  step('samples over time');
  await page.click('[aria-label="All runs"]');
  await page.click('.card >> text=ended');
  const grid2 = page.locator('.samples img');
  await page.waitForFunction(() => document.querySelector('.samples img')?.naturalWidth > 0);
  assert.equal(await grid2.getAttribute('alt'), 'Samples at step 100');
  await page.locator('[aria-label="Samples over time"]').focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await grid2.getAttribute('alt'), 'Samples at step 50');
  await page.click('text=Recipe');
  await page.waitForSelector('pre >> text=objective: nextstep');

  step('evaluation reports, alone and two beside each other');
  await page.click('[aria-label="All runs"]');
  await page.click('text=eval/after');
  await page.waitForFunction(() => document.querySelectorAll('.verdicts img').length === 4);
  await page.waitForFunction(() => [...document.querySelectorAll('.verdicts img')].every((img) => img.naturalWidth > 0));
  await page.click('.choice >> text=wrong');
  assert.equal(await page.locator('.verdicts li').count(), 1);
  await page.selectOption('.beside select', { index: 1 });
  await page.waitForFunction(() => document.querySelectorAll('.figures .line1').length === 2);
  await page.click('.choice >> text=changed');
  assert.equal(await page.locator('.verdicts li').count(), 2);
  await accessible('a comparison');
  const [own] = await Promise.all([context.waitForEvent('page'), page.click("text=The report's own page")]);
  await own.waitForSelector('h1 >> text=report of after');
  assert.equal(await own.title(), 'report', 'a script of the report ran');
  await own.close();

  step('what is not there is said');
  await page.goto(`${base}#/runs/nothing`);
  await page.waitForSelector('text=There is no training run nothing here any more');
  // The browser's own word for it, which the page has taken note of.
  problems.splice(0, problems.length, ...problems.filter((problem) => !problem.startsWith('404 for') || !problem.includes('/v1/runs/nothing')));

  step('a model that does not edit is not asked to');
  await page.route('**/capabilities', async (route) => {
    const answer = await (await route.fetch()).json();
    await route.fulfill({ json: { ...answer, modes: ['generation'] } });
  });
  await page.goto(base);
  await page.reload();
  await page.waitForSelector('.details >> text=Reuse all');
  assert.equal(await page.locator('text=/Edit this|Edit a picture/').count(), 0);
  await page.unroute('**/capabilities');

  step('dark, and on a phone');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.reload();
  await page.waitForSelector('.details');
  await accessible('the dark page');
  await page.setViewportSize({ width: 390, height: 844 });
  const places = { '': '.gallery li', compare: '.comparing', runs: '.card', 'runs/ended': '.chart', 'evaluations/eval%3Aafter': '.verdicts img' };
  for (const [place, sign] of Object.entries(places)) {
    await page.goto(`${base}#/${place}`);
    await page.waitForSelector(sign);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${place || 'the page'} is wider than a phone`);
    await accessible(`${place || 'the page'} on a phone`);
  }

  assert.deepEqual(problems, []);
  console.log('ok');
} catch (failure) {
  // What was there to be seen says more than what was not.
  console.log(`--- ${page?.url()} ${problems}\n${await page?.innerText('body').catch(() => '')}\n---`);
  throw failure;
} finally {
  await browser.close();
}
